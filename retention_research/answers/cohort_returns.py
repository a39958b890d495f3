"""Second purchases by what the first order was, and by the study's own groups of customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from retention_research.answers import curves
from retention_research.answers.lives import lives
from retention_research.answers.recorded import recorded
from retention_research.answers.survival import bought_within
from retention_research.glossary.names import slug, slugs
from retention_research.models.fit import Estimate, Missing
from retention_research.models.kaplan_meier import KaplanMeierFit, fit_kaplan_meier
from retention_research.models.log_rank import log_rank
from retention_research.models.mix import combined
from retention_research.models.spread import holm
from retention_research.summaries import cohorts as summaries
from retention_research.summaries import segments, tenure
from retention_research.values import Value, diagnostic, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

WEEKS: Final = 26
# what of the first order is told apart: the column of transactions to its name in values, so that
# a channel where the first order was placed is none through which a customer was won
BY_ORDER: Final = {"discount": "discount", "channel": "order_channel", "category": "order_category"}
DISCOUNTED, FULL_PRICE = "with a discount", "at full price"
UNKNOWN: Final = "unknown"
_FEW = "Fewer customers than the study's group_floor bought that way first."
_NO_COLUMN = "The orders do not say it: map the column {} of transactions."


@dataclass(frozen=True, slots=True)
class Returns:
    """Who bought a second time, by the first order.

    Attributes:
        levels: dimension, level, customers, probability, share_low, share_high at 26 weeks.
        curves: by level of the discount: level, and the columns of `curves.bought_again`.
        values: by glossary name.
        lacking: dimensions that the transactions do not have.
    """

    levels: pd.DataFrame
    curves: pd.DataFrame
    values: Mapping[str, Value]
    lacking: tuple[str, ...]


def returns(workspace: Workspace, members: ir.Table) -> Returns:
    """Second purchases by discount, channel and category of the first order, and by segment."""
    cells = _cells(workspace, members)
    there = [name for name in cells if name != "all"]
    fits = {name: _fits(cells[name], workspace) for name in there}
    values = {k: v for name in there for k, v in _level_values(name, fits[name]).items()}
    values |= _tests({name: cells[name] for name in there}) | _discount(fits)
    values["cohorts.second_purchase.median"] = _median(cells["all"], workspace)
    lacking = tuple(name for name in BY_ORDER.values() if name not in cells)
    return Returns(_frame(fits), _curves(fits.get("discount", {})), values, lacking)


def waits(workspace: Workspace) -> ir.Table:
    """Days to the second purchase of everybody whose first is known, censored at as_of."""
    born = lives(workspace)
    return summaries.days_to_second(born.filter(born.birth_known), workspace.window.as_of)


def _cells(workspace: Workspace, members: ir.Table) -> dict[str, pd.DataFrame]:
    """Counted durations to the second purchase, over all and by each dimension there is."""
    waited = waits(workspace)
    found = {"all": tenure.count_durations(waited).to_pandas()}
    for name, levels in _levels(workspace, members).items():
        whole = segments.complete(levels, members, UNKNOWN, workspace.study.group_floor)
        told = waited.join(whole, "customer_id")
        found[name] = tenure.count_durations(told, "level").to_pandas()
    return {k: cells for k, cells in found.items() if k == "all" or _is_told(cells)}


def _levels(workspace: Workspace, members: ir.Table) -> dict[str, ir.Table]:
    """Customers by what their first order was, and by the study's own segments."""
    first = workspace.kept_table(
        "first-orders", lambda: summaries.first_orders(workspace.events.transactions, members)
    )
    by_order = {
        BY_ORDER[column]: first.select("customer_id", level=first[column])
        for column in summaries.FIRST_ORDER
        if column in first.columns
    }
    own = {slug(name): workspace.segments()[name] for name in workspace.study.segments}
    return {**own, **by_order}


def _is_told(cells: pd.DataFrame) -> bool:
    return bool((cells["level"] != UNKNOWN).any())


