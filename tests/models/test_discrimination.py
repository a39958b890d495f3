"""Discrimination and calibration: by hand, and against the definition."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from retention_research.models.discrimination import area_under_curve, calibration
from retention_research.models.fit import Missing


def drawn(seed=3, n=400):
    rng = np.random.default_rng(seed)
    risk = rng.beta(2.0, 4.0, n).round(2).clip(0.01, 0.99)  # with ties
    return (rng.random(n) < risk).astype(float), risk


def delong_variance(y, score):
    """The definition: the variances of each row's share of pairs in the right order."""
    yes, no = score[y == 1], score[y == 0]
    right = (yes[:, None] > no) + 0.5 * (yes[:, None] == no)
    return right.mean(axis=1).var(ddof=1) / yes.size + right.mean(axis=0).var(ddof=1) / no.size


def test_the_area_is_the_share_of_pairs_in_the_right_order():
    y, risk = drawn()
    assert area_under_curve(y, risk).estimate == pytest.approx(roc_auc_score(y, risk), rel=1e-12)


def test_the_error_of_the_area_is_delongs():
    y, risk = drawn()
    found = area_under_curve(y, risk)
    assert found.std_error == pytest.approx(delong_variance(y, risk) ** 0.5, rel=1e-10)


def test_rows_repeated_within_customers_give_the_error_of_one_row_each():
    y, risk = drawn()
    twice = area_under_curve(np.tile(y, 2), np.tile(risk, 2), cluster=np.tile(np.arange(y.size), 2))
    assert twice.estimate == pytest.approx(area_under_curve(y, risk).estimate)
    assert twice.std_error == pytest.approx(area_under_curve(y, risk).std_error, rel=5e-3)


def test_without_both_outcomes_there_is_no_area():
    assert isinstance(area_under_curve([1, 1, 1], [0.2, 0.3, 0.4]), Missing)


def test_the_calibration_of_two_risks_by_hand():
    # of 40 at risk 1/4, 20 had it; of 40 at risk 1/2, 20 had it: the slope is 0
    risk = np.repeat([0.25, 0.5], 40)
    found = calibration(np.tile([0.0, 1.0], 40), risk)
    assert found.slope.estimate == pytest.approx(0.0, abs=1e-9)
    assert found.ratio.estimate == pytest.approx(40 / 30)


def test_the_intercept_makes_the_sum_of_risks_right():
    y, risk = drawn()
    found = calibration(y, risk * 0.5)
    odds = np.log(risk * 0.5 / (1 - risk * 0.5)) + found.intercept.estimate
    assert (1 / (1 + np.exp(-odds))).sum() == pytest.approx(y.sum())


def test_right_risks_are_within_their_intervals():
    y, risk = drawn(n=4000)
    found = calibration(y, risk)
    assert found.slope.conf_low < 1.0 < found.slope.conf_high
    assert found.intercept.conf_low < 0.0 < found.intercept.conf_high
    assert found.ratio.conf_low < 1.0 < found.ratio.conf_high


def test_groups_hold_all_rows_in_order_of_risk():
    y, risk = drawn()
    groups = calibration(y, risk).groups
    assert sum(group.n for group in groups) == y.size
    assert [g.predicted for g in groups] == sorted(g.predicted for g in groups)


def test_a_risk_of_one_is_refused():
    with pytest.raises(ValueError, match="not between 0 and 1"):
        calibration([0, 1], [0.5, 1.0])
