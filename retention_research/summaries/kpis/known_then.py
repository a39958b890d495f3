"""Rows of several periods, each as it was known at the end of its own."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from retention_research.periods import Period
from retention_research.summaries.as_known import KNOWN


def known_then(rows: ir.Table, name: str, day: ir.DateValue, periods: Sequence[Period]) -> ir.Table:
    """The rows, with what came after the end of their own period set to null.

    Rows of an early period have had longer to be resolved, answered or acted on than those of the
    last; known at the end of its own, every period has had the same time.

    Args:
        rows: of one event table.
        name: which table it is.
        day: of each row, by which it belongs to a period; rows of none stay as they are.
        periods: they do not overlap.

    Example:
        >>> from datetime import date, datetime
        >>> rows = ibis.memtable({"opened_at": [datetime(2024, 1, 5), datetime(2024, 2, 1)],
        ...                       "resolved_at": [datetime(2024, 2, 5), datetime(2024, 2, 5)]})
        >>> months = [Period.holding(date(2024, month, 1), "month") for month in (1, 2)]
        >>> then = known_then(rows, "tickets", rows.opened_at.date(), months)
        >>> then.resolved_at.isnull().to_pyarrow().to_pylist()
        [True, False]
    """
    end = ibis.cases(*((day.between(p.start, p.end), ibis.literal(p.end)) for p in periods))
    blanked: dict[str, ir.Value] = {}
    for time, others in KNOWN[name].facts.items():
        for column in (time, *others) if time in rows.columns else ():
            if column in rows.columns:
                later = (rows[time].date() > end).fill_null(False)
                blanked[column] = ibis.ifelse(later, None, rows[column])
    return rows.mutate(**blanked)
