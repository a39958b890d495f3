"""The shape of results.json and run.json as far as other runs and the index rely on it."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,  # pydantic wants these before Python 3.12
)

from pydantic import AfterValidator, TypeAdapter
from typing_extensions import TypedDict


def _locale(name: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(name)
    except UnknownLocaleError:
        raise ValueError("is not a locale") from None
    return name


class _Tile(TypedDict):
    label: str
    value_text: str
    value_name: str


class _Finding(TypedDict):
    status: Literal["ok", "warn", "bad", "info"]


class _Report(TypedDict):
    status: Literal["ok", "skipped", "failed"]
    tiles: NotRequired[list[_Tile]]
    values: NotRequired[dict[str, dict[str, Any]]]
    findings: NotRequired[list[_Finding]]


class _Results(TypedDict):
    schema: Literal[1]
    study: str
    run: str
    as_of: date
    reports: dict[str, _Report]


class _Parameters(TypedDict):
    title: NotRequired[str | None]
    locale: NotRequired[Annotated[str, AfterValidator(_locale)]]


class _Record(TypedDict):
    schema: Literal[1]
    outcome: Literal["ok", "failed", "partial"]
    started: str
    parameters: _Parameters


@cache
def _shapes() -> tuple[TypeAdapter[_Results], TypeAdapter[_Record]]:
    return TypeAdapter(_Results), TypeAdapter(_Record)


def check(results: Any, record: Any) -> None:
    """Accept the two files of a run.

    Args:
        results: results.json.
        record: run.json.

    Raises:
        ValueError: if one lacks what pages and later runs read from it.

    Example:
        >>> check({}, {})
        Traceback (most recent call last):
        ...
        ValueError: results.json lacks or misstates schema, study, run, as_of, reports
    """
    shape_of_results, shape_of_record = _shapes()
    for name, wrong in (
        ("results.json", _wrong(shape_of_results, results)),
        ("run.json", _wrong(shape_of_record, record)),
    ):
        if wrong:
            raise ValueError(f"{name} lacks or misstates {', '.join(wrong)}")


def _wrong(shape: TypeAdapter[Any], content: Any) -> list[str]:
    from pydantic import ValidationError

    try:
        shape.validate_python(content)
    except ValidationError as error:
        return list(dict.fromkeys(str((*e["loc"], "its keys")[0]) for e in error.errors()))
    return []
