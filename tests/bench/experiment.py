"""An experiment of a million customers: five metrics, each adjusted by its own past.

`python -m tests.bench.experiment` prints seconds of CPU, and how long least squares of statsmodels
take for one of the metrics.
"""

import os
import time
from collections.abc import Callable

import numpy as np

from retention_research.models.arrays import Flags, Floats
from retention_research.models.fit import Estimate
from retention_research.programs.experiment import Sample, bootstrap_means, difference

SEED = 2013
CUSTOMERS, METRICS = 1_000_000, 5
WANTED = 5.0  # seconds for all metrics


def customers() -> tuple[Floats, Floats, Flags]:
    """Metrics after and before, shape (customers, metrics), and who was treated."""
    rng = np.random.default_rng(SEED)
    before = rng.gamma(1.0, 1.0, (CUSTOMERS, METRICS))
    treated = rng.random(CUSTOMERS) < 0.5
    return rng.poisson(before + 0.1 * treated[:, None]).astype(np.float64), before, treated


def seconds(call: Callable[[], object]) -> float:
    """Of CPU, the middle one of three rounds."""
    took = []
    for _ in range(3):
        began = time.process_time()
        call()
        took.append(time.process_time() - began)
    return sorted(took)[1]


def ours(after: Floats, before: Floats, treated: Flags) -> list[Estimate]:
    """Five adjusted differences, checks of the rows included."""
    columns = zip(after.T, before.T, strict=True)
    found = (difference(Sample(y, treated, x)).difference for y, x in columns)
    return [row for row in found if isinstance(row, Estimate)]


def theirs(after: Floats, before: Floats, treated: Flags) -> tuple[float, float]:
    """Lin's regression of one metric by statsmodels: the effect and its HC2 error."""
    import statsmodels.api as sm

    x = before[:, 0] - before[:, 0].mean()
    design = np.column_stack([np.ones(x.size), treated, x, treated * x])
    fit = sm.OLS(after[:, 0], design).fit(cov_type="HC2")
    return float(fit.params[1]), float(fit.bse[1])


def main() -> None:
    """Measure and print."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    after, before, treated = customers()
    here = seconds(lambda: ours(after, before, treated))
    there = seconds(lambda: theirs(after, before, treated))
    draws = seconds(lambda: bootstrap_means(after, treated, rng=np.random.default_rng(SEED)))
    one, other = ours(after, before, treated)[0], theirs(after, before, treated)
    print(f"Experiment, {CUSTOMERS:,} customers, {METRICS} metrics with CUPED (seconds of CPU)")
    print(f"{'retention_research':>20}: {here:7.2f} s ({WANTED:g} s allowed); {one.estimate:.6f}")
    print(f"{'statsmodels':>20}: {there:7.2f} s for one of them; {other[0]:.6f}")
    print(f"{'ratio':>20}: {there * METRICS / here:7.1f} times faster")
    print(f"{'2,000 draws of all':>20}: {draws:7.2f} s")


if __name__ == "__main__":
    main()
