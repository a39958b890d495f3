"""The same cases by statsmodels 0.15 and scipy, to five digits and more."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.sandbox.regression.gmm import IV2SLS
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from retention_research.models.fit import Estimate
from retention_research.programs.experiment import (
    Sample,
    arm_means,
    complier_effect,
    customers_needed,
    detectable_difference,
    difference,
    incremental_ratio,
    sample_ratio,
)

FIVE = 1e-6  # relative


def customers(n: int = 500) -> Sample:
    rng = np.random.default_rng(1936)
    before = np.column_stack([rng.gamma(2.0, 1.0, n), rng.normal(size=n)])
    treated = rng.random(n) < 0.3
    outcome = rng.poisson(before[:, 0] * (1.0 + 0.4 * treated)) + 0.5 * treated
    return Sample(outcome, treated, before, rng.integers(0, 3, n))


def lin(sample: Sample, columns: np.ndarray, weights: np.ndarray | None = None, **options):
    """Lin's regression: the arm, centred columns, and their products."""
    centred = columns - columns.mean(axis=0)
    arm = sample.treated.astype(float)[:, None]
    design = np.hstack([np.ones((sample.n, 1)), arm, centred, arm * centred])
    weight = np.ones(sample.n) if weights is None else weights
    return sm.WLS(sample.outcome, design, weights=weight).fit(cov_type="HC2", **options)


def added(fit, columns: np.ndarray) -> float:
    """What customers as a sample add: the variance of the effects that slopes predict, over n."""
    k = columns.shape[1]
    effects = (columns - columns.mean(axis=0)) @ fit.params[2 + k :]
    return float(effects @ effects) / columns.shape[0] ** 2


def test_a_plain_difference_is_least_squares_with_hc2_errors():
    sample = customers()
    found = difference(Sample(sample.outcome, sample.treated)).difference
    fit = lin(sample, np.empty((sample.n, 0)))
    assert isinstance(found, Estimate)
    assert (found.estimate, found.std_error) == pytest.approx((fit.params[1], fit.bse[1]), rel=FIVE)


def test_a_plain_difference_has_welchs_p_value_and_interval():
    sample = customers()
    arms = sample.outcome[sample.treated], sample.outcome[~sample.treated]
    theirs = stats.ttest_ind(*arms, equal_var=False)
    found = difference(Sample(sample.outcome, sample.treated))
    ends = theirs.confidence_interval(0.95)
    assert found.p_value == pytest.approx(theirs.pvalue, rel=FIVE)
    assert found.difference[3:] == pytest.approx((ends.low, ends.high), rel=FIVE)


def test_an_adjusted_difference_is_lins_regression_with_hc2_errors():
    sample = customers()
    assert sample.before is not None
    fit = lin(sample, sample.before)
    found = arm_means(Sample(sample.outcome, sample.treated, sample.before))
    assert found.difference == pytest.approx(fit.params[1], rel=FIVE)
    assert found.own.sum() == pytest.approx(fit.bse[1] ** 2, rel=FIVE)
    assert found.variance == pytest.approx(fit.bse[1] ** 2 + added(fit, sample.before), rel=FIVE)


def test_strata_and_columns_are_lins_regression_with_dummies():
    sample = customers()
    assert sample.before is not None
    assert sample.stratum is not None
    dummies = np.eye(3)[sample.stratum][:, 1:]
    columns = np.hstack([dummies, sample.before])
    fit = lin(sample, columns)
    found = arm_means(sample)
    assert found.difference == pytest.approx(fit.params[1], rel=FIVE)
    assert found.variance == pytest.approx(fit.bse[1] ** 2 + added(fit, columns), rel=FIVE)


def test_inverse_probabilities_are_weighted_least_squares_with_hc2_errors():
    sample = customers()
    assert sample.before is not None
    chance = np.where(sample.before[:, 1] > 0.0, 0.3, 0.6)
    chance = np.where(sample.treated, chance, 1.0 - chance)
    fit = lin(sample, sample.before, 1.0 / chance)
    weighted = Sample(sample.outcome, sample.treated, sample.before, probability=chance)
    found = arm_means(weighted)
    assert found.difference == pytest.approx(fit.params[1], rel=FIVE)
    assert found.own.sum() == pytest.approx(fit.bse[1] ** 2, rel=FIVE)


@pytest.mark.parametrize(("have1", "n1", "have0", "n0"), [(56, 70, 48, 80), (90, 900, 10, 400)])
def test_shares_have_newcombes_interval_and_the_pooled_z_test(have1, n1, have0, n0):
    outcome = np.repeat([1, 0, 1, 0], [have1, n1 - have1, have0, n0 - have0])
    sample = Sample(outcome, np.arange(n1 + n0) < n1)
    found = difference(sample, kind="proportion")
    ends = confint_proportions_2indep(have1, n1, have0, n0, method="newcomb", compare="diff")
    _, p_value = proportions_ztest([have1, have0], [n1, n0])
    assert found.difference[3:] == pytest.approx(ends, rel=FIVE)
    assert found.p_value == pytest.approx(p_value, rel=FIVE)


