"""How the fates of all points differ from those of the points that were there before."""

import numpy as np
import pytest

from retention_research.models.fit import Missing
from retention_research.models.points import (
    EXPIRED,
    OPEN,
    REDEEMED,
    change_of_fates,
    cumulative_incidence,
)

HORIZON = 100


def lots(rng, customers=80, each=6):
    """Every customer redeems with a chance of their own; two of six lots are new."""
    chance = np.repeat(rng.beta(4.0, 3.0, customers), each)
    group = np.repeat(np.arange(customers), each)
    end = np.where(rng.random(group.size) < chance, REDEEMED, EXPIRED)
    age = rng.integers(1, HORIZON, group.size)
    return group, age, end, np.ones(group.size), np.tile(np.arange(each) < 4, customers)


def test_the_change_is_the_one_share_less_the_other():
    rows = lots(np.random.default_rng(1))
    found = change_of_fates(*rows, HORIZON, np.random.default_rng(2))
    before = rows[4]
    now = cumulative_incidence(*rows[1:4], HORIZON)
    then = cumulative_incidence(*(values[before] for values in rows[1:4]), HORIZON)
    assert found.redeemed.estimate == pytest.approx(now[0] - then[0])
    assert found.expired.estimate == pytest.approx(now[1] - then[1])


def test_the_interval_holds_no_change_as_often_as_it_says():
    rng, hits, datasets = np.random.default_rng(3), 0, 400
    for _ in range(datasets):
        found = change_of_fates(*lots(rng), HORIZON, rng, draws=300).redeemed
        hits += found.conf_low <= 0.0 <= found.conf_high
    assert 0.95 - 4 * np.sqrt(0.95 * 0.05 / datasets) < hits / datasets < 0.99


def test_points_that_were_not_watched_long_enough_before_have_no_change():
    group = np.arange(20)
    age, end = np.where(group < 10, 30, 101), np.full(20, OPEN)
    found = change_of_fates(group, age, end, np.ones(20), group < 10, HORIZON,
                            np.random.default_rng(4))  # fmt: skip
    assert isinstance(found.redeemed, Missing)
