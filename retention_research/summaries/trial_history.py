"""How often things had happened to a customer by the day on which a trial starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from retention_research.summaries.program_outcomes import KEYS

if TYPE_CHECKING:
    import ibis.expr.types as ir


def counted_before(
    starts: ir.Table, rows: ir.Table, spans: Mapping[str, tuple[int, int]]
) -> ir.Table:
    """How many rows customers have in spans of days up to their start.

    Args:
        starts: customer_id, start (date); unique by customer and start.
        rows: customer_id, day.
        spans: name of a column to the days it counts: (newest, oldest], in days before the start.
            (-1, 28) is the start and the 27 days before it, (0, 28) the 28 days before it.

    Returns:
        customer_id, start and the columns; starts with no row in any span are not there.

    Example:
        >>> from datetime import date
        >>> import ibis
        >>> starts = ibis.memtable({"customer_id": ["a"], "start": [date(2024, 1, 31)]})
        >>> days = [date(2024, 1, 1), date(2024, 1, 30), date(2024, 1, 31)]
        >>> rows = ibis.memtable({"customer_id": ["a"] * 3, "day": days})
        >>> counted_before(starts, rows, {"near": (-1, 7), "far": (7, 30)}).to_pandas()[
        ...     ["near", "far"]].values.tolist()
        [[2, 1]]
    """
    both = starts.select(*KEYS).inner_join(rows.select("customer_id", "day"), "customer_id")
    dated = both.mutate(ago=both.start.delta(both.day, unit="day"))
    newest = min(span[0] for span in spans.values())
    oldest = max(span[1] for span in spans.values())
    near = dated.filter(dated.ago > newest, dated.ago <= oldest)
    counts = {
        name: near.count(where=(near.ago > after) & (near.ago <= until))
        for name, (after, until) in spans.items()
    }
    return near.group_by(*KEYS).agg(**counts)


def happened_after(
    starts: ir.Table, rows: ir.Table, window_days: int, amount: str | None = None
) -> ir.Table:
    """Rows, or sums of an amount, of customers in the days (start, start + window_days].

    Args:
        starts: customer_id, start (date); unique by customer and start.
        rows: customer_id, day and the amount.
        window_days: the window.
        amount: the column to sum; rows are counted if None.

    Returns:
        customer_id, start, total; starts without a row in the window are not there.
    """
    columns = [name for name in ("customer_id", "day", amount) if name]
    both = starts.select(*KEYS).inner_join(rows.select(*columns), "customer_id")
    ahead = both.day.delta(both.start, unit="day")
    near = both.filter(ahead > 0, ahead <= window_days)
    total = near.count() if amount is None else near[amount].cast("decimal(18, 4)").sum()
    return near.group_by(*KEYS).agg(total=total.cast("float64"))
