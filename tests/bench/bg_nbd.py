"""BG/NBD on a million customers: our fit against lifetimes', in one run.

`python -m tests.bench.bg_nbd` prints seconds, their ratio and the peak memory of each process.
"""

import multiprocessing
import os
import resource
import sys
import time
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

CUSTOMERS = 1_000_000
SEED = 1997
CDNOW = (0.2426, 4.4136, 0.7929, 2.4259)
WINDOWS = (189, 272)  # days from first purchase to 1997-09-30 in the CDNOW cohort

Columns = tuple[npt.NDArray[np.float64], ...]
Fitter = Callable[[Columns], tuple[float, ...]]


class Measured(NamedTuple):
    """One fit: its parameters, how long it took, and the peak memory of its process."""

    parameters: tuple[float, ...]
    seconds: float
    megabytes: float


def customers() -> Columns:
    """Frequency, recency and T in weeks; purchases fall on days, windows spread as CDNOW's."""
    from retention_research.models.bg_nbd_likelihood import BgNbdParameters
    from retention_research.models.bg_nbd_simulation import simulate_bg_nbd

    rng = np.random.default_rng(SEED)
    days = rng.integers(WINDOWS[0], WINDOWS[1], CUSTOMERS, endpoint=True).astype(np.float64)
    people = simulate_bg_nbd(BgNbdParameters(*CDNOW), days / 7.0, rng)
    return people.frequency, np.ceil(people.recency * 7.0).clip(0.0, days) / 7.0, days / 7.0


def ours() -> Fitter:
    """This package's fit."""
    from retention_research.models.bg_nbd import fit_bg_nbd

    return lambda columns: fit_bg_nbd(*columns).parameters


def theirs() -> Fitter:
    """The fit of lifetimes."""
    from lifetimes import BetaGeoFitter

    return lambda columns: tuple(float(v) for v in BetaGeoFitter().fit(*columns).params_)


def measure(imported: Callable[[], Fitter]) -> Measured:
    """Fit three times and say what the middle one took; the imports are not counted."""
    warnings.simplefilter("ignore")  # lifetimes was written for older versions
    columns, fit = customers(), imported()
    took: list[float] = []
    for _ in range(3):
        began = time.perf_counter()
        parameters = fit(columns)
        took.append(time.perf_counter() - began)
    seconds = sorted(took)[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Measured(parameters, seconds, peak / (1024.0 if sys.platform != "darwin" else 1024.0**2))


def main() -> None:
    """Measure both, each in a process of its own, and print the comparison."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # for both, as a run gives its workers
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        here, there = pool.map(measure, [ours, theirs], chunksize=1)
    print(f"BG/NBD, {CUSTOMERS:,} customers simulated at CDNOW's parameters (medians of 3)")
    for name, took in (("retention_research", here), ("lifetimes", there)):
        told = " ".join(f"{value:.4f}" for value in took.parameters)
        print(f"{name:>20}: {took.seconds:6.2f} s, {took.megabytes:5.0f} MB at peak; {told}")
    print(f"{'ratio':>20}: {there.seconds / here.seconds:6.1f} times faster (10 wanted)")


if __name__ == "__main__":
    main()
