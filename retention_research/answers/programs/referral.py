"""A referral program: customers brought, what they bring and cost, and what that can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from retention_research.answers.lives import lives
from retention_research.answers.programs.money import economics_of, margin_share, no_cost
from retention_research.answers.programs.proposed import LEAST, customers_known
from retention_research.answers.programs.recorded import next_test
from retention_research.answers.programs.referral_value import value_of_brought
from retention_research.answers.programs.refused import without_effect
from retention_research.answers.programs.shape import NextTest, ProgramReport
from retention_research.answers.recorded import recorded
from retention_research.models.arrays import Flags
from retention_research.models.fit import Estimate, Missing
from retention_research.models.proportion import proportion
from retention_research.models.ratio import moments, ratio
from retention_research.periods import Duration
from retention_research.programs.effects import Effect
from retention_research.programs.experiment import Sample, difference
from retention_research.study_programs import Program
from retention_research.summaries import referrals as summaries
from retention_research.values import Value, fact, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

USUAL = Duration.parse("12W")  # after the first purchase, where the study gives no window
BROUGHT, OTHERS = "brought by a customer", "other new customers"
WHY = (
    "Customers who were brought differ from others in more than how they came, and some would have "
    "come anyway: nothing here tells how many."
)
_NO_MONEY = (
    "How many of those brought would have come anyway is not known, so what the program itself "
    "brought cannot be told."
)
_NAME = (
    "Ask every new customer who sent them, and add the column `referred_by` to the source of "
    "customers."
)
_DRAW = (
    "Let chance decide, customer by customer, who is offered the reward for bringing others, ask "
    "every new customer who sent them, and compare what the customers brought by either half "
    "bring with what the rewards cost. That is reckoned with {share:.0%} of customers who bring "
    "one, as over these data."
)


@dataclass(frozen=True, slots=True)
class ReferralDetail:
    """What a referral program tells.

    Attributes:
        customers: new customers who name who brought them.
        share: of all new customers in the table of customers.
        referrers: customers named.
        days: of the window after the first purchase.
        sofar: margin of a customer brought, up to the study's last day.
        value: margin expected of one from now within the horizon.
        cost: of all brought. cost_per_customer: the same per customer brought.
        others_cost: mean acquisition cost of other new customers.
        margin_per_spent: margin so far per unit of money spent.
        break_even_share: share of those brought that must not have come otherwise for the margin
            so far to equal the cost.
        referrers_again: share of referrers who bought in the window after they first brought one.
    """

    customers: int
    share: Estimate
    referrers: int
    days: int
    sofar: Estimate | Missing
    value: Estimate | Missing
    cost: float | Missing
    cost_per_customer: float | Missing
    others_cost: Estimate | Missing
    margin_per_spent: Estimate | Missing
    break_even_share: Estimate | Missing
    referrers_again: Estimate | Missing


def referral_report(workspace: Workspace, program: Program) -> ProgramReport:
    """What customers brought by others do, against other new customers: an association.

    Args:
        workspace: the study.
        program: of kind referral.

    Returns:
        The report, its program with the window that was looked at; graded "associated", or "no
        evidence" and withheld where nobody names who brought them.
    """
    program = program if program.window else program.model_copy(update={"window": USUAL})
    rows = _rows(workspace, program)
    reason = _obstacle(rows)
    if rows is None or reason:
        return without_effect(workspace, program, reason, _NAME)
    detail = _detail(workspace, program, rows)
    effects = _effects(workspace, program, rows)
    economics = economics_of(workspace, program, Missing("money", _NO_MONEY), "associated")
    return ProgramReport(
        program,
        "associated",
        (WHY,),
        effects,
        money=economics.money,
        decision=economics.decision,
        next_test=_next(workspace, program, rows),
        detail=detail,
        values=dict(economics.values) | referral_values(program, detail),
    )


def _rows(workspace: Workspace, program: Program) -> pd.DataFrame | None:
    customers, end = workspace.table("customers"), workspace.window.as_of
    if customers is None or "referred_by" not in customers.columns:
        return None
    born = lives(workspace)
    known, days = born.filter(born.birth_known), program.window_days
    bought = workspace.purchases(end)
    return workspace.kept_table(
        f"new-by-referral-{days}",
        lambda: summaries.new_customers_by_referral(known, customers, bought, days, end),
    ).to_pandas()


def _obstacle(rows: pd.DataFrame | None) -> str:
    if rows is None:
        return "No table of customers says who referred whom (`referred_by`)."
    if not rows["referred"].any():
        return "No new customer names who referred them."
    return ""


def _detail(workspace: Workspace, program: Program, rows: pd.DataFrame) -> ReferralDetail:
    confidence, margin = workspace.study.confidence, margin_share(workspace, program)
    brought, days = rows[rows["referred"]], program.window_days
    n = len(brought)
    sofar = np.maximum(margin * brought["sofar"].to_numpy(dtype=float), 0.0)
    each = _cost_per_customer(program, n)
    others = rows.loc[~rows["referred"], "acquisition_cost"].dropna()
    named = _referrers(workspace, days)
    return ReferralDetail(
        customers=n,
        share=proportion(n, len(rows), confidence),
        referrers=int(named["referrers"]),
        days=days,
        sofar=ratio(moments(sofar, np.ones(n)), confidence, "sofar"),
        value=value_of_brought(workspace, program, brought["customer_id"]),
        cost=each if isinstance(each, Missing) else each * n,
        cost_per_customer=each,
        others_cost=ratio(moments(others, np.ones(len(others))), confidence, "others_cost"),
        margin_per_spent=_per_spent(sofar, each, confidence),
        break_even_share=_share_needed(_per_spent(sofar, each, confidence)),
        referrers_again=_again(int(named["again"] or 0), int(named["watched"] or 0), confidence),
    )


def _cost_per_customer(program: Program, n: int) -> float | Missing:
    if program.cost_per_referral is None and program.cost_fixed is None:
        return Missing("cost_per_customer", no_cost(program))
    return (program.cost_per_referral or 0.0) + (program.cost_fixed or 0.0) / n


def _per_spent(
    sofar: np.ndarray[tuple[int], np.dtype[np.float64]], each: float | Missing, confidence: float
) -> Estimate | Missing:
    if isinstance(each, Missing):
        return Missing("margin_per_spent", each.reason)
    if each <= 0.0:
        return Missing("margin_per_spent", "It cost nothing, so there is nothing to divide by.")
    return ratio(moments(sofar, np.full(sofar.size, each)), confidence, "margin_per_spent")


def _share_needed(found: Estimate | Missing) -> Estimate | Missing:
    """One over the margin per unit spent; above 1 no share is enough."""
    if isinstance(found, Missing):
        return Missing("break_even_share", found.reason)
    low, high = (None if end is None else 1.0 / end for end in (found.conf_high, found.conf_low))
    return Estimate("break_even_share", 1.0 / found.estimate, None, low, high)


def _next(workspace: Workspace, program: Program, rows: pd.DataFrame) -> NextTest | Missing:
    """Whether those brought bring what they cost, by customer who is offered the reward.

    Of a customer offered it, the margin of those brought varies as a sum of Poisson many.
    """
    brought, known = rows[rows["referred"]], customers_known(workspace)
    margin = margin_share(workspace, program) * brought["sofar"].to_numpy(dtype=float)
    share = len(brought) / known
    each = _cost_per_customer(program, len(brought))
    worth = LEAST * abs(float(margin.mean())) if isinstance(each, Missing) else each
    return next_test(
        "margin", float(np.sqrt(share * (margin**2).mean())), share * worth,
        _DRAW.format(share=share), confidence=workspace.study.confidence, available=known,
    )  # fmt: skip


def _referrers(workspace: Workspace, days: int) -> pd.Series:
    customers, end = workspace.table("customers"), workspace.window.as_of
    assert customers is not None  # or nobody was brought
    born = lives(workspace)
    known = born.filter(born.birth_known)
    found = summaries.referrers(known, customers, workspace.purchases(end), days, end)
    return found.to_pandas().iloc[0]


def _again(again: int, watched: int, confidence: float) -> Estimate | Missing:
    if not watched:
        return Missing("referrers_again", "Nobody who referred has been watched long enough.")
    return proportion(again, watched, confidence, "referrers_again")


def _effects(workspace: Workspace, program: Program, rows: pd.DataFrame) -> tuple[Effect, ...]:
    """Those brought against other new customers, after the first purchase; windows that are over.

    No comparison where all or none of them were brought.
    """
    over = rows[rows["window_over"]]
    treated = cast("Flags", over["referred"].to_numpy(dtype=bool))
    if treated.all() or not treated.any():
        return ()
    margin = margin_share(workspace, program)
    outcomes = {
        "retained": over["retained"].astype(float),
        "purchases": over["purchases"].astype(float),
        "revenue": over["revenue"].astype(float),
        "margin": margin * over["revenue"].astype(float),
    }
    return tuple(
        difference(
            Sample(outcomes[name].to_numpy(), treated), outcome=name, treated=BROUGHT,
            control=OTHERS, kind="proportion" if name == "retained" else "mean",
            confidence=workspace.study.confidence,
        )
        for name in program.outcomes
        if name in outcomes
    )  # fmt: skip


def referral_values(program: Program, detail: ReferralDetail) -> dict[str, Value]:
    """What is recorded of a referral program, by glossary name."""
    n = detail.customers
    told = {
        "customers": fact(n, "count"),
        "referrers": fact(detail.referrers, "count"),
        "share": recorded(detail.share, n, "share"),
        "margin_sofar": recorded(detail.sofar, n, "money"),
        "value": recorded(detail.value, n, "money"),
        "cost": _fact(detail.cost, n),
        "cost_per_customer": _fact(detail.cost_per_customer, n),
        "acquisition_cost_others": recorded(detail.others_cost, n, "money"),
        "margin_per_spent": recorded(detail.margin_per_spent, n, "number"),
        "break_even_share": recorded(detail.break_even_share, n, "share"),
        "referrers_again": recorded(detail.referrers_again, detail.referrers, "share"),
    }
    return {f"program.{program.id}.referral.{name}": value for name, value in told.items()}


def _fact(found: float | Missing, n: int) -> Value:
    if isinstance(found, Missing):
        return missing("fact", found.reason)
    return fact(found, "money", n)
