"""Estimators clustered by customer: by hand, and equal to the plain ones where nobody repeats."""

import numpy as np
import pytest

from retention_research.models.clustered_kaplan_meier import fit_clustered_curve
from retention_research.models.fit import Missing
from retention_research.models.kaplan_meier import fit_kaplan_meier
from retention_research.models.lift import Arms, pooled_lift
from retention_research.models.nps import Answers, net_promoter_score
from retention_research.models.points import (
    EXPIRED,
    OPEN,
    REDEEMED,
    cumulative_incidence,
    fates_of_points,
)
from retention_research.models.ratio import moments, ratio, share
from retention_research.models.within_target import share_within_target


@pytest.fixture
def waits():
    rng = np.random.default_rng(7)
    event, watched = rng.exponential(10.0, 200), rng.uniform(2.0, 30.0, 200)
    return np.minimum(event, watched).round(1), event <= watched


def test_with_one_ticket_a_customer_the_error_is_greenwoods_but_for_its_factor(waits):
    curve, plain = fit_clustered_curve(*waits, np.arange(200)), fit_kaplan_meier(*waits)
    for t in (1.0, 5.0, 12.0):
        wanted = plain.survival_at(t)
        assert curve.still_waiting(t) == pytest.approx(wanted.estimate, rel=1e-12)
        assert curve.std_error(t) == pytest.approx(wanted.std_error * np.sqrt(200 / 199), rel=1e-9)
    assert curve.median().estimate == plain.median().estimate


def test_the_influence_is_what_leaving_a_ticket_out_changes(waits):
    duration, event = waits
    curve = fit_clustered_curve(duration, event, np.arange(200))
    left_out = [
        fit_clustered_curve(np.delete(duration, i), np.delete(event, i), np.arange(199))
        for i in range(20)
    ]
    changes = [199 * (curve.still_waiting(5.0) - one.still_waiting(5.0)) for one in left_out]
    assert curve.influence(5.0)[:20] == pytest.approx(changes, abs=0.01)


def test_the_same_tickets_twice_over_are_no_more_certain(waits):
    once = fit_clustered_curve(*waits, np.arange(200))
    twice = fit_clustered_curve(
        *(np.tile(column, 2) for column in waits), np.tile(np.arange(200), 2)
    )
    assert twice.std_error(5.0) == pytest.approx(once.std_error(5.0), rel=1e-9)


def test_the_middle_of_a_plateau_at_one_half_is_the_median():
    # answered after 2, 4 and 10 hours; one open after 48
    curve = fit_clustered_curve([2, 10, 4, 48], [True, True, True, False], list("aabe"))
    assert curve.median().estimate == 7.0


def test_more_than_half_still_waiting_has_no_median():
    curve = fit_clustered_curve([1, 5, 5], [True, False, False], list("abc"))
    assert isinstance(curve.median(), Missing)


def test_a_ratio_by_hand():
    # three customers with 1 of 4, 0 of 2, 2 of 2: r = 3/8, residuals -.5, -.75, 1.25
    found = ratio(moments([1, 0, 2], [4, 2, 2]))
    assert found.estimate == 0.375
    assert found.std_error == pytest.approx(np.sqrt((0.25 + 0.5625 + 1.5625) * 1.5) / 8, rel=1e-12)


def test_a_share_that_all_have_still_has_a_range():
    found = share(moments([2, 1, 3], [2, 1, 3]))
    assert found.conf_low < found.estimate == found.conf_high == 1.0


@pytest.mark.parametrize(("y", "x"), [([1], [2]), ([], []), ([0, 0], [0, 0])])
def test_a_ratio_without_a_range_is_missing(y, x):
    assert isinstance(ratio(moments(y, x)), Missing)
    assert isinstance(share(moments(y, x)), Missing)


def test_none_of_a_rate_is_missing_rather_than_a_zero_without_range():
    assert isinstance(ratio(moments([0, 0, 0], [1, 2, 3])), Missing)


def test_adjusted_wald_by_hand():
    # 3 promoters, 1 detractor, 1 neither; with 3/4, 3/4 and 3/2 more they are 8
    found = net_promoter_score(Answers(3, 1, 5))
    p, d = 3.75 / 8, 1.75 / 8
    reach = 1.959963984540054 * np.sqrt((p + d - (p - d) ** 2) / 8)
    assert found.estimate == pytest.approx(40.0, rel=1e-12)
    assert found[3:] == pytest.approx((100 * (p - d - reach), 100 * (p - d + reach)), rel=1e-9)


def test_nobody_answered_is_no_score_of_zero():
    assert isinstance(net_promoter_score(Answers(0, 0, 0)), Missing)


def test_one_experiment_has_newcombes_interval():
    # Newcombe (1998), table II, row 10a: 56/70 - 48/80, .0524 to .3339
    found = pooled_lift([Arms(56, 70, 48, 80)])
    assert found[3:] == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_categories_are_weighted_by_their_tickets():
    hours, answered = [2, 10, 48, 4], [True, True, False, True]
    kinds = ["delivery"] * 3 + ["question"]
    found = share_within_target(
        hours, answered, list("aaeb"), kinds, {"delivery": 8, "question": 3}
    )
    assert found.estimate == pytest.approx(0.25, rel=1e-12)


def test_tickets_of_categories_without_a_target_are_left_out():
    found = share_within_target([2, 10, 1], [1, 1, 1], list("abc"), ["x", "x", "y"], {"x": 8})
    assert found.estimate == 0.5
    assert isinstance(share_within_target([2], [1], ["a"], ["y"], {"x": 8}), Missing)


def test_points_by_hand():
    # of 40 points: 10 redeemed on day 1, 10 open from day 2, 10 expired and 10 redeemed on day 3
    found = cumulative_incidence([1, 2, 3, 3], [REDEEMED, OPEN, EXPIRED, REDEEMED], [10] * 4, 3)
    assert found == pytest.approx((0.25 + 0.75 / 2, 0.75 / 2), rel=1e-12)


def test_points_that_may_still_expire_are_not_called_breakage():
    # one minus Kaplan-Meier would count the redeemed as if they could still expire
    found = cumulative_incidence([5] * 6 + [9] * 4, [REDEEMED] * 6 + [EXPIRED] * 4, [1] * 10, 9)
    assert found == pytest.approx((0.6, 0.4), rel=1e-12)


def test_points_that_nobody_watched_for_long_enough_are_missing():
    rng = np.random.default_rng(1)
    owner, age = np.arange(40), np.full(40, 20)
    found = fates_of_points(owner, age, np.arange(40) % 2, np.ones(40), 30, rng)
    assert isinstance(found.redeemed, Missing)
    assert "30 days" in found.redeemed.reason


def test_the_bootstrap_is_the_same_for_the_same_seed():
    rng = np.random.default_rng(3)
    rows = np.arange(60), rng.integers(1, 50, 60), rng.integers(0, 3, 60), np.ones(60)
    one, two = (fates_of_points(*rows, 40, np.random.default_rng(5)) for _ in range(2))
    assert one == two
