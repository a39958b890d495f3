"""Marginal effects: by hand, against what each row moves, and never a number where none is."""

from math import erfc

import numpy as np
import pytest

from retention_research.models.fit import Missing
from retention_research.models.logistic import fit_logistic
from retention_research.models.logistic_rows import LogisticRows
from retention_research.models.marginal_effects import marginal_effect

Z = 1.959963985  # of 95%


def landmarks(seed=5, customers=300, each=3):
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(customers), each)
    x = np.column_stack([rng.random(cluster.size) < 0.3, rng.poisson(1.0, cluster.size)])
    chance = 1.0 / (1.0 + np.exp(-(-0.5 + 0.8 * x[:, 0] - 0.3 * x[:, 1])))
    return (rng.random(cluster.size) < chance).astype(float), x.astype(float), cluster


def effect(y, x, high, low, *, cluster=None, weights=None, over=None):
    given = {"names": ["a", "b"][: x.shape[1]], "cluster": cluster, "weights": weights}
    rows = LogisticRows.of(y, x, **given)
    return marginal_effect(fit_logistic(y, x, **given), rows, high, low, over=over)


def two_by_two():
    """Of 40 at a = 0, 10 have the outcome; of 40 at a = 1, 20."""
    x = np.repeat([0.0, 0.0, 1.0, 1.0], [30, 10, 20, 20])[:, None]
    return np.repeat([0.0, 1.0, 0.0, 1.0], [30, 10, 20, 20]), x


def test_a_saturated_model_gives_the_plain_difference_of_shares_and_its_error():
    x = np.repeat([0.0, 0.0, 1.0, 1.0], [30, 10, 20, 20])[:, None]
    y = np.repeat([0.0, 1.0, 0.0, 1.0], [30, 10, 20, 20])
    rows = LogisticRows.of(y, x, names=["late"])
    fit = fit_logistic(y, x, names=["late"])
    found = marginal_effect(fit, rows, {"late": 1.0}, {"late": 0.0})
    plain = (0.25 * 0.75 / 40 + 0.5 * 0.5 / 40) ** 0.5
    assert found.difference.estimate == pytest.approx(0.25)
    assert found.difference.std_error == pytest.approx(plain, rel=1e-6)
    assert found.ratio.estimate == pytest.approx(2.0)
    assert (found.risk_high.estimate, found.risk_low.estimate) == pytest.approx((0.5, 0.25))


def test_the_error_of_a_marginal_effect_is_that_of_leaving_customers_out_one_by_one():
    y, x, cluster = landmarks(customers=150)

    def gap(keep):
        part = y[keep], x[keep]
        fit = fit_logistic(*part, names=["a", "b"])
        rows = LogisticRows.of(*part, names=["a", "b"])
        return marginal_effect(fit, rows, {"a": 1.0}, {"a": 0.0}).difference.estimate

    left = np.array([gap(cluster != who) for who in range(150)])
    jackknife = (149 / 150 * ((left - left.mean()) ** 2).sum()) ** 0.5
    rows = LogisticRows.of(y, x, names=["a", "b"], cluster=cluster)
    fit = fit_logistic(y, x, names=["a", "b"], cluster=cluster)
    told = marginal_effect(fit, rows, {"a": 1.0}, {"a": 0.0}).difference.std_error
    assert told == pytest.approx(jackknife, rel=0.03)  # both are right to 1 / customers


def test_an_effect_can_be_averaged_over_some_customers():
    y, x, cluster = landmarks()
    rows = LogisticRows.of(y, x, names=["a", "b"], cluster=cluster)
    fit = fit_logistic(y, x, names=["a", "b"], cluster=cluster)
    many = x[:, 1] > 1
    found = marginal_effect(fit, rows, {"a": 1.0}, {"a": 0.0}, over=many)
    high = np.column_stack([np.ones(many.sum()), x[many, 1]])
    assert found.n == many.sum()
    assert found.risk_high.estimate == pytest.approx(fit.probability(high).mean())


