"""An outcome that is adjusted customer by customer has the difference of the adjusted arms."""

import numpy as np
import pytest

from retention_research.programs.adjusted_outcome import adjusted_outcome
from retention_research.programs.experiment import Sample, arm_means


def sample(strata, seed=7, n=800):
    """Two arms of unequal size whose slopes differ, in strata of unequal shares."""
    rng = np.random.default_rng(seed)
    before = rng.gamma(2.0, 1.0, (n, 2))
    stratum = rng.integers(0, 3, n) if strata else None
    share = 0.3 if stratum is None else np.array([0.2, 0.5, 0.7])[stratum]
    treated = rng.random(n) < share
    outcome = before @ np.array([1.0, 0.5]) * (1.0 + treated) + treated + rng.normal(size=n)
    return Sample(outcome, treated, before, stratum)


@pytest.mark.parametrize("strata", [False, True])
def test_its_plain_difference_is_that_of_the_adjusted_arms(strata):
    given = sample(strata)
    plain = arm_means(given.with_outcome(adjusted_outcome(given)), adjust=False)
    assert plain.difference == pytest.approx(arm_means(given).difference, abs=1e-12)


def test_what_follows_from_behaviour_before_alone_is_gone():
    given = sample(strata=True)
    known = given.with_outcome(given.before @ np.array([3.0, -2.0]) + given.treated)
    left = adjusted_outcome(known)
    assert np.ptp(left[given.treated]) == pytest.approx(0.0, abs=1e-9)
    assert np.ptp(left[~given.treated]) == pytest.approx(0.0, abs=1e-9)


def test_chances_of_their_own_leave_the_adjusted_arms_means():
    rng = np.random.default_rng(11)
    before = rng.normal(size=4000)
    chance = np.where(before > 0.0, 0.8, 0.3)
    treated = rng.random(4000) < chance
    outcome = 2.0 * before + treated * (1.0 + before) + rng.normal(size=4000)
    own = np.where(treated, chance, 1.0 - chance)
    given = Sample(outcome, treated, before, probability=own)
    plain = arm_means(given.with_outcome(adjusted_outcome(given)), adjust=False)
    assert plain.mean == pytest.approx(arm_means(given).mean, abs=1e-12)


def test_customers_who_are_not_compared_keep_their_outcome():
    given = sample(strata=True)
    alone = np.where(np.arange(given.n) < 5, 3 + np.arange(given.n), given.stratum)
    left = Sample(given.outcome, given.treated, given.before, alone)
    adjusted = adjusted_outcome(left)
    assert (adjusted[:5] == given.outcome[:5]).all()
    plain = arm_means(left.with_outcome(adjusted), adjust=False)
    assert plain.difference == pytest.approx(arm_means(left).difference, abs=1e-12)


def test_with_nothing_known_before_it_is_the_outcome():
    given = sample(strata=False).without_before()
    assert adjusted_outcome(given) is given.outcome
