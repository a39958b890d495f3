"""Delivery plans and consents, which follow from the rest and change nothing in it."""

from __future__ import annotations

import numpy as np

from retention_research.events.simulate import company as kinds
from retention_research.events.simulate.draws import Bools, Floats, Ints
from retention_research.events.simulate.history import DAY, NEVER, WEEK
from retention_research.events.simulate.state import Columns, State
from retention_research.events.simulate.world import NO_WEEK, World

_PAYMENT_FAILED, _LEFT = kinds.END_REASONS.index("payment_failed"), kinds.END_REASONS.index("left")


def subscriptions(world: World, state: State) -> Columns:
    """Plans until the customer leaves, ends the plan, or a failed payment ends it.

    Args:
        world: what is fixed.
        state: after the last week.

    Returns:
        Columns of `Subscriptions`.
    """
    plan, draws = world.company.plan, world.draws
    who = np.flatnonzero(draws.happens("plan", 0, np.arange(world.birth.size), plan.share))
    start = world.people.acquired_at[who] + _weeks(world, "plan_start", who, 1.0 / plan.start_weeks)
    left = np.where(state.leaves[who] < NO_WEEK, state.leaves[who] * WEEK, NEVER)
    who, start, left = who[start < left], start[start < left], left[start < left]
    failed = start + _weeks(world, "plan_fails", who, plan.fails)
    lost = draws.happens("plan_lost", 0, who, plan.lost)
    ends = np.stack(
        [
            start + _weeks(world, "plan_ends", who, plan.ends),
            np.where(lost, failed + 7 * DAY, NEVER),
            left,
        ]
    )
    ended_at = ends.min(axis=0)
    own = draws.choice("plan_reason", 0, who, [0.4, 0.2, 0.4])
    reason = np.choose(
        ends.argmin(axis=0), [own, np.full(who.size, _PAYMENT_FAILED), np.full(who.size, _LEFT)]
    )
    return {
        "customer": who, "at": start, "ended_at": ended_at, "end_reason": reason,
        "plan": draws.choice("plan_kind", 0, who, [0.6, 0.4]),
        "payment_failed_at": np.where(failed <= ended_at, failed, NEVER),
    }  # fmt: skip


def _weeks(world: World, purpose: str, who: Ints, chance: float) -> Ints:
    """Seconds of an exponential wait of 1/chance weeks, a day at least."""
    wait: Floats = -np.log(world.draws.uniform(purpose, 0, who)) / chance
    return DAY + (wait * WEEK).astype(np.int64)


def consents(world: World, withdrawals: Columns) -> Columns:
    """Consents given with the first order, and the first withdrawal of each.

    Args:
        world: what is fixed.
        withdrawals: customer, channel, at.

    Returns:
        Columns of `Consents`.
    """
    n, channels = world.birth.size, len(kinds.CONTACT_CHANNELS)
    withdrawn = np.full((n, channels), NEVER)
    np.minimum.at(withdrawn, (withdrawals["customer"], withdrawals["channel"]), withdrawals["at"])
    shares = world.company.outreach.consents
    given: Bools = np.stack(
        [world.draws.happens("consent", c, np.arange(n), share) for c, share in enumerate(shares)],
        axis=1,
    )
    who, channel = np.nonzero(given)
    return {"customer": who, "channel": channel, "at": world.people.acquired_at[who],
            "withdrawn_at": withdrawn[who, channel]}  # fmt: skip
