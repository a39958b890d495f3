"""What columns of the customers table tell: groups, amounts, or dates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

Told = Literal["date", "amount", "level"]

# A code with a leading zero is a name, however much it looks like a number. Seventeen digits and
# exponents under twenty stay within what float32 holds.
_NUMBER = r"^[+-]?(0|[1-9][0-9]{0,16})([.][0-9]+)?([eE][+-]?[01]?[0-9])?$"
_NO_NUMBER = r"^[+-]?(inf|infinity|nan)$"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T].*)?$"


def kinds_of(customers: ir.Table, columns: Sequence[str], few: int) -> dict[str, Told]:
    """What each column tells, by all of its values.

    Args:
        customers: the checked customers.
        columns: some of its columns.
        few: numbers of at most so many different values are the names of levels.

    Returns:
        Column to date (every value is one), amount (numbers, and more than few of them) or level.
    """
    if not columns:
        return {}
    counts = customers.aggregate(**{
        f"{what}_{place}": count
        for place, column in enumerate(columns)
        for what, count in _counts(_written(customers, column)).items()
    }).to_pyarrow().to_pylist()[0]  # fmt: skip
    return {
        column: _kind({what: counts[f"{what}_{place}"] for what in ("n", "d", "a", "u")}, few)
        for place, column in enumerate(columns)
    }


def _counts(written: Any) -> dict[str, Any]:
    return {
        "n": written.count(),
        "d": written.re_search(_DATE).sum(),
        "a": (written.re_search(_NUMBER) | written.lower().re_search(_NO_NUMBER)).sum(),
        "u": written.nunique(),
    }


def _kind(counts: Mapping[str, int | None], few: int) -> Told:
    if counts["n"] and counts["d"] == counts["n"]:
        return "date"
    if counts["a"] == counts["n"] and (counts["u"] or 0) > few:
        return "amount"
    return "level"


def told_of(customers: ir.Table, columns: Mapping[str, str], amounts: Collection[str]) -> ir.Table:
    """The values of columns of customers, read in one look.

    Args:
        customers: the checked customers.
        columns: name of a driver to the column it is read from.
        amounts: the names that are numbers; what is no finite number is not known.

    Returns:
        customer_id and a column per name, null where blank.
    """
    read = {
        name: _amount(_written(customers, column)) if name in amounts
        else _written(customers, column)
        for name, column in columns.items()
    }  # fmt: skip
    return customers.select("customer_id", **read)


def _written(customers: ir.Table, column: str) -> Any:
    return customers[column].cast("string").strip().nullif("")


def _amount(written: Any) -> Any:
    return ibis.ifelse(written.re_search(_NUMBER), written, None).cast("float64")
