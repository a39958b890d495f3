"""The tables of the scorecard, in words: each row has a unit of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from retention_research.answers.scorecard import Scorecard, Standing
from retention_research.answers.scorecard_rows import Measured, rows_of
from retention_research.answers.scorecard_splits import KpiSplit
from retention_research.answers.segments import segment_words
from retention_research.glossary import lookup
from retention_research.study_sections import KPIS
from retention_research.values import Value
from retention_research.wording.numbers import Wording
from retention_research.wording.scorecard import heading, target_words
from retention_research.wording.scorecard_numbers import amount, changed, moved, range_of, when

if TYPE_CHECKING:
    import pandas as pd


def _frame(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(columns))


def kpis(card: Scorecard, standings: Sequence[Standing], wording: Wording) -> pd.DataFrame:
    """The known KPIs: value, range, basis, target, changes."""
    columns = ["kpi", "now", "kpi_range", "basis", "target", "since_before", "since_year", "note"]
    return _frame([_row(card, s, wording) for s in standings if s.is_known], columns)


def _row(card: Scorecard, s: Standing, wording: Wording) -> dict[str, object]:
    before, year = when(card.period.before), when(card.period.year_earlier)
    return {
        "kpi": heading(s.kpi),
        "now": amount(s.kpi, s.now.value.number, wording),
        "kpi_range": range_of(s.kpi, s.now.value, wording),
        "basis": _basis(s.now, wording),
        "target": target_words(s.kpi, s.judged, wording) or "none",
        "since_before": changed(s.kpi, s.change, before, wording),
        "since_year": changed(s.kpi, s.year_change, year, wording),
        "note": s.now.note,
    }


def _basis(now: Measured, wording: Wording) -> str:
    """What was counted: numerator of denominator, or how many it rests on."""
    if now.numerator is None or now.denominator is None:
        return f"n = {wording.count(now.value.n or 0)}"
    return f"{_plain(now.numerator, wording)} of {_plain(now.denominator, wording)}"


def _plain(number: float, wording: Wording) -> str:
    whole = float(number).is_integer() or abs(number) >= 1000
    return wording.count(number) if whole else wording.number(number)


def unknown(standings: Sequence[Standing], wording: Wording) -> pd.DataFrame:
    """The KPIs that could not be computed, and why."""
    rows = [
        {"kpi": heading(s.kpi), "why_not": s.now.value.reason,
         "target": target_words(s.kpi, s.judged, wording) or "none"}
        for s in standings if not s.is_known
    ]  # fmt: skip
    return _frame(rows, ["kpi", "why_not", "target"])


def levels(card: Scorecard, segment: str, wording: Wording) -> pd.DataFrame:
    """Every known KPI of the last period by the levels of a segment."""
    order = {s.kpi: place for place, s in enumerate(card.standings)}
    rows = rows_of(card.by_segment[segment]).items()
    found = sorted((order[kpi], level, kpi, m) for (kpi, start, level), m in rows
                   if start == card.period.start and m.value.value is not None)  # fmt: skip
    listed = [
        {"kpi": heading(kpi), "group": level, "now": amount(kpi, m.value.number, wording),
         "kpi_range": range_of(kpi, m.value, wording), "basis": _basis(m, wording)}
        for _, level, kpi, m in found
    ]  # fmt: skip
    return _frame(listed, ["kpi", "group", "now", "kpi_range", "basis"])


def parts(card: Scorecard, wording: Wording) -> pd.DataFrame:
    """The change of each KPI that is a ratio, in its two parts."""
    rows = [_part_row(split, wording) for split in card.splits]
    columns = ["kpi", "grouped_by", "moved", "by_mix", "mix_range", "by_within", "within_range"]
    return _frame(rows, columns)


def _part_row(split: KpiSplit, wording: Wording) -> dict[str, object]:
    return {
        "kpi": heading(split.kpi),
        "grouped_by": segment_words(split.segment),
        "moved": moved(split.kpi, split.change, wording),
        "by_mix": moved(split.kpi, split.mix.number, wording),
        "mix_range": _signed_range(split.kpi, split.mix, wording),
        "by_within": moved(split.kpi, split.within.number, wording),
        "within_range": _signed_range(split.kpi, split.within, wording),
    }


def trend(card: Scorecard, wording: Wording) -> pd.DataFrame:
    """The main KPIs by period, as far as known: value and range."""
    when = {period.start: period.words for period in card.trend_periods}
    rows = [
        {"kpi": heading(r.kpi), "in_period": when[r.period_start],
         "now": amount(r.kpi, r.value, wording),
         "kpi_range": f"{amount(r.kpi, r.low, wording)} to {amount(r.kpi, r.high, wording)}"}
        for r in card.trend.itertuples() if r.kpi in KPIS
    ]  # fmt: skip
    return _frame(rows, ["kpi", "in_period", "now", "kpi_range"])


def definitions(card: Scorecard) -> pd.DataFrame:
    """What each KPI means, how it is computed, who defined it."""
    entries = [lookup(f"kpi.{s.kpi}") for s in card.standings]
    rows = [
        {"kpi": e.heading, "definition": e.meaning, "computed": e.formula, "defined_by": e.source}
        for e in entries
    ]
    return _frame(rows, ["kpi", "definition", "computed", "defined_by"])


def _signed_range(kpi: str, value: Value, wording: Wording) -> str:
    if value.conf_low is None or value.conf_high is None:
        return ""
    low, high = (moved(kpi, end, wording) for end in (value.conf_low, value.conf_high))
    return f"{low} to {high}"


def sizes(card: Scorecard, segment: str) -> pd.DataFrame:
    """The groups of a segment and how many customers they hold."""
    rows = card.sizes[card.sizes["segment"] == segment]
    shown = rows.rename(columns={"meaning": "in_words"}).drop(columns="segment")
    return shown if shown["in_words"].any() else shown.drop(columns="in_words")


def kpis_caption(card: Scorecard) -> str:
    """What the table of all KPIs holds."""
    return f"Every KPI of {when(card.period)} that these data can tell"


def parts_caption(card: Scorecard) -> str:
    """What the table of parts holds."""
    since, to = when(card.period.before), when(card.period)
    return (
        f"Changes from {since} to {to}, in two parts; without a range where customers count more "
        "than once"
    )


def sizes_caption(segment: str) -> str:
    """What the table of groups holds."""
    return f"Customers by {segment_words(segment)}, on the last day of the data"


def levels_caption(card: Scorecard, segment: str) -> str:
    """What the table of KPIs by group holds."""
    return f"KPIs of {when(card.period)} by {segment_words(segment)}"


def trend_caption(card: Scorecard) -> str:
    """What the table of the trend holds."""
    first = card.trend_periods[0]
    return f"The main KPIs from {when(first)} to {when(card.period)}"
