"""Sentences of the value report."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from retention_research.answers.value import CustomerValue
from retention_research.study import Study
from retention_research.values import Value
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, above_or_below, plural
from retention_research.wording.tiles import Tile, tile

_LEVEL = 0.005  # a forecast this close is called level


def horizon_words(study: Study, wording: Wording) -> str:
    """The horizon as a reader says it: the next 52 weeks."""
    return f"the next {wording.days(study.horizon.days)}"


def opening(found: CustomerValue, study: Study, wording: Wording) -> tuple[str, str, str]:
    """The answer, what it is worth, and the decision it supports."""
    total, each = found.values["clv.total"], found.values["clv.mean"]
    known = round(found.values["purchases.scored_customers"].number)
    answer = (
        f"The {wording.count(known)} known {plural(known, 'customer')} should bring about "
        f"{wording.value(total)} of margin over {horizon_words(study, wording)} "
        f"({wording.interval(total)}, as far as the model knows). {_trust(found, wording)}"
    )
    return answer, _money(found, wording), _decision(each, study, wording)


def _money(found: CustomerValue, wording: Wording) -> str:
    top, best = found.values["clv.top_10_share"], found.tenths.iloc[0]
    return (
        f"That is {wording.value(found.values['clv.mean'])} a customer on average. The most "
        f"valuable tenth holds {wording.value(top)} ({wording.interval(top)}) of it: "
        f"{wording.money(best.value / best.customers)} each "
        f"({wording.money(best.money_low / best.customers)} to "
        f"{wording.money(best.money_high / best.customers)})."
    )


def _decision(each: Value, study: Study, wording: Wording) -> str:
    return (
        f"{wording.value(each)} is all that an average customer is expected to bring in "
        f"{horizon_words(study, wording)}, with or without your effort. Keeping one is worth at "
        "most that, times the share of customers who stay only because of what you do."
    )


def _trust(found: CustomerValue, wording: Wording) -> str:
    bias = found.values["holdout.bias"]
    if bias.value is None:
        return "The forecast could not be tested on later purchases."
    if abs(bias.number) < _LEVEL:
        return "In its test the forecast was right on average."
    return f"In its test the forecast was {_low_or_high(bias, wording)}."


def _low_or_high(bias: Value, wording: Wording) -> str:
    ratio = bias.number
    if abs(ratio) < _LEVEL:
        return "level"
    return f"{wording.share(abs(ratio))} {'high' if ratio > 0 else 'low'}"


def total_note(study: Study, wording: Wording) -> str:
    """What the headline value rests on."""
    money = study.money
    words = (
        f"margin of {wording.share(money.margin)}, {wording.share(money.annual_discount_rate)} "
        "discount a year"
    )
    return words if margin_is_chosen(study) else f"{words} (defaults, not yours)"


def margin_is_chosen(study: Study) -> bool:
    """Whether the study, and not the default, says what the margin is."""
    return study.origins.get("money.margin", "default") != "default"


def holders(found: CustomerValue, wording: Wording) -> Claim:
    """Who holds the value."""
    names = ["clv.top_10_share", "clv.one_time_buyers_share"]
    return Claim("holders", _holders_title(found, wording), _holders_so_what(found, wording), names)


def forecast_test(found: CustomerValue, wording: Wording) -> Claim:
    """How the forecast did on purchases that it had not seen."""
    names = ["holdout.actual", "holdout.predicted", "holdout.bias"]
    title, so_what = _test_title(found, wording), _test_so_what(found, wording)
    return Claim("holdout", title, so_what, names, _test_status(found))


def _holders_title(found: CustomerValue, wording: Wording) -> str:
    """Who holds the value, as a claim."""
    top = found.values["clv.top_10_share"]
    return f"A tenth of customers hold {wording.value(top)} of the value ({wording.interval(top)})"


def _holders_so_what(found: CustomerValue, wording: Wording) -> str:
    """What concentration means for spending on customers."""
    once, top = found.values["clv.one_time_buyers_share"], found.tenths.iloc[0]
    return (
        f"The {wording.count(top.customers)} customers of the first tenth are expected to bring "
        f"{wording.money(top.value)} ({wording.money(top.money_low)} to "
        f"{wording.money(top.money_high)}). Customers who bought only once hold "
        f"{wording.with_interval(once)} together. Look after the few one by one, the many by "
        "routine."
    )


def _test_title(found: CustomerValue, wording: Wording) -> str:
    """How the forecast did, as a claim."""
    bias = found.values["holdout.bias"]
    if bias.value is None:
        return "The forecast could not be tested on later purchases"
    if abs(bias.number) < _LEVEL:
        return "The forecast matched what customers bought"
    gap = above_or_below(bias.number, wording)
    return f"The forecast was {gap} what customers bought"


def _test_so_what(found: CustomerValue, wording: Wording) -> str:
    """What the test says about trusting the value."""
    actual, predicted = found.values["holdout.actual"], found.values["holdout.predicted"]
    bias = found.values["holdout.bias"]
    if predicted.value is None or bias.value is None:
        return str(predicted.reason or bias.reason)
    return (
        f"From the earlier part of the data alone, {wording.with_interval(predicted)} purchases "
        f"were expected in the later part; customers made {wording.value(actual)}. The forecast "
        f"was {_low_or_high(bias, wording)}. {_outside(actual, predicted)}"
        f"{_newcomers(found, wording)}"
    )


def _outside(actual: Value, predicted: Value) -> str:
    low, high = predicted.conf_low or 0.0, predicted.conf_high or 0.0
    done = actual.number
    if low <= done <= high:
        return (
            "What happened lies within the range that the model gave, so the miss may be chance. "
            f"Plan with the {'upper' if done > predicted.number else 'lower'} end of the value."
        )
    side = "more" if done > high else "less"
    return (
        "What happened lies outside the range that the model gave: customers bought "
        f"{side} than it can explain, so read the value as a {_bound(side)} estimate."
    )


def _bound(side: str) -> str:
    return "cautious" if side == "more" else "hopeful"


def _newcomers(found: CustomerValue, wording: Wording) -> str:
    count = found.values.get("holdout.new_customers", Value(0, "fact")).number
    if not count:
        return ""
    done = found.values["holdout.new_customers_actual"]
    told = found.values["holdout.new_customers_predicted"]
    return (
        f" Customers won in the test period are counted apart: {wording.count(count)} of them made "
        f"{wording.value(done)} repeat purchases, {wording.with_interval(told)} expected."
    )


def _test_status(found: CustomerValue) -> Literal["ok", "warn"]:
    """Ok, or warn where what happened lies outside the forecast's range, or it was never tested."""
    bias = found.values["holdout.bias"]
    low, high = bias.conf_low, bias.conf_high
    return "ok" if low is not None and high is not None and low <= 0 <= high else "warn"


