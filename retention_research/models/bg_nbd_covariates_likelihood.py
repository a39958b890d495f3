"""BG/NBD with covariates: the likelihood of purchase histories, and its gradient.

Fader and Hardie (2007), Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD
models (brucehardie.com, note 019), on the likelihood of Fader, Hardie and Lee (2005), equation 6.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit, gammaln, psi

from retention_research.models.arrays import Floats, Integers, distinct, tally

FURTHEST = 300.0  # of a logarithm; a search that strays beyond must not overflow


class Rows(NamedTuple):
    """Distinct histories with the covariates of their customers.

    Attributes:
        frequency: repeat purchases, shape (n_cells,).
        recency: time from first to last purchase, shape (n_cells,).
        T: time from first purchase to the window's end, shape (n_cells,).
        profile: the row of `profiles` that these customers have, shape (n_cells,).
        customers: how many share the history and the covariates, shape (n_cells,).
        profiles: distinct covariates, centred and scaled, shape (n_profiles, k).
    """

    frequency: Floats
    recency: Floats
    T: Floats
    profile: Integers
    customers: Floats
    profiles: Floats


class Own(NamedTuple):
    """What each covariate profile has of its own, shape (n_profiles,) each: alpha, a and b."""

    alpha: Floats
    a: Floats
    b: Floats


class Term(NamedTuple):
    """A part of the log-likelihood, with its derivatives by r and by each profile's own values."""

    value: float
    by_r: float
    by_own: Own


@dataclass(frozen=True, slots=True, eq=False)
class CovariateSufficient:
    """Everything the likelihood needs, each term counted over its own distinct values.

    Attributes:
        profiles: distinct covariates, shape (n_profiles, k); customers: with each.
        x: distinct frequencies; x_customers: customers with each.
        window: distinct (T, profile); window_profile, window_customers, window_purchases: theirs.
        stay_x: distinct (frequency, profile); stay_profile, stay_customers: theirs.
        again: the histories with a repeat purchase; again_window: their place in `window`.
    """

    profiles: Floats
    customers: Floats
    x: Floats
    x_customers: Floats
    window: Floats
    window_profile: Integers
    window_customers: Floats
    window_purchases: Floats
    stay_x: Floats
    stay_profile: Integers
    stay_customers: Floats
    again: Rows
    again_window: Integers

    @classmethod
    def of(cls, rows: Rows) -> "CovariateSufficient":
        """Count the terms of the likelihood.

        Args:
            rows: distinct histories with covariates.
        """
        profile, n = rows.profile.astype(np.float64), rows.customers
        (x,), x_place = distinct(rows.frequency)
        (window, window_profile), window_place = distinct(rows.T, profile)
        (stay_x, stay_profile), stay_place = distinct(rows.frequency, profile)
        again = rows.frequency > 0
        return cls(
            rows.profiles,
            tally(rows.profile, n, rows.profiles.shape[0]),
            x,
            tally(x_place, n, x.size),
            window,
            window_profile.astype(np.intp),
            tally(window_place, n, window.size),
            tally(window_place, n * rows.frequency, window.size),
            stay_x,
            stay_profile.astype(np.intp),
            tally(stay_place, n, stay_x.size),
            Rows(
                rows.frequency[again],
                rows.recency[again],
                rows.T[again],
                rows.profile[again],
                rows.customers[again],
                rows.profiles,
            ),
            window_place[again],
        )


def own_values(profiles: Floats, place: Floats) -> Own:
    """The alpha, a and b of each covariate profile.

    Args:
        profiles: centred and scaled covariates, shape (m, k).
        place: log r, log alpha, log a, log b, k coefficients of the purchase rate and k of
            dropout, shape (4 + 2k,).

    Returns:
        alpha exp(-gamma z), a exp(delta z / 2) and b exp(-delta z / 2).

    Examples:
        >>> own = own_values(np.array([[1.0]]), np.array([0.0, 0.0, 0.0, 0.0, 0.5, 0.8]))
        >>> float(np.log(own.a / own.b)[0].round(6)), float(np.log(own.alpha)[0])
        (0.8, -0.5)
    """
    gamma, delta = np.split(place[4:], 2)
    half = profiles @ delta / 2.0
    logs = place[1] - profiles @ gamma, place[2] + half, place[3] - half
    return Own(*(np.exp(np.clip(log, -FURTHEST, FURTHEST)) for log in logs))


