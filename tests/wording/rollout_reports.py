"""Reports on roll-outs made by hand from small panels."""

from __future__ import annotations

from datetime import date

import numpy as np

from retention_research.answers.programs.rollout_checks import checks_of, graded
from retention_research.answers.programs.rollout_detail import OverTime, RolloutDetail, Wave
from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.rollout import Panel, group_time_effects, pre_trend
from tests.wording.program_reports import effect, program

TWO_WAY = Estimate("two_way", 0.09, 0.01, 0.07, 0.11)


def detail(gain: float = 0.06, **more: object) -> RolloutDetail:
    """Twenty-four regions of which half start in two waves, and gain so much."""
    rng = np.random.default_rng(4)
    start = np.repeat([4, 6, -1], [6, 6, 12])
    had = (start[:, None] >= 0) & (np.arange(9) >= start[:, None])
    outcome = 0.3 + gain * had + rng.normal(0.0, 0.02, (24, 9))
    found = group_time_effects(Panel(outcome, start))
    given = {
        "unit": "region", "outcome": "purchases", "treated": 12, "compared": 18, "fewest": 12,
        "first": date(2024, 1, 1), "last": date(2024, 3, 4), "window_days": 84, "step_days": 28,
        "base_days": (336, 336), "told_until": None,
        "course": found.event_study(rng=rng, ages=(-3, -2, -1, 0, 1, 2)),
        "pre_trend": pre_trend(found),
        "waves": (
            Wave(date(2024, 1, 1), 6, 900, Estimate("effect", 0.05, 0.01, 0.03, 0.07)),
            Wave(None, 6, 40, Estimate("effect", 0.07)),
        ),
        "over_time": (OverTime(date(2024, 1, 1), 900, Estimate("effect", 0.05, 0.01, 0.03, 0.07)),),
        "two_way": TWO_WAY, "reassigned": None, "left_out": (),
    } | more  # fmt: skip
    return RolloutDetail(**given)  # type: ignore[arg-type]


def report(told: RolloutDetail, small: int = 0) -> ProgramReport:
    """The report that goes with it."""
    grade, why = graded(told)
    return ProgramReport(
        program=program("rollout", id="service_desk", title="Service desk"),
        grade=grade, why=why, effects=(effect("purchases", 0.06, 0.02),),
        checks=checks_of(told, small, 20), detail=told,
        money=Missing("money", "Nothing is said of money here."),
    )  # fmt: skip
