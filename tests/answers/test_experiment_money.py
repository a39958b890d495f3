"""Where next to nobody bought, nothing is told of money, and a program is not stopped for it."""

import pytest

from retention_research.answers.programs.answer import programs
from retention_research.models.fit import Missing
from tests.answers.experiment_shop import CONTROL, TREATED, drawn, experiment, shop

NOBODY = {"offer": TREATED[60:], "holdout": CONTROL[40:80]}
ONE_IN_CONTROL = {"offer": TREATED[60:], "holdout": CONTROL[19:60]}
MANY = {"offer": TREATED, "holdout": CONTROL}
DRAWS = {"nobody": NOBODY, "lone": ONE_IN_CONTROL, "many": MANY}


@pytest.fixture(scope="module")
def reports():
    assigned = [row for name, arms in DRAWS.items() for row in drawn(name, arms)]
    declared = [experiment(name, cost_per_customer=1.0) for name in DRAWS]
    found = programs(shop(assigned, declared, churn={"inactive_for": "4W"}))
    return {one.program.id: one for one in found.reports}


@pytest.mark.parametrize(
    ("name", "grade", "reason"),
    [
        ("nobody", "no evidence", "are alike"),
        ("lone", "randomised", "too few customers with the outcome"),
    ],
)
def test_without_buyers_there_is_no_money_and_it_is_to_be_tested(reports, name, grade, reason):
    report = reports[name]
    assert report.grade == grade
    assert isinstance(report.money, Missing)
    assert reason in report.money.reason
    assert report.decision == "test"
    assert report.values[f"program.{name}.decision"].value == "test"


def test_with_buyers_in_both_arms_there_is_money(reports):
    assert reports["many"].money.margin_per_customer.estimate == pytest.approx(0.6)
    assert reports["many"].decision == "stop"  # a cost of 1 for a margin of 0.6 at most 0.9
