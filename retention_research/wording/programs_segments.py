"""What is told of a program's effect in groups of customers that were named beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from retention_research.answers.programs.uplift import SegmentEffects
from retention_research.glossary.names import slug
from retention_research.models.fit import Estimate, Missing
from retention_research.models.spread import holm
from retention_research.programs.heterogeneity import Heterogeneity, LevelEffect
from retention_research.wording.estimates import with_ends
from retention_research.wording.numbers import NOT_AVAILABLE, Wording
from retention_research.wording.programs_looks import told
from retention_research.wording.programs_words import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.wording.programs_tables import Rows

_CHANCE = 0.05
_THINGS = {
    "retained": "of every 100 customers buy again",
    "purchases": "purchases of every 100 customers",
    "revenue": "revenue per customer",
    "margin": "margin per customer",
}


def main_outcome(found: SegmentEffects) -> str:
    """The outcome that groups are told by: who buys again, or else the first."""
    names = list(found.by_outcome)
    return "retained" if "retained" in names or not names else names[0]


def segment_note(found: Sequence[SegmentEffects], wording: Wording) -> str:
    """Which groups the program moves more, if any differ beyond chance."""
    shown = [one for one in found if one.by_outcome]
    p_values = {one.segment: p for one in shown if (p := _main(one).p_value) is not None}
    adjusted = holm(p_values)
    said = [
        _of_segment(one, adjusted[one.segment], wording)
        if one.segment in adjusted
        else _not_compared(one)
        for one in shown
    ]
    return " ".join(filter(None, said))


def _not_compared(found: SegmentEffects) -> str:
    reason = _apart(_main(found))
    column = found.segment.replace("_", " ")
    return f"Groups by {column} are not compared. {reason}" if reason else ""


def _main(found: SegmentEffects) -> Heterogeneity:
    return found.by_outcome[main_outcome(found)]


def _of_segment(found: SegmentEffects, p_value: float, wording: Wording) -> str:
    outcome, rows = main_outcome(found), _estimated(_main(found))
    column, thing = found.segment.replace("_", " "), _THINGS.get(outcome, outcome)
    least, most = rows[0], rows[-1]
    if p_value < _CHANCE:
        return (
            f"The effect differs by {column} beyond chance: most for {most.level}, "
            f"{told(outcome, most.shrunken, wording)} {thing}, least for {least.level}, "
            f"{told(outcome, least.shrunken, wording)}."
        )
    return (
        f"By {column}, the effect is not told apart between groups: what they differ by, chance "
        "gives as well."
    )


def _estimated(found: Heterogeneity) -> list[LevelEffect]:
    """Groups with an effect, the least first."""
    rows = [row for row in found.levels if isinstance(row.shrunken, Estimate)]
    return sorted(rows, key=_size)


def _size(row: LevelEffect) -> float:
    return row.shrunken.estimate if isinstance(row.shrunken, Estimate) else 0.0


def segment_tables(
    found: Sequence[SegmentEffects], key: str, heading: str, wording: Wording
) -> list[Rows]:
    """A table per column: group, customers, level_alone, level_shrunken."""
    return [
        (f"{key}-by-{slug(one.segment)}", _caption(one, heading), _shown(one, wording),
         segment_numbers(one))
        for one in found if one.by_outcome
    ]  # fmt: skip


def _caption(found: SegmentEffects, heading: str) -> str:
    what = OUTCOMES.get(main_outcome(found), main_outcome(found)).lower()
    return (
        f"{heading}: {what}, with it less without, by {found.segment.replace('_', ' ')}; the last "
        "column takes off what chance may have added"
    )


def _shown(found: SegmentEffects, wording: Wording) -> pd.DataFrame:
    import pandas as pd

    outcome = main_outcome(found)
    rows = [
        (row.level, row.n, told(outcome, row.estimate, wording),
         told(outcome, row.shrunken, wording))
        for row in _main(found).levels
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["group", "customers", "level_alone", "level_shrunken"])


def segment_numbers(found: SegmentEffects) -> pd.DataFrame:
    """Every group and outcome, unrounded: outcome, group, customers, alone and shrunken."""
    import pandas as pd

    rows = [
        (outcome, row.level, row.n, *with_ends(row.estimate), *with_ends(row.shrunken))
        for outcome, differs in found.by_outcome.items()
        for row in differs.levels
    ]
    ends = [f"{name}{end}" for name in ("alone", "shrunken") for end in ("", "_low", "_high")]
    frame = pd.DataFrame(rows, columns=["outcome", "group", "customers", *ends])
    return frame.astype(dict.fromkeys(ends, float))


def segment_methods(found: Sequence[SegmentEffects], wording: Wording) -> list[str]:
    """For analysts: the test of each column and outcome, the spread, how groups are shrunken."""
    said = [f"By {one.segment}: {one.reason}" for one in found if one.reason]
    tests = [_tests(one, wording) for one in found if one.by_outcome]
    how = (
        "Groups are drawn towards their middle as in a random-effects model, averaged over the "
        "spread with uniform shrinkage (Daniels 1999), a half at twice the least sure group's "
        "error; the spread named is Paule and Mandel's."
    )
    return [*said, *tests, how] if tests else said


def _tests(found: SegmentEffects, wording: Wording) -> str:
    """Q and the spread of each outcome, or why groups are not compared."""
    if reason := _apart(_main(found)):
        return f"By {found.segment}: {reason}"
    told = "; ".join(
        f"{outcome} Q {_number(one.q_statistic, wording)} on {one.degrees_of_freedom} df, p "
        f"{NOT_AVAILABLE if one.p_value is None else wording.small(one.p_value)}, spread "
        f"{_number(one.between, wording)}"
        for outcome, one in found.by_outcome.items()
    )
    return f"By {found.segment}: {told}."


def _apart(found: Heterogeneity) -> str:
    """Why groups that have an effect are not compared; empty if they are."""
    if found.q_statistic is not None:
        return ""
    alone = [row for row in found.levels if isinstance(row.estimate, Estimate)]
    return next((one.shrunken.reason for one in alone if isinstance(one.shrunken, Missing)), "")


def _number(value: float | None, wording: Wording) -> str:
    return NOT_AVAILABLE if value is None else wording.number(value, 2)
