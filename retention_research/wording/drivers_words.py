"""How drivers, what is compared and how sure one is are called on pages."""

from __future__ import annotations

import math
from collections.abc import Iterable

from retention_research.answers.driver_rows.candidates import is_control
from retention_research.answers.drivers.design import Contrast
from retention_research.answers.drivers.finding import Finding
from retention_research.answers.drivers.grades import Grade
from retention_research.models.fit import Estimate, Missing
from retention_research.values import Value
from retention_research.wording.numbers import NOT_AVAILABLE, Wording

HOW_SURE: dict[Grade, str] = {
    "randomised": "decided by chance",
    "quasi-experimental": "as good as decided by chance",
    "robust association": "robust association",
    "associated": "associated",
    "no clear association": "not clear of chance",
}
ALL_GRADES = (
    "Decided by chance: who got it was drawn, so the difference is its effect. Robust association: "
    "clear of chance, the same direction on every date, in another way of looking that is clear "
    "itself and against none that is, in step where it comes in amounts, and too large for a cause "
    "as strong as the strongest one measured; still no proof that it is the cause. Associated: "
    "clear of chance, but one of these does not hold. Not clear of chance: nothing can be "
    "concluded; so many things are looked at that a range clear of no difference is not enough by "
    "itself. Another length of silence, or another horizon, may change grades."
)


# what happened, as a thing: headings of columns do not always read well inside a sentence
_PHRASES = {
    "slow_resolution": "a complaint {against}",
    "late_response": "a ticket answered {against}",
    "ticket_channel": "a last ticket by {against}",
    "first_order_discounted": "a first order at a discount",
    "discount_share": "buying at a discount lately",
    "returned": "giving something back lately",
    "complaint": "a complaint lately",
    "activity_change": "being more active lately ({against})",
}
LOGARITHM = "activity_change"  # of a ratio of rates: readers are told the ratio


def name_of(one: Finding) -> str:
    """The driver in words, such as `late delivery lately`."""
    return one.driver.heading


def phrase(one: Finding, wording: Wording) -> str:
    """The driver and what is compared, as a thing inside a sentence.

    Such as `a complaint resolved slowly rather than fast`, `a higher last survey score
    (9 rather than 7)`, `membership in the program club`.
    """
    contrast, driver = one.main.contrast, one.driver
    told = _PHRASES.get(driver.name)
    against = compared(contrast, driver.kind, wording)
    if told and (driver.name, driver.kind) != ("discount_share", "amount"):
        return told.format(against=against)
    if contrast.level:
        return f"the {driver.heading} {against}" if not driver.randomised else _arm(one)
    if driver.kind == "yes_no":
        return f"membership {driver.heading}" if driver.source == "memberships" else driver.heading
    more = "more" if driver.kind == "count" else "a higher"
    return f"{more} {driver.heading} ({against})"


def _arm(one: Finding) -> str:
    contrast = one.main.contrast
    told = _rather(level_of(contrast.level), level_of(contrast.reference))
    return f"{experiment_of(one)} ({told})"


def experiment_of(one: Finding) -> str:
    """The experiment that drew who got what."""
    return one.driver.heading.removeprefix("group of ")


def sides(one: Finding, wording: Wording) -> dict[str, str]:
    """What both sides of a comparison are called, by `high` and `low`.

    Such as `resolved slowly` and `resolved fast`, `a score of 9` and `7`, `with it` and `without`.
    """
    contrast, driver = one.main.contrast, one.driver
    if contrast.level:
        return {"high": level_of(contrast.level), "low": level_of(contrast.reference)}
    if driver.kind == "yes_no" or contrast.high_at is None or contrast.low_at is None:
        within = driver.source == "memberships"
        return {"high": "members" if within else "with it",
                "low": "others" if within else "without it"}  # fmt: skip
    ends = {"high": contrast.high_at, "low": contrast.low_at}
    return {side: amount_of(driver.name, at, wording) for side, at in ends.items()}


def compared(contrast: Contrast, kind: str, wording: Wording) -> str:
    """What is held against what.

    Args:
        contrast: the comparison.
        kind: of the driver.
        wording: writes the numbers.
    """
    if contrast.level:
        return _rather(level_of(contrast.level), level_of(contrast.reference))
    if kind == "yes_no" or contrast.high_at is None or contrast.low_at is None:
        return "yes rather than no"
    high, low = (
        amount_of(contrast.driver, at, wording) for at in (contrast.high_at, contrast.low_at)
    )
    if contrast.driver == LOGARITHM:
        return f"{high} as active as before rather than {low}"
    return f"{high} rather than {low}"


