"""From a history to event tables, as a company's systems would export them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from retention_research.events.simulate import company as kinds
from retention_research.events.simulate.history import NEVER, History
from retention_research.events.simulate.tables_columns import (
    flags,
    ids,
    names,
    numbers,
    products,
    times,
    whole,
    within_customer,
)
from retention_research.events.simulate.tables_comments import COUNTRIES, country
from retention_research.events.simulate.tables_outreach import (
    assignments,
    consents,
    contacts,
    memberships,
    rewards,
)
from retention_research.events.simulate.tables_service import (
    activity,
    subscriptions,
    surveys,
    tickets,
)


def company_tables(history: History) -> dict[str, pa.Table]:
    """Every event table of a simulated company.

    What no company knows (`history.hidden`) is in none of them.

    Args:
        history: what happened.

    Returns:
        Name to table, in the order of the event tables. Times are local, without zone; money has
        two decimals; ids are text; unknown is blank.

    Example:
        >>> from retention_research.events.simulate.weeks import simulate_company
        >>> tables = company_tables(simulate_company(kinds.Company(), 20, seed=1))
        >>> len(tables), tables["customers"].num_rows
        (12, 20)
    """
    return {name: build(history) for name, build in _TABLES.items()}


def transactions(history: History) -> pa.Table:
    """Orders and what was given back of them, in the order of time; a refund bears its order's id.

    Args:
        history: what happened.
    """
    table = pa.concat_tables([_sales(history), _refunds(history)])
    return table.sort_by([("timestamp", "ascending"), ("order_id", "ascending")])


def _sales(history: History) -> pa.Table:
    orders = history.orders
    return pa.table(
        {
            "customer_id": ids("C", orders.customer),
            "timestamp": times(orders.at),
            "amount": numbers(orders.amount),
            "order_id": within_customer("O", orders.customer, orders.number),
            "status": pa.repeat("paid", len(orders.at)),
            "channel": names(orders.shop, kinds.SHOPS),
            "category": names(orders.category, kinds.CATEGORIES),
            "discount": numbers(orders.discount),
            "is_return": flags(np.zeros(len(orders.at), bool)),
        }
    )


def _refunds(history: History) -> pa.Table:
    orders, given_back = history.orders, history.orders.refunded_at != NEVER
    n = int(given_back.sum())
    return pa.table(
        {
            "customer_id": ids("C", orders.customer[given_back]),
            "timestamp": times(orders.refunded_at[given_back]),
            "amount": numbers(-orders.refunded[given_back]),
            "order_id": within_customer(
                "O", orders.customer[given_back], orders.number[given_back]
            ),
            "status": pa.repeat("refunded", n),
            "channel": names(orders.shop[given_back], kinds.SHOPS),
            "category": names(orders.category[given_back], kinds.CATEGORIES),
            "discount": pa.nulls(n, pa.float64()),
            "is_return": flags(np.ones(n, bool)),
        }
    )


def order_lines(history: History) -> pa.Table:
    """What was in the orders, each product of an order once.

    Args:
        history: what happened.
    """
    lines, orders = history.lines, history.orders
    each = len(kinds.CATEGORIES) * kinds.PRODUCTS_EACH
    found, same = np.unique(lines.order * each + lines.product, return_inverse=True)
    order, product = np.divmod(found, each)
    return pa.table(
        {
            "order_id": within_customer("O", orders.customer[order], orders.number[order]),
            "product_id": products(product),
            "category": names(product // kinds.PRODUCTS_EACH, kinds.CATEGORIES),
            "quantity": whole(np.bincount(same, lines.quantity).astype(np.int64)),
            "amount": numbers(np.bincount(same, lines.amount).astype(np.float64)),
        }
    )


def customers(history: History) -> pa.Table:
    """Who the customers are, with columns to report by; `colour` matters to nothing.

    Args:
        history: what happened.
    """
    people = history.people
    channels = tuple(channel.name for channel in history.company.channels)
    return pa.table(
        {
            "customer_id": ids("C", np.arange(history.customers)),
            "acquired_at": times(people.acquired_at),
            "acquisition_cost": numbers(people.cost),
            "referred_by": ids("C", people.referred_by, people.referred_by >= 0),
            "channel": names(people.channel, channels),
            "country": names(country(people.region), COUNTRIES),
            "region": names(people.region, kinds.REGIONS),
            "colour": names(people.colour, kinds.COLOURS),
        }
    )


_TABLES: Final[Mapping[str, Callable[[History], pa.Table]]] = {
    "transactions": transactions,
    "order_lines": order_lines,
    "customers": customers,
    "contacts": contacts,
    "assignments": assignments,
    "memberships": memberships,
    "rewards": rewards,
    "tickets": tickets,
    "surveys": surveys,
    "activity": activity,
    "subscriptions": subscriptions,
    "consents": consents,
}
