"""What each table of a study tells of a customer on a day: the drivers it offers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from retention_research.answers.driver_rows.frames import Candidate
from retention_research.answers.driver_rows.kinds import (
    BORN,
    GIVEN,
    MISSING,
    SAID,
    SERVED,
    Driver,
)
from retention_research.answers.driver_rows.moments import Moment, Source
from retention_research.answers.segments import segment_words
from retention_research.glossary.names import slug
from retention_research.summaries.engagement import behaviour, reached, served, standing
from retention_research.summaries.segments import by_column
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

OWN_NAMES = frozenset({
    "customer", "landmark", "silent", "start", "stop", "ordered", "order_number", "entry",
    "duration", "ended", "end_reason", "customers", "frequency", "recency", "t",
    "recent_purchases", "days_since_last", "tenure_days", "mean_spend", "usual_gap", "amount",
    "days_since_previous", "first_order_discounted", "discount_share", "returned",
    "activity_change", "complaint", "slow_resolution", "late_response", "ticket_channel", "csat",
    "survey_score", "plan", "ever_member", "rank", "evidence",
})  # fmt: skip
MOST_VALUES = 8  # purposes, programs, experiments, kinds of activity that are looked at


def sources(moments: Sequence[Moment]) -> list[Source]:
    """Everything that a study's tables tell of customers at its landmarks.

    Args:
        moments: the landmarks, oldest first.
    """
    last, found, taken = moments[-1], [], set(OWN_NAMES)
    for build in _BUILDERS:
        for source in build(last, moments, frozenset(taken)):
            taken |= {one.driver.name for one in source.candidates}
            found.append(source)
    return found


def fresh(wanted: str, source: str, taken: Collection[str]) -> str:
    """A name of a driver that no other one has.

    Example:
        >>> fresh("Home region", "customers", ()), fresh("plan", "customers", {"plan"})
        ('home-region', 'customers_plan')
    """
    name = slug(wanted)
    name = f"{source}_{name}" if name in taken or name.endswith(MISSING) else name
    while name in taken or name.endswith(MISSING):
        name = f"{name}_again"
    return name


def columns(workspace: Workspace) -> list[str]:
    """Columns of customers to look at: the study's segments, and those its drivers name."""
    if workspace.events.customers is None:
        return []
    wanted = dict.fromkeys((*workspace.study.segments, *workspace.study.drivers.columns))
    return list(wanted)


def has(workspace: Workspace, table: str, *names: str) -> bool:
    """Whether the study has a table with these columns."""
    rows = workspace.events.table(table)
    return rows is not None and set(names) <= set(rows.columns)


def _values(rows: ir.Table, column: str) -> list[str]:
    """The most frequent values of a column, by name."""
    told = rows.filter(rows[column].notnull())
    counted = told.group_by(value=told[column]).agg(n=told.count())
    top = counted.order_by([counted.n.desc(), counted.value]).limit(MOST_VALUES)
    return sorted(str(v) for v in top.to_pyarrow()["value"].to_pylist())


def _behaviour(*_: object) -> list[Source]:
    def adjuster(name: str, heading: str, kind: str) -> Candidate:
        driver = Driver(name, heading, kind, role="adjuster", scale="log1p")  # type: ignore[arg-type]
        return Candidate(driver)

    made = (
        adjuster("recent_purchases", "purchases lately", "count"),
        adjuster("days_since_last", "days since the last purchase", "count"),
        adjuster("tenure_days", "days since the first purchase", "count"),
        adjuster("mean_spend", "money spent per purchase", "amount"),
        adjuster("usual_gap", "usual days between purchases", "amount"),
    )
    return [Source(made, lambda at: at.active.drop("first_day", "birth_known"))]


def discounted_candidate() -> Candidate:
    """Whether the first order bore a discount."""
    heading = "first order at a discount"
    return Candidate(Driver("first_order_discounted", heading, "yes_no", stage=BORN))


def _orders(last: Moment, *_: object) -> list[Source]:
    returned = Candidate(Driver("returned", "gave something back lately", "yes_no"), False)
    recent = lambda at: behaviour.discounts_and_returns(  # noqa: E731
        at.table("transactions"), at.day, at.lookback
    )
    if not has(last.workspace, "transactions", "discount"):
        return [Source((returned,), recent)]
    share = Driver("discount_share", "share of the price taken off lately", "amount")
    taken = Candidate(share, 0.0, any_heading="bought at a discount lately")
    return [Source((discounted_candidate(),), _first_order), Source((taken, returned), recent)]


