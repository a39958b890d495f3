"""Baseline hazards and predicted survival, against other estimators and their own shifts."""

import numpy as np
import pytest

from retention_research.models.cox import (
    CoxRows,
    SurvivalPrediction,
    average_survival,
    baseline_hazard,
    predict_survival,
)
from tests.models.cox_data import Made, fitted

CUSTOMERS, STRATA, TIMES = [[40.0, 1.0], [70.0, 0.0]], [0, 1], [2.0, 5.0, 9.0]


def predicted(made: Made, *keys: str, **more: np.ndarray) -> SurvivalPrediction:
    rows = made.rows(*keys, **more)
    told = predict_survival(fitted(rows), rows, CUSTOMERS, TIMES, strata=STRATA)
    assert isinstance(told, SurvivalPrediction)
    return told


def averaged(made: Made, *keys: str, **more: np.ndarray) -> SurvivalPrediction:
    rows = made.rows(*keys, **more)
    told = average_survival(fitted(rows), rows, CUSTOMERS, TIMES, strata=STRATA)
    assert isinstance(told, SurvivalPrediction)
    return told


def test_without_an_effect_survival_is_that_of_nelson_and_aalen() -> None:
    duration, event = np.array([1.0, 2, 3, 4, 5, 6]), np.array([1, 1, 0, 1, 0, 1])
    x = np.array([1.0, -1, 1, -1, 0, 0])
    rows = CoxRows.of(np.tile(duration, 2), np.tile(event, 2), np.r_[x, -x][:, None], names=["x"])
    fit = fitted(rows, ties="breslow")
    assert fit.values == pytest.approx([0.0], abs=1e-9)
    hazard = np.cumsum([2 / 12, 2 / 10, 2 / 6])
    told = predict_survival(fit, rows, [[0.0]], [1.0, 2.0, 4.5])
    assert told.estimate[0] == pytest.approx(np.exp(-hazard))
    # nothing of the coefficients' error falls on a customer like the mean of those at risk
    greenwood = np.sqrt(np.cumsum([2 / 144, 2 / 100, 2 / 36]))
    assert told.std_error[0] == pytest.approx(told.estimate[0] * greenwood)


def test_survival_is_one_minus_the_hazard_of_the_baseline_in_the_exponent() -> None:
    made = Made()
    rows = made.rows("entry", "strata")
    fit = fitted(rows)
    told = predict_survival(fit, rows, CUSTOMERS, TIMES, strata=STRATA)
    hazard = baseline_hazard(fit, rows, CUSTOMERS[1])
    own = hazard.stratum == 1
    place = np.searchsorted(hazard.time[own], TIMES, side="right") - 1
    assert told.estimate[1] == pytest.approx(np.exp(-hazard.cumulative[own][place]))


def test_the_average_is_that_of_the_customers() -> None:
    mean = predicted(Made(), "entry", "strata").estimate.mean(axis=0)
    assert averaged(Made(), "entry", "strata").estimate[0] == pytest.approx(mean)


def test_the_average_of_one_customer_has_the_error_of_one() -> None:
    rows = Made().rows("entry", "cluster")
    fit = fitted(rows)
    one = predict_survival(fit, rows, CUSTOMERS[:1], TIMES)
    mean = average_survival(fit, rows, CUSTOMERS[:1], TIMES)
    for column in ("estimate", "std_error", "conf_low", "conf_high"):
        assert getattr(mean, column) == pytest.approx(getattr(one, column), rel=1e-9)


def test_errors_by_cluster_are_what_each_cluster_does_to_the_curves() -> None:
    made, step = Made(60), 1e-5
    keys = ("entry", "strata", "cluster")
    shifts: dict[str, list[np.ndarray]] = {"predicted": [], "averaged": []}
    for cluster in np.unique(made.cluster):
        weights = [np.where(made.cluster == cluster, 1.0 + s, 1.0) for s in (step, -step)]
        for name, told in (("predicted", predicted), ("averaged", averaged)):
            up, down = (told(made, *keys, weights=w).estimate for w in weights)
            shifts[name].append((up - down) / (2.0 * step))
    for name, told in (("predicted", predicted), ("averaged", averaged)):
        wanted = np.sqrt(np.square(shifts[name]).sum(axis=0))
        assert told(made, *keys).std_error == pytest.approx(wanted, rel=1e-5)


