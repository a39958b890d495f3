"""What customers say, by period: latest answer to the survey, who did not answer, ratings."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from retention_research.periods import Period
from retention_research.summaries.kpis.sums import ALL, inside, per_customer, with_columns

PROMOTER, DETRACTOR = 9, 6
SATISFIED = 4  # of five


def of_recommendation(surveys: ir.Table) -> ir.Table:
    """The rows of surveys that ask whether one would recommend: kind nps, or no kind."""
    kind = with_columns(surveys, kind="string", invited_at="timestamp")
    return kind.filter(kind.kind.fill_null("nps").lower().strip() == "nps")


def latest_answers(surveys: ir.Table, periods: Sequence[Period]) -> ir.Table:
    """Each customer's latest answer in each period.

    Args:
        surveys: as `of_recommendation` gives them, with customer_id, timestamp, score.
        periods: of the answer.

    Returns:
        period, customer_id, promoter, detractor (0 or 1). Of two answers at one moment the lower
        counts.
    """
    scored = surveys.filter(surveys.score.notnull() & surveys.timestamp.notnull())
    dated = inside(scored, scored.timestamp.date(), periods)
    order = ibis.window(
        group_by=[dated.period, dated.customer_id],
        order_by=[dated.timestamp.desc(), dated.score],
    )
    latest = dated.mutate(place=ibis.row_number().over(order))
    latest = latest.filter(latest.place == 0)
    return latest.select(
        period=latest.period.cast("int64"),
        customer_id="customer_id",
        promoter=(latest.score >= PROMOTER).cast("int32"),
        detractor=(latest.score <= DETRACTOR).cast("int32"),
    )


def count_answers(answers: ir.Table, by: ir.Table | None = None) -> ir.Table:
    """Answers as counts: period, level, promoters, detractors, n, in order."""
    found = answers.mutate(level=ibis.literal(ALL))
    if by is not None:
        found = answers.join(by.select("customer_id", "level"), "customer_id")
    keys = ["period", "level"]
    counted = found.group_by(keys).agg(
        promoters=found.promoter.sum(), detractors=found.detractor.sum(), n=found.count()
    )
    return counted.order_by(keys)


def unanswered(surveys: ir.Table, periods: Sequence[Period]) -> ir.Table:
    """Invitations of each period, and those of them without an answer so far.

    Args:
        surveys: as `of_recommendation` gives them; rows without invited_at are left out.
        periods: of the invitation.

    Returns:
        Sums as `per_customer` gives them, of nps_non_response.
    """
    asked = surveys.filter(surveys.invited_at.notnull())
    dated = inside(asked, asked.invited_at.date(), periods)
    silent = (dated.timestamp.isnull() | dated.score.isnull()).cast("int32")
    return per_customer(dated, "nps_non_response", silent, ibis.literal(1))


def asked_and_answered(surveys: ir.Table, period: Period, strata: ir.Table) -> ir.Table:
    """Customers invited in a period by stratum, and the answers of those of them who answered.

    Args:
        surveys: as `of_recommendation` gives them.
        period: of the invitation.
        strata: customer_id, level.

    Returns:
        level, asked (customers), promoters, detractors, answered; in order. A customer's latest
        answer to an invitation of the period counts, whenever it came.
    """
    asked = surveys.filter(surveys.invited_at.notnull())
    rows = asked.filter(asked.invited_at.date().between(period.start, period.end))
    there = rows.timestamp.notnull() & rows.score.notnull()
    order = ibis.window(
        group_by=rows.customer_id, order_by=[there.desc(), rows.timestamp.desc(), rows.score]
    )
    latest = rows.mutate(place=ibis.row_number().over(order), answered=there.cast("int32"))
    each = latest.filter(latest.place == 0).join(strata, "customer_id")
    answered = each.answered == 1
    counted = each.group_by("level").agg(
        asked=each.count(),
        answered=each.answered.sum(),
        promoters=(answered & (each.score >= PROMOTER)).fill_null(False).cast("int32").sum(),
        detractors=(answered & (each.score <= DETRACTOR)).fill_null(False).cast("int32").sum(),
    )
    return counted.order_by("level")


def ratings(tickets: ir.Table, periods: Sequence[Period], extra: str | None = None) -> ir.Table:
    """Ratings of tickets resolved in each period, and those of them of 4 or 5.

    Args:
        tickets: with customer_id, resolved_at, csat.
        periods: of the resolution.
        extra: a column of tickets to tell apart as `level`.

    Returns:
        Sums as `per_customer` gives them, of csat.
    """
    rated = tickets.filter(tickets.resolved_at.notnull() & tickets.csat.notnull())
    dated = inside(rated, rated.resolved_at.date(), periods)
    satisfied = (dated.csat >= SATISFIED).cast("int32")
    return per_customer(dated, "csat", satisfied, ibis.literal(1), extra=extra)
