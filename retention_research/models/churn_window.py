"""After how long a silence does a customer count as gone?

The house's rule: the smallest length at which at most a tenth of silent customers buy again within
a year; where there is none, the largest at which enough customers are silent to say so.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, checked, refuse, same_length
from retention_research.models.fit import Estimate, Missing
from retention_research.models.proportion import proportion

MOST_RETURNING = 0.10  # of silences that a return may follow, for silence to mean gone
FEWEST_SILENT = 100  # customers, where no length passes
DRAWS = 2000

Why = Literal["few return", "most silent", "too little"]


class Silent(NamedTuple):
    """Silences of one length.

    Attributes:
        days: the length.
        customers: silent for as long at least once.
        silences: of all of them; returns: those that a purchase followed in time.
    """

    days: int
    customers: int
    silences: int
    returns: int

    @property
    def passes(self) -> bool:
        """Whether few enough return."""
        return self.silences > 0 and self.returns <= MOST_RETURNING * self.silences


class Choice(NamedTuple):
    """The length chosen.

    Attributes:
        days: the length; 0 where the data are too little.
        why: "few return", "most silent" (none passes: the largest with enough customers) or
            "too little" (nor has any enough).
    """

    days: int
    why: Why


def choose_window(rows: Iterable[Silent]) -> Choice:
    """The smallest length that passes, or the largest with enough silent customers.

    Args:
        rows: lengths in ascending order.

    Example:
        >>> rows = [Silent(28, 900, 1000, 300), Silent(56, 500, 600, 60), Silent(84, 90, 90, 2)]
        >>> choose_window(rows), choose_window(rows[:1])
        (Choice(days=56, why='few return'), Choice(days=28, why='most silent'))
    """
    largest = 0
    for row in rows:
        if row.passes:
            return Choice(row.days, "few return")
        largest = row.days if row.customers >= FEWEST_SILENT else largest
    return Choice(largest, "most silent") if largest else Choice(0, "too little")


def returned_share(
    returns: npt.ArrayLike,
    silences: npt.ArrayLike,
    customers: npt.ArrayLike,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> Estimate | Missing:
    """The share of silences that a return follows, with a customer bootstrap's interval.

    Customers are drawn with replacement, each with all of its silences (Efron and Tibshirani,
    1993, An Introduction to the Bootstrap, section 13.3, percentiles). Customers of the same
    counts are drawn together: the cost does not grow with them.

    Args:
        returns: of a customer of each cell, shape (n,), 0 to silences.
        silences: of a customer of each cell, shape (n,), above 0.
        customers: in each cell, shape (n,).
        rng: draws them.
        confidence: level of the interval.

    Returns:
        The share; Wilson's interval by customers where none or all are followed by a return.
        Missing for fewer than two customers.

    Raises:
        ValueError: on counts that are impossible.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> found = returned_share([0, 1, 2], [3, 3, 2], [80, 15, 5], rng)
        >>> round(found.estimate, 4), 0.04 < found.conf_low < found.conf_high < 0.15
        (0.0847, True)
    """
    y, x, n = _counts(returns, silences, customers)
    total = int(n.sum())
    if total < 2:
        some = "1 customer has" if total else "No customer has"
        return Missing("share", f"{some} been silent for so long and followed as long after.")
    value = float(n @ y / (n @ x))
    if value in (0.0, 1.0):
        return proportion(round(value * total), total, confidence)._replace(term="share")
    drawn = rng.multinomial(total, n / total, size=DRAWS).astype(np.float64)
    shares = drawn @ y / (drawn @ x)
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(shares, [tail, 1.0 - tail])
    return Estimate(
        "share", value, float(shares.std()), min(float(low), value), max(float(high), value)
    )


def _counts(
    returns: npt.ArrayLike, silences: npt.ArrayLike, customers: npt.ArrayLike
) -> tuple[Floats, Floats, Floats]:
    y, x, n = checked("returns", returns), checked("silences", silences), np.asarray(customers)
    same_length(returns=y, silences=x, customers=n)
    refuse((x <= 0.0) | (y > x), "silences is 0, or less than returns")
    return y, x, checked("customers", n)


def window_range(shares: Sequence[tuple[int, Estimate | Missing]]) -> Estimate | Missing:
    """The smallest length that passes, and the lengths that the data cannot tell from it.

    The interval holds the lengths whose own interval does not lie wholly on the other side of the
    rule's tenth: the inversion of its test (Casella and Berger, 2002, section 9.2.1), right where
    the share falls with the length.

    Args:
        shares: each length in days with its share, ascending.

    Returns:
        Days; an end that no length sets is None. Missing where no length passes.

    Example:
        >>> rows = [(28, Estimate("s", 0.2, None, 0.15, 0.25)), (56, Estimate("s", 0.1, None, 0.08,
        ... 0.12)), (84, Estimate("s", 0.05, None, 0.04, 0.06))]
        >>> window_range(rows)
        Estimate(term='days', estimate=56, std_error=None, conf_low=56, conf_high=84)
    """
    told = [(days, share) for days, share in shares if isinstance(share, Estimate)]
    if not told:
        return Missing("days", "No silence is watched for long enough to see who comes back.")
    chosen = _first(days for days, share in told if share.estimate <= MOST_RETURNING)
    if chosen is None:
        return Missing("days", "At no length that was looked at do few enough customers return.")
    low = _first(days for days, share in told if (share.conf_low or 0.0) <= MOST_RETURNING)
    high = _first(days for days, share in told if (share.conf_high or 1.0) <= MOST_RETURNING)
    return Estimate("days", chosen, None, low, high)


def _first(days: Iterable[int]) -> int | None:
    return next(iter(days), None)
