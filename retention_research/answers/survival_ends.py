"""How contracts end: several ends, of which each contract meets one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers.recorded import recorded
from retention_research.glossary.names import slugs
from retention_research.models.fit import Estimate, Missing
from retention_research.models.incidence import IncidenceFit, fit_incidence
from retention_research.models.proportion import proportion
from retention_research.summaries.segments import OTHER
from retention_research.values import Value, fact
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

DRAWN = 6  # reasons with a line of their own
COLUMNS = ["end_reason", "ended", "share_ended", "share_low", "share_high", "counted_alone"]


@dataclass(frozen=True, slots=True)
class Ends:
    """How contracts end.

    Attributes:
        values: by glossary name.
        frame: `COLUMNS` at the study's tau, the most frequent reason first.
        curves: end_reason, after_weeks, share_ended, share_low, share_high; of the most frequent.
        obstacle: why nothing can be said; empty if it can.
    """

    values: dict[str, Value]
    frame: pd.DataFrame
    curves: pd.DataFrame
    obstacle: str


def ends_of(workspace: Workspace, cells: pd.DataFrame, tau: int) -> Ends:
    """The share of contracts that has ended in each way.

    Args:
        workspace: names the level of intervals and the smallest group.
        cells: duration, event_observed, reason, customers; entry where some are watched late.
        tau: age in days at which the ends are compared.
    """
    import pandas as pd

    floor = workspace.study.group_floor
    told = cells.assign(reason=merged(cells, floor))
    sizes = told[told["event_observed"]].groupby("reason")["customers"].sum()
    order = sizes.sort_values(ascending=False, kind="stable")
    fit = _fit(told, list(order.index), workspace.study.confidence)
    obstacle = _obstacle(fit, int(order.sum()), floor)
    if obstacle or isinstance(fit, Missing):
        nothing = pd.DataFrame(columns=COLUMNS)
        return Ends(_counted(order), nothing, nothing, obstacle)
    values = _counted(order) | _shares(fit, order, tau)
    return Ends(values, _frame(values, order, tau), _curves(fit, order), "")


def merged(cells: pd.DataFrame, floor: int) -> pd.Series:
    """Each cell's reason, reasons of fewer ended contracts than the floor merged into "other".

    Where these together stay under the floor, the next smallest joins them.
    """
    ended = cells[cells["event_observed"]]
    sizes = ended.groupby("reason")["customers"].sum().sort_values(kind="stable")
    before = sizes.cumsum() - sizes
    small = sizes.index[(sizes < floor) | ((before > 0) & (before < floor))]
    return cells["reason"].where(~cells["reason"].isin(small), OTHER)


def _obstacle(fit: IncidenceFit | Missing, ended: int, floor: int) -> str:
    if ended < floor:
        return f"Only {ended} contracts have ended; {floor} are needed to tell how they end."
    return fit.reason if isinstance(fit, Missing) else ""


def _fit(cells: pd.DataFrame, reasons: list[str], confidence: float) -> IncidenceFit | Missing:
    code = {reason: place + 1 for place, reason in enumerate(reasons)}
    cause = cells["reason"].map(code).where(cells["event_observed"], 0).astype(int)
    entry = cells["entry"] if "entry" in cells.columns else None
    return fit_incidence(
        cells["duration"], cause, entry=entry, weights=cells["customers"], confidence=confidence
    )


def _counted(order: pd.Series) -> dict[str, Value]:
    names = slugs(map(str, order.index))
    return {f"ends.{names[str(r)]}.count": fact(int(n), "count") for r, n in order.items()}


def _shares(fit: IncidenceFit, order: pd.Series, tau: int) -> dict[str, Value]:
    names, values = slugs(map(str, order.index)), {}
    for place, reason in enumerate(map(str, order.index)):
        key, cause = f"ends.{names[reason]}", place + 1
        share, alone = fit.incidence_at(cause, tau), fit.naive_at(cause, tau)
        values[f"{key}.share_{tau}d"] = recorded(_bounded(share, fit, tau), fit.n, "share")
        values[f"{key}.alone_{tau}d"] = recorded(_bounded(alone, fit, tau), fit.n, "share")
    return values


def _bounded(found: Estimate | Missing, fit: IncidenceFit, days: float) -> Estimate | Missing:
    """A share of none or all has a log-log interval of no width; Wilson's has one.

    None is judged by the contracts watched as long, all by every one.
    """
    if isinstance(found, Missing) or found.estimate not in (0.0, 1.0):
        return found
    n = fit.n if found.estimate else int(fit.at_risk([days])[0])
    if not n:
        return Missing(found.term, "No contract was watched for so long.")
    return proportion(n if found.estimate else 0, n, fit.confidence, found.term)


def _frame(values: dict[str, Value], order: pd.Series, tau: int) -> pd.DataFrame:
    import pandas as pd

    names = slugs(map(str, order.index))
    rows = []
    for reason, count in order.items():
        key = f"ends.{names[str(reason)]}"
        share, alone = values[f"{key}.share_{tau}d"], values[f"{key}.alone_{tau}d"]
        rows.append((str(reason), count, share.value, share.conf_low, share.conf_high, alone.value))
    return pd.DataFrame(rows, columns=COLUMNS)


def _curves(fit: IncidenceFit, order: pd.Series) -> pd.DataFrame:
    """The most frequent reasons by week, for as long as there is an interval."""
    import pandas as pd

    rows = [
        (str(reason), week, found.estimate, found.conf_low, found.conf_high)
        for place, reason in enumerate(order.index[:DRAWN])
        for week in range(int(fit.any_end.time[-1] // 7) + 1)
        if isinstance(
            found := _bounded(fit.incidence_at(place + 1, 7.0 * week), fit, 7.0 * week), Estimate
        )
    ]
    columns = ["end_reason", "after_weeks", "share_ended", "share_low", "share_high"]
    return pd.DataFrame(rows, columns=columns)
