"""What the user says of a file on the command line, read and held against the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from retention_research.events.contracts import TRANSACTIONS
from retention_research.study import StudyError

_OPTIONS = ("encoding", "delimiter", "decimal", "date_format", "rows", "counts_as_sale")
_CHOICES = {"rows": ("order", "line"), "decimal": (".", ",")}


@dataclass(frozen=True, slots=True)
class Stated:
    """What the user says of a file; it wins over every guess.

    Attributes:
        columns: canonical name to their column.
        options: keys of a study's source (encoding, delimiter, decimal, date_format, rows ...).
        currency: ISO code, "" if not said.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    currency: str = ""


def stated_in_words(currency: str, columns: Iterable[str], options: Iterable[str]) -> Stated:
    """What the user says, from the texts of the command line.

    Args:
        currency: ISO code, or empty.
        columns: `ours=theirs` texts.
        options: `key=value` texts.

    Raises:
        StudyError: if a text is not of its form.
    """
    code = currency_code(currency) if currency else ""
    return Stated(_columns_in_words(columns), options_in_words(options), code)


def refuse_unknown_columns(stated: Stated, header: Sequence[str], where: str) -> None:
    """Stop where the user names a column that the file does not have.

    Raises:
        StudyError: naming the nearest column, and all there are.
    """
    for name in stated.columns.values():
        if name not in header:
            raise StudyError(
                f"{where} has no column {name!r}.{_nearest(name, header)} "
                f"It has: {', '.join(header)}."
            )


def refuse_unknown_statuses(stated: Stated, there: Sequence[str]) -> None:
    """Stop where the user names a status that no row bears.

    Raises:
        StudyError: naming the nearest status, and all there are.
    """
    by_fold = {status.lower(): status for status in there if status}
    for sale in stated.options.get("counts_as_sale", ()):
        if sale.lower() not in by_fold:
            raise StudyError(
                f"no row has the status {sale!r}.{_nearest(sale.lower(), by_fold)} "
                f"There are: {', '.join(by_fold.values()) or 'none at all'}."
            )


def _nearest(text: str, known: Iterable[str]) -> str:
    near = get_close_matches(text, list(known), 1, 0.5)
    return f" Did you mean {near[0]}?" if near else ""


def _pairs(texts: Iterable[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    wrong = [key for key, equals, value in pairs if not (key and equals and value)]
    if wrong:
        raise StudyError(f"{wrong[0]!r} is not of the form name=value (timestamp=Datum).")
    return {key.strip(): value for key, _, value in pairs}


def _columns_in_words(texts: Iterable[str]) -> dict[str, str]:
    named, known = _pairs(texts), [column.name for column in TRANSACTIONS.columns]
    for ours in named:
        if ours not in known:
            raise StudyError(
                f"--column {ours} is no column of ours.{_nearest(ours, known)} "
                f"Known: {', '.join(known)}."
            )
    return named


def options_in_words(texts: Iterable[str]) -> dict[str, Any]:
    """Options of a source from `key=value` texts.

    Raises:
        StudyError: if a text is not of that form, or names no option or value that there is.

    Example:
        >>> options_in_words(["rows=line", "counts_as_sale=paid,sent"])
        {'rows': 'line', 'counts_as_sale': ['paid', 'sent']}
    """
    given = _pairs(texts)
    for key, value in given.items():
        if key not in _OPTIONS:
            raise StudyError(
                f"--source {key} is not known.{_nearest(key, _OPTIONS)} "
                f"Known: {', '.join(_OPTIONS)}."
            )
        _refuse_unknown_choice(key, value)
    sales = given.pop("counts_as_sale", None)
    return {**given, **({"counts_as_sale": _listed(sales)} if sales else {})}


def _refuse_unknown_choice(key: str, value: str) -> None:
    if key in _CHOICES and value not in _CHOICES[key]:
        wanted = " or ".join(f"--source {key}='{choice}'" for choice in _CHOICES[key])
        raise StudyError(f"--source {key}={value}: say {wanted}.")
    if key == "delimiter" and len(value) != 1:
        raise StudyError(f"--source delimiter={value}: say one character, such as ';'.")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def currency_code(text: str) -> str:
    """A currency code in capitals.

    Raises:
        StudyError: if it has not three letters.

    Example:
        >>> currency_code("pln")
        'PLN'
    """
    code = text.strip().upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise StudyError(f"{text!r} is not a three-letter currency code (EUR, PLN, USD).")
    return code
