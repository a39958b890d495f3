"""What chance decided: arms of experiments, from the day of their assignment on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from retention_research.answers.driver_rows.candidates import CONTROLS, is_control
from retention_research.answers.driver_rows.vocabulary import vocabulary
from retention_research.answers.drivers.draws import flawed_draws
from retention_research.models.fit import Missing
from retention_research.models.logistic import fit_logistic
from retention_research.models.logistic_rows import LogisticRows
from retention_research.models.marginal_effects import MarginalEffect, marginal_effect
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


__all__ = ["Arm", "Experiment", "listed_arms", "randomised_effects"]


class Arm(NamedTuple):
    """One arm of an experiment, or several together, against another.

    Attributes:
        driver: its name; level: the arm; reference: the one it is held against.
        effect: over the customers assigned who were active on the day of their assignment.
    """

    driver: str
    level: str
    reference: str
    effect: MarginalEffect


@dataclass(frozen=True, slots=True)
class Experiment:
    """All arms of an experiment.

    Attributes:
        driver: its name.
        customers: compared in each arm, the control last.
        together: all other arms together against the control.
        arms: each of them against the control.
        between: each pair of them.
    """

    driver: str
    customers: Mapping[str, int]
    together: Arm
    arms: tuple[Arm, ...]
    between: tuple[Arm, ...]


def randomised_effects(
    workspace: Workspace, horizon_days: int
) -> tuple[tuple[Experiment, ...], dict[str, str]]:
    """Silence in the horizon after assignment by arm, and what could not be compared.

    Customers count in the arm they were drawn for, whatever happened afterwards. Of an experiment
    that goes on, those count who were drawn a horizon or more before as_of.
    """
    experiments = vocabulary(workspace).experiments
    if not experiments:
        return (), {}
    assignments = workspace.table("assignments")
    assert assignments is not None  # the vocabulary names experiments
    counts, flaws = _counts(workspace, horizon_days), flawed_draws(assignments)
    found: list[Experiment] = []
    left_out: dict[str, str] = {}
    for name, experiment in experiments.items():
        arms = counts[counts["experiment_id"] == experiment].sort_values("arm")
        told = flaws.get(experiment) or _compared(
            name, arms.set_index("arm"), workspace.study.confidence
        )
        if isinstance(told, str):
            left_out[name] = told
        else:
            found.append(told)
    return tuple(found), left_out


def _counts(workspace: Workspace, horizon_days: int) -> pd.DataFrame:
    """experiment_id, arm, n and silent, of the active customers of each arm."""
    drawn = _first_draws(workspace, horizon_days)
    rows = drawn.inner_join(_bought(workspace), "customer_id")
    after = rows.bought.delta(rows.drawn, unit="day")
    per = rows.mutate(after=after).group_by("customer_id", "experiment_id", "arm")
    silence = workspace.silence_days
    told = per.agg(
        active=lambda t: (~t.kept & (t.after <= 0) & (t.after > -silence)).any(),
        came=lambda t: (t.kept & (t.after > 0) & (t.after <= horizon_days)).any(),
    )
    active = told.filter(told.active)
    by_arm = active.group_by("experiment_id", "arm").agg(
        n=active.count(), came=active.came.cast("int64").sum()
    )
    frame = by_arm.order_by("experiment_id", "arm").to_pandas()
    return frame.assign(silent=frame["n"] - frame["came"])


def _bought(workspace: Workspace) -> ir.Table:
    """customer_id, bought (day) and kept: days with an order, and those with one not given back.

    Who was active when drawn is told by orders alone: what is given back afterwards may follow
    from the arm, and must take nobody out of it.
    """
    sales = workspace.table("transactions")
    assert sales is not None  # every study has them
    ordered = sales.filter(sales.amount >= 0).select("customer_id", bought="day", kept=False)
    kept = workspace.purchases(workspace.window.as_of)
    return ordered.distinct().union(kept.select("customer_id", bought="day", kept=True))


def _first_draws(workspace: Workspace, horizon_days: int) -> ir.Table:
    """Who has one arm and is watched long enough: customer_id, experiment_id, arm, drawn."""
    rows = workspace.table("assignments")
    assert rows is not None  # the vocabulary names experiments
    drawn = rows.mutate(on=rows.assigned_at.date()).group_by("customer_id", "experiment_id")
    first = drawn.agg(
        drawn=lambda t: t.on.min(), arm=lambda t: t.arm.min(), arms=lambda t: t.arm.nunique()
    )
    last = workspace.window.as_of - timedelta(days=horizon_days)
    return first.filter(first.arms == 1, first.drawn <= last).drop("arms")


def _compared(name: str, arms: pd.DataFrame, confidence: float) -> Experiment | str:
    if not len(arms):
        return "Of those assigned, nobody had bought lately and was watched long enough afterwards."
    control = [arm for arm in arms.index if is_control(arm)]
    treated = [arm for arm in arms.index if arm not in control]
    if len(control) != 1 or not treated:
        return f"No single arm is called {', '.join(CONTROLS[:-1])} or {CONTROLS[-1]}."

    def against(some: Sequence[str], reference: str) -> Arm | None:
        effect = _effect(arms, some, reference, confidence)
        words = listed_arms(some)
        return None if isinstance(effect, Missing) else Arm(name, words, reference, effect)

    together = against(treated, control[0])
    if together is None:
        return "In each arm all or none fell silent."
    each = (against([arm], control[0]) for arm in treated)
    pairs = (against([one], other) for one, other in combinations(treated, 2))
    customers = {arm: int(arms.loc[arm, "n"]) for arm in (*treated, *control)}
    return Experiment(
        name,
        customers,
        together,
        tuple(arm for arm in each if arm is not None),
        tuple(arm for arm in pairs if arm is not None),
    )


def listed_arms(arms: Sequence[str]) -> str:
    """Arms as one.

    Example:
        >>> listed_arms(["early", "late", "generic"])
        'early, late or generic'
    """
    return " or ".join(filter(None, [", ".join(arms[:-1]), arms[-1]]))


def _effect(
    arms: pd.DataFrame, some: Sequence[str], reference: str, confidence: float
) -> MarginalEffect | Missing:
    """The plain difference between arms and another, by the regression on the arm alone."""
    rows = arms.loc[[*some, reference]]
    treated = np.repeat((rows.index != reference).astype(np.float64), 2)[:, None]
    outcome = np.tile([1.0, 0.0], len(rows))
    weights = rows[["silent", "came"]].to_numpy(dtype=np.float64).ravel()
    fit = fit_logistic(outcome, treated, names=["arm"], weights=weights, confidence=confidence)
    if isinstance(fit, Missing):
        return fit
    given = LogisticRows.of(outcome, treated, names=["arm"], weights=weights)
    found = marginal_effect(fit, given, {"arm": 1.0}, {"arm": 0.0})
    return found.ratio if isinstance(found.ratio, Missing) else found
