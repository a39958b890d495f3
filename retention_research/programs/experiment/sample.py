"""Customers of an experiment: what they did, which arm chance gave them, what was known before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Flags, Floats, Integers, refuse
from retention_research.models.labels import numbered
from retention_research.programs.experiment.strata import chances, together, units_by

SMALLEST_ARM = 30  # customers, below which a mean of skewed amounts has no honest interval
FEWEST_CLUSTERS = 5  # of an arm, when chance was drawn for groups of customers
MOST_LOST = 0.05  # of customers, in strata where one arm is missing


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Sample:
    """Customers of two arms, checked; one row per customer.

    Attributes:
        outcome: what each customer did, shape (n,), finite, in the outcome's own unit.
        treated: whether chance gave the program, shape (n,).
        before: what each did before the experiment, shape (n, k), or None; finite.
        stratum: labels of groups within which chance was drawn, shape (n,), or None.
        cluster: labels of groups that share an arm or a fate, shape (n,), or None.
        probability: of the arm that each customer is in, as logged, shape (n,), above 0 and at
            most 1; None where all customers of an arm had the same.

    Raises:
        ValueError: on missing values, a probability of 0, shapes that do not fit, or an arm
            without anybody: there is no mean of nobody.

    Examples:
        >>> sample = Sample([1, 0, 3, 1], [True, False, True, False])
        >>> sample.n, sample.sizes
        (4, (2, 2))
    """

    outcome: Floats
    treated: Flags
    before: Floats | None = None
    stratum: Integers | None = None
    cluster: Integers | None = None
    probability: Floats | None = None

    def __init__(
        self,
        outcome: npt.ArrayLike,
        treated: npt.ArrayLike,
        before: npt.ArrayLike | None = None,
        stratum: npt.ArrayLike | None = None,
        cluster: npt.ArrayLike | None = None,
        probability: npt.ArrayLike | None = None,
    ) -> None:
        value = finite("outcome", outcome)
        arm = np.asarray(treated)
        checks = {
            "outcome": value,
            "treated": _flags(arm, value.size),
            "before": None if before is None else table("before", before, value.size),
            "stratum": _codes("stratum", stratum, value.size),
            "cluster": _codes("cluster", cluster, value.size),
            "probability": None if probability is None else _chances(probability, value.size),
        }
        for name, found in checks.items():
            object.__setattr__(self, name, found)

    @property
    def n(self) -> int:
        """Customers."""
        return int(self.outcome.size)

    @property
    def sizes(self) -> tuple[int, int]:
        """Customers of the control arm and of the treated arm."""
        treated = int(self.treated.sum())
        return self.n - treated, treated

    @property
    def weights(self) -> Floats:
        """Inverse probabilities, shape (n,); 1 where none were logged."""
        return np.ones(self.n) if self.probability is None else 1.0 / self.probability

    def with_outcome(self, outcome: npt.ArrayLike) -> Sample:
        """The same customers and another outcome, shape (n,)."""
        rest = (self.before, self.stratum, self.cluster, self.probability)
        return Sample(outcome, self.treated, *rest)

    def without_before(self) -> Sample:
        """The same customers, as if nothing were known of them before."""
        return Sample(
            self.outcome, self.treated, None, self.stratum, self.cluster, self.probability
        )

    def obstacle(self) -> str:
        """Why no difference can be told; empty where one can."""
        kept = self.compared()
        lost = self.n if kept.one_armed().any() else self.n - kept.n
        if lost > MOST_LOST * self.n:
            return (
                f"{lost:,} of {self.n:,} customers are in strata of which one arm has nobody; "
                f"at most {MOST_LOST:.0%} may be."
            )
        return kept._too_small()

    def compared(self) -> Sample:
        """The customers whose stratum has both arms; all of them where no stratum has both.

        A stratum without one arm shows nothing of what the program made of it. Where strata
        that `strata` takes together differ in their treated shares and no probability was
        logged, each customer has the share of its arm in its stratum as the probability.
        """
        if self.stratum is None:
            return self
        alone = self.one_armed()
        if alone.all():
            return self
        kept = self._of(~alone[self.stratum]) if alone.any() else self
        return kept._weighted()

    def one_armed(self) -> Flags:
        """Whether a stratum has nobody of one arm, shape (strata,); none without strata."""
        if self.stratum is None:
            return np.zeros(0, dtype=np.bool_)
        return np.asarray(units_by(self.treated, self.stratum).min(axis=0) == 0)

    def strata(self) -> Integers:
        """The stratum of each customer as a number from 0, shape (n,); 0 for all without strata.

        Strata in which an arm has fewer than two customers (or clusters) show nothing of how
        these differ; they are taken together as one, and with another one if that is small too.
        """
        if self.stratum is None:
            return np.zeros(self.n, dtype=np.intp)
        return self._together(self.stratum)[self.stratum]

    def _together(self, stratum: Integers) -> Integers:
        return together(units_by(self.treated, stratum, self.cluster))

    def _weighted(self) -> Sample:
        if self.stratum is None or self.probability is not None:
            return self
        found = chances(self.treated, self.stratum, self._together(self.stratum))
        if found is None:
            return self
        return Sample(self.outcome, self.treated, self.before, self.stratum, self.cluster, found)

    def _of(self, rows: Flags) -> Sample:
        rest = (self.before, self.stratum, self.cluster, self.probability)
        kept = (None if column is None else column[rows] for column in rest)
        return Sample(self.outcome[rows], self.treated[rows], *kept)

    def _too_small(self) -> str:
        for arm, size in zip(("control", "treated"), self.sizes, strict=True):
            if size < SMALLEST_ARM:
                return f"The {arm} arm has {size:,} customers; {SMALLEST_ARM} are needed."
        if self.cluster is None:
            return ""
        for arm, flag in (("control", False), ("treated", True)):
            groups = np.unique(self.cluster[self.treated == flag]).size
            if groups < FEWEST_CLUSTERS:
                return (
                    f"The {arm} arm has {groups} groups of customers; {FEWEST_CLUSTERS} are needed."
                )
        return ""


def finite(name: str, values: npt.ArrayLike) -> Floats:
    """A vector of finite floats of any sign, or what is wrong with it.

    Raises:
        ValueError: on missing or infinite values, or another number of dimensions.

    Examples:
        >>> finite("margin", [-1, 2])
        array([-1.,  2.])
    """
    vector = np.asarray(values, dtype=np.float64)
    if vector.ndim != 1:
        raise ValueError(f"{name} has {vector.ndim} dimensions; one row per customer is needed")
    refuse(~np.isfinite(vector), f"{name} is missing or infinite")
    return vector


def table(name: str, values: npt.ArrayLike, n: int) -> Floats:
    """Columns of finite floats, shape (n, k), also of one column given as a vector.

    Raises:
        ValueError: on missing or infinite values, or another number of rows.

    Examples:
        >>> table("before", [1.0, 2.0], 2).shape
        (2, 1)
    """
    columns = np.asarray(values, dtype=np.float64)
    columns = columns[:, None] if columns.ndim == 1 else columns
    if columns.ndim != 2 or columns.shape[0] != n:
        raise ValueError(f"{name} has shape {columns.shape}; {n} rows are needed")
    refuse(np.asarray(~np.isfinite(columns).all(axis=1)), f"{name} is missing or infinite")
    return columns


def _flags(arm: npt.NDArray[np.generic], n: int) -> Flags:
    if arm.shape != (n,):
        raise ValueError(f"treated has shape {arm.shape}; {n} rows are needed")
    if arm.dtype != np.bool_:
        refuse(~np.isin(arm, (0, 1)), "treated is neither true nor false")
    flags = arm.astype(np.bool_)
    treated = int(flags.sum())
    if treated in (0, n):
        empty = "treated" if treated == 0 else "control"
        raise ValueError(f"the {empty} arm has no customers: there is nothing to compare")
    return flags


def _codes(name: str, labels: npt.ArrayLike | None, n: int) -> Integers | None:
    if labels is None:
        return None
    given = np.asarray(labels)
    if given.shape != (n,):
        raise ValueError(f"{name} has shape {given.shape}; {n} rows are needed")
    return numbered(name, given)[0]


def _chances(probability: npt.ArrayLike, n: int) -> Floats:
    chance = finite("probability", probability)
    if chance.size != n:
        raise ValueError(f"probability has {chance.size} rows; {n} are needed")
    refuse(chance <= 0.0, "probability is not above 0, so that nobody could be in this arm,")
    refuse(chance > 1.0, "probability is above 1")
    return chance
