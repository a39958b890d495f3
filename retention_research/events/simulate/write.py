"""The folder that `simulate` leaves: a Parquet file per table, and the truth; all or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from retention_research.study import StudyError

if TYPE_CHECKING:
    from retention_research.events.simulate.company import Company

Tell = Callable[[str], None]
_MOST_WORKERS = 8  # each holds a company in memory


def write_company(
    folder: Path, customers: int, seed: int, latent_cause: bool = False, tell: Tell = print
) -> None:
    """Simulate a company and write its tables and its truth.

    Args:
        folder: new or empty; it appears when everything is in it.
        customers: how many, 1 or more.
        seed: start of every random draw; the same seed writes the same bytes.
        latent_cause: add a cause of joining and of staying that no table records.
        tell: called with one line per step.

    Raises:
        StudyError: if the folder holds something already, or cannot be written.
    """
    refuse_full(folder)
    with _appearing(folder) as staged:
        write_tables(staged, customers, seed, latent_cause, tell)
        write_truth(staged, customers, seed, latent_cause, tell)


def refuse_full(folder: Path) -> None:
    """Refuse a folder that holds something: nobody's files are mixed with made-up ones.

    Raises:
        StudyError: if it holds something, is a file, or is where the caller stands.

    Example:
        >>> refuse_full(getfixture("tmp_path") / "company")
    """
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder} is a file: name a new folder.")
    if folder.is_dir() and any(folder.iterdir()):
        raise StudyError(f"{folder} is not empty: name a new folder, or empty it first.")
    if folder.resolve() == Path.cwd():
        raise StudyError(f"{folder} is the folder you are in: name a new one.")


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    home = folder.resolve()
    staged = home.with_name(f".{home.name}-{os.getpid()}")
    try:
        staged.mkdir(parents=True)
        yield staged
        staged.rename(home)  # over an empty folder too, in one step
    except OSError as error:
        raise StudyError(f"{folder} cannot be written: {error.strerror or error}.") from None
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def write_tables(folder: Path, customers: int, seed: int, latent_cause: bool, tell: Tell) -> None:
    """Write a Parquet file per event table.

    Args:
        folder: must be there.
        customers: how many, 1 or more.
        seed: start of every random draw.
        latent_cause: as `write_company`.
        tell: called with one line per table.
    """
    import pyarrow.parquet as pq

    from retention_research.events.simulate.company import WEEKS, Company
    from retention_research.events.simulate.tables import company_tables
    from retention_research.events.simulate.weeks import simulate_company

    tell(f"simulating {customers:,} customers over {WEEKS} weeks")
    history = simulate_company(Company(latent_cause=latent_cause), customers, seed)
    for name, table in company_tables(history).items():
        pq.write_table(table, folder / f"{name}.parquet")
        tell(f"{name}: {table.num_rows:,} rows")


def write_truth(folder: Path, customers: int, seed: int, latent_cause: bool, tell: Tell) -> None:
    """Write truth.json, what reports on these tables should find, and truth/uplift.parquet.

    Args:
        folder: must be there.
        customers: how many, 1 or more.
        seed: start of every random draw.
        latent_cause: as `write_company`.
        tell: called with one line per step.
    """
    import json

    from retention_research.events.simulate.company import Company
    from retention_research.events.simulate.truth import company_truth

    tell("working out the truth: minutes at first, then kept for the next company")
    company = Company(latent_cause=latent_cause)
    workers = min(os.cpu_count() or 1, _MOST_WORKERS)
    truth = {**company_truth(company, customers, workers=workers), "seed": seed}
    text = json.dumps(truth, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")
    tell(f"truth.json: {len(truth['kpis'])} KPIs, {len(truth['programs'])} programs")
    tell(f"truth/uplift.parquet: {write_uplift(folder / 'truth', company, customers, seed):,} rows")


def write_uplift(folder: Path, company: Company, customers: int, seed: int) -> int:
    """Write what every customer does with and without each program; no source reads it.

    Args:
        folder: made here, apart from the tables.
        company: the parameters.
        customers: how many, 1 or more.
        seed: of the company whose tables were made.

    Returns:
        How many rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from retention_research.events.simulate.history import DAY
    from retention_research.events.simulate.tables_columns import ids, names, times
    from retention_research.events.simulate.truth_programs import OUTCOMES, PAIRED, uplift

    found = uplift(company, customers, seed)
    who, program, start = (found[name].astype("int64") for name in ("customer", "program", "start"))
    worlds = [f"{world}_{outcome}" for outcome in OUTCOMES for world in ("with", "without")]
    table = pa.table(
        {
            "customer_id": ids("C", who),
            "program": names(program, PAIRED),
            "start": times(start * DAY),
            **{name: pa.array(found[name]) for name in worlds},
        }
    )
    folder.mkdir()
    pq.write_table(table, folder / "uplift.parquet")
    return table.num_rows
