"""What a logistic regression takes in: checked rows, and why some can give no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import (
    Floats,
    Integers,
    checked,
    checked_weights,
    refuse,
    same_length,
    tally,
)
from retention_research.models.labels import numbered

_SAME = 1e-8  # of a column's length: what is left beside the others is rounding
_ROUNDED = 8.0 * np.finfo(np.float64).eps  # of a value: what rounding may have made of it


class Scaled(NamedTuple):
    """The design in standard units, in which rounding is smallest.

    Attributes:
        design: a column of ones, then covariates less their mean, by their standard deviation,
            shape (n, k + 1).
        back: takes coefficients of it to those of the given covariates, shape (k + 1, k + 1).
        noise: how far rounding may have moved the covariates, in standard units, shape (k,).
    """

    design: Floats
    back: Floats
    noise: Floats

    def coefficients(self, beta: Floats) -> Floats:
        """Coefficients of the given covariates as those of standard units, shape (k + 1,)."""
        return np.linalg.solve(self.back, beta).astype(np.float64)


@dataclass(frozen=True, slots=True)
class LogisticRows:
    """Checked rows of one regression.

    Attributes:
        outcome: 1 or 0, shape (n,).
        design: a column of ones, then the covariates, shape (n, k + 1).
        names: of the covariates, shape (k,).
        cluster: the place of each row's group, shape (n,); None where each row is its own. Rows
            of no weight are in the first group, to which they add nothing.
        clusters: how many groups have weight.
        weights: times that each row counts, whole numbers, shape (n,).
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
        counts = checked_weights(weights, y.size)
        refuse(counts != np.floor(counts), "weights are not whole numbers")
        place, groups = None, int((counts > 0.0).sum())
        if cluster is not None:
            place, groups = _groups(cluster, counts)
        design = np.column_stack([np.ones(y.size), x])
        return cls(y, design, tuple(names), place, groups, counts)

    def scaled(self) -> Scaled:
        """The design in standard units; a covariate that is the same for everybody is 0."""
        x, share = self.design[:, 1:], self.weights / self.weights.sum()
        means = share @ x
        away = x - means
        spread = np.sqrt(share @ away**2)
        scales = np.where((spread > 0.0) & np.isfinite(spread), spread, 1.0)
        back = np.diag(np.append(1.0, 1.0 / scales))
        back[0, 1:] = -means / scales
        noise = _ROUNDED * np.abs(x).max(axis=0) / scales
        return Scaled(np.column_stack([self.design[:, 0], away / scales]), back, noise)

    def distinct(self) -> tuple[Integers, Integers]:
        """The first row of each distinct row of covariates, and each row's place among them."""
        code = np.zeros(self.outcome.size, dtype=np.int64)
        for column in self.design[:, 1:].T:
            values, place = np.unique(column, return_inverse=True)
            code = np.unique(code * values.size + place, return_inverse=True)[1]
        _, first = np.unique(code, return_index=True)
        return first, code


def _groups(cluster: npt.ArrayLike, weights: Floats) -> tuple[Integers, int]:
    """Each row's place among the groups with weight, and how many there are."""
    codes, labels = numbered("cluster", cluster)
    same_length(rows=weights, cluster=codes.astype(np.float64))
    weighty = tally(codes, weights, labels.size) > 0.0
    places = np.where(weighty, np.cumsum(weighty) - 1, 0)
    return places[codes], int(weighty.sum())


def why_none(rows: LogisticRows) -> str:
    """Why the rows can give no fit, with the covariates named; empty if they can."""
    events, total = float(rows.weights @ rows.outcome), float(rows.weights.sum())
    if events in (0.0, total):
        return "Everybody has the same outcome." if total else "There are no rows."
    if rows.cluster is not None and rows.clusters < 2:
        return "There is only one customer."
    problems = unusable(rows)
    if problems:
        return " ".join(f"{name}: {reason}" for name, reason in problems.items())
    if rows.design.shape[1] > (rows.weights > 0.0).sum():
        return "There are more covariates than rows."
    if rows.cluster is not None and rows.clusters < rows.design.shape[1]:
        return f"{rows.clusters} customers cannot determine {rows.design.shape[1]} estimates."
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
    if not any(kept):
        return {}
    names = [name for name, keep in zip(rows.names, kept, strict=True) if keep]
    scaled = rows.scaled()
    columns = scaled.design[rows.weights > 0.0][:, [True, *kept]]
    columns = columns / np.linalg.norm(columns, axis=0)
    left = np.abs(np.diag(np.linalg.qr(columns, mode="r")))
    least = np.maximum(_SAME, np.maximum.accumulate(scaled.noise[list(kept)]))
    # fewer rows than columns leave nothing of the rest
    pairs = zip(names, left[1:], least, strict=False)
    return {name: "Other covariates determine it." for name, own, much in pairs if own < much}
