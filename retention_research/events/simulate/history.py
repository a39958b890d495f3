"""What happened in a simulated company, as columns.

Customers, regions and all other kinds are numbers: a customer's is the row of `people`, a kind's
its place in the tuple of that name in `company.py`. Times are whole seconds since Monday
2022-01-03 00:00 (`company.START`), NEVER where something has not happened. Rows come week by week;
those of the first n customers are the history of the company of n customers.
Nothing here is later than the last week.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retention_research.events.simulate.company import Company
from retention_research.events.simulate.draws import Bools, Floats, Ints

NEVER = np.iinfo(np.int64).max
HOUR = 3_600
DAY = 24 * HOUR
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Customers, shape (customers,).

    Attributes:
        acquired_at: time of the first order.
        channel: of acquisition (CHANNELS of the company).
        region: REGIONS. colour: COLOURS, which changes nothing.
        cost: of winning the customer, money.
        referred_by: number of the customer who brought this one; -1 for nobody.
        category: favourite, CATEGORIES.
        discounted: whether the first order carried the discount.
        contact_channel: the one answered most, CONTACT_CHANNELS.
    """

    acquired_at: Ints
    channel: Ints
    region: Ints
    colour: Ints
    cost: Floats
    referred_by: Ints
    category: Ints
    discounted: Bools
    contact_channel: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """What no table may show, shape (customers,).

    Attributes:
        log_rate: of orders a week, without season, shocks and programs.
        log_hazard: of deciding to leave, at satisfaction 0, without programs.
        satisfaction: without late deliveries and complaints.
        log_spend: log of money per order.
        cause: the unrecorded cause; 0 where it is switched off.
        left_week: the first week without the customer; beyond the last week while there.
    """

    log_rate: Floats
    log_hazard: Floats
    satisfaction: Floats
    log_spend: Floats
    cause: Floats
    left_week: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """Orders, shape (orders,).

    Attributes:
        number: within the customer, from 0.
        amount: money paid, whole cents, before refunds; discount: money taken off.
        category: CATEGORIES; product: of its main line. shop: SHOPS.
        late: whether it was delivered late.
        refunded_at: NEVER, or when `refunded` (money, up to the amount) was given back.
    """

    customer: Ints
    at: Ints
    number: Ints
    amount: Floats
    discount: Floats
    category: Ints
    product: Ints
    shop: Ints
    late: Bools
    refunded_at: Ints
    refunded: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines of orders, shape (lines,); their amounts sum to the order's.

    Attributes:
        order: row in `orders`.
        product: 6 * category + 0..5.
    """

    order: Ints
    product: Ints
    quantity: Ints
    amount: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """Contacts, shape (contacts,).

    Attributes:
        campaign: week sent, the campaign's number within its purpose.
        channel: CONTACT_CHANNELS; purpose: PURPOSES; personalised: by arm.
        actions: clicks and the like.
    """

    customer: Ints
    campaign: Ints
    channel: Ints
    purpose: Ints
    personalised: Bools
    sent_at: Ints
    delivered: Bools
    opened_at: Ints
    actions: Ints
    responded_at: Ints
    unsubscribed_at: Ints
    cost: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Assignments:
    """Draws of arms, shape (assignments,); arm: MAIL_ARMS or COME_BACK_ARMS by experiment."""

    customer: Ints
    experiment: Ints
    arm: Ints
    at: Ints
    probability: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Memberships:
    """Members of the club, shape (members,); tier: TIERS."""

    customer: Ints
    at: Ints
    left_at: Ints
    tier: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Rewards:
    """Points, shape (rewards,); kind: REWARD_KINDS; points above 0, value in money."""

    customer: Ints
    at: Ints
    kind: Ints
    points: Ints
    value: Floats
    expires_at: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Tickets:
    """Tickets, shape (tickets,).

    Attributes:
        category: TICKET_CATEGORIES; channel: TICKET_CHANNELS (changes nothing); team: TEAMS.
        csat: 1 to 5, 0 where not rated. product: -1 for none. level: 1 to 3.
        minutes: handled; 0 for self-service, which nobody handles.
    """

    customer: Ints
    opened_at: Ints
    category: Ints
    first_response_at: Ints
    resolved_at: Ints
    reopened_at: Ints
    complaint: Bools
    csat: Ints
    channel: Ints
    product: Ints
    level: Ints
    team: Ints
    self_service: Bools
    minutes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Surveys:
    """Invitations and answers, shape (surveys,).

    Attributes:
        kind: SURVEY_KINDS. invited_at: NEVER for exit surveys.
        at: of the answer, NEVER without one. score: 0 to 10, -1 without an answer.
        reason: REASONS, -1 for none (nps).
    """

    customer: Ints
    kind: Ints
    invited_at: Ints
    at: Ints
    score: Ints
    reason: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """Visits and the like, shape (events,); event: EVENTS; amount: days late, else 0."""

    customer: Ints
    at: Ints
    event: Ints
    amount: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Subscriptions:
    """Delivery plans, shape (plans,); plan: PLANS; end_reason: END_REASONS, -1 while it runs."""

    customer: Ints
    at: Ints
    ended_at: Ints
    end_reason: Ints
    plan: Ints
    payment_failed_at: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Consents:
    """Consents to promotions and news, shape (consents,); channel: CONTACT_CHANNELS."""

    customer: Ints
    channel: Ints
    at: Ints
    withdrawn_at: Ints


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """All that happened.

    Attributes:
        company: the parameters.
        customers: how many; seed: of all chance; weeks: how long.
        people: what is known of customers; hidden: what no table may show.
    """

    company: Company
    customers: int
    seed: int
    weeks: int
    people: People
    hidden: Hidden
    orders: Orders
    lines: Lines
    contacts: Contacts
    assignments: Assignments
    memberships: Memberships
    rewards: Rewards
    tickets: Tickets
    surveys: Surveys
    activity: Activity
    subscriptions: Subscriptions
    consents: Consents
