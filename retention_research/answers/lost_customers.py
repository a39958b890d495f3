"""Five ways to count a lost customer, on one day and of one base: everybody who has bought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from retention_research.answers.churn_window import not_kept, period_before, standing
from retention_research.answers.purchase_fits import (
    PurchaseModel,
    forecasting_fit,
    too_few_to_value,
)
from retention_research.answers.recorded import recorded
from retention_research.models.fit import Estimate, Missing
from retention_research.models.kaplan_meier import fit_kaplan_meier
from retention_research.models.lost_shares import (
    share_gone,
    share_not_alive,
    share_without_purchase,
)
from retention_research.models.proportion import proportion
from retention_research.summaries import tenure
from retention_research.summaries.purchases import count_cells
from retention_research.values import Value, fact, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

WAYS = ("crr", "silence", "tenure", "not_alive", "no_purchase")


@dataclass(frozen=True, slots=True)
class LostCustomers:
    """Customers lost, counted in five ways.

    Attributes:
        values: `lost_customers.<way>.share` for each way, and the size of the base.
        before: the day before the period over which the first way counts.
        as_of: the day of all five.
        silence_days: the silence that makes a customer inactive.
        horizon_days: how far ahead the fifth way looks.
    """

    values: Mapping[str, Value]
    before: date
    as_of: date
    silence_days: int
    horizon_days: int


def lost_customers(workspace: Workspace) -> LostCustomers:
    """Count lost customers by keeping, silence, tenure and the purchase model.

    Example:
        >>> from retention_research.workspace import open_workspace
        >>> found = lost_customers(open_workspace("params/cdnow.yml"))
        >>> found.values["lost_customers.base"].value
        2357
    """
    cells = _histories(workspace)
    base, once = _customers(cells), _customers(cells[cells["frequency"] == 0])
    shares = {
        "crr": not_kept(workspace, (workspace.silence_days,))[workspace.silence_days],
        "silence": _silent(workspace, base),
        "tenure": _gone(workspace, cells[cells["birth_known"]]),
        **_by_model(workspace, cells),
    }
    values = {f"lost_customers.{way}.share": share for way, share in shares.items()}
    values["lost_customers.base"] = fact(base, "count")
    values["lost_customers.bought_once"] = fact(once, "count", n=base)
    return LostCustomers(
        values,
        period_before(workspace),
        workspace.window.as_of,
        workspace.silence_days,
        round(workspace.study.drivers.horizon.days),
    )


def _histories(workspace: Workspace) -> pd.DataFrame:
    """Everybody who has bought, as counted cells; times in days."""
    return count_cells(workspace.summary(workspace.current), "birth_known")


def _customers(cells: pd.DataFrame) -> int:
    return int(cells["customers"].sum())


def _silent(workspace: Workspace, base: int) -> Value:
    cells = standing(workspace, (workspace.silence_days,))
    silent = int(cells.loc[cells["now"] > 0, "customers"].sum())
    return recorded(proportion(silent, base, workspace.study.confidence), base, "share")


def _gone(workspace: Workspace, cells: pd.DataFrame) -> Value:
    """The mean of 1 - S(age) over customers whose first purchase is known."""
    as_of = workspace.window.as_of
    rows = tenure.tenure(workspace.purchases(as_of), as_of, workspace.silence_days)
    born = workspace.with_birth(rows)
    stays = tenure.count_durations(born.filter(born.birth_known)).to_pandas()
    if stays.empty:
        return missing("estimate", "Nobody has been followed for as long as the silence.")
    curve = fit_kaplan_meier(
        stays["duration"],
        stays["event_observed"],
        weights=stays["customers"],
        confidence=workspace.study.confidence,
    )
    ages = cells.groupby("T")["customers"].sum()
    found = share_gone(curve, ages.index.to_numpy(dtype=float), ages.to_numpy())
    return recorded(found, _customers(cells), "share")


def _by_model(workspace: Workspace, cells: pd.DataFrame) -> dict[str, Value]:
    """By the purchase model of the whole window, or why it cannot tell."""
    reason = too_few_to_value(workspace)
    fit = None if reason else forecasting_fit(workspace, workspace.current)
    if fit is None or fit.verdict.status == "not identifiable":
        words = reason or (fit.verdict.words if fit else "")
        return dict.fromkeys(WAYS[3:], missing("estimate", words))
    times = {name: workspace.in_units(cells[name]) for name in ("recency", "T")}
    return _told(workspace, fit, cells.assign(**times))


def _told(workspace: Workspace, fit: PurchaseModel, cells: pd.DataFrame) -> dict[str, Value]:
    again = cells[cells["frequency"] > 0]
    ahead = workspace.in_units(workspace.study.drivers.horizon.days)
    alive = share_not_alive(fit, *_columns(again), again["customers"])
    silent = share_without_purchase(fit, ahead, *_columns(cells), cells["customers"])
    return {
        "not_alive": _of_model(alive, _customers(again), fit),
        "no_purchase": _of_model(silent, _customers(cells), fit),
    }


def _columns(cells: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    return cells["frequency"], cells["recency"], cells["T"]


def _of_model(found: Estimate | Missing, n: int, fit: PurchaseModel) -> Value:
    """A boundary has no interval: the model's own words say why."""
    return recorded(found, n, "share", fit.verdict.words)