def test_a_marginal_effect_of_counted_rows_is_that_of_repeated_rows():
    y, x, _ = landmarks()
    times = np.arange(y.size) % 3
    told = []
    for part in ((y, x, times), (np.repeat(y, times), np.repeat(x, times, axis=0), None)):
        rows = LogisticRows.of(*part[:2], names=["a", "b"], weights=part[2])
        fit = fit_logistic(*part[:2], names=["a", "b"], weights=part[2])
        told.append(marginal_effect(fit, rows, {"a": 1.0}, {"a": 0.0}).difference)
    assert told[0][1:] == pytest.approx(told[1][1:], rel=1e-7)


def test_the_intervals_of_two_shares_are_those_of_their_log_odds():
    found = effect(*two_by_two(), {"a": 1.0}, {"a": 0.0})
    for told, odds, spread in (
        (found.risk_high, 1.0, (1 / 20 + 1 / 20) ** 0.5),
        (found.risk_low, 1.0 / 3.0, (1 / 30 + 1 / 10) ** 0.5),
    ):
        ends = odds * np.exp(np.array([-Z, Z]) * spread)
        assert told[3:] == pytest.approx(ends / (1.0 + ends), rel=1e-8)


def test_the_interval_of_a_ratio_of_two_shares_is_that_of_its_logarithm():
    found = effect(*two_by_two(), {"a": 1.0}, {"a": 0.0}).ratio
    spread = (1 / 10 - 1 / 40 + 1 / 20 - 1 / 40) ** 0.5
    assert found.std_error == pytest.approx(2.0 * spread, rel=1e-8)
    assert found[3:] == pytest.approx(2.0 * np.exp(np.array([-Z, Z]) * spread), rel=1e-8)


def test_the_p_value_of_two_shares_is_two_sided():
    gap, error = 0.25, (0.25 * 0.75 / 40 + 0.5 * 0.5 / 40) ** 0.5
    up, down = (effect(*two_by_two(), {"a": a}, {"a": 1.0 - a}) for a in (1.0, 0.0))
    assert up.p_value == pytest.approx(erfc(gap / error / 2.0**0.5), rel=1e-8)
    assert down.p_value == pytest.approx(up.p_value, rel=1e-9)
    assert up.difference[3:] == pytest.approx([gap - Z * error, gap + Z * error], rel=1e-8)


@pytest.mark.parametrize("groups", [None, 12])
def test_errors_sum_what_each_row_moves(groups):
    y, x, _ = landmarks(customers=20)
    many = 100_000  # customers in each row: one more or less moves next to nothing
    cluster = None if groups is None else np.arange(y.size) % groups

    def told(weights):
        return effect(y, x, {"a": 1.0}, {"a": 0.0}, cluster=cluster, weights=weights)[:4]

    def points(weights):
        return np.array([part.estimate for part in told(weights)])

    moved = np.array([points(many + one) - points(many - one) for one in np.eye(y.size)]) / 2.0
    if cluster is None:
        wanted = np.sqrt(many * (moved**2).sum(axis=0))
    else:
        n = many * y.size
        small = groups / (groups - 1) * (n - 1) / (n - 3)
        summed = many * np.array([moved[cluster == one].sum(axis=0) for one in range(groups)])
        wanted = np.sqrt(small * (summed**2).sum(axis=0))
    errors = [part.std_error for part in told(np.full(y.size, many))]
    # differences of shares near 1 leave six digits
    assert errors == pytest.approx(wanted, rel=1e-6)


