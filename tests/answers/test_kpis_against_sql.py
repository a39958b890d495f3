"""The simulated company's KPIs are those of plain SQL on the same tables."""

import duckdb
import pyarrow.parquet as pq
import pytest

from retention_research.answers.kpis import kpi_frame, ticket_kpi_frame
from retention_research.answers.scorecard_changes import paired_changes
from retention_research.events.simulate.company import Company
from retention_research.events.simulate.tables import company_tables
from retention_research.events.simulate.weeks import simulate_company
from retention_research.periods import last_full_period
from retention_research.study import new_study
from retention_research.workspace import open_workspace
from tests.answers import plain_sql

pytestmark = pytest.mark.slow
CUSTOMERS, SEED = 1500, 20240630
TARGETS = {"delivery": 8.0, "product": 12.0, "payment": 4.0, "question": 8.0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("company")
    for name, table in company_tables(simulate_company(Company(), CUSTOMERS, seed=SEED)).items():
        pq.write_table(table, path / f"{name}.parquet")
    return path


@pytest.fixture(scope="module")
def workspace(folder):
    sources = {file.stem: {"path": str(file)} for file in folder.glob("*.parquet")}
    study = new_study(
        study="company", currency="EUR", as_of="2024-06-30", cohort_complete=True,
        sources=sources, group_floor=1,
        tickets={"targets": TARGETS, "business_hours": None},
    )  # fmt: skip
    return open_workspace(study)


@pytest.fixture(scope="module")
def sql(folder):
    con = duckdb.connect()
    for file in folder.glob("*.parquet"):
        con.execute(f"create view {file.stem} as from '{file}'")
    con.execute(plain_sql.PURCHASES)
    con.execute(plain_sql.FIRSTS)
    return con


@pytest.fixture(scope="module")
def june(workspace):
    return last_full_period(workspace.window.as_of, "month")


@pytest.fixture(scope="module")
def frame(workspace, june):
    return kpi_frame(workspace, [june.before, june])


@pytest.mark.parametrize("kpi", plain_sql.KPIS)
def test_a_kpi_is_that_of_plain_sql(frame, june, sql, kpi):
    found = frame[(frame["kpi"] == kpi) & (frame["period_start"] == june.start)].iloc[0]
    wanted = sql.execute(plain_sql.KPIS[kpi]).fetchone()
    # money is rounded to the cent by the one, summed as floats by the other
    assert (found["numerator"], found["denominator"]) == pytest.approx(
        tuple(map(float, wanted)), rel=1e-9
    )


def test_tickets_of_all_categories_are_the_tickets(workspace, frame, june):
    parts = ticket_kpi_frame(workspace, [june])
    whole = frame[frame["period_start"] == june.start].set_index("kpi")
    for kpi in ("problem_rate", "csat", "handling_minutes", "escalated_share"):
        summed = parts.loc[parts["kpi"] == kpi, "numerator"].sum()
        assert summed == pytest.approx(whole.loc[kpi, "numerator"], rel=1e-9)


def test_every_kpi_of_the_company_is_known(frame, june):
    of_june = frame[frame["period_start"] == june.start]
    missing = of_june[of_june["reason"] != ""].set_index("kpi")["reason"].to_dict()
    assert set(missing) <= {"contact_conversion_incremental"}, missing


def test_changes_told_customer_by_customer_are_those_of_the_values(workspace, frame, june):
    changes = paired_changes(workspace, june)
    values = frame.set_index(["kpi", "period_start"])["value"]
    for kpi in ("purchase_frequency", "redemption_rate", "breakage_rate"):
        change = changes[kpi, june.before.start]
        wanted = values[kpi, june.start] - values[kpi, june.before.start]
        assert change.estimate == pytest.approx(wanted, rel=1e-9), kpi
        assert change.conf_low <= change.estimate <= change.conf_high
