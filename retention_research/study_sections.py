"""The sections of a study file, each a frozen model: an unknown or wrong key is an error."""

from __future__ import annotations

import math
from datetime import date, time
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)

from retention_research.glossary import lookup
from retention_research.glossary.names import slug
from retention_research.periods import Duration
from retention_research.study_spans import Length, Silence, Span

KPIS = (
    "crr", "churn_rate", "repeat_purchase_rate", "purchase_frequency", "tenure_mean",
    "existing_revenue_share", "clv_to_cac", "nps", "csat", "first_response_hours",
    "resolution_hours", "sla_share", "problem_rate", "handling_minutes", "contact_conversion_rate",
    "unsubscribe_rate", "actions_per_engagement", "redemption_rate", "breakage_rate",
    "referral_share",
)  # fmt: skip
OWN_SEGMENTS = ("rfm", "category")  # of reports: how customers buy, what tickets are about
DayOfWeek = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Day = date  # a section may have a field called date


Share = Annotated[float, Field(ge=0, le=1)]


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


def _month_keys(path: Any) -> Any:
    return {str(k): v for k, v in path.items()} if isinstance(path, dict) else path


def _from(start: str) -> date:
    return date.fromisoformat(start if len(start) > 7 else f"{start}-01")


def unknown_kpi(name: str) -> str:
    """What to say of a target for a KPI that there is not.

    Example:
        >>> unknown_kpi("crrr")
        'has a target for `crrr`, which is no KPI (did you mean `crr`?)'
    """
    near = get_close_matches(name, KPIS, 1, 0.5)
    hint = f" (did you mean `{near[0]}`?)" if near else f": there are {', '.join(KPIS)}"
    return f"has a target for `{name}`, which is no KPI{hint}"


def unknown_by(kpi: str, by: str, segments: tuple[str, ...]) -> str:
    """What to say of a target by a segment that the study does not name.

    Example:
        >>> unknown_by("crr", "regoin", ("region",))
        'has a target for `crr` by `regoin`, which is no segment (did you mean `region`?)'
    """
    near = get_close_matches(by, segments, 1, 0.5)
    hint = f" (did you mean `{near[0]}`?)" if near else ": name it under segments"
    return f"has a target for `{kpi}` by `{by}`, which is no segment{hint}"


def off_scale(kpi: str, target: Target) -> str:
    """What to say of a target that its KPI can never have; empty if it can.

    Example:
        >>> off_scale("crr", Target(value=70))
        'has a target of 70 for `crr`, which lies between 0 and 1 (did you mean 0.7?)'
    """
    low, high = _scale(kpi)
    for value in (target.value, *target.path.values(), *target.levels.values()):
        if value is not None and not low <= value <= high:
            hint = f" (did you mean {value / 100:g}?)" if high == 1 and 1 < value <= 100 else ""
            ends = f"between {low:g} and {high:g}" if high < math.inf else "above 0"
            return f"has a target of {value:g} for `{kpi}`, which lies {ends}{hint}"
    return ""


def _scale(kpi: str) -> tuple[float, float]:
    if kpi == "nps":
        return -100.0, 100.0
    return 0.0, 1.0 if lookup(f"kpi.{kpi}").unit == "share" else math.inf


def not_told_apart(segments: tuple[str, ...]) -> str:
    """Why names of segments cannot stand in the names of values; empty if they can.

    Example:
        >>> not_told_apart(("region", "Region"))
        'has region and Region, which are one name to the reports: map one column to another name'
    """
    seen: dict[str, str] = {}
    for name in segments:
        if slug(name) in OWN_SEGMENTS:
            return f"has {name}, which reports use themselves: map the column to another name"
        if other := seen.get(slug(name)):
            return (
                f"has {other} and {name}, which are one name to the reports: map one column to "
                "another name"
            )
        seen[slug(name)] = name
    return ""


