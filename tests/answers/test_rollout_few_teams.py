"""Roll-outs whose units are few, or held against few, at some start."""

from dataclasses import replace
from datetime import date
from math import factorial

import numpy as np
import pytest

from retention_research.answers.programs import rollout, rollout_effects
from retention_research.answers.programs.rollout_checks import graded
from retention_research.answers.programs.rollout_effects import money_draws, told_of
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.economics import decide
from retention_research.programs.rollout import NEVER, Aligned, Randomised
from retention_research.study import new_study
from tests.answers.rollout_shop import report_of, towns
from tests.wording.rollout_reports import detail

STUDY = new_study(
    study="teams",
    currency="EUR",
    as_of=date(2024, 12, 31),
    sources={"transactions": {"frame": True}},
)


def test_no_lift_is_told_where_an_effect_in_the_range_leaves_nothing_without():
    """The treated did 2; an effect of 2.5 would leave less than nothing."""
    assert isinstance(rollout_effects._lift(Estimate("effect", 1.0, None, 0.5, 2.5), 2.0), Missing)
    lift = rollout_effects._lift(Estimate("effect", 1.0, None, 0.5, 1.5), 2.0)
    assert (lift.estimate, lift.conf_low, lift.conf_high) == (1.0, 0.5 / 1.5, 3.0)


def monthly(count, waiting, effect=0.0, seed=20_219):
    """Teams of which one starts every window, the last beside a single one that waits."""
    rng = np.random.default_rng(seed)
    teams, ages = count + waiting, 4
    starts = 28 * np.arange(30, 30 + count)
    start = np.append(starts, np.full(waiting, NEVER))
    since = (starts[:, None, None] + 28 * np.arange(-2, 2) - start[None, :, None]) / 28
    had = (start[None, :, None] != NEVER) & (since >= 0)
    level = 2.0 + rng.normal(size=(1, teams, 1)) + rng.normal(size=(count, 1, ages))
    # a span is the same whichever start it is looked at from
    shocks = rng.normal(size=(count + 3, teams))
    place = np.arange(count)[:, None] + np.arange(ages)
    outcome = level + np.moveaxis(shocks[place], 2, 1) + effect * had
    base = np.broadcast_to([0.5, 0.5, 0.0, 0.0], (count, ages))
    return Aligned(
        outcome, starts, start, np.arange(-2, 2), np.full((count, teams), 50.0), base, 28
    )


@pytest.fixture(scope="module")
def twelve():
    """Twelve teams, one a month, all of which start."""
    return told_of(STUDY, "desk", "margin", monthly(12, 0, effect=3.0), 1.0)


def test_the_last_start_beside_a_single_team_is_judged_by_reassigning_dates(twelve):
    assert twelve.total.effect.conf_low is None
    assert isinstance(twelve.randomised, Randomised)
    assert twelve.randomised.possible == factorial(12)
    effect = twelve.effect.difference
    assert effect.conf_low <= 3.0 <= effect.conf_high
    assert twelve.effect.p_value < 0.05


def test_many_teams_of_which_one_start_has_few_beside_it_are_judged_by_reassigning_dates():
    """Fifteen start one a month and three never do: the last is held against three."""
    told = told_of(STUDY, "desk", "margin", monthly(15, 3), 1.0)
    assert told.total.fewest == 3
    assert told.total.compared > 10
    assert isinstance(told.randomised, Randomised)


def test_money_of_the_last_start_is_drawn_from_reassignments(twelve):
    drawn = money_draws(STUDY, "desk", {"margin": twelve}, np.empty(0), 1.0)
    assert drawn.margin.size == twelve.randomised.reassigned.size


def without_range(told):
    """The same without a range: as of an outcome that no reassignment bounds."""
    bare = Estimate("effect", told.effect.difference.estimate)
    return told._replace(effect=replace(told.effect, difference=bare))


def test_no_money_is_told_of_a_margin_without_a_range(twelve):
    found = money_draws(STUDY, "desk", {"margin": without_range(twelve)}, np.empty(0), 1.0)
    assert isinstance(found, Missing)


def test_customers_kept_are_not_told_of_without_a_range(twelve):
    told = {"margin": twelve, "retained": without_range(twelve)}
    drawn = money_draws(STUDY, "desk", told, np.empty(0), 1.0)
    assert drawn.kept is None
    assert drawn.kept_point is None


def test_a_margin_without_a_range_is_to_be_tested_whatever_else_is_proved(twelve):
    proved = "natural experiment"
    assert rollout._of_money({"margin": twelve}, proved) == proved
    left = rollout._of_money({"margin": without_range(twelve)}, proved)
    assert decide(Missing("money", "No range."), left) == "test"


def test_reassignments_that_bound_an_effect_on_one_side_alone_are_not_enough():
    half = Randomised(Estimate("effect", 1.0, None, 0.5, None), 0.05, 56, 56, np.zeros(55))
    assert graded(detail(reassigned=half))[0] == "associated"
    whole = replace(half, effect=Estimate("effect", 1.0, None, 0.5, 1.5))
    assert graded(detail(reassigned=whole))[0] == "natural experiment"


@pytest.mark.slow
def test_towns_that_all_start_one_after_another_have_a_range_and_a_decision():
    """Twelve, one every two weeks; of the windows over before the last, the last has one beside."""
    starts = {name: 10 + 2 * place for place, name in enumerate(towns(12))}
    report = report_of(starts, count=12, lift=0.2, cost_per_customer=1.0)
    assert report.detail.fewest == 1
    effect = report.effects[1]
    assert effect.difference.conf_low <= 8 * 0.2 <= effect.difference.conf_high
    assert "randomisation" in effect.method
    assert "1 at the start that has fewest" in report.checks[0].told
    assert report.decision in ("keep", "test")
    assert report.money.customers == round(effect.n_treated)
