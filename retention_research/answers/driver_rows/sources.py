"""What each table of a study tells of a customer on a day: the drivers it offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.driver_rows import candidates as offers
from retention_research.answers.driver_rows.customer_columns import of_columns, told_by_columns
from retention_research.answers.driver_rows.moments import Moment, Source
from retention_research.answers.driver_rows.vocabulary import Vocabulary, has
from retention_research.summaries.engagement import behaviour, reached, served, standing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir


def sources(workspace: Workspace, words: Vocabulary) -> list[Source]:
    """Everything that a study's tables tell of customers on a day.

    Args:
        workspace: the study; a table that it lacks, or a column, offers nothing.
        words: what the drivers are named after.
    """
    return [
        *_columns(words),
        *_orders(workspace),
        *_activity(words),
        *_contacts(words),
        *_standing(workspace, words),
        *_service(workspace),
        *_said(workspace),
        Source(offers.behaviour(), lambda at: at.active.drop("first_day", "birth_known")),
    ]


def _columns(words: Vocabulary) -> list[Source]:
    def told(at: Moment) -> ir.Table:
        return told_by_columns(at.table("customers"), words)

    return [Source(of_columns(words), told)] if words.columns else []


def _orders(workspace: Workspace) -> list[Source]:
    if not has(workspace, "transactions", "discount"):
        return [Source((offers.returned(), offers.orders_lately()), _lately)]
    both = offers.discount_share(), offers.returned(), offers.orders_lately()
    return [Source((offers.first_discount(),), _first_order), Source(both, _lately)]


def _lately(at: Moment) -> ir.Table:
    return behaviour.recent_orders(at.table("transactions"), at.day, at.lookback)


def _first_order(at: Moment) -> ir.Table:
    rows = at.table("transactions")
    blank = behaviour.writes_no_zero(rows)
    return behaviour.first_order_discounted(rows, at.active, blank_is_none=blank)


def _activity(words: Vocabulary) -> list[Source]:
    def flags(at: Moment) -> ir.Table:
        return reached.event_flags(at.table("activity"), at.day, at.lookback, words.rare)

    def change(at: Moment) -> ir.Table:
        rows = at.table("activity")
        return reached.activity_change(rows, at.active, at.day, at.lookback, words.often)

    rare = [Source(offers.events(words.rare), flags)] if words.rare else []
    return [*rare, Source((offers.activity_change(),), change)] if words.often else rare


def _contacts(words: Vocabulary) -> list[Source]:
    def received(at: Moment) -> ir.Table:
        rows = at.table("contacts")
        return reached.contacts_received(rows, at.day, at.lookback, words.purposes)

    return [Source(offers.contacts(words.purposes), received)] if words.purposes else []


def _standing(workspace: Workspace, words: Vocabulary) -> list[Source]:
    def inside(at: Moment) -> ir.Table:
        return standing.members_at(at.table("memberships"), at.day, words.programs)

    def arms(at: Moment) -> ir.Table:
        return standing.arms_at(at.table("assignments"), at.day, words.experiments)

    found = [Source(offers.members(words.programs), inside)] if words.programs else []
    if has(workspace, "subscriptions"):
        plans = Source((offers.plan(),), lambda at: standing.plan_at(
            at.table("subscriptions"), at.day
        ))  # fmt: skip
        found.append(plans)
    return [*found, Source(offers.arms(words.experiments), arms)] if words.experiments else found


def _service(workspace: Workspace) -> list[Source]:
    if not has(workspace, "tickets"):
        return []
    found = [Source((offers.complaint(),), _complained)]
    if has(workspace, "tickets", "resolved_at"):
        found.append(Source((offers.resolution(),), _resolved))
    if has(workspace, "tickets", "first_response_at") and workspace.study.tickets.targets:
        found.append(Source((offers.response(),), _answered))
    return found


def _complained(at: Moment) -> ir.Table:
    return served.complained(at.table("tickets"), at.day, at.lookback)


def _resolved(at: Moment) -> ir.Table:
    slow = slow_seconds(at.workspace)
    return served.resolution(at.table("tickets"), at.day, at.lookback, slow)


def slow_seconds(workspace: Workspace) -> float:
    """study.drivers.slow_after in seconds."""
    return workspace.study.drivers.slow_after.days * 86_400


def _answered(at: Moment) -> ir.Table:
    told = at.workspace.study.tickets
    rows = at.table("tickets")
    return served.response(rows, at.day, at.lookback, told.targets, told.business_hours)


def _said(workspace: Workspace) -> list[Source]:
    found = []
    if has(workspace, "tickets", "channel"):
        found.append(Source((offers.ticket_channel(),), lambda at: served.last_ticket(
            at.table("tickets"), at.day
        )))  # fmt: skip
    if has(workspace, "tickets", "csat"):
        found.append(Source((offers.rating(),), lambda at: served.last_rating(
            at.table("tickets"), at.day
        )))  # fmt: skip
    if has(workspace, "surveys", "timestamp", "score"):
        found.append(Source((offers.score(),), lambda at: served.last_score(
            at.table("surveys"), at.day
        )))  # fmt: skip
    return found
