"""Two means, each customer's influence on them, and what follows: difference, lift, ratio."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from scipy.special import stdtr, stdtrit

from retention_research.models.arrays import Floats, tally
from retention_research.models.e_value import EValue, e_values
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.enrolment.rows import Design, TrialRows, checked_outcome

ENROLLED, NOT_ENROLLED = "enrolled", "not enrolled"
FEWEST_CARRYING = 10  # customers with the outcome, and without, below which no range is given
WEAKEST = 2.0  # standard errors by which a mean must be above 0 to be divided by
_NOTHING = 1e-12
_NO_BASE = "Without the program hardly anything, or nothing, would be expected: no share of it."
_ALIKE = "All customers are alike in it: no range can be given."


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """What the enrolled did, and what they would have done without.

    Attributes:
        treated, control: the means.
        influence_treated, influence_control: each customer's share in the means' errors, which
            are about their sums, shape (customers,).
        n_treated, n_control: distinct customers behind each.
    """

    treated: float
    control: float
    influence_treated: Floats
    influence_control: Floats
    n_treated: int
    n_control: int

    @property
    def difference(self) -> float:
        """With less without."""
        return self.treated - self.control

    def error(self, influence: Floats) -> float:
        """The standard error of a quantity with such influences: squares of customers' sums."""
        customers = influence.size
        return sqrt(float(influence @ influence) * customers / max(1.0, customers - 1.0))

    @property
    def freedom(self) -> float:
        """Degrees of freedom of Student's t: customers of the smaller side less one."""
        return max(1.0, min(self.n_treated, self.n_control) - 1.0)

    def reach(self, confidence: float) -> float:
        """Standard errors from the estimate to an end of its interval."""
        return float(stdtrit(self.freedom, 0.5 + confidence / 2.0))

    def why_no_range(self) -> str:
        """Why errors cannot be told; empty where they can."""
        both = self.influence_treated, self.influence_control
        if self.error(both[0] - both[1]) <= _NOTHING * max(
            1.0, abs(self.treated), abs(self.control)
        ):
            return _ALIKE
        sizes, sides = (self.n_treated, self.n_control), (ENROLLED, NOT_ENROLLED)
        for name, share, size in zip(sides, both, sizes, strict=True):
            if (told := carrying(share, size)) < FEWEST_CARRYING:
                return (
                    f"Too few of the {name} had it, or lacked it: a range would rest on {told} of "
                    f"them, and {FEWEST_CARRYING} are needed."
                )
        return ""


def carrying(influence: Floats, customers: int) -> int:
    """How many customers make up a mean's error: those whose share is not below the usual one.

    Of an outcome of 0 and 1 it is the number of those with it, or without, whichever is rarer. An
    error that rests on a handful is as likely as not far too small: the handful might have been
    none.

    Args:
        influence: each customer's share in the error, shape (customers,).
        customers: behind the mean; the share of others, who were merely compared with, is small.

    Returns:
        Those at or above the root mean square of the largest so many shares; 0 if all are 0.

    Example:
        >>> carrying(np.repeat([0.9, -0.1, 0.0], [3, 27, 50]), 30)  # 3 of 30 bought
        3
    """
    shares = np.sort(np.abs(influence))[max(0, influence.size - customers) :]
    usual = sqrt(float((shares**2).mean())) if shares.size else 0.0
    return int((shares >= usual * (1.0 - 1e-9)).sum()) if usual > 0.0 else 0


def effect_of(found: Means, outcome: str, confidence: float, method: str) -> Effect:
    """An effect from two means.

    Args:
        found: the means.
        outcome: its name.
        confidence: level of the intervals.
        method: how they were estimated.
    """
    difference = difference_of(found, confidence)
    p_value = None if isinstance(difference, Missing) else p_value_of(found, difference)
    return Effect(
        outcome=outcome,
        treated=ENROLLED,
        control=NOT_ENROLLED,
        n_treated=found.n_treated,
        n_control=found.n_control,
        mean_treated=found.treated,
        mean_control=found.control,
        difference=difference,
        lift=lift_of(found, confidence),
        p_value=p_value,
        method=method,
    )


def difference_of(found: Means, confidence: float) -> Estimate | Missing:
    """With less without, with Student's interval; missing where outcomes agree or are too rare."""
    if reason := found.why_no_range():
        return Missing("difference", reason)
    error = found.error(found.influence_treated - found.influence_control)
    reach = found.reach(confidence) * error
    value = found.difference
    return Estimate("difference", value, error, value - reach, value + reach)


