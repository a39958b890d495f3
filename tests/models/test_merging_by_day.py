"""What merging the purchases of a day does to the parameters, on purchase times known exactly."""

import numpy as np
import pytest

from retention_research.models.bg_nbd import BgNbdFit, fit_bg_nbd
from retention_research.models.bg_nbd_likelihood import BgNbdParameters

TRUTH = BgNbdParameters(0.2426, 4.4136, 0.7929, 2.4259)
CUSTOMERS = 400_000
DAYS = 270


@pytest.fixture(scope="module")
def merged() -> BgNbdFit:
    """A fit to purchases merged by day, as the summaries merge them."""
    rng = np.random.default_rng(1986)
    r, alpha, a, b = TRUTH
    rate = rng.gamma(r, 1.0 / alpha, CUSTOMERS)
    leaves_after = rng.geometric(np.maximum(rng.beta(a, b, CUSTOMERS), 1e-12))
    would_buy = rng.poisson(rate * DAYS / 7.0)
    customer = np.repeat(np.arange(CUSTOMERS), would_buy)
    time = rng.uniform(0.0, DAYS, customer.size)
    order = np.lexsort((time, customer))
    customer, time = customer[order], time[order]
    number = np.arange(customer.size) - np.searchsorted(customer, customer)
    bought = number < leaves_after[customer]
    # a first purchase at a random hour: a repeat within the same day is none
    day = np.floor(time[bought] + rng.uniform(size=CUSTOMERS)[customer[bought]]).astype(int)
    pairs = np.unique(np.column_stack([customer[bought], day]), axis=0)
    pairs = pairs[(pairs[:, 1] > 0) & (pairs[:, 1] <= DAYS)]
    frequency = np.bincount(pairs[:, 0], minlength=CUSTOMERS)
    recency = np.zeros(CUSTOMERS)
    np.maximum.at(recency, pairs[:, 0], pairs[:, 1])
    return fit_bg_nbd(frequency, recency / 7.0, np.full(CUSTOMERS, DAYS / 7.0))


@pytest.mark.slow
def test_merging_by_day_raises_r_and_alpha(merged: BgNbdFit) -> None:
    assert merged.parameters.r > TRUTH.r
    assert merged.parameters.alpha > TRUTH.alpha


@pytest.mark.slow
def test_merging_by_day_lowers_the_mean_rate_by_3_to_4_percent(merged: BgNbdFit) -> None:
    rate = merged.parameters.r / merged.parameters.alpha
    fall = 1.0 - rate / (TRUTH.r / TRUTH.alpha)
    assert 0.03 <= round(fall, 2) <= 0.04
