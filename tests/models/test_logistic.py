"""Logistic regression: by hand, against statsmodels, and never a number where there is none."""

import numpy as np
import pytest
import statsmodels.api as sm

from retention_research.models.fit import Missing
from retention_research.models.logistic import clustered_covariance, fit_logistic
from retention_research.models.logistic_rows import LogisticRows, unusable
from retention_research.models.marginal_effects import marginal_effect


def landmarks(seed=5, customers=300, each=3):
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(customers), each)
    x = np.column_stack([rng.random(cluster.size) < 0.3, rng.poisson(1.0, cluster.size)])
    chance = 1.0 / (1.0 + np.exp(-(-0.5 + 0.8 * x[:, 0] - 0.3 * x[:, 1])))
    return (rng.random(cluster.size) < chance).astype(float), x.astype(float), cluster


def by_statsmodels(y, x, cluster, weights=None):
    model = sm.GLM(y, sm.add_constant(x), family=sm.families.Binomial(), freq_weights=weights)
    kwds = {"cov_type": "cluster", "cov_kwds": {"groups": cluster}} if cluster is not None else {}
    return model.fit(tol=1e-12, **kwds)


def test_a_two_by_two_table_gives_its_cross_product_ratio_and_woolfs_error():
    x = np.repeat([0.0, 0.0, 1.0, 1.0], [30, 10, 20, 20])[:, None]
    y = np.repeat([0.0, 1.0, 0.0, 1.0], [30, 10, 20, 20])
    row = fit_logistic(y, x, names=["late"]).estimates[1]
    assert row.estimate == pytest.approx(np.log(3.0), abs=1e-9)
    assert row.std_error == pytest.approx((1 / 30 + 1 / 10 + 1 / 20 + 1 / 20) ** 0.5, rel=1e-9)


def test_points_and_clustered_errors_are_those_of_statsmodels_row_by_row():
    y, x, cluster = landmarks()
    fit, other = (
        fit_logistic(y, x, names=["a", "b"], cluster=cluster),
        by_statsmodels(y, x, cluster),
    )
    assert fit.values == pytest.approx(other.params, rel=1e-8)
    errors = [row.std_error for row in fit.estimates]
    assert errors == pytest.approx(other.bse, rel=1e-8)
    assert fit.log_likelihood == pytest.approx(other.llf, rel=1e-10)


def test_summed_scores_by_cluster_are_the_covariance_of_statsmodels():
    y, x, cluster = landmarks()
    other = by_statsmodels(y, x, cluster)
    rows = LogisticRows.of(y, x, names=["a", "b"], cluster=cluster)
    ours = clustered_covariance(rows, np.asarray(other.params))
    assert ours == pytest.approx(other.cov_params(), rel=1e-8)


def test_p_values_are_those_of_statsmodels():
    y, x, cluster = landmarks()
    fit = fit_logistic(y, x, names=["a", "b"], cluster=cluster)
    assert fit.p_value("b") == pytest.approx(by_statsmodels(y, x, cluster).pvalues[2], rel=1e-6)


def test_counted_rows_give_what_repeated_rows_give():
    y, x, _ = landmarks()
    times = np.arange(y.size) % 3
    counted = fit_logistic(y, x, names=["a", "b"], weights=times)
    repeated = fit_logistic(np.repeat(y, times), np.repeat(x, times, axis=0), names=["a", "b"])
    assert counted.n == repeated.n
    assert counted.values == pytest.approx(repeated.values, rel=1e-8)
    assert [r.std_error for r in counted.estimates] == pytest.approx(
        [r.std_error for r in repeated.estimates], rel=1e-8
    )


def test_distinct_rows_are_counted_once():
    y, x, _ = landmarks()
    fit = fit_logistic(y, x, names=["a", "b"])
    assert fit.n_cells == len(np.unique(x, axis=0)) < fit.n


def test_doubling_every_customer_halves_the_variance():
    y, x, cluster = landmarks()
    one = fit_logistic(y, x, names=["a", "b"], cluster=cluster)
    two = fit_logistic(
        np.tile(y, 2), np.tile(x, (2, 1)), names=["a", "b"],
        cluster=np.concatenate([cluster, cluster + 1000]),
    )  # fmt: skip
    assert np.array(two.covariance) == pytest.approx(np.array(one.covariance) / 2, rel=5e-3)


def test_a_covariate_that_separates_perfectly_is_named():
    y, x, _ = landmarks()
    found = fit_logistic(y, np.column_stack([x, y]), names=["a", "b", "left"])
    assert isinstance(found, Missing)
    assert found.reason.startswith("left: ")


def test_a_level_at_which_everybody_is_silent_is_named():
    y, x, _ = landmarks()
    level = np.zeros(y.size)
    level[np.flatnonzero(y == 1.0)[:3]] = 1.0
    found = fit_logistic(y, np.column_stack([x, level]), names=["a", "b", "three"])
    assert isinstance(found, Missing)
    assert "three" in found.reason


def test_covariates_that_separate_only_together_are_named():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(200, 3))
    y = (x[:, 0] + x[:, 1] > 0.1).astype(float)
    found = fit_logistic(y, x, names=["a", "b", "idle"])
    assert isinstance(found, Missing)
    assert "a, b" in found.reason


