"""Sentences of the survival report."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

from retention_research.answers.survival import Survival
from retention_research.study import Study
from retention_research.values import Value
from retention_research.wording import survival_orders as orders
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, plural
from retention_research.wording.survival_contracts import still_running, which_is_which
from retention_research.wording.tiles import Tile, tile

if TYPE_CHECKING:
    import pandas as pd

_QUARTER, _HALF_YEAR, _YEAR = (f"second_purchase.probability_{w}w" for w in (13, 26, 52))
AGAIN_VALUES = (_QUARTER, _HALF_YEAR, _YEAR)
_LATER = "second_purchase.after_13w_probability_52w"
_TEST = "logrank.first_purchase_month.second_purchase_p_value"
_CHANCE, _CLEAR = 0.05, 0.01  # of a test of many months at once
_MOST = 0.5  # come back of themselves


def opening(found: Survival, wording: Wording) -> tuple[str, str, str]:
    """The answer, what it is worth, and the decision it supports."""
    return _answer(found, wording), _worth(found, wording), _decision(found, wording)


def _answer(found: Survival, wording: Wording) -> str:
    half_year, bound = found.values[_HALF_YEAR], still_running(found, wording)
    if half_year.value is None:
        short = "The data are too short to say how many new customers buy again within half a year."
        return f"{bound}. {short}" if bound else short
    again = (
        f"of 100 new customers, about {_of_hundred(half_year)} buy again within half a year "
        f"({wording.interval(half_year)})."
    )
    return f"{bound}, and {again}" if bound else f"O{again[1:]}"


def _of_hundred(share: Value) -> int:
    return round(100 * share.number)


def _worth(found: Survival, wording: Wording) -> str:
    revenue = found.values["second_purchase.revenue"]
    share = found.values["second_purchase.revenue_share"]
    if share.value is None:
        return "All amounts are 0, so nothing can be said about money."
    return (
        f"Purchases after the first brought {wording.value(revenue)}, "
        f"{wording.value(share)} of all revenue."
    )


def _decision(found: Survival, wording: Wording) -> str:
    later = found.values[_LATER]
    if later.value is None:
        return "Use it to decide when a new customer who has not come back should hear from you."
    back = f"{_of_hundred(later)} in 100 come back by week 52 ({wording.interval(later)})."
    if not later.number:
        return (
            "Follow up on new customers before week 13: none of those who were not back by then "
            f"came back by week 52 ({wording.interval(later)})."
        )
    if later.number < _MOST:
        return (
            "Follow up on new customers before week 13: of those who are not back by then, only "
            f"{back}"
        )
    return f"Follow up on new customers who are not back by week 13: of these, still {back}"


def again(found: Survival, wording: Wording) -> Claim:
    """How many buy a second time, and when."""
    title, so_what = _again_title(found, wording), _again_so_what(found, wording)
    return Claim("second-purchase", title, so_what, [*AGAIN_VALUES, _LATER])


def _again_title(found: Survival, wording: Wording) -> str:
    if found.marks.empty:
        return "The data do not yet reach 13 weeks after a first purchase"
    last = found.marks.iloc[-1]
    ends = f"{wording.share(last.share_low)} to {wording.share(last.share_high)}"
    return (
        f"{wording.share(last.probability)} buy again within {int(last.after_weeks)} weeks ({ends})"
    )


def _again_so_what(found: Survival, wording: Wording) -> str:
    basis = (
        f"This rests on {wording.value(found.values['second_purchase.customers'])} customers whose "
        "first purchase is known; who has not come back yet counts for as long as followed."
    )
    if len(found.marks) < 2:
        return basis
    first, last = found.marks.iloc[0], found.marks.iloc[-1]
    return (
        f"{_hundred(first.probability)} of every 100 are back after {int(first.after_weeks)} "
        f"weeks, {_hundred(last.probability)} after {int(last.after_weeks)}. {basis}"
    )


def _hundred(share: float) -> int:
    return round(100 * share)


def silent(found: Survival, study: Study, wording: Wording) -> Claim:
    """How many fell silent after one purchase."""
    title, so_what = _silent_title(found, study, wording), _silent_so_what(found, wording)
    return Claim("one-order", title, so_what, ["tenure.one_order_share"])


def _silent_title(found: Survival, study: Study, wording: Wording) -> str:
    one = found.values["tenure.one_order_share"]
    if one.value is None:
        return "Nobody was followed long enough to be called silent"
    return (
        f"{wording.value(one)} did not come back within {_silence(study, wording)} of their first "
        f"purchase ({wording.interval(one)})"
    )


def _silent_so_what(found: Survival, wording: Wording) -> str:
    one = found.values["tenure.one_order_share"]
    if one.value is None:
        return str(one.reason)
    back = found.values["tenure.one_order_returned"]
    returned, silent, watched = round(back.number), back.n or 0, one.n or 0
    return (
        f"That is {wording.count(silent)} of {wording.count(watched)} "
        f"{plural(watched, 'customer')} followed for so long. Silence is not always final: "
        f"{wording.count(returned)} of the {wording.count(silent)} "
        f"{plural(returned, 'has', 'have')} bought again since."
    )


def tenure(found: Survival, study: Study, wording: Wording) -> Claim:
    """How long those stay who come back at all."""
    title, so_what = _tenure_title(found, wording), _tenure_so_what(found, study, wording)
    names = [f"tenure.probability_{found.tau}d", f"tenure.rmst_{found.tau}d"]
    return Claim("tenure", title, so_what, names)


def _tenure_title(found: Survival, wording: Wording) -> str:
    still = found.values[f"tenure.probability_{found.tau}d"]
    if still.value is None:
        return "How long returning customers stay cannot be said yet"
    opened = "By purchases: of" if found.contracts else "Of"
    return (
        f"{opened} those who come back, {wording.value(still)} are still customers after "
        f"{wording.days(found.tau)} ({wording.interval(still)})"
    )


def _tenure_so_what(found: Survival, study: Study, wording: Wording) -> str:
    mean = found.values[f"tenure.rmst_{found.tau}d"]
    stay = _mean_stay(found, mean, study, wording) if mean.value is not None else str(mean.reason)
    return " ".join(filter(None, [stay, which_is_which(found), _entered_late(found, wording)]))


def _mean_stay(found: Survival, mean: Value, study: Study, wording: Wording) -> str:
    return (
        f"A customer counts as gone at the last purchase before {_silence(study, wording)} without "
        f"one. Of their first {wording.days(found.tau)}, those who come back stay "
        f"{wording.with_interval(mean)} on average. This rests on {wording.count(mean.n or 0)} "
        f"{plural(mean.n or 0, 'customer')} who came back."
    )


def _entered_late(found: Survival, wording: Wording) -> str:
    late = round(found.values["tenure.entered_late"].number)
    if not late:
        return ""
    return (
        f"{wording.count(late)} {plural(late, 'customer')} won before the data begin "
        f"{plural(late, 'is', 'are')} followed from the data's first day, at the age reached by "
        "then; the scorecard leaves them out."
    )


def months(found: Survival, wording: Wording) -> Claim:
    """Whether months of first purchase differ."""
    return Claim("first-month", _month_title(found), _month_so_what(found, wording), [_TEST])


def _month_title(found: Survival) -> str:
    test = found.values[_TEST]
    if test.value is None:
        return "Months of first purchase cannot be compared"
    if test.number < _CLEAR:
        return "Customers won in some months come back sooner than others"
    if test.number < _CHANCE:
        return "Weak signs only that customers won in some months come back sooner than others"
    return "The data show no clear difference between months of first purchase"


def _month_so_what(found: Survival, wording: Wording) -> str:
    seen = found.months.dropna(subset="probability")
    if found.values[_TEST].value is None or seen.empty:
        return str(found.values[_TEST].reason or "No month has been followed for 26 weeks.")
    least, most = (seen.loc[place] for place in _ends_of(seen))
    sizes = f"{wording.count(seen.customers.min())} to {wording.count(seen.customers.max())}"
    young = len(found.months) - len(seen)
    return (
        f"The share back within 26 weeks runs from {_month(least, wording)} to "
        f"{_month(most, wording)}, in groups of {sizes} customers; the smaller the groups and the "
        "more of them, the more of that is chance."
        + (f" {young} {plural(young, 'month is', 'months are')} still too young." if young else "")
    )


def _ends_of(months: pd.DataFrame) -> tuple[Hashable, Hashable]:
    return months["probability"].idxmin(), months["probability"].idxmax()


def _month(row: pd.Series, wording: Wording) -> str:
    ends = f"{wording.share(row.share_low)} to {wording.share(row.share_high)}"
    return f"{wording.share(row.probability)} for {row.month} ({ends})"


def _silence(study: Study, wording: Wording) -> str:
    return wording.days(study.churn.inactive_for.days)


def returned(found: Survival, study: Study, wording: Wording) -> Claim:
    """Who buys again after a long silence."""
    return orders.returned(found, _silence(study, wording), wording)


def limits(study: Study, wording: Wording) -> list[str]:
    """What the curves take for granted."""
    sentences = [
        f"Silence of {_silence(study, wording)} is a convention: some silent customers come back.",
        "Customers still followed are assumed to go on like those followed longer.",
        "The curves describe what happened; they do not say why.",
    ]
    if not study.cohort_complete:
        sentences.append(
            "Customers who may have bought before the data begin are left out of these curves: "
            "those who appear early, unless the data say when they were acquired. The rule is a "
            "guess; some old customers may still be taken for new ones."
        )
    return sentences


def months_caption(found: Survival, wording: Wording) -> str:
    """The caption of the table of months."""
    return (
        "Bought again within 26 weeks, and average time as a customer within the first "
        f"{wording.days(found.tau)} of those who came back, with ranges"
    )


def groups_caption(found: Survival, wording: Wording) -> str:
    """The caption of the table of the study's own groups."""
    return f"{months_caption(found, wording)}, by group of customers"


def tiles(found: Survival, wording: Wording) -> list[Tile]:
    """The headline numbers, the half year first."""
    n = f"of {wording.value(found.values['second_purchase.customers'])} new customers"
    names = (_HALF_YEAR, _YEAR, _QUARTER)
    return [
        *_contract_tile(found, wording),
        *(tile(name, found.values, wording, n) for name in names),
        tile("tenure.one_order_share", found.values, wording, "of customers followed long enough"),
    ]


def _contract_tile(found: Survival, wording: Wording) -> list[Tile]:
    """The share of contracts still running, where there are any, before all else."""
    if not found.contracts:
        return []
    share = tile(f"km.probability_{found.tau}d", found.values, wording)
    held = wording.value(found.values["contracts.customers"])
    note = share.note or f"of the first contracts of {held} customers"
    label = f"Contracts running after {wording.days(found.tau)}"
    return [replace(share, label=label, note=note)]
