"""The experiments of a simulated company of 12,000 customers against what is true of them."""

import hashlib
from math import sqrt

import pyarrow.parquet as pq
import pytest

from retention_research.answers.programs.answer import report_on
from retention_research.events.simulate.company import Company
from retention_research.events.simulate.tables import company_tables
from retention_research.events.simulate.weeks import simulate_company
from retention_research.glossary import lookup
from retention_research.models.fit import Estimate
from retention_research.study import read_study
from retention_research.workspace import open_workspace
from tests.answers import programs_truth as truth

CUSTOMERS, SEED = 12_000, 2611  # written down before the first run
TABLES = ("transactions", "customers", "contacts", "assignments", "surveys")
FAR = 3.0  # standard errors: with one company and sixteen comparisons nothing nearer is a fault


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder, study = tmp_path_factory.mktemp("company"), read_study("params/company.yml")
    made = company_tables(simulate_company(Company(), CUSTOMERS, SEED))
    sources = {}
    for name in TABLES:
        pq.write_table(made[name], folder / f"{name}.parquet")
        kind = type(study.sources[name])
        sources[name] = kind.model_validate({"path": str(folder / f"{name}.parquet")})
    asked = tuple(one for one in study.programs if one.id in ("mail", "come_back"))
    told = {"sources": sources, "programs": asked, "segments": ()}
    workspace = open_workspace(study.model_copy(update=told))
    return {one.id: report_on(workspace, one) for one in asked}


def near(effects, true):
    """Each effect with an interval lies near its truth, both errors counted."""
    told = {one.outcome: one for one in effects if one.outcome in true}
    assert set(told) == set(true)
    return all(
        abs(told[name].difference.estimate - one.value)
        <= FAR * sqrt(told[name].difference.std_error ** 2 + one.error**2)
        for name, one in true.items()
    )


def against(report, treated, control):
    return [one for one in report.detail.pairs
            if (one.treated, one.control) == (treated, control)]  # fmt: skip


def test_the_kept_truth_is_of_the_company_as_it_is():
    assert hashlib.sha256(repr(Company()).encode()).hexdigest()[:12] == truth.COMPANY


@pytest.mark.slow
def test_what_chance_drew_is_graded_so(reports):
    assert {one.grade for one in reports.values()} == {"randomised"}


@pytest.mark.slow
def test_promotions_by_mail_do_what_is_true_of_them(reports):
    assert near(reports["mail"].effects, truth.MAIL)
    assert near(reports["mail"].detail.plain, truth.MAIL)


@pytest.mark.slow
def test_either_kind_of_mail_does_what_is_true_of_it(reports):
    assert near(against(reports["mail"], "generic", "holdout"), truth.GENERIC)
    assert near(against(reports["mail"], "personalised", "holdout"), truth.PERSONALISED)


@pytest.mark.slow
def test_personalised_against_generic_mail_is_what_is_true_of_it(reports):
    more = {
        name: truth.Truth(one.value - truth.GENERIC[name].value,
                          sqrt(one.error**2 + truth.GENERIC[name].error ** 2))
        for name, one in truth.PERSONALISED.items()
    }  # fmt: skip
    found = reports["mail"].detail.personalised
    assert {(one.treated, one.control) for one in found} == {("personalised", "generic")}
    assert near(found, more)


@pytest.mark.slow
def test_the_offer_to_the_lapsed_does_what_is_true_of_it(reports):
    assert near(reports["come_back"].effects, truth.COME_BACK)
    assert reports["come_back"].detail.lapsed == 1.0
    assert reports["come_back"].decision == "keep"


@pytest.mark.slow
def test_adjusting_by_behaviour_before_narrows_the_range(reports):
    plain = {one.outcome: one for one in reports["mail"].detail.plain}
    for one in reports["mail"].effects:
        if one.outcome in ("retained", "purchases"):
            assert one.difference.std_error < plain[one.outcome].difference.std_error


@pytest.mark.slow
def test_every_value_has_its_name_in_the_glossary(reports):
    values = {name: value for one in reports.values() for name, value in one.values.items()}
    assert {name for name, value in values.items() if lookup(name).kind != value.kind} == set()


@pytest.mark.slow
def test_what_a_message_brings_has_a_range(reports):
    detail = reports["mail"].detail
    assert isinstance(detail.incremental_per_contact, Estimate)
    assert detail.incremental_per_contact.conf_low > 0.0
    assert 0.5 < detail.counted[0].reached < 1.0
