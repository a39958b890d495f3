"""Cox regression of a million customers: our fit against statsmodels' PHReg, in one run.

`python -m tests.bench.cox` prints seconds of CPU, their ratios and the peak memory of each
process, with daily times and with times that no two customers share.
"""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SEED = 1972
EFFECTS = (0.3, -0.2, 0.1, 0.0, 0.5)
DAILY, UNTIED = 1_000_000, 100_000

Columns = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.float64]]
Fitter = Callable[[Columns], tuple[float, ...]]


class Measured(NamedTuple):
    """One fit: its coefficients, the CPU it took, and the peak memory of its process."""

    coefficients: tuple[float, ...]
    seconds: float
    megabytes: float


def customers(size: int, *, daily: bool) -> Columns:
    """Durations in days, whether they ended in the event, and five covariates."""
    rng = np.random.default_rng(SEED)
    x = rng.normal(size=(size, len(EFFECTS)))
    event = rng.exponential(300.0 * np.exp(-x @ EFFECTS))
    watched = rng.uniform(100.0, 700.0, size)
    duration = np.minimum(event, watched)
    return (np.ceil(duration) if daily else duration), event <= watched, x


def ours() -> Fitter:
    """This package's fit, the placing of its rows included."""
    from retention_research.models.cox import CoxFit, CoxRows, fit_cox

    def fit(columns: Columns) -> tuple[float, ...]:
        found = fit_cox(CoxRows.of(*columns, names=list("abcde")))
        assert isinstance(found, CoxFit)
        return tuple(found.values.tolist())

    return fit


def theirs() -> Fitter:
    """The fit of statsmodels, with its standard errors as our fit has them."""
    from statsmodels.duration.hazard_regression import PHReg

    def fit(columns: Columns) -> tuple[float, ...]:
        duration, event, x = columns
        found = PHReg(duration, x, event.astype(np.float64), ties="efron").fit(disp=0)
        assert np.isfinite(found.bse).all()
        return tuple(float(value) for value in found.params)

    return fit


def measure(size: int, daily: bool, rounds: int, imported: Callable[[], Fitter]) -> Measured:
    """Fit some rounds and say what the middle one took; the imports are not counted."""
    columns, fit = customers(size, daily=daily), imported()
    took: list[float] = []
    for _ in range(rounds):
        began = time.process_time()
        coefficients = fit(columns)
        took.append(time.process_time() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / (1024.0 if sys.platform != "darwin" else 1024.0**2)
    return Measured(coefficients, sorted(took)[len(took) // 2], megabytes)


def compare(size: int, *, daily: bool, wanted: float) -> None:
    """Measure both, each in a process of its own, and print the comparison."""
    told = partial(measure, size, daily)
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        here, there = pool.starmap(told, [(3, ours), (1, theirs)], chunksize=1)
    times = "daily times" if daily else "no two times alike"
    print(f"Cox, {size:,} customers, {len(EFFECTS)} covariates, {times} (seconds of CPU)")
    for name, took in (("retention_research", here), ("statsmodels", there)):
        values = " ".join(f"{value:.6f}" for value in took.coefficients)
        print(f"{name:>20}: {took.seconds:7.2f} s, {took.megabytes:5.0f} MB at peak; {values}")
    print(f"{'ratio':>20}: {there.seconds / here.seconds:7.1f} times faster ({wanted:g} wanted)")


def main() -> None:
    """A million customers by day, and a hundred thousand without ties."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # for both, as a run gives its workers
    compare(DAILY, daily=True, wanted=5.0)
    compare(UNTIED, daily=False, wanted=50.0)


if __name__ == "__main__":
    main()
