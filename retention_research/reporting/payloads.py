"""The shape of what a notebook records, and what is refused at the door."""

from __future__ import annotations

import math
import re
from typing import Any, Final, Literal, get_args

from retention_research.values import Value

MIME: Final = "application/vnd.retention-research+json"

Payload = dict[str, Any]
Status = Literal["ok", "warn", "bad", "info"]
FINDING_STATUSES: Final[tuple[str, ...]] = get_args(Status)

_NUMBERS = ("value", "std_error", "conf_low", "conf_high", "n")
_SHORTEST_ALT = 20


def value_payload(name: str, value: Value) -> Payload:
    """One value as results.json holds it: plain numbers, and no key for what there is not.

    Args:
        name: its glossary name, for the message.
        value: what was measured.

    Raises:
        ValueError: if a number is not finite, an estimate lacks its interval or n, or a missing
            value lacks its reason.

    Example:
        >>> from retention_research.values import fact
        >>> value_payload("purchases.frequency_total", fact(2457, "purchases"))
        {'value': 2457, 'kind': 'fact', 'unit': 'purchases'}
    """
    numbers = {key: _plain(name, getattr(value, key)) for key in _NUMBERS}
    payload = {"value": numbers["value"], "kind": value.kind, "unit": value.unit}
    payload |= {key: number for key, number in numbers.items() if number is not None}
    if value.value is None:
        return payload | {"reason": _reason(name, value)}
    if value.kind == "estimate":
        _check_estimate(name, value)
    return payload


def check_name(name: str) -> None:
    """Accept a slug that can be a file name and an anchor.

    Raises:
        ValueError: if it is anything else.

    Example:
        >>> check_name("holdout_by_week")
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise ValueError(f"{name!r} is not a name: use lower-case letters, digits, - and _")


def check_alt(alt: str) -> None:
    """Accept an alternative text that says what a figure shows.

    Raises:
        ValueError: if it is a file name or a word or two.

    Example:
        >>> check_alt("Forecast and actual weekly purchases; the forecast runs 12% low.")
    """
    if len(alt.strip()) <= _SHORTEST_ALT or re.fullmatch(r"\S+\.\w{2,4}", alt.strip()):
        raise ValueError(f"alt text {alt!r} does not say in a sentence what the figure shows")


def _plain(name: str, number: Any) -> float | int | str | None:
    plain: float | int | str | None = number.item() if hasattr(number, "item") else number
    if isinstance(plain, float) and not math.isfinite(plain):
        raise ValueError(f"{name} holds {plain}: a missing value is None with a reason")
    return plain


def _reason(name: str, value: Value) -> str:
    if not value.reason:
        raise ValueError(f"{name} is missing without a reason")
    return value.reason


def _check_estimate(name: str, value: Value) -> None:
    lacking = [key for key in ("conf_low", "conf_high", "n") if getattr(value, key) is None]
    if lacking:
        raise ValueError(f"{name} is an estimate without {' and '.join(lacking)}")
