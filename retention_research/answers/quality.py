"""Can these data carry the reports? Counts, failures by rule, coverage, what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis

from retention_research.answers.cohorts import obstacle_to_cohorts
from retention_research.answers.purchase_fits import too_few_to_value
from retention_research.answers.quality_tables import reach_values, tables_reach
from retention_research.answers.survival import obstacle_to_survival
from retention_research.events.checks import Checked, Failure
from retention_research.summaries.purchases import MOST_MERGED, exact_sum
from retention_research.summaries.refunds import unmatched_refunds
from retention_research.values import Value, fact, label
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

LEFT_OUT, ASKED, NOTED = "left out", "left out as asked", "kept and noted"
_DONE = {"counted": LEFT_OUT, "chosen": ASKED, "noted": NOTED}


@dataclass(frozen=True, slots=True)
class DataQuality:
    """The answer of the data-quality report.

    Attributes:
        values: by glossary name.
        obstacles: report name to why these data cannot carry it, as far as counts can tell.
        failures: rule, what, done, rows, first_rows: every rule that rows broke.
        weeks: week, orders, customers, revenue: full weeks of the window.
        sources: table, source, rows, content_hash.
        readings: parameter, set_to: how transactions were read.
        tables: table, rows_used, first_day, last_day: how far each table reaches.
    """

    values: Mapping[str, Value]
    obstacles: Mapping[str, str]
    failures: pd.DataFrame
    weeks: pd.DataFrame
    sources: pd.DataFrame
    readings: pd.DataFrame
    tables: pd.DataFrame

    @property
    def excluded_share(self) -> float:
        """Share of the transactions read that were left out for being wrong, 0..1."""
        return self.values["data.transactions.excluded_share"].number


def data_quality(workspace: Workspace) -> DataQuality:
    """Count what was read, left out and kept, and how far the data reach."""
    checks = workspace.events.checks
    values = {name: v for check in checks.values() for name, v in _counted(check).items()}
    weeks, obstacles = _weeks(workspace), _obstacles(workspace)
    tables = tables_reach(workspace)
    values |= _coverage(workspace) | _purchases(workspace) | reach_values(tables)
    values["data.weeks_without_orders"] = fact(
        int((weeks["orders"] == 0).sum()), "count", n=len(weeks)
    )
    values["data.verdict"] = label(_verdict(values, obstacles))
    return DataQuality(
        values,
        obstacles,
        _failures(checks),
        weeks,
        _sources(workspace),
        _readings(checks["transactions"]),
        tables,
    )


def _counted(check: Checked) -> dict[str, Value]:
    prefix = f"data.{check.table}"
    failed = {f"{prefix}.failed.{f.rule}": fact(f.n_rows, "count") for f in check.failures}
    return failed | {
        f"{prefix}.rows_read": fact(check.n_read, "count"),
        f"{prefix}.rows_good": fact(check.n_kept, "count"),
        f"{prefix}.excluded_share": fact(check.excluded_share, "share", n=check.n_read),
    }


def _coverage(workspace: Workspace) -> dict[str, Value]:
    events, window = workspace.events, workspace.window
    days = workspace.purchases(window.as_of).day.nunique().execute()
    length = (window.as_of - window.start).days + 1
    return {
        "data.first_day": fact(str(events.first_day), "date"),
        "data.newest_day": fact(str(events.newest_day), "date"),
        "data.as_of": fact(str(window.as_of), "date"),
        "data.days_with_orders_share": fact(int(days) / length, "share", n=length),
    }


def _purchases(workspace: Workspace) -> dict[str, Value]:
    purchases = workspace.purchases(workspace.window.as_of)
    totals = purchases.aggregate(
        customers=purchases.customer_id.nunique(),
        purchases=purchases.count(),
        orders=purchases.orders.sum(),
        revenue=exact_sum(purchases.amount),
        last_day=purchases.day.max(),
    ).to_pandas().iloc[0]  # fmt: skip
    silent = (workspace.window.as_of - date.fromisoformat(str(totals.last_day)[:10])).days
    orders = int(totals.orders)
    return {
        "data.customers": fact(int(totals.customers), "count"),
        "data.orders": fact(orders, "count"),
        "data.revenue": fact(float(totals.revenue), "money", n=orders),
        "data.merged_share": fact(1 - int(totals.purchases) / orders, "share", n=orders),
        "data.acquisition_unknown": fact(_unknown(workspace, purchases), "count"),
        "data.last_order_day": fact(str(totals.last_day)[:10], "date"),
        "data.days_since_last_order": fact(silent, "count"),
        **_refunds(workspace),
    }


def _unknown(workspace: Workspace, purchases: ir.Table) -> int:
    firsts = purchases.group_by("customer_id").agg(first_day=purchases.day.min())
    born = workspace.with_birth(firsts)
    return int(born.filter(~born.birth_known).count().execute())


def _refunds(workspace: Workspace) -> dict[str, Value]:
    rows = workspace.events.transactions
    inside = rows.filter(rows.day <= workspace.window.as_of)
    refunds = int((inside.amount < 0).sum().fill_null(0).execute())
    zeros = int((inside.amount == 0).sum().fill_null(0).execute())
    return {
        "data.refunds": fact(refunds, "count"),
        "data.refunds_unmatched": fact(unmatched_refunds(inside) if refunds else 0, "count"),
        "data.zero_amounts": fact(zeros, "count"),
    }


def _obstacles(workspace: Workspace) -> dict[str, str]:
    asked = {
        "cohorts": obstacle_to_cohorts,
        "customer_value": too_few_to_value,
        "survival": obstacle_to_survival,
    }
    found = {n: why(workspace) for n, why in asked.items() if n in workspace.study.reports}
    return {name: reason for name, reason in found.items() if reason}


def _verdict(values: Mapping[str, Value], obstacles: Mapping[str, str]) -> str:
    if obstacles:
        return "too thin for some reports"
    merged = values["data.merged_share"].number
    broken = [name for name, v in values.items() if ".excluded_share" in name and v.value]
    if merged > MOST_MERGED:
        return "usable with care"
    return "usable, some rows left out" if broken else "usable"


def _failures(checks: Mapping[str, Checked]) -> pd.DataFrame:
    import pandas as pd

    rows = [_failure(f) for check in checks.values() for f in check.failures]
    return pd.DataFrame(rows, columns=["table", "rule", "what", "done", "rows", "first_rows"])


def _failure(failure: Failure) -> tuple[str, str, str, str, int, str]:
    where = ", ".join(str(row) for row in failure.first_rows)
    done = _DONE[failure.level]
    return failure.table, failure.rule, failure.words, done, failure.n_rows, where


def _weeks(workspace: Workspace) -> pd.DataFrame:
    """Full weeks only: the rest of a week would look like a fall in orders."""
    window, purchases = workspace.window, workspace.purchases(workspace.window.as_of)
    age = purchases.day.delta(ibis.literal(window.start), unit="day") // 7
    by_week = purchases.mutate(number=age).group_by("number")
    counted = by_week.agg(
        orders=purchases.orders.sum(),
        customers=purchases.customer_id.nunique(),
        revenue=exact_sum(purchases.amount),
    )
    full = ((window.as_of - window.start).days + 1) // 7
    return _dated(counted.to_pandas(), window.start, full)


def _dated(counted: pd.DataFrame, start: object, full: int) -> pd.DataFrame:
    import pandas as pd

    whole = counted.set_index("number").reindex(range(full), fill_value=0)
    weeks = pd.date_range(start, periods=full, freq="7D").date
    return whole.reset_index(drop=True).assign(week=weeks)[
        ["week", "orders", "customers", "revenue"]
    ]


def _readings(check: Checked) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(sorted(check.reading.items()), columns=["parameter", "set_to"])


def _sources(workspace: Workspace) -> pd.DataFrame:
    import pandas as pd

    events = workspace.events
    rows = [
        (name, workspace.study.sources[name].place, check.n_read, events.hashes[name][:12])
        for name, check in events.checks.items()
    ]
    return pd.DataFrame(rows, columns=["table", "source", "rows", "content_hash"])
