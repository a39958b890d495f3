"""The folder that `simulate` leaves: a Parquet file per table, and the truth; all or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from retention_research.study import StudyError

Tell = Callable[[str], None]


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
    """Write truth.json: what reports on these tables should find.

    Args:
        folder: must be there.
        customers: how many, 1 or more.
        seed: start of every random draw.
        latent_cause: as `write_company`.
        tell: called with one line per step.
    """
    import json
    from dataclasses import asdict

    from retention_research.events.simulate.company import Company

    truth = {
        "schema": 1,
        "customers": customers,
        "seed": seed,
        "parameters": asdict(Company(latent_cause=latent_cause)),
    }
    text = json.dumps(truth, indent=1, sort_keys=True)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")
    tell("truth.json: the parameters")
