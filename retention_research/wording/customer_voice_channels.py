"""Sentences on contacts: how many are answered, by what customers were contacted and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.customer_voice import CustomerVoice
from retention_research.summaries.contacts import NOWHERE
from retention_research.summaries.segments import OTHER
from retention_research.wording.claims import Claim
from retention_research.wording.customer_voice import known, when
from retention_research.wording.numbers import Wording, listed

if TYPE_CHECKING:
    import pandas as pd

_NO_NAME = (NOWHERE, OTHER)  # levels that name no channel


def channels(found: CustomerVoice, wording: Wording) -> Claim:
    """Where customers answer, and what goes with being contacted more often."""
    assert found.channels is not None  # asked for where there is one
    title = f"{_answered_title(found.channels.response, wording)}{when(found, 'contacts')}"
    sentences = [
        _channels_apart(found.channels.response),
        _mostly(found, wording),
        _pressure(found, wording),
        _frequent(found, wording),
    ]
    names = ["channels.reached", "channels.pressure"]
    return Claim("channels", title, " ".join(filter(None, sentences)), names)


def _answered_title(response: pd.DataFrame, wording: Wording) -> str:
    rows = response.dropna(subset="response").sort_values("response", ascending=False)
    if rows.empty:
        return "Too few customers were contacted to tell how many answer"
    told = [f"{_range(row, wording)} by {row.channel}" for _, row in rows.iterrows()]
    return f"Of contacts that arrived, customers answer {listed(told)}"


def _channels_apart(response: pd.DataFrame) -> str:
    rows = response.dropna(subset="response").sort_values("response", ascending=False)
    if len(rows) < 2:
        return ""
    best, least = rows.iloc[0], rows.iloc[-1]
    if not _apart(best, least):
        return "There is no clear difference between the channels they are contacted by."
    return (
        f"Contacts by {best.channel} are answered more than those by {least.channel}; who is "
        "contacted by what was not drawn by lot, so it is no effect."
    )


def _apart(one: pd.Series, other: pd.Series) -> bool:
    """Whether the ranges of two shares share no point."""
    return bool(one.share_low > other.share_high or other.share_low > one.share_high)


def _mostly(found: CustomerVoice, wording: Wording) -> str:
    assert found.channels is not None
    rows = found.channels.answering
    best, nowhere = rows[~rows["channel"].isin(_NO_NAME)], rows[rows["channel"] == NOWHERE]
    if best.empty:
        if len(rows) == len(nowhere):
            return "Nobody answered a contact in the year."
        return "Too few answered any one channel most to tell which."
    top = best.iloc[0]
    ends = f"{wording.share(top.share_low)} to {wording.share(top.share_high)}"
    silent = f"; {wording.share(nowhere.iloc[0].share)} answered nothing" if len(nowhere) else ""
    mostly = f"{wording.share(top.share)} ({ends}) answer mostly when contacted by {top.channel}"
    return f"{mostly}{silent}."


def _pressure(found: CustomerVoice, wording: Wording) -> str:
    pressure = known(found, "channels.pressure")
    if pressure is None:
        return ""
    unit = found.times.year.unit
    return f"Who is contacted in a {unit} gets {wording.with_interval(pressure)} contacts in it."


def _frequent(found: CustomerVoice, wording: Wording) -> str:
    assert found.channels is not None
    rows = found.channels.frequency.dropna(subset="response")
    if len(rows) < 2:
        return ""
    one, many = rows.iloc[0], rows.iloc[-1]
    link = (
        "More contacts are associated with this; they were not drawn by lot, so it is no effect."
        if _apart(one, many)
        else "There is no clear difference."
    )
    return (
        f"With {one.contacts_in_period} a {found.times.year.unit}, "
        f"{_range(one, wording)} of contacts are answered; with {many.contacts_in_period}, "
        f"{_range(many, wording)}. {link}"
    )


def _range(row: pd.Series, wording: Wording) -> str:
    ends = f"{wording.share(row.share_low)} to {wording.share(row.share_high)}"
    return f"{wording.share(row.response)} ({ends})"
