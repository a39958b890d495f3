"""The reports' KPIs of the simulated company, against counts made straight from its history."""

from datetime import date

import pytest

from retention_research.answers.kpis.frame import kpi_frame
from retention_research.events.simulate.company import Company
from retention_research.events.simulate.demo import CUSTOMERS, SEED
from retention_research.events.simulate.reading import Reading
from retention_research.events.simulate.truth_kpis import all_kpis
from retention_research.events.simulate.weeks import simulate_company
from retention_research.periods import Period
from retention_research.workspace import open_workspace

# clv_to_cac rests on a forecast and nps_weighted on strata: the history has no count of either
FORECAST = {"clv_to_cac", "nps_weighted"}


@pytest.mark.slow
def test_every_kpi_of_the_company_is_its_count():
    workspace = open_workspace("params/company.yml")
    frame = kpi_frame(workspace, [Period.holding(date(2024, 6, 30), "month")])
    counted = all_kpis(simulate_company(Company(), CUSTOMERS, SEED), Reading())
    found = dict(zip(frame["kpi"], frame["value"], strict=True))
    assert set(found) - FORECAST == set(counted) - FORECAST
    for kpi in set(found) - FORECAST:
        assert found[kpi] == pytest.approx(counted[kpi][0], rel=1e-9), kpi
