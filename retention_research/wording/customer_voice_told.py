"""Sentences on what customers say in words: why they leave, and what their comments are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.customer_voice import CustomerVoice
from retention_research.answers.customer_voice.comments import TOLD
from retention_research.wording.claims import Claim
from retention_research.wording.customer_voice import known, when
from retention_research.wording.numbers import Wording, plural

if TYPE_CHECKING:
    import pandas as pd


def leaving(found: CustomerVoice, wording: Wording) -> Claim:
    """Reasons given in exit surveys, by what those who have not bought since had spent."""
    assert found.leaving is not None  # asked for where there is one
    top = _most(found.leaving.reasons)
    title = (
        "Of those who said why they leave, most money went with the reason "
        f"“{top.reason}”: {wording.money(top.value_lost)}{when(found, 'surveys')}"
    )
    sentences = [
        _back(found, "voice.leaving", "said why they leave", wording),
        _top(top, wording),
        "A reason is what customers say, not what made them leave.",
        _coverage(found, wording),
    ]
    names = [f"voice.leaving.{k}" for k in ("customers", "bought_again", "value_lost")]
    names += ["voice.leaving.told_share"]
    return Claim("leaving", title, " ".join(filter(None, sentences)), names)


def plans_ended(found: CustomerVoice, wording: Wording) -> Claim:
    """Reasons recorded when subscriptions ended."""
    assert found.leaving is not None  # asked for where there is one
    top = _most(found.leaving.plans)
    title = (
        "Of those who ended a subscription for a reason, most money went with "
        f"“{top.reason}”: {wording.money(top.value_lost)}"
    )
    sentences = [
        _back(found, "voice.plans_ended", "ended a subscription for a reason", wording),
        _top(top, wording),
        "Failed payments, and ends without a reason, are not counted.",
    ]
    names = [f"voice.plans_ended.{k}" for k in ("customers", "bought_again", "value_lost")]
    return Claim("plans-ended", title, " ".join(sentences), names)


def _most(rows: pd.DataFrame) -> pd.Series:
    """The reason of most money; several small ones together only where there is no other."""
    named = rows[rows["reason"] != "other"]
    return (named if len(named) else rows).iloc[0]


def _back(found: CustomerVoice, name: str, did: str, wording: Wording) -> str:
    """How many there were, and how many of them did not leave after all."""
    everyone, back = (found.values[f"{name}.{k}"] for k in ("customers", "bought_again"))
    return (
        f"{wording.value(everyone)} customers {did}; {wording.value(back)} of them bought again "
        "afterwards and are left out."
    )


def _top(top: pd.Series, wording: Wording) -> str:
    ends = f"{wording.share(top.share_low)} to {wording.share(top.share_high)}"
    return (
        f"{wording.count(top.customers)} of the others named it: {wording.share(top.share)} "
        f"({ends}). The money is what they had spent in the 365 days before."
    )


def _coverage(found: CustomerVoice, wording: Wording) -> str:
    told = known(found, "voice.leaving.told_share")
    if told is None:
        return ""
    return f"Of customers who fell silent over the year, {wording.with_interval(told)} said why."


def comments(found: CustomerVoice, wording: Wording) -> Claim:
    """What comments are about."""
    assert found.comments is not None  # asked for where there is one
    count, themes = found.values["themes.count"], found.comments.themes
    if count.value is None or themes.empty:
        reason = str(count.reason or "No theme is told by enough customers to be shown.")
        return Claim("comments", "Comments do not show themes yet", reason, ["themes.count"])
    n = found.values["themes.customers"]
    languages = themes["language"].nunique()
    title = (
        f"{wording.value(count)} {plural(round(count.number), 'theme')} in the comments of "
        f"{wording.value(n)} customers, in {languages} {plural(languages, 'language')}"
    )
    sentences = [
        "A theme is a set of words that come together; its share is of the customers who commented "
        "in its language.",
        _unlisted(round(count.number), len(themes), wording),
        "Single comments are not shown: they are personal.",
    ]
    return Claim("comments", title, " ".join(filter(None, sentences)), ["themes.count"])


def _unlisted(count: int, listed: int, wording: Wording) -> str:
    more = count - listed
    if not more:
        return ""
    return (
        f"Of each language the {TOLD} of most customers are listed; {wording.count(more)} more "
        f"{plural(more, 'is', 'are')} counted only."
    )
