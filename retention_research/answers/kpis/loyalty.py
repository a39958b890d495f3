"""KPIs of loyalty points: what share is redeemed or expires by an age."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.kpis.inputs import Inputs
from retention_research.answers.kpis.rows import Row
from retention_research.models.fit import Estimate, Missing
from retention_research.models.points import fates_of_points
from retention_research.summaries.kpis import rewards as summaries

if TYPE_CHECKING:
    import pandas as pd

_STREAM = 2  # of the study's seed
NO_EXPIRY = "No points expire: there are neither rows of expiry nor dates of it."


def points_rows(inputs: Inputs) -> list[Row]:
    """redemption_rate and breakage_rate; empty where the study has no rewards."""
    rewards = inputs.workspace.table("rewards")
    if rewards is None:
        return []
    expires = summaries.expires(rewards)
    pieces = inputs.workspace.kept_table(
        "kpi-points", lambda: summaries.fates(rewards, inputs.as_of)
    )
    horizon = round(inputs.workspace.study.horizon.days)
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
