"""Groups, and the forecast made before, in the experiments of the simulated company."""

import pyarrow.parquet as pq
import pytest

from retention_research.answers.programs.experiment import experiment_report
from retention_research.events.simulate.company import Company
from retention_research.events.simulate.tables import company_tables
from retention_research.events.simulate.weeks import simulate_company
from retention_research.models.fit import Estimate
from retention_research.study import read_study
from retention_research.workspace import open_workspace

CUSTOMERS, SEED = 10_000, 20_261_106
CLEAR = 3.29  # standard errors that chance exceeds once in a thousand
# of truth.json, means over companies: purchases in 4 weeks (mail) and in 8 (come_back), all
# customers drawn
SURPLUS = {"mail": 0.0685, "come_back": 0.255}
BY_CHANNEL = {
    "search": 0.0695, "social": 0.0578, "friend": 0.0828, "marketplace": 0.0654, "shop": 0.0751
}  # fmt: skip


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    for name, table in company_tables(simulate_company(Company(), CUSTOMERS, SEED)).items():
        pq.write_table(table, folder / f"{name}.parquet")
    study = read_study("params/company.yml")
    sources = {
        name: type(source).model_validate({"path": str(folder / f"{name}.parquet")})
        for name, source in study.sources.items()
    }
    workspace = open_workspace(study.model_copy(update={"sources": sources}))
    return {
        one.id: experiment_report(workspace, one)
        for one in workspace.study.programs
        if one.id in SURPLUS
    }


@pytest.mark.slow
@pytest.mark.parametrize("program", SURPLUS)
def test_what_lies_beyond_the_forecast_is_the_program_s_effect(reports, program):
    found = reports[program].detail.model_check.surplus
    assert abs(found.estimate - SURPLUS[program]) < CLEAR * found.std_error
    assert found.conf_low > 0.0


@pytest.mark.slow
def test_lapsed_customers_come_back_less_than_forecast_without_the_offer(reports):
    """The model cannot know that they were chosen for their silence; both groups show it."""
    with_it, without = reports["come_back"].detail.model_check.groups
    assert without.counted < without.expected.conf_low
    assert with_it.counted / with_it.rows > without.counted / without.rows


@pytest.mark.slow
def test_groups_drawn_to_the_middle_hold_what_is_true_of_them(reports):
    """Of five at 95%, fewer than four hold it once in forty times."""
    rows = reports["mail"].detail.heterogeneity[0].by_outcome["purchases"].levels
    held = [
        row.shrunken.conf_low <= BY_CHANNEL[row.level] <= row.shrunken.conf_high
        for row in rows
        if isinstance(row.shrunken, Estimate)
    ]
    assert len(held) == 5
    assert sum(held) >= 4
