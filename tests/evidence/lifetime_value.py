"""Lifetime value at CDNOW's size and parameters: the total, and the share of the best tenth."""

from collections.abc import Mapping

import numpy as np

from retention_research.models.bg_nbd import fit_bg_nbd
from retention_research.models.bg_nbd_simulation import simulate_bg_nbd
from retention_research.models.gamma_gamma import expected_customer_spend, fit_gamma_gamma
from retention_research.models.lifetime_value import (
    discounted_purchases,
    expected_customer_lifetime_value,
)
from tests.evidence import bg_nbd, gamma_gamma
from tests.evidence.study import EvidenceStudy, holds

HORIZON, ANNUAL_RATE, MARGIN = 52.0, 0.10, 0.30
DISCOUNT = float(np.log1p(ANNUAL_RATE) / (365.25 / 7.0))


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate purchases and spend, fit both models, and value every customer."""
    first, last = bg_nbd.WINDOWS
    T = rng.integers(first, last, bg_nbd.CUSTOMERS, endpoint=True) / 7.0
    people = simulate_bg_nbd(bg_nbd.TRUTH, T, rng)
    x, again = people.frequency, people.frequency > 0
    scale = rng.gamma(gamma_gamma.TRUTH.q, 1.0 / gamma_gamma.TRUTH.v, x.size)
    spend = rng.gamma(gamma_gamma.TRUTH.p * np.maximum(x, 1.0)) / (scale * np.maximum(x, 1.0))
    purchases = fit_bg_nbd(x, people.recency, T)
    money = fit_gamma_gamma(x[again], spend[again])
    if "at a boundary" in (purchases.verdict.status, money.verdict.status):
        return {"boundary": True}
    rows = x, people.recency, T, spend
    options = {"horizon": HORIZON, "discount": DISCOUNT, "margin": MARGIN}
    told = expected_customer_lifetime_value(purchases, money, *rows, **options)
    known = purchases.with_values(np.array(bg_nbd.TRUTH))
    bought = discounted_purchases(known, *rows[:3], horizon=HORIZON, discount=DISCOUNT)
    truth = MARGIN * bought * expected_customer_spend(gamma_gamma.TRUTH, x, spend)
    best = told.value >= np.quantile(told.value, 0.9)
    total, share = told.total(), told.share(best)
    return {
        "total": holds(total.conf_low, total.conf_high, float(truth.sum())),
        "top_tenth_share": holds(
            share.conf_low, share.conf_high, float(truth[best].sum() / truth.sum())
        ),
    }


STUDY = EvidenceStudy(
    name="lifetime_value",
    seed=20052,
    datasets=2000,
    truth={
        "purchases": bg_nbd.STUDY.truth,
        "spend": gamma_gamma.STUDY.truth,
        "weeks_ahead": HORIZON,
        "annual_rate": ANNUAL_RATE,
        "margin": MARGIN,
    },
    nominal=dict.fromkeys(("total", "top_tenth_share"), 0.95),
    sources=tuple({*bg_nbd.STUDY.sources, *gamma_gamma.STUDY.sources, "lifetime_value"}),
    once=once,
)
