"""Who was at risk at each event: the rows of a Cox model, checked, centred and put in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import (
    Flags,
    Floats,
    Integers,
    checked,
    checked_weights,
    refuse,
    same_length,
)


@dataclass(frozen=True, slots=True, eq=False)
class CoxRows:
    """Rows of (entry, duration], each at risk at the event times after its entry up to its end.

    Event times are numbered stratum by stratum, each in order of time; J is their number.

    Attributes:
        names: of the k covariates.
        z: covariates, centred and divided by their standard deviation, shape (k, n).
        centre: what was taken off each, shape (k,), in its own unit.
        scale: what each was divided by, shape (k,); 1 for a covariate of one value.
        duration: when each row ends, shape (n,).
        entry: when each row begins, shape (n,), or None if all begin at the start.
        event: whether the row ends in the event, shape (n,); not with a weight of 0.
        weights: customers per row, shape (n,).
        since: the number of event times at or before the entry, shape (n,), counted from the
            first of all strata.
        until: the number of event times at or before the end, shape (n,), counted likewise.
        moment: time of each numbered event time, shape (J,).
        moment_stratum: its stratum, shape (J,), a place in `strata`.
        strata: the labels of the strata.
        stratum: of each row, shape (n,), a place in `strata`.
        cluster: of each row, shape (n,), numbered from 0, or None if each row is its own.
    """

    names: tuple[str, ...]
    z: Floats
    centre: Floats
    scale: Floats
    duration: Floats
    entry: Floats | None
    event: Flags
    weights: Floats
    since: Integers
    until: Integers
    moment: Floats
    moment_stratum: Integers
    strata: tuple[object, ...]
    stratum: Integers
    cluster: Integers | None

    @classmethod
    def of(
        cls,
        duration: npt.ArrayLike,
        event_observed: npt.ArrayLike,
        covariates: npt.ArrayLike,
        *,
        names: Sequence[str],
        entry: npt.ArrayLike | None = None,
        strata: npt.ArrayLike | None = None,
        weights: npt.ArrayLike | None = None,
        cluster: npt.ArrayLike | None = None,
    ) -> Self:
        """Check the rows and find at which event times each was at risk.

        Args:
            duration: time to the event or to the end of the row, shape (n,), 0 or more.
            event_observed: whether the row ended in the event, shape (n,).
            covariates: what is known of each row from its beginning, shape (n, k).
            names: of the covariates, k distinct words.
            entry: when the row began, before its duration, shape (n,); a row is not yet at
                risk at an event at its very entry.
            strata: labels, shape (n,): risks are compared within a stratum only.
            weights: customers per row, shape (n,). Whole numbers stand for as many equal rows,
                0 for none; fractions are weights of one row, as R's.
            cluster: labels, shape (n,): rows of one label share a fate, and errors allow for it.

        Returns:
            The rows.

        Raises:
            ValueError: on missing values (with the covariate's name and their number), negative
                times, rows that end before they begin, or columns that differ in length.

        Examples:
            >>> rows = CoxRows.of([1, 2, 3], [1, 0, 1], [[0.0], [1.0], [2.0]], names=["age"])
            >>> rows.moment, rows.until
            (array([1., 3.]), array([1, 1, 2]))
        """
        time, status, began = _times(duration, event_observed, entry)
        columns, customers = _columns(covariates, names), checked_weights(weights, time.size)
        same_length(duration=time, covariates=columns[0])
        if not customers.any():
            raise ValueError("there are no customers to fit a regression to")
        happened = status & (customers > 0.0)
        labels, stratum = _codes("strata", strata, time.size)
        moment, moment_stratum, until, since = _places(time, happened, began, stratum)
        centre, scale = _centre_and_scale(columns, customers)
        return cls(
            names=tuple(names),
            z=(columns - centre[:, None]) / scale[:, None],
            centre=centre,
            scale=scale,
            duration=time,
            entry=began,
            event=happened,
            weights=customers,
            since=since,
            until=until,
            moment=moment,
            moment_stratum=moment_stratum,
            strata=labels,
            stratum=stratum,
            cluster=None if cluster is None else _codes("cluster", cluster, time.size)[1],
        )

    @property
    def counted(self) -> bool:
        """Whether every weight is a whole number of customers."""
        return bool((self.weights == np.floor(self.weights)).all())

    @property
    def joins_late(self) -> bool:
        """Whether some row was not at risk from the first numbered event time on."""
        return self.entry is not None or len(self.strata) > 1

    @property
    def events(self) -> float:
        """Customers with the event."""
        return float(self.weights[self.event].sum())


def _times(
    duration: npt.ArrayLike, event_observed: npt.ArrayLike, entry: npt.ArrayLike | None
) -> tuple[Floats, Flags, Floats | None]:
    time, status = checked("duration", duration), checked("event_observed", event_observed)
    same_length(duration=time, event_observed=status)
    refuse((status != 0) & (status != 1), "event_observed is neither true nor false")
    if entry is None:
        return time, status > 0, None
    began = checked("entry", entry, minimum=-np.inf)
    same_length(duration=time, entry=began)
    refuse(began >= time, "entry is not before the end of watching")
    return time, status > 0, began


def _columns(covariates: npt.ArrayLike, names: Sequence[str]) -> Floats:
    table = np.asarray(covariates, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != len(names) or not len(names):
        raise ValueError(
            f"covariates have shape {table.shape}; one column per name is needed: {list(names)}"
        )
    if len(set(names)) < len(names):
        raise ValueError(f"names of covariates are not distinct: {list(names)}")
    columns = np.array(table.T, order="C")
    for name, column in zip(names, columns, strict=True):
        refuse(~np.isfinite(column), f"{name} is missing or infinite")
    return columns


def _codes(
    name: str, labels: npt.ArrayLike | None, length: int
) -> tuple[tuple[object, ...], Integers]:
    if labels is None:
        return (None,), np.zeros(length, dtype=np.intp)
    column = np.asarray(labels)
    if column.shape != (length,):
        raise ValueError(f"{name} have shape {column.shape}; one label per row is needed")
    if column.dtype.kind == "f":
        refuse(~np.isfinite(column), f"{name} is missing or infinite")
    found, codes = np.unique(column, return_inverse=True)
    return tuple(found.tolist()), codes


def _places(
    time: Floats, event: Flags, entry: Floats | None, stratum: Integers
) -> tuple[Floats, Integers, Integers, Integers]:
    """Event times of each stratum, and how many of them lie at or before each end and entry."""
    times = np.unique(time[event])
    offset = stratum * (times.size + 1)
    ends = offset + np.searchsorted(times, time, side="right")
    begins = offset if entry is None else offset + np.searchsorted(times, entry, side="right")
    if not stratum.any():
        return times, np.zeros(times.size, dtype=np.intp), ends, begins
    moments = np.unique(ends[event])
    until, since = (np.searchsorted(moments, keys, side="right") for keys in (ends, begins))
    return times[moments % (times.size + 1) - 1], moments // (times.size + 1), until, since


def _centre_and_scale(columns: Floats, weights: Floats) -> tuple[Floats, Floats]:
    centre = columns @ weights / weights.sum()
    spread = np.array([weights @ (c - m) ** 2 for c, m in zip(columns, centre, strict=True)])
    scale = np.sqrt(spread / weights.sum())
    counted = columns if weights.all() else columns[:, weights > 0.0]
    same = counted.max(axis=1) == counted.min(axis=1)
    return np.where(same, counted[:, 0], centre), np.where(same, 1.0, scale)
