"""One call of each public function of roll-outs, on any engine's tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from retention_research.summaries import purchases, rollout, segments

AS_OF = date(2024, 12, 31)
SPANS = (28, 2, 2)


def bought(t: Any) -> Any:
    return t.once("rollout_bought", lambda: purchases.purchase_days(t.transactions, AS_OF))


def members(t: Any) -> Any:
    levels = segments.by_column(t.customers, "region")
    return t.once("rollout_members", lambda: rollout.unit_members(levels, bought(t)))


def starts(t: Any) -> Any:
    """Two days on which somebody bought."""
    days = t.transactions.filter(t.transactions.day.month().isin([6, 8]))
    return days.group_by(month=days.day.month()).agg(start=days.day.min()).select("start")


CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    rollout.unit_members: members,
    rollout.customers_there: lambda t: rollout.customers_there(members(t), starts(t), *SPANS),
    rollout.bought_there: lambda t: rollout.bought_there(members(t), bought(t), starts(t), *SPANS),
    rollout.sold_there: lambda t: rollout.sold_there(members(t), bought(t), starts(t), *SPANS),
    rollout.ratings_of: lambda t: [
        rollout.ratings_of(t.tickets, rows).drop("first_day") for rows in (None, members(t))
    ],
    rollout.rated_there: lambda t: [
        rollout.rated_there(rollout.ratings_of(t.tickets, rows), starts(t), *SPANS)
        for rows in (None, members(t))
    ],
}