def test_model_errors_are_those_of_the_baseline_and_of_the_coefficients() -> None:
    made = Made()
    rows = made.rows("entry")
    fit, x = fitted(rows, ties="breslow"), np.array(CUSTOMERS[0])
    inside = (rows.entry[:, None] < rows.moment) & (rows.moment <= rows.duration[:, None])

    def jumps(beta: np.ndarray) -> np.ndarray:
        """Breslow's, of this customer."""
        return np.array(
            [
                (rows.event & (rows.duration == t)).sum() / np.exp((made.x[there] - x) @ beta).sum()
                for t, there in zip(rows.moment, inside.T, strict=True)
            ]
        )

    told, own = predict_survival(fit, rows, x[None, :], TIMES), jumps(fit.values)
    deaths = [(rows.event & (rows.duration == t)).sum() for t in rows.moment]
    for place, t in enumerate(TIMES):
        upto = rows.moment <= t
        slope = [
            (jumps(fit.values + e)[upto].sum() - jumps(fit.values - e)[upto].sum()) / 2e-6
            for e in 1e-6 * np.eye(2)
        ]
        variance = (own**2 / deaths)[upto].sum() + slope @ np.array(fit.covariance) @ slope
        curve = np.exp(-own[upto].sum())
        assert told.estimate[0, place] == pytest.approx(curve, rel=1e-9)
        assert told.std_error[0, place] == pytest.approx(curve * np.sqrt(variance), rel=1e-6)


@pytest.mark.slow
def test_model_errors_are_those_of_a_bootstrap() -> None:
    made, rng = Made(600), np.random.default_rng(3)
    draws = [
        predicted(made, "strata", weights=rng.multinomial(600, np.full(600, 1 / 600))).estimate
        for _ in range(600)
    ]
    # a standard deviation of 600 draws is known to 3%, and the bootstrap follows the sample
    found = predicted(made, "strata").std_error
    assert found == pytest.approx(np.std(draws, axis=0), rel=0.12)


def test_intervals_hold_the_estimate_within_0_and_1() -> None:
    told = predicted(Made(), "entry", "strata")
    assert (told.conf_low > 0.0).all()
    assert (told.conf_low < told.estimate).all()
    assert (told.estimate < told.conf_high).all()
    assert (told.conf_high < 1.0).all()


def test_before_the_first_event_survival_is_certain_and_after_the_last_day_unknown() -> None:
    rows = Made().rows()
    told = predict_survival(fitted(rows), rows, CUSTOMERS[:1], [0.0, rows.duration.max() + 1.0])
    assert (told.estimate[0, 0], told.std_error[0, 0]) == (1.0, 0.0)
    assert np.isnan([told.estimate[0, 1], told.std_error[0, 1], told.conf_low[0, 1]]).all()


def test_strata_that_nobody_asks_for_change_no_error() -> None:
    rows = Made().rows("strata", "cluster")
    fit = fitted(rows)
    alone = predict_survival(fit, rows, CUSTOMERS[1:], TIMES, strata=STRATA[1:])
    both = predict_survival(fit, rows, CUSTOMERS, TIMES, strata=STRATA)
    assert alone.std_error[0] == pytest.approx(both.std_error[1], rel=1e-12)


def test_a_customer_far_outside_the_data_is_gone_at_once_or_never() -> None:
    rows = Made().rows()
    told = predict_survival(fitted(rows), rows, [[1e9, 0.0], [-1e9, 0.0]], TIMES)
    assert told.estimate[0].tolist() == [0.0, 0.0, 0.0]
    assert told.estimate[1].tolist() == [1.0, 1.0, 1.0]


def test_a_fit_with_strata_must_be_told_each_customers() -> None:
    rows = Made().rows("strata")
    with pytest.raises(ValueError, match="say each customer's"):
        predict_survival(fitted(rows), rows, CUSTOMERS, TIMES)
    with pytest.raises(ValueError, match="1 unknown"):
        predict_survival(fitted(rows), rows, CUSTOMERS, TIMES, strata=[0, 7])


def test_customers_with_missing_covariates_are_refused() -> None:
    rows = Made().rows()
    with pytest.raises(ValueError, match="are not 2 finite columns"):
        predict_survival(fitted(rows), rows, [[1.0, np.nan]], TIMES)


def test_the_interval_is_symmetric_in_the_log_of_the_log() -> None:
    rows = Made().rows()
    told = predict_survival(fitted(rows), rows, [[50.0, 1.0]], [5.0])
    share, error = told.estimate[0, 0], told.std_error[0, 0]
    reach = 1.959964 * error / (share * np.log(share))
    ends = np.exp(np.log(share) * np.exp([-reach, reach]))
    assert (told.conf_low[0, 0], told.conf_high[0, 0]) == pytest.approx(tuple(ends), rel=1e-6)
