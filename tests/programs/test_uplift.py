"""A ranking by expected effect, valued on customers it has not seen."""

import numpy as np
import pytest

from retention_research.models.fit import Missing
from retention_research.programs.uplift import SHARES, _valued, uplift_ranking

N = 3000


@pytest.fixture(scope="module")
def experiment():
    rng = np.random.default_rng(11)
    known, treated = rng.uniform(size=(N, 2)), rng.random(N) < 0.4
    outcome = known[:, 1] + 2.0 * known[:, 0] * treated + rng.normal(size=N)
    return known, outcome, treated


def _ranked(known, outcome, treated, **options):
    given = {"rng": np.random.default_rng(3)} | options
    return uplift_ranking(known, outcome, treated, 0.4, **given)


def test_customers_whom_the_program_moves_more_are_ranked_first(experiment):
    known, *_ = experiment
    found = _ranked(*experiment)
    seen = ~np.isnan(found.rank)
    assert np.corrcoef(found.rank[seen], known[seen, 0])[0, 1] < -0.9
    assert found.qini.conf_low > 0.0
    assert found.first_fifth.estimate > found.effect.conf_high


def test_the_first_fold_teaches_and_is_not_valued(experiment):
    found = _ranked(*experiment, folds=5)
    assert np.isnan(found.score).sum() == N / 5
    assert found.customers == N - N / 5


def test_nobody_is_ranked_by_what_they_did_themselves(experiment):
    known, outcome, treated = experiment
    found = _ranked(known, outcome, treated)
    last = np.random.default_rng(3).permutation(np.arange(N) % 5) == 4
    other = _ranked(known, np.where(last, -outcome, outcome), treated)
    assert np.array_equal(found.score, other.score, equal_nan=True)


def test_a_fold_s_area_is_that_between_its_curve_and_the_straight_line_by_hand():
    # effects in the order of the ranking 4, 2, 0, -2: mean 1; ranks 1/8, 3/8, 5/8, 7/8
    psi, score = np.array([0.0, 4.0, -2.0, 2.0]), np.array([2.0, 4.0, 1.0, 3.0])
    found = _valued(score, psi, np.random.default_rng(0))
    assert found.rank.tolist() == [5 / 8, 1 / 8, 7 / 8, 3 / 8]
    assert found.area == pytest.approx((4 * 3 + 2 * 1 + 0 * -1 + -2 * -3) / 8 / 4)
    assert found.gain[-1] == 1.0
    assert found.gain[np.flatnonzero(SHARES >= 0.5)[0]] == (4 + 2) / 4


def test_the_error_of_an_area_is_that_of_leaving_out_one_customer_at_a_time():
    rng = np.random.default_rng(7)
    score = rng.normal(size=400)
    psi = score + rng.normal(size=400)

    def area(rows):
        return _valued(score[rows], psi[rows], np.random.default_rng(0)).area

    everybody = np.arange(400)
    left_out = np.array([area(np.delete(everybody, one)) for one in everybody])
    jackknife = np.sqrt(399 / 400 * ((left_out - left_out.mean()) ** 2).sum())
    influence = _valued(score, psi, np.random.default_rng(0)).of_area
    assert influence.std() / np.sqrt(400) == pytest.approx(jackknife, rel=0.02)


def test_the_whole_list_gains_the_mean_effect(experiment):
    found = _ranked(*experiment)
    assert found.curve.gain[0] == 0.0
    assert found.curve.gain[-1] == pytest.approx(found.effect.estimate)
    assert found.curve.low[-1] == pytest.approx(found.effect.conf_low)


def test_the_same_seed_gives_the_same_ranking_and_inputs_stay_as_they_are(experiment):
    copies = [part.copy() for part in experiment]
    first, second = (_ranked(*experiment) for _ in range(2))
    assert first.qini == second.qini
    assert all(map(np.array_equal, experiment, copies))


def test_a_level_common_to_all_outcomes_changes_nothing(experiment):
    known, outcome, treated = experiment
    first, moved = _ranked(known, outcome, treated), _ranked(known, outcome + 50.0, treated)
    assert moved.qini.estimate == pytest.approx(first.qini.estimate, abs=1e-8)


@pytest.mark.slow
def test_small_trees_find_an_effect_that_is_not_a_straight_line():
    rng = np.random.default_rng(2)
    known, treated = rng.normal(size=(4000, 1)), rng.random(4000) < 0.5
    outcome = 2.0 * treated * (np.abs(known[:, 0]) > 0.7) + rng.normal(size=4000)
    found = uplift_ranking(known, outcome, treated, 0.5, rng=rng, learner="boosting")
    assert found.qini.conf_low > 0.0


