"""Amounts of KPIs and their changes in words."""

from __future__ import annotations

from retention_research.glossary import lookup
from retention_research.periods import Period
from retention_research.values import Value
from retention_research.wording.numbers import Wording

_UNITS = {"_hours": ("hour", "hours"), "_minutes": ("minute", "minutes")}
_POINTS = "points"  # a change of a share; "per cent" would be read as relative


def amount(kpi: str, value: float, wording: Wording) -> str:
    """A KPI's value with its unit.

    Example:
        >>> amount("crr", 0.861, Wording("en_GB", "EUR"))
        '86%'
    """
    written = axis_amount(kpi, value, wording)
    noun = _noun(kpi)
    return f"{written} {noun}" if noun else written


def wanted(kpi: str, target: float, wording: Wording) -> str:
    """A target with its unit; a whole number is written as one.

    Example:
        >>> wanted("first_response_hours", 4.0, Wording("en_GB", "EUR"))
        '4 hours'
    """
    if lookup(f"kpi.{kpi}").unit == "number" and float(target).is_integer():
        return " ".join(filter(None, [wording.count(target), _noun(kpi)]))
    return amount(kpi, target, wording)


def axis_amount(kpi: str, value: float, wording: Wording) -> str:
    """The same without a word for the unit, as an axis has it."""
    return wording.of_unit(float(value), lookup(f"kpi.{kpi}").unit)


def range_of(kpi: str, value: Value, wording: Wording) -> str:
    """The interval of a KPI, empty where there is none."""
    if value.conf_low is None or value.conf_high is None:
        return ""
    low = axis_amount(kpi, value.conf_low, wording)
    return f"{low} to {amount(kpi, value.conf_high, wording)}"


def _noun(kpi: str) -> str:
    return next((many for ending, (_, many) in _UNITS.items() if kpi.endswith(ending)), "")


def is_clear(change: Value) -> bool:
    """Whether the interval of a change leaves out no change at all."""
    low, high = change.conf_low, change.conf_high
    return low is not None and high is not None and not low <= 0 <= high


def is_better(kpi: str, change: Value) -> bool | None:
    """Whether a clear change is for the better; None where it is not clear, or neither way is."""
    direction = lookup(f"kpi.{kpi}").direction
    if not is_clear(change) or direction == "neither":
        return None
    return (change.number > 0) == (direction == "higher is better")


def changed(kpi: str, change: Value, since: str, wording: Wording) -> str:
    """A change in words, with its range.

    Args:
        kpi: its name.
        change: now less then, with its interval, or missing.
        since: the earlier period in words.
        wording: writes the numbers.
    """
    if change.value is None:
        return _untold(change.reason or "", since)
    low, high = float(change.conf_low or 0), float(change.conf_high or 0)
    if not is_clear(change):
        ends = f"{_signed(kpi, low, wording)} to {_signed(kpi, high, wording, unit=True)}"
        return f"no clear change since {since} ({ends})"
    way = "up" if change.number > 0 else "down"
    near, far = sorted((abs(low), abs(high)))
    ends = f"{_size(kpi, near, wording)} to {_size(kpi, far, wording)}"
    return f"{way} {_size(kpi, abs(change.number), wording, unit=True)} since {since} ({ends})"


def _untold(reason: str, since: str) -> str:
    """Why a change is not told; the page has no room for more than the first clause."""
    if reason.startswith("There is no value"):
        _, _, why = reason.rstrip(".").partition(": ")
        return f"no value for {since}" + (f": {why[:1].lower()}{why[1:]}" if why else "")
    clause = reason.split(";", maxsplit=1)[0].rstrip(".")
    return f"change since {since} not told: {clause[:1].lower()}{clause[1:]}"


def moved(kpi: str, by: float, wording: Wording) -> str:
    """A signed amount of change, such as +1.2 points.

    Example:
        >>> moved("crr", -0.0123, Wording("en_GB", "EUR"))
        '−1.2 points'
    """
    return _signed(kpi, by, wording, unit=True)


def _signed(kpi: str, value: float, wording: Wording, unit: bool = False) -> str:
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return f"{sign}{_size(kpi, abs(value), wording, unit)}"


def _size(kpi: str, value: float, wording: Wording, unit: bool = False) -> str:
    """The size of a change: shares in points, plain numbers to two digits."""
    of = lookup(f"kpi.{kpi}").unit
    if of not in ("share", "number"):
        return wording.of_unit(value, of)
    written = wording.number(100 * value if of == "share" else value, 2)
    noun = _POINTS if of == "share" else _noun(kpi)
    return f"{written} {noun}".strip() if unit else written


def when(period: Period) -> str:
    """A period inside a sentence.

    Example:
        >>> from datetime import date
        >>> when(Period.holding(date(2024, 3, 6), "week"))
        'the week of 4 Mar 2024'
    """
    return period.words if period.unit == "month" else f"the {period.words}"


def capital(text: str) -> str:
    """Words that begin a sentence.

    Example:
        >>> capital("the week of 4 Mar 2024 brought less")
        'The week of 4 Mar 2024 brought less'
    """
    return text[:1].upper() + text[1:]
