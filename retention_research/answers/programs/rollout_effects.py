"""A roll-out's effect on each outcome, by what so few or so many units allow.

With ten units on either side, at every start, errors are those of units; with fewer, start dates
are reassigned among units where that can be done in forty ways or more; else no interval is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from retention_research.answers.draws import draws_of
from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect, MoneyDraws
from retention_research.programs.rollout import (
    Aligned,
    GroupTime,
    Randomised,
    Total,
    group_time_effects,
    multiplier_draws,
    randomisation_inference,
)
from retention_research.study import Study

FEW = 10  # units on either side, below which their spread tells too little of an error
DRAWS = 2000
TREATED, CONTROL = "started", "not yet started"
_METHODS = {
    "units": "group-time effects against units not yet treated, clustered by unit",
    "reassigned": "group-time effects against units not yet treated, randomisation inference",
    "none": "group-time effects against units not yet treated, too few units for an interval",
}
GOES_ON = Missing("after", "The program goes on after the window: what would follow it is not "
                  "seen.")  # fmt: skip


class Told(NamedTuple):
    """One outcome's effect and what it was made from.

    Attributes:
        effect: as pages tell it.
        found: by start and age. total: over the window.
        randomised: reassignments, where units are few; missing where they are too few for that;
            None where there are enough units.
    """

    effect: Effect
    found: GroupTime
    total: Total
    randomised: Randomised | Missing | None

    @property
    def ranged(self) -> bool:
        """Whether its effect has a range, open at neither end."""
        found = self.effect.difference
        return isinstance(found, Estimate) and None not in (found.conf_low, found.conf_high)


def told_of(study: Study, key: str, outcome: str, rows: Aligned, share: float) -> Told | Missing:
    """The effect on an outcome over the first window.

    Args:
        study: confidence and seed.
        key: the program's id.
        outcome: what the rows are of.
        rows: whole windows around each start.
        share: what the outcome is multiplied by: the margin of revenue, else 1.

    Returns:
        The effect per customer; missing where no start can be told.
    """
    found = group_time_effects(
        replace(rows, outcome=share * rows.outcome), confidence=study.confidence
    )
    total = found if isinstance(found, Missing) else found.overall(1)
    if isinstance(found, Missing) or isinstance(total, Missing):
        return Missing(outcome, "No unit's window is over while another had not started yet.")
    randomised = None
    if min(total.treated, total.fewest) < FEW or total.effect.conf_low is None:
        # the same reassignments for every outcome, so that draws of money belong together
        randomised = randomisation_inference(
            found.rows, rng=draws_of(study, f"{key}.rollout"), ages=1, confidence=study.confidence
        )
    return Told(_effect(outcome, found, total, randomised), found, total, randomised)


def _effect(
    outcome: str, found: GroupTime, total: Total, randomised: Randomised | Missing | None
) -> Effect:
    estimate, lift, p_value, method = total.effect, total.lift, total.p_value, _METHODS["units"]
    if isinstance(randomised, Randomised):
        estimate, p_value = randomised.effect, randomised.p_value
        lift, method = _lift(estimate, total.mean_treated), _METHODS["reassigned"]
    elif randomised is not None:
        estimate, p_value = Estimate("effect", estimate.estimate), None
        lift, method = _lift(estimate, total.mean_treated), _METHODS["none"]
    return Effect(
        outcome=outcome, treated=TREATED, control=CONTROL,
        n_treated=round(total.customers), n_control=_compared(found),
        mean_treated=total.mean_treated,
        mean_control=total.mean_treated - estimate.estimate,
        difference=estimate, lift=lift, p_value=p_value, method=method,
    )  # fmt: skip


def _lift(effect: Estimate, treated: float) -> Estimate | Missing:
    """Ends of a constant effect as shares of what the treated would have done without.

    Missing where an effect within the interval leaves nothing to be a share of.
    """
    ends = effect.conf_low, effect.conf_high
    if any(treated <= end for end in (effect.estimate, *ends) if end is not None):
        return Missing("lift", "Without the program there might have been nothing: no share of it.")
    low, high = (None if end is None else end / (treated - end) for end in ends)
    return Estimate("lift", effect.estimate / (treated - effect.estimate), None, low, high)


def _compared(found: GroupTime) -> int:
    """Customers of units that some start was held against, each unit at its largest."""
    rows, sizes = found.rows, np.zeros(found.rows.start.size)
    for cell in found.cells:
        if cell.age == 0:
            used = np.where(cell.compared > 0.0, rows.size[cell.start], 0.0)
            sizes = np.maximum(sizes, used)
    return round(float(sizes.sum()))


def money_draws(
    study: Study,
    key: str,
    told: Mapping[str, Told],
    by_week: Floats,
    cost: float | None,
) -> MoneyDraws | Missing:
    """Margin and customers kept per treated customer, over draws of units.

    Args:
        study: seed.
        key: the program's id.
        told: effects, with "margin" and, if known, "retained" among them.
        by_week: incremental margin in each week of the window.
        cost: of each customer treated.

    Returns:
        Draws of a multiplier bootstrap by unit, or of reassignments; missing without an interval.
    """
    margin, kept = told.get("margin"), told.get("retained")
    if margin is None:
        return Missing("money", "The effect on revenue cannot be told.")
    if not margin.ranged:
        return Missing("money", "There are too few units to say how sure an effect is, so nothing "
                       "can be said of money.")  # fmt: skip
    if kept is not None and not _together(margin, kept):
        kept = None
    moved = _moved(study, key, [each for each in (margin, kept) if each is not None])
    spent = None if cost is None else np.full(len(moved), cost)
    return MoneyDraws(
        margin=margin.total.effect.estimate + moved[:, 0],
        margin_point=margin.total.effect.estimate,
        customers=round(margin.total.customers),
        cost=spent, cost_point=cost,
        kept=None if kept is None else kept.total.effect.estimate + moved[:, 1],
        kept_point=None if kept is None else kept.total.effect.estimate,
        by_week=by_week, after=GOES_ON,
    )  # fmt: skip


def _together(margin: Told, kept: Told) -> bool:
    """Whether draws of both have a range and are of the same units or reassignments."""
    ways = [each.randomised.looked_at if isinstance(each.randomised, Randomised) else 0
            for each in (margin, kept)]  # fmt: skip
    return kept.ranged and ways[0] == ways[1]


def _moved(study: Study, key: str, told: list[Told]) -> Floats:
    """Errors that might have been, shape (draws, outcomes)."""
    drawn = [each.randomised for each in told]
    reassigned = [each.reassigned for each in drawn if isinstance(each, Randomised)]
    if reassigned:
        return np.column_stack(reassigned)
    influence = np.column_stack([each.total.influence for each in told])
    free = told[0].found.degrees_of_freedom
    return multiplier_draws(influence, rng=draws_of(study, f"{key}.money"), free=free, draws=DRAWS)
