"""Workspaces on small frames, as an analyst hands them over in a notebook."""

import numpy as np
import pandas as pd
import pytest

from retention_research.study import new_study
from retention_research.workspace import open_workspace


@pytest.fixture(scope="session")
def workspace_of():
    """Make a workspace of (customer, day, amount) rows and study settings."""

    def make(rows, **settings):
        frame = pd.DataFrame(rows, columns=["customer_id", "timestamp", "amount"])
        frame["timestamp"] = pd.to_datetime(frame["timestamp"])
        source = {"transactions": {"frame": True}}
        study = new_study(study="small", currency="EUR", sources=source, **settings)
        return open_workspace(study, {"transactions": frame})

    return make


@pytest.fixture(scope="session")
def regulars():
    """Forty customers who order every few weeks for a year, ten who ordered once."""
    rows = [
        (
            f"r{c:02d}",
            pd.Timestamp("2024-01-01") + pd.Timedelta(days=c % 20 + step * (11 + c % 9)),
            20 + c,
        )
        for c in range(40)
        for step in range(3 + c % 11)
    ]
    once = [(f"o{c}", pd.Timestamp("2024-02-01") + pd.Timedelta(days=c), 15) for c in range(10)]
    return rows + once


@pytest.fixture(scope="session")
def faithful():
    """Three hundred customers who order at random times, at their own rates, and never leave."""
    rng = np.random.default_rng(20240101)
    rows = []
    for customer, rate in enumerate(rng.gamma(2.0, 1 / 30, 300)):
        day = rng.uniform(0, 20)
        while day < 120:
            rows.append((f"f{customer:03d}", pd.Timestamp("2024-01-01") + pd.Timedelta(days=day),
                         round(rng.gamma(6.0, 5.0), 2)))  # fmt: skip
            day += rng.exponential(1 / rate)
    return rows


@pytest.fixture(scope="session")
def cdnow_value(cdnow):
    from retention_research.answers.value import customer_value

    return customer_value(cdnow)
