"""Changes between two periods, and their split into mix and within."""

import numpy as np
import pytest

from retention_research.models.fit import Estimate
from retention_research.models.mix import Part, change, combined, split_change
from retention_research.models.proportion import proportion


def certain(rate):
    return Estimate("rate", rate, 0.0, rate, rate)


# Newcombe (1998), table II, 95% intervals of method 10 for the differences printed in table II:
# (a) 56/70 - 48/80, (b) 9/10 - 3/10, (e) 5/56 - 0/29, (h) 10/10 - 0/10
NEWCOMBE = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((10, 10), (0, 10), (0.6075, 1.0000)),
]


@pytest.mark.parametrize(("now", "then", "printed"), NEWCOMBE)
def test_the_change_of_a_proportion_has_newcombes_interval(now, then, printed):
    found = change(proportion(*now), proportion(*then))
    assert found[3:] == pytest.approx(printed, abs=5e-5)  # printed to four decimals


def test_a_change_without_one_interval_has_none():
    assert change(certain(0.5), Estimate("rate", 0.4)).conf_low is None


def test_a_part_of_no_weight_needs_no_interval():
    assert combined("sum", (1, 0), (certain(0.5), Estimate("rate", 0.4))).conf_high == 0.5


def test_normal_errors_add_in_squares():
    now, then = Estimate("a", 5.0, 0.3, 4.4, 5.6), Estimate("b", 4.0, 0.4, 3.2, 4.8)
    assert change(now, then) == pytest.approx(("change", 1.0, 0.5, 0.0, 2.0))


def test_a_split_worked_by_hand():
    parts = [Part("old", 0.5, 0.4, certain(0.8), certain(0.9)),
             Part("new", 0.5, 0.6, certain(0.2), certain(0.1))]  # fmt: skip
    found = split_change(parts)
    # rates 0.50 then 0.42; mix (-0.1)(0.85) + (0.1)(0.15), within 0.45(0.1) + 0.55(-0.1)
    assert found.mix.estimate == pytest.approx(-0.07)
    assert found.within.estimate == pytest.approx(-0.01)


def test_shares_of_levels_count_from_the_overall_rate():
    parts = [Part("old", 0.5, 0.4, certain(0.8), certain(0.9)),
             Part("new", 0.5, 0.6, certain(0.2), certain(0.1))]  # fmt: skip
    old, new = split_change(parts).levels
    # middle of 0.50 and 0.42 is 0.46
    assert (old.mix, old.within) == pytest.approx((-0.1 * (0.85 - 0.46), 0.045))
    assert (new.mix, new.within) == pytest.approx((0.1 * (0.15 - 0.46), -0.055))


def test_a_level_that_comes_or_goes_is_mix_alone():
    parts = [Part("stays", 0.7, 0.6, certain(0.5), certain(0.5)),
             Part("goes", 0.3, 0.0, certain(0.9), None),
             Part("comes", 0.0, 0.4, None, certain(0.1))]  # fmt: skip
    found = split_change(parts)
    assert found.within.estimate == 0
    assert found.mix.estimate == pytest.approx((0.6 * 0.5 + 0.4 * 0.1) - (0.7 * 0.5 + 0.3 * 0.9))


@pytest.mark.parametrize("seed", range(20))
def test_mix_and_within_sum_to_the_change_and_levels_to_both(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, 7))
    then, now = rng.dirichlet(np.ones(k)), rng.dirichlet(np.ones(k))
    r0, r1 = rng.normal(size=k), rng.normal(size=k)
    parts = [Part(str(i), then[i], now[i], certain(r0[i]), certain(r1[i])) for i in range(k)]
    found = split_change(parts)
    assert found.mix.estimate + found.within.estimate == pytest.approx(now @ r1 - then @ r0)
    assert sum(level.mix for level in found.levels) == pytest.approx(found.mix.estimate)
    assert sum(level.within for level in found.levels) == pytest.approx(found.within.estimate)


def test_the_parts_err_with_the_rates_and_with_the_shares():
    then, now = Estimate("r", 0.5, 0.1, 0.3, 0.7), Estimate("r", 0.6, 0.1, 0.4, 0.8)
    parts = [Part("a", 0.5, 0.5, then, now), Part("b", 0.5, 0.5, certain(0.2), certain(0.2))]
    mix, within = split_change(parts, (100, 400))[:2]
    # shares vary by 1/4 of 1/100 and of 1/400; they weigh rates of .55 and .2, and half of .1
    shares = 0.25 / 100 + 0.25 / 400
    assert mix.std_error == pytest.approx(0.35 * np.sqrt(shares))
    assert within.std_error == pytest.approx(np.sqrt(0.5**2 * 2 * 0.1**2 + 0.05**2 * shares))
    reach = np.hypot(0.5 * np.sqrt(2 * 0.2**2), 1.959964 * 0.05 * np.sqrt(shares))
    assert within.conf_high - within.estimate == pytest.approx(reach)


def test_where_customers_count_more_than_once_neither_part_has_an_interval():
    parts = [Part("a", 1.0, 1.0, certain(0.5), certain(0.6))]
    assert [part.conf_low for part in split_change(parts)[:2]] == [None, None]


def test_shares_that_do_not_sum_to_one_are_refused():
    with pytest.raises(ValueError, match="not to 1"):
        split_change([Part("a", 0.5, 1.0, certain(0.5), certain(0.5))])


def test_a_share_without_a_rate_is_refused():
    with pytest.raises(ValueError, match="no rate"):
        split_change([Part("a", 1.0, 1.0, None, certain(0.5))])


def test_a_level_that_is_there_in_neither_period_adds_nothing():
    parts = [
        Part("a", 1.0, 1.0, certain(0.5), certain(0.6)),
        Part("gone", 0.0, 0.0, None, None),
    ]
    found = split_change(parts)
    assert (found.mix.estimate, found.within.estimate) == (0, pytest.approx(0.1))
    assert (found.levels[1].mix, found.levels[1].within) == (0, 0)
