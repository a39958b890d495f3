"""How strong a common cause would have to be to explain a risk ratio away.

VanderWeele and Ding (2017), Annals of Internal Medicine 167, 268-274.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple


class EValue(NamedTuple):
    """The E-value of an estimate, and of the end of its interval nearer to no effect.

    Attributes:
        estimate: the risk ratio that an unmeasured cause would need with both, 1 or more.
        limit: the same to move the interval onto no effect; 1 where it is there already.
    """

    estimate: float
    limit: float


def e_value(risk_ratio: float) -> float:
    """The E-value of a risk ratio: RR + sqrt(RR (RR - 1)), of 1 / RR below 1.

    Args:
        risk_ratio: above 0.

    Returns:
        1 or more.

    Raises:
        ValueError: if the ratio is not above 0.

    Examples:
        >>> round(e_value(3.9), 2)
        7.26
    """
    if not risk_ratio > 0.0:
        raise ValueError(f"risk_ratio is {risk_ratio:g}; it must be above 0")
    away = max(risk_ratio, 1.0 / risk_ratio)
    return away + sqrt(away * (away - 1.0))


def e_values(risk_ratio: float, conf_low: float, conf_high: float) -> EValue:
    """The E-values of an estimate and of the nearer end of its interval.

    Args:
        risk_ratio: above 0.
        conf_low: lower end of its interval, above 0.
        conf_high: upper end.

    Raises:
        ValueError: if a ratio is not above 0, or the interval does not hold the estimate.

    Examples:
        >>> e_values(0.9, 0.7, 1.2).limit
        1.0
    """
    if not conf_low <= risk_ratio <= conf_high:
        raise ValueError(f"the interval {conf_low}..{conf_high} does not hold {risk_ratio}")
    if conf_low <= 1.0 <= conf_high:
        return EValue(e_value(risk_ratio), 1.0)
    return EValue(e_value(risk_ratio), e_value(conf_low if risk_ratio > 1.0 else conf_high))
