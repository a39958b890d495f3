"""Findings adjusted for their number, graded and ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from retention_research.answers.drivers.cox_view import direction_of
from retention_research.answers.drivers.finding import ENDS, NEXT_ORDER, VALUE, Finding
from retention_research.answers.drivers.forms import in_order
from retention_research.answers.drivers.grades import Evidence, agreement, better_first
from retention_research.answers.drivers.value_view import BothSides
from retention_research.models.fit import Estimate, Missing
from retention_research.models.spread import benjamini_hochberg


def adjusted(found: Sequence[Finding]) -> list[Finding]:
    """With p values adjusted over all drivers, and grades by them."""
    p_values = benjamini_hochberg({one.driver.name: one.p_value for one in found})
    return [graded(replace(one, p_adjusted=p_values[one.driver.name])) for one in found]


def graded(one: Finding) -> Finding:
    """The driver with what its grade rests on."""
    signs = [
        int(np.sign(at.estimate)) for at in one.by_landmark.values() if isinstance(at, Estimate)
    ]
    sign = int(np.sign(one.difference))
    evidence = Evidence(
        randomised=one.driver.randomised,
        p_adjusted=one.p_adjusted,
        sign=sign,
        agrees={view: agreement(told, sign) for view, told in _directions(one).items()},
        landmarks=signs,
        in_order=in_order(one.doses, sign),
        e_value=one.e_value.limit,
        strongest=one.strongest.value,
        unmade=_unmade(one),
    )
    return replace(one, evidence=evidence)


def _unmade(one: Finding) -> tuple[str, ...]:
    """Checks of an association that could not be made, in words."""
    judged = [isinstance(at, Estimate) for at in one.by_landmark.values()]
    in_amounts = one.driver.kind in ("amount", "count") and not one.main.contrast.level
    checks = {
        "it has no date: it may have been written after the dates looked at": not one.undated,
        "on some dates it could not be judged": all(judged),
        "too few amounts of it differ to see whether more goes with more": (
            not in_amounts or len(one.doses) > 2
        ),
    }
    return tuple(words for words, made in checks.items() if not made)


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


def ranked(found: Sequence[Finding]) -> tuple[Finding, ...]:
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
