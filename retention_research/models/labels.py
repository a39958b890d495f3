"""Labels of groups, strata and clusters, numbered; none of them may be missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Flags, Integers, refuse


def numbered(name: str, labels: npt.ArrayLike) -> tuple[Integers, npt.NDArray[Any]]:
    """Number labels from 0 in their order.

    Args:
        name: what the labels are called in an error.
        labels: words, numbers or dates, one per row, shape (n,).

    Returns:
        The number of each row's label, shape (n,), and the distinct labels, sorted.

    Raises:
        ValueError: if some are missing (None, NaN, NaT), if they are of kinds that have no
            order, or if there is not one per row.

    Examples:
        >>> codes, levels = numbered("group", ["b", "a", "b"])
        >>> codes, levels.tolist()
        (array([1, 0, 1]), ['a', 'b'])
    """
    # words and a missing number in one list would all turn into words
    column = labels if isinstance(labels, np.ndarray) else np.asarray(labels, dtype=_kind(labels))
    if column.ndim != 1:
        raise ValueError(f"{name} has shape {column.shape}; one label per row is needed")
    if column.dtype == object:
        return _numbered_objects(name, column)
    refuse(column != column, f"{name} is missing")  # noqa: PLR0124
    levels, codes = np.unique(column, return_inverse=True)
    return codes, levels


def _kind(labels: npt.ArrayLike) -> type[object] | None:
    return object if isinstance(labels, list | tuple) else None


def _numbered_objects(
    name: str, column: npt.NDArray[np.object_]
) -> tuple[Integers, npt.NDArray[Any]]:
    refuse(_missing(column), f"{name} is missing")
    rows = column.tolist()
    try:
        levels = sorted(set(rows))
    except TypeError:
        kinds = ", ".join(sorted({type(label).__name__ for label in rows}))
        raise ValueError(f"{name} has labels that cannot be put in order: {kinds}") from None
    place = {label: code for code, label in enumerate(levels)}
    codes = np.fromiter((place[label] for label in rows), dtype=np.intp, count=len(rows))
    found = np.empty(len(levels), dtype=object)
    found[:] = levels
    return codes, found


def _missing(column: npt.NDArray[np.object_]) -> Flags:
    return np.fromiter((_is_missing(label) for label in column), dtype=np.bool_, count=column.size)


def _is_missing(label: object) -> bool:
    try:
        return label is None or bool(label != label)  # noqa: PLR0124
    except TypeError:  # a missing value that is neither itself nor not itself
        return True
