"""Which column of a source is which of a contract, and what the others are called."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from retention_research.events.layouts import place_columns, shorten
from retention_research.events.rules import Contract
from retention_research.study import Source, StudyError

# Before the names of columns beyond the contract: they may be called like one of ours.
THEIRS = "theirs "


def place_all(
    header: tuple[str, ...], source: Source, contract: Contract, where: str
) -> dict[str, int]:
    """Where each column to be read stands, those beyond the contract under `theirs <name>`.

    Args:
        header: names in the source.
        source: may map names of its own.
        contract: names the columns to look for, and whether it takes more.
        where: file or table, for messages.

    Raises:
        StudyError: if a column is not there or is there twice, or a mapped one is not known.

    Example:
        >>> from retention_research.events.contracts import CUSTOMERS
        >>> place_all(("id", "town"), Source(frame=True, columns={"customer_id": "id"}),
        ...           CUSTOMERS, "customers.csv")
        {'customer_id': 0, 'theirs town': 1}
    """
    own = {column.name: column.name for column in contract.columns}
    if not contract.takes_more:
        _refuse_unknown(set(source.columns) - set(own), own, contract)
    placed = place_columns(header, {**own, **source.columns}, contract.required, where)
    more = _extra(header, set(placed.values())) if contract.takes_more else {}
    return {name if name in own else THEIRS + name: i for name, i in placed.items()} | more


def _extra(header: tuple[str, ...], taken: set[int]) -> dict[str, int]:
    names = [f"{n} ({k})" if (k := header[: i + 1].count(n)) > 1 else n
             for i, n in enumerate(header)]  # fmt: skip
    return {THEIRS + n: i for i, n in enumerate(names) if header[i] and i not in taken}


def _refuse_unknown(names: set[str], own: Mapping[str, str], contract: Contract) -> None:
    wrong = sorted(names)
    if not wrong:
        return
    near = get_close_matches(wrong[0], own, 1, 0.5)
    hint = f"Did you mean {near[0]}?" if near else f"It has: {', '.join(own)}."
    raise StudyError(f"columns: {contract.table} has no column {shorten(wrong[0])}. {hint}")
