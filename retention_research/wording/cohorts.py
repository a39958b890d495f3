"""Sentences of the cohorts report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retention_research.answers.cohort_ages import MARKS
from retention_research.answers.cohort_days import HORIZONS
from retention_research.answers.cohort_returns import WEEKS
from retention_research.answers.cohorts import Cohorts
from retention_research.answers.segments import segment_words
from retention_research.periods import month_in_words
from retention_research.study import Study
from retention_research.values import Value
from retention_research.wording.claims import Claim
from retention_research.wording.cohort_newest import is_known, points
from retention_research.wording.numbers import Wording, listed
from retention_research.wording.tiles import Tile, tile

if TYPE_CHECKING:
    import pandas as pd

_GAP = f"cohorts.second_purchase.discount.difference_{WEEKS}w"
_NEW, _HALF = "cohorts.new_revenue_share", "Half of those who come back do so within"
_STEPS = {"month": "months of 30 days", "week": "weeks"}
_DIMENSIONS = {
    "discount": "discount on the first order",
    "order_channel": "channel of the first order",
    "order_category": "category of the first order",
}


def step_words(study: Study) -> str:
    """What a step of age is called."""
    return _STEPS[study.period]


def opening(found: Cohorts, study: Study, wording: Wording) -> tuple[str, str, str]:
    """The answer, what it is worth, and the decision it supports."""
    return _answer(found, study, wording), _worth(found, study, wording), _decision(found)


def _answer(found: Cohorts, study: Study, wording: Wording) -> str:
    marks = [m for m in MARKS[study.period] if is_known(found, f"cohorts.retention.age_{m}")]
    if not marks:
        return "No group of new customers has been followed long enough to say who comes back."
    first, last = (found.values[f"cohorts.retention.age_{m}"] for m in (marks[0], marks[-1]))
    start = (
        f"Of 100 new customers, about {round(100 * first.number)} buy again in the first "
        f"{study.period} after their first purchase ({wording.interval(first)})"
    )
    if len(marks) == 1:
        return f"{start}."
    return (
        f"{start}, and about {round(100 * last.number)} buy in {study.period} {marks[-1]} "
        f"({wording.interval(last)})."
    )


def _worth(found: Cohorts, study: Study, wording: Wording) -> str:
    names = [f"cohorts.revenue_per_customer.age_{m}" for m in MARKS[study.period]]
    known = [name for name in names if is_known(found, name)]
    if not known:
        return ""
    age = known[-1].rpartition("_")[2]
    return (
        f"A new customer has brought {wording.with_interval(found.values[known[-1]])} in revenue "
        f"by the end of {study.period} {age}, the first order included."
    )


def _decision(found: Cohorts) -> str:
    gap = found.values[_GAP]
    if gap.value is not None and gap.conf_high is not None and gap.conf_high < 0:
        return (
            "Before the next first-order discount, test it on half of the new customers: those "
            "who first bought with one come back less often, be it whom it draws or what it does."
        )
    return (
        "Use it to see early whether the customers you win now are as good as those you won "
        "before: compare groups at the same age, never a young one with an old one."
    )


def tiles(found: Cohorts, study: Study, wording: Wording) -> list[Tile]:
    """The headline numbers."""
    marks = MARKS[study.period]
    early, later = marks[0], marks[2]
    named = {
        f"cohorts.retention.age_{early}": f"Buy in {study.period} {early} after the first purchase",
        f"cohorts.retention.age_{later}": f"Buy in {study.period} {later}",
        f"cohorts.revenue_per_customer.age_{later}": f"Revenue each by {study.period} {later}",
    }
    shown = [replace(tile(k, found.values, wording), label=words) for k, words in named.items()]
    note = f"{found.revenue['period'].iloc[-1]}" if len(found.revenue) else ""
    waited = replace(tile(median_name(found), found.values, wording), label=_HALF)
    return [*shown, waited, tile(_NEW, found.values, wording, note)]


def by_age(found: Cohorts, study: Study, wording: Wording) -> Claim:
    """How many come back, by age and cohort."""
    curve = found.ages.curve
    names = [f"cohorts.retention.age_{m}" for m in MARKS[study.period]]
    if curve.empty:
        return Claim("by-age", "No group has been followed long enough yet", "", names)
    last = curve.iloc[-1]
    title = (
        f"{wording.share(last.share)} of customers buy in {study.period} {int(last.age)} after "
        f"their first purchase ({wording.share(last.share_low)} to "
        f"{wording.share(last.share_high)})"
    )
    so_what = (
        f"This rests on {wording.count(last.customers)} customers in groups that have all been "
        f"followed so long. Time counts from each customer's own first purchase, in "
        f"{step_words(study)}, so that everybody has had the same time to come back."
    )
    return Claim("by-age", title, so_what, names)


def median_name(found: Cohorts) -> str:
    """The median that is told: of those who came back within the longest horizon there is."""
    return f"cohorts.second_purchase.days_median_{found.days.weeks or HORIZONS[0]}w"


def days(found: Cohorts, wording: Wording) -> Claim:
    """How long those who come back take."""
    name = median_name(found)
    if not found.days.weeks:
        title = "Too few have come back to say how long it takes them"
        return Claim("days", title, str(found.values[name].reason or ""), [name])
    value, weeks = found.values[name], found.days.weeks
    early = found.days.bars.iloc[0]
    title = (
        f"Half of those who come back within {weeks} weeks do so in the first "
        f"{wording.days(value.number)} ({wording.interval(value)})"
    )
    so_what = (
        f"Of {wording.count(found.days.followed)} customers followed for {weeks} weeks, "
        f"{wording.count(value.n or 0)} bought again in that time; {wording.share(early.share)} of "
        f"these within {wording.days(7 * int(early.after_weeks))}."
    )
    return Claim("days", title, so_what, [name])


def discount(found: Cohorts, wording: Wording) -> Claim:
    """Whether regulars won by a discount come back."""
    gap = found.values[_GAP]
    if gap.value is None:
        title = "Whether customers won by a discount come back cannot be said from these data"
        return Claim("discount", title, str(gap.reason), [_GAP])
    levels = found.returns.levels
    shares = levels[levels["dimension"] == "discount"].set_index("level")
    one, other = shares.loc["with a discount"], shares.loc["at full price"]
    low, high = gap.conf_low or 0.0, gap.conf_high or 0.0
    title = "Whether customers won by a discount come back as often as others is not clear"
    if not low <= 0 <= high:
        verb = "less" if gap.number < 0 else "more"
        title = (
            f"Customers won by a discount come back {verb} often than those who paid the full price"
        )
    so_what = (
        f"Within {WEEKS} weeks {wording.share(one.probability)} of them buy again "
        f"({wording.share(one.share_low)} to {wording.share(one.share_high)}), against "
        f"{wording.share(other.probability)} ({wording.share(other.share_low)} to "
        f"{wording.share(other.share_high)}): a difference of {points(gap.number, wording)} "
        f"({points(low, wording)} to {points(high, wording)}), over {gap.n:,} customers. A "
        "discount on the first order is associated with this; it may draw other customers rather "
        "than change them. A test on a random half of new customers would tell."
    )
    return Claim("discount", title, so_what, [_GAP], "warn" if high < 0 else "info")


def first_orders(found: Cohorts, wording: Wording) -> Claim:
    """Second purchases by what the first order was, and by the study's own groups."""
    there = {name: value for name, value in _tests(found).items() if name != "discount"}
    differ = [name for name, value in there.items() if value.number < 0.05]
    names = [f"cohorts.second_purchase.{name}.p_value" for name in there]
    if not there:
        title = "The data tell no groups of first orders or of customers apart"
        return Claim("first-orders", title, "", names)
    if not differ:
        told = listed([f"the {dimension_words(name)}" for name in there], "or")
        title = f"Second purchases do not clearly differ by {told}"
        return Claim("first-orders", title, _levels_words(found, list(there), wording), names)
    title = f"Second purchases differ by {listed([f'the {dimension_words(n)}' for n in differ])}"
    return Claim("first-orders", title, _levels_words(found, differ, wording), names)


