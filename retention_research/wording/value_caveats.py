"""What the value report takes for granted, and notes for analysts."""

from __future__ import annotations

from retention_research.answers.value import CustomerValue
from retention_research.customer_codes import key_is_private
from retention_research.periods import ObservationWindow
from retention_research.study import Study
from retention_research.wording.numbers import Wording
from retention_research.wording.value import margin_is_chosen

_YEAR_DAYS = 364
_LINKED = 0.3  # a correlation of count and spend from which on the spend model may be off


def limits(
    found: CustomerValue, study: Study, window: ObservationWindow, wording: Wording
) -> list[str]:
    """What the value takes for granted."""
    sentences = [
        "The value looks at purchases only: contacts, complaints and prices do not enter.",
        _margin(study, wording),
        "Ranges are for what is expected on average: what customers really spend varies around it "
        "by chance, for one customer far more than the range shown.",
        "Ranges do not hold a model that is wrong, a new competitor or a changed assortment.",
        *_season(window),
        *_merging(found),
        *_linked(found),
        *_before(found, wording),
        *_everybody(found),
    ]
    return [*sentences, *_verdicts(found)]


def _margin(study: Study, wording: Wording) -> str:
    share = wording.share(study.money.margin)
    if margin_is_chosen(study):
        return f"The margin of {share} and the discount rate are the study's, not from the data."
    return (
        f"The margin of {share} is a default of this program, not yours: set money.margin in the "
        "study; all values change in proportion."
    )


def _verdicts(found: CustomerValue) -> list[str]:
    """What to know of fits that did not simply converge, each said once."""
    fits = (found.fits.purchases, found.fits.purchases_current, found.fits.spend_current)
    words = [fit.verdict.words for fit in fits if fit.verdict.status != "converged"]
    return list(dict.fromkeys(words))


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
    if value is None or abs(found.values["gamma_gamma.correlation"].number) < _LINKED:
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


def one_time_note(found: CustomerValue) -> str:
    """Why no page prints the probability that a one-time buyer is still a customer."""
    if found.fits.purchases_current.name == "nbd":
        return "The model without dropout (NBD) takes every customer to be one still."
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
