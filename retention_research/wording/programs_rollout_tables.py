"""Tables of a roll-out: effects by start, and by time since the start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from retention_research.answers.programs.rollout_detail import RolloutDetail, Wave
from retention_research.models.fit import Estimate
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_words import size_of

if TYPE_CHECKING:
    import pandas as pd

THINGS = {
    "retained": "of every 100 customers buy again",
    "purchases": "purchases of every 100 customers",
    "revenue": "revenue per customer",
    "margin": "margin per customer",
    "satisfaction": "points of satisfaction",
}


def has_band(detail: RolloutDetail) -> bool:
    """Whether the course has a band: not where units are few."""
    return math.isfinite(detail.course.critical)


def waves_told(detail: RolloutDetail, wording: Wording) -> pd.DataFrame:
    """wave, units_started, customers_there, wave_told."""
    import pandas as pd

    rows = [
        (_started(wave, wording), wave.units, wave.customers, ranged(detail, wave.effect, wording))
        for wave in detail.waves
    ]
    return pd.DataFrame(rows, columns=["wave", "units_started", "customers_there", "wave_told"])


def waves_in_numbers(detail: RolloutDetail, wording: Wording) -> pd.DataFrame:
    """wave, units_started, customers_there, wave_effect, wave_low, wave_high."""
    import pandas as pd

    rows = [
        (_started(wave, wording), wave.units, wave.customers, wave.effect.estimate,
         wave.effect.conf_low, wave.effect.conf_high)
        for wave in detail.waves
    ]  # fmt: skip
    columns = ["wave", "units_started", "customers_there", "wave_effect", "wave_low", "wave_high"]
    return pd.DataFrame(rows, columns=columns)


def _started(wave: Wave, wording: Wording) -> str:
    return "other days" if wave.start is None else wording.day(wave.start)


def course(detail: RolloutDetail, wording: Wording) -> pd.DataFrame:
    """since_start, days_since_start, course_effect, course_low, course_high, course_error."""
    import pandas as pd

    found = detail.course
    return pd.DataFrame(
        {
            "since_start": [_since(detail, int(age), wording) for age in found.age],
            "days_since_start": found.age * detail.step_days,
            "course_effect": found.estimate,
            "course_low": found.low,
            "course_high": found.high,
            "course_error": found.std_error,
        }
    )


def course_told(detail: RolloutDetail, wording: Wording) -> pd.DataFrame:
    """since_start, course_told."""
    rows = course(detail, wording)
    ends = rows[["course_effect", "course_low", "course_high"]].itertuples(index=False)
    told = [
        ranged(detail, Estimate("effect", at, None, low, high), wording) for at, low, high in ends
    ]
    return rows[["since_start"]].assign(course_told=told)


def _since(detail: RolloutDetail, age: int, wording: Wording) -> str:
    """Such as `8 to 4 weeks before`."""
    days = detail.step_days
    size, unit = (7, "weeks") if days % 7 == 0 else (1, "days")
    first, last = (wording.count(abs(at) * days / size) for at in (age, age + 1))
    return f"{first} to {last} {unit} {'before' if age < 0 else 'after'}"


def ranged(detail: RolloutDetail, found: Estimate, wording: Wording) -> str:
    """An amount with its range; without one where there is none."""
    told = amount_of(detail.outcome, found.estimate, wording)
    low, high = found.conf_low, found.conf_high
    if low is None or high is None or low != low or high != high:  # noqa: PLR0124  (NaN: no band)
        return told
    return (
        f"{told} ({amount_of(detail.outcome, low, wording)} to "
        f"{amount_of(detail.outcome, high, wording)})"
    )


def amount_of(outcome: str, amount: float, wording: Wording) -> str:
    """A signed amount, of 100 customers where it is counted."""
    written = size_of(outcome, abs(amount), wording)
    return f"\u2212\u2060{written}" if amount < 0.0 and written != "0" else written
