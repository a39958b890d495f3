"""Purchase histories as the models need them: the distinct ones, counted."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import (
    Floats,
    checked,
    checked_weights,
    distinct,
    refuse,
    same_length,
    tally,
)


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """Distinct purchase histories.

    Attributes:
        frequency: repeat purchases, shape (n_cells,).
        recency: time from the first to the last purchase, in the fit's unit.
        T: time from the first purchase to the window's end, in the fit's unit.
        customers: how many customers share the history.
    """

    frequency: Floats
    recency: Floats
    T: Floats
    customers: Floats

    @property
    def n(self) -> int:
        """All customers."""
        return round(float(self.customers.sum()))

    @property
    def n_cells(self) -> int:
        """Distinct histories."""
        return self.frequency.size

    @property
    def time_per_purchase(self) -> float:
        """Time watched per repeat purchase, a start for the scale of the rates."""
        return float((self.customers @ self.T) / (self.customers @ self.frequency))


def checked_histories(
    frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Purchase histories as vectors, or what is wrong with them.

    Args:
        frequency: repeat purchases, whole numbers, shape (n,).
        recency: time from first to last purchase, shape (n,); 0 where frequency is 0.
        T: time from first purchase to the window's end, shape (n,), same unit.

    Returns:
        The three vectors.

    Raises:
        ValueError: on missing or negative values, recency beyond T, fractions of a purchase,
            recency without repeat purchase, repeat purchase without recency.

    Examples:
        >>> checked_histories(2, 30.43, 38.86)
        (array([2.]), array([30.43]), array([38.86]))
    """
    x = checked("frequency", frequency)
    t_x = checked("recency", recency)
    window = checked("T", T)
    same_length(frequency=x, recency=t_x, T=window)
    refuse(x != np.floor(x), "frequency is not a whole number")
    refuse(t_x > window, "recency is above T")
    refuse((x == 0) & (t_x > 0), "recency is above 0 without a repeat purchase")
    refuse((x > 0) & (t_x == 0), "recency is 0 despite a repeat purchase")
    return x, t_x, window


def count_histories(
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
) -> Histories:
    """Count customers with the same history, ready for a fit.

    Args:
        frequency: repeat purchases, shape (n,).
        recency: time from first to last purchase, shape (n,).
        T: time from first purchase to the window's end, shape (n,), same unit.
        weights: customers per row, shape (n,); one each if left out.

    Returns:
        The distinct histories, in sorted order.

    Raises:
        ValueError: on impossible histories, fewer than two customers, no time observed, or no
            repeat purchase at all.

    Examples:
        >>> count_histories([1, 0, 1], [2, 0, 2], [5, 5, 5]).customers
        array([1., 2.])
    """
    columns = checked_histories(frequency, recency, T)
    customers = checked_weights(weights, columns[0].size)
    (x, t_x, window), place = distinct(*columns)
    counted = tally(place, customers, x.size)
    held = counted > 0
    histories = Histories(x[held], t_x[held], window[held], counted[held])
    _refuse_too_little(histories)
    return histories


def _refuse_too_little(histories: Histories) -> None:
    if histories.n < 2:
        raise ValueError(f"a purchase model needs at least 2 customers, not {histories.n}")
    if not histories.frequency.any():
        raise ValueError(
            f"none of {histories.n} customers bought again: a purchase model cannot be fitted"
        )
