"""What data and declarations do to the programs report when they are wrong: one test each."""

from dataclasses import replace

import numpy as np
import pytest

from retention_research.answers.programs import answer
from retention_research.answers.programs.answer import programs
from retention_research.glossary import lookup
from retention_research.models.fit import Missing
from retention_research.study import StudyError
from tests.answers.experiment_shop import CONTROL, TREATED, drawn, experiment, shop

BOTH = {"offer": TREATED, "holdout": CONTROL}
LATE, OPEN = "2024-08-01", "2024-06-20"
ASSIGNED = [
    *drawn("fair", BOTH),
    *drawn("costless", BOTH),
    *drawn("skewed", {"offer": TREATED, "holdout": CONTROL[:40]}),
    *drawn("unlogged", {"offer": TREATED, "holdout": CONTROL[:40]}, share={"offer": None}),
    *drawn("lacking", BOTH, share={"offer": 0.4, "holdout": 0.4}),
    *drawn("everybody", {"offer": TREATED, "letter": CONTROL}),
    *drawn("nobody", {"holdout": CONTROL}),
    *drawn("five", {"offer": TREATED, "card": CONTROL[:5], "holdout": CONTROL[5:]},
           share={"offer": 0.5, "card": 0.05, "holdout": 0.45}),
    *drawn("twice", BOTH), *drawn("twice", {"holdout": TREATED[:1]}, at="2024-03-05"),
    *drawn("crossed", BOTH), *drawn("crossed", {"holdout": TREATED[:9]}, at="2024-03-05"),
    *drawn("planned", BOTH),
    *drawn("late", BOTH, at=LATE),
    *drawn("open", BOTH, at=OPEN),
    *drawn("part", {"offer": TREATED[:50], "holdout": CONTROL[:50]}),
    *drawn("part", {"offer": TREATED[50:], "holdout": CONTROL[50:]}, at=OPEN),
    *drawn("both", BOTH), *drawn("both", {"offer": CONTROL, "holdout": TREATED}),
    *drawn("few", {"offer": TREATED[:12], "holdout": CONTROL[:12]}),
]  # fmt: skip
DECLARED = [
    experiment("fair", cost_per_customer=0.1),
    experiment("costless"),
    experiment("skewed"), experiment("unlogged"), experiment("lacking"),
    experiment("everybody"), experiment("nobody"), experiment("five", cost_per_customer=0.1),
    experiment("twice"), experiment("crossed", cost_per_customer=0.1),
    experiment("planned", planned_n=300),
    experiment("late"), experiment("open"), experiment("part"), experiment("few"),
    experiment("both"),
    experiment("ghost", experiment_id="a year of silence"),
    {"id": "summer", "kind": "before_after", "title": "Summer letter"},
    {"id": "friends", "kind": "referral", "cost_per_referral": 10.0},
]  # fmt: skip


@pytest.fixture(scope="module")
def workspace():
    return shop(ASSIGNED, DECLARED, max_excluded_share=0.2)


@pytest.fixture(scope="module")
def found(workspace):
    return programs(workspace)


def only(workspace, *ids):
    """The same study with some of its programs."""
    kept = tuple(one for one in workspace.study.programs if one.id in ids)
    return replace(workspace, study=workspace.study.model_copy(update={"programs": kept}))


@pytest.fixture(scope="module")
def reports(found):
    return {one.program.id: one for one in found.reports}


def withheld(report):
    """Nothing of an effect is told, and everything says why."""
    start = f"program.{report.program.id}"
    told = [report.values[f"{start}.{what}.{one}"] for what in ("effect", "lift")
            for one in report.program.outcomes]  # fmt: skip
    names = ("incremental_margin", "roi", "break_even_probability")
    told += [report.values[f"{start}.{name}"] for name in names]
    return (
        report.effects == ()
        and report.grade == "no evidence"
        and all(value.value is None and value.reason for value in told)
        and isinstance(report.money, Missing)
        and report.decision == "test"
        and report.withheld
    )


def check(report, name):
    return next(one for one in report.checks if one.name == name)


def test_programs_stand_as_they_are_declared(found):
    assert [one.program.id for one in found.reports] == [one["id"] for one in DECLARED]


def test_every_value_has_its_name_in_the_glossary(found):
    for name, value in found.values.items():
        assert lookup(name).kind == value.kind, name


def test_a_fair_draw_is_told(reports):
    assert reports["fair"].grade == "randomised"
    assert reports["fair"].effects[0].difference.estimate == pytest.approx(0.2)


def test_arms_of_other_sizes_than_the_draw_planned_withhold_every_effect(reports):
    assert withheld(reports["skewed"])
    assert "not as large" in reports["skewed"].withheld
    assert reports["skewed"].values["program.skewed.srm.p_value"].number < 0.001
    assert reports["skewed"].others == ()


def test_unequal_arms_without_a_logged_probability_are_withheld_and_told_what_to_log(reports):
    assert withheld(reports["unlogged"])
    assert "No probability is logged" in reports["unlogged"].next_step


