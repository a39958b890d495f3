"""Tenure by purchases: how long customers stay until a long silence, and who comes back from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from retention_research.answers.recorded import recorded, turned
from retention_research.answers.survival_groups import (
    NOBODY,
    fit,
    left_after,
    mean_tenure,
    median_tenure,
)
from retention_research.events.engine import hold
from retention_research.models.fit import Estimate, Missing
from retention_research.models.kaplan_meier import KaplanMeierFit
from retention_research.models.proportion import proportion
from retention_research.summaries import tenure as summaries
from retention_research.values import Value, fact
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

BACK_AFTER = (13, 26, 52)  # weeks after a customer has fallen silent
_NOBODY_SILENT = Missing("returned", "Nobody has fallen silent yet.")


@dataclass(frozen=True, slots=True)
class Tenures:
    """Tenure of those whose first purchase is known, and of those who entered late.

    Attributes:
        known: rows as `summaries.tenure.tenure` gives them, of known first purchases.
        beyond: customer_id, duration above 0 and event_observed, with those who entered late; then
            also `entry`, the age at which they did.
        late: how many entered late.
    """

    known: ir.Table
    beyond: ir.Table
    late: int


def tenures(workspace: Workspace) -> Tenures:
    """Tenure of every customer who can be followed."""
    as_of, days = workspace.window.as_of, workspace.silence_days
    lasted = summaries.tenure(workspace.purchases(as_of), as_of, days)
    rows = hold(workspace.with_birth(lasted))
    known = rows.filter(rows.birth_known)
    beyond = known.filter(known.duration > 0).select("customer_id", "duration", "event_observed")
    late = _late(workspace, rows.filter(~rows.birth_known))
    count = int(late.count().execute()) if late is not None else 0
    if late is None or not count:
        return Tenures(known, beyond, 0)
    from_birth = beyond.mutate(entry=ibis.literal(0).cast("int64"))
    return Tenures(known, hold(from_birth.union(late)), count)


def _late(workspace: Workspace, unknown: ir.Table) -> ir.Table | None:
    customers = workspace.table("customers")
    if customers is None or "acquired_at" not in customers.columns:
        return None
    start, days = workspace.events.first_day, workspace.silence_days
    rows = summaries.enter_late(unknown, start, days, customers)
    return rows.select("customer_id", "duration", "event_observed", rows.entry.cast("int64"))


def tenure_values(
    workspace: Workspace, found: Tenures, still: KaplanMeierFit | None, tau: int
) -> dict[str, Value]:
    """One-time customers, those who came back from a silence, and tenure by purchases."""
    # duration 0 is also who was born so long before as_of to the day: not seen falling silent
    silent = found.known.filter((found.known.duration == 0) & found.known.event_observed)
    n, once = (int(rows.count().execute()) for rows in (found.known, silent))
    share = proportion(once, n, workspace.study.confidence) if n else NOBODY
    return {
        "tenure.one_order_share": recorded(share, n, "share"),
        "tenure.one_order_returned": fact(_returned(silent), "count", n=once),
        "tenure.entered_late": fact(found.late, "count"),
        **curve_values("tenure", still, tau),
        **_back_values(workspace, found.known),
    }


def curve_values(
    prefix: str, still: KaplanMeierFit | None, tau: int, nobody: Missing = NOBODY
) -> dict[str, Value]:
    """Median, share left and mean of a curve of how long something lasts.

    Args:
        prefix: of the names, such as "km".
        still: the curve, if there is anybody.
        tau: age in days for the share left, and to which the mean runs.
        nobody: why there is no curve.
    """
    n = still.n if still else 0
    median, mean = (median_tenure(still), mean_tenure(still, tau)) if still else (nobody, nobody)
    left = left_after(still, tau) if still else nobody
    return {
        f"{prefix}.median": recorded(median, n, "days"),
        f"{prefix}.probability_{tau}d": recorded(left, n, "share"),
        f"{prefix}.rmst_{tau}d": recorded(mean, n, "days"),
    }


def _returned(rows: ir.Table) -> int:
    return int(rows.reactivated.sum().fill_null(0).execute())


def _back_values(workspace: Workspace, known: ir.Table) -> dict[str, Value]:
    """How many fell silent and bought again, and how soon."""
    silent = known.filter(known.event_observed)
    n, back = int(silent.count().execute()), _returned(silent)
    share = proportion(back, n, workspace.study.confidence) if n else _NOBODY_SILENT
    away = fit(workspace, silent.select(duration="away", event_observed="reactivated"))
    return {
        "tenure.reactivated": fact(back, "count", n=n),
        "tenure.reactivated_share": recorded(share, n, "share"),
        **{f"tenure.reactivated_{w}w": recorded(_back(away, w), n, "share") for w in BACK_AFTER},
    }


def _back(away: KaplanMeierFit | None, weeks: int) -> Estimate | Missing:
    return turned(left_after(away, 7 * weeks)) if away else _NOBODY_SILENT


def returns_frame(values: dict[str, Value]) -> pd.DataFrame:
    """Who bought again after a silence: silent_weeks, probability and its ends, where known."""
    import pandas as pd

    columns = ["silent_weeks", "probability", "share_low", "share_high"]
    found = [(w, values[f"tenure.reactivated_{w}w"]) for w in BACK_AFTER]
    rows = [(w, v.value, v.conf_low, v.conf_high) for w, v in found if v.value is not None]
    return pd.DataFrame(rows, columns=columns)
