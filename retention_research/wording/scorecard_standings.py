"""How KPIs stand to their targets and moved, against the period before and a year ago."""

from __future__ import annotations

from collections.abc import Sequence

from retention_research.answers.scorecard import TURNED, Scorecard, Standing
from retention_research.answers.scorecard_targets import Judged
from retention_research.values import Value
from retention_research.wording.numbers import Wording, listed
from retention_research.wording.scorecard_numbers import changed, is_better, is_clear, wanted, when
from retention_research.wording.scorecard_terms import Terms

_MOST_NAMED = 5  # KPIs in a sentence

Moves = dict[str, list[str]]  # since when, in words, to the KPIs that clearly moved


def comparisons(card: Scorecard, standing: Standing) -> tuple[tuple[str, Value], ...]:
    """Both changes of a KPI, each with the earlier period in words."""
    return (
        (when(card.period.before), standing.change),
        (when(card.period.year_earlier), standing.year_change),
    )


def compared(card: Scorecard, standings: Sequence[Standing]) -> list[str]:
    """The earlier periods that any of these KPIs can be compared with, in words."""
    told = [since for s in standings for since, change in comparisons(card, s)
            if change.value is not None]  # fmt: skip
    return list(dict.fromkeys(told))


def behind(standings: Sequence[Standing]) -> list[str]:
    """The KPIs that are behind their target."""
    return [s.kpi for s in standings if s.judged.status == "behind"]


def ahead(standings: Sequence[Standing]) -> list[str]:
    """The KPIs that are ahead of their target."""
    return [s.kpi for s in standings if s.judged.status == "ahead"]


def moves(card: Scorecard, standings: Sequence[Standing], better: bool) -> Moves:
    """The KPIs that clearly moved for the better, or the worse, by what they are held against.

    Each KPI is named once; one that is one minus another is left out, as it says the same twice.

    Args:
        card: names the periods.
        standings: the KPIs looked at.
        better: which way.
    """
    before, year = when(card.period.before), when(card.period.year_earlier)
    found: Moves = {listed([before, year]): [], before: [], year: []}
    for s in (s for s in standings if s.is_known and s.kpi not in TURNED):
        told = [since for since, change in comparisons(card, s)
                if is_better(s.kpi, change) is better]  # fmt: skip
        if told:
            found[listed(told)].append(s.kpi)
    return {since: kpis for since, kpis in found.items() if kpis}


def named(kpis: Sequence[str], terms: Terms) -> str:
    """KPIs inside a sentence, the first few by name."""
    words = [_bracketed(lower(terms.heading(kpi))) for kpi in kpis[:_MOST_NAMED]]
    more = len(kpis) - len(words)
    return listed([*words, f"{more} more"] if more else words)


def _bracketed(heading: str) -> str:
    """A heading among others: what follows its comma stands in brackets."""
    name, comma, more = heading.partition(", ")
    return f"{name} ({more})" if comma else name


def lower(text: str) -> str:
    """A heading inside a sentence; abbreviations keep their capitals.

    Example:
        >>> lower("Customers kept"), lower("NPS")
        ('customers kept', 'NPS')
    """
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def target_words(kpi: str, judged: Judged, wording: Wording) -> str:
    """The target and how the KPI stands to it; empty where there is none."""
    if judged.levels is not None:
        return f"targets by group: {judged.reason}"
    if judged.target is None:
        return judged.reason
    return f"target {wanted(kpi, judged.target, wording)}: {judged.status}"


def clear_moves(card: Scorecard, standing: Standing, wording: Wording) -> str:
    """The clear changes of a KPI in words, such as "down 4.0 points since Apr 2025 (1.2 to 6.9)".

    Empty where neither is clear.
    """
    told = [changed(standing.kpi, change, since, wording)
            for since, change in comparisons(card, standing) if is_clear(change)]  # fmt: skip
    return listed(told)
