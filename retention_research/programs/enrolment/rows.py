"""Rows of sequential trials: who could enrol in a week, who did, and what they did afterwards.

Each week is a trial of its own (Hernán and Robins, 2016, American J. Epidemiology 183, 758-764):
time zero is the week, and a customer who enrols later is a control until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, Integers, refuse, tally

FEWEST = 20  # customers of each kind below which nothing is told
_BLOCK = 20  # enrolments that a block of trials has at least
_BLOCKS = 26


@dataclass(frozen=True, slots=True, eq=False)
class TrialRows:
    """One row per customer and trial that the customer could have joined.

    Attributes:
        outcome: what happened after time zero, shape (n,).
        treated: enrolled in this trial, shape (n,).
        covariates: what was known at time zero, shape (n, k).
        names: of the covariates, shape (k,).
        customer: whose row it is, whole numbers, shape (n,).
        trial: the trial's number in order of time, shape (n,).
        placebo: an outcome that the program cannot have changed, shape (n,), or None.
        weight: how much the row's outcome counts, 0 where it was not seen (`censoring_weights`),
            shape (n,); None: 1 each.
    """

    outcome: npt.NDArray[np.generic]
    treated: npt.NDArray[np.generic]
    covariates: npt.NDArray[np.generic]
    names: Sequence[str]
    customer: npt.NDArray[np.generic]
    trial: npt.NDArray[np.generic]
    placebo: npt.NDArray[np.generic] | None = None
    weight: npt.NDArray[np.generic] | None = None

    @property
    def n(self) -> int:
        """Rows."""
        return int(np.asarray(self.outcome).size)

    def with_outcome(self, outcome: npt.ArrayLike) -> TrialRows:
        """The same rows with another outcome, shape (n,)."""
        return replace(self, outcome=np.asarray(outcome, dtype=np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Checked rows in the form that the fits take.

    Attributes:
        treated: 1 or 0, shape (n,).
        x: a column of ones, covariates in standard units, and blocks of trials, shape (n, p).
        customer: the place of each row's customer, 0 to customers - 1, in order of the codes
            given, shape (n,).
        customers: how many there are.
        weight: of the rows' outcomes, shape (n,).
        weighted: whether weights were given.
    """

    treated: Floats
    x: Floats
    customer: Integers
    customers: int
    weight: Floats
    weighted: bool

    @classmethod
    def of(cls, rows: TrialRows, *, by_trial: bool = True) -> Design:
        """Check rows and bring them into form.

        Args:
            rows: of the trials.
            by_trial: let every block of neighbouring trials have a level of its own.

        Raises:
            ValueError: on missing values, or columns of different lengths.
        """
        treated, n = np.asarray(rows.treated, dtype=np.float64), rows.n
        weight = np.ones(n) if rows.weight is None else np.asarray(rows.weight, dtype=np.float64)
        x = np.asarray(rows.covariates, dtype=np.float64)
        _check(rows, treated, weight, x)
        blocks = trial_blocks(rows.trial, treated) if by_trial and n else np.empty((n, 0))
        design = np.column_stack([np.ones(n), in_standard_units(x), blocks])
        codes, place = np.unique(np.asarray(rows.customer), return_inverse=True)
        return cls(treated, design, place, codes.size, weight, rows.weight is not None)

    def customers_of(self, rows: npt.NDArray[np.bool_]) -> int:
        """Distinct customers among some rows."""
        return int(np.unique(self.customer[rows]).size)


def _check(rows: TrialRows, treated: Floats, weight: Floats, x: Floats) -> None:
    n = rows.n
    if x.shape != (n, len(rows.names)):
        raise ValueError(f"covariates have shape {x.shape}; {(n, len(rows.names))} is needed")
    for name, column in (("treated", treated), ("weight", weight), ("customer", rows.customer),
                         ("trial", rows.trial)):  # fmt: skip
        if np.asarray(column).shape != (n,):
            raise ValueError(f"{name} has shape {np.asarray(column).shape}; ({n},) is needed")
    refuse((treated != 0.0) & (treated != 1.0), "treated is neither true nor false")
    refuse(np.logical_not(np.isfinite(x).all(axis=1)), "a covariate is missing or infinite")
    refuse(~(np.isfinite(weight) & (weight >= 0.0)), "weight is missing or negative")