def likelihood_and_gradient(counts: CovariateSufficient, place: Floats) -> tuple[float, Floats]:
    """The log-likelihood and its derivatives.

    Args:
        counts: the counted terms.
        place: log r, log alpha, log a, log b, then the coefficients, shape (4 + 2k,).

    Returns:
        The log-likelihood and its gradient, shape (4 + 2k,).

    Examples:
        >>> columns = np.array([[0.0, 1.0], [0.0, 5.0], [10.0, 10.0]])
        >>> rows = Rows(*columns, np.array([0, 1]), np.ones(2), np.array([[-1.0], [1.0]]))
        >>> value, gradient = likelihood_and_gradient(CovariateSufficient.of(rows), np.zeros(6))
        >>> round(value, 4), gradient.shape  # as without covariates
        (-6.4141, (6,))
    """
    r, own = float(np.exp(place[0])), own_values(counts.profiles, place)
    terms = (_purchasing(counts, r, own), _staying(counts, own), _leaving(counts, r, own))
    alpha, a, b = (
        value * np.sum([term.by_own[side] for term in terms], axis=0)
        for side, value in enumerate(own)
    )
    basic = [r * sum(term.by_r for term in terms), alpha.sum(), a.sum(), b.sum()]
    gradient = np.concatenate([basic, -alpha @ counts.profiles, (a - b) @ counts.profiles / 2.0])
    return float(sum(term.value for term in terms)), gradient


def _purchasing(counts: CovariateSufficient, r: float, own: Own) -> Term:
    """A1 and A3: x purchases in T at a gamma rate."""
    x, n, profile = counts.x, counts.x_customers, counts.window_profile
    beyond = own.alpha[profile] + counts.window
    log_beyond, log_alpha = np.log(beyond), np.log(own.alpha)
    exposure = r * counts.window_customers + counts.window_purchases
    value = n @ (gammaln(r + x) - gammaln(r)) + r * (counts.customers @ log_alpha)
    by_r = n @ (psi(r + x) - psi(r)) + counts.customers @ log_alpha
    by_alpha = r * counts.customers / own.alpha - tally(profile, exposure / beyond, own.alpha.size)
    none = np.zeros(own.a.size)
    return Term(
        float(value - exposure @ log_beyond),
        float(by_r - counts.window_customers @ log_beyond),
        Own(by_alpha, none, none),
    )


def _staying(counts: CovariateSufficient, own: Own) -> Term:
    """A2: stayed after each of x purchases."""
    x, n, profile = counts.stay_x, counts.stay_customers, counts.stay_profile
    a, b = own.a[profile], own.b[profile]
    value = n @ (gammaln(a + b) - gammaln(a + b + x) + gammaln(b + x) - gammaln(b))
    by_a = n * (psi(a + b) - psi(a + b + x))
    by_b = by_a + n * (psi(b + x) - psi(b))
    size = own.a.size
    slopes = Own(np.zeros(size), tally(profile, by_a, size), tally(profile, by_b, size))
    return Term(float(value), 0.0, slopes)


def _leaving(counts: CovariateSufficient, r: float, own: Own) -> Term:
    """A4 against A3: or left after the last purchase, and T - t_x of silence says nothing."""
    cells, profile = counts.again, counts.again.profile
    x, alpha, staying = cells.frequency, own.alpha[profile], own.b[profile] + cells.frequency - 1.0
    to_end, to_last = alpha + counts.window[counts.again_window], alpha + cells.recency
    log_ratio = np.log(to_end) - np.log(to_last)
    log_odds = np.log(own.a)[profile] - np.log(staying) + (r + x) * log_ratio
    gone = cells.customers * expit(log_odds)
    by_alpha = gone * (r + x) * (1.0 / to_end - 1.0 / to_last)
    slopes = (by_alpha, gone / own.a[profile], -gone / staying)
    return Term(
        float(cells.customers @ np.logaddexp(0.0, log_odds)),
        float(gone @ log_ratio),
        Own(*(tally(profile, slope, own.a.size) for slope in slopes)),
    )
