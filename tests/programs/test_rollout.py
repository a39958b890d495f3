"""Roll-outs: by hand, on panels whose truth is known, and against other packages."""

from itertools import pairwise

import numpy as np
import pytest

from retention_research.models.fit import Missing
from retention_research.programs.rollout import (
    Panel,
    aligned,
    group_time_effects,
    multiplier_draws,
    pre_trend,
    two_way_fixed_effects,
)
from tests.published import rollout as published


def staggered(starts, periods, effect, noise=0.0, seed=1):
    """Levels by unit and period, an effect of age from each start on, and noise."""
    rng = np.random.default_rng(seed)
    start = np.array(starts)
    level = rng.normal(size=(start.size, 1)) + np.cumsum(rng.normal(size=periods))
    age = np.arange(periods) - start[:, None]
    had = (start[:, None] >= 0) & (age >= 0)
    moved = np.where(had, effect(np.maximum(age, 0)), 0.0)
    return Panel(level + moved + noise * rng.normal(size=(start.size, periods)), start)


@pytest.fixture(scope="module")
def found():
    outcome, start = published.panel()
    assert outcome.sum() == pytest.approx(published.CHECKSUM, rel=1e-12)
    return group_time_effects(Panel(outcome, start), base=1)


def test_effects_by_start_and_time_are_those_of_another_package(found):
    told = {
        (int(found.rows.starts[cell.start]) + 1,
         int(found.rows.starts[cell.start]) + 1 + cell.age): effect
        for cell, effect in zip(found.cells, found.effects, strict=True)
        if cell.age != -1
    }  # fmt: skip
    assert set(told) == set(published.GROUP_TIME)
    for place, effect in told.items():
        assert effect == pytest.approx(published.GROUP_TIME[place][0], rel=1e-10)


def test_errors_are_those_of_another_package_before_they_are_scaled_up_for_few_units(found):
    for cell in found.cells:
        if cell.age == -1:
            continue
        spread = 0.0
        for shares in (cell.treated, cell.compared):
            mean = shares @ cell.change
            spread += float((shares**2 * (cell.change - mean) ** 2).sum())
        place = (int(found.rows.starts[cell.start]) + 1,
                 int(found.rows.starts[cell.start]) + 1 + cell.age)  # fmt: skip
        assert spread**0.5 == pytest.approx(published.GROUP_TIME[place][1], rel=1e-10)


def test_what_effects_add_up_to_is_that_of_another_package(found):
    assert found.overall().effect.estimate == pytest.approx(published.OVERALL, rel=1e-10)
    course = found.event_study(rng=np.random.default_rng(1), draws=100)
    told = dict(zip(course.age.tolist(), course.estimate.tolist(), strict=True))
    assert told.pop(-1) == pytest.approx(0.0, abs=1e-12)
    assert told == pytest.approx(published.EVENT_STUDY, rel=1e-10)
    starts = {start + 1: one.effect.estimate for start, one in found.by_cohort().items()}
    assert starts == pytest.approx(published.BY_COHORT, rel=1e-10)


def test_two_way_fixed_effects_are_those_of_another_package():
    outcome, start = published.panel()
    plain = two_way_fixed_effects(Panel(outcome, start))
    assert plain[1:3] == pytest.approx(published.TWO_WAY, rel=1e-9)
    weights = np.repeat(np.linspace(1, 3, 40)[:, None], 8, axis=1)
    weighted = two_way_fixed_effects(Panel(outcome, start, weights))
    assert weighted[1:3] == pytest.approx(published.TWO_WAY_WEIGHTED, rel=1e-9)


def test_an_effect_by_hand():
    """Two units from 1 to 3 and from 1 to 5, against one from 2 to 3 and one from 0 to 1."""
    outcome = np.array([[1.0, 1, 3], [1, 1, 5], [2, 2, 3], [0, 0, 1]])
    found = group_time_effects(Panel(outcome, np.array([2, 2, -1, -1])), base=1)
    total = found.overall()
    assert total.effect.estimate == pytest.approx(3.0 - 1.0)
    # of the treated (2, 4): squared deviations 1 each, a quarter each, doubled for their mean
    assert total.effect.std_error == pytest.approx((2.0 * (0.25 + 0.25)) ** 0.5)
    assert (total.treated, total.compared, total.customers) == (2, 2, 2.0)