def _first_order(at: Moment) -> ir.Table:
    rows = at.table("transactions")
    blank = behaviour.writes_no_zero(rows)
    return behaviour.first_order_discounted(rows, at.active, blank_is_none=blank)


def column_candidate(column: str, taken: Collection[str]) -> Candidate:
    """A column of customers."""
    driver = Driver(fresh(column, "customers", taken), segment_words(column), "level",
                    source="customers", stage=BORN)  # fmt: skip
    return Candidate(driver, open_ended=True)


def _columns(last: Moment, _: Sequence[Moment], taken: Collection[str]) -> list[Source]:
    found, names = [], set(taken)
    for column in columns(last.workspace):
        one = column_candidate(column, names)
        names.add(one.driver.name)
        found.append(Source((one,), partial(_column, column, one.driver.name)))
    return found


def _column(column: str, name: str, at: Moment) -> ir.Table:
    return by_column(at.table("customers"), column).rename({name: "level"})


def _named(
    values: Sequence[str], source: str, prefix: str, taken: Collection[str]
) -> dict[str, str]:
    names, used = {}, set(taken)
    for value in values:
        name = fresh(f"{prefix}{slug(value)}", source, used)
        used.add(name)
        names[name] = value
    return names


def _activity(_: Moment, moments: Sequence[Moment], taken: Collection[str]) -> list[Source]:
    if not has(moments[-1].workspace, "activity", "event"):
        return []
    shares = _user_shares(moments)
    rare = _named(sorted(e for e, s in shares.items() if s < 0.5), "activity", "", taken)
    found = []
    if rare:
        made = tuple(
            Candidate(Driver(n, f"{segment_words(e)} lately", "yes_no", source="activity"), False)
            for n, e in rare.items()
        )
        flags = lambda at: reached.event_flags(at.table("activity"), at.day, at.lookback, rare)  # noqa: E731
        found.append(Source(made, flags))
    often = sorted(event for event, share in shares.items() if share >= 0.5)
    return [*found, _change(often)] if often else found


def _change(often: Sequence[str]) -> Source:
    heading = "more active lately than before"
    driver = Driver("activity_change", heading, "amount", source="activity", stage=SAID)
    return Source((Candidate(driver),), lambda at: reached.activity_change(
        at.table("activity"), at.active, at.day, at.lookback, often
    ))  # fmt: skip


def _user_shares(moments: Sequence[Moment]) -> Mapping[str, float]:
    """Kinds of activity to the share of active customers who have one, the most frequent ones."""
    users: dict[str, int] = {}
    for at in moments:
        rows = reached.event_users(at.table("activity"), at.active, at.day, at.lookback)
        for row in rows.to_pyarrow().to_pylist():
            users[row["event"]] = users.get(row["event"], 0) + row["customers"]
    everybody = sum(int(at.active.count().execute()) for at in moments)
    top = sorted(users, key=lambda event: (-users[event], event))[:MOST_VALUES]
    return {event: users[event] / max(everybody, 1) for event in top}


def _contacts(last: Moment, _: Sequence[Moment], taken: Collection[str]) -> list[Source]:
    if not has(last.workspace, "contacts"):
        return []
    purposes: dict[str, str | None] = {fresh("contacts", "received", taken): None}
    if has(last.workspace, "contacts", "purpose"):
        named = _named(_values(last.table("contacts"), "purpose"), "received", "contacts_", taken)
        purposes = {**named} or purposes
    made = tuple(_contact(name, purpose) for name, purpose in purposes.items())
    return [Source(made, lambda at: reached.contacts_received(
        at.table("contacts"), at.day, at.lookback, purposes
    ))]  # fmt: skip


def _contact(name: str, purpose: str | None) -> Candidate:
    heading = f"messages lately ({segment_words(purpose)})" if purpose else "messages lately"
    return Candidate(Driver(name, heading, "count", source="contacts"), 0.0,
                     any_heading=f"any {heading}")  # fmt: skip


def _service(last: Moment, *_: object) -> list[Source]:
    if not has(last.workspace, "tickets"):
        return []
    complaint = Driver("complaint", "complained lately", "yes_no", source="tickets")
    found = [Source((Candidate(complaint, False),), lambda at: served.complained(
        at.table("tickets"), at.day, at.lookback
    ))]  # fmt: skip
    if has(last.workspace, "tickets", "resolved_at"):
        found.append(Source((_resolution(),), _resolved))
    if has(last.workspace, "tickets", "first_response_at") and last.workspace.study.tickets.targets:
        found.append(Source((_response(),), _answered))
    return found + _asked(last)


