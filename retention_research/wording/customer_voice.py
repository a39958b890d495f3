"""Sentences on what customers say: the opening, recommending, being satisfied."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from retention_research.answers.customer_voice import CustomerVoice
from retention_research.answers.customer_voice.contrasts import CHANCE, Contrast
from retention_research.answers.customer_voice.surveys import WHOLE_YEAR, Scores
from retention_research.answers.segments import MEANINGS, segment_words
from retention_research.glossary.names import slug
from retention_research.periods import Period, day_in_words
from retention_research.summaries.contacts import NOWHERE
from retention_research.values import Value
from retention_research.wording.claims import Claim
from retention_research.wording.customer_voice_decision import decision
from retention_research.wording.numbers import Wording, plural
from retention_research.wording.tiles import Tile, tile

if TYPE_CHECKING:
    import pandas as pd

_TILES = ("voice.nps", "voice.csat", "complaints.per_thousand", "complaints.resolution_hours",
          "complaints.open.high_value_customers")  # fmt: skip
_BUYING = segment_words("rfm")


def year_in_words(found: CustomerVoice, table: str = "") -> str:
    """The year that the report looks at, cut to the days that a table covers.

    Args:
        found: whose year is meant.
        table: that is spoken of; "" for the whole year.
    """
    year = found.times.year
    first, last = found.reaches.get(table, (year.start, year.end))
    start, end = max(first, year.start), min(last, year.end)
    return f"{day_in_words(start)} to {day_in_words(end)}"


def when(found: CustomerVoice, table: str) -> str:
    """The days that a title must name: those of a table that covers only a part of the year."""
    return f" ({year_in_words(found, table)})" if table in found.reaches else ""


def known(found: CustomerVoice, name: str) -> Value | None:
    """A value that there is; None where it is missing or not spoken of."""
    value = found.values.get(name)
    return value if value is not None and value.value is not None else None


def opening(found: CustomerVoice, wording: Wording) -> tuple[str, str, str]:
    """The answer, what it is worth, and the decision it supports."""
    return _answer(found, wording), _money(found, wording), decision(found)


def _answer(found: CustomerVoice, wording: Wording) -> str:
    """What each table says, with the days that it covers: once where all cover the same."""
    told = [
        ("surveys", _recommend(found, wording)),
        ("tickets", _satisfied(found, wording)),
        ("tickets", _volume(found, wording)),
    ]
    said = [(year_in_words(found, table), sentence) for table, sentence in told if sentence]
    by_days = groupby(said or [_contacted(found, wording)], key=itemgetter(0))
    return " ".join(f"{' '.join(s for _, s in same)} ({days})" for days, same in by_days)


def _recommend(found: CustomerVoice, wording: Wording) -> str:
    nps = known(found, "voice.nps")
    if nps is None:
        return ""
    return (
        f"Asked whether they would recommend you, customers give {wording.with_interval(nps)} on a "
        "scale from -100 to 100."
    )


def _satisfied(found: CustomerVoice, wording: Wording) -> str:
    csat = known(found, "voice.csat")
    if csat is None:
        return ""
    return f"{wording.with_interval(csat)} of rated answers of your service satisfied the customer."


def _volume(found: CustomerVoice, wording: Wording) -> str:
    count = known(found, "complaints.count")
    if count is None:
        return ""
    return f"There were {wording.value(count)} complaints."


def _contacted(found: CustomerVoice, wording: Wording) -> tuple[str, str]:
    reached = known(found, "channels.reached")
    if reached is None:
        few = "The year holds too few answers, tickets and contacts to say much."
        return year_in_words(found), few
    silent = known(found, f"channels.answering.{slug(NOWHERE)}.share")
    said = f"; {wording.with_interval(silent)} of them answered nothing" if silent else ""
    told = f"{wording.value(reached)} customers were contacted{said}."
    return year_in_words(found, "contacts"), told


def _money(found: CustomerVoice, wording: Wording) -> str:
    lost = known(found, "voice.leaving.value_lost")
    waiting = known(found, "complaints.open.revenue")
    sentences = []
    if waiting is not None and waiting.number > 0:
        sentences.append(
            "Customers of your highest-spending tenth with an unresolved complaint spent "
            f"{wording.value(waiting)} in the last 365 days."
        )
    if lost is not None:
        sentences.append(
            f"Customers who said why they leave, and have not bought since, had spent "
            f"{wording.value(lost)} in the 365 days before."
        )
    return " ".join(sentences) or "These tables do not say what it is worth in money."


def tiles(found: CustomerVoice, wording: Wording) -> list[Tile]:
    """The headline numbers that there are."""
    return [
        tile(name, found.values, wording, _note(found, name, wording))
        for name in _TILES
        if name in found.values
    ]


def _note(found: CustomerVoice, name: str, wording: Wording) -> str:
    if name.startswith("complaints.open."):
        return ""  # of today, not of the year
    n, days = found.values[name].n, _tile_days(found, name)
    if n is None:
        return days
    unit = "complaint" if name == "complaints.resolution_hours" else "customer"
    return f"{days}; from {wording.count(n)} {plural(n, unit)}"


def _tile_days(found: CustomerVoice, name: str) -> str:
    table = "surveys" if name == "voice.nps" else "tickets"
    year = found.times.year
    if table in found.reaches:
        return year_in_words(found, table)
    if year.unit == "week":
        return f"52 weeks to {day_in_words(year.end)}"
    return f"12 months to {Period.holding(year.end, year.unit).words}"


def meanings(found: CustomerVoice) -> str:
    """What the names of the groups by how customers buy mean; empty where none is shown."""
    shown = [scores.groups.get(_BUYING) for scores in (found.recommending, found.satisfied)
             if scores]  # fmt: skip
    names = {name for rows in shown if rows is not None for name in rows["group"]}
    told = [f"{name}: {MEANINGS[name]}" for name in MEANINGS if name in names]
    return f"Groups by {_BUYING}: {'; '.join(told)}." if told else ""


def recommending(found: CustomerVoice, wording: Wording) -> Claim:
    """Would customers recommend, and who answers."""
    assert found.recommending is not None  # asked for where there is one
    nps = found.values["voice.nps"]
    days = when(found, "surveys")
    title = f"Recommendation score (NPS): {wording.with_interval(nps)}{days}"
    sentences = [
        "It is the share who answer 9 or 10 of 10, less the share who answer 0 to 6, times 100. "
        "The year takes each customer's latest answer, so it need not lie between its quarters.",
        _contrast(found.recommending, "score", wording),
        _silence(found, wording),
    ]
    names = [n for n in ("voice.nps", "voice.nps_non_response", "voice.nps_weighted")
             if n in found.values]  # fmt: skip
    return Claim("recommending", title, " ".join(filter(None, sentences)), names)


def _silence(found: CustomerVoice, wording: Wording) -> str:
    silent, weighted = known(found, "voice.nps_non_response"), known(found, "voice.nps_weighted")
    if silent is None:
        return "The data do not say who was asked and stayed silent."
    told = f"{wording.value(silent)} of those who were asked did not answer"
    if weighted is None:
        return f"{told}; they may think otherwise."
    return (
        f"{told}. Had they answered like those of their kind who did, the score would be "
        f"{wording.with_interval(weighted)}; what they think is not known."
    )


def satisfied(found: CustomerVoice, wording: Wording) -> Claim:
    """Satisfaction with service."""
    assert found.satisfied is not None  # asked for where there is one
    csat, silent = found.values["voice.csat"], known(found, "voice.csat_non_response")
    title = f"{wording.value(csat)} of rated answers satisfied the customer" + (
        f" ({wording.interval(csat)})" if csat.value is not None else ""
    )
    title += when(found, "tickets")
    unrated = f"{wording.value(silent)} of resolved tickets were not rated." if silent else ""
    so_what = f"{unrated} {_contrast(found.satisfied, 'satisfied', wording)}".strip()
    return Claim("satisfied", title, so_what, ["voice.csat", "voice.csat_non_response"])


def _contrast(scores: Scores, column: str, wording: Wording) -> str:
    """Which groups differ, of the segments that do."""
    differ = {name: one for name, one in scores.contrasts.items() if one.p_value < CHANCE}
    told = [_difference(segment, one, column, wording) for segment, one in differ.items()]
    return " ".join(told) or "There is no clear difference between groups of customers."


def whole_year(rows: pd.DataFrame) -> pd.DataFrame:
    """The groups over the whole year, quarters left out."""
    return rows[rows["in_period"] == WHOLE_YEAR].drop(columns="in_period")


def _difference(segment: str, found: Contrast, column: str, wording: Wording) -> str:
    if found.difference is None:
        return f"Groups by {segment} differ, but no two of them stand out."
    _, value, _, *ends = found.difference
    factor = 1.0 if column == "score" else 100.0
    unit = "points" if column == "score" else "percentage points"
    points, low, high = (wording.number(factor * x, 2) for x in (value, *ends) if x is not None)
    return (
        f"By {segment}, {found.above} lie {points} {unit} ({low} to {high}, a range that holds for "
        f"all pairs at once) above {found.below}."
    )


def score_caption(found: CustomerVoice, what: str, segment: str) -> str:
    """The caption of a table of scores by group.

    Args:
        found: whose year is meant.
        what: is told by group, such as "Satisfied".
        segment: what groups are by, in words.
    """
    before = " as they were before the year" if segment == _BUYING else ""
    table = "tickets" if what.startswith("Satisfied") else "surveys"
    days = year_in_words(found, table)
    whole = "all of it" if table in found.reaches else "the whole year"
    return f"{what} by {segment}{before}: quarters, and {whole} ({days})"
