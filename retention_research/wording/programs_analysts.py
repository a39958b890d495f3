"""What analysts check of all programs together: definitions, and p values adjusted over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from retention_research.answers.programs.shape import ProgramReport
from retention_research.study import Study
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_tables import methods
from retention_research.wording.programs_words import headline

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.answers.programs.answer import Programs
    from retention_research.wording.programs_tables import Rows

_BY_KIND = {
    "experiment": (
        "Experiments: customers are counted in the arm they were drawn for, whatever happened "
        "afterwards, from the day of the draw; only those whose window is over."
    ),
    "win_back": "Win-back: an experiment among customers who had stopped buying when drawn.",
    "enrolment": (
        "Enrolment: the effect on the enrolled of enrolling in week t against not enrolling in "
        "week t, later enrolment allowed, over (t, t + window]; where customers enrol at orders, "
        "those they are held against ordered that week too."
    ),
    "rollout": (
        "Roll-outs: the effect where it had begun, in the weeks since, against units where it had "
        "not begun yet; clustered by unit. Nothing is identified after the last unit began."
    ),
}


def definitions(found: Programs, study: Study, wording: Wording) -> list[str]:
    """What the effects of this page are, exactly: a line each."""
    kinds = {one.program.kind for one in found.reports}
    return [
        f"Ranges: {wording.share(study.confidence)} intervals, of each comparison alone.",
        "Retained (buy again): at least one purchase in the window (t0, t0 + window], t0 the day a "
        "customer's program or draw began. Purchases, revenue, margin: of the same window, zeros "
        "included. Lift: difference over the mean without the program.",
        *(words for kind, words in _BY_KIND.items() if kind in kinds),
        "Break-even probability: share of draws of customers with margin above cost; keep at 0.9 "
        "and over, stop at 0.1 and under. It is not adjusted over programs.",
    ]


def tables(reports: Sequence[ProgramReport], wording: Wording) -> tuple[Rows, ...]:
    """The table over programs: name, caption, rows; none where no program has an effect.

    Args:
        reports: in the order of the page.
        wording: writes the numbers.
    """
    rows = over_programs(reports, wording)
    caption = "Each program's first outcome, adjusted over programs"
    return (("over-programs", caption, rows, None),) if len(rows) else ()


def over_programs(reports: Sequence[ProgramReport], wording: Wording) -> pd.DataFrame:
    """Each program's first outcome with plain and adjusted p values.

    Returns:
        program, outcome, arms_told, n_with, n_without, difference_told, p_plain, p_over_programs.
    """
    firsts = [(one, effect) for one in reports if (effect := headline(one))]
    frame = methods([effect for _, effect in firsts], wording).drop(columns="method_told")
    frame.insert(0, "program", [one.program.heading for one, _ in firsts])
    return frame
