"""Rules that several event tables share, each made for its column."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis

from retention_research.events.rules import Choices, Column, Level, Rule

if TYPE_CHECKING:
    import ibis.expr.types as ir

FIRST_DAY = date(1980, 1, 1)  # 1900 and 1970 are how exports write "no date"
FAR_AHEAD = timedelta(days=366)  # behind the data: a slip of the year, no late export
STRANGER = "customer_unknown"

CUSTOMER_ID = Column("customer_id", "text", required=True)
EXCLUDED = Rule(
    "customer_excluded", "chosen", "customer_id", "customer in exclude_ids of the study",
    lambda t, c: t.customer_id.isin(c.exclude_ids), ("customer_id",),
)  # fmt: skip
UNKNOWN = Rule(
    STRANGER, "counted", "customer_id",
    "customer_id has no usable row in transactions and none in customers",
    lambda t, _: ~t.is_known, ("is_known",),
)  # fmt: skip


def of_customers(time: str) -> tuple[Rule, ...]:
    """The rules of every table about customers: dates that can be, customers that are known.

    Args:
        time: the column of the table's main time.

    Example:
        >>> [rule.name for rule in of_customers("sent_at")]
        ['sent_at_absurd', 'customer_excluded', 'customer_unknown']
    """
    return (absurd(time), EXCLUDED, UNKNOWN)


def absurd(time: str) -> Rule:
    """Rows dated before there were such data, or far beyond the newest day of the data."""

    def broken(t: ir.Table, c: Choices) -> ir.BooleanValue:
        ahead = t.day > c.last_day + FAR_AHEAD if c.last_day else ibis.literal(False)
        return (t.day < FIRST_DAY) | ahead

    words = f"dated before {FIRST_DAY.year}, or more than a year after the newest day of the data"
    return Rule(f"{time}_absurd", "counted", time, words, broken, ("day",))


def future(time: str) -> Rule:
    """Rows after the newest day of the orders: outside every window, and said."""
    words = "dated after the newest full day of transactions, outside every period"
    return Rule("future", "noted", time, words, lambda t, c: t.day > c.last_day, ("day",))


def duplicate(level: Level = "counted") -> Rule:
    """Rows that repeat an earlier one in every column; needs `copy`."""
    words = "repeats an earlier row in every column" + (", kept" if level == "noted" else "")
    return Rule("duplicate", level, "", words, lambda t, _: t.copy > 0, ("copy",))


def out_of_order(name: str, later: str, earlier: str, words: str) -> Rule:
    """Rows in which what comes later is dated before what comes first.

    A time at midnight is taken for a bare date: it may stand on the day of the other.

    Example:
        >>> from datetime import datetime
        >>> rule = out_of_order("left_first", "left", "came", "left before they came")
        >>> t = ibis.memtable({"came": [datetime(2024, 1, 5, 9)] * 2,
        ...                    "left": [datetime(2024, 1, 5), datetime(2024, 1, 5, 8)]})
        >>> rule.broken(t, Choices()).to_pyarrow().to_pylist()
        [False, True]
    """

    def broken(t: ir.Table, _: Choices) -> ir.BooleanValue:
        end, begin = t[later], t[earlier]
        bare = end == end.date().cast("timestamp")
        return (end.date() < begin.date()) | ((end < begin) & ~bare)

    return Rule(name, "counted", later, words, broken, (later, earlier))


def outside(column: str, low: float, high: float, blanked: bool) -> Rule:
    """Values outside a scale: the row is left out, or kept without the value.

    Example:
        >>> t = ibis.memtable({"csat": [5, 6, None]})
        >>> outside("csat", 1, 5, blanked=True).broken(t, Choices()).to_pyarrow().to_pylist()
        [False, True, None]
    """
    name, words = f"{column}_out_of_range", f"{column} outside {low:g} to {high:g}"
    level: Level = "noted" if blanked else "counted"
    words += ", kept without it" if blanked else ""
    return Rule(
        name, level, column, words, lambda t, _: (t[column] < low) | (t[column] > high), (column,),
        blanks=column if blanked else "",
    )  # fmt: skip


def negative(column: str, blanked: bool = True) -> Rule:
    """Numbers below zero where none can be: the row is left out, or kept without the value."""
    level: Level = "noted" if blanked else "counted"
    words = f"{column} below 0" + (", kept without it" if blanked else "")
    return Rule(
        f"{column}_negative", level, column, words, lambda t, _: t[column] < 0, (column,),
        blanks=column if blanked else "",
    )  # fmt: skip


def not_among(column: str, known: tuple[str, ...], level: Level) -> Rule:
    """Words that the reports do not know."""
    listed = ", ".join(known[:-1]) + f" or {known[-1]}"
    words = f"{column} is not {listed}" + (", used by no report" if level == "noted" else "")
    return Rule(
        f"{column}_unknown", level, column, words, lambda t, _: ~t[column].isin(known), (column,)
    )
