"""Cox's partial likelihood from sums over those at risk at each distinct event time.

Cox (1972), JRSS B 34, 187-220; ties by Breslow (1974) or Efron (1977, JASA 72, 557-565). With d
tied events of total risk D among those at risk, of total risk S, Efron's likelihood divides by
S - (l/d) D for l = 0..d-1 where Breslow's divides by S each time: both are `Steps` here.

Sums over those at risk are a count by place and a running sum, so that the cost is one pass over
the rows. The second moments are never summed by event time: swapping the order of summation, a
row adds its outer product once, times the hazard it lived through.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, Self

import numpy as np

from retention_research.models.arrays import Floats, Integers, tally
from retention_research.models.cox.rows import CoxRows
from retention_research.models.cox.ties import shares

Ties = Literal["efron", "breslow"]


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The factors of the partial likelihood, in order of event time, and what the events add.

    Attributes:
        row: the rows that end in the event, shape (E,).
        row_place: the event time of each, shape (E,).
        seen: sums of the events' weighted covariates by event time, shape (k, J).
        place: the event time of each factor, shape (L,).
        first: the first factor of each event time, shape (J,).
        fraction: the share l/d of the tied events' risk that is taken off, shape (L,).
        weight: customers per factor, shape (L,); of very many tied events, some factors stand
            for all (see `ties`).
    """

    row: Integers
    row_place: Integers
    seen: Floats
    place: Integers
    first: Integers
    fraction: Floats
    weight: Floats

    @classmethod
    def of(cls, rows: CoxRows, ties: Ties) -> Self:
        """The factors of these rows.

        Whole weights count as as many tied events; with fractions each tied row is one event
        of their mean weight, as in R.
        """
        row = np.flatnonzero(rows.event)
        row_place, customers = rows.until[row] - 1, rows.weights[row]
        weight = tally(row_place, customers, rows.moment.size)
        count = np.ones(rows.moment.size, dtype=np.intp)
        if ties == "efron":
            tied = weight if rows.counted else np.bincount(row_place, minlength=count.size)
            count = tied.astype(np.intp)
        factors = {d: shares(d) for d in np.unique(count).tolist()}
        told = [factors[d] for d in count.tolist()]
        written = np.array([share.size for share, _ in told], dtype=np.intp)
        standing = np.concatenate([each for _, each in told])
        return cls(
            row=row,
            row_place=row_place,
            seen=np.array([tally(row_place, customers * c[row], count.size) for c in rows.z]),
            place=np.repeat(np.arange(count.size), written),
            first=np.concatenate([[0], written.cumsum()[:-1]]).astype(np.intp),
            fraction=np.concatenate([share for share, _ in told]),
            weight=np.repeat(weight / count, written) * standing,
        )

    def sums(self, amounts: Floats) -> Floats:
        """Sums of amounts by event time, shape (J,)."""
        return np.asarray(np.add.reduceat(amounts, self.first))


