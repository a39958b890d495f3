"""All that was looked at for each driver, put together and graded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.drivers.cox_view import direction_of
from retention_research.answers.drivers.design import Contrast
from retention_research.answers.drivers.forms import Dose, curvature_p_value, doses, in_order
from retention_research.answers.drivers.grades import Evidence, agreement, better_first
from retention_research.answers.drivers.landmark_view import LandmarkView, by_landmark
from retention_research.answers.drivers.strength import Strength
from retention_research.answers.drivers.strengths import strongest_beside
from retention_research.answers.drivers.value_view import BothSides
from retention_research.answers.drivers.views import Views
from retention_research.models.e_value import EValue, e_values
from retention_research.models.fit import Estimate, Missing
from retention_research.models.marginal_effects import MarginalEffect
from retention_research.models.spread import benjamini_hochberg

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.answers.driver_rows import Driver
    from retention_research.answers.drivers.randomised import Arm

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
        main: its comparison; of several levels, the one furthest beyond chance.
        levels: all its comparisons.
        p_value: of no effect, times the number of levels; p_adjusted: over all drivers.
        next_order: hazard ratio of the next order.
        ends: hazard ratio of a contract's end.
        both: ratios of the model of buying and leaving.
        by_landmark: risk differences at each landmark on its own.
        not_known: of not being known of a customer, where it is of some only.
        doses: risk by amount.
        curvature: p value of a bend; None where there can be none.
        e_value: of the risk ratio and of the nearer end of its interval.
        strongest: the strongest measured covariate, on the scale of E-values.
        evidence: what the grade rests on.
        rank: 1 for the largest clear effect.
    """

    driver: Driver
    main: LevelEffect
    levels: tuple[LevelEffect, ...]
    p_value: float
    p_adjusted: float
    next_order: Estimate | Missing
    ends: Estimate | Missing
    both: BothSides | Missing
    by_landmark: Mapping[date, Estimate | Missing]
    not_known: MarginalEffect | None
    doses: tuple[Dose, ...]
    curvature: float | None
    e_value: EValue
    strongest: Strength
    evidence: Evidence
    rank: int

    @property
    def difference(self) -> float:
        """The risk difference of the main comparison."""
        return self.main.effect.difference.estimate


def all_findings(
    frame: pd.DataFrame, views: Views, arms: Iterable[Arm], confidence: float, floor: int
) -> tuple[Finding, ...]:
    """Every driver that could be looked at, the best rank first."""
    found = [_randomised(views, group) for group in _by_driver(arms)]
    for stage, view in views.landmark.items():
        seen = Stage(view, view.effects(), by_landmark(frame, view.design, confidence))
        asked = [
            one for one in views.drivers
            if one.role == "driver" and not one.randomised and one.stage == stage
        ]  # fmt: skip
        told = (_observed(frame, views, one, seen, confidence, floor) for one in asked)
        found += [one for one in told if one is not None]
    return _ranked(_adjusted(found))


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage's regressions of silence say.

    Attributes:
        view: at all landmarks together.
        effects: its contrasts', by key.
        landmarks: at each on its own.
    """

    view: LandmarkView
    effects: Mapping[str, MarginalEffect]
    landmarks: Mapping[date, LandmarkView | Missing]


def _by_driver(arms: Iterable[Arm]) -> list[list[Arm]]:
    found: dict[str, list[Arm]] = {}
    for arm in arms:
        found.setdefault(arm.driver, []).append(arm)
    return list(found.values())


def _randomised(views: Views, arms: Sequence[Arm]) -> Finding:
    driver = {one.name: one for one in views.drivers}[arms[0].driver]
    levels = tuple(LevelEffect(_contrast_of(arm), arm.effect, arm.effect.p_value) for arm in arms)
    main = min(levels, key=lambda one: one.p_value)
    nothing = Missing(driver.name, "It is compared from the day of assignment on.")
    return Finding(
        driver=driver,
        main=main,
        levels=levels,
        p_value=_over_levels(levels),
        p_adjusted=1.0,
        next_order=nothing,
        ends=nothing,
        both=nothing,
        by_landmark={},
        not_known=None,
        doses=(),
        curvature=None,
        e_value=_e_values(main.effect),
        strongest=Strength("", 1.0),
        evidence=_no_checks(driver, main),
        rank=0,
    )


def _contrast_of(arm: Arm) -> Contrast:
    return Contrast(arm.driver, arm.level, arm.reference, {}, {}, None, None, None)


def _no_checks(driver: Driver, main: LevelEffect) -> Evidence:
    return Evidence(driver.randomised, 1.0, _sign(main.effect), {}, (), None, 1.0, 1.0)


def _observed(
    frame: pd.DataFrame, views: Views, driver: Driver, seen: Stage, confidence: float, floor: int
) -> Finding | None:
    view = seen.view
    levels = tuple(
        LevelEffect(one, seen.effects[one.key], seen.effects[one.key].p_value)
        for one in view.design.contrasts
        if one.driver == driver.name and one.key in seen.effects
    )
    if not levels:
        return None
    main = min(levels, key=lambda one: one.p_value)
    sizes = doses(frame, view, main.contrast, confidence, floor) if not main.contrast.level else ()
    return Finding(
        driver=driver,
        main=main,
        levels=levels,
        p_value=_over_levels(levels),
        p_adjusted=1.0,
        next_order=views.next_order_ratio(driver, main.contrast),
        ends=views.ends_ratio(driver, main.contrast),
        both=views.both_sides(main.contrast),
        by_landmark={day: _difference(at, main.contrast) for day, at in seen.landmarks.items()},
        not_known=_not_known(view, driver),
        doses=sizes,
        curvature=curvature_p_value(frame, view, main.contrast, confidence),
        e_value=_e_values(main.effect),
        strongest=strongest_beside(seen.view, seen.effects, views.drivers, driver),
        evidence=_no_checks(driver, main),
        rank=0,
    )


def _not_known(view: LandmarkView, driver: Driver) -> MarginalEffect | None:
    """Silence if it were known of nobody, less if it were of everybody and in the middle."""
    if not driver.missing or driver.missing not in view.design.names:
        return None
    return view.ready.effect({driver.missing: 1.0}, {driver.missing: 0.0})


def _over_levels(levels: Sequence[LevelEffect]) -> float:
    """Bonferroni over a driver's levels: one test per driver goes into the adjustment."""
    return min(1.0, len(levels) * min(one.p_value for one in levels))


