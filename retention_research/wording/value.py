"""Sentences of the value report."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from retention_research.answers.value import CustomerValue
from retention_research.customer_codes import key_is_private
from retention_research.periods import ObservationWindow
from retention_research.study import Study
from retention_research.values import Value
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, above_or_below, plural
from retention_research.wording.tiles import Tile, tile

_YEAR_DAYS = 364
_LEVEL = 0.005  # a forecast this close is called level


def horizon_words(study: Study, wording: Wording) -> str:
    """The horizon as a reader says it: the next 52 weeks."""
    return f"the next {wording.days(study.horizon.days)}"


def opening(found: CustomerValue, study: Study, wording: Wording) -> tuple[str, str, str]:
    """The answer, what it is worth, and the decision it supports."""
    total, each = found.values["clv.total"], found.values["clv.mean"]
    known = int(str(found.values["purchases.scored_customers"].value))
    answer = (
        f"The {wording.count(known)} known {plural(known, 'customer')} should bring about "
        f"{wording.value(total)} of margin over {horizon_words(study, wording)} "
        f"({wording.interval(total)})."
    )
    top = found.values["clv.top_10_share"]
    money = (
        f"That is {wording.value(each)} a customer on average, but a tenth of customers hold "
        f"{wording.value(top)} of it."
    )
    decision = (
        f"Use it to cap what keeping a customer may cost: on average not more than "
        f"{wording.value(each)}, and far more for the few at the top. {_trust(found, wording)}"
    )
    return answer, money, decision


def _trust(found: CustomerValue, wording: Wording) -> str:
    bias = found.values["holdout.bias"]
    if bias.value is None:
        return "The forecast could not be tested on later purchases."
    if abs(float(str(bias.value))) < _LEVEL:
        return "In the test the forecast was right on average."
    return f"Mind the test: the forecast was {_low_or_high(bias, wording)}."


def _low_or_high(bias: Value, wording: Wording) -> str:
    ratio = float(str(bias.value))
    if abs(ratio) < _LEVEL:
        return "level"
    return f"{wording.share(abs(ratio))} {'high' if ratio > 0 else 'low'}"


def total_note(study: Study, wording: Wording) -> str:
    """What the headline value rests on."""
    money = study.money
    return (
        f"margin of {wording.share(money.margin)}, {wording.share(money.annual_discount_rate)} "
        "discount a year"
    )


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
    return f"A tenth of customers hold {wording.value(top)} of the value"


def _holders_so_what(found: CustomerValue, wording: Wording) -> str:
    """What concentration means for spending on customers."""
    once, top = found.values["clv.one_time_buyers_share"], found.tenths.iloc[0]
    return (
        f"The {wording.count(top.customers)} customers of the first tenth are expected to bring "
        f"{wording.money(top.value)} ({wording.money(top.money_low)} to "
        f"{wording.money(top.money_high)}). Customers who bought only once hold "
        f"{wording.with_interval(once)} together: look after the few by name, the many by routine."
    )


def _test_title(found: CustomerValue, wording: Wording) -> str:
    """How the forecast did, as a claim."""
    bias = found.values["holdout.bias"]
    if bias.value is None:
        return "The forecast could not be tested on later purchases"
    if abs(float(str(bias.value))) < _LEVEL:
        return "The forecast matched what customers bought"
    gap = above_or_below(float(str(bias.value)), wording)
    return f"The forecast was {gap} what customers bought"


def _test_so_what(found: CustomerValue, wording: Wording) -> str:
    """What the test says about trusting the value."""
    actual, predicted = found.values["holdout.actual"], found.values["holdout.predicted"]
    bias = found.values["holdout.bias"]
    if predicted.value is None or bias.value is None:
        return str(predicted.reason or bias.reason)
    return (
        f"Fitted on the earlier part of the data only, the model expected "
        f"{wording.with_interval(predicted)} purchases in the test period; customers made "
        f"{wording.value(actual)}. The forecast was {_low_or_high(bias, wording)}. "
        f"{_outside(actual, predicted)}{_newcomers(found, wording)}"
    )


def _outside(actual: Value, predicted: Value) -> str:
    low, high = predicted.conf_low or 0.0, predicted.conf_high or 0.0
    done = float(str(actual.value))
    if low <= done <= high:
        return "What happened lies within the range that the model gave."
    side = "more" if done > high else "less"
    return (
        "What happened lies outside the range that the model gave: customers bought "
        f"{side} than it can explain, so read the value as a {_bound(side)} estimate."
    )


def _bound(side: str) -> str:
    return "cautious" if side == "more" else "hopeful"


def _newcomers(found: CustomerValue, wording: Wording) -> str:
    count = int(str(found.values.get("holdout.new_customers", Value(0, "fact")).value))
    if not count:
        return ""
    done = found.values["holdout.new_customers_actual"]
    told = found.values["holdout.new_customers_predicted"]
    return (
        f" Customers won in the test period are counted apart: {wording.count(count)} of them made "
        f"{wording.value(done)} repeat purchases, {wording.with_interval(told)} expected."
    )


def _test_status(found: CustomerValue) -> Literal["ok", "warn"]:
    """Ok, or warn where the forecast missed by a tenth or was never tested."""
    bias = found.values["holdout.bias"].value
    return "ok" if bias is not None and abs(float(str(bias))) < 0.1 else "warn"


def limits(
    found: CustomerValue, study: Study, window: ObservationWindow, wording: Wording
) -> list[str]:
    """What the value takes for granted."""
    sentences = [
        "The value looks at purchases only: contacts, complaints and prices do not enter.",
        f"Margin ({wording.share(study.money.margin)}) and discount rate come from the study, not "
        "from the data.",
        "Ranges hold what is unknown about the model's numbers. They do not hold a model that is "
        "wrong, a new competitor or a changed assortment.",
        *_season(window),
        *_merging(found),
        *_linked(found),
        *_before(found, wording),
        *_everybody(found),
    ]
    if not found.fits.purchases_current.name.startswith("bg"):
        sentences.append(found.fits.purchases_current.verdict.words)
    return sentences


def _season(window: ObservationWindow) -> list[str]:
    if window.holdout_days >= _YEAR_DAYS:
        return []
    return [
        f"The forecast learned from {round(window.calibration_days / 7)} weeks and was tested on "
        f"{round(window.holdout_days / 7)}: a full year of seasons is not tested."
    ]


def _merging(found: CustomerValue) -> list[str]:
    if "bg_nbd_apart.r" not in found.values and "nbd_apart.r" not in found.values:
        return []
    return [
        "More than one order in twenty was joined with another of the same day, which makes "
        "customers look slower; the fit with these orders kept apart is under For analysts."
    ]


def _linked(found: CustomerValue) -> list[str]:
    value = found.values["gamma_gamma.correlation"].value
    if value is None or abs(float(str(value))) < 0.3:
        return []
    return [
        "Customers who buy often also spend differently per order, which the spend model does not "
        "know: the value of the most active customers may be off."
    ]


def _before(found: CustomerValue, wording: Wording) -> list[str]:
    share = found.values["clv.acquired_before_share"]
    if share.value is None:
        return []
    return [
        f"Customers who may have bought before the data begin hold "
        f"{wording.value(share)} of the value; they are valued from what the data show of them."
    ]


def _everybody(found: CustomerValue) -> list[str]:
    if not found.fitted_everybody:
        return []
    return [
        "Fewer than 500 customers have a first purchase that is known to be their first, so the "
        "model learned from all of them: it may take old customers for new ones."
    ]


def parameters_caption(study: Study) -> str:
    """The caption of the table of parameters."""
    return f"Parameters with intervals; time in {study.time.unit}s, money in {study.currency}"


def codes_note(study: Study) -> str:
    """How the codes of customers are made."""
    if study.show_ids:
        return "Customers are named by their ids, as the study asks (show_ids)."
    if key_is_private():
        return "Codes of customers are made with a key of your own."
    return (
        "Codes of customers are made with a key that follows from the study's name and seed: "
        "whoever has both and a list of ids can tell who is who. Set RETENTION_RESEARCH_ID_KEY "
        "for a key of your own."
    )


def one_time_note() -> str:
    """Why the model's probability of being alive is not printed for one-time buyers."""
    return (
        "Under BG/NBD a customer can only leave after a repeat purchase, so its P(alive) is 1 for "
        "every one-time buyer: not informative, and never added up as a number of customers."
    )


def refit_note(window: ObservationWindow, wording: Wording) -> str:
    """Which fit is which."""
    until, as_of = wording.day(window.calibration_end), wording.day(window.as_of)
    return (
        f"Test: fitted up to {until}, held against what happened until {as_of}. Value: fitted "
        f"again on everything up to {as_of}."
    )


def check_note(found: CustomerValue, wording: Wording) -> str:
    """How far the independent implementation is away."""
    check = found.values["lifetimes_check.max_relative_difference"]
    if check.value is None:
        return f"The cross-check could not be made: {check.reason}"
    size = float(str(check.value))
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
    return f"Tenths of customers by value over {horizon_words(study, wording)}, with intervals"


def top_caption(study: Study, wording: Wording) -> str:
    """The caption of the table of the most valuable customers."""
    return (
        f"The most valuable customers over {horizon_words(study, wording)}, by code, with the "
        "interval of each value"
    )