@dataclass(frozen=True, slots=True, eq=False)
class RiskSums:
    """Everything that a Cox model needs at given coefficients.

    Risks are exp(linear predictor - `shift`), the middle of its range, so that none overflows.
    With T = S - f D the risk that a factor of weight w divides by:

    Attributes:
        risk: of each row, shape (n,).
        shift: what was taken off the linear predictors.
        log_likelihood: the partial log-likelihood.
        seen: sums of the events' weighted covariates by event time, shape (k, J).
        at_risk: sums of weighted covariates over those at risk, shape (k, J).
        tied: the same over those with the event, shape (k, J).
        hazard: sum of w / T, shape (J,): the baseline hazard's jumps at z = 0.
        hazard_tied: sum of w f / T, shape (J,).
        square: sum of w / T^2; square_tied: of w f / T^2; square_both: of w f^2 / T^2.
    """

    risk: Floats
    shift: float
    log_likelihood: float
    seen: Floats
    at_risk: Floats
    tied: Floats
    hazard: Floats
    hazard_tied: Floats
    square: Floats
    square_tied: Floats
    square_both: Floats

    @classmethod
    def at(cls, rows: CoxRows, steps: Steps, beta: Floats) -> Self:
        """Sum the rows at coefficients of the centred and scaled covariates.

        Args:
            rows: with at least one event.
            steps: the factors of the likelihood.
            beta: coefficients, shape (k,).
        """
        predictor = beta @ rows.z
        # risks and one over their squares then both fit a float, for twice as wide a range
        shift = float(predictor.max() + predictor.min()) / 2.0
        risk = np.exp(predictor - shift)
        weighted = rows.weights * risk
        happened = weighted[steps.row]
        tied_risk = tally(steps.row_place, happened, rows.moment.size)
        # a huge risk that has left can leave rounding behind that outweighs those who are there
        at_risk = np.maximum(sum_at_risk(rows, weighted), tied_risk)
        left = at_risk[steps.place] - steps.fraction * tied_risk[steps.place]
        share, fraction = steps.weight / left, steps.fraction
        return cls(
            risk=risk,
            shift=shift,
            log_likelihood=float(
                rows.weights[steps.row] @ (predictor[steps.row] - shift)
                - steps.weight @ np.log(left)
            ),
            seen=steps.seen,
            at_risk=np.array([sum_at_risk(rows, weighted * column) for column in rows.z]),
            tied=np.array(
                [tally(steps.row_place, happened * c[steps.row], rows.moment.size) for c in rows.z]
            ),
            hazard=steps.sums(share),
            hazard_tied=steps.sums(share * fraction),
            square=steps.sums(share / left),
            square_tied=steps.sums(share * fraction / left),
            square_both=steps.sums(share * fraction**2 / left),
        )

    def expected(self, rows: CoxRows, multiplier: Floats | float = 1.0) -> Floats:
        """Events expected of each row: its risk times the hazard it lived through, shape (n,).

        Args:
            rows: that were summed.
            multiplier: of the hazard's jumps, shape (J,).
        """
        lived = hazard_lived(rows, self.hazard * multiplier)
        lived[rows.event] -= (self.hazard_tied * multiplier)[rows.until[rows.event] - 1]
        return self.risk * lived

    def expected_covariates(self) -> Floats:
        """The sum over each event time's factors of w times the risk's mean covariates, (k, J)."""
        return self.at_risk * self.hazard - self.tied * self.hazard_tied

    def score(self, rows: CoxRows, multiplier: Floats | float = 1.0) -> Floats:
        """The gradient by the coefficients, each event time times a multiplier, shape (k,)."""
        times = np.broadcast_to(multiplier, rows.moment.shape)
        return np.asarray((self.seen - self.expected_covariates()) @ times)

    def information(self, rows: CoxRows, multiplier: Floats | float = 1.0) -> Floats:
        """The negative second derivatives, each event time times a multiplier, shape (k, k)."""
        weight = rows.weights * self.expected(rows, multiplier)
        raw = (rows.z * weight) @ rows.z.T
        crossed = (self.at_risk * (self.square_tied * multiplier)) @ self.tied.T
        means = (self.at_risk * (self.square * multiplier)) @ self.at_risk.T
        ties = (self.tied * (self.square_both * multiplier)) @ self.tied.T
        total = raw - means + crossed + crossed.T - ties
        return np.asarray((total + total.T) / 2.0)


def sum_at_risk(rows: CoxRows, amounts: Floats) -> Floats:
    """Sum amounts over those at risk at each event time.

    Args:
        rows: of the model.
        amounts: one per row, shape (n,).

    Returns:
        Sums, shape (J,).

    Examples:
        >>> rows = CoxRows.of([1, 2, 3], [1, 0, 1], [[0.0], [1.0], [2.0]], names=["age"])
        >>> sum_at_risk(rows, np.ones(3))
        array([3., 1.])
    """
    slots = rows.moment.size + len(rows.strata)
    change = tally(rows.until + rows.stratum, amounts, slots)
    if rows.entry is not None:
        change -= tally(rows.since + rows.stratum, amounts, slots)
    later = _within_strata(rows, change[::-1], backwards=True)[::-1]
    return np.asarray(later[_slots(rows)])


def _slots(rows: CoxRows) -> Integers:
    """The place of each event time where every stratum has one more, before its first."""
    return np.asarray(np.arange(rows.moment.size) + rows.moment_stratum + 1)


def _within_strata(rows: CoxRows, values: Floats, *, backwards: bool = False) -> Floats:
    """Running sums that begin anew with each stratum: one may be large beside another."""
    sizes = np.bincount(rows.moment_stratum, minlength=len(rows.strata)) + 1
    edges = np.concatenate([[0], (sizes[::-1] if backwards else sizes).cumsum()])
    total = np.empty_like(values)
    for first, last in pairwise(edges.tolist()):
        np.cumsum(values[first:last], out=total[first:last])
    return total


def hazard_lived(rows: CoxRows, jumps: Floats) -> Floats:
    """Sum jumps at the event times over the time that each row was at risk.

    Args:
        rows: of the model.
        jumps: one per event time, shape (J,).

    Returns:
        Sums, shape (n,).

    Examples:
        >>> rows = CoxRows.of([1, 2, 3], [1, 0, 1], [[0.0], [1.0], [2.0]], names=["age"])
        >>> hazard_lived(rows, np.array([0.1, 0.5]))
        array([0.1, 0.1, 0.6])
    """
    steps = np.zeros(rows.moment.size + len(rows.strata))
    steps[_slots(rows)] = jumps
    total = _within_strata(rows, steps)
    lived = total[rows.until + rows.stratum]
    return lived if rows.entry is None else lived - total[rows.since + rows.stratum]
