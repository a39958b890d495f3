"""Kaplan-Meier of a million customers in five groups: ours against statsmodels', in one run.

`python -m tests.bench.survival` prints seconds, their ratio and the peak memory of each process.
Beside it: the same customers with fractional weights, and the log-rank test of their groups.
"""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

CUSTOMERS, GROUPS, DAYS = 1_000_000, 5, 730
SEED = 1958
ALLOWED_SECONDS, ALLOWED_MEGABYTES = 1.0, 2000.0


class Rows(NamedTuple):
    """Days until the event or the end of watching, whether it was the event, and the group."""

    duration: npt.NDArray[np.int64]
    event: npt.NDArray[np.bool_]
    group: npt.NDArray[np.int64]


class Measured(NamedTuple):
    """A piece of work: one number of its result, its seconds, and the peak of its process."""

    result: float
    seconds: float
    megabytes: float


def customers() -> Rows:
    """Exponential times by the day, watched for up to two years."""
    rng = np.random.default_rng(SEED)
    group = rng.integers(0, GROUPS, CUSTOMERS)
    event = np.ceil(rng.exponential(200.0 + 50.0 * group)).astype(np.int64)
    watched = rng.integers(1, DAYS, CUSTOMERS)
    return Rows(np.minimum(event, watched), event <= watched, group)


def by_group(fit: Callable[..., Any]) -> Callable[[Rows], list[Any]]:
    """Fit every group's rows."""

    def work(rows: Rows) -> list[Any]:
        parts = (rows.group == level for level in range(GROUPS))
        return [fit(rows.duration[part], rows.event[part]) for part in parts]

    return work


def ours() -> Callable[[Rows], float]:
    """This package's curves."""
    from retention_research.models.kaplan_meier import fit_kaplan_meier

    fits = by_group(fit_kaplan_meier)
    return lambda rows: float(sum(fit.survival_at(365.0).estimate for fit in fits(rows)))


def theirs() -> Callable[[Rows], float]:
    """The curves of statsmodels: points and errors, without intervals."""
    from statsmodels.duration.survfunc import SurvfuncRight

    fits = by_group(SurvfuncRight)

    def work(rows: Rows) -> float:
        found = fits(rows)
        places = [int(np.searchsorted(fit.surv_times, 365, side="right")) - 1 for fit in found]
        return float(sum(f.surv_prob[place] for f, place in zip(found, places, strict=True)))

    return work


def weighted() -> Callable[[Rows], float]:
    """This package's curves with a fractional weight per customer."""
    from retention_research.models.kaplan_meier import fit_kaplan_meier

    weights = np.random.default_rng(SEED).uniform(1.0, 3.0, CUSTOMERS)

    def work(rows: Rows) -> float:
        parts = (rows.group == level for level in range(GROUPS))
        return float(
            sum(
                fit_kaplan_meier(rows.duration[p], rows.event[p], weights=weights[p])
                .survival_at(365.0)
                .estimate
                for p in parts
            )
        )

    return work


def tested() -> Callable[[Rows], float]:
    """The log-rank test of the groups."""
    from retention_research.models.log_rank import log_rank

    return lambda rows: float(log_rank(*rows).statistic)


def measure(imported: Callable[[], Callable[[Rows], float]]) -> Measured:
    """Work three times and say what the middle one took; the imports are not counted."""
    rows, work = customers(), imported()
    took: list[float] = []
    for _ in range(3):
        began = time.perf_counter()
        result = work(rows)
        took.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / (1024.0 if sys.platform != "darwin" else 1024.0**2)
    return Measured(result, sorted(took)[1], megabytes)


def main() -> None:
    """Measure each in a process of its own, and print the comparison."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # for all, as a run gives its workers
    works = {"retention_research": ours, "statsmodels": theirs,
             "fractional weights": weighted, "log-rank test": tested}  # fmt: skip
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        found = dict(zip(works, pool.map(measure, works.values(), chunksize=1), strict=True))
    print(f"Kaplan-Meier by {GROUPS} groups, {CUSTOMERS:,} customers by the day (medians of 3)")
    for name, took in found.items():
        print(f"{name:>20}: {took.seconds:6.2f} s, {took.megabytes:5.0f} MB at peak; "
              f"{took.result:.6f}")  # fmt: skip
    here, there = found["retention_research"], found["statsmodels"]
    print(f"{'ratio':>20}: {there.seconds / here.seconds:6.1f} times as fast as statsmodels")
    print(f"{'wanted':>20}: under {ALLOWED_SECONDS:g} s and {ALLOWED_MEGABYTES:g} MB")


if __name__ == "__main__":
    main()
