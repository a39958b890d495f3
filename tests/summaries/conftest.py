"""Small transaction tables, typed in, as ibis tables."""

from datetime import date

import ibis
import pandas as pd
import pytest

from retention_research.periods import ObservationWindow


@pytest.fixture(scope="session")
def engine():
    return ibis.duckdb.connect()


@pytest.fixture
def transactions(engine):
    """Make checked rows of (customer, timestamp, amount, order_id)."""

    def make(*rows):
        frame = pd.DataFrame(rows, columns=["customer_id", "timestamp", "amount", "order_id"])
        frame["timestamp"] = pd.to_datetime(frame["timestamp"], format="mixed")
        frame["day"] = frame["timestamp"].dt.date
        frame["amount"] = frame["amount"].astype(float)
        frame["order_id"] = frame["order_id"].astype("string")
        return engine.create_table(ibis.util.gen_name("rows"), frame)

    return make


@pytest.fixture
def window():
    return ObservationWindow(date(2024, 1, 1), date(2024, 6, 30), date(2024, 12, 31))
