"""How the KPIs stand: the last full period, its changes, its targets, its trend and its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import product
from typing import TYPE_CHECKING

from retention_research.answers.kpis import kpi_frame, kpi_values
from retention_research.answers.scorecard_changes import Pairs, change_of, paired_changes
from retention_research.answers.scorecard_levels import level_frames
from retention_research.answers.scorecard_rows import NOT_MEASURED, Measured, Rows, as_day, rows_of
from retention_research.answers.scorecard_splits import KpiSplit, Levels, LevelSplit, split_kpi
from retention_research.answers.scorecard_targets import Judged, stand
from retention_research.answers.scorecard_themes import in_order, theme_of
from retention_research.answers.segments import segment_sizes
from retention_research.glossary import lookup
from retention_research.glossary.names import slug, slugs
from retention_research.periods import Period, last_full_period, periods_back
from retention_research.study import Study
from retention_research.study_sections import MarkedEvent
from retention_research.summaries.kpis.sums import ALL
from retention_research.values import Value, fact, label, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

TREND = 13  # periods, the last one included
TURNED = ("churn_rate",)  # one minus another KPI: its parts are those of the other, turned


@dataclass(frozen=True, slots=True)
class Standing:
    """One KPI: where it stands, what it was, what is wanted.

    Attributes:
        kpi: its name, without "kpi.".
        now: in the last full period.
        before: in the period before.
        year_ago: in the same period a year earlier.
        change: now less before, with its interval.
        year_change: now less a year ago, with its interval.
        judged: how it stands to its target.
    """

    kpi: str
    now: Measured
    before: Measured
    year_ago: Measured
    change: Value
    year_change: Value
    judged: Judged

    @property
    def theme(self) -> str:
        """The section of the page that it belongs to."""
        return theme_of(self.kpi)

    @property
    def is_known(self) -> bool:
        """Whether it could be computed."""
        return self.now.value.value is not None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The answer of the scorecard.

    Attributes:
        period: the last full one.
        standings: one a KPI, in the order of the page.
        trend: kpi, period_start, value, low, high; of known values, oldest first.
        splits: changes since the period before, in two parts each.
        frame: KPIs of all periods, as `kpi_frame` gives them.
        by_segment: segment to the KPIs of its levels, in the last period and the one before.
        sizes: segment, group, meaning, customers, share.
        events: marked days within the trend.
        confidence: level of the intervals.
        values: by glossary name.
    """

    period: Period
    standings: tuple[Standing, ...]
    trend: pd.DataFrame
    splits: tuple[KpiSplit, ...]
    frame: pd.DataFrame
    by_segment: Mapping[str, pd.DataFrame]
    sizes: pd.DataFrame
    events: tuple[MarkedEvent, ...]
    confidence: float
    values: Mapping[str, Value]

    @property
    def trend_periods(self) -> tuple[Period, ...]:
        """The periods of the trend, oldest first."""
        return periods_back(self.period, TREND)

    @property
    def part_rows(self) -> pd.DataFrame:
        """The splits unrounded, one row a KPI, segment and level."""
        import pandas as pd

        rows = [{"kpi": s.kpi, "segment": s.segment, **asdict(level)}
                for s in self.splits for level in s.levels]  # fmt: skip
        names = [field.name for field in fields(LevelSplit)]
        return pd.DataFrame(rows, columns=["kpi", "segment", *names])

    def knows(self, theme: str) -> bool:
        """Whether any KPI of a section could be computed."""
        return any(s.is_known for s in self.of_theme(theme))

    def of_theme(self, theme: str) -> tuple[Standing, ...]:
        """The KPIs of one section."""
        return tuple(s for s in self.standings if s.theme == theme)


def scorecard(workspace: Workspace) -> Scorecard:
    """Every KPI of the last full period, with what it is compared to."""
    period = last_full_period(workspace.window.as_of, workspace.study.period)
    overall = kpi_frame(workspace, _periods(period))
    levels = level_frames(workspace, period)
    sizes, pairs = segment_sizes(workspace), paired_changes(workspace, period)
    return assembled(workspace.study, period, overall, levels, sizes, pairs)


def _periods(period: Period) -> tuple[Period, ...]:
    recent = periods_back(period, TREND)
    return recent if period.year_earlier in recent else (period.year_earlier, *recent)


