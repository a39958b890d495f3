"""Product quality: problems per order, return visits, and what was solved for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers.customer_voice.measures import (
    Measured,
    ends,
    measured,
    of_levels,
    of_moments,
    ratio,
    value_of,
)
from retention_research.answers.customer_voice.spans import Spans
from retention_research.summaries import service
from retention_research.summaries.kpis.service import (
    handling,
    per_order,
    per_order_by_level,
    whole,
)
from retention_research.summaries.voice import small_merged
from retention_research.values import Value
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

THOUSAND = 1000.0
TOPIC = "topic"  # the category of a ticket, "other" where it is a small one
_COLUMNS = ("rate", "conf_low", "conf_high")


@dataclass(frozen=True, slots=True)
class Products:
    """Problems of the year.

    Attributes:
        values: by glossary name.
        by_product: product, tickets, orders, rate per 1,000 orders with interval, worst first.
        by_category: the same by category of product.
        by_topic: topic (category of ticket), tickets, rate per 1,000 orders of any kind,
            return visits and tickets resolved for good with intervals.
    """

    values: Mapping[str, Value]
    by_product: pd.DataFrame
    by_category: pd.DataFrame
    by_topic: pd.DataFrame


def products(workspace: Workspace, times: Spans) -> Products | None:
    """Product quality; None where fewer than the floor opened a ticket in the year."""
    tickets = workspace.table("tickets")
    if tickets is None:
        return None
    rows, year = whole(tickets), [times.year]
    purchases = workspace.purchases(workspace.window.as_of)
    problems = measured(workspace, per_order(rows, purchases, year), ratio, THOUSAND)
    opened = tickets.filter(tickets.opened_at.date().between(times.year.start, times.year.end))
    if int(opened.customer_id.nunique().execute()) < workspace.study.group_floor:
        return None
    values = value_of("service.problem_rate", problems)
    values |= _again(workspace, rows, times) | _for_good(workspace, rows, times)
    product = _problems(workspace, rows, times, "product_id")
    category = _problems(workspace, rows, times, "category")
    values |= of_levels("service.problem_rate.product.{}", product)
    values |= of_levels("service.problem_rate.category.{}", category)
    topics, named = _topics(workspace, rows, purchases, times)
    frames = _ranked(product, "product"), _ranked(category, "product_category"), topics
    return Products(values | named, *frames)


def _again(workspace: Workspace, tickets: ir.Table, times: Spans) -> dict[str, Value]:
    sums = service.return_visits(tickets, times.year, workspace.window.as_of)
    return value_of("service.return_visits", measured(workspace, sums))


def _for_good(workspace: Workspace, tickets: ir.Table, times: Spans) -> dict[str, Value]:
    sums = _of_kpi(handling(tickets, [times.year]), "resolved_without_reopening")
    return value_of("service.resolved_without_reopening", measured(workspace, sums))


def _of_kpi(sums: ir.Table, kpi: str) -> ir.Table:
    return sums.filter(sums.kpi == kpi)


def _problems(workspace: Workspace, tickets: ir.Table, times: Spans, column: str) -> list[Measured]:
    """By product or category; empty where order lines or ids of products are lacking."""
    lines, orders = workspace.table("order_lines"), workspace.table("transactions")
    if lines is None or orders is None or column not in lines.columns:
        return []
    if "order_id" not in orders.columns or not {"order_id", "product_id"} <= set(lines.columns):
        return []
    bought = service.orders_by_product(lines, orders, times.year, column)
    about = service.tickets_by_product(tickets, lines, times.year, column)
    found = measured(workspace, service.problems_per_order(about, bought), ratio, THOUSAND)
    # fewer buyers than the floor: neither shown nor counted
    return [row for row in found if row.n >= workspace.study.group_floor]


def _ranked(rows: Sequence[Measured], name: str) -> pd.DataFrame:
    import pandas as pd

    cells = [(row.level, row.y, row.x, *ends(row.found)) for row in rows]
    frame = pd.DataFrame(cells, columns=[name, "tickets", "orders", *_COLUMNS])
    ordered = frame.astype(dict.fromkeys(_COLUMNS, "float64"))
    return ordered.sort_values(["rate", name], ascending=[False, True], kind="stable").reset_index(
        drop=True
    )


def _by_topic(tickets: ir.Table, times: Spans, floor: int) -> ir.Table:
    """With what each category is shown as, by how many had tickets of it in the year."""
    of_year = tickets.opened_at.date().between(times.year.start, times.year.end)
    return small_merged(tickets.mutate(**{TOPIC: tickets.category}), TOPIC, floor, of_year)


def _topics(
    workspace: Workspace, tickets: ir.Table, purchases: ir.Table, times: Spans
) -> tuple[pd.DataFrame, dict[str, Value]]:
    import pandas as pd

    floor, as_of = workspace.study.group_floor, workspace.window.as_of
    rows = _by_topic(tickets, times, floor)
    moments = per_order_by_level(rows, purchases, [times.year], TOPIC).to_pandas()
    rates = of_moments(workspace, moments[moments["owners"] >= floor], ratio, THOUSAND)
    back = measured(workspace, service.return_visits(rows, times.year, as_of, TOPIC))
    good = _of_kpi(handling(rows, [times.year], TOPIC), "resolved_without_reopening")
    kept = measured(workspace, good)
    named = {"problem_rate": rates, "return_visits": back, "resolved_without_reopening": kept}
    values: dict[str, Value] = {}
    for name, found in named.items():
        values |= of_levels(f"service.{name}.topic.{{}}", found)
    again, solved = ({row.level: ends(row.found) for row in found} for found in (back, kept))
    none = (None, None, None)
    cells = [
        (r.level, r.y, *ends(r.found), *again.get(r.level, none), *solved.get(r.level, none))
        for r in sorted(rates, key=lambda row: (-row.y, row.level))
    ]
    columns = ["topic", "tickets", *_COLUMNS, "came_back", "back_low", "back_high", "for_good",
               "good_low", "good_high"]  # fmt: skip
    frame = pd.DataFrame(cells, columns=columns)
    return frame.astype(dict.fromkeys(columns[2:], "float64")), values
