"""KPIs of loyalty points: what share is redeemed or expires by an age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.kpis.inputs import Inputs
from retention_research.answers.kpis.rows import Row
from retention_research.models.fit import Estimate, Missing
from retention_research.models.points import change_of_fates, fates_of_points
from retention_research.summaries.kpis import rewards as summaries

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_STREAM = 2  # of the study's seed
NO_EXPIRY = "No points expire: there are neither rows of expiry nor dates of it."


def points_rows(inputs: Inputs) -> list[Row]:
    """redemption_rate and breakage_rate; empty where the study has no rewards."""
    rewards = inputs.workspace.table("rewards")
    if rewards is None:
        return []
    expires = summaries.expires(rewards)
    pieces, horizon = _pieces(inputs, rewards), _horizon(inputs)
    cells = summaries.point_cells(pieces, inputs.periods, horizon, inputs.by).to_pandas()
    owners = summaries.point_owners(pieces, inputs.periods, inputs.by).to_pandas()
    order = sorted(range(len(inputs.periods)), key=lambda i: inputs.periods[i].end)
    found = []
    for level, rows in cells.groupby("level"):
        for place, period in enumerate(order):
            sofar = order[: place + 1]
            issued = rows[rows["period"].isin(sofar)]
            n = _owners(owners, str(level), sofar)
            found += _fates(inputs, (period, str(level), n), issued, horizon, expires)
    return found


def points_changes(inputs: Inputs) -> dict[tuple[str, date], Estimate | Missing]:
    """How redemption_rate and breakage_rate of the last period differ from those of each earlier.

    Args:
        inputs: the last of its periods is the latest; everybody together.

    Returns:
        KPI and first day of the earlier period to the change; empty without a table of rewards.
    """
    rewards = inputs.workspace.table("rewards")
    if rewards is None:
        return {}
    horizon = _horizon(inputs)
    cells = summaries.point_cells(_pieces(inputs, rewards), inputs.periods, horizon).to_pandas()
    found: dict[tuple[str, date], Estimate | Missing] = {}
    for period in inputs.periods[:-1]:
        ends = cells["period"].map(dict(enumerate(p.end for p in inputs.periods)))
        fates = change_of_fates(
            cells["draw"], cells["age"], cells["fate"], cells["points"], ends <= period.end,
            horizon, np.random.default_rng([inputs.workspace.study.seed, _STREAM]),
            inputs.confidence,
        )  # fmt: skip
        found["redemption_rate", period.start] = fates.redeemed
        found["breakage_rate", period.start] = fates.expired
    return found


def _horizon(inputs: Inputs) -> int:
    return round(inputs.workspace.study.horizon.days)


def _pieces(inputs: Inputs, rewards: ir.Table) -> ir.Table:
    workspace = inputs.workspace
    return workspace.kept_table("kpi-points", lambda: summaries.fates(rewards, inputs.as_of))


def _owners(owners: pd.DataFrame, level: str, periods: Sequence[int]) -> int:
    """Customers of a level who had earned points by the end of the last of these periods."""
    theirs = (owners["level"] == level) & owners["period"].isin(periods)
    return int(owners.loc[theirs, "customers"].sum())


def _fates(
    inputs: Inputs, of: tuple[int, str, int], cells: pd.DataFrame, horizon: int, expires: bool
) -> list[Row]:
    """Of a period and level, and the number of customers who own the points."""
    if cells.empty:
        return []
    found = fates_of_points(
        cells["draw"], cells["age"], cells["fate"], cells["points"], horizon,
        np.random.default_rng([inputs.workspace.study.seed, _STREAM]), inputs.confidence,
    )  # fmt: skip
    points = float(cells["points"].sum())
    broken = found.expired if expires else Missing("expired", NO_EXPIRY)
    both: tuple[tuple[str, Estimate | Missing], ...] = (
        ("redemption_rate", found.redeemed), ("breakage_rate", broken),
    )  # fmt: skip
    period, level, owners = of
    return [Row(kpi, period, level, value, owners, None, points) for kpi, value in both]
