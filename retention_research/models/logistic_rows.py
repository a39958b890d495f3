"""What a logistic regression takes in: checked rows, and why some can give no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import (
    Floats,
    Integers,
    checked,
    checked_weights,
    refuse,
    same_length,
)

_SAME = 1e-8  # of a column's length: what is left beside the others is rounding


@dataclass(frozen=True, slots=True)
class LogisticRows:
    """Checked rows of one regression.

    Attributes:
        outcome: 1 or 0, shape (n,).
        design: a column of ones, then the covariates, shape (n, k + 1).
        names: of the covariates, shape (k,).
        cluster: the place of each row's group, shape (n,); None where each row is its own.
        clusters: how many groups.
        weights: times that each row counts, shape (n,).
    """

    outcome: Floats
    design: Floats
    names: tuple[str, ...]
    cluster: Integers | None
    clusters: int
    weights: Floats

    @classmethod
    def of(
        cls,
        outcome: npt.ArrayLike,
        covariates: npt.ArrayLike,
        *,
        names: Sequence[str],
        cluster: npt.ArrayLike | None = None,
        weights: npt.ArrayLike | None = None,
    ) -> LogisticRows:
        """Check the rows; see `fit_logistic` for the arguments and what is raised."""
        y, x = checked("outcome", outcome), np.asarray(covariates, dtype=np.float64)
        refuse((y != 0.0) & (y != 1.0), "outcome is neither true nor false")
        if x.ndim != 2 or x.shape != (y.size, len(names)):
            raise ValueError(f"covariates have shape {x.shape}; {(y.size, len(names))} is needed")
        refuse(np.logical_not(np.isfinite(x).all(axis=1)), "a covariate is missing or infinite")
        place = None if cluster is None else np.unique(np.asarray(cluster), return_inverse=True)[1]
        if place is not None:
            same_length(outcome=y, cluster=place.astype(np.float64))
        groups = y.size if place is None else int(place.max(initial=-1)) + 1
        counts = checked_weights(weights, y.size)
        design = np.column_stack([np.ones(y.size), x])
        return cls(y, design, tuple(names), place, groups, counts)

    def distinct(self) -> tuple[Integers, Integers]:
        """The first row of each distinct row of covariates, and each row's place among them."""
        code = np.zeros(self.outcome.size, dtype=np.int64)
        for column in self.design[:, 1:].T:
            values, place = np.unique(column, return_inverse=True)
            code = np.unique(code * values.size + place, return_inverse=True)[1]
        _, first = np.unique(code, return_index=True)
        return first, code


def why_none(rows: LogisticRows) -> str:
    """Why the rows can give no fit, with the covariates named; empty if they can."""
    events, total = float(rows.weights @ rows.outcome), float(rows.weights.sum())
    if events in (0.0, total):
        return "Everybody has the same outcome." if total else "There are no rows."
    if rows.clusters < 2:
        return "There is only one customer."
    problems = unusable(rows)
    if problems:
        return " ".join(f"{name}: {reason}" for name, reason in problems.items())
    if rows.design.shape[1] > rows.outcome.size:
        return "There are more covariates than rows."
    return ""


def unusable(rows: LogisticRows) -> dict[str, str]:
    """Covariates that can have no effect of their own in these rows, each with the reason.

    Constant ones, ones that alone tell the outcome without error on one side, and ones that
    others determine.

    Example:
        >>> rows = LogisticRows.of([0, 1, 0, 1], [[1.0, 0.0]] * 4, names=["a", "b"])
        >>> unusable(rows)
        {'a': 'It is the same for everybody.', 'b': 'It is the same for everybody.'}
    """
    found: dict[str, str] = {}
    counted = rows.weights > 0.0
    for name, column in zip(rows.names, rows.design[counted, 1:].T, strict=True):
        if np.ptp(column) == 0.0:
            found[name] = "It is the same for everybody."
        elif _one_sided(column, rows.outcome[counted]):
            found[name] = "At one of its ends everybody has the same outcome: no ratio is finite."
    return found | _determined(rows, [name not in found for name in rows.names])


def _one_sided(column: Floats, outcome: Floats) -> bool:
    yes, no = column[outcome == 1.0], column[outcome == 0.0]
    return bool(yes.min() >= no.max() or yes.max() <= no.min())


def _determined(rows: LogisticRows, kept: Sequence[bool]) -> dict[str, str]:
    """Columns that are sums of the intercept and earlier ones: nothing is left of them in QR."""
    names = [name for name, keep in zip(rows.names, kept, strict=True) if keep]
    columns = rows.design[:, [True, *kept]]
    columns = columns / np.linalg.norm(columns, axis=0)
    left = np.abs(np.diag(np.linalg.qr(columns, mode="r")))
    pairs = zip(names, left[1:], strict=False)  # fewer rows than columns leave nothing of the rest
    return {name: "Other covariates determine it." for name, own in pairs if own < _SAME}
