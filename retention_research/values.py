"""One measured value: a number with its kind, interval, n and unit, or why it is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["estimate", "fact", "label", "diagnostic"]


@dataclass(frozen=True, slots=True)
class Value:
    """What a report records under one name.

    Attributes:
        value: the number or word, or None where it could not be computed.
        kind: estimate (has an interval), fact (count, sum), label (word) or diagnostic.
        std_error: standard error on the scale of `value`, if there is one.
        conf_low: lower end of the interval, on the scale of `value`.
        conf_high: upper end of the interval.
        unit: unit in words, "" for a pure number.
        n: how many customers (or other units named in the glossary) it rests on.
        reason: why `value` is missing; empty otherwise.
    """

    value: float | int | str | None
    kind: Kind
    std_error: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    unit: str = ""
    n: int | None = None
    reason: str | None = None

    @property
    def number(self) -> float:
        """The value as a number.

        Raises:
            ValueError: if it is missing or a word.
        """
        if self.value is None or isinstance(self.value, str):
            raise ValueError(f"{self.value!r} is not a number: {self.reason or 'it is a word'}")
        return float(self.value)


def estimate(
    value: float,
    conf_low: float,
    conf_high: float,
    n: int,
    unit: str = "",
    std_error: float | None = None,
) -> Value:
    """An estimate with its interval.

    Raises:
        ValueError: if the interval does not hold the value.

    Example:
        >>> estimate(0.4, 0.3, 0.5, n=120).conf_high
        0.5
    """
    if not conf_low <= value <= conf_high:
        raise ValueError(f"the interval {conf_low}..{conf_high} does not hold {value}")
    return Value(float(value), "estimate", std_error, float(conf_low), float(conf_high), unit, n)


def fact(value: float | int | str, unit: str = "", n: int | None = None) -> Value:
    """A count, sum or date that needs no interval.

    Example:
        >>> fact(2357, "customers").kind
        'fact'
    """
    return Value(value, "fact", unit=unit, n=n)


def label(text: str) -> Value:
    """A word that a reader acts on, such as a verdict.

    Example:
        >>> label("converged").value
        'converged'
    """
    return Value(text, "label")


def diagnostic(value: float, unit: str = "", n: int | None = None) -> Value:
    """A p value, log-likelihood or difference that analysts check.

    Example:
        >>> diagnostic(-9582.43).kind
        'diagnostic'
    """
    return Value(float(value), "diagnostic", unit=unit, n=n)


def missing(kind: Kind, reason: str) -> Value:
    """A value that could not be computed, with the reason in words.

    Example:
        >>> missing("estimate", "fewer than 10 customers at risk").value is None
        True
    """
    return Value(None, kind, reason=reason)
