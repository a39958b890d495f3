"""Customers' sums as estimates and values; groups of too few customers are withheld."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from retention_research.answers.recorded import recorded
from retention_research.glossary import lookup
from retention_research.glossary.names import slugs
from retention_research.models.fit import Estimate, Missing
from retention_research.models.ratio import Moments, ratio, share
from retention_research.summaries.kpis.sums import condense
from retention_research.values import Value, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

__all__ = [
    "NOTHING", "Measured", "ends", "measured", "of_levels", "of_moments", "ratio", "share",
    "value_of",
]  # fmt: skip

How = Callable[[Moments, float], Estimate | Missing]
NOTHING = "There is nothing to count in the year."


class Measured(NamedTuple):
    """One measured number.

    Attributes:
        period: place among the periods asked for.
        level: of the group, "" for everybody.
        found: the estimate, or why it is missing.
        n: customers.
        y: numerator; x: denominator.
    """

    period: int
    level: str
    found: Estimate | Missing
    n: int
    y: float
    x: float


def measured(
    workspace: Workspace, sums: ir.Table, how: How = share, times: float = 1.0
) -> list[Measured]:
    """Condense customers' sums in the engine and estimate from them.

    Args:
        workspace: whose level of intervals and floor of groups hold.
        sums: kpi, period, customer_id, y, x, and level where there are groups.
        how: share where y is part of x, ratio otherwise.
        times: factor of the result, such as 1,000 for "per 1,000".
    """
    return of_moments(workspace, condense(sums).to_pandas(), how, times)


def of_moments(
    workspace: Workspace, frame: pd.DataFrame, how: How = share, times: float = 1.0
) -> list[Measured]:
    """The same of sums that are condensed: kpi, period, level, n, y, x, yy, xx, xy."""
    study, found = workspace.study, []
    for one in frame.itertuples(index=False):
        moments = Moments(int(one.n), *map(float, (one.y, one.x, one.yy, one.xx, one.xy)))
        few = moments.n < study.group_floor
        result = _too_few(study.group_floor) if few else how(moments, study.confidence)
        row = Measured(int(one.period), str(one.level), _times(result, times), moments.n,
                       moments.y, moments.x)  # fmt: skip
        found.append(row)
    return found


def _too_few(floor: int) -> Missing:
    return Missing("share", f"It rests on fewer than {floor} customers, too few to show.")


def _times(found: Estimate | Missing, factor: float) -> Estimate | Missing:
    if isinstance(found, Missing) or factor == 1.0:
        return found
    term, *numbers = found
    return Estimate(term, *(None if x is None else float(x) * factor for x in numbers))  # type: ignore[arg-type]


def value_of(name: str, rows: Iterable[Measured]) -> dict[str, Value]:
    """The value of everybody, by its glossary name; missing where nothing was counted."""
    unit = lookup(name).unit
    for row in rows:
        return {name: recorded(row.found, row.n, unit)}
    return {name: missing("estimate", NOTHING)}


def of_levels(pattern: str, rows: Iterable[Measured]) -> dict[str, Value]:
    """The values of levels.

    Args:
        pattern: the name with {} for the level's slug.
        rows: of one period, each level once.
    """
    told = list(rows)
    named = slugs(sorted(row.level for row in told))
    values: dict[str, Value] = {}
    for row in told:
        values |= value_of(pattern.format(named[row.level]), [row])
    return values


def ends(found: Estimate | Missing) -> tuple[float | None, float | None, float | None]:
    """Estimate and both ends, None where they are missing."""
    if isinstance(found, Missing) or found.conf_low is None or found.conf_high is None:
        return None, None, None
    return found.estimate, found.conf_low, found.conf_high
