"""What two-way fixed effects would have said: beside the result, as a warning."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from retention_research.answers.programs.rollout_units import Units, spans_of
from retention_research.answers.programs.rollout_windows import RATIOS
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.rollout import NEVER, Panel, two_way_fixed_effects
from retention_research.workspace import Workspace

_WEEK = 7


def two_way_of(
    workspace: Workspace, units: Units, outcome: str, window_days: int, share: float
) -> Estimate | Missing:
    """Units by weeks of all the data, as is often done, the coefficient scaled to the window.

    Everybody counts who had bought before a week: also customers won after a unit's start.
    """
    end = workspace.window.as_of + timedelta(days=1)
    weeks = (end - workspace.window.start).days // _WEEK
    spans = spans_of(workspace, units, [end], _WEEK, weeks, 0)
    above, below = (spans.counts[name][0] for name in RATIOS[outcome])
    begin = end.toordinal() + _WEEK * spans.ages
    # a week counts as with the program from the first that begins with it
    first = np.searchsorted(begin, units.start)
    start = np.where((units.start == NEVER) | (first >= weeks), NEVER, first)
    mean = np.where(below > 0.0, share * above / np.where(below > 0.0, below, 1.0), 0.0)
    found = two_way_fixed_effects(Panel(mean, start, below), workspace.study.confidence)
    if isinstance(found, Missing) or outcome == "satisfaction":
        return found
    times = window_days / _WEEK
    ends = [None if end is None else times * end for end in found[2:]]
    return Estimate(found.term, times * found.estimate, *ends)