def test_units_weigh_by_their_customers():
    outcome = np.array([[0.0, 0, 4], [0, 0, 8], [0, 0, 1], [0, 0, 1]])
    size = np.repeat(np.array([[300.0], [100.0], [50.0], [50.0]]), 3, axis=1)
    found = group_time_effects(Panel(outcome, np.array([2, 2, -1, -1]), size), base=1)
    assert found.overall().effect.estimate == pytest.approx(0.75 * 4 + 0.25 * 8 - 1)
    assert found.overall().customers == 400.0


def test_a_lift_is_of_what_the_treated_would_have_done_without():
    outcome = np.array([[1.0, 1, 3], [1, 1, 5], [2, 2, 3], [0, 0, 1]])
    lift = group_time_effects(Panel(outcome, np.array([2, 2, -1, -1])), base=1).overall().lift
    assert lift.estimate == pytest.approx(2.0 / (4.0 - 2.0))
    assert lift.conf_low < lift.estimate < lift.conf_high


def levels(without, effect, noise, seed=20_217, units=12):
    """Units of which half start, that do about so much before and after, and an effect."""
    start = np.repeat([4, -1], units)
    had = (start[:, None] == 4) & (np.arange(6) >= 4)
    rng = np.random.default_rng(seed)
    return Panel(without + effect * had + noise * rng.normal(size=(2 * units, 6)), start)


def test_the_range_of_a_lift_is_even_on_the_log_scale():
    lift = group_time_effects(levels(1.0, 1.0, 0.5)).overall(1).lift
    up, down = (np.log1p(end) - np.log1p(lift.estimate) for end in (lift.conf_high, lift.conf_low))
    assert up == pytest.approx(-down)
    assert lift.conf_low > -1.0


def test_no_lift_is_told_of_next_to_nothing():
    """Without the program 0.12 with an error of about that."""
    total = group_time_effects(levels(0.25, 1.0, 0.3, seed=20_218)).overall(1)
    assert total.mean_treated - total.effect.estimate == pytest.approx(0.124, abs=0.001)
    assert isinstance(total.lift, Missing)


def test_no_lift_is_told_where_the_treated_did_less_than_nothing():
    assert isinstance(group_time_effects(levels(1.0, -2.0, 0.1)).overall(1).lift, Missing)


def test_units_that_start_one_by_one_differ_in_what_they_would_have_done_without():
    """No effect in any, levels 1, 2 and 3: the mean without is as unsure as that of three."""
    outcome = np.ones((9, 6)) * np.array([1.0, 2, 3, 2, 2, 2, 2, 2, 2])[:, None]
    cells = group_time_effects(Panel(outcome, np.append([2, 3, 4], np.full(6, -1))), base=1)
    at = np.array([cell.age == 0 for cell in cells.cells]) / 3.0
    # squares 1, 0, 1 over 9, and half more as three share a mean
    assert ((cells.levels @ at) ** 2).sum() == pytest.approx(2.0 / 9.0 * 1.5)


def test_without_noise_every_effect_is_the_true_one():
    panel = staggered([3, 3, 5, 5, 7, 7, -1, -1], 10, lambda age: 0.5 * age + 1.0)
    found = group_time_effects(panel)
    for cell, effect in zip(found.cells, found.effects, strict=True):
        truth = 0.5 * cell.age + 1.0 if cell.age >= 0 else 0.0
        assert effect == pytest.approx(truth, abs=1e-12)
    assert found.overall(3).effect.estimate == pytest.approx(1.5)


