"""Customers who enrol by themselves, for the tests of enrolment."""

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from retention_research.programs.enrolment import TrialRows

Floats = npt.NDArray[np.float64]


def volunteers(n: int = 600, *, seed: int = 7, hidden: float = 0.0, each: int = 1) -> TrialRows:
    """Rows of customers who enrol the more readily the more they order; the effect is 0.5.

    Args:
        n: rows.
        seed: of all chance.
        hidden: how much an unrecorded cause does to enrolling, the outcome and the placebo.
        each: rows per customer.
    """
    rng = np.random.default_rng(seed)
    x, unseen = rng.normal(size=(n, 2)), rng.normal(size=n)
    treated = rng.random(n) < expit(-0.5 + 0.8 * x[:, 0] + 0.4 * x[:, 1] + hidden * unseen)
    placebo = 1.0 + x[:, 0] + hidden * unseen + rng.normal(size=n)
    outcome = 2.0 + x[:, 0] + 0.5 * x[:, 1] + hidden * unseen + 0.5 * treated + rng.normal(size=n)
    place = np.arange(n)
    return TrialRows(
        outcome, treated, x, ("orders", "tenure"), place // each, place % each, placebo
    )


def rows_of(table: list[tuple[float, int, float, int]]) -> TrialRows:
    """Rows from (covariate, enrolled, outcome, how many customers); one trial."""
    many = np.array([row[3] for row in table])
    x, treated, outcome = (np.repeat([row[k] for row in table], many) for k in range(3))
    n = int(many.sum())
    return TrialRows(outcome, treated, x[:, None], ("orders",), np.arange(n), np.zeros(n))
