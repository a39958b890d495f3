"""Discrimination and calibration: by hand, and against the definition."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from retention_research.models.discrimination import area_under_curve, calibration
from retention_research.models.fit import Missing
from retention_research.models.logistic import fit_logistic

Z = 1.959963985  # of 95%


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


def test_the_interval_of_the_area_reaches_196_errors_of_its_log_odds():
    y, risk = drawn()
    found = area_under_curve(y, risk)
    odds = np.log(found.estimate / (1.0 - found.estimate))
    spread = found.std_error / (found.estimate * (1.0 - found.estimate))
    ends = np.exp(odds + np.array([-Z, Z]) * spread)
    assert found[3:] == pytest.approx(ends / (1.0 + ends), rel=1e-8)


def test_the_error_of_the_area_by_customers_is_that_of_leaving_them_out_one_by_one():
    y, risk = drawn(n=300)
    cluster = np.arange(300) // 3
    risk = np.repeat(risk[::3], 3)  # a customer's rows are alike
    left = np.array(
        [area_under_curve(y[cluster != who], risk[cluster != who]).estimate for who in range(100)]
    )
    jackknife = (99 / 100 * ((left - left.mean()) ** 2).sum()) ** 0.5
    found = area_under_curve(y, risk, cluster=cluster)
    assert found.std_error == pytest.approx(jackknife, rel=0.02)  # both are right to 1 / customers


def test_risks_ten_times_too_low_have_their_intercept_and_ratio_by_hand():
    y, risk = np.arange(500) % 10 == 0, np.full(500, 0.01)
    found = calibration(y, risk)
    level = np.log(0.1 / 0.9) - np.log(0.01 / 0.99)
    small = (500 / 499) ** 0.5
    error = small / (500 * 0.1 * 0.9) ** 0.5
    assert found.intercept[1:] == pytest.approx(
        [level, error, level - Z * error, level + Z * error], rel=1e-8
    )
    spread = small * (0.9 / (500 * 0.1)) ** 0.5  # of the logarithm of a share
    ends = 10.0 * np.exp(np.array([-Z, Z]) * spread)
    assert found.ratio[1:] == pytest.approx([10.0, 10.0 * spread, *ends], rel=1e-8)


@pytest.mark.parametrize("risk", [1e-9, 0.01, 0.99, 1.0 - 1e-9])
def test_the_intercept_is_found_from_afar(risk):
    y, away = np.arange(200) % 10 == 0, np.linspace(0.9, 1.1, 200)
    risks = risk * away if risk < 0.5 else 1.0 - (1.0 - risk) * away
    found = calibration(y, risks).intercept
    odds = np.log(risks / (1.0 - risks)) + found.estimate
    assert (1.0 / (1.0 + np.exp(-odds))).sum() == pytest.approx(20.0)


def test_rows_repeated_within_customers_leave_calibration_as_it_is():
    y, risk = drawn()
    one = calibration(y, risk)
    two = calibration(
        np.tile(y, 2), np.tile(risk, 2), cluster=np.tile(np.arange(y.size), 2)
    )  # fmt: skip
    assert two.intercept[1:] == pytest.approx(one.intercept[1:], rel=1e-9)
    assert two.ratio[1:] == pytest.approx(one.ratio[1:], rel=1e-9)
    assert two.slope.std_error == pytest.approx(one.slope.std_error, rel=5e-3)


def test_the_slope_is_that_of_the_clustered_regression():
    y, risk = drawn()
    cluster = np.arange(y.size) // 4
    fit = fit_logistic(y, np.log(risk / (1 - risk))[:, None], names=["slope"], cluster=cluster)
    assert calibration(y, risk, cluster=cluster).slope == fit.estimates[1]


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_one_outcome_alone_cannot_be_held_against_risks(outcome):
    found = calibration(np.full(20, outcome), np.linspace(0.1, 0.5, 20))
    reason = "Everybody has the same outcome."
    assert found.slope == Missing("slope", reason)
    assert found.intercept == Missing("intercept", reason)
    assert found.ratio == Missing("observed_to_expected", reason)
    assert sum(group.n for group in found.groups) == 20


def test_one_customer_gives_neither_area_nor_calibration():
    y, risk = drawn()
    cluster = np.zeros(y.size)
    reason = "There is only one customer."
    assert area_under_curve(y, risk, cluster=cluster) == Missing("auc", reason)
    found = calibration(y, risk, cluster=cluster)
    assert [found.slope, found.intercept, found.ratio] == [
        Missing(term, reason) for term in ("slope", "intercept", "observed_to_expected")
    ]


def test_equal_scores_have_no_area():
    found = area_under_curve([0, 1, 0, 1], np.full(4, 0.3))
    assert found == Missing("auc", "Every row was given the same score.")


def test_customers_who_are_all_alike_give_the_area_no_interval():
    y, score = np.tile([0.0, 1.0, 1.0], 5), np.tile([0.3, 0.2, 0.6], 5)
    found = area_under_curve(y, score, cluster=np.repeat(np.arange(5), 3))
    assert found.estimate == 0.5
    assert found[2:] == (None, None, None)


def test_equal_risks_have_no_slope():
    found = calibration([0, 1, 0, 1], np.full(4, 0.3)).slope
    assert found == Missing("slope", "slope: It is the same for everybody.")


@pytest.mark.parametrize("told", [area_under_curve, calibration])
@pytest.mark.parametrize(
    ("cluster", "words"),
    [
        (["a", None, "b", "b"], "cluster is missing in 1 of 4 rows, first in row 1"),
        ([1.0, 2.0, np.nan, np.nan], "cluster is missing in 2 of 4 rows"),
        ([1.0, 2.0], "columns differ in length"),
    ],
)
def test_labels_that_name_no_customer_are_refused(told, cluster, words):
    with pytest.raises(ValueError, match=words):
        told([0, 1, 0, 1], [0.1, 0.4, 0.35, 0.8], cluster=cluster)


def test_no_rows_are_refused():
    with pytest.raises(ValueError, match="there are no rows"):
        calibration([], [])
