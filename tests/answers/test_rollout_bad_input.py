"""Roll-outs that cannot be told, or only in part: what the report says of them."""

from datetime import date

import pytest

from retention_research.answers.programs.rollout import rollout_report
from retention_research.study import StudyError
from tests.answers.rollout_shop import day, report_of, rows_of, towns, workspace_of

LIFT = 0.2  # more purchases a week
TWELVE = {name: 16 if place < 6 else 20 for place, name in enumerate(towns(12))}


@pytest.mark.slow
def test_a_start_after_the_data_is_one_that_has_not_happened():
    later = {name: day(16) for name in towns(12)} | {"town_20": date(2025, 6, 1)}
    report = report_of(dict.fromkeys(towns(12), 16), named=later)
    assert report.detail.compared == 12
    assert any("after the data end" in line for line in report.detail.left_out)


@pytest.mark.slow
def test_starts_too_near_the_ends_of_the_data_are_left_out_and_told():
    weeks = {"town_00": 2, "town_01": 38} | dict.fromkeys(towns(14)[2:], 16)
    report = report_of(weeks, count=28)
    assert report.detail.treated == 12
    told = " ".join(report.detail.left_out)
    assert "reach back too little" in told
    assert "its window is not over" in told


@pytest.mark.slow
def test_where_the_last_town_started_the_telling_ends():
    weeks = {name: 16 if place < 12 else 28 for place, name in enumerate(towns(24))}
    report = report_of(weeks, lift=LIFT)
    assert report.detail.told_until == day(28)
    assert [wave.start for wave in report.detail.waves] == [day(16)]
    assert any("no unit was left" in line for line in report.detail.left_out)


@pytest.mark.parametrize(
    ("weeks", "count", "words"),
    [
        (dict.fromkeys(towns(6), 16), 6, "keep some units waiting"),
        ({"town_00": 16}, 1, "only one unit"),
        (dict.fromkeys(towns(6), 38), 12, "No start lies between"),
        (dict.fromkeys(towns(6), 1), 12, "No start lies between"),
    ],
)
def test_what_cannot_be_told_is_withheld_with_the_reason(weeks, count, words):
    report = report_of(weeks, count=count)
    assert words in f"{report.withheld} {report.next_step}"
    assert report.next_step
    assert report.grade == "no evidence"
    assert report.effects == ()
    assert report.values["program.desk.effect.purchases"].value is None


def test_a_roll_out_that_lies_in_the_future_is_withheld():
    report = report_of({}, named={"town_00": date(2026, 1, 1)})
    assert "had started by the end of the data" in report.withheld


@pytest.mark.slow
def test_a_town_that_nobody_belongs_to_is_told():
    named = {name: day(16) for name in towns(12)} | {"Nowhere": day(16)}
    report = report_of(dict.fromkeys(towns(12), 16), named=named)
    assert any("Nowhere" in line for line in report.detail.left_out)


def test_only_units_that_nobody_belongs_to_leave_nothing_to_tell():
    report = report_of({}, named={"Nowhere": day(16)})
    assert "look at `unit` and `starts`" in report.withheld


def test_a_mistyped_column_is_refused_with_the_nearest():
    with pytest.raises(StudyError, match="Did you mean town"):
        report_of(TWELVE, unit="twon")


def test_a_mistyped_town_is_refused_with_the_nearest():
    named = {name: day(16) for name in towns(11)} | {"Town_11": day(16)}
    with pytest.raises(StudyError, match="did you mean town_11"):
        report_of(TWELVE, named=named)


@pytest.mark.slow
def test_customers_without_a_town_are_left_out():
    orders, people = rows_of(TWELVE, count=24, lift=LIFT)
    blank = people.assign(town=people["town"].where(people["town"] != "town_23", ""))
    starts = {name: day(week) for name, week in TWELVE.items()}
    workspace = workspace_of(orders, blank, starts=starts)
    assert rollout_report(workspace, workspace.study.programs[0]).detail.compared == 11