def test_too_few_customers_are_not_ranked():
    treated = np.arange(500) < 249
    found = uplift_ranking(np.random.default_rng(1).normal(size=(500, 1)), np.arange(500.0),
                           treated, 0.5, rng=np.random.default_rng(1))  # fmt: skip
    assert isinstance(found, Missing)
    assert "249 with the program and 251 without" in found.reason


@pytest.fixture(scope="module")
def shops():
    """Sets of five customers who are known by the same and do much the same; no effect."""
    rng = np.random.default_rng(8)
    shop = np.repeat(np.arange(600), 5)
    known, treated = rng.normal(size=600)[shop][:, None], (rng.permutation(600) < 300)[shop]
    outcome = 2.0 * rng.normal(size=600)[shop] + rng.normal(size=N)
    return known, outcome, treated, shop


def test_all_customers_of_a_cluster_are_in_the_same_fold(shops):
    *rows, shop = shops
    found = uplift_ranking(*rows, 0.5, cluster=shop, rng=np.random.default_rng(1))
    untold = np.isnan(found.score).reshape(600, 5)
    assert (untold.all(axis=1) == untold.any(axis=1)).all()
    assert untold.all(axis=1).sum() == 120


def test_errors_of_customers_who_go_together_are_larger(shops):
    *rows, shop = shops
    by_shop = uplift_ranking(*rows, 0.5, cluster=shop, rng=np.random.default_rng(1))
    alone = uplift_ranking(*rows, 0.5, rng=np.random.default_rng(1))
    assert by_shop.effect.std_error > 1.8 * alone.effect.std_error  # sqrt(1 + 4 * 0.8) = 2.05
    assert by_shop.qini.std_error > 1.5 * alone.qini.std_error


def test_errors_of_an_area_by_cluster_are_those_of_sums_by_hand():
    psi, score = np.array([0.0, 4.0, -2.0, 2.0]), np.array([2.0, 4.0, 1.0, 3.0])
    each = _valued(score, psi, np.random.default_rng(0)).of_area
    by_two = _valued(score, psi, np.random.default_rng(0), np.array([0, 1, 1, 0])).of_area
    assert by_two == pytest.approx([each[0] + each[3], each[1] + each[2]])


def test_few_clusters_are_not_ranked_by(shops):
    *rows, shop = shops
    found = uplift_ranking(*rows, 0.5, cluster=shop // 15, rng=np.random.default_rng(1))
    assert "at least 100 of them with the program" in found.reason


def test_clusters_of_other_customers_are_refused(shops):
    *rows, shop = shops
    with pytest.raises(ValueError, match="cluster has 2999 rows"):
        uplift_ranking(*rows, 0.5, cluster=shop[1:], rng=np.random.default_rng(1))


@pytest.mark.parametrize("level", [0.0, 7.0])
def test_where_few_of_an_arm_did_other_than_most_nobody_is_ranked(level):
    place = np.arange(8000)
    treated, bought = place % 20 > 0, (place % 20 > 16) | ((place % 20 == 0) & (place < 980))
    known = np.random.default_rng(1).normal(size=(8000, 1))
    found = uplift_ranking(known, level + bought, treated, 0.95, rng=np.random.default_rng(1))
    assert "50 customers in each group" in found.reason
    assert "1200 with the program and 49 without" in found.reason


def test_customers_who_were_all_alike_are_not_ranked(experiment):
    _, outcome, treated = experiment
    found = _ranked(np.ones((N, 2)), outcome, treated)
    assert isinstance(found, Missing)
    assert "alike before" in found.reason


def test_customers_who_all_did_the_same_are_not_ranked(experiment):
    known, _, treated = experiment
    assert isinstance(_ranked(known, np.zeros(N), treated), Missing)


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_a_chance_of_none_or_all_is_refused(experiment, chance):
    with pytest.raises(ValueError, match="outside"):
        uplift_ranking(*experiment, chance, rng=np.random.default_rng(1))


def test_missing_values_are_refused(experiment):
    known, outcome, treated = experiment
    holed = known.copy()
    holed[7, 1] = np.nan
    with pytest.raises(ValueError, match="missing"):
        _ranked(holed, outcome, treated)
