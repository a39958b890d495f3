"""Every summary gives the same on DuckDB and on PostgreSQL."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from retention_research import summaries
from retention_research.periods import ObservationWindow
from retention_research.summaries import (
    apart,
    as_known,
    purchases,
    refunds,
    segments,
    tenure,
    tracking,
)
from tests.summaries.small_company import company

START, CALIBRATION_END, AS_OF = date(2024, 1, 1), date(2024, 8, 31), date(2024, 12, 31)
WINDOW = ObservationWindow(START, CALIBRATION_END, AS_OF)
FULL = ObservationWindow(START, AS_OF, AS_OF)
SILENCE = 91


def bought(t: Any, end: date = AS_OF) -> Any:
    return purchases.purchase_days(t.transactions, end)


def summary(t: Any) -> Any:
    return purchases.summarise_purchases(bought(t, CALIBRATION_END), WINDOW)


def levels(t: Any) -> Any:
    return segments.rfm(bought(t), AS_OF, SILENCE)


def everyone(t: Any) -> Any:
    return segments.everybody(bought(t), t.customers)


def known_at(t: Any) -> Any:
    return [as_known.as_known(getattr(t, name), name, CALIBRATION_END) for name in company()]


# one call of each public function; several calls as a list
CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    purchases.purchase_days: bought,
    purchases.exact_sum: lambda t: purchases.exact_sum(t.transactions.amount),
    purchases.summarise_purchases: summary,
    purchases.add_holdout: lambda t: purchases.add_holdout(summary(t), bought(t), WINDOW),
    purchases.born_in_holdout: lambda t: purchases.born_in_holdout(bought(t), summary(t), WINDOW),
    purchases.count_cells: lambda t: purchases.count_cells(summary(t)),
    purchases.acquisition_known: lambda t: purchases.acquisition_known(
        summary(t), START, SILENCE, t.customers
    ),
    refunds.orders_left: lambda t: refunds.orders_left(t.transactions, AS_OF),
    refunds.has_refunds: lambda t: refunds.has_refunds(t.transactions),
    refunds.with_order_ids: lambda t: refunds.with_order_ids(t.transactions.drop("order_id")),
    refunds.unmatched_refunds: lambda t: refunds.unmatched_refunds(t.transactions),
    refunds.after_refunds: lambda t: refunds.after_refunds(t.transactions),
    tenure.second_purchase: lambda t: tenure.second_purchase(bought(t), AS_OF),
    tenure.tenure: lambda t: tenure.tenure(bought(t), AS_OF, SILENCE),
    tenure.first_purchase_month: lambda t: tenure.first_purchase_month(summary(t), 20),
    tenure.count_durations: lambda t: tenure.count_durations(
        tenure.tenure(bought(t), AS_OF, SILENCE)
    ),
    tracking.births_by_day: lambda t: tracking.births_by_day(summary(t), WINDOW),
    tracking.repeats_by_day: lambda t: tracking.repeats_by_day(bought(t), summary(t), WINDOW),
    apart.orders_apart: lambda t: apart.orders_apart(bought(t), FULL, np.random.default_rng(1)),
    as_known.as_known: known_at,
    segments.rfm: levels,
    segments.by_column: lambda t: segments.by_column(t.customers, "region"),
    segments.everybody: everyone,
    segments.complete: lambda t: segments.complete(levels(t), everyone(t), "none", 20),
    segments.merge_small: lambda t: segments.merge_small(levels(t), 40),
}


def public_functions() -> Iterator[Callable[..., Any]]:
    for found in pkgutil.iter_modules(summaries.__path__):
        module = import_module(f"{summaries.__name__}.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield function


@pytest.fixture(scope="module")
def duck() -> Any:
    con = ibis.duckdb.connect()
    return SimpleNamespace(**{n: con.create_table(n, t) for n, t in company().items()})


@pytest.fixture(scope="module")
def elephant(postgres: Any) -> Iterator[Any]:
    con = ibis.postgres.connect(
        host="127.0.0.1", port=postgres.port, user=postgres.user, password=postgres.password,
        database="postgres",
    )  # fmt: skip
    yield SimpleNamespace(**{n: con.create_table(n, t, temp=True) for n, t in company().items()})
    con.disconnect()


def plain(answer: Any) -> Any:
    """An answer of whatever kind as a frame in one order, or as a number."""
    if isinstance(answer, ibis.expr.types.Expr):
        answer = answer.to_pandas()
    if isinstance(answer, tuple):
        answer = pd.DataFrame(dict(enumerate(answer)))
    if not isinstance(answer, pd.DataFrame):
        return answer
    return answer.sort_values(list(answer.columns)).reset_index(drop=True)


def answers(function: Any, tables: Any) -> list[Any]:
    found = CASES[function](tables)
    return [plain(answer) for answer in (found if isinstance(found, list) else [found])]


@pytest.mark.parametrize("function", list(CASES), ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_both_engines_give_the_same(function: Any, duck: Any, elephant: Any) -> None:
    for here, there in zip(answers(function, duck), answers(function, elephant), strict=True):
        if not isinstance(here, pd.DataFrame):
            assert there == pytest.approx(here, rel=1e-9)
            continue
        assert len(here) > 0
        pd.testing.assert_frame_equal(here, there, check_dtype=False, rtol=1e-9, atol=1e-9)


def test_every_public_summary_is_compared() -> None:
    missing = [f"{f.__module__}.{f.__name__}" for f in public_functions() if f not in CASES]
    assert not missing
