"""What not to conclude from the programs report, and what it takes for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.study import Study
from retention_research.wording.numbers import Wording

if TYPE_CHECKING:
    from retention_research.answers.programs.answer import Programs


def limits(found: Programs, study: Study, wording: Wording) -> list[str]:
    """What not to conclude, and what is taken for granted."""
    grades = {one.grade for one in found.reports}
    kinds = {one.program.kind for one in found.reports}
    told = {
        "Each effect is of the customers who were in the program, in the time it ran: others, or a "
        "later year, may answer differently.": True,
        "Margin is a share of revenue "
        f"({wording.share(study.money.margin)} unless a program says otherwise), and each "
        "program's cost is as the study gives it: what it leaves out, such as the work of those "
        "who run it, is not counted.": True,
        "Several programs may reach the same customer; each is told as if the others stayed as "
        "they are, and their margins do not add up.": len(found.reports) > 1,
        "Who joined by choice is held against customers who had bought alike. What no table "
        "records may still set them apart: only a draw would settle it.": bool(
            grades & {"adjusted comparison", "associated"} and "enrolment" in kinds
        ),
        "A roll-out is told from the places that had it earlier and later: something else that "
        "began in the same places at the same time would look like its effect.": "rollout"
        in kinds,
        "Purchases only moved forward from later are counted as gained, unless the time after the "
        "window was watched.": bool(grades - {"no evidence"}),
    }  # fmt: skip
    return [words for words, applies in told.items() if applies]