def test_a_growing_effect_is_found_where_two_way_fixed_effects_miss_it():
    """All start, early and late ones far apart: what the early ones gain is held against the late.

    Truth: the mean of 0.4 a period since the start over the cells that can be told.
    """
    starts = np.repeat([4, 8, 12], 12)
    panel = staggered(starts, 16, lambda age: 0.4 * (age + 1.0), noise=0.3, seed=20_213)
    found = group_time_effects(panel)
    told = [(cell.weight, 0.4 * (cell.age + 1)) for cell in found.cells if cell.age >= 0]
    truth = sum(weight * effect for weight, effect in told) / sum(weight for weight, _ in told)
    ours, two_way = found.overall().effect, two_way_fixed_effects(panel)
    assert truth == pytest.approx(
        0.4 * (36 + 10) / 12
    )  # ages 1 to 8 of the first, 1 to 4 of the second
    assert ours.conf_low <= truth <= ours.conf_high
    assert two_way.conf_high < truth / 2.0


def test_nothing_is_told_after_the_last_unit_started():
    found = group_time_effects(staggered([2, 2, 4, 4], 8, np.ones_like))
    times = {int(found.rows.starts[c.start]) + c.age for c in found.cells if c.age >= 0}
    assert times == {2, 3}
    assert set(found.by_calendar()) == {2, 3}
    assert set(found.by_cohort()) == {2}


def test_starts_that_are_not_followed_to_the_end_are_left_out_of_the_mean():
    found = group_time_effects(staggered([2, 2, 6, 6, -1, -1], 8, lambda age: age + 1.0))
    assert found.overall(2).effect.estimate == pytest.approx(1.5)
    assert found.overall(4).effect.estimate == pytest.approx(2.5)  # of the first start alone
    assert set(found.by_cohort(4)) == {2}


@pytest.mark.parametrize("starts", [[2, 2, 2], [-1, -1, -1], [2], [0, 0, 0, 0]])
def test_without_anybody_to_hold_units_against_there_is_no_effect(starts):
    panel = Panel(np.zeros((len(starts), 5)), np.array(starts))
    assert isinstance(group_time_effects(panel), Missing)


def test_a_unit_treated_from_the_first_period_on_is_nobodys_comparison():
    outcome = np.array([[5.0, 9, 2], [0, 0, 3], [0, 0, 1], [0, 0, 1]])
    found = group_time_effects(Panel(outcome, np.array([0, 2, -1, -1])), base=1)
    assert found.overall().effect.estimate == pytest.approx(2.0)
    assert found.overall().compared == 2


def test_a_lone_unit_on_one_side_has_no_error():
    outcome = np.array([[0.0, 0, 3], [0, 0, 1], [0, 0, 2]])
    total = group_time_effects(Panel(outcome, np.array([2, -1, -1])), base=1).overall()
    assert total.effect.std_error is None
    assert total.p_value is None


def test_units_that_start_one_by_one_have_the_error_of_all_together():
    """Effects 2, 4 and 6 of single units: centred on their mean, not on themselves."""
    outcome = np.zeros((9, 6))
    for unit, (start, effect) in enumerate([(2, 2.0), (3, 4.0), (4, 6.0)]):
        outcome[unit, start] = effect
    start = np.append([2, 3, 4], np.full(6, -1))
    total = group_time_effects(Panel(outcome, start), base=1).overall(1)
    assert total.effect.estimate == pytest.approx(4.0)
    # squares 4, 0, 4 over 9, and half more as three share a mean
    assert total.effect.std_error == pytest.approx((8.0 / 9.0 * 1.5) ** 0.5)


def test_a_longer_base_is_steadier_under_shocks_of_single_periods():
    rng = np.random.default_rng(20_214)
    start = np.repeat([10, -1], 20)
    short, long = [], []
    for _ in range(60):
        panel = Panel(rng.normal(size=(40, 12)), start)
        short.append(group_time_effects(panel, base=1).overall(1).effect.estimate)
        long.append(group_time_effects(panel).overall(1).effect.estimate)
    # variances 2 and 1 + 1/10
    assert np.var(long) < 0.8 * np.var(short)


def test_the_band_of_one_age_is_its_interval():
    found = group_time_effects(staggered([3] * 8 + [-1] * 8, 5, np.ones_like, noise=1.0))
    course = found.event_study(rng=np.random.default_rng(3), ages=(0,), draws=200_000)
    alone = found.overall(1).effect
    reach = (alone.conf_high - alone.estimate) / alone.std_error
    assert found.degrees_of_freedom == pytest.approx(found.overall(1).free)
    assert course.critical == pytest.approx(reach, rel=0.01)


