"""The change of a KPI between two periods; of those that rest on the same customers, by pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import numpy as np

from retention_research.answers.kpis.inputs import Inputs
from retention_research.answers.kpis.loyalty import points_changes
from retention_research.answers.scorecard_rows import Measured
from retention_research.models.fit import Estimate, Missing
from retention_research.models.mix import change
from retention_research.models.paired_ratio import paired_change
from retention_research.periods import DAYS_PER_YEAR, Period
from retention_research.summaries.kpis.paired import purchases_at
from retention_research.values import Value, estimate, missing
from retention_research.workspace import Workspace

FREQUENCY = "purchase_frequency"
SAME_CUSTOMERS = (
    "Both periods rest mostly on the same customers; a range of the change that takes them for "
    "two groups would be far too wide."
)
SAME_FORECAST = (
    "Both periods rest on one forecast of what new customers buy later; a range of the change that "
    "takes them as independent would be wrong."
)
UNPAIRED: Mapping[str, str] = MappingProxyType({
    FREQUENCY: SAME_CUSTOMERS, "tenure_mean": SAME_CUSTOMERS, "redemption_rate": SAME_CUSTOMERS,
    "breakage_rate": SAME_CUSTOMERS, "clv_to_cac": SAME_FORECAST,
})  # fmt: skip

# a KPI and the first day of the earlier period to the change since
Pairs = Mapping[tuple[str, date], Estimate | Missing]


def paired_changes(workspace: Workspace, period: Period) -> Pairs:
    """Changes since the period before and a year ago that are told customer by customer.

    Args:
        workspace: the study and its tables.
        period: the last full one.

    Returns:
        Changes of purchases a year, and of points redeemed and expired.
    """
    earlier = (period.before, period.year_earlier)
    points = points_changes(Inputs(workspace, (*earlier, period)))
    return points | _frequency_changes(workspace, period, earlier)


def _frequency_changes(
    workspace: Workspace, period: Period, earlier: Sequence[Period]
) -> dict[tuple[str, date], Estimate | Missing]:
    ends = [p.end for p in (period, *earlier)]
    row = purchases_at(workspace.purchases(workspace.window.as_of), ends).to_pandas().iloc[0]
    sums = {str(name): float(number) for name, number in row.fillna(0).items()}
    confidence = workspace.study.confidence
    return {
        (FREQUENCY, p.start): _by_year(_of(sums, i, confidence))
        for i, p in enumerate(earlier, start=1)
    }


def _of(sums: Mapping[str, float], then: int, confidence: float) -> Estimate | Missing:
    names = ["y_0", "x_0", f"y_{then}", f"x_{then}"]
    products = np.array([[_product(sums, a, b) for a in names] for b in names])
    return paired_change(int(sums["n"]), [sums[name] for name in names], products, confidence)


def _product(sums: Mapping[str, float], one: str, other: str) -> float:
    return sums.get(f"{one}_{other}", sums.get(f"{other}_{one}", 0.0))


def _by_year(found: Estimate | Missing) -> Estimate | Missing:
    if isinstance(found, Missing):
        return found
    term, *numbers = found
    return Estimate(term, *(float(x or 0.0) * DAYS_PER_YEAR for x in numbers))


def change_of(
    kpi: str, now: Measured, then: Measured, earlier: Period, pairs: Pairs | None = None
) -> Value:
    """Now less then, with its interval; missing with the reason where there is none.

    Args:
        kpi: its name, without "kpi.".
        now: in the last full period.
        then: in the earlier one.
        earlier: which that is.
        pairs: as `paired_changes` gives them, where they are known.
    """
    one, other = now.as_estimate, then.as_estimate
    if one is None or other is None:
        when, lacking = ("now", now) if one is None else (f"for {earlier.words}", then)
        return missing("estimate", f"There is no value {when}: {lacking.value.reason}")
    found = _changed(kpi, one, other, (pairs or {}).get((kpi, earlier.start)))
    if isinstance(found, Missing):
        return missing("estimate", found.reason)
    assert found.conf_low is not None  # both values have intervals
    assert found.conf_high is not None
    n = min(now.value.n or 0, then.value.n or 0)
    ends = found.conf_low, found.conf_high
    return estimate(found.estimate, *ends, n, now.value.unit, found.std_error)


def _changed(
    kpi: str, now: Estimate, then: Estimate, paired: Estimate | Missing | None
) -> Estimate | Missing:
    if paired is not None:
        return paired
    return Missing("change", UNPAIRED[kpi]) if kpi in UNPAIRED else change(now, then)
