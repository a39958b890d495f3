"""Active customers at several landmarks: what was known of them, and who fell silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from retention_research.answers.driver_rows.frames import columns_of, settled, stacked
from retention_research.answers.driver_rows.kinds import LandmarkRows
from retention_research.answers.driver_rows.moments import (
    Moment,
    Source,
    horizon_days,
    landmark_days,
    lookback_days,
    moment,
    obstacle_to_landmarks,
    purchases_at,
)
from retention_research.answers.driver_rows.sampled import MOST_CUSTOMERS, count_customers, drawn
from retention_research.answers.driver_rows.sources import sources
from retention_research.answers.driver_rows.vocabulary import vocabulary
from retention_research.events.engine import hold
from retention_research.periods import day_in_words
from retention_research.summaries.engagement.behaviour import silent_after
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir


def landmark_rows(workspace: Workspace) -> LandmarkRows:
    """Who was active at each landmark, every driver as it was known then, and who fell silent.

    Raises:
        ValueError: if `obstacle_to_landmarks` says why there is no landmark.

    Example:
        >>> from retention_research.workspace import open_workspace
        >>> rows = landmark_rows(open_workspace("params/cdnow.yml"))
        >>> [str(day) for day in rows.landmarks], round(float(rows.frame["silent"].mean()), 3)
        (['1997-10-21', '1998-01-13', '1998-04-07'], 0.62)
    """
    if reason := obstacle_to_landmarks(workspace):
        raise ValueError(reason)
    days = landmark_days(workspace)
    moments = [moment(workspace, day) for day in days]
    offered = sources(workspace, vocabulary(workspace))
    codes = customer_numbers(workspace)
    everybody = count_customers(ibis.union(*(at.active.select("customer_id") for at in moments)))
    some = [_drawn(at, codes, everybody) for at in moments]
    parts = [_part(at, offered, codes) for at in some]
    there = [at.day for at, part in zip(moments, parts, strict=True) if len(part["customer"])]
    columns = stacked([part for part in parts if len(part["customer"])])
    candidates = [one for source in offered for one in source.candidates]
    floor = workspace.study.group_floor
    kept = ("customer", "landmark", "silent")
    frame, drivers, left_out = settled(columns, candidates, kept, floor)
    left_out |= _nobody(days, there)
    own = horizon_days(workspace), lookback_days(workspace), workspace.silence_days
    drawn_from = everybody if everybody > MOST_CUSTOMERS else None
    return LandmarkRows(frame, drivers, tuple(there), left_out, *own, drawn_from)


def _drawn(at: Moment, codes: ir.Table, everybody: int) -> Moment:
    """The landmark with some of its active customers, if there are very many."""
    if everybody <= MOST_CUSTOMERS:
        return at
    some = drawn(joined(at.active, codes), everybody)
    return replace(at, active=hold(some.drop("customer")))


def customer_numbers(workspace: Workspace) -> ir.Table:
    """customer_id and customer, a whole number for each who ordered or subscribed, by id."""

    def numbered() -> ir.Table:
        # all orders, not purchases: whose orders are given back later had bought at a landmark
        ids = workspace.events.transactions.select("customer_id")
        subscribed = workspace.events.table("subscriptions")
        if subscribed is not None:
            ids = ids.union(subscribed.select("customer_id"))
        each = ids.distinct()
        number = ibis.row_number().over(ibis.window(order_by=each.customer_id))
        return each.mutate(customer=number.cast("int32"))

    return workspace.kept_table("driver-customers", numbered)


def _part(at: Moment, offered: Sequence[Source], codes: ir.Table) -> dict[str, Any]:
    end = at.day + timedelta(days=horizon_days(at.workspace))
    rows = silent_after(at.active, purchases_at(at.workspace, end), at.day, end)
    rows = joined(rows, codes)
    # the widest last: each join is planned with all columns of those before it
    for source in sorted(offered, key=lambda source: len(source.candidates)):
        names = [one.driver.name for one in source.candidates]
        rows = joined(rows, source.at(at).select("customer_id", *names))
    found = columns_of(rows.order_by("customer").drop("customer_id"))
    landmark = np.full(len(found["customer"]), np.datetime64(at.day, "s"))
    return {**found, "landmark": landmark}


def joined(rows: ir.Table, more: ir.Table) -> ir.Table:
    """The rows with the columns of another table of customers, null where it has none."""
    return rows.left_join(more, "customer_id").drop("customer_id_right")


def _nobody(days: Sequence[date], there: Sequence[date]) -> dict[str, str]:
    return {
        str(day): f"Nobody had bought shortly before {day_in_words(day)}."
        for day in days
        if day not in there
    }