def parameters_caption(study: Study) -> str:
    """The caption of the table of parameters."""
    return f"Parameters with intervals; time in {study.time.unit}s, money in {study.currency}"


def check_note(found: CustomerValue, wording: Wording) -> str:
    """How far the independent implementation is away."""
    check = found.values["lifetimes_check.max_relative_difference"]
    if check.value is None:
        return f"The cross-check could not be made: {check.reason}"
    size = check.number
    words = "they agree" if size < 1e-3 else "they disagree, so do not rely on this report"
    return (
        f"Largest relative difference of any parameter: {wording.small(size)}, on "
        f"{wording.count(check.n or 0)} customers; {words}."
    )


def tiles(found: CustomerValue, study: Study, wording: Wording) -> list[Tile]:
    """The headline numbers."""
    ahead = horizon_words(study, wording)
    return [
        tile("clv.total", found.values, wording, f"over {ahead}; {total_note(study, wording)}"),
        _test_tile(found, wording),
        tile("clv.mean", found.values, wording, f"over {ahead}"),
        tile("clv.top_10_share", found.values, wording, "of the value over the same time"),
    ]


def _test_tile(found: CustomerValue, wording: Wording) -> Tile:
    bias = found.values["holdout.bias"]
    shown = tile("holdout.bias", found.values, wording, "against what customers then bought")
    if bias.value is None or bias.conf_low is None or bias.conf_high is None:
        return shown
    ends = (
        _low_or_high(replace(bias, value=end), wording) for end in (bias.conf_low, bias.conf_high)
    )
    return replace(shown, value_text=_low_or_high(bias, wording), interval_text=" to ".join(ends))


def tenths_caption(study: Study, wording: Wording) -> str:
    """The caption of the table of tenths."""
    return f"Tenths of customers by value over {horizon_words(study, wording)}, with ranges"


def groups_caption(study: Study, wording: Wording) -> str:
    """The caption of the table of groups."""
    return f"Groups of customers by value over {horizon_words(study, wording)}, with ranges"


def top_caption(study: Study, wording: Wording) -> str:
    """The caption of the table of the most valuable customers."""
    return (
        f"The most valuable customers over {horizon_words(study, wording)}, by code. Ranges are "
        "for the expected value: what one customer will spend varies far more"
    )
