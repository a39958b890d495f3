"""Comparisons beside the main one of an experiment that may be looked at any time."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from retention_research.answers.programs.experiment import at_all_looks
from retention_research.answers.programs.experiment_detail import ExperimentDetail
from retention_research.answers.programs.experiment_effects import with_holm_by_outcome
from retention_research.models.fit import Estimate
from retention_research.programs.effects import Effect
from retention_research.study_programs import Program

WORKSPACE = SimpleNamespace(study=SimpleNamespace(confidence=0.95))


ONE_LOOK = 5.7e-7  # five standard errors


def effect(outcome, p_value=ONE_LOOK, n=2000):
    gap = Estimate("difference", 0.1, 0.02, 0.06, 0.14)
    lift = Estimate("lift", 0.2, 0.04, 0.12, 0.28)
    return Effect(outcome, "offer", "holdout", n, n, 0.6, 0.5, gap, lift, p_value)


def program(mode):
    return Program(id="m", kind="experiment", experiment_id="m", control="holdout", window="4W",
                   mode=mode)  # fmt: skip


@pytest.fixture
def detail():
    pairs = (effect("retained", 0.001), effect("retained", 0.02), effect("margin", 0.001))
    return ExperimentDetail({}, plain=(effect("retained"),), pairs=pairs)


def test_a_fixed_experiment_keeps_its_ranges(detail):
    assert at_all_looks(detail, program("fixed"), WORKSPACE) is detail


def test_a_sequential_one_has_wider_ranges_in_all_comparisons(detail):
    found = at_all_looks(detail, program("sequential"), WORKSPACE)
    assert found.plain[0].p_value > ONE_LOOK
    for one in (*found.plain, *found.pairs):
        assert one.difference.conf_low < 0.06
        assert one.difference.conf_high > 0.14


def test_what_would_hold_for_one_look_only_is_not_told_of_many(detail):
    one = Estimate("complier_effect", 0.1, 0.02, 0.06, 0.14)
    detail = replace(
        detail, complier=one, compliers={"retained": one}, incremental_per_contact=one,
        purchases_per_contact=one, actions_per_contact=effect("actions_per_contact"),
    )  # fmt: skip
    found = at_all_looks(detail, program("sequential"), WORKSPACE)
    told = (found.complier, found.compliers["retained"], found.incremental_per_contact,
            found.purchases_per_contact)  # fmt: skip
    assert all("one look only" in each.reason for each in told)
    assert found.actions_per_contact.difference.conf_low < 0.06


def test_p_values_are_adjusted_over_the_pairs_of_an_outcome_alone(detail):
    found = with_holm_by_outcome(detail.pairs)
    assert [one.p_adjusted for one in found] == [0.002, 0.02, 0.001]
