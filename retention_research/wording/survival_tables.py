"""Rows of the survival report's tables as a page shows them: in weeks, gaps with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.survival import Survival
from retention_research.answers.survival_segments import Segment
from retention_research.wording.numbers import Wording

if TYPE_CHECKING:
    import pandas as pd

_WEEK = 7  # days
_CHANCE = 0.05
_DAYS = ("median_wait", "tenure_mean", "days_low", "days_high", "mean_difference",
         "difference_low", "difference_high")  # fmt: skip
_YOUNG = "too few so long yet"


def weeks(days: float, wording: Wording) -> str:
    r"""A length or a difference in weeks, so that no column changes its unit.

    Example:
        >>> weeks(-2.5, Wording("en_GB", "EUR")).lstrip("\u2212\u2060")
        '0.4 weeks'
    """
    length = round(days / _WEEK, 1)
    digits = 1 + (abs(length) >= 1) + (abs(length) >= 10) + (abs(length) >= 100)
    return f"{wording.number(length, digits) if length else '0'} weeks"


def orders_rows(found: Survival, wording: Wording) -> pd.DataFrame:
    """Waits by number of order; of a median that was not reached, that fewer than half are back."""
    rows = _in_weeks(found.orders.frame, wording)
    rows = _told(rows, "median_wait", "days_low", "fewer than half")
    return _told(rows, "probability", "share_low", "none or all")


def months_rows(frame: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    """Months or groups; of one too young, so much."""
    rows = _told(_in_weeks(frame, wording), "probability", "share_low", _YOUNG)
    return _told(rows, "tenure_mean", "days_low", _YOUNG)


def group_rows(one: Segment, wording: Wording) -> pd.DataFrame:
    """The groups of a segment beside the largest, with what tests of pairs say."""
    rows = _in_weeks(one.levels, wording)
    rows = _told(rows, "tenure_mean", "days_low", _YOUNG)
    rows = _told(rows, "mean_difference", "difference_low", "not known")
    rows.loc[rows["group"] == one.reference, "mean_difference"] = "the largest"
    rows["told_apart"] = [_apart(one, str(group)) for group in one.levels["group"]]
    return rows.rename(columns={"tenure_mean": "contract_life"}) if one.of_contracts else rows


def _apart(one: Segment, group: str) -> str:
    pairs = one.pairs
    both = pairs["group"].isin([group, one.reference]) & pairs["other_group"].isin(
        [group, one.reference]
    )
    if group == one.reference or not both.any():
        return "–"
    return "differs" if pairs.loc[both, "p_holm"].iloc[0] < _CHANCE else "no clear difference"


def marks_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Second purchases by week: who is at risk has not bought again yet."""
    return frame.rename(columns={"n_at_risk": "not_back_yet"})


def curve_rows(found: Survival) -> pd.DataFrame:
    """The main curve by week, of contracts where there are any."""
    frame = found.shape.curve
    return frame.rename(columns={"survival": "still_running"}) if found.contracts else frame


def _in_weeks(frame: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    """The frame with its lengths written in weeks, missing ones left as they are."""
    written = {
        name: frame[name].map(lambda days: weeks(float(days), wording), na_action="ignore")
        for name in _DAYS
        if name in frame.columns
    }
    return frame.assign(**written)


def _told(rows: pd.DataFrame, column: str, low: str, why: str) -> pd.DataFrame:
    """A missing number says why it is missing, and its range is a dash."""
    if column not in rows.columns:
        return rows
    open_ = rows[column].isna()
    told = rows.astype({column: "object", low: "object"})
    told.loc[open_, column], told.loc[open_, low] = why, "–"
    return told
