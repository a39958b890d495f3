"""Groups of customers: by how recently, often and much they buy, and by the study's own columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from retention_research.study import StudyError
from retention_research.summaries.purchases import exact_sum

OTHER, UNKNOWN, NO_PURCHASE = "other", "unknown", "no purchase yet"
_UPPER = 0.75  # of repeat buyers: who lies above it buys often, or spends much
_FEWEST_OFTEN = 3  # purchases; two are not often, however rare a second one is


class RfmGroup(NamedTuple):
    """One named group of recency, frequency and money.

    Attributes:
        name: what pages call it.
        meaning: who is in it, in plain words.
        belongs: the rule, on yes-or-no columns bought, repeat, often, much, lately and quiet.
    """

    name: str
    meaning: str
    belongs: Callable[[Any], ir.BooleanValue]


# the first group whose rule holds is the customer's
RFM_GROUPS = (
    RfmGroup("champions", "bought lately, buy often and spend much",
             lambda t: t.lately & t.often & t.much),
    RfmGroup("loyal", "bought lately, and buy often or spend much",
             lambda t: t.lately & t.repeat & (t.often | t.much)),
    RfmGroup("promising", "bought lately, and more than once", lambda t: t.lately & t.repeat),
    RfmGroup("new", "bought lately, for the first time", lambda t: t.lately),
    RfmGroup("at risk", "bought more than once, and have been quiet for a while",
             lambda t: t.quiet & t.repeat),
    RfmGroup("undecided", "bought once, a while ago", lambda t: t.quiet),
    RfmGroup("lapsed regulars", "bought often or spent much, and have fallen silent",
             lambda t: t.repeat & (t.often | t.much)),
    RfmGroup("lapsed", "bought more than once, and have fallen silent", lambda t: t.repeat),
    RfmGroup("one-time lapsed", "bought once, and have fallen silent", lambda t: t.bought),
)  # fmt: skip


def rfm(purchases: ir.Table, at: date, silence_days: int) -> ir.Table:
    """Each customer's group by recency, frequency and money, as known on a day.

    Lately is within half of the silence, quiet up to the whole of it. Often and much are the
    upper quarter of repeat buyers by purchases (three at least) and by money spent.

    Args:
        purchases: rows of customer_id, day, amount.
        at: the day; later purchases are not looked at.
        silence_days: churn.inactive_for in days.

    Returns:
        customer_id, level (a name of RFM_GROUPS).
    """
    past = purchases.filter(purchases.day <= at)
    per = past.group_by("customer_id").agg(
        purchases=past.count(),
        spent=exact_sum(past.amount),
        silent=ibis.literal(at).delta(past.day.max(), unit="day"),
    )
    marked = _marked(per, silence_days)
    level = ibis.cases(*((group.belongs(marked), group.name) for group in RFM_GROUPS))
    return marked.select("customer_id", level=level)


def _marked(per: ir.Table, silence_days: int) -> ir.Table:
    again = per.filter(per.purchases > 1)
    cuts = again.aggregate(
        many=again.purchases.cast("float64").quantile(_UPPER), large=again.spent.quantile(_UPPER)
    )
    rows = per.cross_join(cuts)
    return rows.select(
        "customer_id",
        bought=rows.purchases > 0,
        repeat=rows.purchases > 1,
        often=((rows.purchases >= rows.many) & (rows.purchases >= _FEWEST_OFTEN)).fill_null(False),
        much=(rows.spent >= rows.large).fill_null(False),
        lately=2 * rows.silent < silence_days,
        quiet=(2 * rows.silent >= silence_days) & (rows.silent < silence_days),
    )


def by_column(customers: ir.Table | None, column: str, key: str = "segments") -> ir.Table:
    """Each customer's value in a column of the customers table; none is "unknown".

    Args:
        customers: the checked customers, if the study has them.
        column: one of its columns.
        key: the study's key that names the column.

    Returns:
        customer_id, level.

    Raises:
        StudyError: if there is no such column.
    """
    if customers is None or column not in customers.columns:
        raise StudyError(_no_such_column(customers, column, key))
    written = customers[column].cast("string").strip()
    return customers.select("customer_id", level=written.nullif("").fill_null(UNKNOWN))


def _no_such_column(customers: ir.Table | None, column: str, key: str) -> str:
    if customers is None:
        return f"{key}: {column}: there is no table of customers. Add it, or leave it out."
    near = get_close_matches(column, customers.columns, 1, 0.5)
    hint = f" Did you mean {near[0]}?" if near else ""
    return (
        f"{key}: {column}: customers have no such column.{hint} "
        "Name a column of the customers table, or leave it out."
    )


def everybody(purchases: ir.Table, customers: ir.Table | None) -> ir.Table:
    """Every customer once: who bought, and who is in the customers table."""
    bought = purchases.select("customer_id").distinct()
    if customers is None:
        return bought
    return bought.union(customers.select("customer_id"), distinct=True)


def complete(levels: ir.Table, everyone: ir.Table, otherwise: str, floor: int) -> ir.Table:
    """The levels of everybody, small ones merged.

    Args:
        levels: customer_id, level.
        everyone: customer_id, each once.
        otherwise: level of who has none.
        floor: the study's group_floor.

    Returns:
        customer_id, level.
    """
    joined = everyone.left_join(levels, "customer_id")
    whole = joined.select("customer_id", level=joined.level.fill_null(otherwise))
    return merge_small(whole, floor)


def merge_small(levels: ir.Table, floor: int) -> ir.Table:
    """Merge levels of fewer customers than the floor into "other".

    Where these together stay under the floor, the next smallest level joins them: what is left of
    a total would give them away.

    Args:
        levels: customer_id, level.
        floor: the study's group_floor.
    """
    named = small_levels(levels.group_by("level").agg(n=levels.count()), floor)
    return levels.view().join(named, "level").select("customer_id", level="merged")


def small_levels(sizes: ir.Table, floor: int) -> ir.Table:
    """What each level is shown as: itself, or "other" by the rule of `merge_small`.

    Args:
        sizes: level, n (customers).
        floor: the study's group_floor.

    Returns:
        level, merged.
    """
    ascending = ibis.cumulative_window(order_by=[sizes.n, sizes.level])
    ranked = sizes.select("level", "n", before=sizes.n.sum().over(ascending) - sizes.n)
    is_small = (ranked.n < floor) | ((ranked.before > 0) & (ranked.before < floor))
    return ranked.select("level", merged=is_small.ifelse(OTHER, ranked.level))


def together(segments: Mapping[str, ir.Table]) -> ir.Table:
    """Several segments as one table, in which each customer has a level of each.

    Args:
        segments: mark to its table of customer_id and level.

    Returns:
        customer_id, level: the mark and then the level.
    """
    marked = [
        levels.select("customer_id", level=ibis.literal(mark) + levels.level)
        for mark, levels in segments.items()
    ]
    return ibis.union(*marked) if len(marked) > 1 else marked[0]
