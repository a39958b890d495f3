"""The doubly robust effect of enrolling on 20,000 rows: ours against statsmodels, in one run.

`python -m tests.bench.enrolment` prints seconds of CPU, their ratio, and both estimates with their
standard errors; beside them, our estimate cross-fitted over five folds of customers.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

SEED, ROWS, COVARIATES = 1994, 20_000, 8
ALLOWED_SECONDS = 0.5

Columns = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.float64]]


class Measured(NamedTuple):
    """One estimate, its standard error, and the CPU that it took."""

    estimate: float
    std_error: float
    seconds: float


def customers() -> Columns:
    """Outcomes, who enrolled, and eight covariates, two of which matter to both."""
    rng = np.random.default_rng(SEED)
    x = rng.normal(size=(ROWS, COVARIATES))
    odds = -1.0 + 0.6 * x[:, 0] + 0.4 * x[:, 1]
    enrolled = rng.random(ROWS) < 1.0 / (1.0 + np.exp(-odds))
    outcome = 2.0 + x[:, 0] + 0.5 * x[:, 1] + 0.7 * enrolled + rng.normal(size=ROWS)
    return outcome, enrolled, x


def ours(columns: Columns) -> tuple[float, float]:
    """This package's closed form."""
    from retention_research.models.fit import Missing
    from retention_research.programs.enrolment import aipw

    effect = aipw(*columns)
    assert not isinstance(effect, Missing)
    assert not isinstance(effect.difference, Missing)
    assert effect.difference.std_error is not None
    return effect.difference.estimate, effect.difference.std_error


def crossed(columns: Columns) -> tuple[float, float]:
    """This package's estimate, cross-fitted."""
    from retention_research.models.fit import Missing
    from retention_research.programs.enrolment import TrialRows, doubly_robust

    y, t, x = columns
    names, who = [f"x{k}" for k in range(COVARIATES)], np.arange(y.size)
    rows = TrialRows(y, t, x, names, who, np.zeros(y.size))
    found = doubly_robust(rows, estimand="ate", rng=np.random.default_rng(SEED))
    assert not isinstance(found, Missing)
    assert not isinstance(found.effect.difference, Missing)
    assert found.effect.difference.std_error is not None
    return found.effect.difference.estimate, found.effect.difference.std_error


def theirs(columns: Columns) -> tuple[float, float]:
    """The estimate of statsmodels with its standard error by GMM."""
    import statsmodels.api as sm
    from statsmodels.treatment.treatment_effects import TreatmentEffect

    y, t, x = columns
    design, treated = sm.add_constant(x), t.astype(np.float64)
    chance = sm.Logit(treated, design).fit(disp=0)
    found = TreatmentEffect(sm.OLS(y, design), treated, results_select=chance).aipw()
    return float(found.effect[0]), float(found.sd[0])


def measure(estimate: Callable[[Columns], tuple[float, float]], rounds: int) -> Measured:
    """Estimate some rounds after a small one that imports what is needed; the middle round."""
    columns = customers()
    few: Columns = (columns[0][:500], columns[1][:500], columns[2][:500])
    estimate(few)
    took: list[float] = []
    for _ in range(rounds):
        began = time.process_time()
        value, error = estimate(columns)
        took.append(time.process_time() - began)
    return Measured(value, error, sorted(took)[len(took) // 2])


def main() -> None:
    """Measure all three and print the comparison."""
    print(f"AIPW of {ROWS:,} rows, {COVARIATES} covariates (seconds of CPU)")
    with threadpool_limits(1):  # for all, as a run gives its workers
        here, folded, there = measure(ours, 5), measure(crossed, 5), measure(theirs, 1)
    named = {"retention_research": here, "cross-fitted": folded, "statsmodels": there}
    for name, took in named.items():
        told = f"{took.estimate:.6f} ({took.std_error:.6f})"
        print(f"{name:>20}: {took.seconds:7.3f} s; {told}")
    print(f"{'allowed':>20}: {ALLOWED_SECONDS:7.3f} s")
    print(f"{'ratio':>20}: {there.seconds / here.seconds:7.0f} times faster")


if __name__ == "__main__":
    main()
