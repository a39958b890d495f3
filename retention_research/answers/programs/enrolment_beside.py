"""Other comparisons of an enrolment program: naive ones, landmarks, the next order, staying in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.driver_rows import landmark_rows, obstacle_to_landmarks
from retention_research.answers.driver_rows.frames import columns_of
from retention_research.answers.driver_rows.vocabulary import vocabulary
from retention_research.answers.drivers.cox_view import CoxView, fit_cox_view
from retention_research.answers.drivers.design import make_design
from retention_research.answers.drivers.stages import beside
from retention_research.answers.drivers.views import STRATA, orders_of
from retention_research.answers.programs.enrolment_detail import Pace
from retention_research.answers.programs.enrolment_followed import WEEK, Followed
from retention_research.answers.programs.enrolment_starts import enrolment_rows, people_of
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.enrolment import (
    CensoringWeights,
    DoublyRobust,
    TrialRows,
    censoring_weights,
    doubly_robust,
    naive_difference,
)
from retention_research.study_programs import Program
from retention_research.summaries.program_outcomes import outcomes_after
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.answers.driver_rows import Driver
    from retention_research.models.arrays import Floats

_TOLD = ("retained", "purchases", "revenue")
_CAMPAIGN = "Customers are not members of a campaign: there is nothing to follow from date to date."


def plain(rows: Followed, confidence: float) -> tuple[Effect, ...]:
    """Members against the others of the same weeks, as if chance had chosen them."""
    found = (
        naive_difference(rows.rows(values), outcome=name, confidence=confidence)
        for name, values in rows.outcomes.items()
    )
    return tuple(one for one in found if isinstance(one, Effect))


def ordered_before(rows: Followed, confidence: float) -> Effect | Missing:
    """How much more members had ordered in the half-year before than the others."""
    values = rows.known.frame["before"].to_numpy(dtype=np.float64)
    return naive_difference(rows.rows(values), outcome="before", confidence=confidence)


def ever_against_never(workspace: Workspace, program: Program) -> tuple[Effect, ...]:
    """Whoever ever enrolled against the others, over the last window of the data.

    It is what a dashboard shows, and no effect: members had to stay to become members, and joined
    because they buy. Over customers who were there when the window began.
    """
    end = workspace.window.as_of
    start = end - timedelta(days=program.window_days)
    rows, people = enrolment_rows(workspace, program), people_of(workspace)
    if isinstance(rows, Missing):
        return ()
    there = people.filter(people.first_day <= start)
    ever = rows.select("customer_id").distinct().mutate(treated=True)
    both = there.left_join(ever, "customer_id").drop("customer_id_right")
    asked = both.mutate(treated=both.treated.fill_null(False), start=start)
    found = outcomes_after(asked, workspace.purchases(end), program.window_days)
    columns = columns_of(found.order_by("customer").drop("customer_id", "start"))
    n = len(columns["customer"])
    blank = np.zeros((n, 0))
    made = (
        naive_difference(
            TrialRows(
                columns[name].astype(np.float64), columns["treated"] > 0, blank, (),
                columns["customer"], np.zeros(n),
            ),
            outcome=name,
            confidence=workspace.study.confidence,
        )
        for name in _TOLD
    )  # fmt: skip
    return tuple(one for one in made if isinstance(one, Effect))


def while_kept_to(
    rows: Followed, window_days: int, rng: np.random.Generator, confidence: float
) -> tuple[Effect, ...] | Missing:
    """The effect of staying a member for the whole window against staying none.

    Week by week, who leaves and who of the others enrols is no longer counted; those like them in
    what was known at the start, and in what they bought since, count for them.

    Args:
        rows: the trials.
        window_days: the outcome window.
        rng: draws the folds.
        confidence: level of the intervals.
    """
    found = _kept_weights(rows, max(1, window_days // WEEK))
    if isinstance(found, Missing):
        return found
    made = []
    for name in _TOLD:
        weighted = replace(rows.rows(rows.outcomes[name]), weight=found.weight)
        one = doubly_robust(weighted, rng=rng, confidence=confidence, outcome=name)
        if isinstance(one, Missing):
            return one
        made.append(one.effect)
    return tuple(made)


def _kept_weights(rows: Followed, weeks: int) -> CensoringWeights | Missing:
    """Weights of who kept to their side, from each week's chance to change it."""
    n = rows.treated.size
    away = np.where(rows.treated, rows.left, rows.joined)
    changed_in = np.floor((np.maximum(away, 1.0) - 1.0) / WEEK)
    seen = np.minimum(changed_in + 1.0, weeks).astype(np.intp)
    row = np.repeat(np.arange(n), seen)
    period = np.arange(row.size) - np.repeat(np.cumsum(seen) - seen, seen)
    bought = (rows.spent > 0.0).astype(np.float64)
    in_week = bought[row, period]
    so_far: Floats = np.cumsum(bought, axis=1)[row, period] - in_week
    x, names = _steady(rows)
    return censoring_weights(
        row,
        period,
        changed_in[row] == period,
        np.column_stack([x[row], in_week, np.log1p(so_far)]),
        rows.treated[row],
        names=(*names, "bought in the week", "weeks with a purchase since"),
        rows=n,
    )


