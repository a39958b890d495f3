"""How many customers the next experiment needs, and what those that there are could show."""

from __future__ import annotations

from retention_research.answers.programs.shape import NextTest
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_words import size_of

_FOUND = {
    "retained": "more or fewer of every 100 customers buying again",
    "purchases": "more or fewer purchases of every 100 customers",
    "revenue": "more or less revenue per customer",
    "margin": "more or less margin per customer",
    "satisfaction": "more or less satisfaction, in points,",
    "actions": "more or fewer actions of every 100 customers",
}


def size_note(test: NextTest, wording: Wording) -> str:
    """In a sentence: how many are to be drawn, and what those that there are could show.

    Args:
        test: the experiment, with how many there are to draw where that is known.
        wording: writes the numbers.
    """
    thing = _found(test.outcome, test.detectable, wording)
    told = f"It takes {wording.count(test.customers)} {test.units} to find {thing}"
    if not short_of(test):
        return f"{told}."
    there = wording.count(test.available or 0)
    if test.detectable_now is None:
        return f"{told}; there are {there}, too few for it."
    least = size_of(test.outcome, test.detectable_now, wording)
    return f"{told}; the {there} there are show no less than {least}."


def size_in_full(test: NextTest, wording: Wording) -> str:
    """How many are to be drawn and what that would find, and with what chance.

    Args:
        test: the experiment, with how many there are to draw where that is known.
        wording: writes the numbers.
    """
    needed = f"{wording.count(test.customers)} {test.units}"
    chance = f"with a chance of {wording.share(test.power)}"
    thing = _found(test.outcome, test.detectable, wording)
    if test.available is None or test.available >= test.customers:
        return f"With {needed} in all, {thing} would be found {chance}."
    there = f"{wording.count(test.available)} {test.units}"
    if test.detectable_now is None:
        return f"To find {thing} {chance}, it needs {needed}; there are {there}, too few for it."
    least = _found(test.outcome, test.detectable_now, wording)
    return (
        f"There are {there} to draw: with all of them, {least} would be found {chance}. To find "
        f"{thing}, it takes {needed}: more than there are now."
    )


def _found(outcome: str, amount: float, wording: Wording) -> str:
    thing = _FOUND.get(outcome, f"more or less {outcome}")
    return f"{size_of(outcome, amount, wording)} {thing}"


def short_of(test: NextTest) -> bool:
    """Are there fewer to draw than the experiment needs?"""
    return test.available is not None and test.available < test.customers