def test_a_band_of_many_ages_is_wider_than_their_intervals():
    found = group_time_effects(staggered([6] * 8 + [-1] * 8, 12, np.ones_like, noise=1.0))
    course = found.event_study(rng=np.random.default_rng(3))
    assert course.critical > 2.5
    assert ((course.high - course.low) > 4.0 * course.std_error).all()


def one_by_one(never, waves=12, periods=20, seed=20_216):
    """Units that start one a period from the fifth on, and some that never do, with noise."""
    start = np.append(np.arange(4, 4 + waves), np.full(never, -1))
    return Panel(np.random.default_rng(seed).normal(size=(start.size, periods)), start)


def test_an_age_that_a_single_unit_reached_has_no_band():
    """The first of twelve is followed for 16 periods, the last for five."""
    found = group_time_effects(one_by_one(never=12))
    course = found.event_study(rng=np.random.default_rng(1), draws=200)
    reached = np.array([sum(cell.age == age for cell in found.cells) for age in course.age])
    assert np.isnan(course.low[reached == 1]).all()
    assert np.isnan(course.std_error[reached == 1]).all()
    assert np.isfinite(course.low[reached > 6]).all()


def test_a_start_held_against_a_single_unit_leaves_its_ages_without_a_band():
    found = group_time_effects(staggered([5] * 12 + [-1], 10, np.ones_like, noise=1.0))
    course = found.event_study(rng=np.random.default_rng(1), draws=200)
    assert np.isnan(course.low).all()
    assert np.isnan(course.critical)


def test_a_band_is_as_wide_as_the_age_of_fewest_units_needs():
    """Five units of twelve reach age 11: their error is less well known than that of all."""
    found = group_time_effects(staggered([4] * 5 + [12] * 7 + [-1] * 12, 16, np.ones_like, 1.0))
    both = found.event_study(rng=np.random.default_rng(1), ages=(0, 1, 2, 3), draws=4000)
    late = found.event_study(rng=np.random.default_rng(1), ages=(0, 1, 2, 11), draws=4000)
    assert late.critical > 1.1 * both.critical


@pytest.mark.slow
def test_a_band_holds_all_ages_where_units_start_one_by_one():
    """Of 100 bands at 95%, fewer than 87 hold every age once in 500 times."""
    held = 0
    for seed in range(100):
        course = group_time_effects(one_by_one(never=12, seed=seed)).event_study(
            rng=np.random.default_rng(seed), draws=300
        )
        known = np.isfinite(course.low)
        held += ((course.low <= 0.0) & (course.high >= 0.0))[known].all()
    assert held >= 87


def test_multipliers_move_quantities_of_the_same_units_together():
    influence = np.column_stack([np.arange(20.0), 2.0 * np.arange(20.0)])
    drawn = multiplier_draws(influence, rng=np.random.default_rng(1), free=19.0, draws=50)
    np.testing.assert_allclose(drawn[:, 1], 2.0 * drawn[:, 0])


def test_the_panel_is_not_changed():
    panel = staggered([3, 3, -1, -1], 6, np.ones_like, noise=1.0)
    before = panel.outcome.copy(), panel.start.copy()
    group_time_effects(panel).event_study(rng=np.random.default_rng(1))
    two_way_fixed_effects(panel)
    np.testing.assert_array_equal(panel.outcome, before[0])
    np.testing.assert_array_equal(panel.start, before[1])


def test_the_order_of_units_does_not_matter():
    panel = staggered([3, 3, 5, 5, -1, -1, -1], 8, np.ones_like, noise=1.0)
    order = np.array([6, 2, 0, 5, 1, 3, 4])
    turned = Panel(panel.outcome[order], panel.start[order])
    one, other = (group_time_effects(each).overall().effect for each in (panel, turned))
    assert one[1:] == pytest.approx(other[1:], rel=1e-10)


