"""How drivers, what is compared and how sure one is are called on pages."""

from __future__ import annotations

from collections.abc import Iterable

from retention_research.answers.drivers.design import Contrast
from retention_research.answers.drivers.findings import Finding
from retention_research.answers.drivers.grades import Grade
from retention_research.answers.drivers.randomised import CONTROLS
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
    "it held every check that a link can be put to without such a draw. Associated: clear of "
    "chance, but a check failed. Not clear of chance: nothing can be concluded."
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
    "activity_change": "more activity lately than before",
}


def name_of(one: Finding) -> str:
    """The driver in words, such as `late delivery lately`."""
    return one.driver.heading


def phrase(one: Finding, wording: Wording) -> str:
    """The driver and what is compared, as a thing inside a sentence.

    Such as `a complaint resolved slowly rather than fast`, `a higher last survey score
    (9 rather than 7)`, `being in the program club`.
    """
    contrast, driver = one.main.contrast, one.driver
    told = _PHRASES.get(driver.name)
    against = compared(contrast, driver.kind, wording)
    if told:
        return told.format(against=against)
    if contrast.level:
        return f"{driver.heading} {against}" if not driver.randomised else _arm(one)
    if driver.kind == "yes_no":
        return f"being {driver.heading}" if driver.source == "memberships" else driver.heading
    more = "more" if driver.kind == "count" else "a higher"
    return f"{more} {driver.heading} ({against})"


def _arm(one: Finding) -> str:
    heading = one.driver.heading.removeprefix("group of ")
    contrast = one.main.contrast
    return f"{heading} ({_rather(_level(contrast.level), _level(contrast.reference))})"


def compared(contrast: Contrast, kind: str, wording: Wording) -> str:
    """What is held against what.

    Args:
        contrast: the comparison.
        kind: of the driver.
        wording: writes the numbers.
    """
    if contrast.level:
        return _rather(_level(contrast.level), _level(contrast.reference))
    if kind == "yes_no" or contrast.high_at is None or contrast.low_at is None:
        return "yes rather than no"
    return f"{_amount(contrast.high_at, wording)} rather than {_amount(contrast.low_at, wording)}"


def _rather(level: str, reference: str) -> str:
    """One level rather than another, a word that both begin with said once."""
    first, _, rest = level.partition(" ")
    shared = rest and reference.startswith(f"{first} ")
    return f"{level} rather than {reference.removeprefix(f'{first} ') if shared else reference}"


def _level(level: str) -> str:
    return "the control group" if level.casefold() in CONTROLS[:3] else level


def _amount(value: float, wording: Wording) -> str:
    whole = abs(value - round(value)) < 1e-9
    return wording.count(value) if whole else wording.number(value, 2)


def amounts(low: float, high: float, wording: Wording) -> str:
    """A group of values."""
    if low == high:
        return _amount(low, wording)
    return f"{_amount(low, wording)} to {_amount(high, wording)}"


def more_or_fewer(value: Value | Estimate, wording: Wording) -> str:
    """A difference of shares as customers of every 100, with its range.

    Example:
        >>> more_or_fewer(Estimate("d", 0.1, 0.02, 0.05, 0.15), Wording("en_GB", "EUR"))
        '10 more of every 100 (5 to 15)'
    """
    size, between = of_hundred(value, wording)
    return f"{size} of every 100 ({between})"


def of_hundred(value: Value | Estimate, wording: Wording) -> tuple[str, str]:
    """A difference of shares as `10 more`, and its range as `5 to 15`."""
    number = value.estimate if isinstance(value, Estimate) else value.number
    low, high = value.conf_low, value.conf_high
    assert low is not None  # differences of shares have intervals
    assert high is not None
    more = number > 0
    ends = (low, high) if more else (-high, -low)
    between = " to ".join(_hundred(end, wording) for end in ends)
    return f"{_hundred(abs(number), wording)} {'more' if more else 'fewer'}", between


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
