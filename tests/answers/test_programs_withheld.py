"""A report of which no effect can be told records the same, whatever kind the program is of."""

import pytest

from retention_research.answers.programs.answer import programs
from tests.answers.experiment_shop import CONTROL, TREATED, drawn, experiment, shop

DECLARED = [
    experiment("experiment", experiment_id="ghost"),
    experiment("win_back", kind="win_back", experiment_id="ghost"),
    {"id": "enrolment", "kind": "enrolment", "campaign_id": "ghost", "window": "4W"},
    {"id": "rollout", "kind": "rollout", "unit": "team", "starts": {"ghost": "2024-03-01"},
     "window": "4W"},
    {"id": "rewards", "kind": "rewards", "program_id": "ghost"},
    {"id": "referral", "kind": "referral"},
    {"id": "before_after", "kind": "before_after"},
]  # fmt: skip
RECORDED = ("incremental_margin", "roi", "break_even_probability")


@pytest.fixture(scope="module")
def reports():
    rows = drawn("another", {"offer": TREATED, "holdout": CONTROL})
    return {one.program.id: one for one in programs(shop(rows, DECLARED)).reports}


@pytest.mark.parametrize("kind", [one["kind"] for one in DECLARED])
def test_a_withheld_report_records_no_money_no_decision_and_why(reports, kind):
    report = reports[kind]
    assert report.withheld
    assert report.grade == "no evidence"
    for name in RECORDED:
        value = report.values[f"program.{kind}.{name}"]
        assert value.value is None
        assert value.reason
    decision = report.values[f"program.{kind}.decision"]
    assert decision.value == "test" or decision.reason
    assert report.values[f"program.{kind}.evidence"].value == "no evidence"
