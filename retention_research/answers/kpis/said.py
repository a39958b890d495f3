"""KPIs of what customers say when asked: NPS, plain and weighted, and who did not answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from retention_research.answers.kpis.inputs import Inputs
from retention_research.answers.kpis.rows import Row
from retention_research.models.fit import Missing
from retention_research.models.nps import (
    Answers,
    Stratum,
    joined_strata,
    net_promoter_score,
    weighted_net_promoter_score,
)
from retention_research.summaries.kpis import voice
from retention_research.summaries.kpis.known_then import known_then

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

LAST_ONLY = "It is weighted for the last period only."
_GROUPED = "Groups by recency, frequency and money, as they were on the day before."


def survey_rows(inputs: Inputs) -> list[Row]:
    """nps, nps_non_response and nps_weighted; empty where the study has no surveys."""
    surveys = inputs.workspace.table("surveys")
    if surveys is None:
        return []
    asked = voice.of_recommendation(surveys)
    answers = voice.latest_answers(asked, inputs.periods)
    counts = voice.count_answers(answers, inputs.by).to_pandas()
    found = [_score(one, inputs.confidence) for one in counts.to_dict("records")]
    if "invited_at" not in surveys.columns:
        return found
    day = asked.invited_at.date()
    then = known_then(asked, "surveys", day, inputs.periods)
    found += inputs.rows_of(voice.unanswered(then, inputs.periods))
    return found + (_weighted_rows(inputs, asked) if inputs.overall else [])


def _score(one: dict[str, object], confidence: float) -> Row:
    promoters, detractors, n = (int(str(one[k])) for k in ("promoters", "detractors", "n"))
    found = net_promoter_score(Answers(promoters, detractors, n), confidence)
    period, level = int(str(one["period"])), str(one["level"])
    return Row("nps", period, level, found, n, promoters - detractors, n)


def _weighted_rows(inputs: Inputs, asked: ir.Table) -> list[Row]:
    """Of the last period alone."""
    last = max(range(len(inputs.periods)), key=lambda i: inputs.periods[i].end)
    others = (place for place in range(len(inputs.periods)) if place != last)
    untold = Missing("nps_weighted", LAST_ONLY)
    return [
        _weighted(inputs, asked, last),
        *(Row("nps_weighted", place, "", untold, 0) for place in others),
    ]


def _weighted(inputs: Inputs, asked: ir.Table, last: int) -> Row:
    """Groups are as they were on the day before the period."""
    period = inputs.periods[last]
    strata = inputs.workspace.segments(period.start - timedelta(days=1))["rfm"]
    frame = voice.asked_and_answered(asked, period, strata).to_pandas()
    groups = joined_strata(_strata(frame), inputs.workspace.study.group_floor)
    found = weighted_net_promoter_score(groups, inputs.confidence)
    return Row("nps_weighted", last, "", found, sum(g.answers.n for g in groups), note=_GROUPED)


def _strata(frame: pd.DataFrame) -> list[Stratum]:
    return [
        Stratum(int(g.asked), Answers(int(g.promoters), int(g.detractors), int(g.answered)))
        for g in frame.itertuples()
    ]