def test_the_lift_of_shares_has_the_log_ratios_interval():
    outcome = np.repeat([1, 0, 1, 0], [56, 14, 48, 32])
    found = difference(Sample(outcome, np.arange(150) < 70), kind="proportion").lift
    error = np.sqrt(0.8 * 0.2 / 69 / 0.8**2 + 0.6 * 0.4 / 79 / 0.6**2)  # variances over n - 1
    assert isinstance(found, Estimate)
    assert found.estimate == pytest.approx(0.8 / 0.6 - 1.0)
    assert found.std_error == pytest.approx(0.8 / 0.6 * error, rel=FIVE)


def test_clusters_of_one_size_have_statsmodels_errors_but_for_the_known_factor():
    rng = np.random.default_rng(1986)
    cluster = np.repeat(np.arange(30), 20)
    treated = cluster < 12
    outcome = rng.normal(size=600) + np.repeat(rng.normal(size=30), 20)
    found = arm_means(Sample(outcome, treated, cluster=cluster))
    design = np.column_stack([~treated, treated]).astype(float)
    fit = sm.OLS(outcome, design).fit(
        cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False}
    )
    theirs = fit.bse**2 * np.array([18 / 17, 12 / 11])  # each arm's clusters over one less
    assert found.own == pytest.approx(theirs, rel=FIVE)


def test_clusters_of_unequal_sizes_have_bell_and_mccaffreys_errors():
    rng = np.random.default_rng(2002)
    cluster = np.repeat(np.arange(14), rng.integers(5, 60, 14))
    treated = cluster % 2 == 0
    outcome = rng.normal(size=cluster.size) + rng.normal(size=14)[cluster]
    design = np.column_stack([np.ones(cluster.size), treated]).astype(float)
    bread = np.linalg.inv(design.T @ design)
    left = outcome - design @ bread @ design.T @ outcome
    meat = np.zeros((2, 2))
    for one in range(14):
        rows = cluster == one
        hat = design[rows] @ bread @ design[rows].T
        value, vector = np.linalg.eigh(np.eye(rows.sum()) - hat)
        score = design[rows].T @ (vector * value**-0.5) @ vector.T @ left[rows]
        meat += np.outer(score, score)
    found = arm_means(Sample(outcome, treated, cluster=cluster))
    assert found.variance == pytest.approx((bread @ meat @ bread)[1, 1], rel=FIVE)


def test_a_complier_effect_is_two_stage_least_squares():
    sample = customers()
    rng = np.random.default_rng(1994)
    received = (sample.treated & (rng.random(sample.n) < 0.6)).astype(float)
    constant = np.ones(sample.n)
    fit = IV2SLS(
        sample.outcome,
        np.column_stack([constant, received]),
        np.column_stack([constant, sample.treated]).astype(float),
    ).fit()
    found = complier_effect(sample.outcome, received, sample.treated)
    assert isinstance(found, Estimate)
    assert found.estimate == pytest.approx(fit.params[1], rel=FIVE)


def test_the_ends_of_a_ratio_of_effects_are_where_anderson_and_rubins_test_turns():
    sample = customers()
    rng = np.random.default_rng(1949)
    contacts = rng.poisson(np.where(sample.treated, 1.0, 0.6))
    found = incremental_ratio(sample.outcome, contacts, sample.treated)
    assert isinstance(found, Estimate)
    for end in found[3:]:
        rest = arm_means(Sample(sample.outcome - end * contacts, sample.treated))
        free = min(
            arm_means(Sample(column, sample.treated)).degrees_of_freedom
            for column in (sample.outcome, contacts)
        )
        score = abs(rest.difference) / np.sqrt(rest.variance)
        assert score == pytest.approx(stats.t.ppf(0.975, free), rel=FIVE)


def test_sample_ratios_are_scipys_chi_square_and_binomial_tests():
    theirs = stats.chisquare([480, 520, 1000], [500, 500, 1000])
    found = sample_ratio([480, 520, 1000], [0.25, 0.25, 0.5])
    assert (found.statistic, found.p_value) == pytest.approx(tuple(theirs), rel=FIVE)
    exact = sample_ratio([0, 30], [0.1, 0.9])
    assert exact.p_value == pytest.approx(2.0 * stats.binom.cdf(0, 30, 0.1), rel=FIVE)


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_power_is_statsmodels_normal_power(share):
    n = customers_needed(2.0, 0.25, power=0.9, share_treated=share)
    ratio = (1.0 - share) / share
    theirs = NormalIndPower().solve_power(0.125, alpha=0.05, power=0.9, ratio=ratio)
    assert n == pytest.approx(theirs * (1.0 + ratio), abs=1.0)
    assert detectable_difference(n, 2.0, power=0.9, share_treated=share) == pytest.approx(
        0.25, rel=1e-3
    )
