"""BG/NBD against simulated customers whose truth is known."""

import numpy as np
import pytest

from retention_research.models.bg_nbd import fit_bg_nbd
from retention_research.models.bg_nbd_likelihood import BgNbdParameters
from retention_research.models.bg_nbd_predictions import (
    expected_purchases_if_alive,
    log_probability_of_purchases_if_alive,
    probability_alive,
)
from retention_research.models.bg_nbd_simulation import SimulatedCustomers, simulate_bg_nbd

TRUTH = BgNbdParameters(0.2426, 4.4136, 0.7929, 2.4259)
CUSTOMERS = 200_000
T = 39.0
AHEAD = 52.0


@pytest.fixture(scope="module")
def people() -> SimulatedCustomers:
    rng = np.random.default_rng(2005)
    return simulate_bg_nbd(TRUTH, np.full(CUSTOMERS, T), rng, ahead=AHEAD)


def test_the_fit_finds_the_truth(people: SimulatedCustomers) -> None:
    fit = fit_bg_nbd(people.frequency, people.recency, np.full(CUSTOMERS, T))
    for row, truth in zip(fit.estimates, TRUTH, strict=True):
        assert row.std_error is not None
        assert abs(row.estimate - truth) < 4.0 * row.std_error


def test_simulated_frequencies_follow_the_mass_function(people: SimulatedCustomers) -> None:
    n = np.arange(6)
    p = np.exp(log_probability_of_purchases_if_alive(TRUTH, n, T, np.zeros(6), np.zeros(6)))
    seen = np.array([(people.frequency == count).mean() for count in n])
    assert np.abs(seen - p).max() < 4.0 * np.sqrt(0.25 / CUSTOMERS)


def test_as_many_are_alive_as_the_model_says(people: SimulatedCustomers) -> None:
    told = probability_alive(TRUTH, people.frequency, people.recency, np.full(CUSTOMERS, T))
    error = np.sqrt((told * (1.0 - told)).sum())
    assert abs(told.sum() - people.alive.sum()) < 4.0 * error


def test_living_customers_buy_as_often_as_the_model_says(people: SimulatedCustomers) -> None:
    bought = people.later[people.alive]
    told = expected_purchases_if_alive(
        TRUTH, AHEAD, people.frequency[people.alive], np.full(bought.size, T)
    )
    error = np.std(bought - told) / np.sqrt(bought.size)
    assert abs(np.mean(bought - told)) < 4.0 * error


def test_nobody_buys_after_leaving(people: SimulatedCustomers) -> None:
    assert not people.later[~people.alive].any()


def test_the_same_seed_gives_the_same_customers() -> None:
    one, two = (
        simulate_bg_nbd(TRUTH, [39.0, 20.0], np.random.default_rng(3), ahead=1.0) for _ in range(2)
    )
    assert [column.tolist() for column in one] == [column.tolist() for column in two]