class Section(BaseModel):
    """A frozen part of a study that knows its keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True
    )


class Time(Section):
    """Time zone of days, grain of purchases and unit of models."""

    zone: str
    merge: Literal["day"]
    unit: Literal["day", "week"]

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        from zoneinfo import available_timezones

        if zone not in available_timezones():
            near = get_close_matches(zone, available_timezones(), 1)
            raise ValueError("is not a time zone" + (f" (did you mean {near[0]}?)" if near else ""))
        return zone


class Money(Section):
    """What turns revenue into value."""

    margin: Annotated[float, Field(gt=0, le=1)]
    annual_discount_rate: Annotated[float, Field(gt=0, lt=10)]


class Churn(Section):
    """When a silent customer counts as inactive.

    Attributes:
        inactive_for: a length; `auto` in the file, which the data settle as a workspace opens.
    """

    inactive_for: Silence


class Survival(Section):
    """Settings of the survival report."""

    tau: Length


class Drivers(Section):
    """Settings of the drivers report.

    Attributes:
        horizon: how long customers are watched after each landmark.
        lookback: how far back from a landmark events count as recent.
        slow_after: a complaint open for longer counts as resolved slowly.
        columns: columns of customers to look at beside the segments.
    """

    horizon: Length
    lookback: Length
    slow_after: Length
    columns: tuple[str, ...]


class Limits(Section):
    """How long a notebook may run."""

    cell_seconds: Annotated[int, Field(gt=0)]
    notebook_seconds: Annotated[int, Field(gt=0)]


class Hours(Section):
    """Business hours: which days of the week, from when to when, local time."""

    days: Annotated[tuple[DayOfWeek, ...], Field(min_length=1)]
    start: Annotated[time, PlainSerializer(_clock, return_type=str)]
    end: Annotated[time, PlainSerializer(_clock, return_type=str)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start >= self.end:
            raise ValueError("start must be before end")
        return self


class Tickets(Section):
    """Hours within which a ticket of each category should be answered, and how hours count."""

    targets: dict[str, Annotated[float, Field(gt=0)]]
    business_hours: Hours | None


class Contacts(Section):
    """How long after a contact a purchase counts as following it."""

    conversion_window: Span

    @field_validator("conversion_window")
    @classmethod
    def _looks_ahead(cls, window: Duration) -> Duration:
        if window.days < 1:
            raise ValueError("must be a day or longer")
        return window


class MarkedEvent(Section):
    """A day that readers of a trend should know of."""

    date: Day
    label: Annotated[str, Field(min_length=1, max_length=60)]


class Gates(Section):
    """What stops publication; null lets everything pass."""

    newest_row_within: Span | None
    rows_drop_over: Share | None
    null_share_rise: Share | None


class Target(Section):
    """What a KPI should be: one value, a dated path, or one value per level of a segment.

    Attributes:
        value: the target at any time.
        path: month (2025-03) or day to the target from then on.
        by: the segment that `levels` are of.
        levels: level to its target.
    """

    value: float | None = None
    path: Annotated[dict[str, float], BeforeValidator(_month_keys)] = {}
    by: str | None = None
    levels: dict[str, float] = {}

    @model_validator(mode="before")
    @classmethod
    def _bare_number(cls, given: Any) -> Any:
        is_number = isinstance(given, int | float) and not isinstance(given, bool)
        return {"value": given} if is_number else given

    @field_validator("path")
    @classmethod
    def _dated(cls, path: dict[str, float]) -> dict[str, float]:
        for start in path:
            try:
                _from(start)
            except ValueError:
                raise ValueError(f"has {start!r}, which is no month (2025-03) or day") from None
        return path

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum((self.value is not None, bool(self.path), bool(self.levels))) != 1:
            raise ValueError("needs exactly one of value, path, or by with levels")
        if bool(self.levels) != bool(self.by):
            raise ValueError("needs `by` (a segment) and `levels` together")
        return self

    def on(self, day: date) -> float | None:
        """The target in force on a day; None before a path begins, or where it is by level.

        Example:
            >>> Target(path={"2025-03": 0.88, "2025-12": 0.90}).on(date(2025, 6, 30))
            0.88
        """
        begun = {start: value for start, value in self.path.items() if _from(start) <= day}
        return begun[max(begun)] if begun else self.value
