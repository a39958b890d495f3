"""Rows out of the engine as frames of small columns, and what their drivers are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from retention_research.answers.driver_rows.kinds import MISSING, UNKNOWN, Driver
from retention_research.summaries.segments import OTHER

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa

MOST_LEVELS = 20  # of a column; rarer ones are merged
_MOSTLY = 0.75  # of rows at zero, from which a quantity is looked at as yes or no


@dataclass(frozen=True, slots=True)
class Candidate:
    """A driver that a study's tables offer, before its values have been looked at.

    Attributes:
        driver: with the kind it has if it is not zero-heavy.
        absent: what it is for customers of whom its table has no row; None: not known.
        open_ended: whether levels are the source's own words, of which small ones are merged.
        any_heading: what it is called if it is looked at as yes or no.
        first: levels that may be the reference, the first that is there is; else the largest.
        elsewhere: levels that another driver tells of.
        unusable: why it is not looked at, whatever its values are; empty if it may be.
    """

    driver: Driver
    absent: float | str | bool | None = None
    open_ended: bool = False
    any_heading: str = ""
    first: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    unusable: str = ""


def columns_of(table: ir.Table) -> dict[str, Any]:
    """A table of the engine as small arrays: categories, int8 for yes and no, int32, float32."""
    rows = table.to_pyarrow()
    return {name: _small(rows.column(name)) for name in rows.column_names}


def _small(column: pa.ChunkedArray) -> Any:
    import pandas as pd
    import pyarrow.types as kinds

    if kinds.is_string(column.type) or kinds.is_large_string(column.type):
        coded = column.dictionary_encode().unify_dictionaries().combine_chunks()
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        names = pd.Index(coded.dictionary.to_pylist(), dtype="str")
        values = pd.Categorical.from_codes(codes, names)
        return values.reorder_categories(names.sort_values())
    if kinds.is_date(column.type):
        return column.cast("timestamp[s]").to_numpy()
    if column.null_count:
        return column.cast("float32", safe=False).to_numpy()
    small = "int8" if kinds.is_boolean(column.type) else "int32"
    whole = kinds.is_boolean(column.type) or kinds.is_integer(column.type)
    return column.cast(small if whole else "float32", safe=False).to_numpy()


def stacked(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The same columns of several tables, one under the other."""
    return {name: _joined([part[name] for part in parts]) for name in parts[0]}


def _joined(pieces: Sequence[Any]) -> Any:
    from pandas.api.types import union_categoricals

    if hasattr(pieces[0], "categories"):
        return union_categoricals(pieces, sort_categories=True)
    return np.concatenate(pieces)


def settled(
    columns: Mapping[str, Any],
    candidates: Iterable[Candidate],
    kept: Sequence[str],
    floor: int,
) -> tuple[pd.DataFrame, tuple[Driver, ...], dict[str, str]]:
    """The frame of the rows, its drivers with their kinds settled, and what is left out and why.

    A quantity of which three quarters of the rows or more are 0 is looked at as yes or no. Levels
    of fewer customers than the floor, and those beyond the most frequent `MOST_LEVELS`, are merged
    into "other". A driver that is not known of anybody, has one value only, or tells fewer
    customers apart than the floor, is left out.

    Args:
        columns: of the rows, with `customer`.
        candidates: what is offered.
        kept: columns that are no drivers.
        floor: the study's group_floor.

    Returns:
        The frame, drivers before adjusters, and name to reason.
    """
    import pandas as pd

    made: dict[str, Any] = {name: columns[name] for name in kept}
    drivers: list[Driver] = []
    left_out: dict[str, str] = {}
    for one in candidates:
        name = one.driver.name
        found = _of_kind(one, columns[name], columns["customer"], floor)
        if isinstance(found, str):
            left_out[name] = found
            continue
        driver, values = found
        drivers.append(driver)
        made[name] = values
        if driver.missing:
            made[driver.missing] = np.isnan(values).astype(np.int8)
    ordered = sorted(drivers, key=lambda driver: driver.role == "adjuster")
    return pd.DataFrame(made, copy=False), tuple(ordered), left_out


def _of_kind(one: Candidate, values: Any, customer: Any, floor: int) -> tuple[Driver, Any] | str:
    if one.unusable:
        return one.unusable
    if one.driver.kind == "level":
        return _levels(one, values, customer, floor)
    return _number(one, values, customer, floor)