def test_a_few_clusters_have_the_small_sample_factor():
    y, x, cluster = landmarks(customers=40)
    rows = LogisticRows.of(y, x, names=["a", "b"], cluster=cluster)
    fit = fit_logistic(y, x, names=["a", "b"], cluster=cluster)
    many = np.full(y.size, 1000)
    often = effect(y, x, {"a": 1.0}, {"a": 0.0}, cluster=cluster, weights=many)
    found = marginal_effect(fit, rows, {"a": 1.0}, {"a": 0.0})
    # the factor of 120 rows of three estimates against that of 120,000
    factor = (119 / 117) / (119_999 / 119_997)
    assert (found.difference.std_error / often.difference.std_error) ** 2 == pytest.approx(
        factor, rel=1e-7
    )
    assert found.difference.std_error**2 == pytest.approx(
        40 / 39 * 119 / 117 * _summed(fit, rows, cluster), rel=1e-7
    )


def _summed(fit, rows, cluster):
    """Squared influences of customers on the difference, written out."""
    chance = fit.probability(rows.design[:, 1:])
    left = rows.design * (rows.outcome - chance)[:, None]
    bread = np.linalg.inv((rows.design * (chance * (1 - chance))[:, None]).T @ rows.design)
    slopes, gap = np.zeros(3), np.zeros(rows.outcome.size)
    for sign, a in ((1.0, 1.0), (-1.0, 0.0)):
        there = rows.design.copy()
        there[:, 1] = a
        risk = fit.probability(there[:, 1:])
        slopes = slopes + sign * (risk * (1 - risk)) @ there / risk.size
        gap = gap + sign * (risk - risk.mean()) / risk.size
    return (np.bincount(cluster, weights=gap + left @ bread @ slopes) ** 2).sum()


def test_effects_do_not_depend_on_a_covariates_origin():
    y, x, cluster = landmarks()
    plain = effect(y, x, {"b": 2.0}, {"b": 0.0}, cluster=cluster)
    moved = effect(y, x + 1e8, {"b": 1e8 + 2.0}, {"b": 1e8}, cluster=cluster)
    for one, other in zip(plain[:4], moved[:4], strict=True):
        assert other[1:] == pytest.approx(one[1:], rel=1e-6)  # they are rounded to eight digits


def test_a_risk_that_cannot_be_told_from_0_has_no_interval_and_no_ratio():
    y, x, _ = landmarks()
    found = effect(y, x, {"a": 1.0}, {"a": -1e6})
    assert found.risk_low.estimate == 0.0
    assert found.risk_low[2:] == (None, None, None)
    assert found.ratio == Missing("risk_ratio", "One of the risks cannot be told from 0.")
    assert found.difference.std_error == pytest.approx(found.risk_high.std_error)


def test_a_risk_that_cannot_be_told_from_1_has_no_interval():
    y, x, _ = landmarks()
    found = effect(y, x, {"a": 1e6}, {"a": 0.0})
    assert found.risk_high[1:] == (pytest.approx(1.0), None, None, None)


def test_0_against_1_is_no_certain_difference():
    y, x, _ = landmarks()
    found = effect(y, x, {"a": 1e6}, {"a": -1e6})
    assert found.difference[1:] == (pytest.approx(1.0), None, None, None)
    assert found.p_value == 1.0


@pytest.mark.parametrize(
    ("setting", "over", "words"),
    [
        ({"a": np.nan}, None, "a is missing or infinite"),
        ({"a": np.inf}, None, "a is missing or infinite"),
        ({"a": [1.0]}, None, "a has 1 values; there are 900 rows"),
        ({"a": [1.0, 0.0]}, None, "a has 2 values; there are 900 rows"),
        ({"a": 1.0}, [True], "over has 1 values; there are 900 rows"),
        ({"a": 1.0}, np.full(900, np.nan), "over is missing"),
        ({"a": 1.0}, np.full(900, 0.5), "over is neither true nor false"),
        ({"a": 1.0}, np.zeros(900), "there is no row to average over"),
    ],
)
def test_settings_and_rows_that_say_nothing_are_refused(setting, over, words):
    y, x, _ = landmarks()
    with pytest.raises(ValueError, match=words):
        effect(y, x, setting, {"a": 0.0}, over=over)
