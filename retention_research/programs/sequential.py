"""Looking at an experiment as often as one likes: intervals that hold at all looks together.

Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Annals of Statistics 52, 2613-2640:
asymptotic confidence sequences by Robbins' normal mixture, for any estimate that is in the limit
a mean of customers' influence values (differences, ratios, adjusted differences).
"""

from __future__ import annotations

from math import exp, inf, log, sqrt
from typing import NamedTuple

FEWEST_PER_ARM = 500  # below this the normal limit is not relied on
FEWEST_EVENTS = 10  # customers of the smaller arm with the outcome: with fewer, errors collapse
_FIRST = 2 * FEWEST_PER_ARM


class Sequence(NamedTuple):
    """What one look may say, however many looks there were and will be.

    Attributes:
        low, high: ends of the interval; -inf and inf before it is active.
        p_value: of no difference, valid at any look; 1 before it is active.
        active: whether both arms hold enough customers, and the smaller enough with the outcome.
    """

    low: float
    high: float
    p_value: float
    active: bool


_NOT_YET = Sequence(-inf, inf, 1.0, active=False)


def confidence_sequence(
    difference: float,
    std_error: float,
    n_treated: int,
    n_control: int,
    *,
    events: int | None = None,
    confidence: float = 0.95,
    tuned_at: float | None = None,
) -> Sequence:
    """The interval of a difference at one of many looks.

    Theorem 2.2: the difference plus and minus the standard error times
    sqrt(2 (t rho^2 + 1) / (t rho^2) log(sqrt(t rho^2 + 1) / alpha)), t being customers so far.

    Args:
        difference: as estimated at this look.
        std_error: its standard error at this look, 0 or more.
        n_treated: customers with the program at this look.
        n_control: customers without it.
        events: customers of the smaller arm with the outcome, of shares also those without it if
            they are fewer; None where everybody has a value of their own.
        confidence: the chance that the intervals of all looks hold the truth.
        tuned_at: customers in both arms at which the interval is to be narrowest, the same at
            all looks and chosen before the first; if left out, as theorem 2.8 does for sequences
            that begin at m customers: m log m.

    Returns:
        The interval; the whole line until both arms hold 500 customers, and the smaller one ten
        with the outcome.

    Raises:
        ValueError: if the confidence or tuned_at is out of range.

    Example:
        >>> found = confidence_sequence(0.05, 0.01, 2000, 2000)
        >>> round(found.low, 4), round(found.high, 4), round(found.p_value, 6)
        (0.0194, 0.0806, 7.8e-05)
        >>> confidence_sequence(0.05, 0.01, 2000, 499).active
        False
        >>> confidence_sequence(0.001, 0.0002, 38_000, 2000, events=9).active
        False
    """
    rho = mixture(confidence, _FIRST * log(_FIRST) if tuned_at is None else tuned_at)
    too_rare = events is not None and events < FEWEST_EVENTS
    if too_rare or min(n_treated, n_control) < FEWEST_PER_ARM:
        return _NOT_YET
    spread = (n_treated + n_control) * rho**2
    shrink = spread / (spread + 1.0)
    reach = std_error * sqrt(2.0 / shrink * log(sqrt(spread + 1.0) / (1.0 - confidence)))
    against = _evidence(difference, std_error, spread)
    return Sequence(difference - reach, difference + reach, min(1.0, 1.0 / against), active=True)


def mixture(confidence: float, tuned_at: float) -> float:
    """Robbins' rho that makes the interval narrowest at so many customers (appendix B.2).

    Args:
        confidence: the level, between 0 and 1.
        tuned_at: customers in both arms, above 0.

    Raises:
        ValueError: if either is out of range.

    Example:
        >>> round(mixture(0.95, 10_000), 5)
        0.02866
    """
    from scipy.special import lambertw

    if not 0.0 < confidence < 1.0 or not tuned_at > 0.0:
        raise ValueError(f"confidence {confidence:g} or tuned_at {tuned_at:g} is out of range")
    alpha = 1.0 - confidence
    return sqrt((-float(lambertw(-(alpha**2) * exp(-1.0), -1).real) - 1.0) / tuned_at)


def _evidence(difference: float, std_error: float, spread: float) -> float:
    """Robbins' mixture of likelihood ratios against no difference; 1 / alpha is enough."""
    if std_error == 0.0:
        return 1.0 if difference == 0.0 else inf
    squared = (difference / std_error) ** 2
    # beyond e^700 the p value is 0 in every digit that is kept
    return exp(min(700.0, spread / (spread + 1.0) * squared / 2.0)) / sqrt(spread + 1.0)
