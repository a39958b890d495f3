"""Did a program pay: its economics from draws of customers, and what is recorded of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from retention_research.answers.lives import lives
from retention_research.answers.recorded import recorded
from retention_research.events.engine import hold
from retention_research.models.fit import Estimate, Missing
from retention_research.models.ratio import Moments
from retention_research.programs.economics import (
    Acquiring,
    Money,
    acquiring_of,
    decide,
    money,
)
from retention_research.programs.effects import Decision, Effect, Grade, MoneyDraws
from retention_research.study_programs import KEYS, Program
from retention_research.summaries.kpis.sums import condense
from retention_research.summaries.new_customers import first_revenue
from retention_research.values import Value, diagnostic, label, missing
from retention_research.workspace import Workspace

_MAY_BE_LONGER = "It pays back in the data as they are, but may take longer than the window."
_NO_CEILING = "So few may have been kept that no upper end can be given for what each one cost."


class Economics(NamedTuple):
    """What a report tells of a program's money.

    Attributes:
        money: the economics, or why there are none.
        decision: keep, stop or test, or why none can be given.
        values: both, by glossary name.
    """

    money: Money | Missing
    decision: Decision | Missing
    values: Mapping[str, Value]


def economics_of(
    workspace: Workspace,
    program: Program,
    draws: MoneyDraws | Missing,
    grade: Grade,
    effects: Iterable[Effect] = (),
) -> Economics:
    """A program's money, the decision, and what is recorded of both.

    Where what it brought cannot be told, it is to be tested, not stopped.

    Args:
        workspace: the study.
        program: as the study declares it.
        draws: what it brought and cost, or why that is not known.
        grade: how well its effect is proved.
        effects: the main comparison; that on `retained` tells who would have bought anyway.
    """
    if isinstance(draws, Missing):
        return Economics(draws, "test", money_values(program, draws, "test"))
    found = money_of(workspace, program, draws, effects)
    decision = decide(found, grade)
    return Economics(found, decision, money_values(program, found, decision))


def money_of(
    workspace: Workspace, program: Program, draws: MoneyDraws, effects: Iterable[Effect] = ()
) -> Money | Missing:
    """What a program brought and cost, beside what winning new customers cost and brought.

    Args:
        workspace: the study.
        program: as the study declares it.
        draws: margin, cost and share kept per treated customer, by draw.
        effects: the main comparison.

    Returns:
        The economics; missing where nobody was treated. Without costs, margin and break-even cost.
    """
    study = workspace.study
    found = money(
        draws,
        window_days=program.window_days,
        fixed_cost=program.cost_fixed,
        horizon_days=round(study.horizon.days),
        annual_discount_rate=study.money.annual_discount_rate,
        retained=next((one for one in effects if one.outcome == "retained"), None),
        no_cost=no_cost(program),
        confidence=study.confidence,
    )
    if isinstance(found, Missing):
        return found
    return replace(found, acquiring=acquiring(workspace, program))


def no_cost(program: Program) -> str:
    """What to say where the study tells no cost of a program, and which keys to add."""
    keys = [key for key in KEYS[program.kind] if key.startswith("cost_")] + ["cost_fixed"]
    named = " or ".join(f"`{key}`" for key in keys)
    return (
        f"What {program.heading} costs is not given, so its return cannot be told. Add {named} "
        f"to the program {program.id} in the study."
    )


def margin_share(workspace: Workspace, program: Program) -> float:
    """The share of revenue that is margin: the program's own, else the study's."""
    return program.margin or workspace.study.money.margin


def acquiring(workspace: Workspace, program: Program) -> Acquiring | Missing:
    """What new customers cost and brought, over as many days as the program's window."""
    customers = workspace.table("customers")
    if customers is None or "acquisition_cost" not in customers.columns:
        return Missing("acquiring", "No table of customers says what winning each one cost.")
    end, days = workspace.window.as_of, program.window_days
    name = f"new-customers-{days}"
    born = lives(workspace)
    known = born.filter(born.birth_known)
    rows = workspace.kept_table(
        name, lambda: first_revenue(hold(known), customers, workspace.purchases(end), days, end)
    )
    frame = condense(rows).to_pandas()
    if frame.empty:
        return Missing("acquiring", "No new customer of whom enough is known has a cost.")
    one = frame.iloc[0]
    sums = Moments(int(one.n), *(float(one[name]) for name in ("y", "x", "yy", "xx", "xy")))
    return acquiring_of(sums, margin_share(workspace, program), days, workspace.study.confidence)


