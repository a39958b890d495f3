"""What is taken into account for a driver: what may have brought it about, not what it brings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from retention_research.answers.driver_rows import BORN, Driver
from retention_research.models.fit import Missing

View = TypeVar("View")


def beside(drivers: Iterable[Driver], stage: int) -> tuple[Driver, ...]:
    """The drivers that stand beside those of a stage: of it or earlier, and past behaviour.

    What comes later may be brought about by them; taking it into account would take part of their
    effect away. Past behaviour always stands beside them: customers are compared with customers
    who had bought alike.
    """
    return tuple(one for one in drivers if one.role == "adjuster" or one.stage <= stage)


def stages_of(drivers: Iterable[Driver]) -> tuple[int, ...]:
    """The stages at which there is something to ask, in order."""
    return tuple(sorted({one.stage for one in drivers if one.role == "driver"}))


def each_stage(
    drivers: tuple[Driver, ...], fit: Callable[[tuple[Driver, ...]], View | Missing]
) -> Mapping[int, View | Missing]:
    """One fit per stage."""
    return {stage: fit(beside(drivers, stage)) for stage in stages_of(drivers)}


def may_cause(cause: Driver, driver: Driver) -> bool:
    """Whether one measured thing can have come before another."""
    if cause.role == "adjuster":
        return driver.stage > BORN
    return cause.stage <= driver.stage and cause.name != driver.name
