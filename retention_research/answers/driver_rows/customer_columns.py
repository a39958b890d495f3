"""Columns of the customers table as drivers: groups, amounts, and dates, which are neither."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retention_research.answers.driver_rows import candidates as offers
from retention_research.answers.driver_rows.frames import Candidate
from retention_research.answers.driver_rows.vocabulary import Vocabulary
from retention_research.summaries.engagement import told

if TYPE_CHECKING:
    import ibis.expr.types as ir

_A_DATE = "It holds dates, and a date is no group of customers."


def of_columns(words: Vocabulary) -> tuple[Candidate, ...]:
    """What columns of customers offer, in order."""
    return tuple(_as_told(one, words) for one in offers.columns(words.columns))


def _as_told(one: Candidate, words: Vocabulary) -> Candidate:
    if one.driver.name in words.dates:
        return replace(one, unusable=_A_DATE)
    if one.driver.name in words.amounts:
        return Candidate(replace(one.driver, kind="amount"))
    return one


def told_by_columns(customers: ir.Table, words: Vocabulary) -> ir.Table:
    """customer_id and a column per driver that a column of customers offers."""
    return told.told_of(customers, words.columns, words.amounts)
