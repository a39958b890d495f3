"""Sentences on how customers are served: products, complaints, the work of service, channels."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from retention_research.answers.customer_voice import CustomerVoice
from retention_research.answers.customer_voice.handling import DIFFER, OF_TEAMS
from retention_research.glossary import lookup
from retention_research.wording.claims import Claim
from retention_research.wording.customer_voice import known, when, year_in_words
from retention_research.wording.customer_voice_decision import FEWEST, standing_out
from retention_research.wording.numbers import NOT_AVAILABLE, Wording, listed, plural

if TYPE_CHECKING:
    import pandas as pd


def products(found: CustomerVoice, wording: Wording) -> Claim:
    """Problems by product, return visits, what was solved for good."""
    assert found.products is not None  # asked for where there is one
    title = _worst(found.products.by_product, wording) or (
        f"Customers open {wording.with_interval(found.values['service.problem_rate'])} tickets per "
        "1,000 orders"
    )
    names = ["service.problem_rate", "service.return_visits", "service.resolved_without_reopening"]
    sentences = [_all_problems(found, wording), _back(found, wording), _good(found, wording)]
    return Claim("products", title, " ".join(filter(None, sentences)), names)


def _worst(rows: pd.DataFrame, wording: Wording) -> str:
    told = rows.dropna(subset="rate")
    if len(told) < FEWEST:
        return ""
    middle = float(told["rate"].median())
    apart = standing_out(rows)
    if apart.empty:
        return "No product brings clearly more than twice the problems of the middle one"
    who = listed(list(apart["product"].head(3)))
    rates = listed([wording.number(rate) for rate in apart["rate"].head(3)])
    return (
        f"{who}: {rates} tickets per 1,000 orders that hold it, where the middle product brings "
        f"{wording.number(middle)}"
    )


def _all_problems(found: CustomerVoice, wording: Wording) -> str:
    rate = known(found, "service.problem_rate")
    return f"In all: {wording.with_interval(rate)} tickets per 1,000 orders." if rate else ""


def _back(found: CustomerVoice, wording: Wording) -> str:
    back = known(found, "service.return_visits")
    if back is None:
        return ""
    return (
        f"After {wording.with_interval(back)} of tickets the customer came back about the same "
        "within 30 days."
    )


def _good(found: CustomerVoice, wording: Wording) -> str:
    good = known(found, "service.resolved_without_reopening")
    return f"{wording.with_interval(good)} of resolved tickets stayed resolved." if good else ""


def complaints(found: CustomerVoice, wording: Wording) -> Claim:
    """How many complaints, why, and how long they take."""
    assert found.complaints is not None  # asked for where there is one
    rate, half = (
        known(found, "complaints.per_thousand"),
        known(found, "complaints.resolution_hours"),
    )
    count = f"{wording.value(found.values['complaints.count'])} complaints"
    per = f", {wording.with_interval(rate)} per 1,000 customers" if rate else ""
    time = f"; half are resolved within {wording.with_interval(half)} hours" if half else ""
    sentences = [_within(found, wording), _top_cause(found, wording), _again(found, wording)]
    names = ["complaints.count", "complaints.per_thousand", "complaints.resolution_hours",
             "complaints.resolved_7d", "complaints.repeat_share"]  # fmt: skip
    so_what = " ".join(filter(None, sentences))
    return Claim("complaints", f"{count}{per}{time}", so_what, names)


def _within(found: CustomerVoice, wording: Wording) -> str:
    day, week = known(found, "complaints.resolved_1d"), known(found, "complaints.resolved_7d")
    told = [
        f"{wording.with_interval(share)} within {hours} hours"
        for share, hours in ((day, 24), (week, 168))
        if share is not None
    ]
    return f"Resolved: {listed(told)}; open ones count as waiting." if told else ""


def _top_cause(found: CustomerVoice, wording: Wording) -> str:
    assert found.complaints is not None
    rows = found.complaints.causes.dropna(subset="share")
    if len(rows) < 2:
        return ""
    top = rows.iloc[0]
    ends = f"{wording.share(top.share_low)} to {wording.share(top.share_high)}"
    return f"The commonest cause is “{top.cause}”: {wording.share(top.share)} ({ends})."


def _again(found: CustomerVoice, wording: Wording) -> str:
    again = known(found, "complaints.repeat_share")
    if again is None:
        return ""
    return f"{wording.with_interval(again)} were followed by another complaint within 90 days."


def open_complaints(found: CustomerVoice, wording: Wording) -> Claim:
    """Open complaints of customers who spend most."""
    waiting = found.values["complaints.open.high_value_customers"]
    names = [f"complaints.open.{k}" for k in ("count", "high_value_customers", "revenue")]
    if waiting.value is None:
        title = "Which complaints are still open is not known"
        return Claim("open-complaints", title, str(waiting.reason), names)
    n, count = round(waiting.number), found.values["complaints.open.count"]
    who = plural(n, "customer has", "customers have")
    title = (
        f"{wording.count(n)} of your highest-spending {who} an unresolved complaint"
        if n
        else "No customer of your highest-spending tenth has an unresolved complaint"
    )
    so_what = f"{wording.value(count)} {plural(round(count.number), 'complaint')} open in all."
    if n:
        spent = wording.value(found.values["complaints.open.revenue"])
        so_what += f" Those {wording.count(n)} spent {spent} in the last 365 days."
        so_what += _long_open(found, wording) + _open_cause(found, wording)
    return Claim("open-complaints", title, so_what, names, "warn" if n else "ok")


def _long_open(found: CustomerVoice, wording: Wording) -> str:
    high, old = (found.values[f"complaints.open.{k}"] for k in ("high_value", "high_value_90d"))
    return (
        f" Of their {wording.value(high)} {plural(round(high.number), 'complaint')} "
        f"{wording.value(old)} {plural(round(old.number), 'has', 'have')} been open for more than "
        "90 days."
    )


def _open_cause(found: CustomerVoice, wording: Wording) -> str:
    """The commonest cause of these, of as many as are named."""
    assert found.complaints is not None
    counts = found.complaints.open["cause"].value_counts()
    first = counts[counts == counts.max()].index
    if len(counts) < 2 or len(first) > 1:
        return ""
    n, shown = int(counts.max()), len(found.complaints.open)
    return f" The commonest cause of the {shown} listed is “{first[0]}” ({wording.count(n)})."


def open_caption(found: CustomerVoice, wording: Wording) -> str:
    """The caption of the table of open complaints, with how many of them it lists."""
    assert found.complaints is not None
    shown, every = len(found.complaints.open), found.values["complaints.open.high_value"]
    which = f": the first {shown} of {wording.value(every)}" if shown < every.number else ""
    return (
        "Open complaints of the highest-spending tenth of customers, most revenue of the last 365 "
        f"days first{which}"
    )


def handling(found: CustomerVoice, wording: Wording) -> Claim:
    """The work of service, and whether teams differ."""
    assert found.handling is not None  # asked for where there is one
    sentences = [
        _sentence(found, wording, "service.handling_minutes", "A ticket takes {} minutes of work."),
        _sentence(found, wording, "service.escalated_share", "{} are passed on to a higher level."),
        _sentence(found, wording, "service.self_service_complaints",
                  "{} of complaints are left unresolved in self-service."),
    ]  # fmt: skip
    names = ["service.handling_minutes", "service.escalated_share",
             "service.self_service_complaints"]  # fmt: skip
    so_what = " ".join(filter(None, sentences)) or "The tickets do not tell how they were handled."
    return Claim("handling", f"{_teams_title(found)}{when(found, 'tickets')}", so_what, names)


def _sentence(found: CustomerVoice, wording: Wording, name: str, words: str) -> str:
    value = known(found, name)
    return words.format(wording.with_interval(value)) if value else ""


def _teams_title(found: CustomerVoice) -> str:
    judged = {kpi: known(found, f"service.team_difference.{kpi}") for kpi in OF_TEAMS}
    differ = [
        lookup(f"service.team.x.{kpi}").heading.lower()
        for kpi, verdict in judged.items()
        if verdict and verdict.value == DIFFER
    ]
    if differ:
        return f"Teams differ by more than chance in: {listed(differ)}"
    if any(judged.values()):
        return "These tickets show no clear difference between teams"
    return "How service handles its tickets"


def team_rows(found: CustomerVoice, wording: Wording) -> pd.DataFrame:
    """Teams by measure, in words."""
    import pandas as pd

    assert found.handling is not None
    rows = [
        _team_row(found, dict(zip(_OF_A_TEAM, row, strict=True)), wording)
        for row in found.handling.teams[list(_OF_A_TEAM)].itertuples(index=False, name=None)
    ]
    columns = ["measure", "team", "tickets", "own_value", "own_range", "drawn_in", "alike"]
    return pd.DataFrame(rows, columns=columns)


_OF_A_TEAM = ("measure", "team", "tickets", "estimate", "conf_low", "conf_high", "shrunken")


def _team_row(found: CustomerVoice, row: Mapping[str, Any], wording: Wording) -> tuple[Any, ...]:
    entry = lookup(f"service.team.x.{row['measure']}")
    own, low, high, drawn = (
        NOT_AVAILABLE if _unknown(row[k]) else wording.of_unit(row[k], entry.unit)
        for k in ("estimate", "conf_low", "conf_high", "shrunken")
    )
    verdict = found.values[f"service.team_difference.{row['measure']}"].value or NOT_AVAILABLE
    return entry.heading, row["team"], row["tickets"], own, f"{low} to {high}", drawn, verdict


def _unknown(cell: float | None) -> bool:
    return cell is None or isnan(cell)


def team_note(found: CustomerVoice, wording: Wording) -> str:
    """The tests of teams against each other."""
    told = [
        f"{lookup(f'service.team.x.{kpi}').heading.lower()} p = {wording.small(value.number)}"
        for kpi in OF_TEAMS
        if (value := known(found, f"service.team_difference.{kpi}.p_value"))
    ]
    if not told:
        return "Teams are not compared: the tickets name fewer than two."
    return f"Cochran's Q over teams: {listed(told)}; a difference is called at 0.05 / 4."


def products_caption(found: CustomerVoice, what: str) -> str:
    """The caption of tables of problems by product.

    Args:
        found: whose year is meant.
        what: the rows are, in the singular.
    """
    return f"Tickets about each {what} per 1,000 orders that hold it, {year_in_words(found)}"


def topics_caption(found: CustomerVoice) -> str:
    """The caption of the table of tickets by topic."""
    return (
        "Tickets per 1,000 orders of any product; share after which the customer came back within "
        f"30 days; share of resolved ones not reopened; with ranges, {year_in_words(found)}"
    )