def _e_values(effect: MarginalEffect) -> EValue:
    ratio = effect.ratio
    assert isinstance(ratio, Estimate)  # an effect without a ratio is left out before
    assert ratio.conf_low is not None
    assert ratio.conf_high is not None
    return e_values(ratio.estimate, ratio.conf_low, ratio.conf_high)


def _difference(view: LandmarkView | Missing, contrast: Contrast) -> Estimate | Missing:
    if isinstance(view, Missing):
        return view
    here = {one.key: one for one in view.design.contrasts}.get(contrast.key)
    if here is None:
        return Missing(contrast.key, view.design.left_out.get(contrast.key, "It is not there."))
    found = view.effect(here)
    return found if isinstance(found, Missing) else found.difference


def _sign(effect: MarginalEffect) -> int:
    return int(np.sign(effect.difference.estimate))


def _adjusted(found: list[Finding]) -> list[Finding]:
    p_values = benjamini_hochberg({one.driver.name: one.p_value for one in found})
    return [graded(replace(one, p_adjusted=p_values[one.driver.name])) for one in found]


def graded(one: Finding) -> Finding:
    """The driver with what its grade rests on."""
    signs = [
        int(np.sign(at.estimate)) for at in one.by_landmark.values() if isinstance(at, Estimate)
    ]
    sign = _sign(one.main.effect)
    evidence = Evidence(
        randomised=one.driver.randomised,
        p_adjusted=one.p_adjusted,
        sign=sign,
        agrees={view: agreement(told, sign) for view, told in _directions(one).items()},
        landmarks=signs,
        in_order=in_order(one.doses, sign),
        e_value=one.e_value.limit,
        strongest=one.strongest.value,
    )
    return replace(one, evidence=evidence)


def _directions(one: Finding) -> dict[str, int]:
    """The direction in each other view that has the driver, 0 where it cannot tell."""
    told = {
        NEXT_ORDER: direction_of(one.next_order, turned=True),
        ENDS: direction_of(one.ends, turned=False),
        VALUE: _of_both(one.both),
    }
    return {view: direction for view, direction in told.items() if direction is not None}


def _of_both(both: BothSides | Missing) -> int | None:
    """That of purchases expected, where what is clear of its two sides points there alone."""
    if isinstance(both, Missing):
        return None
    sides = direction_of(both.purchase, turned=True), direction_of(both.dropout, turned=False)
    return both.sign if {*sides} - {None, 0} == {both.sign} else 0


def _ranked(found: list[Finding]) -> tuple[Finding, ...]:
    """By size, those clear of chance before the others; of two alike, by grade and name."""
    order = sorted(
        found,
        key=lambda one: (
            not one.evidence.clear,
            -abs(one.difference),
            better_first(one.evidence.grade),
            one.driver.name,
        ),
    )
    return tuple(replace(one, rank=place) for place, one in enumerate(order, start=1))
