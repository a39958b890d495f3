"""How much of the noise behaviour before takes off: what the next experiment may count on."""

from __future__ import annotations

from retention_research.models.fit import Missing
from retention_research.programs.experiment.arm_means import arm_means
from retention_research.programs.experiment.sample import Sample


def explained_share(sample: Sample) -> float | Missing:
    """The share of a difference's variance that adjustment by behaviour before takes off.

    Args:
        sample: customers of both arms.

    Returns:
        The share in 0..1, 0 where nothing is known of before, as `customers_needed` takes it;
        missing where no difference can be told.

    Examples:
        >>> before = [0.0, 1.0, 2.0, 3.0] * 20
        >>> arm = [False] * 40 + [True] * 40
        >>> round(explained_share(Sample([1, 1, 2, 2] * 20, arm, before)), 2)
        0.8
    """
    reason = sample.obstacle()
    plain = arm_means(sample, adjust=False).variance
    if reason or plain <= 0.0:
        return Missing("explained", reason or "All customers of an arm are alike in it.")
    return min(max(1.0 - arm_means(sample).variance / plain, 0.0), 1.0)
