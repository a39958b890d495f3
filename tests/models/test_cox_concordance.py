"""Concordance, pair by pair, and the counting behind it."""

import numpy as np
import pytest

from retention_research.models.cox import CoxRows, concordance
from retention_research.models.cox.concordance import uncensored
from retention_research.models.cox.dominance import below_and_equal
from retention_research.models.fit import Estimate, Missing
from tests.models.cox_data import Made, fitted


def pair_by_pair(
    rows: CoxRows, risk: np.ndarray, power: float = 0.0, watched: CoxRows | None = None
) -> float:
    """The weighted share in order among the pairs that can be compared, by a double loop.

    The chance to be watched is that of other rows, where they are given.
    """
    entry = np.full(rows.duration.size, -np.inf) if rows.entry is None else rows.entry
    of = watched or rows
    chances = dict(zip(of.moment, uncensored(of), strict=True))
    good = total = 0.0
    for i in np.flatnonzero(rows.event):
        t = rows.duration[i]
        outlived = (rows.duration > t) | ((rows.duration == t) & ~rows.event)
        there = outlived & (entry < t) & (rows.stratum == rows.stratum[i])
        weight = rows.weights[i] * rows.weights[there] * chances[t] ** power
        good += weight @ ((risk[i] > risk[there]) + 0.5 * (risk[i] == risk[there]))
        total += weight.sum()
    return good / total


@pytest.mark.parametrize("keys", [(), ("entry",), ("entry", "strata"), ("entry", "weights")])
def test_the_share_is_that_of_all_pairs(keys: tuple[str, ...]) -> None:
    made = Made()
    made.x[:, 0] = np.round(made.x[:, 0], -1)  # many risks are alike
    rows = made.rows(*keys)
    fit = fitted(rows)
    found = concordance(fit, rows)
    assert isinstance(found, Estimate)
    wanted = pair_by_pair(rows, np.round((fit.values * rows.scale) @ rows.z, 9))
    assert found.estimate == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("keys", [("entry", "strata"), ("entry", "strata", "cluster")])
def test_the_error_is_what_each_customer_does_to_the_share(keys: tuple[str, ...]) -> None:
    made, step = Made(60), 1e-6
    fit = fitted(made.rows(*keys))
    one_of = made.cluster if "cluster" in keys else np.arange(60)
    shifts = []
    for one in np.unique(one_of):
        moved = [
            concordance(fit, made.rows(*keys, weights=np.where(one_of == one, w, 1.0))).estimate
            for w in (1.0 + step, 1.0 - step)
        ]
        shifts.append((moved[0] - moved[1]) / (2.0 * step))
    found = concordance(fit, made.rows(*keys))
    assert found.std_error == pytest.approx(np.sqrt(np.square(shifts).sum()), rel=1e-6)


def test_uno_weighs_each_pair_by_the_chance_to_see_its_event() -> None:
    made = Made()
    rows = made.rows("entry", "weights")
    fit = fitted(rows)
    wanted = pair_by_pair(rows, np.round((fit.values * rows.scale) @ rows.z, 9), -2.0)
    assert concordance(fit, rows, "uno").estimate == pytest.approx(wanted, rel=1e-12)


def test_the_error_by_unos_weights_takes_the_chances_to_be_watched_as_known() -> None:
    made, step = Made(60), 1e-6
    rows = made.rows("entry")
    fit = fitted(rows)
    risk = np.round((fit.values * rows.scale) @ rows.z, 9)
    shifts = []
    for one in range(60):
        moved = [
            pair_by_pair(made.rows("entry", weights=weights), risk, -2.0, watched=rows)
            for weights in (np.ones(60) + side * step * (np.arange(60) == one) for side in (1, -1))
        ]
        shifts.append((moved[0] - moved[1]) / (2.0 * step))
    found = concordance(fit, rows, "uno")
    assert found.std_error == pytest.approx(np.sqrt(np.square(shifts).sum()), rel=1e-6)


def test_the_chance_to_be_watched_falls_with_each_censoring_and_with_no_event() -> None:
    rows = CoxRows.of([1, 2, 2, 3, 4, 5], [1, 0, 1, 1, 0, 1], np.eye(6)[:, :1], names=["x"])
    assert uncensored(rows) == pytest.approx([1.0, 1.0, 3 / 4, 3 / 8])


def test_rows_without_an_event_are_missing() -> None:
    rows = CoxRows.of([1, 2], [0, 0], [[1, 2], [3, 4]], names=("age", "member"))
    assert isinstance(concordance(fitted(Made().rows()), rows), Missing)


def test_another_weighting_is_refused() -> None:
    rows = Made().rows()
    with pytest.raises(ValueError, match="must be harrell or uno"):
        concordance(fitted(rows), rows, "gini")


def test_its_interval_is_symmetric_in_the_log_odds() -> None:
    rows = Made(12).rows()
    found = concordance(fitted(rows), rows)
    share = found.estimate
    reach = 1.959964 * found.std_error / (share * (1.0 - share))
    odds = share / (1.0 - share) * np.exp([-reach, reach])
    assert found[3:] == pytest.approx(odds / (1.0 + odds), rel=1e-6)


def test_weights_are_as_many_equal_rows() -> None:
    made = Made()
    repeated = np.repeat(np.arange(120), made.weights)
    there, here = made.rows("entry", "weights"), made.rows("entry", take=repeated)
    assert concordance(fitted(there), there)[1:] == pytest.approx(
        concordance(fitted(here), here)[1:]
    )


def test_no_pair_to_compare_is_missing() -> None:
    fit = fitted(Made().rows())
    made = Made()
    assert isinstance(concordance(fit, made.rows(strata=np.arange(120))), Missing)


def test_counts_below_and_equal_are_those_of_a_loop() -> None:
    rng = np.random.default_rng(2)
    ranks, weights = rng.integers(0, 11, 90), rng.random(90)
    low = rng.integers(0, 90, 50)
    high, rank = low + rng.integers(0, 91 - low), rng.integers(0, 14, 50)
    found = below_and_equal(ranks, weights, low, high, rank)
    for place, (a, b, r) in enumerate(zip(low, high, rank, strict=True)):
        below, equal = weights[a:b] @ (ranks[a:b] < r), weights[a:b] @ (ranks[a:b] == r)
        assert (found[0][place], found[1][place]) == pytest.approx((below, equal), abs=1e-12)