def _fits(cells: pd.DataFrame, workspace: Workspace) -> dict[str, KaplanMeierFit]:
    floor = workspace.study.group_floor
    return {
        str(level): _fit(rows, workspace)
        for level, rows in cells.groupby("level")
        if rows["customers"].sum() >= floor
    }


def _fit(cells: pd.DataFrame, workspace: Workspace) -> KaplanMeierFit:
    return fit_kaplan_meier(
        cells["duration"],
        cells["event_observed"],
        weights=cells["customers"],
        confidence=workspace.study.confidence,
    )


def _level_values(dimension: str, fits: Mapping[str, KaplanMeierFit]) -> dict[str, Value]:
    named = slugs(fits)
    return {
        f"cohorts.second_purchase.{dimension}.{named[level]}.probability_{WEEKS}w": bought_within(
            fit, WEEKS
        )
        for level, fit in fits.items()
    }


def _median(cells: pd.DataFrame, workspace: Workspace) -> Value:
    if cells.empty:
        return missing("estimate", "Nobody was followed beyond the day of the first purchase.")
    fit = _fit(cells, workspace)
    return recorded(fit.median(), fit.n, "days")


def _tests(cells: Mapping[str, pd.DataFrame]) -> dict[str, Value]:
    """Log-rank p values, adjusted by Holm's method over the dimensions."""
    raw = {name: _p_value(rows) for name, rows in cells.items()}
    adjusted = holm({name: p for name, p in raw.items() if isinstance(p, float)})
    return {
        f"cohorts.second_purchase.{name}.p_value": diagnostic(adjusted[name], "small")
        if name in adjusted
        else missing("diagnostic", str(p))
        for name, p in raw.items()
    }


def _p_value(cells: pd.DataFrame) -> float | str:
    told = cells[cells["level"] != UNKNOWN]
    there = told[told["customers"] > 0]
    if there["level"].nunique() < 2:
        return "There is only one group."
    columns = there["duration"], there["event_observed"], there["level"]
    test = log_rank(*columns, weights=there["customers"])
    return test.reason if isinstance(test, Missing) else float(test.p_value)


def _discount(
    fits: Mapping[str, Mapping[str, KaplanMeierFit]],
) -> dict[str, Value]:
    name = f"cohorts.second_purchase.discount.difference_{WEEKS}w"
    if "discount" not in fits:
        return {name: missing("estimate", _NO_COLUMN.format("discount"))}
    pair = [fits["discount"].get(level) for level in (DISCOUNTED, FULL_PRICE)]
    if pair[0] is None or pair[1] is None:
        return {name: missing("estimate", _FEW)}
    found = _difference(pair[0], pair[1])
    return {name: recorded(found, pair[0].n + pair[1].n, "share")}


def _difference(one: KaplanMeierFit, other: KaplanMeierFit) -> Estimate | Missing:
    """The share back after 26 weeks of the one, less that of the other.

    Its interval is recovered from those of the two shares: it stays within -1..1, and has a width
    where all or none came back.
    """
    shares = [bought_within(fit, WEEKS) for fit in (one, other)]
    if any(share.value is None for share in shares):
        return Missing("difference", f"Nobody has been followed for {WEEKS} weeks in one of them.")
    parts = [Estimate("share", s.number, s.std_error, s.conf_low, s.conf_high) for s in shares]
    return combined("difference", (1.0, -1.0), parts)


def _frame(fits: Mapping[str, Mapping[str, KaplanMeierFit]]) -> pd.DataFrame:
    import pandas as pd

    columns = ["dimension", "level", "customers", "probability", "share_low", "share_high"]
    rows = []
    for name, levels in fits.items():
        for level, fit in levels.items():
            share = bought_within(fit, WEEKS)
            rows.append((name, level, fit.n, share.value, share.conf_low, share.conf_high))
    return pd.DataFrame(rows, columns=columns)


def _curves(fits: Mapping[str, KaplanMeierFit]) -> pd.DataFrame:
    import pandas as pd

    told = {level: fit for level, fit in fits.items() if level in (DISCOUNTED, FULL_PRICE)}
    frames = [curves.bought_again(fit).assign(level=level) for level, fit in told.items()]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"level": []})
