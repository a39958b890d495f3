"""A program of points: what was earned and spent, what is still owed, and what that can show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import ibis
import numpy as np

from retention_research.answers.draws import draws_of
from retention_research.answers.programs.money import economics_of
from retention_research.answers.programs.proposed import experiment_on_buying_again
from retention_research.answers.programs.refused import without_effect
from retention_research.answers.programs.rewards_issued import (
    Issued,
    Reading,
    fates_in_end,
    issued_points,
    merged,
    quarters_of,
)
from retention_research.answers.programs.rewards_values import points_values
from retention_research.answers.programs.shape import NextTest, ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.models.open_points import OpenPoints, cost_of_points
from retention_research.models.points import EXPIRED, OPEN, REDEEMED, Fates
from retention_research.models.ratio import Moments, moments, ratio, share
from retention_research.study_programs import Program
from retention_research.summaries import points as summaries
from retention_research.summaries.kpis import rewards as fates
from retention_research.summaries.kpis.sums import condense
from retention_research.summaries.program_outcomes import outcomes_after
from retention_research.summaries.purchases import exact_sum
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_SAME = 1e-6  # of what a point is worth: amounts are rounded to cents
_OLDEST = 10_000  # days: no point is older
_WATCHED = 84  # days, where the study gives the program no window
NO_EFFECT = (
    "Points are earned by buying, so those who buy more have more of them whatever the points do: "
    "a table of points alone cannot tell what they change."
)
_DRAW = (
    "Let chance decide, member by member, who gets the next reward now and who only after the "
    "window, and compare how many of either buy again."
)


@dataclass(frozen=True, slots=True)
class RewardsDetail:
    """What a program of points tells.

    Attributes:
        members: customers who earned points.
        earned, redeemed, expired, outstanding: points.
        redemptions: how many times points were redeemed.
        life_days: by which age points have expired; None: they do not expire.
        horizon_days: age at which the shares in the end are read.
        worth: money that a redeemed point costs. given: whether the study says so, else the rows.
        redeemed_cost: money that the redeemed points cost.
        owed: what open points will cost.
        fates: shares of all points redeemed and expired in the end.
        issued: points by quarter of issue.
        as_usual: share of members' purchases with a redemption that came no later than usual.
        as_usual_without: the same of their purchases without one.
    """

    members: int
    earned: float
    redeemed: float
    expired: float
    outstanding: float
    redemptions: int
    life_days: int | None
    horizon_days: int
    worth: Estimate | Missing
    given: bool
    redeemed_cost: float | Missing
    owed: OpenPoints
    fates: Fates
    issued: tuple[Issued, ...]
    as_usual: Estimate | Missing
    as_usual_without: Estimate | Missing


def rewards_report(workspace: Workspace, program: Program) -> ProgramReport:
    """What a program of points cost and will cost; its effect is for an experiment to tell.

    Args:
        workspace: the study.
        program: of kind rewards.

    Returns:
        The report, graded "no evidence"; withheld where the program has no rows.
    """
    rewards = _rows(workspace, program)
    detail = None if rewards is None else _detail(workspace, program, rewards)
    if rewards is None or detail is None:
        return _nothing(workspace, program)
    economics = economics_of(workspace, program, Missing("money", NO_EFFECT), "no evidence")
    return ProgramReport(
        program,
        "no evidence",
        (NO_EFFECT,),
        money=economics.money,
        decision=economics.decision,
        next_test=_next_test(workspace, program, rewards),
        detail=detail,
        values=dict(economics.values) | points_values(program.id, detail),
    )


def _rows(workspace: Workspace, program: Program) -> ir.Table | None:
    table = workspace.table("rewards")
    if table is None:
        return None
    own = table.filter(table.program_id == program.program_id)
    if "expires_at" in own.columns:
        return own
    # of the type that times have here: engines do not stack another one on it
    return own.mutate(expires_at=ibis.null(own.timestamp.type()))


def _nothing(workspace: Workspace, program: Program) -> ProgramReport:
    if workspace.table("rewards") is None:
        reason, step = "The study has no table of rewards.", "Add it to the sources."
    else:
        reason = f"The table of rewards has no points earned in a program {program.program_id}."
        step = f"Look at `program_id` of the program {program.id} in the study."
    return without_effect(workspace, program, reason, step)


def _detail(workspace: Workspace, program: Program, rewards: ir.Table) -> RewardsDetail | None:
    end, study = workspace.window.as_of, workspace.study
    counted = summaries.points_by_kind(rewards, end).to_pandas().set_index("kind")
    if "earn" not in counted.index:
        return None
    pieces = workspace.kept_table(f"points-{program.id}", lambda: fates.fates(rewards, end))
    life = _life(rewards, pieces)
    horizon = life or round(study.horizon.days)
    quarters = quarters_of(workspace.window.start, end)
    cells = fates.point_cells(pieces, quarters, _OLDEST).to_pandas()
    sums = cells.groupby("fate")["points"].sum()
    owners = summaries.owners_by_period(pieces, quarters).to_pandas().set_index("period")
    spans = merged(owners["customers"].to_dict(), study.group_floor)
    worth, spent = _worth(workspace, program, rewards, pieces)
    visits = condense(summaries.usual_visits(rewards, workspace.purchases(end), end)).to_pandas()
    rng = draws_of(study, f"points-{program.id}")
    reading = Reading(horizon, life, rng, study.confidence)
    return RewardsDetail(
        members=int(counted.loc["earn", "customers"]),
        earned=float(counted.loc["earn", "points"]),
        redeemed=float(sums.get(REDEEMED, 0.0)),
        expired=float(sums.get(EXPIRED, 0.0)),
        outstanding=float(sums.get(OPEN, 0.0)),
        redemptions=int(counted["rows"].get("redeem", 0)),
        life_days=life,
        horizon_days=horizon,
        worth=worth,
        given=program.cost_per_reward is not None,
        redeemed_cost=worth if isinstance(worth, Missing) else float(spent.sum()),
        owed=_owed(cells, spent, life, rng, study.confidence),
        fates=fates_in_end(cells, reading),
        issued=issued_points(cells, quarters, spans, reading),
        as_usual=_visits(visits, "redeemed", study.confidence),
        as_usual_without=_visits(visits, "not_redeemed", study.confidence),
    )


def _life(rewards: ir.Table, pieces: ir.Table) -> int | None:
    """Days by which points have expired; None where they do not."""
    if not fates.expires(rewards):
        return None
    dated = summaries.longest_life(rewards).to_pandas()["days"].iloc[0]
    ended = pieces.filter(pieces.fate == EXPIRED).age.max().execute()
    known = [int(days) for days in (dated, ended) if days is not None and days >= 0]
    return max(known, default=None)


def _worth(
    workspace: Workspace, program: Program, rewards: ir.Table, pieces: ir.Table
) -> tuple[Estimate | Missing, pd.Series]:
    """What a redeemed point costs, and what the redemptions of each group of customers cost.

    What a point costs is the study's to say; else redemptions that bear a value tell it of all.
    """
    redeemed = pieces.filter(pieces.fate == REDEEMED).group_by("draw")
    summed = redeemed.agg(points=exact_sum(pieces.points)).order_by("draw")
    points = summed.to_pandas().set_index("draw")["points"]
    each = program.cost_per_reward
    if each is not None:
        return Estimate("worth", each, 0.0, each, each), each * points
    valued = summaries.redeemed_value(rewards, pieces, workspace.window.as_of)
    frame = valued.to_pandas().set_index("draw")
    if not frame["value"].sum():
        reason = "No redemption bears a value, and the study gives no `cost_per_reward`."
        return Missing("worth", reason), frame["value"]
    all_of_valued = float(points.sum() / frame["points"].sum())
    return _rate(frame, workspace.study.confidence), all_of_valued * frame["value"]


def _rate(valued: pd.DataFrame, confidence: float) -> Estimate | Missing:
    """Value over points, by groups of customers; known for sure where it is the same for all."""
    rates = valued["value"] / valued["points"]
    if np.allclose(rates, rates.iloc[0], rtol=_SAME):
        one = float(valued["value"].sum() / valued["points"].sum())
        return Estimate("worth", one, 0.0, one, one)
    return ratio(moments(valued["value"], valued["points"]), confidence, "worth")


def _owed(
    cells: pd.DataFrame, spent: pd.Series, life: int | None, rng: np.random.Generator,
    confidence: float,
) -> OpenPoints:  # fmt: skip
    groups = np.zeros(int(cells["draw"].max()) + 1)
    known = spent[spent.index < groups.size]
    groups[known.index] = known.to_numpy()
    return cost_of_points(
        cells["draw"], cells["age"], cells["fate"], cells["points"], groups, life, rng, confidence
    )


def _visits(visits: pd.DataFrame, kpi: str, confidence: float) -> Estimate | Missing:
    rows = visits[visits["kpi"] == kpi]
    if rows.empty:
        reason = "No member bought often enough before to tell what is usual."
        return Missing("as_usual", reason)
    one = rows.iloc[0]
    sums = Moments(int(one.n), *(float(one[name]) for name in ("y", "x", "yy", "xx", "xy")))
    return share(sums, confidence, "as_usual")


def _next_test(workspace: Workspace, program: Program, rewards: ir.Table) -> NextTest | Missing:
    """Members as of one window ago: how many of them bought since."""
    days = program.window_days or _WATCHED
    start = workspace.window.as_of - timedelta(days=days)
    members = rewards.filter(rewards.kind == "earn", rewards.timestamp.date() <= start)
    starts = members.select("customer_id").distinct().mutate(start=start)
    bought = workspace.purchases(workspace.window.as_of)
    sums = outcomes_after(starts, bought, days).aggregate(
        n=lambda t: t.count(), again=lambda t: t.retained.sum()
    )
    row = sums.to_pandas().iloc[0]
    return experiment_on_buying_again(int(row["again"] or 0), int(row["n"]), _DRAW, days)
