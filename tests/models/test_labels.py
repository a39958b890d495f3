"""Labels are numbered in their order, and missing ones are refused whatever they are written as."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from retention_research.models.labels import numbered


@pytest.mark.parametrize(
    "labels",
    [
        ["b", "a", "b"],
        (2, 1, 2),
        np.array([2.0, 1.0, 2.0]),
        pd.Series(["b", "a", "b"]),
        pd.Series(["b", "a", "b"], dtype="category"),
        [dt.date(2025, 2, 1), dt.date(2025, 1, 1), dt.date(2025, 2, 1)],
        np.array(["2025-02-01", "2025-01-01", "2025-02-01"], dtype="datetime64[D]"),
    ],
)
def test_labels_of_any_kind_are_numbered_in_their_order(labels):
    codes, levels = numbered("group", labels)
    assert codes.tolist() == [1, 0, 1]
    assert levels.tolist() == sorted(set(np.asarray(labels).tolist()))


@pytest.mark.parametrize(
    "labels",
    [
        ["a", None],
        ["a", float("nan")],
        [1.0, float("nan")],
        np.array([1.0, np.nan]),
        np.array(["2025-02-01", "NaT"], dtype="datetime64[D]"),
        pd.Series(["a", None]),
        pd.Series([1, None], dtype="Int64"),
        pd.Series(["a", None], dtype="category"),
    ],
)
def test_a_missing_label_is_refused_however_it_is_written(labels):
    with pytest.raises(ValueError, match=r"^group is missing in 1 "):
        numbered("group", labels)


def test_labels_without_an_order_are_refused_in_words():
    with pytest.raises(ValueError, match="labels that cannot be put in order: int, str"):
        numbered("cluster", ["a", 1])


def test_labels_are_one_per_row():
    with pytest.raises(ValueError, match=r"strata has shape \(2, 1\)"):
        numbered("strata", [["a"], ["b"]])


def test_of_no_rows_there_are_no_labels():
    codes, levels = numbered("group", [])
    assert codes.size == levels.size == 0
