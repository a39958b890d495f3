"""All KPIs as one frame: what each was counted from, its interval, from when it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from retention_research.answers.kpis.customers import (
    acquisition_rows,
    referral_rows,
    revenue_rows,
    staying_rows,
)
from retention_research.answers.kpis.floor import Place, withheld
from retention_research.answers.kpis.inputs import Inputs
from retention_research.answers.kpis.loyalty import points_rows
from retention_research.answers.kpis.needs import NEEDS, OVERALL_ONLY, Reach, reaches
from retention_research.answers.kpis.reached import contact_rows
from retention_research.answers.kpis.rows import Row
from retention_research.answers.kpis.said import survey_rows
from retention_research.answers.kpis.served import service_rows
from retention_research.answers.recorded import OPEN
from retention_research.glossary import lookup
from retention_research.glossary.names import slugs
from retention_research.models.fit import Estimate, Missing
from retention_research.periods import Period
from retention_research.summaries.kpis.sums import ALL
from retention_research.values import Value, estimate, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

COLUMNS = (
    "kpi", "period_start", "period_end", "level", "numerator", "denominator", "value", "conf_low",
    "conf_high", "std_error", "n", "unit", "valid_from", "reason", "note",
)  # fmt: skip
THEMES: tuple[Callable[[Inputs], list[Row]], ...] = (
    staying_rows, revenue_rows, referral_rows, acquisition_rows, survey_rows, service_rows,
    contact_rows, points_rows,
)  # fmt: skip
AGAINST_ORDERS = ("contact_conversion_rate", "contact_conversion_incremental", "problem_rate")
NOTHING = "Nothing was counted in this period."


def kpi_frame(
    workspace: Workspace,
    periods: Sequence[Period],
    by: ir.Table | None = None,
    marks: Sequence[str] = ("",),
) -> pd.DataFrame:
    """Every KPI of every period, for everybody or for each level of a segment.

    Args:
        workspace: the study and its tables.
        periods: of one unit, each once; none may end after as_of.
        by: customer_id, level, each customer once; everybody together if left out.
        marks: beginnings of the levels of each segment, where `by` holds several together.

    Returns:
        One row per KPI, period and level ("" for everybody): kpi (without "kpi."), period_start,
        period_end, level, numerator and denominator (None where the KPI is no ratio), value,
        conf_low, conf_high, std_error, n, unit, valid_from (the first day that the data can carry
        it, None if from their beginning), reason (why value is missing, else ""), note (what to
        know of its maturity).

    Raises:
        ValueError: if a period ends after as_of.

    Example:
        >>> from datetime import date
        >>> from retention_research.periods import Period
        >>> from retention_research.workspace import open_workspace
        >>> may = Period.holding(date(1998, 5, 1), "month")
        >>> frame = kpi_frame(open_workspace("params/cdnow.yml"), [may])
        >>> frame.loc[frame.kpi == "crr", ["numerator", "denominator"]].values.tolist()
        [[517.0, 584.0]]
    """
    inputs = Inputs(workspace, tuple(periods), by)
    _refuse_the_future(inputs)
    found = [row for theme in THEMES for row in theme(inputs)]
    return _framed(inputs, found, _levels(inputs), tuple(NEEDS), marks)


def ticket_kpi_frame(
    workspace: Workspace, periods: Sequence[Period], column: str = "category"
) -> pd.DataFrame:
    """The KPIs of service by a column of tickets, such as category, product_id or team.

    Args:
        workspace: the study and its tables.
        periods: as for `kpi_frame`.
        column: its values are the levels; tickets without one are left out.

    Returns:
        As `kpi_frame`; problem_rate holds each level's tickets against all orders. Empty if the
        tickets lack the column.
    """
    inputs = Inputs(workspace, tuple(periods), extra=column)
    _refuse_the_future(inputs)
    found = service_rows(inputs)
    names = tuple(kpi for kpi, need in NEEDS.items() if need.table == "tickets")
    return _framed(inputs, found, sorted({row.level for row in found}), names)


def _refuse_the_future(inputs: Inputs) -> None:
    late = [p.words for p in inputs.periods if p.end > inputs.as_of]
    if late:
        raise ValueError(f"{', '.join(late)}: ends after as_of, {inputs.as_of}")


def _levels(inputs: Inputs) -> list[str]:
    if inputs.by is None:
        return [ALL]
    return sorted(set(inputs.by.select("level").distinct().to_pyarrow()["level"].to_pylist()))


def _framed(
    inputs: Inputs,
    found: Sequence[Row],
    levels: Sequence[str],
    names: Sequence[str],
    marks: Sequence[str] = ("",),
) -> pd.DataFrame:
    import pandas as pd

    known, spans = _known(inputs, found, marks), _spans(inputs.workspace)
    rows = [
        _cells(inputs, known.get((kpi, place, level)) or _nothing(kpi, place, level), spans[kpi])
        for kpi in names
        for place in range(len(inputs.periods))
        for level in levels
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"valid_from": object})


def _known(inputs: Inputs, found: Sequence[Row], marks: Sequence[str]) -> dict[Place, Row]:
    """The rows by their place; levels of too few customers are withheld."""
    known = {row.place: row for row in found}
    if inputs.overall:
        return known
    few = withheld(found, inputs.workspace.study.group_floor, marks)
    return known | {place: _nothing(*place, why) for place, why in few.items()}


def _spans(workspace: Workspace) -> dict[str, Reach]:
    """What each KPI can speak of; one that holds a table against orders, from the first of them."""
    first, found = workspace.events.first_day, reaches(workspace)
    return {kpi: _not_before(reach, first) if kpi in AGAINST_ORDERS else reach
            for kpi, reach in found.items()}  # fmt: skip


def _not_before(reach: Reach, first: date) -> Reach:
    return replace(reach, valid_from=max(reach.valid_from or first, first))


def _nothing(kpi: str, period: int, level: str, why: str = NOTHING) -> Row:
    return Row(kpi, period, level, Missing(kpi, why), 0)


def _cells(inputs: Inputs, row: Row, reach: Reach) -> tuple[Any, ...]:
    period = inputs.periods[row.period]
    held = _held(inputs, row, reach.obstacle(period))
    e, reason = _parts(held.found)
    unit = lookup(f"kpi.{row.kpi}").unit
    return (
        row.kpi, period.start, period.end, row.level, held.numerator, held.denominator,
        *e, held.n, unit, reach.valid_from, reason, held.note,
    )  # fmt: skip


def _held(inputs: Inputs, row: Row, obstacle: str) -> Row:
    """The row, or why it cannot be told."""
    if obstacle:
        return _nothing(*row.place, obstacle)
    if row.kpi in OVERALL_ONLY and not inputs.overall:
        return row.without(OVERALL_ONLY[row.kpi])
    return row


def _parts(found: Estimate | Missing) -> tuple[tuple[float | None, ...], str]:
    """Value, both ends and error; and the reason where there is no value."""
    if isinstance(found, Missing):
        return (None,) * 4, found.reason
    if found.conf_low is None or found.conf_high is None:
        return (None,) * 4, OPEN
    return (found.estimate, found.conf_low, found.conf_high, found.std_error), ""


def kpi_values(frame: pd.DataFrame, segment: str = "") -> dict[str, Value]:
    """The KPIs of one period as recorded values.

    Args:
        frame: as `kpi_frame` gives it, of one period.
        segment: the slug of the segment that levels are of, or "category" and the like.

    Returns:
        `kpi.<name>`, or `kpi.<name>.<segment>.<level-slug>`, to its value.

    Raises:
        ValueError: if the frame holds more than one period.
    """
    if len(set(frame["period_start"])) > 1:
        raise ValueError("values are of one period; the frame holds several")
    named = slugs(sorted({str(level) for level in frame["level"]} - {ALL}))
    return {
        _name(str(row["kpi"]), segment, named.get(str(row["level"]), "")): _value(row)
        for row in frame.to_dict("records")
    }


def _name(kpi: str, segment: str, level: str) -> str:
    return f"kpi.{kpi}.{segment}.{level}" if level else f"kpi.{kpi}"


def _value(row: Mapping[Any, Any]) -> Value:
    if row["reason"]:
        return missing("estimate", str(row["reason"]))
    error = None if row["std_error"] != row["std_error"] else row["std_error"]
    ends = row["conf_low"], row["conf_high"]
    return estimate(row["value"], *ends, int(row["n"]), str(row["unit"]), error)
