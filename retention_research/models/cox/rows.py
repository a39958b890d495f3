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
from retention_research.models.labels import numbered


@dataclass(frozen=True, slots=True, eq=False)
class CoxRows:
    """Rows of (entry, duration], each at risk at the event times after its entry up to its end.

    Rows of no weight are left out; n counts the others, in the order they were given in.
    Event times are numbered stratum by stratum, each in order of time; J is their number.

    Attributes:
        names: of the k covariates.
        z: covariates, centred and divided by their standard deviation, shape (k, n).
        centre: what was taken off each, shape (k,), in its own unit.
        scale: what each was divided by, shape (k,); 1 for a covariate of one value.
        duration: when each row ends, shape (n,).
        entry: when each row begins, shape (n,), or None if all begin at the start.
        event: whether the row ends in the event, shape (n,).
        weights: customers per row, above 0, shape (n,).
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
        kept = customers > 0.0  # a row of no weight must not set a scale, a range or a cluster
        places = (
            _kept_labels(*given, kept) for given in (("strata", strata), ("cluster", cluster))
        )
        (labels, stratum), (_, owner) = places
        columns, customers, time, status = (
            columns[:, kept],
            customers[kept],
            time[kept],
            status[kept],
        )
        began = None if began is None else began[kept]
        moment, moment_stratum, until, since = _places(time, status, began, stratum)
        centre, scale = _centre_and_scale(columns, customers)
        return cls(
            names=tuple(names),
            z=(columns - centre[:, None]) / scale[:, None],
            centre=centre,
            scale=scale,
            duration=time,
            entry=began,
            event=status,
            weights=customers,
            since=since,
            until=until,
            moment=moment,
            moment_stratum=moment_stratum,
            strata=labels,
            stratum=stratum,
            cluster=None if cluster is None else owner,
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


def per_covariate(name: str, values: npt.ArrayLike, size: int) -> Floats:
    """One finite number for each covariate, shape (k,).

    Args:
        name: what they are called in an error.
        values: shape (k,).
        size: k.

    Raises:
        ValueError: if they are missing, infinite or not k.

    Examples:
        >>> per_covariate("change", [1, 0], 2)
        array([1., 0.])
    """
    vector = checked(name, values, minimum=-np.inf)
    if vector.size != size:
        raise ValueError(f"{name} has {vector.size} numbers; one for each of {size} is needed")
    return vector


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


def _kept_labels(
    name: str, labels: npt.ArrayLike | None, kept: Flags
) -> tuple[tuple[object, ...], Integers]:
    """The labels of the rows that are kept, and the number of each row's."""
    if labels is None:
        return (None,), np.zeros(int(kept.sum()), dtype=np.intp)
    codes, levels = numbered(name, labels)
    if codes.shape != kept.shape:
        raise ValueError(f"{name} has {codes.size} labels; one label per row is needed")
    there, place = np.unique(codes[kept], return_inverse=True)
    return tuple(levels[there].tolist()), place


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
    same = columns.max(axis=1) == columns.min(axis=1)
    return np.where(same, columns[:, 0], centre), np.where(same, 1.0, scale)
