"""Draws of customers have the errors that theory gives their means."""

import numpy as np
import pytest

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.adjusted_outcome import adjusted_outcome
from retention_research.programs.experiment import (
    Sample,
    arm_means,
    bootstrap_difference,
    bootstrap_interval,
    bootstrap_means,
    difference,
)

ERROR = 0.05  # three standard errors of a standard deviation over 2,000 draws


def differences(drawn: np.ndarray) -> np.ndarray:
    return drawn[:, 1] - drawn[:, 0]


def revenue(n: int, seed: int = 4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.lognormal(size=n) * (rng.random(n) < 0.5), rng.random(n) < 0.3


def test_draws_spread_as_the_standard_error_says():
    amount, treated = revenue(1000)
    drawn = differences(bootstrap_means(amount, treated, rng=np.random.default_rng(1)))[:, 0]
    assert drawn.std() == pytest.approx(
        arm_means(Sample(amount, treated)).variance ** 0.5, rel=ERROR
    )


def test_many_customers_drawn_in_groups_spread_as_one_by_one():
    amount, treated = revenue(60_000)
    drawn = differences(bootstrap_means(amount, treated, rng=np.random.default_rng(1)))[:, 0]
    assert drawn.std() == pytest.approx(
        arm_means(Sample(amount, treated)).variance ** 0.5, rel=ERROR
    )
    assert drawn.mean() == pytest.approx(
        arm_means(Sample(amount, treated)).difference, abs=4.0 * drawn.std() / 2000**0.5
    )


def test_groups_keep_two_columns_of_a_customer_together():
    amount, treated = revenue(60_000)
    both = np.column_stack([amount, 0.3 * amount])
    drawn = bootstrap_means(both, treated, rng=np.random.default_rng(1), draws=50)
    assert drawn[:, :, 1] == pytest.approx(0.3 * drawn[:, :, 0])


def test_clusters_are_drawn_whole():
    rng = np.random.default_rng(7)
    cluster = np.repeat(np.arange(80), rng.integers(5, 15, 80))
    outcome = rng.normal(size=80)[cluster] + rng.normal(size=cluster.size)
    treated = cluster % 2 == 0
    drawn = bootstrap_means(outcome, treated, rng=rng, cluster=cluster)
    told = arm_means(Sample(outcome, treated, cluster=cluster)).variance ** 0.5
    assert differences(drawn)[:, 0].std() == pytest.approx(told, rel=ERROR)
    alone = bootstrap_means(outcome, treated, rng=rng)
    assert differences(alone)[:, 0].std() < 0.7 * told


def test_strata_are_weighed_as_in_the_difference():
    amount, _ = revenue(2000)
    rng = np.random.default_rng(9)
    stratum = rng.integers(0, 3, 2000)
    treated = rng.random(2000) < np.array([0.2, 0.5, 0.8])[stratum]
    found = arm_means(Sample(amount + stratum, treated, stratum=stratum))
    drawn = bootstrap_means(amount + stratum, treated, rng=rng, stratum=stratum)[:, :, 0]
    assert drawn.mean(axis=0) == pytest.approx(found.mean, abs=0.005)
    assert drawn.std(axis=0) == pytest.approx(found.own**0.5, rel=ERROR)


def test_small_strata_do_not_make_the_draws_too_narrow():
    rng = np.random.default_rng(12)
    stratum, treated = np.repeat(np.arange(50), 4), np.arange(200) % 2 == 0
    sample = Sample(rng.normal(size=200) + stratum, treated, stratum=stratum)
    drawn = bootstrap_means(sample.outcome, treated, rng=rng, stratum=stratum)
    error = float(arm_means(sample).own.sum()) ** 0.5
    assert differences(drawn)[:, 0].std() == pytest.approx(error, rel=ERROR)


def test_few_clusters_have_the_ends_that_student_gives_them():
    rng = np.random.default_rng(13)
    cluster = np.repeat(np.arange(10), 30)
    sample = Sample(rng.normal(size=10)[cluster], cluster % 2 == 0, cluster=cluster)
    drawn = bootstrap_means(sample.outcome, sample.treated, rng=rng, cluster=cluster, draws=20_000)
    plain = difference(sample).difference
    found = bootstrap_interval(differences(drawn)[:, 0], plain[1])
    assert found[4] - found[3] == pytest.approx(plain[4] - plain[3], rel=0.1)


def test_probabilities_weigh_the_draws():
    amount = np.repeat([10.0, 10.0, 0.0, 0.0], [80, 20, 20, 80])
    treated = np.repeat([True, False, True, False], [80, 20, 20, 80])
    chance = np.repeat([0.8, 0.2, 0.2, 0.8], [80, 20, 20, 80])
    rng = np.random.default_rng(3)
    drawn = bootstrap_means(amount, treated, rng=rng, probability=chance)
    assert drawn.mean(axis=0).ravel() == pytest.approx([5.0, 5.0], abs=0.1)


def test_one_seed_gives_the_same_draws():
    amount, treated = revenue(500)
    one, two = (
        bootstrap_means(amount, treated, rng=np.random.default_rng(8), draws=30) for _ in range(2)
    )
    assert (one == two).all()


def test_the_interval_holds_the_point_and_lies_between_percentiles():
    found = bootstrap_interval(np.linspace(0.0, 1.0, 1001), 0.4)
    assert isinstance(found, Estimate)
    assert found[3:] == pytest.approx((0.025, 0.975))
    assert bootstrap_interval(np.linspace(0.0, 1.0, 1001), 2.0)[4] == 2.0


def test_revenue_has_percentiles_around_its_plain_difference():
    amount, treated = revenue(1000)
    sample = Sample(amount, treated)
    found = bootstrap_difference(sample, rng=np.random.default_rng(2))
    plain = difference(sample, adjust=False)
    assert isinstance(found.difference, Estimate)
    assert found.difference.estimate == plain.difference[1]
    assert found.difference[3:] == pytest.approx(
        plain.difference[3:], abs=0.1 * plain.difference[2]
    )
    assert found.lift[1] == plain.lift[1]
    assert found.p_value == plain.p_value


def test_revenue_of_an_arm_of_five_is_missing():
    amount, _ = revenue(1000)
    sample = Sample(amount, np.arange(1000) < 5)
    assert isinstance(
        bootstrap_difference(sample, rng=np.random.default_rng(2)).difference, Missing
    )


def test_an_adjusted_outcome_has_the_regressions_difference_also_in_unequal_strata():
    rng = np.random.default_rng(3)
    stratum = rng.integers(0, 3, 900)
    treated = rng.random(900) < np.array([0.2, 0.5, 0.8])[stratum]
    before = rng.normal(size=(900, 2)) + stratum[:, None]
    outcome = before @ [1.0, 2.0] * (1.0 + treated) + stratum + rng.normal(size=900)
    sample = Sample(outcome, treated, before, stratum)
    adjusted = sample.with_outcome(adjusted_outcome(sample))
    assert arm_means(adjusted, adjust=False).difference == pytest.approx(
        arm_means(sample).difference, rel=1e-9
    )
