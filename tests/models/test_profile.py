"""Profile intervals against another optimiser."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2

from retention_research.models.bg_nbd import BgNbdFit, fit_bg_nbd
from retention_research.models.bg_nbd_likelihood import BgNbdParameters, log_likelihood
from retention_research.models.histories import count_histories
from tests.models.conftest import Cdnow

SOME = 600  # customers: few enough for a and b to be unsure


@pytest.fixture(scope="module")
def few(cdnow: Cdnow) -> tuple[np.ndarray, ...]:
    return tuple(column[:SOME] for column in cdnow.history)


@pytest.fixture(scope="module")
def fit(few: tuple[np.ndarray, ...]) -> BgNbdFit:
    return fit_bg_nbd(*few)


@pytest.mark.parametrize("term", ["a", "b"])
@pytest.mark.parametrize("end", ["conf_low", "conf_high"])
def test_at_a_profile_limit_the_best_likelihood_is_lower_by_half_a_chi_square(
    few: tuple[np.ndarray, ...], fit: BgNbdFit, term: str, end: str
) -> None:
    place = BgNbdParameters._fields.index(term)
    limit = getattr(fit.estimates[place], end)
    histories = count_histories(*few)

    def loss(others: np.ndarray) -> float:
        values = np.insert(np.exp(others), place, limit)
        return -log_likelihood(BgNbdParameters(*values), histories)

    start = np.log(np.delete(fit.values, place))
    options = {"xatol": 1e-7, "fatol": 1e-9, "maxiter": 5000}
    best = minimize(loss, start, method="Nelder-Mead", options=options)
    drop = fit.log_likelihood + best.fun
    assert drop == pytest.approx(chi2.ppf(0.95, 1) / 2.0, abs=1e-4)  # the root is found to 1e-6


def test_r_and_alpha_keep_their_intervals_on_the_log_scale(fit: BgNbdFit) -> None:
    for row in fit.estimates[:2]:
        assert row.conf_low is not None
        assert row.conf_high is not None
        assert np.sqrt(row.conf_low * row.conf_high) == pytest.approx(row.estimate)


def test_an_unsure_interval_is_not_symmetric_on_the_log_scale(fit: BgNbdFit) -> None:
    low, high = fit.estimates[3].conf_low, fit.estimates[3].conf_high
    assert low is not None
    assert high is not None
    assert high / fit.parameters.b > 1.1 * fit.parameters.b / low


def test_an_end_that_the_data_do_not_set_is_left_out() -> None:
    fit = fit_bg_nbd(
        [0, 1, 1, 2, 2, 5], [0, 3, 25, 10, 30, 34], [38.0] * 6, weights=[70, 12, 9, 5, 6, 4]
    )
    assert fit.estimates[3].conf_high is None
    assert fit.verdict == (
        "converged",
        "The fit converged; these purchases set no limit to a and b.",
    )
