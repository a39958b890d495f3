"""What the models take in: checked arrays, and the distinct rows among them."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.intp]
Flags: TypeAlias = npt.NDArray[np.bool_]


def checked(name: str, values: npt.ArrayLike, *, minimum: float = 0.0) -> Floats:
    """Turn values into a vector of finite floats, or say what is wrong with them.

    Args:
        name: what the values are called in an error.
        values: one value, or a sequence of them.
        minimum: the smallest value allowed.

    Returns:
        A vector of shape (n,); the input itself is never changed.

    Raises:
        ValueError: on missing, infinite or too small values, with their number and first row.

    Examples:
        >>> checked("frequency", [0, 2])
        array([0., 2.])
    """
    vector = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if vector.ndim != 1:
        raise ValueError(f"{name} has {vector.ndim} dimensions; one row per customer is needed")
    refuse(~np.isfinite(vector), f"{name} is missing or infinite")
    refuse(vector < minimum, f"{name} is below {minimum:g}")
    return vector


def refuse(wrong: Flags, complaint: str) -> None:
    """Raise an error that says how many rows are wrong and which comes first.

    Args:
        wrong: one flag per row.
        complaint: what is wrong with the flagged rows.

    Raises:
        ValueError: if any row is flagged.

    Examples:
        >>> refuse(np.array([False, True]), "recency is above T")
        Traceback (most recent call last):
        ValueError: recency is above T in 1 of 2 rows, first in row 1
    """
    if wrong.any():
        where = f"in {int(wrong.sum())} of {wrong.size} rows, first in row {int(wrong.argmax())}"
        raise ValueError(f"{complaint} {where}")


def same_length(**columns: Floats) -> None:
    """Refuse columns that do not describe the same customers.

    Args:
        **columns: vectors by name.

    Raises:
        ValueError: if their lengths differ.

    Examples:
        >>> same_length(frequency=np.zeros(3), T=np.zeros(3))
    """
    lengths = {name: column.size for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"columns differ in length: {told}")


def checked_weights(weights: npt.ArrayLike | None, length: int) -> Floats:
    """Customers per row: the given weights, or one each.

    Args:
        weights: customers per row, or None.
        length: the number of rows.

    Returns:
        A vector of shape (length,), in customers.

    Raises:
        ValueError: on negative weights or another number of rows.

    Examples:
        >>> checked_weights(None, 2)
        array([1., 1.])
    """
    if weights is None:
        return np.ones(length)
    vector = checked("weights", weights)
    same_length(rows=np.empty(length), weights=vector)
    return vector


def distinct(*columns: Floats) -> tuple[tuple[Floats, ...], Integers]:
    """Find the distinct rows of several columns.

    Args:
        *columns: vectors of one length n.

    Returns:
        The columns of the k distinct rows, in sorted order, and for each of the n rows the
        place of its own among them.

    Examples:
        >>> (frequency, T), place = distinct(np.array([1., 0., 1.]), np.array([5., 5., 5.]))
        >>> frequency, place
        (array([0., 1.]), array([1, 0, 1]))
    """
    code = np.zeros(columns[0].size, dtype=np.int64)
    for column in columns:
        values, place = np.unique(column, return_inverse=True)
        code = code * values.size + place
    _, first, place = np.unique(code, return_index=True, return_inverse=True)
    return tuple(column[first] for column in columns), place


def tally(place: Integers, amounts: Floats, size: int) -> Floats:
    """Sum amounts by place.

    Args:
        place: where each amount belongs, shape (n,).
        amounts: shape (n,).
        size: the number of places.

    Returns:
        Sums, shape (size,).

    Examples:
        >>> tally(np.array([0, 1, 1]), np.array([1.0, 2.0, 3.0]), 2)
        array([1., 5.])
    """
    return np.bincount(place, weights=amounts, minlength=size).astype(np.float64)
