"""Sentences on what the report on what customers say lacks, and takes for granted."""

from __future__ import annotations

from retention_research.answers.customer_voice import CustomerVoice
from retention_research.answers.customer_voice.coverage import reach_in_words
from retention_research.glossary import lookup
from retention_research.summaries.voice import MOST_COMMENTS
from retention_research.wording.numbers import listed

_HEADLINES = ("voice.nps", "voice.csat", "service.problem_rate", "complaints.count")


def lacking(found: CustomerVoice) -> str:
    """Which tables are lacking or cover too little; empty if none does."""
    told = [_lacking_tables(found), *(_cut(name, found) for name in found.reaches), _few(found)]
    return " ".join(filter(None, told))


def _cut(table: str, found: CustomerVoice) -> str:
    words = reach_in_words(table, found.reaches[table])
    rest = (
        "complaints, waiting times, open complaints and problems by product are not told"
        if table == "tickets"
        else "what is told of them is of these days alone"
    )
    return f"{words[0].upper()}{words[1:]}, not over the whole year: {rest}."


def _few(found: CustomerVoice) -> str:
    """Headline values that are withheld for few customers."""
    names = [lookup(name).heading for name, value in found.values.items()
             if name in _HEADLINES and value.reason and "fewer than" in value.reason]  # fmt: skip
    return f"Of too few customers to be shown: {listed(names)}." if names else ""


def _lacking_tables(found: CustomerVoice) -> str:
    if not found.lacking:
        return ""
    parts = [f"{what} (no table of {name.replace('_', ' ')})"
             for name, what in found.lacking.items()]  # fmt: skip
    return f"Not told here, for want of a table: {listed(parts)}."


def limits(found: CustomerVoice) -> list[str]:
    """What the numbers take for granted."""
    sentences = ["Differences between groups are associated with the groups; they do not say why."]
    if found.recommending or found.satisfied:
        sentences.append(
            "Who answers is not everybody: customers who stay silent may think otherwise."
        )
    if found.leaving:
        sentences.append(
            "Who leaves without a word is not among the reasons for leaving; who said so lately "
            "may still come back."
        )
    if found.comments:
        sentences.append(
            "Themes are found within a language; comments in other languages than English, Polish, "
            "Ukrainian, Romanian and Czech are read as the nearest of these. Of many comments the "
            f"newest {MOST_COMMENTS:,} are read."
        )
    return sentences + _of_service(found)


def _of_service(found: CustomerVoice) -> list[str]:
    sentences = []
    if found.complaints:
        sentences.append(
            "A complaint counts as resolved once it was, even if it was opened again later."
        )
        if found.complaints.all_tickets:
            sentences.append("The tickets do not say which are complaints: all of them count.")
    if found.channels:
        sentences.append(
            "Whom you write to, where and how often was not drawn by lot: answers by means and "
            "by number of contacts show what goes together, not what a further contact would do."
        )
        if not found.channels.delivered_known:
            sentences.append("The data do not say which contacts arrived: all of them count.")
    return sentences
