"""Of very many customers, some drawn evenly: more would move no digit that is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retention_research.answers.driver_rows import BirthRows, LandmarkRows

if TYPE_CHECKING:
    import pandas as pd

MOST_CUSTOMERS = 30_000


def thinned(frame: pd.DataFrame, most: int = MOST_CUSTOMERS) -> pd.DataFrame:
    """Every k-th customer by number, with all rows; all of them if they are no more than `most`.

    Args:
        frame: with `customer`, a whole number.
        most: customers to keep, at most.
    """
    step = _step(int(frame["customer"].nunique()), most)
    if step == 1:
        return frame
    return frame[frame["customer"] % step == 0].reset_index(drop=True)


def thinned_landmarks(
    rows: LandmarkRows, most: int = MOST_CUSTOMERS
) -> tuple[LandmarkRows, int | None]:
    """The rows of some customers, and how many there were; None if all are kept."""
    everybody = int(rows.frame["customer"].nunique())
    if everybody <= most:
        return rows, None
    return replace(rows, frame=thinned(rows.frame, most)), everybody


def thinned_births(rows: BirthRows, most: int = MOST_CUSTOMERS) -> BirthRows:
    """Every k-th cell."""
    step = _step(len(rows.frame), most)
    return replace(rows, frame=rows.frame.iloc[::step].reset_index(drop=True))


def _step(there: int, most: int) -> int:
    return max(1, -(-there // most))
