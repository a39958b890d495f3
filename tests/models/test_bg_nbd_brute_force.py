"""BG/NBD against the story it tells: rates and dropout are averaged by plain quadrature."""

import numpy as np
import pytest
from scipy.special import roots_genlaguerre, roots_jacobi
from scipy.stats import poisson

from retention_research.models.bg_nbd_likelihood import (
    BgNbdParameters,
    Sufficient,
    likelihood_and_gradient,
    log_likelihood,
)
from retention_research.models.bg_nbd_predictions import (
    expected_purchases_if_alive,
    log_probability_of_purchases_if_alive,
    probability_alive,
    variance_of_purchases_if_alive,
)
from retention_research.models.histories import Histories, count_histories

PARAMETERS = BgNbdParameters(1.3, 5.0, 1.7, 2.9)
HISTORIES = [(0, 0.0, 12.0), (1, 4.0, 12.0), (3, 11.0, 12.0), (6, 5.0, 30.0)]
AHEAD = 9.0

each_history = pytest.mark.parametrize("history", HISTORIES)


class Population:
    """Rates and dropout probabilities of PARAMETERS on a grid, with their weights."""

    def __init__(self) -> None:
        r, alpha, a, b = PARAMETERS
        rates, rate_weights = roots_genlaguerre(120, r - 1.0)
        points, dropout_weights = roots_jacobi(60, b - 1.0, a - 1.0)
        self.rate, self.p = np.meshgrid(rates / alpha, (1.0 + points) / 2.0)
        self.weight = np.outer(
            dropout_weights / dropout_weights.sum(), rate_weights / rate_weights.sum()
        )

    def alive(self, x: int, T: float) -> np.ndarray:
        """The density of x purchases and still being alive at T."""
        return (1.0 - self.p) ** x * self.rate**x * np.exp(-self.rate * T)

    def gone(self, x: int, t_x: float) -> np.ndarray:
        """The density of x purchases and leaving after the last."""
        if x == 0:
            return np.zeros_like(self.p)
        return self.p * (1.0 - self.p) ** (x - 1) * self.rate**x * np.exp(-self.rate * t_x)

    def mean(self, values: np.ndarray) -> float:
        """The average over the population."""
        return float((self.weight * values).sum())

    def bought(self, n: int, t: float) -> np.ndarray:
        """The probability that a living customer buys n times in t."""
        stays = (1.0 - self.p) ** n * poisson.pmf(n, self.rate * t)
        if n == 0:
            return stays
        return stays + self.p * (1.0 - self.p) ** (n - 1) * poisson.sf(n - 1, self.rate * t)


@pytest.fixture(scope="module")
def people() -> Population:
    return Population()


@each_history
def test_the_likelihood_is_the_average_over_the_population(
    people: Population, history: tuple[int, float, float]
) -> None:
    x, t_x, T = history
    told = log_likelihood(PARAMETERS, Histories(*np.array([[x], [t_x], [T], [1.0]])))
    assert told == pytest.approx(np.log(people.mean(people.alive(x, T) + people.gone(x, t_x))))


@each_history
def test_the_probability_alive_is_the_share_of_histories_that_go_on(
    people: Population, history: tuple[int, float, float]
) -> None:
    x, t_x, T = history
    alive, gone = people.mean(people.alive(x, T)), people.mean(people.gone(x, t_x))
    assert probability_alive(PARAMETERS, x, t_x, T) == pytest.approx(alive / (alive + gone))


@each_history
def test_expected_purchases_are_the_average_of_each_customers_own(
    people: Population, history: tuple[int, float, float]
) -> None:
    x, _, T = history
    own = -np.expm1(-people.rate * people.p * AHEAD) / people.p
    mean = people.mean(people.alive(x, T) * own) / people.mean(people.alive(x, T))
    assert expected_purchases_if_alive(PARAMETERS, AHEAD, x, T) == pytest.approx(mean)


@each_history
@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_count_probabilities_are_the_average_of_each_customers_own(
    people: Population, history: tuple[int, float, float], n: int
) -> None:
    x, _, T = history
    own = people.bought(n, AHEAD)
    mean = people.mean(people.alive(x, T) * own) / people.mean(people.alive(x, T))
    told = log_probability_of_purchases_if_alive(PARAMETERS, n, AHEAD, x, T)
    assert np.exp(told) == pytest.approx(mean)


@each_history
def test_mean_and_variance_are_those_of_the_count_probabilities(
    history: tuple[int, float, float],
) -> None:
    x, _, T = history
    n = np.arange(400)
    rows = np.full(n.size, x), np.full(n.size, T)
    p = np.exp(log_probability_of_purchases_if_alive(PARAMETERS, n, AHEAD, *rows))
    mean, square = p @ n, p @ n**2
    assert expected_purchases_if_alive(PARAMETERS, AHEAD, x, T) == pytest.approx(mean)
    assert variance_of_purchases_if_alive(PARAMETERS, AHEAD, x, T) == pytest.approx(
        square - mean**2
    )


def test_the_variance_keeps_its_digits_when_hardly_anybody_leaves() -> None:
    # without dropout the count is a negative binomial's, whose variance is known
    nearly_nobody = BgNbdParameters(1.3, 5.0, 1e-7, 10.0)
    odds = AHEAD / 5.0
    assert variance_of_purchases_if_alive(nearly_nobody, AHEAD, 0, 0) == pytest.approx(
        1.3 * odds * (1.0 + odds), rel=1e-6
    )


def test_the_analytic_gradient_is_that_of_differences() -> None:
    columns = np.array(HISTORIES).T
    counts = Sufficient.of(count_histories(*columns, weights=[5, 3, 2, 1]))
    place, step = np.log(PARAMETERS), 1e-5
    differences = [
        (
            likelihood_and_gradient(counts, place + nudge)[0]
            - likelihood_and_gradient(counts, place - nudge)[0]
        )
        / (2.0 * step)
        for nudge in step * np.eye(4)
    ]
    assert likelihood_and_gradient(counts, place)[1] == pytest.approx(differences, rel=1e-7)
