"""What a program did to those whom it reached because chance had chosen them.

Imbens and Angrist (1994), Econometrica 62, 467-475: the effect on the outcome over the effect on
being reached (Wald's estimator), for those who are reached if and only if they are assigned. It
needs that assignment acts through being reached alone, and turns nobody away.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import refuse
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.experiment.ratios import incremental_ratio


def complier_effect(
    outcome: npt.ArrayLike,
    received: npt.ArrayLike,
    treated: npt.ArrayLike,
    *,
    before: npt.ArrayLike | None = None,
    stratum: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    probability: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate | Missing:
    """The effect per customer whom the program reached because it was assigned.

    Args:
        outcome: of each customer, shape (n,), in its own unit.
        received: whether the program reached each, shape (n,).
        treated: whether chance assigned it to each, shape (n,).
        before: as in a `Sample`, as are stratum, cluster and probability.
        stratum: likewise.
        cluster: likewise.
        probability: likewise.
        confidence: level of the interval, which is Anderson and Rubin's.

    Returns:
        The effect; missing where an arm is too small or assignment hardly reached anybody more.

    Raises:
        ValueError: on anything but true and false in `received`, or missing outcomes.

    Examples:
        >>> arm = np.arange(200) % 2 == 1
        >>> reached = arm & (np.arange(200) % 4 == 1)  # half of the treated
        >>> complier_effect(np.arange(200) // 4 % 2 + reached, reached, arm).estimate
        1.0
    """
    flags = np.asarray(received)
    refuse(~np.isin(flags, (0, 1)), "received is neither true nor false")
    return incremental_ratio(
        outcome, flags.astype(np.float64), treated, before=before, stratum=stratum,
        cluster=cluster, probability=probability, confidence=confidence, term="complier_effect",
    )  # fmt: skip