def test_probabilities_that_are_not_whole_withhold_every_effect(reports):
    assert withheld(reports["lacking"])
    assert "sum to 0.80" in reports["lacking"].withheld


def test_an_experiment_without_a_control_group_shows_its_arms_only(reports):
    report = reports["everybody"]
    assert withheld(report)
    assert "everybody drawn was given the program" in report.withheld
    pairs = [(one.treated, one.control) for one in report.others if one.outcome == "retained"]
    assert pairs == [("offer", "letter")]


def test_an_experiment_with_nothing_but_a_control_group_is_withheld(reports):
    assert withheld(reports["nobody"])
    assert "nobody was given the program" in reports["nobody"].withheld


def test_an_arm_of_five_is_compared_with_nothing_and_named_to_nobody(reports):
    report = reports["five"]
    assert report.effects[0].n_treated == 105
    assert "card" not in report.detail.arms
    assert report.detail.arms["other"] == 5
    assert not any("card" in (one.treated, one.control) for one in report.others)
    assert not any("card" in name for name in report.values)
    assert not any("card" in one.told for one in report.checks)
    assert "1 smaller still" in check(report, "Large enough arms").told


def test_customers_in_two_arms_are_counted_and_left_out(reports):
    report = reports["twice"]
    assert report.detail.in_two_arms == 1
    assert report.effects[0].n_treated == 99
    assert report.grade == "randomised"
    assert check(report, "One arm each").passed is True


def test_many_customers_in_two_arms_break_the_draw(reports):
    report = reports["crossed"]
    assert report.detail.in_two_arms == 9
    assert report.grade == "associated"
    assert report.why
    assert report.decision == "test"


def test_where_all_are_in_two_arms_that_is_what_is_told(reports):
    assert withheld(reports["both"])
    assert "All 200 customers were drawn into two arms or more" in reports["both"].withheld
    assert [one.name for one in reports["both"].checks] == ["One arm each", "Whole windows"]


def test_before_the_planned_size_only_counts_are_told(reports):
    report = reports["planned"]
    assert withheld(report)
    assert report.detail.arms == {"offer": 100, "holdout": 100}
    assert report.values["program.planned.srm.p_value"].number == pytest.approx(1.0)
    assert report.others == ()


def test_customers_drawn_after_the_last_day_count_for_nothing(reports):
    report = reports["late"]
    assert withheld(report)
    assert report.detail.later == 200
    assert report.detail.assigned == 0


def test_windows_that_are_not_over_count_for_nothing(reports):
    report = reports["open"]
    assert withheld(report)
    assert report.detail.unfinished == 200


def test_only_whole_windows_are_compared(reports):
    report = reports["part"]
    assert (report.effects[0].n_treated, report.effects[0].n_control) == (50, 50)
    assert report.effects[0].mean_treated == pytest.approx(0.8)
    assert report.detail.unfinished == 100


def test_too_few_customers_are_withheld(reports):
    assert withheld(reports["few"])
    assert "at least 30 of each" in reports["few"].withheld


def test_a_program_that_is_declared_but_has_no_rows_says_so(reports):
    assert withheld(reports["ghost"])
    assert "no row of experiment a year of silence" in reports["ghost"].withheld


def test_without_a_table_of_assignments_it_says_that():
    study = shop(ASSIGNED[:1], [experiment("ghost")])
    checks = {name: one for name, one in study.events.checks.items() if name != "assignments"}
    tables = {name: one for name, one in study.events.tables.items() if name != "assignments"}
    bare = replace(study, events=replace(study.events, checks=checks, tables=tables))
    assert "no table of assignments" in programs(bare).reports[0].withheld


def test_rows_that_could_not_be_used_may_be_those_of_an_experiment_without_any():
    rows = [*ASSIGNED[:200], *drawn("zeros", {"offer": ["007", "008"]})]
    found = programs(shop(rows, [experiment("zeros")], max_excluded_share=0.5)).reports[0]
    assert "2 rows of assignments could not be used" in found.withheld
    assert "data quality" in found.next_step


def test_where_nobody_bought_at_all_there_is_no_evidence():
    quiet = shop(drawn("quiet", BOTH, at="2024-05-01"), [experiment("quiet")])
    (report,) = programs(quiet).reports
    assert report.grade == "no evidence"
    assert report.why[0].startswith("All customers of an arm are alike in it")
    assert report.decision == "test"
    assert report.values["program.quiet.evidence"].value == "no evidence"


def test_costs_that_are_missing_leave_the_margin_and_take_the_decision(reports):
    report = reports["costless"]
    values = report.values
    assert values["program.costless.incremental_margin"].number == pytest.approx(60.0)
    assert values["program.costless.roi"].value is None
    assert "cost_per_contact" in values["program.costless.roi"].reason
    assert isinstance(report.decision, Missing)


def test_before_against_after_is_refused_with_what_to_do_instead(reports):
    report = reports["summer"]
    assert withheld(report)
    assert "by themselves" in report.withheld
    assert "kind: experiment" in report.next_test.told
    assert report.next_test.customers > 0
    assert "Draw by lot" not in report.withheld