def _asked(last: Moment) -> list[Source]:
    found = []
    if has(last.workspace, "tickets", "channel"):
        channel = Driver("ticket_channel", "channel of the last ticket", "level", source="tickets")
        found.append(Source(
            (Candidate(channel, served.NO_TICKET, open_ended=True, first=(served.NO_TICKET,)),),
            lambda at: served.last_ticket(at.table("tickets"), at.day),
        ))  # fmt: skip
    if has(last.workspace, "tickets", "csat"):
        rating = Driver("csat", "last rating of service", "amount", source="tickets", stage=SAID)
        found.append(Source((Candidate(rating),), lambda at: served.last_rating(
            at.table("tickets"), at.day
        )))  # fmt: skip
    return found


def _resolution() -> Candidate:
    heading = "how a complaint was resolved lately"
    driver = Driver("slow_resolution", heading, "level", source="tickets", stage=SERVED)
    return Candidate(driver, served.NO_COMPLAINT, first=(served.FAST,),
                     elsewhere=(served.NO_COMPLAINT,))  # fmt: skip


def _resolved(at: Moment) -> ir.Table:
    slow = at.workspace.study.drivers.slow_after.days * 86_400
    return served.resolution(at.table("tickets"), at.day, at.lookback, slow)


def _response() -> Candidate:
    heading = "how soon a ticket was answered lately"
    driver = Driver("late_response", heading, "level", source="tickets", stage=SERVED)
    return Candidate(driver, served.NO_TICKET, first=(served.IN_TIME,))


def _answered(at: Moment) -> ir.Table:
    told = at.workspace.study.tickets
    rows = at.table("tickets")
    return served.response(rows, at.day, at.lookback, told.targets, told.business_hours)


def _surveys(last: Moment, *_: object) -> list[Source]:
    if not has(last.workspace, "surveys", "timestamp", "score"):
        return []
    score = Driver("survey_score", "last survey score", "amount", source="surveys", stage=SAID)
    return [Source((Candidate(score),), lambda at: served.last_score(at.table("surveys"), at.day))]


def programs(last: Moment, taken: Collection[str]) -> dict[str, str]:
    """Names of drivers to the programs that have members."""
    if not has(last.workspace, "memberships", "program_id"):
        return {}
    values = _values(last.table("memberships"), "program_id")
    return _named(values, "memberships", "member_", taken)


def member_candidate(name: str, program: str) -> Candidate:
    """Whether a customer is in a program."""
    heading = f"in the program {segment_words(program)}"
    return Candidate(Driver(name, heading, "yes_no", source="memberships", stage=GIVEN), False)


def _memberships(last: Moment, _: Sequence[Moment], taken: Collection[str]) -> list[Source]:
    named = programs(last, taken)
    if not named:
        return []
    made = tuple(member_candidate(name, program) for name, program in named.items())
    return [Source(made, lambda at: standing.members_at(at.table("memberships"), at.day, named))]


def _subscriptions(last: Moment, *_: object) -> list[Source]:
    if not has(last.workspace, "subscriptions", "started_at"):
        return []
    driver = Driver("plan", "plan", "level", source="subscriptions", stage=GIVEN)
    plan = Candidate(driver, standing.NO_PLAN, open_ended=True, first=(standing.NO_PLAN,))
    return [Source((plan,), lambda at: standing.plan_at(at.table("subscriptions"), at.day))]


def _assignments(last: Moment, _: Sequence[Moment], taken: Collection[str]) -> list[Source]:
    if not has(last.workspace, "assignments", "experiment_id", "arm"):
        return []
    values = _values(last.table("assignments"), "experiment_id")
    named = _named(values, "assignments", "arm_", taken)
    if not named:
        return []
    made = tuple(_arm(name, experiment) for name, experiment in named.items())
    return [Source(made, lambda at: standing.arms_at(at.table("assignments"), at.day, named))]


def _arm(name: str, experiment: str) -> Candidate:
    heading = f"group of the experiment {segment_words(experiment)}"
    driver = Driver(name, heading, "level", source="assignments", randomised=True, stage=GIVEN)
    return Candidate(driver, standing.NOT_ASSIGNED, first=("holdout", "control", "Holdout",
                                                           "Control", "none"))  # fmt: skip


_BUILDERS: tuple[Callable[..., list[Source]], ...] = (
    _columns, _orders, _activity, _contacts, _memberships, _subscriptions, _assignments, _service,
    _surveys, _behaviour,
)  # fmt: skip