def money_values(
    program: Program, found: Money | Missing, decision: Decision | Missing
) -> dict[str, Value]:
    """What is recorded of a program's money, by glossary name."""
    before = f"program.{program.id}"
    told = _untold(found) if isinstance(found, Missing) else _told(found)
    values = {f"{before}.{name}": value for name, value in told.items()}
    return values | {f"{before}.decision": _decided(decision)}


def _decided(decision: Decision | Missing) -> Value:
    if isinstance(decision, Missing):
        return missing("label", decision.reason)
    return label(decision)


_ESTIMATES = {
    "incremental_margin": ("margin", "money"),
    "margin_per_customer": ("margin_per_customer", "money"),
    "cost": ("cost", "money"),
    "cost_per_customer": ("cost_per_customer", "money"),
    "profit": ("profit", "money"),
    "roi": ("return_on_investment", "number"),
    "margin_per_spent": ("margin_per_spent", "number"),
    "break_even_cost": ("break_even_cost", "money"),
    "payback_weeks": ("payback_weeks", "number"),
    "kept": ("kept", "number"),
    "cost_per_kept": ("cost_per_kept", "money"),
    "bought_anyway": ("anyway", "share"),
    "cost_anyway": ("cost_anyway", "money"),
    "margin_after": ("after", "money"),
}
_IF_OPEN = {"payback_weeks": _MAY_BE_LONGER, "cost_per_kept": _NO_CEILING}
_NO_DRAWS = "Customers are too few, or too few groups of them, to give a range."


def _untold(found: Missing) -> dict[str, Value]:
    """The four names that every program has, missing with the reason."""
    estimates = {name: missing("estimate", found.reason) for name in ("incremental_margin", "roi")}
    return estimates | {"break_even_probability": missing("diagnostic", found.reason)}


def _told(found: Money) -> dict[str, Value]:
    values = {
        name: recorded(getattr(found, field), found.customers, unit, _IF_OPEN.get(name, _NO_DRAWS))
        for name, (field, unit) in _ESTIMATES.items()
    }
    n = found.customers
    values["break_even_probability"] = _diagnostic(found.break_even_probability, "share", n)
    values["cost_to_keep"] = _diagnostic(found.cost_to_keep, "money", n)
    return values | _projected(found) | _acquired(found)


def _diagnostic(found: float | Missing, unit: str, n: int) -> Value:
    if isinstance(found, Missing):
        return missing("diagnostic", found.reason)
    return diagnostic(found, unit, n)


def _projected(found: Money) -> dict[str, Value]:
    values = {}
    for one in found.projections:
        slug, n = one.persistence.replace("-", "_"), found.customers
        values[f"projected_margin.{slug}"] = recorded(one.margin, n, "money", _NO_DRAWS)
        values[f"projected_roi.{slug}"] = recorded(one.return_on_investment, n, "number", _NO_DRAWS)
    return values


def _acquired(found: Money) -> dict[str, Value]:
    one = found.acquiring
    cost: Estimate | Missing = one if isinstance(one, Missing) else one.cost_per_customer
    brought: Estimate | Missing = one if isinstance(one, Missing) else one.margin_per_spent
    n = 0 if isinstance(one, Missing) else one.customers
    return {
        "cost_per_acquired": recorded(cost, n, "money"),
        "acquired_margin_per_spent": recorded(brought, n, "number"),
    }
