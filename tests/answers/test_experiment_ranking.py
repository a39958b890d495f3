"""A ranking that is of use orders the margin that more of the same money would bring."""

import numpy as np
import pytest

from retention_research.answers.programs.answer import programs
from retention_research.models.fit import Estimate
from retention_research.programs.uplift import Curve, Uplift
from tests.answers.experiment_shop import CONTROL, TREATED, drawn, experiment, shop


def ranked(low):
    """Customers in the order of their names, with an area whose lower end is this."""
    area, order = Estimate("qini", low + 0.1, None, low, low + 0.2), np.linspace(0.0, 1.0, 200)
    return Uplift(area, 0.01, area, area, Curve(*np.zeros((4, 21))), 200, order, order, "linear")


@pytest.mark.parametrize(("low", "used"), [(0.1, True), (-0.1, False)])
def test_a_ranking_clear_of_chance_orders_the_budget(monkeypatch, low, used):
    module = "retention_research.answers.programs.experiment.ranking"
    monkeypatch.setattr(module, lambda *_: ranked(low))
    rows = drawn("fair", {"offer": TREATED, "holdout": CONTROL})
    (report,) = programs(shop(rows, [experiment("fair", cost_per_customer=0.1)])).reports
    assert report.money.budget.ranked is used
    assert report.money.budget.margin[-1] == pytest.approx(100 * 0.6)


def test_the_chance_of_the_program_is_that_of_the_stratum(monkeypatch):
    seen = []
    module = "retention_research.answers.programs"
    monkeypatch.setattr(f"{module}.experiment.ranking", lambda *_: ranked(0.1))
    monkeypatch.setattr(f"{module}.budget.ranked_gain", lambda *given, **_: seen.append(given[3]))
    monkeypatch.setattr(f"{module}.budget.budget_curve", lambda *_, **__: "the curve")
    rows = [
        one | {"stratum": name}
        for name, arms, share in (
            ("first", {"offer": TREATED[:80], "holdout": CONTROL[:20]}, 0.8),
            ("later", {"offer": TREATED[80:], "holdout": CONTROL[20:]}, 0.2),
        )
        for one in drawn("fair", arms, share={"offer": share, "holdout": 1 - share})
    ]
    (report,) = programs(shop(rows, [experiment("fair", cost_per_customer=0.1)])).reports
    assert report.money.budget == "the curve"
    assert np.unique(seen[0].round(6)).tolist() == [0.2, 0.8]