def test_a_constant_and_a_repeated_covariate_are_told():
    y, x, _ = landmarks()
    rows = LogisticRows.of(
        y, np.column_stack([x, np.ones(y.size), 2.0 - x[:, 0]]), names=["a", "b", "same", "again"]
    )
    assert unusable(rows) == {
        "same": "It is the same for everybody.",
        "again": "Other covariates determine it.",
    }


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_without_event_or_without_survivor_there_is_no_fit(outcome):
    _, x, _ = landmarks()
    found = fit_logistic(np.full(len(x), outcome), x, names=["a", "b"])
    assert found == Missing("logistic", "Everybody has the same outcome.")


def test_fewer_than_ten_events_per_covariate_is_said():
    y, x, _ = landmarks(customers=12)
    fit = fit_logistic(y, x, names=["a", "b"])
    assert fit.events / 2 < 10
    assert "for each covariate" in fit.verdict.words


def test_inputs_are_left_as_they_were():
    y, x, cluster = landmarks()
    before = y.copy(), x.copy(), cluster.copy()
    rows = LogisticRows.of(y, x, names=["a", "b"], cluster=cluster)
    fit = fit_logistic(y, x, names=["a", "b"], cluster=cluster)
    marginal_effect(fit, rows, {"a": 1.0}, {"a": 0.0})
    for now, then in zip((y, x, cluster), before, strict=True):
        assert np.array_equal(now, then)


def test_missing_covariates_are_refused():
    with pytest.raises(ValueError, match="missing or infinite in 1 of 2 rows"):
        fit_logistic([0, 1], [[np.nan], [1.0]], names=["a"])


@pytest.mark.parametrize(("unit", "origin"), [(1.0, 1e7), (1.0, 1e8), (1e-6, 0.0), (1e6, -1e12)])
def test_errors_do_not_depend_on_a_covariates_unit_and_origin(unit, origin):
    y, x, cluster = landmarks()
    plain = fit_logistic(y, x, names=["a", "b"], cluster=cluster)
    moved = fit_logistic(y, x * unit + origin, names=["a", "b"], cluster=cluster)
    for one, other in zip(plain.estimates[1:], moved.estimates[1:], strict=True):
        # the covariates themselves are rounded to eight digits there
        assert other.estimate * unit == pytest.approx(one.estimate, rel=1e-6)
        assert other.std_error * unit == pytest.approx(one.std_error, rel=1e-6)
    assert moved.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-9)


def test_a_repeated_covariate_is_told_far_from_its_origin():
    y, x, _ = landmarks()
    far = np.column_stack([x[:, 1] + 1e8, 1e8 - x[:, 1]])
    rows = LogisticRows.of(y, far, names=["b", "again"])
    assert unusable(rows) == {"again": "Other covariates determine it."}


def test_clusters_of_no_weight_do_not_count():
    y, x, cluster = landmarks()
    weights = np.where(cluster < 40, 1, 0)
    kept = cluster < 40
    counted = fit_logistic(y, x, names=["a", "b"], cluster=cluster, weights=weights)
    alone = fit_logistic(y[kept], x[kept], names=["a", "b"], cluster=cluster[kept])
    assert counted.clusters == alone.clusters == 40
    assert [r.std_error for r in counted.estimates] == pytest.approx(
        [r.std_error for r in alone.estimates], rel=1e-9
    )


def test_one_cluster_with_weight_gives_no_fit():
    y, x, _ = landmarks()
    cluster = np.arange(y.size) < 5
    found = fit_logistic(y, x, names=["a", "b"], cluster=cluster, weights=~cluster)
    assert found == Missing("logistic", "There is only one customer.")


def test_fewer_clusters_than_estimates_give_no_fit():
    y, x, _ = landmarks()
    found = fit_logistic(y, x, names=["a", "b"], cluster=np.arange(y.size) % 2)
    assert found == Missing("logistic", "2 customers cannot determine 3 estimates.")


@pytest.mark.parametrize(("clusters", "said"), [(29, True), (30, False)])
def test_fewer_than_thirty_clusters_are_said(clusters, said):
    y, x, _ = landmarks()
    fit = fit_logistic(y, x, names=["a", "b"], cluster=np.arange(y.size) % clusters)
    words = "Only 29 clusters: with fewer than 30, errors are too small."
    assert (words in fit.verdict.words) == said


def test_parts_of_customers_are_refused():
    y, x, cluster = landmarks()
    with pytest.raises(ValueError, match="weights are not whole numbers in 900 of 900 rows"):
        fit_logistic(y, x, names=["a", "b"], cluster=cluster, weights=np.full(y.size, 0.01))


@pytest.mark.parametrize(
    ("cluster", "words"),
    [
        (["a", None, "b", "b"], "cluster is missing in 1 of 4 rows, first in row 1"),
        ([1.0, 2.0, np.nan, np.nan], "cluster is missing in 2 of 4 rows, first in row 2"),
        (["a", 1, "b", "b"], "cannot be put in order"),
        (["a", "b"], "columns differ in length"),
    ],
)
def test_labels_that_name_no_cluster_are_refused(cluster, words):
    with pytest.raises(ValueError, match=words):
        fit_logistic([0, 1, 0, 1], [[0.0], [1.0], [2.0], [1.5]], names=["a"], cluster=cluster)


def test_a_row_of_no_weight_does_not_hide_that_covariates_tell_the_outcome():
    x = np.random.default_rng(2).normal(size=(200, 3))
    y = (x[:, 0] + x[:, 1] > 0.1).astype(float)
    y[0] = 1.0 - y[0]
    weights = np.ones(200)
    weights[0] = 0.0
    found = fit_logistic(y, x, names=["a", "b", "idle"], weights=weights)
    assert isinstance(found, Missing)
    assert "a, b" in found.reason
