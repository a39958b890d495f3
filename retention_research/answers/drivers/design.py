"""From covariates as they are to the columns of a regression, and what to compare on each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from retention_research.models.arrays import Flags, Floats
from retention_research.summaries.engagement.served import NO_TARGET, NO_TICKET, NOT_YET
from retention_research.summaries.engagement.standing import NOT_ASSIGNED
from retention_research.summaries.segments import OTHER

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.answers.driver_rows import Driver

# Levels that hold who has nothing to compare: they are taken into account, not held against others.
ASIDE = (NO_TICKET, NO_TARGET, NOT_YET, NOT_ASSIGNED, OTHER)
_WIDER = ((0.25, 0.75), (0.1, 0.9), (0.0, 1.0))  # parts of the known between which to compare


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two settings of one driver that are compared.

    Attributes:
        driver: its name.
        level: the level held against the reference; empty unless the driver has levels.
        reference: that one.
        high: column of the design to its value on the side called high.
        low: the same on the other side.
        high_at: the value called high, None for levels; low_at: the other.
        over: rows to average over; None for all.
    """

    driver: str
    level: str
    reference: str
    high: Mapping[str, float]
    low: Mapping[str, float]
    high_at: float | None
    low_at: float | None
    over: Flags | None

    @property
    def key(self) -> str:
        """The driver, with its level after a colon."""
        return f"{self.driver}:{self.level}" if self.level else self.driver

    def without(self, columns: Mapping[str, str]) -> Contrast:
        """The contrast where some other columns are not there."""
        high, low = ({k: v for k, v in side.items() if k not in columns}
                     for side in (self.high, self.low))  # fmt: skip
        return replace(self, high=high, low=low)

    def at(self, rows: Flags) -> Contrast:
        """The contrast over some of the rows."""
        return self if self.over is None else replace(self, over=self.over[rows])


@dataclass(frozen=True, slots=True)
class Design:
    """Columns of a regression.

    Attributes:
        names: of the columns, shape (k,): the driver's, with ":" and a level where it has some.
        x: shape (n, k).
        owner: column to driver.
        contrasts: of the drivers and adjusters, in order; none for what nobody varies in.
        left_out: driver or level to the reason.
    """

    names: tuple[str, ...]
    x: Floats
    owner: Mapping[str, str]
    contrasts: tuple[Contrast, ...]
    left_out: Mapping[str, str]

    def without(self, columns: Mapping[str, str]) -> Design:
        """The design without some columns, and without what they would compare."""
        kept = [place for place, name in enumerate(self.names) if name not in columns]
        contrasts = [c.without(columns) for c in self.contrasts if c.key not in columns]
        return replace(
            self,
            names=tuple(self.names[place] for place in kept),
            x=self.x[:, kept],
            contrasts=tuple(contrasts),
            left_out={**self.left_out, **columns},
        )

    def with_columns(self, more: Mapping[str, Floats]) -> Design:
        """The design with further columns that are compared with nothing, such as landmarks."""
        x = np.column_stack([self.x, *more.values()])
        return replace(self, names=(*self.names, *more), x=x)

    def at(self, rows: Flags) -> Design:
        """The design of some of the rows."""
        contrasts = tuple(contrast.at(rows) for contrast in self.contrasts)
        return replace(self, x=self.x[rows], contrasts=contrasts)

    def column(self, name: str) -> Floats:
        """One column, shape (n,)."""
        return np.asarray(self.x[:, self.names.index(name)])


def make_design(frame: pd.DataFrame, drivers: Iterable[Driver]) -> Design:
    """Columns for all drivers: numbers as they are, levels as flags, the unknown flagged beside.

    Args:
        frame: one column per driver, named after it; a number that is not known is NaN, and its
            driver names the column that flags it.
        drivers: what the columns are.

    Returns:
        The design.
    """
    parts = [_part(frame, driver) for driver in drivers]
    columns = {name: column for part in parts for name, column in part.columns.items()}
    x = np.column_stack(list(columns.values())) if columns else np.empty((len(frame), 0))
    return Design(
        tuple(columns),
        x,
        {name: part.driver for part in parts for name in part.columns},
        tuple(contrast for part in parts for contrast in part.contrasts),
        {name: reason for part in parts for name, reason in part.left_out.items()},
    )


@dataclass(frozen=True, slots=True)
class _Part:
    driver: str
    columns: Mapping[str, Floats]
    contrasts: Sequence[Contrast]
    left_out: Mapping[str, str]


def _part(frame: pd.DataFrame, driver: Driver) -> _Part:
    if driver.kind == "level":
        return _levels(frame, driver)
    values = frame[driver.name].to_numpy(dtype=np.float64)
    known = np.isfinite(values)
    if not known.any():
        return _Part(driver.name, {}, (), {driver.name: "It is not known of any customer."})
    return _numbers(frame, driver, values, known)


def _numbers(frame: pd.DataFrame, driver: Driver, values: Floats, known: Flags) -> _Part:
    """One column, the unknown set to the middle of the known and flagged beside it."""
    low_at, high_at = _ends(driver, values[known])
    values, low, high = (_scaled(driver, v) for v in (values, low_at, high_at))
    columns = {driver.name: np.where(known, values, np.median(values[known]))}
    if driver.missing and driver.missing in frame.columns:
        columns[driver.missing] = frame[driver.missing].to_numpy(dtype=np.float64)
    ends = {driver.name: float(high)}, {driver.name: float(low)}
    over = None if known.all() else known
    contrast = Contrast(driver.name, "", "", *ends, high_at, low_at, over)
    return _Part(driver.name, columns, (contrast,), {})


def _scaled(driver: Driver, values: Floats | float) -> Floats:
    return np.asarray(np.log1p(values) if driver.scale == "log1p" else values)


def _ends(driver: Driver, known: Floats) -> tuple[float, float]:
    """From none to one of what one has or has not; else the middle half of the known."""
    if driver.kind == "yes_no":
        return 0.0, 1.0
    for parts in _WIDER:
        low, high = (float(end) for end in np.quantile(known, parts))
        if low < high:
            return low, high
    return low, low + 1.0


def _levels(frame: pd.DataFrame, driver: Driver) -> _Part:
    """A flag per level but the reference; over those whose level is compared."""
    column = frame[driver.name].astype("object")
    reference = _reference(driver, column)
    levels = [name for name in (driver.reference, *driver.levels) if name != reference]
    columns = {
        f"{driver.name}:{level}": (column == level).to_numpy(dtype=np.float64) for level in levels
    }
    compared = [level for level in levels if level not in ASIDE]
    inside = column.isin([reference, *compared]).to_numpy(dtype=np.bool_)
    over = None if inside.all() else inside
    none = dict.fromkeys(columns, 0.0)
    contrasts = [
        Contrast(driver.name, level, reference, none | {f"{driver.name}:{level}": 1.0}, none,
                 None, None, over)
        for level in compared
    ]  # fmt: skip
    if not compared and driver.role == "driver":
        reason = "Beside its largest level there are only levels too small to tell apart."
        return _Part(driver.name, {}, (), {driver.name: reason})
    return _Part(driver.name, columns, contrasts, {})


def _reference(driver: Driver, column: pd.Series) -> str:
    """The driver's, unless it holds who has nothing to compare; then the largest that does not."""
    if driver.reference not in ASIDE:
        return driver.reference
    sizes = column[column.isin(driver.levels) & ~column.isin(ASIDE)].value_counts()
    return driver.reference if sizes.empty else str(sizes.sort_index().idxmax())
