"""What comparing whoever ever joined with everybody else would say, beside the right comparison."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers.driver_rows import Driver, NextOrderRows
from retention_research.answers.drivers.cox_view import CoxView, fit_cox_view
from retention_research.answers.drivers.stages import beside
from retention_research.models.fit import Estimate, Missing

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class EverMember:
    """The hazard ratio of the next order of members, wrongly and rightly.

    Attributes:
        driver: the membership.
        naive: of those who ever joined, over all their orders, against the others.
        corrected: of members, from the day they joined on.
    """

    driver: Driver
    naive: Estimate
    corrected: Estimate


def ever_members(rows: NextOrderRows, strata: str, confidence: float) -> tuple[EverMember, ...]:
    """Both comparisons for every program that has members.

    Who joined had to stay long enough to join, and joined at an order: over all their orders they
    look as if they had always come back sooner.
    """
    programs = [one for one in rows.drivers if one.source == "memberships"]
    found = (_both(rows.frame, rows.drivers, one, strata, confidence) for one in programs)
    return tuple(one for one in found if one is not None)


def _both(
    frame: pd.DataFrame, drivers: Iterable[Driver], program: Driver, strata: str, confidence: float
) -> EverMember | None:
    some = beside(drivers, program.stage)
    ever = frame.groupby("customer")[program.name].transform("max")
    ratios = [
        _ratio(rows, some, program, strata, confidence)
        for rows in (frame.assign(**{program.name: ever}), frame)
    ]
    naive, corrected = ratios
    if isinstance(naive, Missing) or isinstance(corrected, Missing):
        return None
    return EverMember(program, naive, corrected)


def _ratio(
    frame: pd.DataFrame, some: tuple[Driver, ...], program: Driver, strata: str, confidence: float
) -> Estimate | Missing:
    view = fit_cox_view(frame, some, confidence, event="ordered", strata=strata)
    if not isinstance(view, CoxView):
        return view
    mine = [one for one in view.design.contrasts if one.driver == program.name]
    return view.hazard_ratio(mine[0]) if mine else Missing(program.name, "It is not there.")