def _rather(level: str, reference: str) -> str:
    """One level rather than another, a word that both begin with said once."""
    first, _, rest = level.partition(" ")
    shared = rest and reference.startswith(f"{first} ")
    return f"{level} rather than {reference.removeprefix(f'{first} ') if shared else reference}"


def level_of(level: str) -> str:
    """A level as sentences call it."""
    # "none" is a plan too: it reads well as it is
    return "the control group" if is_control(level) and level.casefold() != "none" else level


def amount_of(driver: str, value: float, wording: Wording) -> str:
    """One value of a driver; the logarithm of a ratio as `1.6 times`."""
    if driver == LOGARITHM:
        return f"{wording.number(float(f'{math.exp(value):.2g}'), 2)} times"
    whole = abs(value - round(value)) < 1e-9
    return wording.count(value) if whole else wording.number(value, 2)


def amounts(driver: str, low: float, high: float, wording: Wording) -> str:
    """A group of values of a driver."""
    ends = [amount_of(driver, value, wording) for value in (low, high)]
    if ends[0] == ends[1]:
        return ends[0]
    return f"{ends[0].removesuffix(' times')} to {ends[1]}"


def more_or_fewer(value: Value | Estimate, wording: Wording) -> str:
    """A difference of shares as customers of every 100, with its range.

    Example:
        >>> more_or_fewer(Estimate("d", 0.1, 0.02, 0.05, 0.15), Wording("en_GB", "EUR"))
        '10 more of every 100 (5 to 15)'
        >>> more_or_fewer(Estimate("d", -0.02, 0.02, -0.05, 0.01), Wording("en_GB", "EUR"))
        '2 fewer of every 100 (5 fewer to 1 more)'
    """
    size, between = of_hundred(value, wording)
    return f"{size} of every 100 ({between})"


def of_hundred(value: Value | Estimate, wording: Wording) -> tuple[str, str]:
    """A difference of shares as `10 more`, and its range as `5 to 15`."""
    number = value.estimate if isinstance(value, Estimate) else value.number
    low, high = value.conf_low, value.conf_high
    assert low is not None  # differences of shares have intervals
    assert high is not None
    word = "more" if number > 0 else "fewer"
    return f"{_hundred(abs(number), wording)} {word}", _between(low, high, wording)


def _between(low: float, high: float, wording: Wording) -> str:
    ends = [_hundred(abs(end), wording) for end in (low, high)]
    if low < 0 < high:
        return f"{ends[0]} fewer to {ends[1]} more"
    return " to ".join(ends if low >= 0 else reversed(ends))


def _hundred(share: float, wording: Wording) -> str:
    if abs(share) >= 0.0995:
        return wording.count(100.0 * share)
    tenths = round(100.0 * share, 1) + 0.0
    return wording.count(tenths) if tenths == round(tenths) else wording.number(tenths, 2)


def with_range(found: Estimate | Missing, wording: Wording, unit: str = "number") -> str:
    """An estimate with its range, or the words for a missing one."""
    if isinstance(found, Missing) or found.conf_low is None or found.conf_high is None:
        return NOT_AVAILABLE
    value, low, high = (
        wording.of_unit(part, unit) for part in (found.estimate, found.conf_low, found.conf_high)
    )
    return f"{value} ({low} to {high})"


def clear(findings: Iterable[Finding]) -> list[Finding]:
    """Those clear of chance, by rank."""
    return [one for one in findings if one.evidence.clear]


def of_every_hundred(found: Estimate, wording: Wording) -> str:
    """A difference of shares for a narrow cell.

    Example:
        >>> of_every_hundred(Estimate("d", 0.1, 0.02, 0.05, 0.15), Wording("en_GB", "EUR"))
        '10 more of 100 (5 to 15)'
    """
    size, between = of_hundred(found, wording)
    return f"{size} of 100 ({between})"


def agreement_of(one: Finding) -> str:
    """How many views are clear the same way, and what every other one says."""
    told: dict[str, list[str]] = {}
    for view, answer in one.evidence.agrees.items():
        told.setdefault(answer, []).append(view)
    said = "; ".join(f"{answer}: {', '.join(views)}" for answer, views in told.items())
    alike = 1 + len(told.get("yes", ()))
    return f"{alike} of {1 + len(one.evidence.agrees)} views ({said or 'no other has it'})"


def sentence(words: str) -> str:
    """Words with the first letter as a sentence begins."""
    return words[:1].upper() + words[1:]
