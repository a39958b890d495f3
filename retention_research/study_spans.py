"""Lengths of time in a study file: 39W, an offset, and a silence that the data may choose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

from retention_research.periods import Duration

AUTO = "auto"
_CHOSEN = re.compile(rf"{AUTO} \((\d+[hDWMY])\)")
_NEAR = 0.6  # how alike a slip is


@dataclass(frozen=True, slots=True)
class AutoSpan(Duration):
    """A length that the data choose: written `auto`, and `auto (20W)` once it is chosen.

    A count of 0 says that it is still to be chosen; then it has no length.

    Example:
        >>> str(AutoSpan(0, "W")), str(AutoSpan(20, "W")), AutoSpan(20, "W").days
        ('auto', 'auto (20W)', 140)
    """

    def __str__(self) -> str:
        return f"{AUTO} ({self.count}{self.unit})" if self.count else AUTO

    @property
    def days(self) -> float:
        """Length in days.

        Raises:
            ValueError: if it is still to be chosen: a workspace chooses it as it opens.
        """
        if not self.count:
            raise ValueError("churn.inactive_for is auto: open a workspace, which chooses it")
        return Duration(self.count, self.unit).days


def is_open(span: Duration) -> bool:
    """Whether a length is still to be chosen from the data."""
    return isinstance(span, AutoSpan) and not span.count


def duration(value: object) -> object:
    """A text such as 39W as a duration; anything else as it is.

    Raises:
        ValueError: if it is a bare number, or a text that is no duration.
    """
    if isinstance(value, int | float):
        raise ValueError(f"needs a unit: write {value:g}W for weeks, or h, D, M, Y")
    return Duration.parse(value) if isinstance(value, str) else value


def date_or_duration(value: object) -> object:
    """An offset such as -39W as a duration; anything else as it is."""
    return Duration.parse(value) if isinstance(value, str) and value[:1] in "-+" else value


def silence(value: object) -> object:
    """A duration of a day or longer, or `auto`; anything else as it is.

    Raises:
        ValueError: if it is neither.

    Example:
        >>> silence("26W"), silence("auto")
        (Duration(count=26, unit='W'), AutoSpan(count=0, unit='W'))
    """
    if not isinstance(value, str):
        return duration(value)
    text = value.strip()
    if text == AUTO:
        return AutoSpan(0, "W")
    chosen = _CHOSEN.fullmatch(text)
    found = Duration.parse(chosen[1]) if chosen else _parsed(text)
    if found.days < 1:
        raise ValueError("must be a day or longer")
    return AutoSpan(found.count, found.unit) if chosen else found


def ahead(span: Duration) -> Duration:
    """A length, if it is longer than zero.

    Raises:
        ValueError: if it is not.

    Example:
        >>> ahead(Duration.parse("12W")).days
        84
    """
    if span.days <= 0:
        raise ValueError("must be longer than zero")
    return span


def _parsed(text: str) -> Duration:
    if get_close_matches(text.lower(), [AUTO], 1, _NEAR):
        raise ValueError(f"is {text!r} (did you mean `{AUTO}`?)")
    try:
        return Duration.parse(text)
    except ValueError as error:
        raise ValueError(f"{error}, or {AUTO}") from None


_TEXT = PlainSerializer(str, return_type=str)
Span = Annotated[Duration, BeforeValidator(duration), _TEXT]
Silence = Annotated[Duration, BeforeValidator(silence), _TEXT]
Length = Annotated[Duration, BeforeValidator(duration), AfterValidator(ahead), _TEXT]
Offset = Annotated[Duration, _TEXT]
