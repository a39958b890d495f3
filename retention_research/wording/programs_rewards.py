"""A program of points in words: what is owed, and what its table cannot show."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from retention_research.answers.programs.rewards import RewardsDetail
from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.wording.claims import Claim
from retention_research.wording.estimates import share_and_range, with_ends
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_money_words import amount
from retention_research.wording.programs_words import key_of

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.wording.programs_tables import Rows

_TEST = "What points change in what customers do, these data cannot tell; test it before acting."


def claim(report: ProgramReport, wording: Wording) -> Claim:
    """What heads the page part of a program of points."""
    detail = cast("RewardsDetail", report.detail)
    before = f"program.{report.program.id}"
    names = ("points.outstanding", "points.liability", "points.liability_at_most", "decision")
    return Claim(
        key_of(report),
        f"{report.program.heading}: {wording.count(detail.outstanding)} points are still open"
        f"{_owed_in_title(detail, wording)}",
        f"{_liability(detail, wording)} {_TEST}",
        [f"{before}.{name}" for name in names],
    )


def _owed_in_title(detail: RewardsDetail, wording: Wording) -> str:
    found = detail.owed.expected
    if isinstance(found, Missing):
        return ""
    return f" and will cost about {wording.money(found.estimate)}"


def _liability(detail: RewardsDetail, wording: Wording) -> str:
    most, found = detail.owed.at_most, detail.owed.expected
    if isinstance(most, Missing):
        return f"What they will cost is not known. {most.reason}"
    at_most = f"If every one of them is redeemed, they cost {wording.money(most.estimate)}"
    if isinstance(found, Missing):
        return f"{at_most}. {found.reason}"
    if detail.life_days is None:
        return f"{at_most}, and they do not expire."
    return f"{at_most}; less those expected to expire, {amount(found, wording)}."


def notes(report: ProgramReport, wording: Wording) -> tuple[str, ...]:
    """Paragraphs on points."""
    detail = cast("RewardsDetail", report.detail)
    parts = (_sofar(detail, wording), _in_the_end(detail, wording), _as_usual(detail, wording),
             *report.why)  # fmt: skip
    return tuple(filter(None, parts))


def _sofar(detail: RewardsDetail, wording: Wording) -> str:
    cost = detail.redeemed_cost
    spent = "" if isinstance(cost, Missing) else f" at a cost of {wording.money(cost)}"
    gone = f", and {wording.count(detail.expired)} expired" if detail.expired else ""
    return (
        f"{wording.count(detail.members)} members earned {wording.count(detail.earned)} points so "
        f"far; {wording.count(detail.redeemed)} were redeemed{spent}{gone}.{_each(detail, wording)}"
    )


def _each(detail: RewardsDetail, wording: Wording) -> str:
    worth = detail.worth
    if isinstance(worth, Missing):
        return f" {worth.reason}"
    source = "as the study says" if detail.given else "as the redemptions say"
    return f" A hundred points redeemed cost {wording.money(100 * worth.estimate)}, {source}."


def _in_the_end(detail: RewardsDetail, wording: Wording) -> str:
    redeemed, expired = detail.fates
    within = wording.days(detail.horizon_days)
    if isinstance(redeemed, Missing):
        return f"What share is redeemed in the end is not known: {_small(redeemed.reason)}"
    part = share_and_range(redeemed, wording)
    told = f"Within {within} of earning, {part} of points are redeemed"
    if isinstance(expired, Missing):
        return f"{told}. {expired.reason}"
    return f"{told} and {share_and_range(expired, wording)} expire."


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _as_usual(detail: RewardsDetail, wording: Wording) -> str:
    """Redemptions on visits that were due anyway, beside visits without one."""
    found, without = detail.as_usual, detail.as_usual_without
    if isinstance(found, Missing):
        return ""
    beside = (
        ""
        if isinstance(without, Missing)
        else f", as did {share_and_range(without, wording)} of their purchases without one"
    )
    return (
        f"{share_and_range(found, wording)} of purchases with a redemption came no later than "
        f"usual for that member{beside}. Rewards given on visits that come as usual may go to "
        "customers who would have bought anyway; how many of them would have, only a draw can tell."
    )


def tables(report: ProgramReport, wording: Wording) -> tuple[Rows, ...]:
    """Points by the quarter in which they were earned."""
    detail = cast("RewardsDetail", report.detail)
    caption = f"{report.program.heading}: points by the quarter in which they were earned"
    return ((f"{key_of(report)}-issued", caption, issued(detail, wording),
             issued_in_numbers(detail)),)  # fmt: skip


def quarters(start: date, end: date) -> str:
    """Calendar quarters by their first and last day.

    Example:
        >>> quarters(date(2024, 1, 1), date(2024, 3, 31))
        '2024 Q1'
        >>> quarters(date(2023, 10, 1), date(2024, 3, 31))
        '2023 Q4 to 2024 Q1'
    """
    names = [f"{day.year} Q{(day.month + 2) // 3}" for day in (start, end)]
    return names[0] if names[0] == names[1] else " to ".join(names)


def issued(detail: RewardsDetail, wording: Wording) -> pd.DataFrame:
    """Points by quarter of issue, in words.

    Returns:
        issued_in, points_earned, points_redeemed, points_expired, points_open, redeemed_in_end.
    """
    import pandas as pd

    rows = [
        (quarters(one.start, one.end), one.earned,
         *(part / one.earned for part in (one.redeemed, one.expired, one.outstanding)),
         _end(one.redeemed_in_end, wording))
        for one in detail.issued
    ]  # fmt: skip
    columns = ["issued_in", "points_earned", "points_redeemed", "points_expired", "points_open",
               "redeemed_in_end"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _end(found: Estimate | Missing, wording: Wording) -> str:
    return "not known yet" if isinstance(found, Missing) else share_and_range(found, wording)


def issued_in_numbers(detail: RewardsDetail) -> pd.DataFrame:
    """The same, unrounded."""
    import pandas as pd

    rows = []
    for one in detail.issued:
        ends = (*with_ends(one.redeemed_in_end), *with_ends(one.expired_in_end))
        rows.append(
            (one.start, one.end, one.earned, one.redeemed, one.expired, one.outstanding, *ends)
        )
    shares = [f"{name}{end}" for name in ("redeemed_in_end", "expired_in_end")
              for end in ("", "_low", "_high")]  # fmt: skip
    columns = ["first_day", "last_day", "earned", "redeemed", "expired", "open", *shares]
    return pd.DataFrame(rows, columns=columns)


def analysts(report: ProgramReport, wording: Wording) -> tuple[tuple[str, ...], tuple[Rows, ...]]:
    """How points are counted."""
    detail = cast("RewardsDetail", report.detail)
    day = wording.count(detail.life_days or 0)
    expiry = (
        "without expiry no breakage is assumed and the liability is all open points"
        if detail.life_days is None
        else f"expiry by day {day} competes with redemption (Aalen-Johansen over "
        "points), and an open point of some age counts with its chance to be redeemed yet"
    )
    told = (
        f"Points are matched first in, first out, by issue cohort; {expiry}. Intervals: draws of "
        "customers with all their points, the stock of open points held as it is; points are taken "
        "to be redeemed as they were, so a season or a new habit would move it. A visit comes as "
        "usual if its gap is no longer than the mean of that member's earlier gaps, of which there "
        "are two or more; shares clustered by customer."
    )
    return (told,), ()
