"""Efron's factors of very many tied events against the factors written out one by one."""

import numpy as np
import pytest

from retention_research.models.cox import CoxRows
from retention_research.models.cox.risk_sums import Steps
from retention_research.models.cox.ties import ALONE, MANY, NODES, shares
from tests.models.cox_data import fitted


@pytest.mark.parametrize("count", [1, 2, MANY, MANY + 1, 300, 1000, 65_537, 200_003])
@pytest.mark.parametrize("beyond", [1.0, 1.000001, 1.3, 50.0])
def test_sums_over_the_shares_are_those_of_all_factors(count: int, beyond: float) -> None:
    share, weight = shares(count)
    every = np.arange(count) / count
    for of in (np.log, np.reciprocal, lambda left: 1.0 / left**2):
        for power in (0, 1, 2):
            wanted = (every**power * of(beyond - every)).sum()
            found = weight @ (share**power * of(beyond - share))
            # a sum may cancel; its terms do not
            size = np.abs(every**power * of(beyond - every)).sum()
            assert found == pytest.approx(wanted, rel=0.0, abs=1e-12 * size)


def test_a_billion_tied_events_need_few_factors() -> None:
    share, weight = shares(10**9)
    assert share.size < ALONE + 30 * NODES
    assert weight.sum() == pytest.approx(1e9, rel=1e-13)
    assert (share.min() >= 0.0, share.max()) == (True, (10**9 - 1) / 10**9)


def test_many_customers_in_few_rows_need_few_factors() -> None:
    rng = np.random.default_rng(4)
    day, x = np.repeat(np.arange(1.0, 11.0), 2), rng.normal(size=(20, 1))
    many = CoxRows.of(day, np.ones(20), x, names=["a"], weights=np.full(20, 10**6))
    assert Steps.of(many, "efron").weight.size < 3000
    fit = fitted(many)
    assert (fit.n, fit.verdict.status) == (20 * 10**6, "converged")