def assembled(
    study: Study,
    period: Period,
    overall: pd.DataFrame,
    by_segment: Mapping[str, pd.DataFrame],
    sizes: pd.DataFrame,
    pairs: Pairs | None = None,
) -> Scorecard:
    """The scorecard from KPI frames.

    Args:
        study: names targets and marked events.
        period: the last full one.
        overall: KPIs of the periods of the trend and of a year earlier.
        by_segment: segment to the KPIs of its levels, in the last period and the one before.
        sizes: as `segment_sizes` gives it.
        pairs: changes of purchases a year, as `paired_changes` gives them.
    """
    rows = rows_of(overall)
    levels = {name: rows_of(frame) for name, frame in by_segment.items()}
    names = in_order(sorted({kpi for kpi, _, _ in rows}))
    standings = tuple(_standing(study, period, name, rows, levels, pairs) for name in names)
    splits = tuple(_splits(period, names, rows, levels, study.confidence))
    values = _kpi_values(period, overall, by_segment) | _own_values(standings, splits)
    return Scorecard(
        period, standings, _trend(overall, period), splits, overall, by_segment, sizes,
        _marked(study, period), study.confidence, values,
    )  # fmt: skip


def _standing(
    study: Study,
    period: Period,
    kpi: str,
    rows: Rows,
    levels: Mapping[str, Rows],
    pairs: Pairs | None,
) -> Standing:
    now, before, year_ago = (
        rows.get((kpi, p.start, ALL), Measured(missing("estimate", NOT_MEASURED)))
        for p in (period, period.before, period.year_earlier)
    )
    target = study.targets.get(kpi)
    of_levels = _by_level(kpi, period, levels.get(target.by, {})) if target and target.by else {}
    direction = lookup(f"kpi.{kpi}").direction
    return Standing(
        kpi, now, before, year_ago,
        change_of(kpi, now, before, period.before, pairs),
        change_of(kpi, now, year_ago, period.year_earlier, pairs),
        stand(target, period.end, now.value, of_levels, direction),
    )  # fmt: skip


def _by_level(kpi: str, period: Period, rows: Rows) -> dict[str, Value]:
    """The KPI by level, under its name and its slug."""
    found = {lv: m.value for (name, start, lv), m in rows.items()
             if (name, start) == (kpi, period.start)}  # fmt: skip
    return {name: found[level] for level, name in slugs(found).items()} | found


def _splits(
    period: Period,
    names: Sequence[str],
    rows: Rows,
    levels: Mapping[str, Rows],
    confidence: float,
) -> Iterator[KpiSplit]:
    for kpi, (segment, found) in product(names, levels.items()):
        then, now = (rows.get((kpi, p.start, ALL)) for p in (period.before, period))
        if then and now and kpi not in TURNED:
            sides = _levels_of(kpi, period, found)
            split = split_kpi(kpi, segment, (then, now), sides, confidence)
            yield from [split] if split else []


def _levels_of(kpi: str, period: Period, rows: Rows) -> tuple[Levels, Levels]:
    then, now = (
        {level: m for (name, start, level), m in rows.items() if (name, start) == (kpi, p.start)}
        for p in (period.before, period)
    )
    return then, now


def _trend(overall: pd.DataFrame, period: Period) -> pd.DataFrame:
    recent = [p.start for p in periods_back(period, TREND)]
    known = overall.assign(period_start=[as_day(day) for day in overall["period_start"]])
    known = known[known["value"].notna() & known["period_start"].isin(recent)]
    named = known.rename(columns={"conf_low": "low", "conf_high": "high"})
    columns = ["kpi", "period_start", "value", "low", "high"]
    return named.sort_values(["kpi", "period_start"])[columns].reset_index(drop=True)


def _marked(study: Study, period: Period) -> tuple[MarkedEvent, ...]:
    first = periods_back(period, TREND)[0].start
    return tuple(event for event in study.events if first <= event.date <= period.end)


def _kpi_values(
    period: Period, overall: pd.DataFrame, by_segment: Mapping[str, pd.DataFrame]
) -> dict[str, Value]:
    values = kpi_values(_in(overall, period))
    for segment, frame in by_segment.items():
        values |= kpi_values(_in(frame, period), slug(segment))
    return values


def _in(frame: pd.DataFrame, period: Period) -> pd.DataFrame:
    return frame[[as_day(day) == period.start for day in frame["period_start"]]]


def _own_values(standings: Sequence[Standing], splits: Sequence[KpiSplit]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for s in (s for s in standings if s.is_known):
        values[f"scorecard.{s.kpi}.change"] = s.change
        values[f"scorecard.{s.kpi}.year_change"] = s.year_change
    for s in (s for s in standings if s.judged.status != "no target"):
        values[f"scorecard.{s.kpi}.status"] = label(s.judged.status)
        if s.judged.target is not None:
            values[f"scorecard.{s.kpi}.target"] = fact(s.judged.target, s.now.value.unit)
    for split in splits:
        key = f"scorecard.{split.kpi}.{slug(split.segment)}"
        values |= {f"{key}.mix": split.mix, f"{key}.within": split.within}
    return values