def p_value_of(found: Means, difference: Estimate) -> float:
    """Two-sided, of no difference."""
    away = abs(difference.estimate) / (difference.std_error or 1.0)
    return float(2.0 * stdtr(found.freedom, -away))


def lift_of(found: Means, confidence: float) -> Estimate | Missing:
    """The difference as a share of the mean without, its interval on the log scale.

    Args:
        found: the means.
        confidence: level of the interval.

    Returns:
        The lift; missing where a mean is not above 0, that without not clearly so, or where
        too few customers carry either.
    """
    ratio = _ratio(found, confidence)
    if isinstance(ratio, Missing):
        return Missing("lift", ratio.reason)
    low, high = (None if end is None else end - 1.0 for end in ratio[3:])
    return Estimate("lift", ratio.estimate - 1.0, ratio.std_error, low, high)


def risk_ratio(found: Means, confidence: float = 0.95) -> Estimate | Missing:
    """The ratio of two shares, with above without, its interval on the log scale.

    Args:
        found: means of an outcome of 0 and 1.
        confidence: level of the interval.

    Returns:
        The ratio; missing where a share is not above 0, that without not clearly so, or where
        too few customers carry either.
    """
    ratio = _ratio(found, confidence)
    return Missing("risk_ratio", ratio.reason) if isinstance(ratio, Missing) else ratio


def _ratio(found: Means, confidence: float) -> Estimate | Missing:
    """With over without, by the delta method on the log scale."""
    base = WEAKEST * found.error(found.influence_control)
    if found.control <= max(_NOTHING, base):
        return Missing("ratio", _NO_BASE)
    if found.treated <= _NOTHING:
        return Missing("ratio", "What the enrolled did is not above 0: it is no multiple.")
    if reason := found.why_no_range():
        return Missing("ratio", reason)
    value = found.treated / found.control
    change = found.influence_treated / found.treated - found.influence_control / found.control
    error = found.error(change)
    if error <= _NOTHING:
        return Missing("ratio", _ALIKE)
    away = found.reach(confidence) * error
    ends = exp(log(value) - away), exp(log(value) + away)
    return Estimate("risk_ratio", value, value * error, *ends)


def e_value_of(found: Means, confidence: float = 0.95) -> EValue | Missing:
    """How strongly an unrecorded cause would have to go with both to explain the ratio away.

    Args:
        found: means of `retained`, or of another outcome of 0 and 1.
        confidence: level of the interval whose nearer end is looked at too.
    """
    ratio = risk_ratio(found, confidence)
    if isinstance(ratio, Missing):
        return Missing("e_value", ratio.reason)
    return e_values(ratio.estimate, float(ratio.conf_low or 0.0), float(ratio.conf_high or 0.0))


def naive_difference(
    rows: TrialRows, *, outcome: str = "outcome", confidence: float = 0.95
) -> Effect | Missing:
    """Those who enrolled against those who did not, as if chance had chosen them.

    Args:
        rows: of the trials.
        outcome: its name.
        confidence: level of the intervals, clustered by customer.

    Returns:
        The difference, which is no effect: the two differ in more than the program. Missing where
        one of them is empty; without a range where too few customers carry it.

    Raises:
        ValueError: on missing values or columns of different lengths.

    Examples:
        >>> rows = TrialRows(np.repeat([3.0, 1.0, 1.0, 0.0], 5), np.repeat([1, 1, 0, 0], 5),
        ...                  np.zeros((20, 1)), ["x"], np.arange(20), np.zeros(20))
        >>> naive_difference(rows).difference.estimate
        1.5
    """
    design = Design.of(rows, by_trial=False)
    y = checked_outcome(rows.outcome, design.weight)
    groups = design.weight * design.treated, design.weight * (1.0 - design.treated)
    if min(group.sum() for group in groups) <= 0.0:
        return Missing("naive", "There is nobody on one of the two sides.")
    means = [float(group @ y / group.sum()) for group in groups]
    influence = [
        tally(design.customer, group * (y - mean) / group.sum(), design.customers)
        for group, mean in zip(groups, means, strict=True)
    ]
    sizes = [design.customers_of(np.asarray(group > 0.0)) for group in groups]
    found = Means(means[0], means[1], influence[0], influence[1], sizes[0], sizes[1])
    return effect_of(found, outcome, confidence, "difference of plain means, not adjusted")
