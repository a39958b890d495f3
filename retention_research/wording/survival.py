"""Sentences of the survival report."""

from __future__ import annotations

from retention_research.answers.survival import Survival
from retention_research.study import Study
from retention_research.values import Value
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording
from retention_research.wording.tiles import Tile, tile

_QUARTER, _HALF_YEAR, _YEAR = (f"second_purchase.probability_{w}w" for w in (13, 26, 52))
AGAIN_VALUES = (_QUARTER, _HALF_YEAR, _YEAR)
_CHANCE = 0.05


def opening(found: Survival, wording: Wording) -> tuple[str, str, str]:
    """The answer, what it is worth, and the decision it supports."""
    half_year = found.values[_HALF_YEAR]
    answer = (
        f"Of 100 new customers, about {_of_hundred(half_year)} buy again within half a year "
        f"({wording.interval(half_year)})."
        if half_year.value is not None
        else "The data are too short to say how many new customers buy again within half a year."
    )
    return answer, _worth(found, wording), _decision(found)


def _of_hundred(share: Value) -> int:
    return round(100 * float(str(share.value)))


def _worth(found: Survival, wording: Wording) -> str:
    revenue = found.values["second_purchase.revenue"]
    share = found.values["second_purchase.revenue_share"]
    if share.value is None:
        return "All amounts are 0, so nothing can be said about money."
    return (
        f"Purchases after the first brought {wording.value(revenue)}, "
        f"{wording.value(share)} of all revenue."
    )


def _decision(found: Survival) -> str:
    early, late = found.values[_QUARTER].value, found.values[_YEAR].value
    if early is None or late is None:
        return "Use it to decide when a new customer who has not come back should hear from you."
    share = round(100 * float(str(early)) / float(str(late)))
    return (
        f"Use it to decide when to follow up: of the customers who come back within a year, "
        f"{share} in 100 do so in the first 13 weeks."
    )


def again(found: Survival, wording: Wording) -> Claim:
    """How many buy a second time, and when."""
    title, so_what = _again_title(found, wording), _again_so_what(found, wording)
    return Claim("second-purchase", title, so_what, AGAIN_VALUES)


def tenure(found: Survival, study: Study, wording: Wording) -> Claim:
    """How many fell silent after one purchase, and how long the others stay."""
    title, so_what = _tenure_title(found, wording), _tenure_so_what(found, study, wording)
    return Claim("tenure", title, so_what, ["tenure.one_order_share", f"km.rmst_{found.tau}d"])


def months(found: Survival, wording: Wording) -> Claim:
    """Whether months of first purchase differ."""
    names = ["logrank.first_purchase_month.p_value"]
    return Claim("first-month", _month_title(found), _month_so_what(found, wording), names)


def _again_title(found: Survival, wording: Wording) -> str:
    """The share who bought again at the latest mark the data reach, as a claim."""
    if found.marks.empty:
        return "The data do not yet reach 13 weeks after a first purchase"
    last = found.marks.iloc[-1]
    return f"{wording.share(last.probability)} buy again within {int(last.after_weeks)} weeks"


def _again_so_what(found: Survival, wording: Wording) -> str:
    """What the curve of second purchases means."""
    if len(found.marks) < 2:
        return "Customers who have not come back yet count for as long as they were followed."
    first, last = found.marks.iloc[0], found.marks.iloc[-1]
    more = wording.share(last.probability - first.probability)
    return (
        f"{wording.share(first.probability)} are back after {int(first.after_weeks)} weeks; the "
        f"time from then to week {int(last.after_weeks)} adds only {more} of customers. Customers "
        "who have not come back yet count for as long as they were followed."
    )


def _tenure_title(found: Survival, wording: Wording) -> str:
    """How many fell silent after one purchase, as a claim."""
    one = found.values["tenure.one_order_share"]
    if one.value is None:
        return "Nobody was followed long enough to be called silent"
    return f"{wording.value(one)} bought once and fell silent ({wording.interval(one)})"


def _tenure_so_what(found: Survival, study: Study, wording: Wording) -> str:
    """What tenure means, and how long those stay who come back at all."""
    mean = found.values[f"km.rmst_{found.tau}d"]
    came_back = found.values["tenure.reactivated"]
    start = f"Silent means no purchase for {_silence(study, wording)}. "
    if mean.value is None:
        return f"{start}How long the others stay cannot be said: {mean.reason}"
    return (
        f"{start}Those who stayed beyond one order remained customers for "
        f"{wording.with_interval(mean)} on average, counted up to {wording.days(found.tau)}. "
        f"{wording.value(came_back)} customers bought again after a silence and may do so still."
    )


def _month_title(found: Survival) -> str:
    """Whether months of first purchase differ, as a claim."""
    test = found.values["logrank.first_purchase_month.p_value"]
    if test.value is None:
        return "There is only one month of first purchase to look at"
    if float(str(test.value)) < _CHANCE:
        return "Customers won in some months come back sooner than others"
    return "No month of first purchase stands out from the others"


def _month_so_what(found: Survival, wording: Wording) -> str:
    """How far months differ, and whether chance alone would do."""
    test = found.values["logrank.first_purchase_month.p_value"]
    shares = found.months["probability"].dropna()
    if test.value is None or shares.empty:
        return "Months cannot be compared yet."
    spread = f"{wording.share(shares.min())} to {wording.share(shares.max())}"
    words = "more than" if float(str(test.value)) < _CHANCE else "no more than"
    return (
        f"The months run from {spread} back within 26 weeks. That is {words} chance alone would "
        "bring. Months that are too young for 26 weeks are not shown."
    )


def _silence(study: Study, wording: Wording) -> str:
    return wording.days(study.churn.inactive_for.days)


def limits(study: Study, wording: Wording) -> list[str]:
    """What the curves take for granted."""
    sentences = [
        f"Silence of {_silence(study, wording)} is a convention: some silent customers come back.",
        "Customers still followed are assumed to go on like those followed longer.",
        "The curves describe what happened; they do not say why.",
    ]
    if not study.cohort_complete:
        sentences.append(
            "Customers who may have bought before the data begin are left out of these curves."
        )
    return sentences


def log_rank_note(found: Survival, wording: Wording) -> str:
    """The test of months against each other."""
    test = found.values["logrank.first_purchase_month.p_value"]
    if test.value is None:
        return f"Months of first purchase are not compared: {test.reason}"
    return (
        "Log-rank test that months of first purchase do not differ in time to second purchase: "
        f"p = {wording.small(float(str(test.value)))}."
    )


def months_caption(found: Survival, wording: Wording) -> str:
    """The caption of the table of months."""
    return (
        "Bought again within 26 weeks, and mean tenure up to "
        f"{wording.days(found.tau)} of those who stayed beyond one order, with intervals"
    )


def tiles(found: Survival, wording: Wording) -> list[Tile]:
    """The headline numbers."""
    return [
        *(tile(name, found.values, wording, "of new customers") for name in AGAIN_VALUES),
        tile("tenure.one_order_share", found.values, wording, "of customers followed long enough"),
    ]
