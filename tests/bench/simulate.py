"""The tables of a simulated company of 100,000 customers: what happens, the tables, the files.

`python -m tests.bench.simulate` prints seconds, their shares and the peak memory of the process.
"""

import multiprocessing
import resource
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

CUSTOMERS, ALLOWED = 100_000, 30.0


class Measured(NamedTuple):
    """What one company took; seconds of each step, rows of all tables, megabytes at most."""

    history: float
    tables: float
    files: float
    rows: int
    megabytes: float


def make(customers: int) -> Measured:
    """Make a company in steps; imports are counted."""
    began = time.perf_counter()
    import pyarrow.parquet as pq

    from retention_research.events.simulate.company import Company
    from retention_research.events.simulate.tables import company_tables
    from retention_research.events.simulate.weeks import simulate_company

    history = simulate_company(Company(), customers, seed=1)
    happened = time.perf_counter()
    tables = company_tables(history)
    told = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for name, table in tables.items():
            pq.write_table(table, Path(folder) / f"{name}.parquet")
    ended = time.perf_counter()
    rows = sum(table.num_rows for table in tables.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(happened - began, told - happened, ended - told, rows, peak)


def main() -> None:
    """Make one in a fresh process and print what it took."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        took = pool.apply(make, (CUSTOMERS,))
    whole = took.history + took.tables + took.files
    print(f"A simulated company of {CUSTOMERS:,} customers, {took.rows:,} rows in twelve tables")
    for name in ("history", "tables", "files"):
        seconds = getattr(took, name)
        print(f"{name:>20}: {seconds:6.2f} s, {seconds / whole:4.0%}")
    print(f"{'together':>20}: {whole:6.2f} s ({ALLOWED:.0f} allowed);  {took.megabytes:,.0f} MB")


if __name__ == "__main__":
    main()
