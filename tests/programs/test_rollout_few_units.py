"""Randomisation inference: start dates given to other units."""

from itertools import combinations

import numpy as np
import pytest

from retention_research.models.fit import Missing
from retention_research.programs.rollout import (
    Panel,
    group_time_effects,
    randomisation_inference,
    reassignments,
)


def panel(effect, seed=5, units=8, treated=3, periods=6):
    rng = np.random.default_rng(seed)
    start = np.where(np.arange(units) < treated, 3, -1)
    had = (start[:, None] >= 0) & (np.arange(periods) >= 3)
    return Panel(rng.normal(size=(units, periods)) + effect * had, start)


def test_distinct_reassignments_are_counted():
    assert reassignments(np.array([3, 3, 5, -1, -1])) == 30
    assert reassignments(np.array([3, 3, 3])) == 1


def test_with_fewer_than_forty_there_is_no_inference():
    """Seven units of which three start: 35 ways."""
    found = randomisation_inference(panel(1.0, units=7), rng=np.random.default_rng(1))
    assert isinstance(found, Missing)
    assert "35 distinct ways" in found.reason


def test_with_few_all_are_looked_at_and_the_p_value_is_their_share():
    made = panel(1.0)
    found = randomisation_inference(made, rng=np.random.default_rng(1))
    assert found.possible == found.looked_at == 56
    moved = []
    for chosen in combinations(range(8), 3):
        start = np.full(8, -1)
        start[list(chosen)] = 3
        moved.append(group_time_effects(Panel(made.outcome, start)).overall().effect.estimate)
    true = group_time_effects(made).overall().effect.estimate
    assert found.effect.estimate == pytest.approx(true)
    assert found.p_value == pytest.approx(np.mean(np.abs(moved) >= abs(true) - 1e-9))


def test_the_interval_holds_what_is_not_rejected():
    """An effect within it, taken off, is not rejected at 5%; one beyond either end is."""
    made = panel(2.0, seed=6, units=9)
    found = randomisation_inference(made, rng=np.random.default_rng(1)).effect
    had = (made.start[:, None] >= 0) & (np.arange(6) >= 3)

    def p_value(effect):
        left = Panel(made.outcome - effect * had, made.start)
        return randomisation_inference(left, rng=np.random.default_rng(1)).p_value

    width = found.conf_high - found.conf_low
    for inside in (found.conf_low + 0.01 * width, found.conf_high - 0.01 * width):
        assert p_value(inside) > 0.05
    for outside in (found.conf_low - 0.01 * width, found.conf_high + 0.01 * width):
        assert p_value(outside) <= 0.05


def test_a_draw_of_many_is_the_same_with_the_same_generator():
    rng = np.random.default_rng(7)
    start = np.array([3, 3, 4, 4, *[-1] * 8])
    made = Panel(rng.normal(size=(12, 6)), start)
    one, other = (
        randomisation_inference(made, rng=np.random.default_rng(2), draws=50) for _ in range(2)
    )
    assert one.p_value == other.p_value
    assert (one.possible, one.looked_at) == (2970, 51)


def test_an_interval_with_one_reassignment_less_than_needed_is_open():
    """At 99%, no effect can be rejected by 56 reassignments."""
    found = randomisation_inference(panel(1.0), rng=np.random.default_rng(1), confidence=0.99)
    assert (found.effect.conf_low, found.effect.conf_high) == (None, None)


def test_nothing_is_told_where_no_start_can_be_followed():
    made = Panel(np.random.default_rng(1).normal(size=(8, 4)), np.repeat([2, -1], 4))
    assert isinstance(randomisation_inference(made, rng=np.random.default_rng(1), ages=9), Missing)