def _tests(found: Cohorts) -> dict[str, Value]:
    """The dimensions that were tested, with their adjusted p values."""
    dimensions = dict.fromkeys(found.returns.levels["dimension"])
    values = {n: found.values[f"cohorts.second_purchase.{n}.p_value"] for n in dimensions}
    return {name: value for name, value in values.items() if value.value is not None}


def dimension_words(name: str) -> str:
    """What pages call a dimension.

    Example:
        >>> dimension_words("order_channel"), dimension_words("home_region")
        ('channel of the first order', 'home region of the customer')
    """
    return _DIMENSIONS.get(name, f"{segment_words(name)} of the customer")


def _levels_words(found: Cohorts, dimensions: list[str], wording: Wording) -> str:
    words = []
    for name in dimensions:
        levels = found.returns.levels
        part = levels[(levels["dimension"] == name) & levels["probability"].notna()]
        if part.empty:
            continue
        best, worst = part.loc[part["probability"].idxmax()], part.loc[part["probability"].idxmin()]
        words.append(
            f"By the {dimension_words(name)}, between {wording.share(worst.probability)} "
            f"({worst.level}) and {wording.share(best.probability)} ({best.level}) buy again "
            f"within {WEEKS} weeks."
        )
    return " ".join(words)


def revenue(found: Cohorts, study: Study, wording: Wording) -> Claim:
    """Revenue from new and from earlier customers."""
    share = found.values[_NEW]
    if share.value is None:
        title = "There is no full period to split into new and earlier customers"
        return Claim("revenue", title, str(share.reason), [_NEW])
    last = found.revenue.iloc[-1]
    title = (
        f"In {last.period} customers who bought for the first time brought "
        f"{wording.share(share.number)} of revenue"
    )
    so_what = (
        f"{wording.money(last.new_revenue)} came from {wording.count(last.new_customers)} "
        f"customers who first bought in that {study.period}, "
        f"{wording.money(last.existing_revenue)} from customers before them."
    )
    return Claim("revenue", title, so_what, [_NEW])


