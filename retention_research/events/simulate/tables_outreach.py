"""Event tables of what is sent to customers and what binds them: contacts, consents, the club."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from retention_research.events.simulate import company as kinds
from retention_research.events.simulate.draws import Ints
from retention_research.events.simulate.history import Assignments, Contacts, History
from retention_research.events.simulate.tables_columns import (
    flags,
    ids,
    names,
    numbers,
    times,
    whole,
)

CLUB = "club"
_VARIANTS = ("generic", "personalised", "offer", "news")
_OFFER, _NEWS = 2, 3
_PROMOTION, _WIN_BACK = kinds.PURPOSES.index("promotion"), kinds.PURPOSES.index("win_back")


def contacts(history: History) -> pa.Table:
    """Messages, and what came of them.

    Args:
        history: what happened.
    """
    sent = history.contacts
    return pa.table(
        {
            "customer_id": ids("C", sent.customer),
            "campaign_id": _campaigns(sent),
            "channel": names(sent.channel, kinds.CONTACT_CHANNELS),
            "sent_at": times(sent.sent_at),
            "delivered": flags(sent.delivered),
            "opened_at": times(sent.opened_at),
            "actions": whole(sent.actions),
            "responded_at": times(sent.responded_at),
            "unsubscribed_at": times(sent.unsubscribed_at),
            "cost": pa.array(sent.cost),  # fractions of a cent
            "purpose": names(sent.purpose, kinds.PURPOSES),
            "variant": names(_variants(sent), _VARIANTS),
            "personalised": flags(sent.personalised),
        }
    )


def _campaigns(sent: Contacts) -> pa.Array:
    weeks = int(sent.campaign.max(initial=0)) + 1
    words = [f"{purpose}_{week:03d}" for purpose in kinds.PURPOSES for week in range(weeks)]
    return names(sent.purpose * weeks + sent.campaign, tuple(words))


def _variants(sent: Contacts) -> Ints:
    promotions = sent.purpose == _PROMOTION
    others = np.where(sent.purpose == _WIN_BACK, _OFFER, _NEWS)
    return np.where(promotions, sent.personalised.astype(np.int64), others)


def assignments(history: History) -> pa.Table:
    """Who was drawn into which arm of which experiment; the control groups are named here only.

    Args:
        history: what happened.
    """
    drawn = history.assignments
    return pa.table(
        {
            "customer_id": ids("C", drawn.customer),
            "experiment_id": names(drawn.experiment, kinds.EXPERIMENTS),
            "arm": _arms(drawn),
            "assigned_at": times(drawn.at),
            "probability": numbers(drawn.probability),
        }
    )


def _arms(drawn: Assignments) -> pa.Array:
    later = drawn.experiment == kinds.EXPERIMENTS.index("come_back")
    codes = np.where(later, drawn.arm + len(kinds.MAIL_ARMS), drawn.arm)
    return names(codes, kinds.MAIL_ARMS + kinds.COME_BACK_ARMS)


def consents(history: History) -> pa.Table:
    """Consents to messages, by channel.

    Args:
        history: what happened.
    """
    given = history.consents
    return pa.table(
        {
            "customer_id": ids("C", given.customer),
            "channel": names(given.channel, kinds.CONTACT_CHANNELS),
            "purpose": pa.repeat("marketing", len(given.at)),
            "given_at": times(given.at),
            "withdrawn_at": times(given.withdrawn_at),
        }
    )


def memberships(history: History) -> pa.Table:
    """Members of the loyalty club.

    Args:
        history: what happened.
    """
    members = history.memberships
    return pa.table(
        {
            "customer_id": ids("C", members.customer),
            "program_id": pa.repeat(CLUB, len(members.at)),
            "enrolled_at": times(members.at),
            "left_at": times(members.left_at),
            "tier": names(members.tier, kinds.TIERS),
        }
    )


def rewards(history: History) -> pa.Table:
    """Points of the club, earned, redeemed and expired.

    Args:
        history: what happened.
    """
    points = history.rewards
    return pa.table(
        {
            "customer_id": ids("C", points.customer),
            "program_id": pa.repeat(CLUB, len(points.at)),
            "timestamp": times(points.at),
            "kind": names(points.kind, kinds.REWARD_KINDS),
            "points": whole(points.points),
            "value": numbers(points.value),
            "expires_at": times(points.expires_at),
        }
    )
