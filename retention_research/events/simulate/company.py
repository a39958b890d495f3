"""The simulated company: every parameter, on a named scale.

`log_rate`: added to the log of orders a week; `log_hazard`: added to the log of the weekly chance
of deciding to leave; `log_odds`: added to the log odds of the thing named; `log_hours`: to the log
of hours; shares and probabilities are per order, contact, ticket or customer, as the name says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

START = date(2022, 1, 3)  # a Monday
WEEKS = 130  # to Sunday 2024-06-30
REGIONS = tuple(f"region_{number:02d}" for number in range(1, 41))
COLOURS = ("blue", "green", "red", "yellow")
CATEGORIES = ("coffee", "tea", "bakery", "kitchen", "gifts")
PRODUCTS_EACH = 6  # per category; product 6 * category + 0..5
BAD_PRODUCTS = (7, 20)
SHOPS = ("web", "app", "store")
CONTACT_CHANNELS = ("email", "sms", "push")
PURPOSES = ("promotion", "news", "win_back")
MAIL_ARMS = ("holdout", "generic", "personalised")
COME_BACK_ARMS = ("holdout", "offer")
EXPERIMENTS = ("mail", "come_back")
REWARD_KINDS = ("earn", "redeem", "expire")
TIERS = ("basic", "gold")
TICKET_CATEGORIES = ("delivery", "product", "payment", "question")
TICKET_CHANNELS = ("phone", "chat", "email")
TEAMS = ("north", "south", "night")
SURVEY_KINDS = ("nps", "exit")
REASONS = ("delivery", "service", "price", "product", "moved")
EVENTS = ("visit", "app_open", "late_delivery")
PLANS = ("weekly", "monthly")
END_REASONS = ("price", "moved", "not_needed", "payment_failed", "left")


@dataclass(frozen=True, slots=True)
class Channel:
    """Where customers come from.

    Attributes:
        name: as the tables say it.
        share: of all customers.
        log_rate: of orders, against the mean customer.
        log_hazard: of leaving, against the mean customer.
        cost: of winning one customer, money.
        discounted: share whose first order carried the discount.
    """

    name: str
    share: float
    log_rate: float
    log_hazard: float
    cost: float
    discounted: float


CHANNELS = (
    Channel("search", 0.35, 0.0, 0.0, 14.0, 0.25),
    Channel("social", 0.25, -0.15, 0.30, 11.0, 0.55),
    Channel("friend", 0.12, 0.20, -0.30, 10.0, 0.10),
    Channel("marketplace", 0.13, -0.10, 0.20, 8.0, 0.35),
    Channel("shop", 0.15, 0.10, -0.10, 6.0, 0.05),
)


@dataclass(frozen=True, slots=True)
class Demand:
    """Orders.

    Attributes:
        log_rate: of orders a week, the mean customer.
        spread_log_rate: standard deviation between customers.
        season_log_rate: height of the yearly wave, highest in week 48.
        shock_log_rate: standard deviation of region-weeks.
        discount_log_rate: a first order bought at a discount.
        log_spend: log of money per order; spread_log_spend between customers; order_log_spend
            between a customer's orders.
        first_discount: share taken off a discounted first order.
        same_day: share of orders with a second one on the same day.
        refunded: share of orders given back whole; part_refunded: in part.
        part: share of the amount given back in part.
    """

    log_rate: float = -2.35
    spread_log_rate: float = 0.55
    season_log_rate: float = 0.20
    shock_log_rate: float = 0.12
    discount_log_rate: float = -0.25
    log_spend: float = 3.5
    spread_log_spend: float = 0.30
    order_log_spend: float = 0.40
    first_discount: float = 0.20
    same_day: float = 0.02
    refunded: float = 0.03
    part_refunded: float = 0.03
    part: float = 0.40


@dataclass(frozen=True, slots=True)
class Leaving:
    """Deciding to leave, which no table shows.

    Attributes:
        log_hazard: a week, the mean customer; spread_log_hazard: between customers.
        discount_log_hazard: a first order bought at a discount.
        satisfaction_log_hazard: per unit of satisfaction; satisfaction_log_rate: of orders;
            spread_satisfaction: its standard deviation between customers.
        fade_weeks: from the decision to the end.
        fade_log_rate: of orders in those weeks; fade_log_visits: of visits, per week of them.
        exit_survey: share of leavers who answer why.
    """

    log_hazard: float = -5.0
    spread_log_hazard: float = 0.50
    discount_log_hazard: float = 0.40
    satisfaction_log_hazard: float = -0.75
    satisfaction_log_rate: float = 0.10
    spread_satisfaction: float = 0.70
    fade_weeks: int = 3
    fade_log_rate: float = -0.70
    fade_log_visits: float = -0.90
    exit_survey: float = 0.30


@dataclass(frozen=True, slots=True)
class Service:
    """Deliveries, tickets, satisfaction.

    Attributes:
        late_log_odds: of a late delivery; shock_log_odds: its standard deviation by region-week.
        memory_weeks: how long a late delivery or a complaint weighs on satisfaction.
        late_satisfaction: its weight; slow_satisfaction: of a complaint not resolved fast;
            fast_satisfaction: of one that was, beyond repairing the complaint.
        fast_hours: a resolution within these is fast.
        late_complaint: chance of a complaint after a late delivery; problem: of a ticket on an
            order's product; bad_problem: of the two bad products; payment: of a ticket on payment;
            question: of a question a week.
        response_log_hours, resolution_log_hours: by category of ticket;
            spread_log_hours: standard deviation of either.
        slow_team_log_hours: the night team's extra.
        level_log_hours: per level above the first; escalated: share above the first.
        never: share of tickets never resolved; reopened: share of resolved ones.
        self_service: share of tickets left to self-service; stuck: share of those never resolved.
        minutes: log of minutes handled, by category.
        csat: share of resolved tickets rated.
    """

    late_log_odds: float = -2.2
    shock_log_odds: float = 0.50
    memory_weeks: int = 12
    late_satisfaction: float = -1.10
    slow_satisfaction: float = -1.20
    fast_satisfaction: float = 0.15
    fast_hours: float = 48.0
    late_complaint: float = 0.35
    problem: float = 0.03
    bad_problem: float = 0.15
    payment: float = 0.01
    question: float = 0.006
    response_log_hours: tuple[float, ...] = (2.0, 2.2, 1.4, 1.7)
    resolution_log_hours: tuple[float, ...] = (3.9, 4.2, 3.0, 2.6)
    spread_log_hours: float = 0.9
    slow_team_log_hours: float = 0.4
    level_log_hours: float = 0.5
    escalated: float = 0.18
    never: float = 0.04
    reopened: float = 0.08
    self_service: float = 0.15
    stuck: float = 0.30
    minutes: tuple[float, ...] = (2.6, 2.9, 2.3, 1.9)
    csat: float = 0.45


@dataclass(frozen=True, slots=True)
class Outreach:
    """Messages, consents and surveys.

    Attributes:
        consents: share who consent, by contact channel.
        every_weeks: a promotion every so many weeks; news_weeks: news, which change nothing.
        delivered: share of contacts.
        open_log_odds: of opening, by channel; preferred_log_odds: through the customer's own
            channel; personal_log_odds: personalised.
        acts: chance of each further action after opening.
        unsubscribes: share of opened contacts; generic_unsubscribes: more for generic ones.
        costs: per contact, by channel.
        survey_weeks: between invitations; answer_log_odds: of answering;
            answer_satisfaction: log odds per unit of satisfaction.
        score: mean answer at satisfaction 0; score_satisfaction: per unit; spread_score.
        prefers: share of contacts through the customer's own channel.
    """

    consents: tuple[float, ...] = (0.80, 0.40, 0.50)
    every_weeks: int = 4
    news_weeks: int = 9
    delivered: float = 0.96
    open_log_odds: tuple[float, ...] = (-0.9, 0.2, -0.5)
    preferred_log_odds: float = 0.7
    personal_log_odds: float = 0.3
    acts: float = 0.45
    unsubscribes: float = 0.02
    generic_unsubscribes: float = 0.012
    costs: tuple[float, ...] = (0.01, 0.06, 0.005)
    survey_weeks: int = 13
    answer_log_odds: float = -0.7
    answer_satisfaction: float = 0.35
    score: float = 8.0
    score_satisfaction: float = 1.2
    spread_score: float = 1.3
    prefers: float = 0.70


@dataclass(frozen=True, slots=True)
class Mail:
    """The experiment `mail`: promotions against none.

    Attributes:
        from_week: first week of assignments, at its end; at_age: weeks a customer must have been.
        shares: of the arms holdout, generic, personalised.
        generic_log_rate, personalised_log_rate: of orders, while some consent stands.
        light_log_rate: more for customers below the mean rate (the effect differs by customer).
    """

    from_week: int = 51
    at_age: int = 4
    shares: tuple[float, ...] = (0.20, 0.40, 0.40)
    generic_log_rate: float = 0.10
    personalised_log_rate: float = 0.22
    light_log_rate: float = 0.10


@dataclass(frozen=True, slots=True)
class ComeBack:
    """The experiment `come_back`: an offer to lapsed customers.

    Attributes:
        silent_weeks: without an order, at the end of a week, for the first time.
        from_week: first week of assignments.
        treated: share with the offer.
        returns: chance that one who has left comes back.
        log_rate: of orders of those who had not left, for `weeks` weeks.
    """

    silent_weeks: int = 26
    from_week: int = 40
    treated: float = 0.50
    returns: float = 0.10
    log_rate: float = 0.60
    weeks: int = 8


@dataclass(frozen=True, slots=True)
class Club:
    """The loyalty club, joined at the end of a week with an order.

    Attributes:
        from_week: when it opens.
        log_odds: of joining; orders_log_odds: per log(1 + orders of the last 26 weeks);
            promoter_log_odds: last score 9 or 10; detractor_log_odds: 6 or below;
            discounted_log_odds: a discounted first order.
        gold_orders: of the last 26 weeks, for the tier gold.
        log_rate: of orders of members; light_log_rate: more for those below the mean rate.
        log_hazard: of leaving.
        leaves: chance a week of leaving the club.
        reward: points per redemption; worth: money; redeems: chance at an order with enough.
        ready_log_rate: of orders of members with enough points.
        life_weeks: of points: they end on the Monday so many weeks after that of their week.
        latent_log_odds, latent_log_hazard: of the unrecorded cause, where it is switched on.
    """

    from_week: int = 20
    log_odds: float = -4.4
    orders_log_odds: float = 1.0
    promoter_log_odds: float = 0.7
    detractor_log_odds: float = -0.7
    discounted_log_odds: float = -0.4
    gold_orders: int = 4
    log_rate: float = 0.12
    light_log_rate: float = 0.12
    log_hazard: float = -0.25
    leaves: float = 0.003
    reward: int = 100
    worth: float = 5.0
    redeems: float = 0.35
    ready_log_rate: float = 0.15
    life_weeks: int = 52
    latent_log_odds: float = 0.8
    latent_log_hazard: float = -0.6


@dataclass(frozen=True, slots=True)
class Desk:
    """The program `service_desk`, rolled out by region.

    Attributes:
        starts: week of the start, by wave; the regions beyond the waves never start.
        regions_each: regions of a wave.
        log_hours: of answers and resolutions.
        log_rate: of orders; log_hazard: of leaving.
    """

    starts: tuple[int, ...] = (62, 70, 78, 86, 94, 102, 110)
    regions_each: int = 4
    log_hours: float = -0.5
    log_rate: float = 0.06
    log_hazard: float = -0.25


@dataclass(frozen=True, slots=True)
class Plan:
    """Delivery plans: contracts beside the orders, without effect on them.

    Attributes:
        share: of customers who take one; start_weeks: mean weeks to its start.
        ends: chance a week of ending it; fails: of a failed payment; lost: share of failures
            that end the plan.
    """

    share: float = 0.20
    start_weeks: float = 8.0
    ends: float = 0.008
    fails: float = 0.006
    lost: float = 0.35


@dataclass(frozen=True, slots=True)
class Company:
    """All parameters of the simulated company.

    Attributes:
        channels: of acquisition.
        latent_cause: whether an unrecorded cause moves both joining the club and staying.
        visits_log_rate: visits a week.

    Example:
        >>> Company().club.log_rate, Company(latent_cause=True).latent_cause
        (0.12, True)
    """

    channels: tuple[Channel, ...] = CHANNELS
    demand: Demand = Demand()
    leaving: Leaving = Leaving()
    service: Service = Service()
    outreach: Outreach = Outreach()
    mail: Mail = Mail()
    come_back: ComeBack = ComeBack()
    club: Club = Club()
    desk: Desk = Desk()
    plan: Plan = Plan()
    visits_log_rate: float = -1.6
    latent_cause: bool = False

    def desk_starts(self) -> tuple[int, ...]:
        """Week in which the service desk starts, per region; -1 where never.

        Example:
            >>> Company().desk_starts()[:3], Company().desk_starts().count(-1)
            ((62, 70, 78), 12)
        """
        waves = len(self.desk.starts)
        rolled = waves * self.desk.regions_each
        return tuple(
            self.desk.starts[region % waves] if region < rolled else -1
            for region in range(len(REGIONS))
        )
