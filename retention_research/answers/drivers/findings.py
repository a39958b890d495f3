"""All that was looked at for each driver, put together and graded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.drivers.design import Contrast
from retention_research.answers.drivers.finding import Finding, LevelEffect
from retention_research.answers.drivers.forms import curvature_p_value, doses
from retention_research.answers.drivers.grades import Evidence
from retention_research.answers.drivers.grading import adjusted, ranked
from retention_research.answers.drivers.landmark_view import LandmarkView, by_landmark
from retention_research.answers.drivers.strength import Strength, strongest_beside
from retention_research.answers.drivers.views import Views
from retention_research.models.e_value import EValue, e_values
from retention_research.models.fit import Estimate, Missing
from retention_research.models.marginal_effects import MarginalEffect

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.answers.driver_rows import Driver
    from retention_research.answers.drivers.randomised import Arm, Experiment

__all__ = ["Finding", "LevelEffect", "Stage", "all_findings"]


def all_findings(
    frame: pd.DataFrame,
    views: Views,
    experiments: Iterable[Experiment],
    confidence: float,
    floor: int,
    undated: Collection[str] = (),
) -> tuple[Finding, ...]:
    """Every driver that could be looked at, the best rank first.

    Args:
        frame: rows by customer and date.
        views: what was fitted to them.
        experiments: what chance decided.
        confidence: level of the intervals.
        floor: customers of the smallest group shown.
        undated: drivers whose columns have no date and are no groups that the study declares.
    """
    found = [_randomised(views, one) for one in experiments]
    for stage, view in views.landmark.items():
        seen = Stage(view, view.effects(), by_landmark(frame, view.design, confidence))
        asked = [
            one for one in views.drivers
            if one.role == "driver" and not one.randomised and one.stage == stage
        ]  # fmt: skip
        told = (_observed(frame, views, one, seen, confidence, floor) for one in asked)
        found += [
            replace(one, undated=one.driver.name in undated) for one in told if one is not None
        ]
    return ranked(adjusted(found))


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


def _randomised(views: Views, experiment: Experiment) -> Finding:
    driver = {one.name: one for one in views.drivers}[experiment.driver]
    main = _level_effect(experiment.together)
    between = tuple(_level_effect(arm, len(experiment.between)) for arm in experiment.between)
    nothing = Missing(driver.name, "It is compared from the day of assignment on.")
    return Finding(
        driver=driver,
        main=main,
        levels=tuple(_level_effect(arm) for arm in experiment.arms),
        arms=experiment.customers,
        between=between,
        p_value=main.p_value,
        p_adjusted=1.0,
        next_order=nothing,
        ends=nothing,
        both=nothing,
        customers={},
        by_landmark={},
        not_known=None,
        doses=(),
        curvature=None,
        e_value=_e_values(main.effect),
        strongest=Strength("", 1.0),
        evidence=_no_checks(driver, main),
        rank=0,
    )


def _level_effect(arm: Arm, of: int = 1) -> LevelEffect:
    contrast = Contrast(arm.driver, arm.level, arm.reference, {}, {}, None, None, None)
    return LevelEffect(contrast, arm.effect, min(1.0, of * arm.effect.p_value))


def _no_checks(driver: Driver, main: LevelEffect) -> Evidence:
    return Evidence(
        driver.randomised,
        1.0,
        int(np.sign(main.effect.difference.estimate)),
        {},
        (),
        None,
        1.0,
        1.0,
    )


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
        arms={},
        between=(),
        p_value=_over_levels(levels),
        p_adjusted=1.0,
        next_order=views.next_order_ratio(driver, main.contrast),
        ends=views.ends_ratio(driver, main.contrast),
        both=views.both_sides(main.contrast),
        customers=views.customers(driver),
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
