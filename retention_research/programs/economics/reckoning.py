"""Each amount that is told of a program's money, from draws with their cost."""

from __future__ import annotations

import numpy as np

from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.economics.costed import Costed
from retention_research.programs.economics.projections import (
    PERSISTENCE,
    Persistence,
    Projection,
    multiple,
)
from retention_research.programs.economics.spans import (
    give_range,
    price_of,
    return_of,
    spread_of,
)
from retention_research.programs.effects import Effect, MoneyDraws

KEEP_AT = 0.9  # break-even probability from which on a program is kept
ROI = "return_on_investment"
_NO_RANGE = "No range can be given for the margin, so no chance that it exceeds the cost."
_SAVED = "It cost no more than was spent without it."


def cost_of(held: Costed) -> Estimate:
    """Cost per customer."""
    return spread_of("cost", held.point, held.cost, held.confidence)


def profit_of(held: Costed) -> Estimate:
    """Margin less cost, of all customers."""
    margin = held.draws.margin_point - held.point
    return held.total("profit", margin, held.draws.margin - held.cost)


def return_on_investment(held: Costed, multiple: float = 1.0) -> Estimate | Missing:
    """(multiple times margin - cost) / cost."""
    gain = multiple * held.draws.margin_point - held.point
    drawn = multiple * held.draws.margin - held.cost
    return return_of(ROI, gain, held.point, drawn, held.cost, held.confidence)


def margin_per_spent(held: Costed) -> Estimate | Missing:
    """Margin over cost."""
    margin, drawn = held.draws.margin_point, held.draws.margin
    return return_of("margin_per_spent", margin, held.point, drawn, held.cost, held.confidence)


def break_even_probability(held: Costed) -> float | Missing:
    """Share of draws with margin above cost; missing where draws do not vary."""
    if held.why or not give_range(held.draws.margin):
        return Missing("break_even_probability", held.why or _NO_RANGE)
    return float((held.draws.margin > held.cost).mean())


def break_even_cost(held: Costed) -> Estimate:
    """Margin per customer, less the fixed cost."""
    margin = held.draws.margin
    point = held.draws.margin_point - held.fixed
    return spread_of("break_even_cost", point, margin - held.fixed, held.confidence)


def cost_to_keep(draws: MoneyDraws) -> float | Missing:
    """Cost per customer that nine draws of ten exceed in margin."""
    if not give_range(draws.margin):
        return Missing("cost_to_keep", _NO_RANGE)
    return float(np.quantile(draws.margin, 1.0 - KEEP_AT))


def payback(held: Costed) -> Estimate | Missing:
    """Weeks until the margin covers the cost for good; what a draw adds is spread evenly over them.

    Where purchases are only moved forward, the sum rises above the cost and falls below it again:
    that is no payback.
    """
    weeks = held.draws.by_week.size
    if not weeks:
        return Missing("payback_weeks", "The course of the margin over the window is not known.")
    sofar = np.cumsum(held.draws.by_week)
    place = _first_to_stay(sofar[None], np.array([held.point]))[0]
    if not np.isfinite(place):
        return Missing("payback_weeks", f"Within {weeks} weeks it does not pay back.")
    even = np.arange(1, weeks + 1) / weeks
    drawn = sofar + np.outer(held.draws.margin - held.draws.margin_point, even)
    found = _first_to_stay(drawn, held.cost)
    return spread_of("payback_weeks", float(place), found, held.confidence)


def _first_to_stay(sofar: Floats, cost: Floats) -> Floats:
    """Weeks until the sum has reached the cost and stays there, shape (rows,); else infinite."""
    reached = sofar >= cost[:, None]
    stays = np.logical_and.accumulate(reached[:, ::-1], axis=1)[:, ::-1]
    weeks = np.where(stays.any(axis=1), stays.argmax(axis=1) + 1.0, np.inf)
    return np.where((cost <= 0.0) & stays[:, 0], 0.0, weeks)


def kept_of(held: Costed) -> Estimate | Missing:
    """Customers who bought and would not have without."""
    if held.draws.kept is None or held.draws.kept_point is None:
        return Missing("kept", "Whether customers were kept is not among the outcomes.")
    return held.total("kept", held.draws.kept_point, held.draws.kept)


def cost_per_kept(held: Costed) -> Estimate | Missing:
    """Cost over customers kept."""
    kept, point = held.draws.kept, held.draws.kept_point
    if kept is None or point is None:
        return Missing("cost_per_kept", "Whether customers were kept is not among the outcomes.")
    if point <= 0.0:
        return Missing("cost_per_kept", "No more customers were kept than without it.")
    if held.point < 0.0:
        return Missing("cost_per_kept", _SAVED)
    return price_of("cost_per_kept", held.point, point, held.cost, kept, held.confidence)


def bought_anyway(retained: Effect | None) -> Estimate | Missing:
    """Of buyers, the share that would have bought anyway: 1 / (1 + lift)."""
    lift = retained.lift if retained else Missing("anyway", "Who bought at all is not known.")
    if isinstance(lift, Missing):
        return Missing("anyway", lift.reason)
    ends = (None if end is None else _without(end) for end in (lift.conf_high, lift.conf_low))
    return Estimate("anyway", _without(lift.estimate), None, *ends)


def _without(lift: float) -> float:
    return 1.0 / (1.0 + max(lift, 0.0))


def cost_anyway(held: Costed, anyway: Estimate | Missing) -> Estimate | Missing:
    """The cost of a buyer, times the share of buyers who would have bought anyway.

    A cost of a customer that is none, or less, has no part that was spent on anybody.
    """
    if isinstance(anyway, Missing):
        return Missing("cost_anyway", anyway.reason)
    if held.point <= 0.0:
        return Missing("cost_anyway", _SAVED)
    ends = (None if end is None else held.point * end for end in anyway[3:])
    return Estimate("cost_anyway", held.point * anyway.estimate, None, *ends)


def projections(
    held: Costed, window_days: int, horizon_days: int, annual_discount_rate: float
) -> tuple[Projection, ...]:
    """Margin up to the horizon under each assumption, or up to the window if that is longer."""
    reach = max(window_days, horizon_days)
    times = {one: multiple(one, window_days, reach, annual_discount_rate) for one in PERSISTENCE}
    return tuple(_projected(held, one, reach, factor) for one, factor in times.items())


def _projected(held: Costed, persistence: Persistence, reach: int, factor: float) -> Projection:
    margin = held.total("margin", factor * held.draws.margin_point, factor * held.draws.margin)
    paid = held.where_costed(ROI, lambda: return_on_investment(held, factor))
    return Projection(persistence, reach, margin, paid)


def times(found: Estimate | Missing, customers: int) -> Estimate | Missing:
    """A quantity per customer, of all customers."""
    if isinstance(found, Missing):
        return found
    rest = (None if part is None else customers * part for part in found[2:])
    return Estimate(found.term, customers * found.estimate, *rest)
