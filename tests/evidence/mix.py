"""A change between two periods: its interval, and those of its two parts."""

from collections.abc import Mapping

import numpy as np

from retention_research.models.fit import Estimate
from retention_research.models.mix import Part, change, split_change
from retention_research.models.proportion import proportion
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS = (500, 600)  # in the earlier and the later period
SHARES = np.array([[0.6, 0.3, 0.1], [0.4, 0.4, 0.2]])  # of three levels, then and now
RATES = np.array([[0.85, 0.60, 0.30], [0.80, 0.65, 0.25]])


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Draw both periods, and hold the three intervals against what they are about."""
    sizes = [rng.multinomial(n, shares) for n, shares in zip(CUSTOMERS, SHARES, strict=True)]
    kept = [rng.binomial(n, rates) for n, rates in zip(sizes, RATES, strict=True)]
    then, now = (proportion(int(k.sum()), int(n.sum())) for k, n in zip(kept, sizes, strict=True))
    split = split_change(_parts(sizes, kept), CUSTOMERS)
    mix = float((SHARES[1] - SHARES[0]) @ RATES.mean(axis=0))
    within = float(SHARES.mean(axis=0) @ (RATES[1] - RATES[0]))
    return {
        "change": _holds(change(now, then), float((SHARES * RATES).sum(axis=1) @ [-1, 1])),
        "mix": _holds(split.mix, mix),
        "within": _holds(split.within, within),
    }


def _parts(sizes: list[np.ndarray], kept: list[np.ndarray]) -> list[Part]:
    rates = [
        [proportion(int(k), int(n)) for k, n in zip(*side, strict=True)]
        for side in zip(kept, sizes, strict=True)
    ]
    w = [n / n.sum() for n in sizes]
    return [Part(str(i), w[0][i], w[1][i], rates[0][i], rates[1][i]) for i in range(len(w[0]))]


def _holds(found: Estimate, truth: float) -> bool:
    return holds(found.conf_low, found.conf_high, truth)


STUDY = EvidenceStudy(
    name="mix",
    seed=19551,
    datasets=2000,
    truth={"customers": CUSTOMERS, "shares": SHARES.tolist(), "rates": RATES.tolist()},
    nominal=dict.fromkeys(("change", "mix", "within"), 0.95),
    sources=("intervals", "mix", "proportion"),
    once=once,
)