def checked_outcome(outcome: npt.ArrayLike, weight: Floats) -> Floats:
    """An outcome as floats; where the weight is 0 it may be missing and counts as 0.

    Raises:
        ValueError: on values that are missing where they count, or another number of rows.

    Example:
        >>> checked_outcome([1, None], np.array([1.0, 0.0]))
        array([1., 0.])
    """
    value = np.asarray(outcome, dtype=np.float64)
    if value.shape != weight.shape:
        raise ValueError(f"outcome has shape {value.shape}; {weight.shape} is needed")
    refuse(~np.isfinite(value) & (weight > 0.0), "outcome is missing or infinite")
    return np.where(weight > 0.0, value, 0.0)


def in_standard_units(x: Floats) -> Floats:
    """Columns less their mean, by their standard deviation; 0 where all rows are alike.

    Example:
        >>> in_standard_units(np.array([[1.0, 5.0], [3.0, 5.0]])).tolist()
        [[-1.0, 0.0], [1.0, 0.0]]
    """
    if not x.size:
        return x
    away = x - x.mean(axis=0)
    spread = np.sqrt((away**2).mean(axis=0))
    flat = spread <= 1e-12 * np.maximum(1.0, np.abs(x).max(axis=0))
    standard: Floats = np.where(flat, 0.0, away / np.where(flat, 1.0, spread))
    return standard


def trial_blocks(trial: npt.ArrayLike, treated: npt.ArrayLike) -> Floats:
    """Indicators of blocks of neighbouring trials, each with some twenty enrolments or more.

    Demand and enrolment both change over the year: trials are compared within themselves as far
    as their enrolments can carry a level of their own.

    Args:
        trial: numbers in order of time, shape (n,).
        treated: 1 or 0, shape (n,).

    Returns:
        Shape (n, blocks - 1); the first block has no column.

    Example:
        >>> trial_blocks([0, 0, 1, 1], [1, 0, 1, 0]).shape
        (4, 0)
    """
    place = np.unique(np.asarray(trial), return_inverse=True)[1]
    enrolled = tally(place, np.asarray(treated, dtype=np.float64), 0)
    block = _joined(enrolled, max(_BLOCK, float(enrolled.sum()) / _BLOCKS))[place]
    indicators: Floats = (block[:, None] == np.arange(1, block.max() + 1)).astype(np.float64)
    return indicators


def _joined(enrolled: Floats, need: float) -> Integers:
    """The block of each trial: one ends as soon as it has enough, what is left joins the last."""
    block, blocks, have = np.zeros(enrolled.size, dtype=np.intp), 0, 0.0
    for place, many in enumerate(enrolled):
        block[place], have = blocks, have + many
        if have >= need:
            blocks, have = blocks + 1, 0.0
    return np.minimum(block, max(0, blocks - 1))


def why_none(design: Design) -> str:
    """Why there is nothing to compare; empty if there is."""
    enrolled, seen = design.treated == 1.0, design.weight > 0.0
    have, lack = design.customers_of(enrolled & seen), design.customers_of(~enrolled & seen)
    if not have:
        return "Nobody enrolled whose time before and after it was watched."
    if not lack:
        return (
            "Everybody who could enrol did so at once: nobody is left to show what would have "
            "happened without the program."
        )
    if min(have, lack) < FEWEST:
        return (
            f"{have} customers enrolled and {lack} could have and did not; {FEWEST} of each are "
            "needed."
        )
    return ""


def folds_by_customer(design: Design, folds: int, rng: np.random.Generator | None) -> Integers:
    """The fold of each row: all rows of a customer in one, those who ever enrol spread evenly.

    Args:
        design: of the trials.
        folds: 2 or more; 0 for a single one, numbered 0.
        rng: draws the folds.

    Returns:
        Shape (n,), 0 to folds - 1.

    Raises:
        ValueError: with one fold, or without a generator.
    """
    if folds == 0:
        return np.zeros(design.treated.size, dtype=np.intp)
    if folds < 2 or rng is None:
        raise ValueError("folds must be 0, or 2 or more with a random generator")
    ever = np.bincount(design.customer, weights=design.treated) > 0.0
    order = rng.permutation(design.customers)
    order = order[np.argsort(~ever[order], kind="stable")]
    fold = np.empty(design.customers, dtype=np.intp)
    fold[order] = np.arange(design.customers) % folds
    return fold[design.customer]
