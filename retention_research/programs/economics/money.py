"""What a program brought and cost, with intervals from draws of customers.

The headline uses the window alone. Customers are drawn with everything that is theirs, so that
margin, cost and the number kept of one draw belong together, and ratios are of the same draw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.economics.projections import (
    PERSISTENCE,
    Persistence,
    Projection,
    multiple,
)
from retention_research.programs.economics.spans import (
    FEWEST_DRAWS,
    price_of,
    return_of,
    spread_of,
)
from retention_research.programs.effects import Effect, MoneyDraws

Told: TypeAlias = Estimate | Missing

KEEP_AT = 0.9  # break-even probability from which on a program is kept
NO_COST = "What the program costs is not given."
_NO_RANGE = "No range can be given for the margin, so no chance that it exceeds the cost."
_ROI = "return_on_investment"
_NOBODY = "Nobody whose window is over was given the program."


@dataclass(frozen=True, slots=True)
class Money:
    """A program's economics over the customers treated whose window is over.

    Attributes:
        customers: those customers. window_days: days watched after each one's start.
        margin: incremental margin of all of them in the window.
        margin_per_customer: the same per customer.
        cost: of all of them, the fixed cost included. cost_per_customer: the same per customer.
        profit: margin - cost.
        return_on_investment: (margin - cost) / cost; 0.5: each unit spent brought itself and half.
        margin_per_spent: margin / cost.
        break_even_probability: share of draws with margin above cost.
        break_even_cost: what a customer may cost, beyond the fixed cost, for margin to equal cost.
        cost_to_keep: cost per customer, all counted, at which margin exceeds cost in 9 draws of 10.
        payback_weeks: whole weeks until the margin has covered the cost.
        kept: customers who bought in the window and would not have without.
        cost_per_kept: cost / kept.
        anyway: share of those who bought in the window that would have bought anyway, if the
            program kept nobody from buying.
        cost_anyway: that share of the cost per customer, over those who bought.
        projections: margin up to the horizon under three assumptions.
        after: margin in as long a time after the window: below 0 where purchases were only moved.
    """

    customers: int
    window_days: int
    margin: Estimate
    margin_per_customer: Estimate
    cost: Estimate | Missing
    cost_per_customer: Estimate | Missing
    profit: Estimate | Missing
    return_on_investment: Estimate | Missing
    margin_per_spent: Estimate | Missing
    break_even_probability: float | Missing
    break_even_cost: Estimate
    cost_to_keep: float | Missing
    payback_weeks: Estimate | Missing
    kept: Estimate | Missing
    cost_per_kept: Estimate | Missing
    anyway: Estimate | Missing
    cost_anyway: Estimate | Missing
    projections: tuple[Projection, ...]
    after: Estimate | Missing


@dataclass(frozen=True, slots=True, eq=False)
class _Costed:
    """Draws with what a customer costs, the fixed cost spread over all.

    Attributes:
        draws: of customers. cost: per customer of each draw. point: over customers as they are.
        fixed: the fixed cost per customer. why: what keeps the cost from being known, or empty.
        confidence: level of the intervals.
    """

    draws: MoneyDraws
    cost: Floats
    point: float
    fixed: float
    why: str
    confidence: float

    @property
    def n(self) -> int:
        return self.draws.customers

    def total(self, term: str, point: float, drawn: Floats) -> Estimate:
        """Of all customers, from a quantity per customer."""
        return spread_of(term, self.n * point, self.n * drawn, self.confidence)

    def where_costed(self, term: str, found: Callable[[], Told]) -> Told:
        """What `found` gives where the cost is known, else why it is not."""
        return Missing(term, self.why) if self.why else found()


def _costed(
    draws: MoneyDraws, fixed_cost: float | None, no_cost: str, confidence: float
) -> _Costed:
    known = draws.cost_point is not None or fixed_cost is not None
    fixed = (fixed_cost or 0.0) / draws.customers
    each = np.zeros(draws.margin.size) if draws.cost is None else draws.cost
    why = "" if known else no_cost
    return _Costed(draws, each + fixed, (draws.cost_point or 0.0) + fixed, fixed, why, confidence)


def money(
    draws: MoneyDraws,
    *,
    window_days: int,
    fixed_cost: float | None = None,
    horizon_days: int = 0,
    annual_discount_rate: float = 0.0,
    retained: Effect | None = None,
    no_cost: str = NO_COST,
    confidence: float = 0.95,
) -> Money | Missing:
    """What a program brought and cost.

    Args:
        draws: margin, cost and share kept per treated customer, by draw.
        window_days: length of the window.
        fixed_cost: of the whole program; None: none is given.
        horizon_days: of the projections; those within the window add nothing.
        annual_discount_rate: of money beyond the window.
        retained: the effect on who bought at all, for what went to those who would have anyway.
        no_cost: the reason told where there is neither a cost of customers nor a fixed one.
        confidence: level of the intervals.

    Returns:
        The economics. Without costs, the margin and the cost that would break even are still told.
        Missing where nobody was treated.

    Example:
        >>> margin = np.linspace(1.0, 3.0, 201)
        >>> found = money(MoneyDraws(margin, 2.0, 50, np.ones(201), 1.0), window_days=28)
        >>> found.return_on_investment.estimate, found.break_even_probability
        (1.0, 0.9950248756218906)
    """
    if draws.customers < 1:
        return Missing("money", _NOBODY)
    held = _costed(draws, fixed_cost, no_cost, confidence)
    anyway = _anyway(retained)
    return Money(
        customers=draws.customers,
        window_days=window_days,
        margin=held.total("margin", draws.margin_point, draws.margin),
        margin_per_customer=spread_of("margin", draws.margin_point, draws.margin, confidence),
        cost=held.where_costed("cost", lambda: held.total("cost", held.point, held.cost)),
        cost_per_customer=held.where_costed("cost", lambda: _cost(held)),
        profit=held.where_costed("profit", lambda: _profit(held)),
        return_on_investment=held.where_costed(_ROI, lambda: _return(held, 1.0)),
        margin_per_spent=held.where_costed("margin_per_spent", lambda: _per_spent(held)),
        break_even_probability=_break_even_probability(held),
        break_even_cost=_break_even_cost(held),
        cost_to_keep=_cost_to_keep(draws),
        payback_weeks=held.where_costed("payback_weeks", lambda: _payback(held)),
        kept=_kept(held),
        cost_per_kept=held.where_costed("cost_per_kept", lambda: _cost_per_kept(held)),
        anyway=anyway,
        cost_anyway=held.where_costed("cost_anyway", lambda: _cost_anyway(held, anyway)),
        projections=_projections(held, window_days, horizon_days, annual_discount_rate),
        after=_times(draws.after, draws.customers),
    )


def _cost(held: _Costed) -> Estimate:
    return spread_of("cost", held.point, held.cost, held.confidence)


def _profit(held: _Costed) -> Estimate:
    margin = held.draws.margin_point - held.point
    return held.total("profit", margin, held.draws.margin - held.cost)


def _return(held: _Costed, multiple: float) -> Estimate | Missing:
    """(multiple times margin - cost) / cost."""
    gain = multiple * held.draws.margin_point - held.point
    drawn = multiple * held.draws.margin - held.cost
    return return_of(_ROI, gain, held.point, drawn, held.cost, held.confidence)


def _per_spent(held: _Costed) -> Estimate | Missing:
    margin, drawn = held.draws.margin_point, held.draws.margin
    return return_of("margin_per_spent", margin, held.point, drawn, held.cost, held.confidence)


def _break_even_probability(held: _Costed) -> float | Missing:
    if held.why or held.draws.margin.size < FEWEST_DRAWS:
        return Missing("break_even_probability", held.why or _NO_RANGE)
    return float((held.draws.margin > held.cost).mean())


def _break_even_cost(held: _Costed) -> Estimate:
    margin = held.draws.margin
    point = held.draws.margin_point - held.fixed
    return spread_of("break_even_cost", point, margin - held.fixed, held.confidence)


def _cost_to_keep(draws: MoneyDraws) -> float | Missing:
    if draws.margin.size < FEWEST_DRAWS:
        return Missing("cost_to_keep", _NO_RANGE)
    return float(np.quantile(draws.margin, 1.0 - KEEP_AT))


def _payback(held: _Costed) -> Estimate | Missing:
    """Weeks until the margin covers the cost; what a draw adds is spread evenly over the weeks."""
    weeks = held.draws.by_week.size
    if not weeks:
        return Missing("payback_weeks", "The course of the margin over the window is not known.")
    sofar = np.cumsum(held.draws.by_week)
    place = _first_at_least(sofar[None], np.array([held.point]))[0]
    if not np.isfinite(place):
        return Missing("payback_weeks", f"Within {weeks} weeks it does not pay back.")
    even = np.arange(1, weeks + 1) / weeks
    drawn = sofar + np.outer(held.draws.margin - held.draws.margin_point, even)
    found = _first_at_least(drawn, held.cost)
    return spread_of("payback_weeks", float(place), found, held.confidence)


def _first_at_least(sofar: Floats, cost: Floats) -> Floats:
    """Weeks until the sum reaches the cost, shape (rows,); infinite where it never does."""
    reached = sofar >= cost[:, None]
    weeks = np.where(reached.any(axis=1), reached.argmax(axis=1) + 1.0, np.inf)
    return np.where(cost <= 0.0, 0.0, weeks)


def _kept(held: _Costed) -> Estimate | Missing:
    if held.draws.kept is None or held.draws.kept_point is None:
        return Missing("kept", "Whether customers were kept is not among the outcomes.")
    return held.total("kept", held.draws.kept_point, held.draws.kept)


def _cost_per_kept(held: _Costed) -> Estimate | Missing:
    kept, point = held.draws.kept, held.draws.kept_point
    if kept is None or point is None:
        return Missing("cost_per_kept", "Whether customers were kept is not among the outcomes.")
    if point <= 0.0:
        return Missing("cost_per_kept", "No more customers were kept than without it.")
    return price_of("cost_per_kept", held.point, point, held.cost, kept, held.confidence)


def _anyway(retained: Effect | None) -> Estimate | Missing:
    """Of buyers, the share that would have bought anyway: 1 / (1 + lift)."""
    lift = retained.lift if retained else Missing("anyway", "Who bought at all is not known.")
    if isinstance(lift, Missing):
        return Missing("anyway", lift.reason)
    ends = (None if end is None else _without(end) for end in (lift.conf_high, lift.conf_low))
    return Estimate("anyway", _without(lift.estimate), None, *ends)


def _without(lift: float) -> float:
    return 1.0 / (1.0 + max(lift, 0.0))


def _cost_anyway(held: _Costed, anyway: Estimate | Missing) -> Estimate | Missing:
    """The cost of a buyer, times the share of buyers who would have bought anyway."""
    if isinstance(anyway, Missing):
        return Missing("cost_anyway", anyway.reason)
    ends = (None if end is None else held.point * end for end in anyway[3:])
    return Estimate("cost_anyway", held.point * anyway.estimate, None, *ends)


def _projections(
    held: _Costed, window_days: int, horizon_days: int, annual_discount_rate: float
) -> tuple[Projection, ...]:
    """Margin up to the horizon under each assumption, or up to the window if that is longer."""
    reach = max(window_days, horizon_days)
    times = {one: multiple(one, window_days, reach, annual_discount_rate) for one in PERSISTENCE}
    return tuple(_projected(held, one, reach, factor) for one, factor in times.items())


def _projected(held: _Costed, persistence: Persistence, reach: int, factor: float) -> Projection:
    margin = held.total("margin", factor * held.draws.margin_point, factor * held.draws.margin)
    paid = held.where_costed(_ROI, lambda: _return(held, factor))
    return Projection(persistence, reach, margin, paid)


def _times(found: Estimate | Missing, customers: int) -> Estimate | Missing:
    if isinstance(found, Missing):
        return found
    rest = (None if part is None else customers * part for part in found[2:])
    return Estimate(found.term, customers * found.estimate, *rest)
