"""How soon customers order again, by how often they have ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import ibis

from retention_research.answers.recorded import recorded, turned
from retention_research.answers.survival_groups import fit_cells, left_after
from retention_research.events.engine import hold
from retention_research.models.clustered_kaplan_meier import (
    FEWEST,
    ClusteredCurve,
    fit_clustered_curve,
)
from retention_research.models.fit import Estimate, Missing
from retention_research.models.kaplan_meier import KaplanMeierFit
from retention_research.summaries import tenure as summaries
from retention_research.values import Value, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

LAST = 5  # orders of this number and later ones are looked at together
WITHIN = 13  # weeks
_MOST_WAITS = 1_000_000  # from the fifth order on
_NAMES = {1: "1st to 2nd", 2: "2nd to 3rd", 3: "3rd to 4th", 4: "4th to 5th", LAST: "5th and later"}
COLUMNS = ["order_number", "customers", "probability", "share_low", "share_high", "median_wait",
           "days_low", "days_high"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class NextOrders:
    """Time from each order to the next.

    Attributes:
        values: by glossary name.
        frame: `COLUMNS`, one row for each number of order that customers enough have reached.
    """

    values: dict[str, Value]
    frame: pd.DataFrame

    @property
    def known(self) -> pd.DataFrame:
        """The rows whose share is known with its range."""
        return self.frame.dropna(subset=["probability", "share_low", "share_high"])


class _Wait(NamedTuple):
    """How long customers wait: how many were looked at, days of half of them, share back."""

    n: int
    median: Estimate | Missing
    share: Estimate | Missing


def next_orders(workspace: Workspace) -> NextOrders:
    """Time from each order to the next, of customers whose first order is known."""
    import pandas as pd

    as_of = workspace.window.as_of
    gaps = workspace.with_birth(summaries.order_gaps(workspace.purchases(as_of), as_of, LAST))
    rows = hold(gaps.filter(gaps.birth_known))
    values, lines = {}, []
    for number, name in _NAMES.items():
        n, median, share = _wait(workspace, rows.filter(rows.number == number), number)
        values[f"next_order.after_{number}.median"] = median
        values[f"next_order.after_{number}.probability_{WITHIN}w"] = share
        if n >= workspace.study.group_floor:
            ends = (x for v in (share, median) for x in (v.value, v.conf_low, v.conf_high))
            lines.append((name, n, *ends))
    return NextOrders(values, pd.DataFrame(lines, columns=COLUMNS))


def _wait(workspace: Workspace, rows: ir.Table, number: int) -> tuple[int, Value, Value]:
    n = int(rows.customer_id.nunique().execute())
    if n < workspace.study.group_floor:
        who = {0: "No customer has", 1: "Only 1 customer has"}.get(n, f"Only {n} customers have")
        reason = f"{who} come so far; {workspace.study.group_floor} are needed."
        return n, missing("estimate", reason), missing("estimate", reason)
    found = _each(workspace, rows) if number < LAST else _together(workspace, rows)
    median, share = recorded(found.median, found.n, "days"), recorded(found.share, found.n, "share")
    return n, median, share


def _each(workspace: Workspace, rows: ir.Table) -> _Wait:
    """Of orders of one number: each customer has one."""
    curve = fit_cells(summaries.count_durations(rows).to_pandas(), workspace)
    assert curve is not None  # there are customers
    return _Wait(curve.n, _median(curve), turned(left_after(curve, 7 * WITHIN)))


def _median(curve: KaplanMeierFit | ClusteredCurve) -> Estimate | Missing:
    found = curve.median()
    reason = "Fewer than half ordered again for as long as they were watched."
    return Missing("median", reason) if isinstance(found, Missing) else found


def _together(workspace: Workspace, rows: ir.Table) -> _Wait:
    """Of orders of many numbers: a customer has several, so that errors go by customer."""
    frame = _thinned(rows, _MOST_WAITS).to_pandas()
    level = workspace.study.confidence
    curve = fit_clustered_curve(
        frame["duration"], frame["event_observed"], frame["code"], confidence=level, unit="days"
    )
    found = curve.survival_at(7 * WITHIN)
    if curve.customers < FEWEST or isinstance(found, Missing):
        found = Missing("probability", _why_open(frame["duration"].max()))
    return _Wait(curve.customers, _median(curve), turned(found))


def _thinned(rows: ir.Table, most: int) -> ir.Table:
    """The waits with a number for each customer; of one customer in so many, where they are many.

    More waits than this add seconds and memory, and nothing to the third digit.
    """
    code = ibis.dense_rank().over(order_by=rows.customer_id).cast("int64")
    coded = rows.select("duration", "event_observed", code=code)
    one_in = -(-int(rows.count().execute()) // most)
    return coded.filter(coded.code % one_in == 0) if one_in > 1 else coded


def _why_open(longest: int) -> str:
    if longest < 7 * WITHIN:
        return f"Nobody was watched for more than {longest} days."
    return f"Nobody, or everybody, of those watched had ordered again within {WITHIN} weeks."