STEPS = {
    "planned": "draw 100 more customers by lot as until now",
    "late": "Wait until windows are over",
    "open": "Wait until windows are over",
    "few": "Draw more customers by lot, as until now",
    "skewed": "Find out whether customers were left out",
    "unlogged": "log the probability",
    "lacking": "Correct that before the arms are compared",
    "nobody": "correct `control`",
    "ghost": "correct `experiment_id`",
}


@pytest.mark.parametrize(("program", "step"), STEPS.items())
def test_what_only_has_to_be_awaited_or_mended_is_not_drawn_anew(reports, program, step):
    report = reports[program]
    assert step in report.next_step
    assert isinstance(report.next_test, Missing)


def test_where_nobody_was_left_without_it_customers_are_drawn_anew(reports):
    report = reports["everybody"]  # in its last four weeks nobody bought: no size, but what to do
    assert report.next_step.startswith("Draw by lot, from one list")
    assert reports["summer"].next_step == ""


def test_an_experiment_that_runs_as_planned_waits_for_the_windows_that_are_open():
    later = {"offer": TREATED[50:], "holdout": CONTROL[50:]}
    rows = [*drawn("on", {"offer": TREATED[:50], "holdout": CONTROL[:50]}),
            *drawn("on", later, at=OPEN)]  # fmt: skip
    (report,) = programs(shop(rows, [experiment("on", planned_n=200)])).reports
    assert "wait until the windows of 100 more customers are over" in report.next_step


def test_where_nobody_bought_lately_it_says_so_and_still_what_to_do():
    quiet = shop(ASSIGNED[:1], [DECLARED[-2] | {"window": "4W"}], as_of="2024-06-29")
    (report,) = programs(quiet).reports
    assert "In the last 28 days of these data nobody bought again" in report.next_test.reason
    assert report.next_step.startswith("Draw by lot")


def test_customers_to_be_drawn_are_held_against_those_there_are(reports):
    test = reports["summer"].next_test  # of 200 who had bought by April, 60 bought after that
    assert test.available == 200
    assert test.detectable < test.detectable_now < 1.0


def test_a_program_whose_data_are_wrong_loses_no_other(workspace, monkeypatch):
    def wrong(workspace, program):
        raise StudyError("contacts: nothing is right")

    monkeypatch.setattr("retention_research.answers.programs.experiment.experiment_report", wrong)
    found = programs(only(workspace, "fair", "summer"))
    assert [one.withheld[:30] for one in found.reports] == [
        "contacts: nothing is right",
        "Before against after cannot tel"[:30],
    ]


def test_numbers_without_a_solution_are_told_in_plain_words(workspace, monkeypatch):
    def unsolved(workspace, program):
        raise np.linalg.LinAlgError("Singular matrix")

    where = "retention_research.answers.programs.experiment.experiment_report"
    monkeypatch.setattr(where, unsolved)
    (report,) = programs(only(workspace, "fair")).reports
    assert report.withheld.startswith("Its equations have no solution")
    assert "Singular" not in report.withheld


@pytest.mark.parametrize("error", [KeyError("a column"), ValueError("shapes do not match")])
def test_a_bug_is_not_swallowed(workspace, monkeypatch, error):
    def broken(workspace, program):
        raise error

    monkeypatch.setattr("retention_research.answers.programs.experiment.experiment_report", broken)
    with pytest.raises(type(error)):
        programs(only(workspace, "fair"))


def test_what_stands_beside_an_effect_does_not_take_it_along(workspace, monkeypatch):
    def unsolved(*_):
        raise np.linalg.LinAlgError("Singular matrix")

    for name in ("ranking", "model_check"):
        monkeypatch.setattr(f"retention_research.answers.programs.experiment.{name}", unsolved)
    (report,) = programs(only(workspace, "fair")).reports
    assert report.effects[0].difference.estimate == pytest.approx(0.2)
    for found in (report.detail.uplift, report.detail.model_check):
        assert isinstance(found, Missing)
        assert "have no solution" in found.reason


@pytest.mark.parametrize("ids", [("mail", "mail-starts"), ("mail-starts", "mail")])
def test_a_program_may_be_called_like_another_and_a_word_more(ids):
    given = [experiment(name, experiment_id=f"x-{name}") for name in ids]
    rows = [row for name in ids for row in drawn(f"x-{name}", BOTH)]
    told = programs(shop(rows, given)).reports
    assert [one.effects[0].n_treated for one in told] == [100, 100]


def test_p_values_are_adjusted_over_programs(reports):
    effects = {name: report.effects[0] for name, report in reports.items() if report.effects}
    assert len(effects) > 3
    assert all(one.p_adjusted >= one.p_value for one in effects.values())
    smallest = min(one.p_value for one in effects.values())
    assert min(one.p_adjusted for one in effects.values()) == pytest.approx(smallest * len(effects))


def test_a_study_without_programs_says_what_to_declare(workspace):
    assert "declares no program" in answer.obstacle_to_programs(only(workspace))
    assert answer.obstacle_to_programs(workspace) == ""
