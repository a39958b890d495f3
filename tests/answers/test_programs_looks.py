"""Looks at an experiment: which may be had, what they show, and what runs know of each other."""

import json
from dataclasses import asdict, replace
from datetime import date

import pytest

from retention_research.answers.programs.looks import at_any_look, looks_of, may_look
from retention_research.glossary import lookup
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.sequential import confidence_sequence
from retention_research.study import RECORD, SNAPSHOT
from retention_research.study_programs import Program

NO_LIFT = Missing("lift", "Nobody bought.")


def _program(**more):
    given = {"id": "mail", "kind": "experiment", "experiment_id": "m", "control": "none",
             "window": "4W"}  # fmt: skip
    return Program.model_validate(given | more)


def _effect(outcome="retained", gap=0.05, error=0.01, n=(900, 800), lift=NO_LIFT):
    found = Estimate("difference", gap, error, gap - 2 * error, gap + 2 * error)
    return Effect(outcome, "mail", "none", *n, 0.3 + gap, 0.3, found, lift, 0.001, None, "plain")


@pytest.fixture
def alone(workspace_of, regulars):
    return workspace_of(regulars, as_of="2024-06-30")


def _of_run(workspace, folder, values):
    """The same workspace inside a run's folder whose baseline.json holds these values."""
    snapshot = folder / SNAPSHOT
    snapshot.mkdir()
    (snapshot / RECORD).write_text("{}")
    kept = {name: asdict(value) for name, value in values.items()}
    (folder / "baseline.json").write_text(json.dumps({"values": kept}))
    return replace(workspace, folder=snapshot)


def _on(day, *effects):
    """A past look's values."""
    from retention_research.answers.programs.looks import _look, _values

    return _values("mail", _look(date.fromisoformat(day), effects))


def test_a_fixed_experiment_may_not_be_looked_at_before_its_planned_size():
    reason = may_look(_program(planned_n=2000), 1999)
    assert "2,000" in reason
    assert "1,999" in reason
    assert may_look(_program(planned_n=2000), 2000) == ""


@pytest.mark.parametrize("more", [{"mode": "sequential", "planned_n": 2000}, {}])
def test_others_may_be_looked_at_at_any_size(more):
    assert may_look(_program(**more), 1) == ""


def test_a_fixed_experiment_keeps_its_intervals(alone):
    effects = (_effect(),)
    assert looks_of(alone, _program(), effects).effects == effects


def test_a_sequential_experiment_has_intervals_for_any_look(alone):
    found = looks_of(alone, _program(mode="sequential", planned_n=5000), (_effect(),))
    told, wanted = found.effects[0], confidence_sequence(0.05, 0.01, 900, 800, tuned_at=5000)
    assert (told.difference.conf_low, told.difference.conf_high) == (wanted.low, wanted.high)
    assert told.p_value == wanted.p_value
    assert "confidence sequence" in told.method


def test_its_lift_is_clear_where_its_difference_is():
    lift = Estimate("lift", 0.5, 0.12, 0.3, 0.7)
    told = at_any_look(_effect(gap=0.15, error=0.02, lift=lift), None, 0.95).lift
    assert -1.0 < told.conf_low < 0.5 < told.conf_high
    assert told.conf_high - 0.5 > 0.5 - told.conf_low


def test_below_500_in_an_arm_it_tells_no_difference(alone):
    found = looks_of(alone, _program(mode="sequential"), (_effect(n=(900, 499)),))
    told = found.effects[0]
    assert isinstance(told.difference, Missing)
    assert "500 customers in each group" in told.difference.reason
    assert told.p_value is None
    assert found.now.differences == {}


def _rare(outcome, treated, control, n=(38_000, 2_000)):
    lift = Estimate("lift", treated / control - 1.0, 0.1, 0.1, 0.3)
    found = _effect(outcome, treated - control, 0.0003, n, lift)
    return replace(found, mean_treated=treated, mean_control=control)


