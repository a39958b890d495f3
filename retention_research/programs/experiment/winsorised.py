"""A mean in which single large amounts weigh less: another estimand, and never one for money.

Amounts above a threshold that was declared beforehand count as the threshold. What it estimates is
the effect on the amount so cut, not on revenue (Dixon, 1960, Annals of Math. Statistics 31,
385-391, has the idea; Kohavi, Tang and Xu, 2020, Trustworthy Online Controlled Experiments,
chapter 18, the use).
"""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import numpy as np

from retention_research.programs.effects import Effect
from retention_research.programs.experiment.differences import difference
from retention_research.programs.experiment.sample import Sample


def winsorised_difference(
    sample: Sample,
    threshold: float,
    *,
    outcome: str = "revenue",
    treated: str = "personalised",
    control: str = "holdout",
    adjust: bool = True,
    confidence: float = 0.95,
) -> Effect:
    """The difference of means of amounts cut at a threshold.

    Args:
        sample: customers of both arms; amounts in the outcome's own unit.
        threshold: above 0; declared before anybody looked.
        outcome: what it is called.
        treated: name of the treated arm.
        control: name of the control arm.
        adjust: as in `difference`.
        confidence: level of the intervals.

    Returns:
        The effect on the amount so cut; its method names the threshold and the share cut.

    Raises:
        ValueError: on a threshold that is not above 0.

    Examples:
        >>> sample = Sample([1.0, 2.0, 900.0, 3.0] * 30, [False, True, False, True] * 30)
        >>> found = winsorised_difference(sample, 10.0)
        >>> found.mean_treated, found.mean_control
        (2.5, 5.5)
    """
    if not (threshold > 0.0 and isfinite(threshold)):
        raise ValueError(f"the threshold is {threshold:g}; it must be above 0")
    cut = sample.with_outcome(np.minimum(sample.outcome, threshold))
    found = difference(
        cut, outcome=outcome, treated=treated, control=control, adjust=adjust,
        confidence=confidence,
    )  # fmt: skip
    share = float((sample.outcome > threshold).mean())
    told = f"amounts above {threshold:g} counted as {threshold:g} ({share:.2%} of customers)"
    return replace(found, method=", ".join(filter(None, [found.method, told])))
