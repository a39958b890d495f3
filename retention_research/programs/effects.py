"""What is told of a program's effect on one outcome, and how sure anybody can be that it is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing

Grade = Literal[
    "randomised", "natural experiment", "adjusted comparison", "associated", "no evidence"
]
GRADES: tuple[Grade, ...] = (
    "randomised", "natural experiment", "adjusted comparison", "associated", "no evidence",
)  # fmt: skip
Decision = Literal["keep", "stop", "test"]


@dataclass(frozen=True, slots=True)
class Effect:
    """A program's effect on one outcome, per customer.

    Attributes:
        outcome: retained, purchases, revenue, margin, satisfaction or actions.
        treated: the arm with the program. control: what it is held against.
        n_treated, n_control: customers behind each mean.
        mean_treated: what the treated did. mean_control: what they would have done without.
        difference: mean_treated - mean_control, with its interval.
        lift: difference / mean_control, 0.1 being a tenth more, with its interval.
        p_value: of no difference, two-sided; None where no test can be made.
        p_adjusted: the same by Holm, over all comparisons that it stands among.
        method: how it was estimated, in the field's terms.
    """

    outcome: str
    treated: str
    control: str
    n_treated: int
    n_control: int
    mean_treated: float
    mean_control: float
    difference: Estimate | Missing
    lift: Estimate | Missing
    p_value: float | None = None
    p_adjusted: float | None = None
    method: str = ""


_NOT_WATCHED = Missing("after", "The time after the window is not watched.")


@dataclass(frozen=True, slots=True, eq=False)
class MoneyDraws:
    """What a program brought and cost per treated customer, over draws of customers.

    Attributes:
        margin: incremental margin in the window, of each draw, shape (draws,).
        cost: incremental cost of the same draw, shape (draws,); None where no cost is known.
        kept: incremental share retained of the same draw, shape (draws,); None where not known.
        margin_point, cost_point, kept_point: the same over the customers as they are.
        customers: treated customers whose window is over; totals are theirs.
        by_week: incremental margin in each week of the window, shape (weeks,); empty if not known.
        after: incremental margin in as long a time after the window, where it was watched.
    """

    margin: Floats
    margin_point: float
    customers: int
    cost: Floats | None = None
    cost_point: float | None = None
    kept: Floats | None = None
    kept_point: float | None = None
    by_week: Floats = field(default_factory=lambda: np.empty(0))
    after: Estimate | Missing = _NOT_WATCHED
