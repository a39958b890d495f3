"""BG/NBD at CDNOW's size and parameters: parameters, expected total, and forecast."""

from collections.abc import Mapping

import numpy as np

from retention_research.models.backtest import forecast_total
from retention_research.models.bg_nbd import fit_bg_nbd
from retention_research.models.bg_nbd_likelihood import BgNbdParameters
from retention_research.models.bg_nbd_simulation import simulate_bg_nbd
from tests.evidence.study import EvidenceStudy, holds

TRUTH = BgNbdParameters(0.2426, 4.4136, 0.7929, 2.4259)
CUSTOMERS = 2357
WINDOWS = (189, 272)  # days; purchase times are not merged by day
AHEAD = 39.0  # weeks


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate a cohort like CDNOW's, fit, and forecast 39 weeks."""
    T = rng.integers(WINDOWS[0], WINDOWS[1], CUSTOMERS, endpoint=True) / 7.0
    people = simulate_bg_nbd(TRUTH, T, rng, ahead=AHEAD)
    history = people.frequency, people.recency, T
    fit = fit_bg_nbd(*history)
    if fit.verdict.status == "at a boundary":
        return {"boundary": True}
    expected = fit.expected_purchases_total(AHEAD, *history)
    truth = float(fit.with_values(np.array(TRUTH)).expected_purchases(AHEAD, *history).sum())
    forecast = forecast_total(fit, *history, t=AHEAD)
    return {
        row.term: holds(row.conf_low, row.conf_high, value)
        for row, value in zip(fit.estimates, TRUTH, strict=True)
    } | {
        "expected_purchases": holds(expected.conf_low, expected.conf_high, truth),
        "forecast_total": holds(forecast.conf_low, forecast.conf_high, people.later.sum()),
    }


STUDY = EvidenceStudy(
    name="bg_nbd",
    seed=20051,
    datasets=2000,
    truth={**TRUTH._asdict(), "customers": CUSTOMERS, "days": WINDOWS, "weeks_ahead": AHEAD},
    nominal=dict.fromkeys(("r", "alpha", "a", "b", "expected_purchases", "forecast_total"), 0.95),
    sources=(
        "arrays",
        "backtest",
        "beta_rule",
        "bg_nbd",
        "bg_nbd_likelihood",
        "bg_nbd_predictions",
        "bg_nbd_simulation",
        "estimates",
        "histories",
        "intervals",
        "maximise",
        "purchase_fit",
    ),
    once=once,
)
