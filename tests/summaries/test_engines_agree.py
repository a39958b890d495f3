"""Every summary gives the same on DuckDB and on PostgreSQL."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import ibis
import pandas as pd
import pytest

from retention_research import summaries
from retention_research.summaries import apart
from tests.summaries import (
    cohort_cases,
    engagement_cases,
    engine_cases,
    kpi_cases,
    money_cases,
    program_cases,
    rollout_cases,
    silence_cases,
    trial_cases,
    voice_cases,
)
from tests.summaries.small_company import company

CASES = engine_cases.CASES | kpi_cases.CASES | cohort_cases.CASES | voice_cases.CASES
CASES |= silence_cases.CASES | engagement_cases.CASES | program_cases.CASES
CASES |= money_cases.CASES | rollout_cases.CASES | trial_cases.CASES


def public_functions() -> Iterator[Callable[..., Any]]:
    """All that take or give expressions of the engine."""
    for found in pkgutil.walk_packages(summaries.__path__, f"{summaries.__name__}."):
        module = import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_public = function.__module__ == module.__name__ and not name.startswith("_")
            if is_public and any("ir." in str(kind) for kind in function.__annotations__.values()):
                yield function


def tables_of(con: Any) -> Any:
    """The company's tables, and `once`: a step that many summaries share is computed once."""
    held: dict[str, Any] = {}

    def once(name: str, table: Callable[[], Any]) -> Any:
        if name not in held:
            held[name] = con.create_table(f"once_{name}", table(), temp=True)
        return held[name]

    made = {name: con.create_table(name, rows, temp=True) for name, rows in company().items()}
    return SimpleNamespace(**made, once=once)


@pytest.fixture(scope="module")
def duck() -> Any:
    return tables_of(ibis.duckdb.connect())


@pytest.fixture(scope="module")
def elephant(postgres: Any) -> Iterator[Any]:
    con = ibis.postgres.connect(
        host="127.0.0.1", port=postgres.port, user=postgres.user, password=postgres.password,
        database="postgres",
    )  # fmt: skip
    yield tables_of(con)
    con.disconnect()


def plain(answer: Any) -> Any:
    """An answer of whatever kind as a frame in one order, or as what it is."""
    if isinstance(answer, ibis.expr.types.Expr):
        answer = answer.to_pandas()
    if isinstance(answer, apart.OrdersApart):
        answer = pd.DataFrame(dict(enumerate(answer)))
    if not isinstance(answer, pd.DataFrame):
        return answer
    return answer.sort_values(list(answer.columns)).reset_index(drop=True)


def answers(function: Any, tables: Any) -> list[Any]:
    found = CASES[function](tables)
    return [plain(answer) for answer in (found if isinstance(found, list) else [found])]


@pytest.mark.slow
@pytest.mark.parametrize("function", list(CASES), ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_both_engines_give_the_same(function: Any, duck: Any, elephant: Any) -> None:
    for here, there in zip(answers(function, duck), answers(function, elephant), strict=True):
        if not isinstance(here, pd.DataFrame):
            assert there == (pytest.approx(here, rel=1e-9) if isinstance(here, float) else here)
            continue
        assert len(here) > 0
        pd.testing.assert_frame_equal(here, there, check_dtype=False, rtol=1e-9, atol=1e-9)


def test_every_public_summary_is_compared() -> None:
    missing = [f"{f.__module__}.{f.__name__}" for f in public_functions() if f not in CASES]
    assert not missing
