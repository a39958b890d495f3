"""Arrays to Arrow columns: ids, names, times, money and flags, blank where nothing is known."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retention_research.events.simulate.company import CATEGORIES, PRODUCTS_EACH, START
from retention_research.events.simulate.draws import Bools, Floats, Ints
from retention_research.events.simulate.history import NEVER

_MICROSECONDS = 1_000_000
_PLACES = 1_000  # more orders, or tickets, than anybody has
_PRODUCTS = tuple(f"{c}-{n}" for c in CATEGORIES for n in range(1, PRODUCTS_EACH + 1))


def ids(prefix: str, numbers: Ints, known: Bools | None = None) -> pa.Array:
    """Numbers as ids: a letter and at least six digits.

    Args:
        prefix: what the ids start with.
        numbers: shape (n,), 0 or more where known.
        known: shape (n,); blank where False; all are known if left out.

    Example:
        >>> ids("C", np.array([7, 0]), np.array([True, False])).to_pylist()
        ['C000007', None]
    """
    digits = pc.utf8_lpad(pc.cast(whole(numbers, known), pa.string()), width=6, padding="0")
    return pc.binary_join_element_wise(prefix, digits, "")


def within_customer(prefix: str, customer: Ints, number: Ints) -> pa.Array:
    """Ids of what a customer has several of, the same however many other customers there are.

    Example:
        >>> within_customer("O", np.array([12]), np.array([3])).to_pylist()
        ['O012003']
    """
    return ids(prefix, customer * _PLACES + number)


def place_within(customer: Ints) -> Ints:
    """For each row, how many earlier rows its customer has.

    Example:
        >>> place_within(np.array([5, 2, 5, 5])).tolist()
        [0, 0, 1, 2]
    """
    order = np.argsort(customer, kind="stable")
    in_order = customer[order]
    firsts = np.searchsorted(in_order, in_order, side="left")
    places = np.empty(len(customer), np.int64)
    places[order] = np.arange(len(customer)) - firsts
    return places


def names(codes: Ints, words: tuple[str, ...]) -> pa.Array:
    """Codes as words; a negative code is blank.

    Example:
        >>> names(np.array([1, -1]), ("web", "shop")).to_pylist()
        ['shop', None]
    """
    return pa.array(words, pa.string()).take(pa.array(codes, pa.int64(), mask=codes < 0))


def times(seconds: Ints) -> pa.Array:
    """Seconds since the company began as local times; blank for NEVER.

    Example:
        >>> times(np.array([3600, NEVER])).to_pylist()
        [datetime.datetime(2022, 1, 3, 1, 0), None]
    """
    known = seconds != NEVER
    start = np.datetime64(START, "us").astype(np.int64)
    since = np.where(known, seconds, 0) * _MICROSECONDS + start
    return pa.array(since, pa.int64(), mask=~known).cast(pa.timestamp("us"))


def numbers(values: Floats, known: Bools | None = None) -> pa.Array:
    """Numbers to two decimals, as a till writes them.

    Example:
        >>> numbers(np.array([1.234, 0.0]), np.array([True, False])).to_pylist()
        [1.23, None]
    """
    return pa.array(np.round(values, 2), pa.float64(), mask=None if known is None else ~known)


def whole(values: Ints, known: Bools | None = None) -> pa.Array:
    """Whole numbers, blank where not known.

    Example:
        >>> whole(np.array([4, 0]), np.array([True, False])).to_pylist()
        [4, None]
    """
    return pa.array(values, pa.int64(), mask=None if known is None else ~known)


def flags(values: Bools) -> pa.Array:
    """Yes and no.

    Example:
        >>> flags(np.array([True])).to_pylist()
        [True]
    """
    return pa.array(np.asarray(values, bool))


def products(codes: Ints) -> pa.Array:
    """Products by their category and number; a negative code is blank.

    Example:
        >>> products(np.array([7, -1])).to_pylist()
        ['tea-2', None]
    """
    return names(codes, _PRODUCTS)
