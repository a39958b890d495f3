"""What a file leaves open and only its owner can say, each with the words that settle it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from retention_research.events.column_guess import is_named, money_columns, vat_of
from retention_research.events.header_words import (
    HUNDREDTH_WORDS,
    LINE_WORDS,
    QUANTITY_WORDS,
    UNIT_PRICE_WORDS,
)
from retention_research.events.layouts import shorten
from retention_research.events.parsing import as_text

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEWEST_ORDERS = 3  # of several lines, before equal amounts in each are no chance
SAME_SHARE = 0.95


def line_amount(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str | None:
    """The column that holds the amount of a line of an order, by its name.

    Example:
        >>> line_amount(["Total", "Line total"], [["9.00", "4.00"]])
        'Line total'
    """
    named = [name for name in money_columns(header, rows) if is_named(name, LINE_WORDS)]
    return named[0] if len(named) == 1 else None


def doubt_of_amount(
    amount: str, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> str | None:
    """Why a column that looks like the amount may be none, and what to say; None without a doubt.

    Args:
        amount: their name.
        header: all names.
        rows: some rows as text.

    Example:
        >>> doubt_of_amount("price", ["price", "qty"], [["2.50", "4"]])[:33]
        'price looks like the price of one'
    """
    if is_named(amount, HUNDREDTH_WORDS):
        return (
            f"{shorten(amount)} looks like hundredths, which would make every amount 100 times too "
            f"large: export whole units, or take it as it is with {_column(amount)}"
        )
    quantity = [name for name in header if is_named(name, QUANTITY_WORDS) and name != amount]
    if quantity and _is_unit_price(amount):
        return (
            f"{shorten(amount)} looks like the price of one piece, beside {shorten(quantity[0])}: "
            f"export what was paid, or take the price as it is with {_column(amount)}"
        )
    return _net_beside_gross(amount, money_columns(header, rows))


def _column(amount: str) -> str:
    return f"--column amount='{shorten(amount)}'"


def _is_unit_price(name: str) -> bool:
    # "total price" and "cena celkem" hold a word for price, and are no price of one piece.
    single = [word for word in UNIT_PRICE_WORDS if " " not in word]
    phrases = [word for word in UNIT_PRICE_WORDS if " " in word]
    return is_named(name, phrases) or name.strip().lower() in single


def _net_beside_gross(amount: str, money: Iterable[str]) -> str | None:
    vat = vat_of(amount)
    others = [name for name in money if vat and vat_of(name) not in (vat, None)]
    if not others:
        return None
    return (
        f"{shorten(amount)} and {shorten(others[0])} are with and without VAT: "
        f"{_column(amount)} or {_column(others[0])}"
    )


def doubt_of_lines(raw: ir.Table, amount: str) -> str | None:
    """Whether the amount may be the order's total, repeated on each of its lines.

    Args:
        raw: rows with order_id and amount as they came.
        amount: their name of the amount.
    """
    priced = raw.mutate(text=as_text(raw.amount)).filter(lambda t: t.text.notnull())
    orders = priced.group_by("order_id").agg(n=priced.count(), faces=priced.text.nunique())
    several = orders.filter(orders.n > 1, orders.order_id.notnull())
    same = several.filter(several.faces == 1)
    n, n_same = (int(table.count().to_pyarrow().as_py()) for table in (several, same))
    if is_named(amount, LINE_WORDS) or n < FEWEST_ORDERS or n_same < SAME_SHARE * n:
        return None
    return (
        f"Each line of an order bears the same {shorten(amount)}, so it may be the order's total, "
        "and summing lines would multiply it: export one row per order, or, if it is the line's "
        "own amount, --source rows=line"
    )


def for_command_line(doubt: str) -> str:
    """A doubt in the words of `init`, where a message speaks of a study file.

    Example:
        >>> for_command_line('State `decimal: "."` or `decimal: ","` for this source.')
        "Say --source decimal='.' or --source decimal=','."
    """
    stated = doubt.replace("State `", "Say `").replace("state `", "say `")
    said = re.sub(r'`(\w+): ?"?([^"`]+)"?`', r"--source \1='\2'", stated)
    return re.sub(r"`(\w+):`", r"--source \1=...", said).replace(" for this source", "")
