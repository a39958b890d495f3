"""Whatever the shop, each notebook answers or says why it cannot; it never breaks."""

from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

import retention_research.workspace
from retention_research import new_study, open_workspace
from retention_research.reporting import record
from retention_research.yaml_origins import StudyError

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
SHOPS = 36


def orders(rng: np.random.Generator) -> pd.DataFrame:
    """A shop of random size, length, loyalty and rate, with free orders and refunds."""
    customers, days = rng.choice([1, 2, 12, 60, 200, 500]), rng.choice([1, 20, 90, 400, 900])
    leaving, rate = rng.choice([0, 0.05, 0.3, 1.0]), rng.choice([0.002, 0.02, 0.2])
    rows = []
    for customer in range(customers):
        day = rng.uniform(0, days)
        while day < days and (not rows or rows[-1][0] != customer or rng.random() >= leaving):
            amount = rng.choice([0, round(rng.gamma(3, 10), 2), -5.0], p=[0.05, 0.9, 0.05])
            rows.append((customer, np.floor(day), float(amount)))
            day += rng.exponential(1 / rate)
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "amount"])
    times = pd.Timestamp("2023-01-01") + pd.to_timedelta(frame["day"], unit="D")
    return frame.assign(customer_id=frame["customer_id"].astype(str), timestamp=times)


def study(rng: np.random.Generator, frame: pd.DataFrame):
    as_of = str(frame["timestamp"].max().date())
    settings = {"calibration_end": as_of} if rng.random() < 0.3 else {}
    return new_study(
        study="shop", currency="PLN", as_of=as_of, locale=str(rng.choice(["en_GB", "pl_PL"])),
        cohort_complete=bool(rng.random() < 0.5), sources={"transactions": {"frame": True}},
        time={"zone": "UTC", "merge": "day", "unit": str(rng.choice(["day", "week"]))},
        churn={"inactive_for": str(rng.choice(["4W", "26W"]))}, **settings,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SHOPS))
def test_every_notebook_answers_or_says_why_it_cannot(seed, monkeypatch):
    rng = np.random.default_rng([2024, seed])
    frame = orders(rng)
    monkeypatch.setattr(record, "_show", lambda _: None)
    try:
        workspace = open_workspace(study(rng, frame), {"transactions": frame.drop(columns="day")})
    except StudyError as error:
        assert len(str(error)) > 30  # noqa: PT017
        return
    monkeypatch.setattr(retention_research.workspace, "open_workspace", lambda _: workspace)
    for notebook in NOTEBOOKS:
        names = {"study": "params/shop.yml"}
        cells = nbformat.read(notebook, 4).cells
        try:
            for cell in [c for c in cells if c.cell_type == "code"][1:]:
                exec(cell.source, names)
        except record.ReportSkipped as skipped:
            assert len(str(skipped)) > 30  # noqa: PT017