@pytest.mark.parametrize(
    ("outcome", "start", "size", "complaint"),
    [
        (np.zeros(3), np.zeros(3), None, "shape"),
        (np.zeros((3, 2)), np.zeros(2), None, "shape"),
        (np.zeros((3, 2)), np.zeros(3), np.ones((3, 1)), "size has shape"),
        (np.zeros((1, 2)), np.zeros(1), np.array([[1.0, -1.0]]), "below 0"),
    ],
)
def test_a_panel_that_does_not_fit_is_refused(outcome, start, size, complaint):
    with pytest.raises(ValueError, match=complaint):
        Panel(outcome, start, size)


def test_a_base_of_no_period_is_refused():
    with pytest.raises(ValueError, match="at least one period"):
        aligned(Panel(np.zeros((2, 3)), np.array([1, -1])), base=0)


def test_two_way_fixed_effects_without_staggering_are_the_plain_difference_of_differences():
    panel = staggered([2, 2, -1, -1, -1], 4, np.ones_like, noise=1.0)
    y, had = panel.outcome, panel.start == 2
    moved = y[:, 2:].mean(axis=1) - y[:, :2].mean(axis=1)
    plain = moved[had].mean() - moved[~had].mean()
    assert two_way_fixed_effects(panel).estimate == pytest.approx(plain, abs=1e-12)


def test_two_way_fixed_effects_of_units_that_all_start_at_once_are_missing():
    panel = staggered([2, 2, 2], 5, np.ones_like)
    assert isinstance(two_way_fixed_effects(panel), Missing)


def test_drifts_before_the_start_are_told_by_hand():
    """The treated move by 1, 2 and 3 from window to window before, the others by none."""
    outcome = np.zeros((12, 5))
    outcome[:6] = np.array([0.0, 1.0, 3.0, 6.0, 20.0])
    outcome += 0.01 * np.random.default_rng(2).normal(size=(12, 5))
    found = pre_trend(group_time_effects(Panel(outcome, np.repeat([4, -1], 6))))
    np.testing.assert_allclose(found.drift, [1.0, 2.0, 3.0], atol=0.05)
    assert found.p_value < 1e-6
    assert found.largest == pytest.approx(3.0, abs=0.05)
    # the jump from the last window is 14: with one and with two drifts, 11 to 17 and 8 to 20
    by_times = {bound.times: (bound.low, bound.high) for bound in found.bounds}
    assert by_times[1.0] == pytest.approx((11.0, 17.0), abs=0.2)
    assert by_times[2.0] == pytest.approx((8.0, 20.0), abs=0.2)
    assert found.breakdown == pytest.approx(14.0 / 3.0, rel=0.03)


def test_bounds_grow_with_the_drift_that_is_allowed():
    found = group_time_effects(staggered([4] * 8 + [-1] * 8, 6, np.ones_like, noise=0.5))
    bounds = pre_trend(found, times=(0.0, 0.5, 1.0, 2.0)).bounds
    assert all(a.low >= b.low and a.high <= b.high for a, b in pairwise(bounds))


def test_one_window_before_the_start_is_too_little_to_judge_the_course():
    found = group_time_effects(staggered([1, 1, 1, -1, -1, -1], 3, np.ones_like, noise=1.0))
    assert isinstance(pre_trend(found), Missing)


def test_too_few_units_for_the_course_before_are_said():
    found = group_time_effects(staggered([4, 4, -1, -1], 6, np.ones_like, noise=1.0))
    assert isinstance(pre_trend(found), Missing)


def test_bounds_hold_the_truth_where_units_go_on_drifting_as_before():
    """A steady drift, no effect: the plain interval misses, bounds of once the drift hold it.

    Of 60 intervals at 95%, fewer than 52 hold the truth once in 100 times.
    """
    rng = np.random.default_rng(20_215)
    start = np.repeat([4, -1], 12)
    plain, bounded = 0, 0
    for _ in range(60):
        drift = 0.5 * np.arange(6) * (start[:, None] == 4)
        found = group_time_effects(Panel(drift + rng.normal(0.0, 0.3, (24, 6)), start))
        effect = found.overall(1).effect
        bound = pre_trend(found, times=(1.0,)).bounds[0]
        plain += effect.conf_low <= 0.0 <= effect.conf_high
        bounded += bound.low <= 0.0 <= bound.high
    assert plain == 0
    assert bounded >= 52
