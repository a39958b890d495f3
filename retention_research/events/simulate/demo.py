"""The simulated company as a demonstration: one generation, shared by all its tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pyarrow as pa

CUSTOMERS: Final = 5_000
SEED: Final = 1
ABOUT: Final = "a simulated company, of which every effect is known: no real customer is in it"


def company_table(name: str, customers: int = CUSTOMERS, seed: int = SEED) -> pa.Table:
    """One event table of the simulated company.

    The tables of one company belong together, so all are made at the first call and kept for the
    others.

    Args:
        name: of the event table.
        customers: how many.
        seed: start of every random draw.

    Example:
        >>> company_table("customers", 20, 1).num_rows
        20
    """
    return _company(customers, seed)[name]


@cache
def _company(customers: int, seed: int) -> Mapping[str, pa.Table]:
    from retention_research.events.simulate.company import Company
    from retention_research.events.simulate.tables import company_tables
    from retention_research.events.simulate.weeks import simulate_company

    return company_tables(simulate_company(Company(), customers, seed))
