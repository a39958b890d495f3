"""Effects by group: the test, the spread, and effects drawn to the middle."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from statsmodels.stats.meta_analysis import combine_effects

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.experiment import Sample, difference
from retention_research.programs.heterogeneity import (
    effects_by_level,
    homogeneity,
    paule_mandel,
    shrink_effects,
)

# Rubin (1981), J. Educational Statistics 6, 377-400, table 1: eight schools
SCHOOLS = (28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16)
ERRORS = (14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6)
UNEVEN = (0.31, -0.12, 0.44, 0.05)
UNEVEN_ERRORS = (0.08, 0.05, 0.11, 0.07)


def _shrunk(values, errors, **options):
    rows = [Estimate("difference", v, e) for v, e in zip(values, errors, strict=True)]
    names = [f"group {place}" for place in range(len(rows))]
    return shrink_effects(names, [100] * len(rows), rows, **options)


def _values(found):
    return [row.shrunken.estimate for row in found.levels]


@pytest.mark.parametrize(("values", "errors"), [(SCHOOLS, ERRORS), (UNEVEN, UNEVEN_ERRORS)])
def test_the_test_and_the_spread_agree_with_statsmodels(values, errors):
    theirs = combine_effects(
        np.array(values), np.array(errors) ** 2, method_re="iterated", atol=1e-12
    )
    assert homogeneity(values, errors)[0] == pytest.approx(theirs.q, rel=1e-9)
    assert paule_mandel(values, errors) == pytest.approx(max(theirs.tau2, 0.0), abs=1e-7)


def test_groups_are_drawn_to_the_middle_as_by_direct_integration():
    value, noise = np.array(UNEVEN), np.array(UNEVEN_ERRORS) ** 2
    scale = 4.0 * noise.max()

    def parts(share):
        total = noise + scale * (1.0 - share) / share
        weight = 1.0 / total
        middle = weight @ value / weight.sum()
        density = norm.pdf(value, middle, np.sqrt(total)).prod() / np.sqrt(weight.sum())
        return density, middle + (1.0 - noise / total) * (value - middle)

    whole = quad(lambda b: parts(b)[0], 0.0, 1.0)[0]
    means = [quad(lambda b, k=k: parts(b)[0] * parts(b)[1][k], 0.0, 1.0)[0] / whole
             for k in range(value.size)]  # fmt: skip
    assert _values(_shrunk(UNEVEN, UNEVEN_ERRORS)) == pytest.approx(means, abs=2e-4)


def test_groups_come_closer_together_and_keep_their_order():
    found = _values(_shrunk(SCHOOLS, [10.0] * 8))
    assert np.ptp(found) < np.ptp(SCHOOLS)
    assert np.argsort(found).tolist() == np.argsort(SCHOOLS).tolist()


def test_the_surer_group_moves_less():
    found = _shrunk((0.0, 1.0, 1.0), (0.3, 0.1, 0.5))
    sure, unsure = (row.shrunken.estimate for row in found.levels[1:])
    assert unsure < sure < 1.0


def test_intervals_are_narrower_than_alone_and_hold_the_estimate():
    for row, error in zip(_shrunk(SCHOOLS, ERRORS).levels, ERRORS, strict=True):
        low, high = row.shrunken.conf_low, row.shrunken.conf_high
        assert low < row.shrunken.estimate < high
        assert high - low < 2 * 1.96 * error


def test_the_unit_makes_no_difference():
    whole, scaled = (_values(_shrunk(np.array(SCHOOLS) * k, np.array(ERRORS) * k)) for k in (1, 9))
    assert scaled == pytest.approx(np.array(whole) * 9, rel=1e-9)


def test_a_group_far_less_sure_than_the_rest_keeps_most_of_its_range():
    # as far from the sure one as its own error is large: nothing says that groups differ less
    sure, unsure = _shrunk((0.0, 0.1), (0.01, 0.1)).levels
    assert unsure.shrunken.conf_high - unsure.shrunken.conf_low > 0.8 * 2 * 1.96 * 0.1
    assert unsure.shrunken.estimate > 0.05 > sure.shrunken.estimate


def test_an_interval_wider_than_its_error_says_stands_for_the_error():
    wide = [Estimate("d", v, 0.1, v - 0.392, v + 0.392) for v in (0.0, 0.4)]
    found = shrink_effects(["a", "b"], [10, 10], wide)
    assert found.q_statistic == pytest.approx(homogeneity([0.0, 0.4], [0.2, 0.2])[0], rel=1e-4)


def test_a_wider_confidence_gives_wider_intervals():
    narrow, wide = (_shrunk(UNEVEN, UNEVEN_ERRORS, confidence=c).levels[0].shrunken
                    for c in (0.8, 0.99))  # fmt: skip
    assert wide.conf_low < narrow.conf_low < narrow.conf_high < wide.conf_high


def test_a_group_without_an_effect_takes_no_part_and_says_why():
    rows = [Estimate("d", 0.3, 0.1), Missing("d", "Nobody there."), Estimate("d", 0.1, 0.1)]
    found = shrink_effects(["a", "b", "c"], [9, 0, 9], rows)
    assert found.levels[1].shrunken == Missing("shrunken", "Nobody there.")
    assert found.degrees_of_freedom == 1
    assert _values(_shrunk((0.3, 0.1), (0.1, 0.1))) == [
        found.levels[0].shrunken.estimate, found.levels[2].shrunken.estimate
    ]  # fmt: skip


def test_one_group_is_not_compared_with_itself():
    found = _shrunk((0.3,), (0.1,))
    assert found.q_statistic is None
    assert found.p_value is None
    assert isinstance(found.levels[0].shrunken, Missing)


def test_a_group_in_which_all_are_alike_has_no_error_to_shrink_by():
    found = shrink_effects(["a", "b"], [9, 9], [Estimate("d", 0.0, 0.0), Estimate("d", 1.0, 0.1)])
    assert isinstance(found.levels[0].shrunken, Missing)


def test_errors_of_zero_are_refused():
    with pytest.raises(ValueError, match="not above 0"):
        homogeneity([0.1, 0.2], [0.1, 0.0])


def test_each_group_s_effect_is_the_difference_among_its_own_customers():
    rng = np.random.default_rng(5)
    treated, level = rng.random(900) < 0.5, rng.integers(0, 3, 900)
    before = rng.normal(size=(900, 1))
    outcome = before[:, 0] + treated * level + rng.normal(size=900)
    found = effects_by_level(Sample(outcome, treated, before=before), level, ["a", "b", "c"])
    for place, row in enumerate(found.levels):
        own = level == place
        alone = difference(Sample(outcome[own], treated[own], before=before[own]))
        assert row.estimate == alone.difference
        assert row.n == own.sum()
    assert found.p_value < 1e-6


def test_a_group_without_a_control_arm_says_so():
    level = np.repeat([0, 1, 2], 100)
    treated = (np.arange(300) % 2 == 0) | (level == 2)
    outcome = np.random.default_rng(1).normal(size=300)
    found = effects_by_level(Sample(outcome, treated), level, ["a", "b", "c"])
    assert isinstance(found.levels[2].estimate, Missing)
    assert found.degrees_of_freedom == 1


@pytest.fixture
def shops():
    """Customers of 20 shops, of which half have the program, in four groups."""
    shop, level = np.repeat(np.arange(20), 40), np.tile(np.arange(4), 200)
    outcome = (
        np.random.default_rng(2).normal(size=800) + np.random.default_rng(3).normal(size=20)[shop]
    )
    return outcome, shop, level


def test_groups_that_clusters_cut_across_are_not_drawn_to_a_middle(shops):
    outcome, shop, level = shops
    found = effects_by_level(Sample(outcome, shop < 10, cluster=shop), level, list("abcd"))
    assert (found.q_statistic, found.p_value, found.between) == (None, None, None)
    for row in found.levels:
        assert isinstance(row.estimate, Estimate)
        assert "cut across" in row.shrunken.reason


def test_groups_of_whole_clusters_are_compared(shops):
    outcome, shop, _ = shops
    found = effects_by_level(Sample(outcome, shop % 2 == 0, cluster=shop), shop // 10, ["a", "b"])
    assert found.degrees_of_freedom == 1
    assert all(isinstance(row.shrunken, Estimate) for row in found.levels)
