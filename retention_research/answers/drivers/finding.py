"""One driver with all that was looked at for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from retention_research.answers.drivers.design import Contrast
from retention_research.answers.drivers.forms import Dose
from retention_research.answers.drivers.grades import Evidence
from retention_research.answers.drivers.strength import Strength
from retention_research.answers.drivers.value_view import BothSides
from retention_research.models.e_value import EValue
from retention_research.models.fit import Estimate, Missing
from retention_research.models.marginal_effects import MarginalEffect

if TYPE_CHECKING:
    from retention_research.answers.driver_rows import Driver

NEXT_ORDER, ENDS, VALUE = "time to the next order", "ends of contracts", "buying and leaving"


@dataclass(frozen=True, slots=True)
class LevelEffect:
    """One comparison of a driver.

    Attributes:
        contrast: what is compared with what.
        effect: on silence.
        p_value: of no effect.
    """

    contrast: Contrast
    effect: MarginalEffect
    p_value: float

    @property
    def customers(self) -> int:
        """How many are compared, each counted once."""
        return self.effect.customers


@dataclass(frozen=True, slots=True)
class Finding:
    """One driver: its effect in every view, and the grade.

    Attributes:
        driver: what it is.
        main: its comparison; of several levels, the one furthest beyond chance; of several arms
            of an experiment, all of them together against the control.
        levels: all its comparisons; of an experiment, every arm against the control.
        arms: customers compared in each arm of an experiment, its control among them.
        between: arms of an experiment against each other, p values times their number.
        p_value: of no effect, times the number of levels; p_adjusted: over all drivers.
        next_order: hazard ratio of the next order.
        ends: hazard ratio of a contract's end.
        both: ratios of the model of buying and leaving.
        customers: in each other view that has it.
        by_landmark: risk differences at each landmark on its own.
        not_known: of not being known of a customer, where it is of some only.
        doses: risk by amount.
        curvature: p value of a bend; None where there can be none.
        e_value: of the risk ratio and of the nearer end of its interval.
        strongest: the strongest measured covariate, on the scale of E-values.
        evidence: what the grade rests on.
        undated: whether its column has no date, so that it may have been written afterwards.
        rank: 1 for the largest clear effect.
    """

    driver: Driver
    main: LevelEffect
    levels: tuple[LevelEffect, ...]
    arms: Mapping[str, int]
    between: tuple[LevelEffect, ...]
    p_value: float
    p_adjusted: float
    next_order: Estimate | Missing
    ends: Estimate | Missing
    both: BothSides | Missing
    customers: Mapping[str, int]
    by_landmark: Mapping[date, Estimate | Missing]
    not_known: MarginalEffect | None
    doses: tuple[Dose, ...]
    curvature: float | None
    e_value: EValue
    strongest: Strength
    evidence: Evidence
    rank: int
    undated: bool = False

    @property
    def difference(self) -> float:
        """The risk difference of the main comparison."""
        return self.main.effect.difference.estimate
