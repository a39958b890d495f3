"""The published run of the simulated company: every report, and KPIs that find the truth."""

import json
import math
import re

import pytest

from retention_research.events.simulate.company import Company
from retention_research.events.simulate.demo import CUSTOMERS
from retention_research.events.simulate.truth import Effort, company_truth
from retention_research.reporting.run import run_study
from retention_research.study import read_study
from retention_research.study_sections import KPIS

pytestmark = pytest.mark.slow
STUDY = read_study("params/company.yml")
EFFORT = Effort(companies=40, most=CUSTOMERS, pairs=1, paired=200)  # no effect is looked at here


@pytest.fixture(scope="module")
def latest(tmp_path_factory):
    out = tmp_path_factory.mktemp("company")
    outcome = run_study(STUDY, out=out)
    assert outcome.exit_code == 0, outcome.words
    return out / "company" / "latest"


@pytest.fixture(scope="module")
def reports(latest):
    return json.loads((latest / "results.json").read_text(encoding="utf-8"))["reports"]


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    cache = tmp_path_factory.mktemp("truth")
    return company_truth(Company(), CUSTOMERS, effort=EFFORT, workers=2, folder=cache)["kpis"]


def values(reports):
    return {name: v for report in reports.values() for name, v in report["values"].items()}


def test_every_report_of_the_study_is_whole(reports):
    assert {name: report["status"] for name, report in reports.items()} == dict.fromkeys(
        STUDY.reports, "ok"
    )


def test_every_estimate_has_interval_and_n_or_a_reason(reports):
    for name, value in values(reports).items():
        if value["kind"] == "estimate" and value["value"] is None:
            assert value["reason"], name
        elif value["kind"] == "estimate":
            assert value["conf_low"] <= value["value"] <= value["conf_high"], name
            assert value["n"] > 0, name


def test_every_page_says_that_nobody_is_real(latest):
    for page in latest.glob("*.html"):
        if page.name != "index.html":
            assert "no real person" in page.read_text(encoding="utf-8"), page.name


def test_no_comment_of_a_customer_is_published(latest):
    for page in latest.rglob("*.html"):
        assert "waiting for a parcel" not in page.read_text(encoding="utf-8"), page.name


def test_no_page_shows_a_customer_id(latest):
    for page in latest.rglob("*.html"):
        assert ">C00" not in page.read_text(encoding="utf-8"), page.name


def test_the_page_on_programs_tells_every_program_in_words_of_its_readers(latest):
    page = (latest / "programs.html").read_text(encoding="utf-8")
    shown = re.sub(r"<[^>]*>", " ", page.partition('id="for-analysts"')[0].partition("<main")[2])
    for program in STUDY.programs:
        assert program.heading in shown, program.id
    for term in ("holdout", "p value", "Holm", "propensity", "intention to treat", "P(alive)"):
        assert term not in shown, term


def test_every_program_has_a_grade_and_what_its_effect_is_or_why_not(reports):
    found = reports["programs"]["values"]
    for program in STUDY.programs:
        assert found[f"program.{program.id}.evidence"]["value"], program.id
        for outcome in program.outcomes:
            value = found[f"program.{program.id}.effect.{outcome}"]
            assert value["value"] is not None or value["reason"], (program.id, outcome)


def test_the_truth_of_every_kpi_is_known(truth):
    assert set(KPIS) <= set(truth)
    for name, true in truth.items():
        assert true["sd_of_one_company"] > 0, name


def test_a_kpi_differs_from_the_truth_by_chance_only(reports, truth):
    found = values(reports)
    for name, true in truth.items():
        error = math.hypot(true["sd_of_one_company"], true["mc_error"])
        assert abs(found[f"kpi.{name}"]["value"] - true["value"]) < 4 * error, name


def test_the_interval_of_a_kpi_is_as_wide_as_chance_makes_it(reports, truth):
    found = values(reports)
    ratios = {
        name: (found[f"kpi.{name}"]["conf_high"] - found[f"kpi.{name}"]["conf_low"])
        / (2 * 1.96 * true["sd_of_one_company"])
        for name, true in truth.items()
    }
    assert 0.8 < sorted(ratios.values())[len(ratios) // 2] < 1.4, ratios