def _number(one: Candidate, values: Any, customer: Any, floor: int) -> tuple[Driver, Any] | str:
    blank = np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), np.bool_)
    if one.absent is not None and blank.any():
        values = np.where(blank, np.float32(one.absent), values)
        blank = np.zeros(len(values), np.bool_)
    known = values[~blank]
    if reason := _says_nothing(known, customer[~blank], floor):
        return reason
    driver = replace(one.driver, missing=f"{one.driver.name}{MISSING}" if blank.any() else "")
    if driver.kind != "yes_no" and one.any_heading and (known == 0).mean() >= _MOSTLY:
        driver = replace(driver, kind="yes_no", heading=one.any_heading)
        values = np.where(blank, np.nan, values > 0).astype(np.float32)
    if driver.kind == "yes_no" and not blank.any():
        return driver, values.astype(np.int8)
    return driver, values.astype(np.float32)


def _says_nothing(known: Any, customer: Any, floor: int) -> str:
    if not known.size:
        return "It is not known of any customer."
    if known.min() == known.max():
        return "It is the same for every customer of whom it is known."
    usual = np.median(known)
    apart = np.unique(customer[known != usual]).size
    if apart < floor:
        return f"It tells only {apart} {'customer' if apart == 1 else 'customers'} apart."
    return ""


def _levels(one: Candidate, values: Any, customer: Any, floor: int) -> tuple[Driver, Any] | str:
    import pandas as pd

    absent = str(one.absent) if one.absent is not None else UNKNOWN
    blank = values.codes < 0
    if blank.all() and one.absent is None:
        return "It is not known of any customer."
    if blank.any():
        if absent not in values.categories:
            values = values.add_categories([absent])
        values = pd.Series(values).fillna(absent).array
    sizes = _sizes(values, customer)
    if one.open_ended:
        values, sizes = _merged(values, sizes, customer, floor)
    if reason := _levels_say_nothing(sizes, floor):
        return reason
    reference = _reference(one, sizes)
    others = tuple(str(n) for n in sizes.index if n != reference and n not in one.elsewhere)
    if not others:
        return "Another driver tells the same."
    driver = replace(one.driver, reference=reference, levels=others)
    return driver, values.remove_unused_categories()


def _levels_say_nothing(sizes: pd.Series, floor: int) -> str:
    if list(sizes.index) == [OTHER]:
        return "Nothing that it tells is shared by enough customers to be looked at."
    if list(sizes.index) == [UNKNOWN]:
        return "It is not known of any customer."
    if len(sizes) < 2:
        return "It is the same for every customer of whom it is known."
    apart = int(sizes.sum() - sizes.max())
    if apart < floor:
        return f"It tells only {apart} {'customer' if apart == 1 else 'customers'} apart."
    return ""


def _sizes(values: Any, customer: Any) -> pd.Series:
    """Customers of each level, the most first; of two alike, by name."""
    import pandas as pd

    codes = values.codes.astype(np.int64)
    pairs = np.unique(codes * (int(customer.max()) + 1) + customer)
    counts = np.bincount(pairs // (int(customer.max()) + 1), minlength=len(values.categories))
    sizes = pd.Series(counts, index=[str(name) for name in values.categories])
    sizes = sizes[sizes > 0].sort_index()
    return sizes.sort_values(ascending=False, kind="stable")


def _merged(values: Any, sizes: pd.Series, customer: Any, floor: int) -> tuple[Any, pd.Series]:
    small = list(sizes.index[(sizes.to_numpy() < floor) | (np.arange(len(sizes)) >= MOST_LEVELS)])
    if small and int(sizes[small].sum()) < floor and len(small) < len(sizes):
        small.append(sizes.index[len(sizes) - len(small) - 1])
    if not small or small == [OTHER]:
        return values, sizes
    shown = {name: OTHER if name in small else str(name) for name in values.categories}
    names = sorted(set(shown.values()))
    places = np.array([names.index(shown[str(name)]) for name in values.categories], np.int32)
    import pandas as pd

    merged = pd.Categorical.from_codes(places[values.codes], names)
    return merged, _sizes(merged, customer)


def _reference(one: Candidate, sizes: pd.Series) -> str:
    there = [name for name in one.first if name in sizes.index]
    if there:
        return there[0]
    named = [n for n in sizes.index if n not in (UNKNOWN, OTHER, *one.elsewhere)]
    return str((named or list(sizes.index))[0])