@pytest.mark.parametrize(
    ("outcome", "treated", "control"),
    [("retained", 0.006, 0.0045), ("second_order", 0.997, 0.9955), ("purchases", 0.006, 0.0045)],
)
def test_nothing_is_told_of_what_fewer_than_ten_of_the_smaller_arm_did(outcome, treated, control):
    told = at_any_look(_rare(outcome, treated, control), None, 0.95)
    assert "10 customers of whom it is true" in told.difference.reason
    assert "10 customers of whom it is true" in told.lift.reason
    assert told.p_value is None


def test_ten_of_the_smaller_arm_are_enough():
    assert at_any_look(_rare("retained", 0.006, 0.005), None, 0.95).p_value < 1.0


def test_purchases_of_all_customers_need_none_who_did_not_buy():
    assert at_any_look(_rare("purchases", 1.2, 1.0), None, 0.95).p_value < 1.0


def test_amounts_are_told_where_ten_of_the_smaller_arm_bought(alone):
    for control, told in ((0.0045, False), (0.005, True)):
        effects = _rare("retained", 0.006, control), _effect("revenue", 0.02, 0.01, (38_000, 2_000))
        found = looks_of(alone, _program(mode="sequential"), effects).effects[1]
        assert isinstance(found.difference, Estimate) == told


def test_a_difference_that_is_missing_stays_missing():
    gone = replace(_effect(), difference=Missing("difference", "Nobody."))
    assert at_any_look(gone, None, 0.95) == gone


def test_a_look_is_recorded_under_its_day_and_outcome(alone):
    values = looks_of(alone, _program(), (_effect(), _effect("revenue", 2.0, 0.5))).values
    assert {name.removeprefix("program.mail.look.2024-06-30.") for name in values} == {
        "treated", "control", "difference.retained", "difference.revenue"
    }  # fmt: skip
    assert values["program.mail.look.2024-06-30.treated"].value == 900
    assert values["program.mail.look.2024-06-30.difference.revenue"].unit == "money"


def test_every_value_is_in_the_glossary(alone):
    for name, value in looks_of(alone, _program(), (_effect(),)).values.items():
        assert lookup(name).kind == value.kind


def test_a_notebook_alone_knows_of_no_earlier_look(alone, tmp_path):
    in_run = _of_run(alone, tmp_path, _on("2024-02-29", _effect(n=(500, 500))))
    beside = replace(in_run, folder=tmp_path / "workspace-of-one-notebook")
    assert looks_of(beside, _program(), (_effect(),)).past == ()
    assert len(looks_of(in_run, _program(), (_effect(),)).past) == 1


def test_a_run_knows_of_the_looks_before_it_and_hands_them_on(alone, tmp_path):
    before = _on("2024-02-29", _effect(gap=0.04, n=(500, 500))) | _on("2024-04-30", _effect())
    found = looks_of(_of_run(alone, tmp_path, before), _program(), (_effect(n=(950, 850)),))
    assert [one.day for one in found.past] == [date(2024, 2, 29), date(2024, 4, 30)]
    assert found.past[0].differences["retained"].estimate == 0.04
    assert (found.past[0].n_treated, found.past[0].n_control) == (500, 500)
    assert set(before) < set(found.values)
    assert [one.day for one in found.every][-1] == date(2024, 6, 30)


def test_another_program_s_looks_are_not_its_own(alone, tmp_path):
    before = _on("2024-02-29", _effect())
    other = {name.replace(".mail.", ".mail_2."): value for name, value in before.items()}
    assert looks_of(_of_run(alone, tmp_path, other), _program(), (_effect(),)).past == ()


def test_a_look_at_the_same_customers_again_is_the_same_look(alone, tmp_path):
    before = _on("2024-02-29", _effect())
    found = looks_of(_of_run(alone, tmp_path, before), _program(), (_effect(),))
    assert found.past == ()
    assert found.now.day == date(2024, 2, 29)


def test_without_effects_there_is_nothing_to_see(alone):
    found = looks_of(alone, _program(), ())
    assert (found.now, found.every, dict(found.values)) == (None, (), {})
