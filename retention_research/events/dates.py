"""Dates as shops write them: the formats of a column, found from the shapes of its texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from retention_research.events.engine import local_time, strptime, strptime_zoned
from retention_research.study import StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir

SHAPES_LOOKED_AT = 500

_TIME = re.compile(r" 9{1,2}:99(:99(\.9+)?)?( ?[AP]M)?([+-]99(:?99)?)?$", re.I)
_YEAR_FIRST = re.compile(r"9999([-/.])9{1,2}\1 ?9{1,2}$")
_YEAR_LAST = re.compile(r"9{1,2}([-/.]) ?9{1,2}\1 ?(9999|99)$")
_WORDS = {
    "yyyy": "%Y",
    "yy": "%y",
    "mm": "%m",
    "m": "%m",
    "dd": "%d",
    "d": "%d",
    "hh": "%H",
    "ss": "%S",
}

# One spelling of spaces, of the T between date and time, of UTC and of offsets.
_TIDY = (
    (r"[\s\x{00a0}\x{202f}]+", r"[\s\u00a0\u202f]+", " "),
    *((pattern, pattern, by) for pattern, by in (
        (r"^(\d[-\d./ ]*\d),? ?[ T](\d)", r"\1 \2"),
        (r"(:\d\d(?:\.\d+)?) ?(?:Z|UTC|GMT)$", r"\1+00"),
        (r" ([+-]\d\d(?::?\d\d)?)$", r"\1"),
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """Texts of a column that look alike.

    Attributes:
        text: one of them with each digit as 9.
        n: how many there are.
        first: largest first number, where they begin with two numbers of one or two digits.
        second: largest second number.
        example: one of them, with a first number above 12 where there is one.
        counterexample: the same for the second number.
    """

    text: str
    n: int
    first: int = 0
    second: int = 0
    example: str = ""
    counterexample: str = ""


@dataclass(frozen=True, slots=True)
class DateReading:
    """How a column of dates is read.

    Attributes:
        formats: strptime formats without an offset from UTC.
        zoned: strptime formats with one.
        tidy: texts must be brought to one spelling first.
        words: what to say in the record.
    """

    formats: tuple[str, ...]
    zoned: tuple[str, ...]
    tidy: bool
    words: str


def date_shapes(text: ir.StringColumn) -> list[Shape]:
    """The commonest shapes of a column of dates, commonest first."""
    t = text.name("text").as_table()
    first = t.text.re_extract(r"^(\d{1,2})[-/.] ?\d{1,2}[-/.]", 1).try_cast("int32").fill_null(0)
    second = t.text.re_extract(r"^\d{1,2}[-/.] ?(\d{1,2})[-/.]", 1).try_cast("int32").fill_null(0)
    t = t.filter(t.text.notnull()).mutate(
        shape=t.text.translate("012345678", "9" * 9).substr(0, 60), first=first, second=second
    )
    shapes = t.group_by("shape").agg(
        n=t.count(), first=t.first.max(), second=t.second.max(),
        example=ibis.coalesce(t.text.max(where=t.first > 12), t.text.max()),
        counterexample=ibis.coalesce(t.text.max(where=t.second > 12), t.text.max()),
    )  # fmt: skip
    top = shapes.order_by([ibis.desc("n"), "shape"]).limit(SHAPES_LOOKED_AT)
    return [
        Shape(s["shape"], s["n"], s["first"], s["second"], s["example"], s["counterexample"])
        for s in top.to_pyarrow().to_pylist()
    ]


def read_date_shapes(shapes: Sequence[Shape], stated: str | None, where: str) -> DateReading:
    """Choose the formats of a column.

    Dots mean day before month (no country writes month.day.year); slashes and hyphens are decided
    by a number above 12, or have to be stated.

    Args:
        shapes: from `date_shapes`.
        stated: the study's `date_format`, as strptime writes it or as dd.mm.yyyy; it wins.
        where: table and column, for messages.

    Raises:
        StudyError: if day and month cannot be told apart, or their order changes in the column.

    Example:
        >>> read_date_shapes([Shape("99.99.9999 99:99", 9)], None, "orders.csv").formats
        ('%d.%m.%Y %H:%M',)
    """
    spelled = {shape.text: _tidied(shape.text) for shape in shapes}
    known = {raw: parts for raw, tidied in spelled.items() if (parts := _parts(tidied))}
    tidy = any(raw != spelled[raw] for raw in known)
    if stated:
        times = dict.fromkeys(["", *(time for _, time in known.values())])
        return _reading(_stated_formats(stated, times), tidy)
    day_first = _day_first([(s, known[s.text][0]) for s in shapes if s.text in known], where)
    return _reading((_date_format(day, day_first) + time for day, time in known.values()), tidy)


def _reading(formats: Iterable[str], tidy: bool) -> DateReading:
    # Two-digit years come first: %Y would take 24 for the year 24, %y never takes 2024.
    distinct = sorted(dict.fromkeys(formats), key=lambda f: "%y" not in f)
    zoned = tuple(f for f in distinct if f.endswith("%z"))
    naive = tuple(f for f in distinct if not f.endswith("%z"))
    dates = list(dict.fromkeys(f.partition(" %H")[0].partition(" %I")[0] for f in distinct))
    return DateReading(naive, zoned, tidy, " and ".join(dates) or "as typed")


def _tidied(shape: str) -> str:
    for _, pattern, by in _TIDY:
        shape = re.sub(pattern, by, shape)
    return re.sub(r"\d", "9", shape.strip())


def _parts(shape: str) -> tuple[str, str] | None:
    time = _TIME.search(shape)
    day = shape[: time.start()] if time else shape
    if not (_YEAR_FIRST.match(day) or _YEAR_LAST.match(day) or day == "99999999"):
        return None
    return day, _time_format(time) if time else ""


def _time_format(time: re.Match[str]) -> str:
    seconds, fraction, half, offset, _ = time.groups()
    clock = (
        (" %I:%M" if half else " %H:%M") + (":%S" if seconds else "") + (".%f" if fraction else "")
    )
    half_day = (" %p" if half.startswith(" ") else "%p") if half else ""
    return clock + half_day + ("%z" if offset else "")


def _date_format(day: str, day_first: bool) -> str:
    if day == "99999999":
        return "%Y%m%d"
    if _YEAR_FIRST.match(day):
        return re.sub(r"^9999(.)9+(. ?)9+$", r"%Y\1%m\2%d", day)
    year = "%Y" if day.endswith("9999") else "%y"
    order = r"%d\1%m\2" if day_first else r"%m\1%d\2"
    return re.sub(r"^9+([-/.] ?)9+([-/.] ?)9+$", order, day) + year


def _day_first(shapes: Sequence[tuple[Shape, str]], where: str) -> bool:
    doubtful = [s for s, day in shapes if _YEAR_LAST.match(day)]
    day_first = [s for s in doubtful if s.first > 12 or "." in s.text[:3]]
    month_first = [s for s in doubtful if s.second > 12]
    if day_first and month_first:
        one, other = day_first[0].example, month_first[0].counterexample
        raise StudyError(
            f"{where}: mixed date formats in one column. {one} has the day first, {other} the "
            "month first, so other dates could mean either. Export the column in one format, or "
            "state `date_format:` (rows in the other format are then left out and counted)."
        )
    if doubtful and not day_first and not month_first:
        raise StudyError(_ambiguous(doubtful[0], where))
    return bool(day_first)


def _ambiguous(shape: Shape, where: str) -> str:
    a, b = re.split(r"[-/.] ?", shape.example)[:2]
    return (
        f"{where}: {shape.example} can be day {a} of month {b} or month {a}, day {b}, and no row "
        "decides it. State `date_format: dd/mm/yyyy` or `date_format: mm/dd/yyyy` for this source."
    )


def _stated_formats(stated: str, times: Iterable[str]) -> list[str]:
    pattern = stated if "%" in stated else _from_words(stated)
    has_time = "%H" in pattern or "%I" in pattern
    return [pattern] if has_time else [pattern + time for time in times]


def _from_words(words: str) -> str:
    """`dd.mm.yyyy HH:MM` as strptime writes it; mm after a colon is minutes.

    Example:
        >>> _from_words("dd.mm.yyyy HH:MM:SS")
        '%d.%m.%Y %H:%M:%S'
    """
    lower = re.sub(r":mm", ":%M", words.lower())
    return re.sub(r"(?<!%)(yyyy|yy|mm|m|dd|d|hh|ss)", lambda found: _WORDS[found[1]], lower)


def parse_dates(text: ir.StringValue, reading: DateReading, zone: str) -> ir.TimestampValue:
    """Texts as local timestamps without a zone; null where no format fits.

    Args:
        text: trimmed texts.
        reading: the formats.
        zone: texts with an offset are converted to it; others are read in it.
    """
    for pattern, _, by in _TIDY if reading.tidy else ():
        text = text.re_replace(pattern, by)
    parsed = [strptime(text, list(reading.formats))] if reading.formats else []
    if reading.zoned:
        parsed.append(local_time(zone, strptime_zoned(text, list(reading.zoned))))
    return ibis.coalesce(*parsed) if parsed else ibis.null("timestamp")


def typed_dates(column: ir.Column, zone: str) -> ir.TimestampValue:
    """A column of dates or timestamps as local timestamps without a zone.

    Example:
        >>> from datetime import date
        >>> t = ibis.memtable({"day": [date(2024, 1, 5)]})
        >>> typed_dates(t.day, "UTC").to_pyarrow().to_pylist()
        [datetime.datetime(2024, 1, 5, 0, 0)]
    """
    kind = column.type()
    if kind.is_timestamp() and kind.timezone:
        return local_time(zone, column.cast("timestamp('UTC')"))
    return column.cast("timestamp")
