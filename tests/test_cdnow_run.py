"""The published run of CDNOW: the numbers in results.json, the words, the size, the same bytes."""

import json
from pathlib import Path

import pytest

from retention_research.reporting.run import run_study
from retention_research.study import read_study

# Fader, Hardie and Lee (2005), table 2 and section 5; Fader and Hardie, note 025. Each number may
# be off by half a unit in its last printed digit.
PRINTED = {
    "bg_nbd.r": (0.243, 5e-4),
    "bg_nbd.alpha": (4.414, 5e-4),
    "bg_nbd.a": (0.793, 5e-4),
    "bg_nbd.b": (2.426, 5e-4),
    "bg_nbd.log_likelihood": (-9582.43, 5e-3),
    "gamma_gamma.p": (6.25, 5e-3),
    "gamma_gamma.q": (3.74, 5e-3),
    "gamma_gamma.v": (15.44, 5e-3),
    "holdout.predicted": (1653, 0.5),
}
COUNTED = {"purchases.frequency_total": 2457, "gamma_gamma.n": 946, "holdout.actual": 1882}


def publish(out: Path) -> Path:
    outcome = run_study(read_study("params/cdnow.yml"), out=out)
    assert outcome.exit_code == 0, outcome.words
    return out / "cdnow" / "latest"


@pytest.fixture(scope="module")
def latest(tmp_path_factory):
    return publish(tmp_path_factory.mktemp("cdnow"))


@pytest.fixture(scope="module")
def reports(latest):
    return json.loads((latest / "results.json").read_text(encoding="utf-8"))["reports"]


@pytest.mark.parametrize("name", PRINTED)
def test_a_published_estimate_equals_print(reports, name):
    printed, half_a_unit = PRINTED[name]
    value = reports["customer_value"]["values"][name]["value"]
    assert value == pytest.approx(printed, abs=half_a_unit)


@pytest.mark.parametrize("name", COUNTED)
def test_a_published_count_equals_print(reports, name):
    assert reports["customer_value"]["values"][name]["value"] == COUNTED[name]


def test_an_independent_fit_agrees(reports):
    values = reports["customer_value"]["values"]
    assert values["lifetimes_check.max_relative_difference"]["value"] < 1e-3


@pytest.mark.parametrize("weeks", [13, 26, 52])
def test_second_purchases_are_published_with_intervals(reports, weeks):
    value = reports["survival"]["values"][f"second_purchase.probability_{weeks}w"]
    assert value["conf_low"] < value["value"] < value["conf_high"]
    assert value["n"] == 2357


def test_every_published_estimate_has_interval_and_n_or_a_reason(reports):
    for report in reports.values():
        for name, value in report["values"].items():
            if value["kind"] == "estimate" and value["value"] is None:
                assert value["reason"], name
            elif value["kind"] == "estimate":
                assert value["conf_low"] <= value["value"] <= value["conf_high"], name
                assert value["n"] > 0, name


def test_the_page_says_that_the_forecast_was_twelve_per_cent_low(latest):
    assert "forecast was 12% low" in (latest / "customer_value.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "page", ["index", "data_quality", "scorecard", "cohorts", "customer_value", "survival"]
)
def test_a_page_stays_small(latest, page):
    most = 180_000 if page == "survival" else 120_000  # six pictures, and the tables behind them
    assert (latest / f"{page}.html").stat().st_size < most


@pytest.mark.slow
def test_two_runs_with_the_same_inputs_give_the_same_bytes(latest, tmp_path):
    again = publish(tmp_path)
    files = [p.relative_to(latest) for p in latest.rglob("*") if p.is_file()]
    assert {p.suffix for p in files} >= {".html", ".json", ".csv", ".ipynb"}
    for file in files:
        if file.name != "run.json":  # clock times live there
            assert (latest / file).read_bytes() == (again / file).read_bytes(), file