def _steady(rows: Followed) -> tuple[Floats, tuple[str, ...]]:
    """The few things known at the start that tell most of enrolling later and of leaving."""
    kept = [
        place
        for place, name in enumerate(rows.known.names)
        if rows.known.owner[name] in ("pre_purchases", "age_days", "survey_score")
    ]
    return rows.known.x[:, kept], tuple(rows.known.names[place] for place in kept)


def at_landmarks(
    workspace: Workspace, program: Program, rng: np.random.Generator
) -> Effect | Missing:
    """Members at some dates against other active customers, adjusted for what was known then.

    Who is a member by a date has often been one for long: it tells of being a member, not of
    enrolling, and what membership had changed by then is adjusted away.
    """
    name = _as_driver(workspace, program)
    if isinstance(name, Missing):
        return name
    if reason := obstacle_to_landmarks(workspace):
        return Missing("landmark", reason)
    rows = landmark_rows(workspace)
    if name not in rows.frame:
        return Missing("landmark", rows.left_out.get(name, "Nobody was a member then."))
    others = [one for one in rows.drivers if one.name != name]
    design = make_design(rows.frame, others)
    codes = np.unique(rows.frame["landmark"], return_inverse=True)[1]
    found = doubly_robust(
        TrialRows(
            1.0 - rows.frame["silent"].to_numpy(dtype=np.float64),
            rows.frame[name].to_numpy() > 0,
            design.x,
            design.names,
            rows.frame["customer"].to_numpy(),
            codes,
        ),
        rng=rng,
        confidence=workspace.study.confidence,
        outcome="retained",
    )
    return found.effect if isinstance(found, DoublyRobust) else found


def pace_of_orders(workspace: Workspace, program: Program) -> Pace | Missing:
    """How soon the next order comes: ever-members over all their orders, and members as such."""
    name = _as_driver(workspace, program)
    if isinstance(name, Missing):
        return name
    rows = orders_of(workspace)
    mine = [one for one in rows.drivers if one.name == name]
    if not mine:
        return Missing("pace", rows.left_out.get(name, "Nobody ordered as a member."))
    some = beside(rows.drivers, mine[0].stage)
    ever = rows.frame.groupby("customer")[name].transform("max")
    naive, corrected = (
        _ratio(frame, some, name, workspace.study.confidence)
        for frame in (rows.frame.assign(**{name: ever}), rows.frame)
    )
    return Pace(naive, corrected)


def _ratio(
    frame: pd.DataFrame, some: tuple[Driver, ...], name: str, confidence: float
) -> Estimate | Missing:
    view = fit_cox_view(frame, some, confidence, event="ordered", strata=STRATA)
    if not isinstance(view, CoxView):
        return view
    mine = [one for one in view.design.contrasts if one.driver == name]
    return view.hazard_ratio(mine[0]) if mine else Missing(name, "It is not there.")


def _as_driver(workspace: Workspace, program: Program) -> str | Missing:
    """What the program is called among the drivers."""
    if not program.program_id:
        return Missing("landmark", _CAMPAIGN)
    named = vocabulary(workspace).programs
    found = [name for name, one in named.items() if one == program.program_id]
    return found[0] if found else Missing("landmark", "No date is late enough to look at members.")
