"""Are there comparable customers for all who enrolled?

Crump, Hotz, Imbens and Mitnik (2009), Biometrika 96, 187-199, on what to do where there are not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from retention_research.models.arrays import Flags, Floats
from retention_research.programs.enrolment.propensity import Propensity
from retention_research.programs.enrolment.rows import FEWEST

LOST = 0.05  # of the enrolled: if more are trimmed, the effect is no longer theirs
CARRIED = 0.05  # of all weight: if one customer has more, the comparison hangs on that one
_BINS = 20


class Support(NamedTuple):
    """Chances to enrol that are found on both sides.

    Attributes:
        low, high: the ends.
        share_treated, share_control: of each side's rows, how many lie within.
    """

    low: float
    high: float
    share_treated: float
    share_control: float


class Overlap(NamedTuple):
    """How the two sides' chances to enrol lie over each other.

    Attributes:
        support: chances found on both sides.
        trimmed_treated, trimmed_control: rows left out.
        share_lost: of the enrolled, left out.
        effective_controls: rows of equal weight that would tell as much as the weighted ones.
        largest_share: of all controls' weight, that of the customer with most.
        separation: the chance that an enrolled row has the higher chance (c statistic), 0.5
            where the covariates tell nothing.
        edges: of the bins of the chance, shape (bins + 1,).
        treated, control: rows in each bin, shape (bins,).
        passed: few enrolled were lost, and the comparison hangs on no single customer, nor on few.
        told: what was found.
    """

    support: Support
    trimmed_treated: int
    trimmed_control: int
    share_lost: float
    effective_controls: float
    largest_share: float
    separation: float
    edges: tuple[float, ...]
    treated: tuple[int, ...]
    control: tuple[int, ...]
    passed: bool
    told: str


def common_support(chance: npt.ArrayLike, treated: npt.ArrayLike) -> Support:
    """Chances between the higher of the two minima and the lower of the two maxima.

    Args:
        chance: to enrol, shape (n,).
        treated: who did, shape (n,), some of each.

    Example:
        >>> common_support([0.2, 0.6, 0.8, 0.1, 0.4, 0.7], [1, 1, 1, 0, 0, 0])[:2]
        (0.2, 0.7)
    """
    e, t = np.asarray(chance, dtype=np.float64), np.asarray(treated) == 1
    low, high = max(e[t].min(), e[~t].min()), min(e[t].max(), e[~t].max())
    inside = (e >= low) & (e <= high)
    return Support(float(low), float(high), float(inside[t].mean()), float(inside[~t].mean()))


def overlap(propensity: Propensity) -> Overlap:
    """Hold the two sides' chances to enrol against each other.

    Args:
        propensity: of the trials.
    """
    e, t = propensity.chance, propensity.design.treated == 1.0
    lost = ~propensity.kept
    share_lost = float(lost[t].mean())
    effective, largest = _carried(propensity, ~t & propensity.kept)
    edges = np.linspace(0.0, max(float(e.max()), 1e-6), _BINS + 1)
    passed = share_lost <= LOST and largest <= CARRIED and effective >= FEWEST
    return Overlap(
        support=common_support(e, t),
        trimmed_treated=int(lost[t].sum()),
        trimmed_control=int(lost[~t].sum()),
        share_lost=share_lost,
        effective_controls=effective,
        largest_share=largest,
        separation=_separation(e, t),
        edges=tuple(edges.tolist()),
        treated=tuple(np.histogram(e[t], edges)[0].tolist()),
        control=tuple(np.histogram(e[~t], edges)[0].tolist()),
        passed=passed,
        told=_told(share_lost, largest, effective),
    )


def _carried(propensity: Propensity, controls: Flags) -> tuple[float, float]:
    """Effective number of control rows (Kish), and the largest customer's share of weight."""
    weight = propensity.weights * controls
    total = float(weight.sum())
    by_customer = np.bincount(propensity.design.customer, weights=weight)
    return total**2 / float(weight @ weight), float(by_customer.max()) / total


def _separation(chance: Floats, treated: Flags) -> float:
    have, lack = int(treated.sum()), int((~treated).sum())
    ranks = rankdata(chance)[treated].sum()
    return float((ranks - have * (have + 1) / 2.0) / (have * lack))


def _told(lost: float, largest: float, effective: float) -> str:
    if lost > LOST:
        return (
            f"{lost:.0%} of those who enrolled have no comparable customer who did not: what is "
            "told is not about them."
        )
    if largest > CARRIED:
        return f"A single customer carries {largest:.0%} of the weight of the comparison."
    if effective < FEWEST:
        return f"The comparison rests on as little as {effective:.0f} customers of equal weight."
    return (
        "Nearly all who enrolled have comparable customers who did not; these tell as much as "
        f"{effective:,.0f} of equal weight."
    )
