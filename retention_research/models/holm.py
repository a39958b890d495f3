"""Several tests at once: p values that keep the chance of any false alarm.

Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of
Statistics 6, 65-70.
"""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p values, in the order given; each to be held against the level of one test.

    Args:
        p_values: each 0..1.

    Raises:
        ValueError: if one lies outside 0..1.

    Examples:
        >>> holm([0.01, 0.04, 0.03])
        (0.03, 0.06, 0.06)
    """
    if any(not 0.0 <= p <= 1.0 for p in p_values):
        raise ValueError("a p value lies outside 0 to 1")
    ascending = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, so_far = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(ascending):
        so_far = max(so_far, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = so_far
    return tuple(adjusted)
