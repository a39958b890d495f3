"""How far each event table reaches within the window."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from retention_research.values import Value, fact, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("table", "rows_used", "first_day", "last_day")


def tables_reach(workspace: Workspace) -> pd.DataFrame:
    """Rows of every event table up to as_of, and the days of the first and last.

    Returns:
        table, rows_used, first_day, last_day; days are None where a table is empty or its rows
        bear no date.
    """
    import pandas as pd

    names = workspace.events.tables
    rows = [(name, *_reach(workspace, name)) for name in names]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        {"first_day": object, "last_day": object}
    )


def _reach(workspace: Workspace, name: str) -> tuple[int, date | None, date | None]:
    rows = workspace.table(name)
    if rows is None or "day" not in rows.columns:
        return (0 if rows is None else int(rows.count().execute())), None, None
    found = rows.aggregate(n=rows.count(), first=rows.day.min(), last=rows.day.max())
    line = found.to_pyarrow().to_pylist()[0]
    return int(line["n"]), line["first"], line["last"]


def reach_values(tables: pd.DataFrame) -> dict[str, Value]:
    """First and last day of each table that bears dates, as values.

    Args:
        tables: from `tables_reach`.
    """
    dated = tables[tables["table"] != "customers"]
    return {
        f"data.{row.table}.{which}": _day(getattr(row, which), int(row.rows_used))
        for row in dated.itertuples()
        for which in ("first_day", "last_day")
    }


def _day(day: Any, n: int) -> Value:
    if day is None:
        return missing("fact", "The table holds no row up to the last day of the window.")
    return fact(str(day), "date", n=n)
