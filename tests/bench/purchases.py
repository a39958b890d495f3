"""The purchase summary of ten million transactions: ours, lifetimes', and a bare group-by.

`python -m tests.bench.purchases` prints seconds, ratios and the peak memory of each process.
"""

import multiprocessing
import resource
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

ROWS, CUSTOMERS, DAYS = 10_000_000, 1_000_000, 540
START, END = date(2024, 1, 1), date(2025, 6, 23)


class Measured(NamedTuple):
    """What one summary took."""

    customers: int
    repeats: int
    seconds: float
    megabytes: float


def write_transactions(file: Path) -> None:
    """Orders at random times, as a shop's warehouse keeps them; the same rows every time."""
    import duckdb

    con = duckdb.connect()
    con.execute("set enable_progress_bar = false")
    con.sql(
        f"""copy (
          select 'C' || lpad((hash(i * 7) % {CUSTOMERS})::varchar, 7, '0') as customer_id,
                 timestamp '2024-01-01' + to_seconds(s::bigint) as timestamp,
                 (date '2024-01-01' + (s // 86400)::int)::date as day,
                 (hash(i * 17 + 3) % 10000) / 100.0::double as amount,
                 null::varchar as order_id
          from (select i, (hash(i * 13 + 1) % {86400 * DAYS})::bigint as s from range({ROWS}) t(i))
        ) to '{file}' (format parquet)"""
    )


def bare(file: Path) -> tuple[int, int]:
    """The least that any summary must do."""
    import duckdb

    found = duckdb.sql(
        "select customer_id, count(*) as n, sum(amount) as s, min(timestamp) as first "
        f"from '{file}' group by customer_id"
    ).df()
    return len(found), 0


def ours(file: Path) -> tuple[int, int]:
    """Frequency, recency, T, monetary value, gaps: every column of the summary."""
    import ibis

    from retention_research.periods import ObservationWindow
    from retention_research.summaries.purchases import purchase_days, summarise_purchases

    rows = ibis.duckdb.connect().read_parquet(file)
    window = ObservationWindow(START, END, END)
    found = summarise_purchases(purchase_days(rows, END), window).to_pandas()
    return len(found), int(found["frequency"].sum())


def theirs(file: Path) -> tuple[int, int]:
    """The summary of lifetimes, reading the same file."""
    import pandas as pd
    from lifetimes.utils import summary_data_from_transaction_data

    rows = pd.read_parquet(file, columns=["customer_id", "timestamp", "amount"])
    found = summary_data_from_transaction_data(
        rows, "customer_id", "timestamp", "amount", observation_period_end=END, freq="D"
    )
    return len(found), int(found["frequency"].sum())


def measure(job: tuple[Callable[[Path], tuple[int, int]], Path]) -> Measured:
    """Summarise three times and say what the middle one took; imports are not counted."""
    warnings.simplefilter("ignore")  # lifetimes was written for older versions
    import duckdb  # noqa: F401
    import ibis  # noqa: F401
    import lifetimes.utils  # noqa: F401

    summarise, file = job
    took: list[float] = []
    for _ in range(3):
        began = time.perf_counter()
        customers, repeats = summarise(file)
        took.append(time.perf_counter() - began)
    seconds = sorted(took)[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(customers, repeats, seconds, peak)


def main() -> None:
    """Measure all three, each in a process of its own, and print the comparison."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "transactions.parquet"
        write_transactions(file)
        jobs = [(work, file) for work in (bare, ours, theirs)]
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
            least, here, there = pool.map(measure, jobs, chunksize=1)
    told = f"{ROWS:,} transactions, {least.customers:,} customers (medians of 3)"
    print(f"Purchase summary of {told}")
    named = (("bare group-by", least), ("retention_research", here), ("lifetimes", there))
    for name, took in named:
        told = f"{took.repeats:,} repeat purchases" if took.repeats else ""
        print(f"{name:>20}: {took.seconds:6.2f} s, {took.megabytes:5.0f} MB at peak  {told}")
    faster, dearer = there.seconds / here.seconds, here.seconds / least.seconds
    print(f"{'ratio':>20}: {faster:6.1f} times faster than lifetimes (4 wanted)")
    print(f"{'ratio':>20}: {dearer:6.1f} times the bare group-by (8 allowed)")


if __name__ == "__main__":
    main()
