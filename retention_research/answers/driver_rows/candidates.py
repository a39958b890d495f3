"""The drivers that tables offer, before their values have been looked at."""

from __future__ import annotations

from collections.abc import Mapping

from retention_research.answers.driver_rows.frames import Candidate
from retention_research.answers.driver_rows.kinds import BORN, GIVEN, SAID, SERVED, Driver, Kind
from retention_research.answers.segments import segment_words
from retention_research.summaries.engagement import served, standing

CONTROLS = ("holdout", "hold-out", "control", "none")  # what arms without are called
_WITHOUT = tuple(name for one in CONTROLS for name in (one, one.capitalize()))


def behaviour() -> tuple[Candidate, ...]:
    """How a customer had bought: what others are compared at equal values of."""
    return (
        adjuster("recent_purchases", "purchases lately", "count"),
        adjuster("days_since_last", "days since the last purchase", "count"),
        adjuster("tenure_days", "days since the first purchase", "count"),
        adjuster("mean_spend", "money spent per purchase", "amount"),
        adjuster("usual_gap", "usual days between purchases", "amount"),
    )


def adjuster(name: str, heading: str, kind: Kind, absent: float | None = None) -> Candidate:
    """A measure of behaviour, looked at on the scale of its logarithm."""
    return Candidate(Driver(name, heading, kind, role="adjuster", scale="log1p"), absent)


def orders_lately() -> Candidate:
    """How often a customer ordered in the lookback, what was given back included."""
    return adjuster("orders_lately", "days with an order lately", "count", 0.0)


def first_discount() -> Candidate:
    """Whether the first order bore a discount."""
    heading = "first order at a discount"
    return Candidate(Driver("first_order_discounted", heading, "yes_no", stage=BORN))


def discount_share() -> Candidate:
    """How much was taken off in the lookback."""
    share = Driver("discount_share", "share of the price taken off lately", "amount")
    return Candidate(share, 0.0, any_heading="bought at a discount lately")


def returned() -> Candidate:
    """Whether something was given back in the lookback."""
    return Candidate(Driver("returned", "gave something back lately", "yes_no"), False)


def columns(named: Mapping[str, str]) -> tuple[Candidate, ...]:
    """Columns of customers."""
    return tuple(
        Candidate(
            Driver(name, segment_words(column), "level", source="customers", stage=BORN),
            open_ended=True,
        )
        for name, column in named.items()
    )


def events(named: Mapping[str, str]) -> tuple[Candidate, ...]:
    """Kinds of activity in the lookback."""
    return tuple(
        Candidate(
            Driver(name, f"{segment_words(event)} lately", "yes_no", source="activity"), False
        )
        for name, event in named.items()
    )


def activity_change() -> Candidate:
    """How activity has changed."""
    heading = "more active lately than before"
    return Candidate(
        Driver(
            "activity_change", heading, "amount", source="activity", scale="log ratio", stage=SAID
        )
    )


def contacts(named: Mapping[str, str | None]) -> tuple[Candidate, ...]:
    """Messages that arrived in the lookback, by purpose."""
    return tuple(_contact(name, purpose) for name, purpose in named.items())


def _contact(name: str, purpose: str | None) -> Candidate:
    heading = f"messages lately ({segment_words(purpose)})" if purpose else "messages lately"
    driver = Driver(name, heading, "count", source="contacts")
    return Candidate(driver, 0.0, any_heading=f"any {heading}")


def members(named: Mapping[str, str]) -> tuple[Candidate, ...]:
    """Whether a customer is in a program."""
    return tuple(
        Candidate(
            Driver(name, f"in the program {segment_words(program)}", "yes_no",
                   source="memberships", stage=GIVEN),
            False,
        )
        for name, program in named.items()
    )  # fmt: skip


def plan() -> Candidate:
    """The plan last taken."""
    driver = Driver("plan", "plan last taken", "level", source="subscriptions", stage=GIVEN)
    return Candidate(driver, standing.NO_PLAN, open_ended=True, first=(standing.NO_PLAN,))


def arms(named: Mapping[str, str]) -> tuple[Candidate, ...]:
    """Arms of experiments."""
    return tuple(_arm(name, experiment) for name, experiment in named.items())


def is_control(arm: str) -> bool:
    """Whether an arm is called as one that is left alone.

    Example:
        >>> is_control("Holdout"), is_control("offer")
        (True, False)
    """
    return arm.casefold() in CONTROLS


def _arm(name: str, experiment: str) -> Candidate:
    heading = f"group of the experiment {segment_words(experiment)}"
    driver = Driver(name, heading, "level", source="assignments", randomised=True, stage=GIVEN)
    return Candidate(driver, standing.NOT_ASSIGNED, first=_WITHOUT)


def complaint() -> Candidate:
    """Whether a customer complained in the lookback."""
    driver = Driver("complaint", "complained lately", "yes_no", source="tickets", stage=SERVED)
    return Candidate(driver, False)


def resolution() -> Candidate:
    """How a complaint of the lookback was resolved."""
    heading = "how a complaint was resolved lately"
    driver = Driver("slow_resolution", heading, "level", source="tickets", stage=SERVED)
    return Candidate(driver, served.NO_COMPLAINT, first=(served.FAST,),
                     elsewhere=(served.NO_COMPLAINT,))  # fmt: skip


def response() -> Candidate:
    """How soon tickets of the lookback were answered."""
    heading = "how soon a ticket was answered lately"
    driver = Driver("late_response", heading, "level", source="tickets", stage=SERVED)
    return Candidate(driver, served.NO_TICKET, first=(served.IN_TIME,))


def ticket_channel() -> Candidate:
    """The channel of the last ticket."""
    heading = "channel of the last ticket"
    driver = Driver("ticket_channel", heading, "level", source="tickets", stage=SERVED)
    return Candidate(driver, served.NO_TICKET, open_ended=True, first=(served.NO_TICKET,))


def rating() -> Candidate:
    """The last rating of service."""
    return Candidate(
        Driver("csat", "last rating of service", "amount", source="tickets", stage=SAID)
    )


def score() -> Candidate:
    """The last survey score."""
    return Candidate(
        Driver("survey_score", "last survey score", "amount", source="surveys", stage=SAID)
    )
