"""Differences that no program can have made: an effect on them shows what is left unadjusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.programs.enrolment_covariates import LONG_AGO, OLDER
from retention_research.answers.programs.enrolment_detail import PlaceboResult
from retention_research.answers.programs.enrolment_followed import Followed
from retention_research.models.fit import Missing
from retention_research.models.spread import holm
from retention_research.programs.enrolment import Placebo, placebo_test
from retention_research.summaries.trials import Habit

if TYPE_CHECKING:
    from retention_research.models.arrays import Floats

BEFORE, PASSED_UP = "orders long before", "chances passed up"
_LEVEL = 0.05  # at which a placebo outcome fails
_TOO_SHORT = "The data do not reach back far enough: nobody had ordered before the last half-year."
# What tells of the time that a placebo outcome is of must not be among the covariates. How long
# somebody has been a customer stays: it says how much there was time for.
_HELD_BACK = tuple(name for name in LONG_AGO if name != "age_days")


def placebos(
    rows: Followed, habit: Habit, rng: np.random.Generator
) -> Mapping[str, PlaceboResult | Missing]:
    """Differences that no program can have made, adjusted as the effects are.

    Both are of the time before the last half-year, or of all time before: what a customer did
    then goes with enrolling now only through what is known of the last half-year, unless
    something that is not recorded moves customers to enrol. Then, who has passed up many chances
    is less inclined than others who are like them in everything known.

    Args:
        rows: the trials.
        habit: where enrolling goes with no order, chances passed up are merely weeks.
        rng: draws the folds.
    """
    frame = rows.known.frame
    outcomes: dict[str, Floats] = {BEFORE: frame[OLDER].to_numpy(dtype=np.float64)}
    if habit != "any":
        outcomes[PASSED_UP] = frame.groupby("customer").cumcount().to_numpy(dtype=np.float64)
    found = {
        name: placebo_test(rows.rows(values, _HELD_BACK), values, rng=rng, name=name)
        if values.any()
        else Missing(name, _TOO_SHORT)
        for name, values in outcomes.items()
    }
    tested = {name: one for name, one in found.items() if isinstance(one, Placebo)}
    adjusted = holm({name: one.p_value for name, one in tested.items()})
    return {name: _result(name, one, adjusted) for name, one in found.items()}


def _result(
    name: str, one: Placebo | Missing, adjusted: Mapping[str, float]
) -> PlaceboResult | Missing:
    if isinstance(one, Missing):
        return one
    p_adjusted = adjusted[name]
    return PlaceboResult(name, one.standardised, one.p_value, p_adjusted, p_adjusted >= _LEVEL)
