"""What a driver is, and the rows of customers that it is looked at in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["amount", "count", "yes_no", "level"]
Role = Literal["driver", "adjuster"]

# Where a driver stands in the order of things. What comes later may be brought about by what
# comes earlier, and taking it into account would take part of the effect away.
BORN, GIVEN, HAPPENED, SERVED, SAID = range(5)
UNKNOWN, MISSING = "unknown", "_missing"


@dataclass(frozen=True, slots=True)
class Driver:
    """One thing that may go with staying or leaving: a column of the rows.

    Attributes:
        name: of the column, and in the names of values.
        heading: as pages call it, in plain words.
        kind: amount and count are numbers, yes_no is 0 or 1, level is a category.
        reference: the level that others are held against; empty unless the kind is level.
        source: the event table it comes from.
        role: drivers are asked about; adjusters are measured behaviour, to compare like with like.
        randomised: whether customers were assigned to its levels by chance.
        levels: the levels held against the reference, the most frequent first. A level of the
            column that is neither here nor the reference is told by another driver already (who
            made no complaint): it gets no coefficient of its own.
        missing: name of the column that is 1 where the driver is not known (its own column is NaN
            there); empty where it always is known, or where that is a level.
        scale: log1p for counts and times whose logarithm goes with leaving; log ratio where the
            column is the natural logarithm of a ratio, which pages show by exp; else linear.
        stage: its place in the order of things: BORN with the customer or the first order, GIVEN
            (arms, membership, plan), HAPPENED (events, messages, discounts, returns), SERVED
            (complaints and what became of them), SAID (scores, and how activity changed).
    """

    name: str
    heading: str
    kind: Kind
    reference: str = ""
    source: str = "transactions"
    role: Role = "driver"
    randomised: bool = False
    levels: tuple[str, ...] = ()
    missing: str = ""
    scale: Literal["linear", "log1p", "log ratio"] = "linear"
    stage: int = HAPPENED


@dataclass(frozen=True, slots=True)
class LandmarkRows:
    """Active customers at each landmark, what was known of them then, and who fell silent.

    Attributes:
        frame: customer (whole number, the same at every landmark), landmark (date), silent (0 or
            1: no purchase in the horizon after it), and one column per driver. Numbers are
            float32, with NaN where not known; yes_no are int8 (float32 if some are not known);
            levels are categories.
        drivers: of the columns, adjusters last.
        landmarks: the days, oldest first.
        left_out: name of a driver, or a landmark's date, to why it is not there.
        horizon_days: how long customers are watched after a landmark.
        lookback_days: how far back events count as recent.
        silence_days: a purchase in so many days makes a customer active.
        drawn_from: active customers, of whom those in the frame were drawn; None if all were.
    """

    frame: pd.DataFrame
    drivers: tuple[Driver, ...]
    landmarks: tuple[date, ...]
    left_out: Mapping[str, str]
    horizon_days: int
    lookback_days: int
    silence_days: int
    drawn_from: int | None = None


@dataclass(frozen=True, slots=True)
class NextOrderRows:
    """Start-stop rows from each order to the next, covariates as they were at the order.

    Attributes:
        frame: customer, order_number (of the order at which the row's clock started, 1, 2, ...),
            start and stop (days since that order, half-open: start < t <= stop), ordered (0 or 1:
            the next order came at stop), and one column per driver. Covariates are fixed at the
            order; membership switches within: rows are split at enrolling and leaving.
        drivers: of the columns.
        left_out: name of a driver to why it is not there.
        dropped: orders on the last day, which have no time after them.
        unknown_births: customers left out because their first order is not known.
    """

    frame: pd.DataFrame
    drivers: tuple[Driver, ...]
    left_out: Mapping[str, str]
    dropped: int
    unknown_births: int


@dataclass(frozen=True, slots=True)
class ContractRows:
    """Contracts from start to end, covariates as they were at the start.

    Attributes:
        frame: customer, entry (days from the start to the first day of the data, 0 for contracts
            that started later), duration (days, open ones until as_of), ended (0 or 1),
            end_reason (category; "still runs" where open), and one column per driver.
        drivers: of the columns.
        left_out: name of a driver to why it is not there.
        dropped: contracts that ended on the day they started, or started on the last day.
    """

    frame: pd.DataFrame
    drivers: tuple[Driver, ...]
    left_out: Mapping[str, str]
    dropped: int


@dataclass(frozen=True, slots=True)
class BirthRows:
    """Customers as counted cells, with what was known of them at the first purchase.

    Attributes:
        frame: frequency, recency, T (in `unit`), one column per driver, customers (count).
        drivers: of the columns.
        left_out: name of a driver to why it is not there.
        unit: of recency and T.
    """

    frame: pd.DataFrame
    drivers: tuple[Driver, ...]
    left_out: Mapping[str, str]
    unit: str
