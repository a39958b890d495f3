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
from retention_research.study import read_study
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


def test_the_truth_reads_the_company_as_its_study_does():
    study, reading = read_study("params/company.yml"), Reading()
    assert study.as_of == reading.as_of
    assert Period.holding(reading.as_of, study.period).start == reading.period_start
    assert study.churn.inactive_for.days == reading.silence_days
    assert study.horizon.days == reading.horizon_days
    assert study.survival.tau.days == reading.tau_days
    assert study.contacts.conversion_window.days == reading.conversion_days
    assert study.money.margin == reading.margin
    assert study.money.annual_discount_rate == reading.annual_discount_rate
    assert dict(study.tickets.targets) == dict(reading.targets)
    assert study.tickets.business_hours is None