def limits(found: Cohorts, study: Study, wording: Wording) -> list[str]:
    """What the numbers do not say."""
    left_out = found.values["cohorts.left_out"]
    sentences = [
        f"A group is everybody who first bought in the same {study.period}; each customer is in "
        "one group only, that of the first purchase, whatever acquired_at says.",
        "Where not everybody of a group has been followed through a period, its cell stays empty. "
        "The curve over all groups rests on fewer and older groups the further right it goes.",
        f"Groups of fewer than {study.group_floor} customers are joined as other.",
    ]
    if left_out.number:
        sentences.append(
            f"{wording.value(left_out)} customers may have bought before the data begin; they are "
            "in no group. Their revenue of the period in which they are first seen is told apart; "
            "after it they count as earlier customers."
        )
    sentences += _acquired(found, study, wording)
    if found.returns.lacking:
        lacking = listed([f"the {_DIMENSIONS[name]}" for name in found.returns.lacking])
        sentences.append(f"The orders do not tell {lacking}, so nothing is said by it.")
    return sentences


def _acquired(found: Cohorts, study: Study, wording: Wording) -> list[str]:
    elsewhere, later = (found.values[f"cohorts.acquired_{name}"] for name in ("elsewhere", "later"))
    if elsewhere.value is None or not elsewhere.number:
        return []
    return [
        f"Of {wording.count(elsewhere.n or 0)} customers whose acquired_at is known, "
        f"{wording.value(elsewhere)} first bought in another {study.period} than it says, and "
        f"{wording.value(later)} before it: the first purchase counts."
    ]


def with_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its cohorts as pages write them."""
    return frame.assign(cohort=[month_in_words(str(name)) for name in frame["cohort"]])


def levels_table(found: Cohorts) -> pd.DataFrame:
    """Second purchases by the first order, in words."""
    named = found.returns.levels.rename(columns={"level": "first_order"})
    return named.assign(dimension=[dimension_words(name) for name in named["dimension"]])


def note_on_tests(found: Cohorts, wording: Wording) -> str:
    """The log-rank tests, for analysts."""
    told = [
        f"{dimension_words(name)} p = {wording.small(value.number)}"
        for name, value in _tests(found).items()
    ]
    tests = f"Log-rank tests, adjusted by Holm: {'; '.join(told)}." if told else ""
    return (
        f"{tests} Shares have Wilson intervals, revenue per customer an interval on the log scale, "
        "second purchases Kaplan-Meier with log-log intervals, days of those who came back an "
        "interval between order statistics. Newest against earlier cohorts: Newcombe's interval, "
        "for revenue one recovered from those of both means; Bonferroni over ages and measures."
    ).strip()
