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
from retention_research.wording.scorecard_numbers import (
    amount,
    capital,
    changed,
    moved,
    range_of,
    when,
)
from retention_research.wording.scorecard_standings import target_words
from retention_research.wording.scorecard_terms import Terms

if TYPE_CHECKING:
    import pandas as pd


def _frame(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(columns))


def kpis(card: Scorecard, standings: Sequence[Standing], terms: Terms) -> pd.DataFrame:
    """The known KPIs: value, range, basis, target, changes."""
    columns = ["kpi", "now", "kpi_range", "basis", "target", "since_before", "since_year", "note"]
    return _frame([_row(card, s, terms) for s in standings if s.is_known], columns)


def _row(card: Scorecard, s: Standing, terms: Terms) -> dict[str, object]:
    before, year = when(card.period.before), when(card.period.year_earlier)
    return {
        "kpi": terms.heading(s.kpi),
        "now": amount(s.kpi, s.now.value.number, terms),
        "kpi_range": range_of(s.kpi, s.now.value, terms),
        "basis": _basis(s.now, terms),
        "target": target_words(s.kpi, s.judged, terms) or "none",
        "since_before": changed(s.kpi, s.change, before, terms),
        "since_year": changed(s.kpi, s.year_change, year, terms),
        "note": " ".join(filter(None, [terms.meant(s.kpi), capital(s.now.note)])),
    }


def _basis(now: Measured, wording: Wording) -> str:
    """What was counted: numerator of denominator, or how many it rests on."""
    if now.numerator is None or now.denominator is None:
        return f"n = {wording.count(now.value.n or 0)}"
    return f"{_plain(now.numerator, wording)} of {_plain(now.denominator, wording)}"


def _plain(number: float, wording: Wording) -> str:
    whole = float(number).is_integer() or abs(number) >= 1000
    return wording.count(number) if whole else wording.number(number)


def unknown(standings: Sequence[Standing], terms: Terms) -> pd.DataFrame:
    """The KPIs that could not be computed, and why."""
    rows = [
        {"kpi": terms.heading(s.kpi), "why_not": s.now.value.reason,
         "target": target_words(s.kpi, s.judged, terms) or "none"}
        for s in standings if not s.is_known
    ]  # fmt: skip
    return _frame(rows, ["kpi", "why_not", "target"])


def levels(card: Scorecard, segment: str, terms: Terms) -> pd.DataFrame:
    """Every known KPI of the last period by the levels of a segment."""
    order = {s.kpi: place for place, s in enumerate(card.standings)}
    rows = rows_of(card.by_segment[segment]).items()
    found = sorted((order[kpi], level, kpi, m) for (kpi, start, level), m in rows
                   if start == card.period.start and m.value.value is not None)  # fmt: skip
    listed = [
        {"kpi": terms.heading(kpi), "group": level, "now": amount(kpi, m.value.number, terms),
         "kpi_range": range_of(kpi, m.value, terms), "basis": _basis(m, terms)}
        for _, level, kpi, m in found
    ]  # fmt: skip
    return _frame(listed, ["kpi", "group", "now", "kpi_range", "basis"])


def parts(card: Scorecard, terms: Terms) -> pd.DataFrame:
    """The change of each KPI that is a ratio, in its two parts."""
    rows = [_part_row(split, terms) for split in card.splits]
    columns = ["kpi", "grouped_by", "moved", "by_mix", "mix_range", "by_within", "within_range"]
    return _frame(rows, columns)


def _part_row(split: KpiSplit, terms: Terms) -> dict[str, object]:
    return {
        "kpi": terms.heading(split.kpi),
        "grouped_by": segment_words(split.segment),
        "moved": moved(split.kpi, split.change, terms),
        "by_mix": moved(split.kpi, split.mix.number, terms),
        "mix_range": _signed_range(split.kpi, split.mix, terms),
        "by_within": moved(split.kpi, split.within.number, terms),
        "within_range": _signed_range(split.kpi, split.within, terms),
    }


def trend(card: Scorecard, terms: Terms) -> pd.DataFrame:
    """The main KPIs by period, as far as known: value and range."""
    when = {period.start: period.words for period in card.trend_periods}
    rows = [
        {"kpi": terms.heading(r.kpi), "in_period": when[r.period_start],
         "now": amount(r.kpi, r.value, terms),
         "kpi_range": f"{amount(r.kpi, r.low, terms)} to {amount(r.kpi, r.high, terms)}"}
        for r in card.trend.itertuples() if r.kpi in KPIS
    ]  # fmt: skip
    return _frame(rows, ["kpi", "in_period", "now", "kpi_range"])


def definitions(card: Scorecard, terms: Terms) -> pd.DataFrame:
    """What each KPI means, how it is computed, who defined it."""
    entries = [(s.kpi, lookup(f"kpi.{s.kpi}")) for s in card.standings]
    rows = [
        {"kpi": terms.heading(kpi), "definition": _meaning(e.meaning, terms.meant(kpi)),
         "computed": e.formula, "defined_by": e.source}
        for kpi, e in entries
    ]  # fmt: skip
    return _frame(rows, ["kpi", "definition", "computed", "defined_by"])


def _meaning(meaning: str, meant: str) -> str:
    return f"{meaning}. {meant}" if meant else meaning


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
