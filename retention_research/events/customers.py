"""The customers table: one row per customer, checked against what they bought."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from retention_research.events.checks import Checked, Failure, check, refuse_if_too_many
from retention_research.events.contracts import CUSTOMERS
from retention_research.events.engine import Place
from retention_research.events.parsing import parse
from retention_research.events.rules import Choices
from retention_research.events.scans import scan
from retention_research.events.transactions import language, merged
from retention_research.study import Study

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


def read_customers(
    study: Study, place: Place, frame: pd.DataFrame | None, transactions: ir.Table
) -> tuple[Checked, str]:
    """Read and check the study's customers.

    Args:
        study: names the source.
        place: engine and folders.
        frame: the frame, for a source that says `frame: true`.
        transactions: good transactions.

    Returns:
        The outcome, and the hash of the source.

    Raises:
        StudyError: as `open_events`.
    """
    found = scan(study.sources["customers"], CUSTOMERS, place, frame)
    parsed = parse(found.rows, CUSTOMERS, language(study, "customers", found))
    marked = _with_first_purchase(
        _with_referrers(_numbered(parsed.rows), transactions), transactions
    )
    choices = Choices(exclude_ids=study.sources["transactions"].exclude_ids)
    checked = check(marked, CUSTOMERS, choices, found.files)
    whole = merged((checked,), found, parsed.reading)
    refuse_if_too_many(whole, study.max_excluded_share)
    unknown = _without_customer(transactions, checked.good)
    return replace(whole, failures=(*whole.failures, *unknown)), found.sha256


def _numbered(rows: ir.Table) -> ir.Table:
    by_id = ibis.window(group_by="customer_id", order_by=["file", "row"])
    copy = ibis.row_number().over(by_id)
    return rows.mutate(copy=ibis.ifelse(rows.customer_id != "", copy, 0).fill_null(0))


def _with_referrers(rows: ir.Table, transactions: ir.Table) -> ir.Table:
    if "referred_by" not in rows.columns:
        return rows
    known = rows.select("customer_id").union(transactions.select("customer_id"))
    return rows.mutate(is_known_referrer=rows.referred_by.isin(known.customer_id))


def _with_first_purchase(rows: ir.Table, transactions: ir.Table) -> ir.Table:
    bought = transactions.filter(transactions.amount >= 0)
    first = bought.group_by("customer_id").agg(first_purchase=bought.day.min())
    return rows.left_join(first, "customer_id").drop("customer_id_right")


def _without_customer(transactions: ir.Table, customers: ir.Table) -> list[Failure]:
    strangers = transactions.anti_join(customers, "customer_id").count().to_pyarrow().as_py()
    if not strangers:
        return []
    words = "rows of transactions whose customer_id is not in customers, kept"
    return [
        Failure("customer_unknown", "noted", "customers", "customer_id", strangers, "", (), words)
    ]
