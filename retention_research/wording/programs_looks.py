"""What is told of the looks at an experiment: when it was looked at, and what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.programs.looks import Look, Looks
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.sequential import FEWEST_EVENTS, FEWEST_PER_ARM
from retention_research.wording.numbers import NOT_AVAILABLE, Wording, listed, plural
from retention_research.wording.programs_words import cell

if TYPE_CHECKING:
    import pandas as pd

_NO_LIFT = Missing("lift", "Not told of a look.")


def told(outcome: str, found: Estimate | Missing | None, wording: Wording) -> str:
    """A difference and its range as the tables of effects write it."""
    if found is None or isinstance(found, Missing):
        return NOT_AVAILABLE
    return cell(Effect(outcome, "", "", 0, 0, 0.0, 0.0, found, _NO_LIFT), wording)


def looks_note(looks: Looks, wording: Wording) -> str:
    """How often an experiment was looked at, and what that means for its ranges."""
    past = [wording.day(one.day) for one in looks.past]
    if looks.mode == "sequential":
        return f"{_which(len(looks.every))}{_since(looks, wording)}"
    if not past:
        return ""
    return (
        f"It was to be looked at once, and earlier reports looked at it on {listed(past)}: the "
        "first of these looks counts. Every further one adds to the chance of a difference where "
        "there is none."
    )


def _which(count: int) -> str:
    if count < 2:
        return (
            "It may be looked at at any time: its ranges hold at all looks together, and are "
            "wider for it."
        )
    return (
        f"It may be looked at at any time, and this is look {count}: its ranges hold at all looks "
        "together, and are wider for it."
    )


def _since(looks: Looks, wording: Wording) -> str:
    outcome = followed(looks)
    clear = [one for one in looks.every if _clear(one.differences.get(outcome))]
    if len(looks.every) < 2:
        return ""
    if not clear:
        return " At none of them was the difference told apart from chance."
    return f" The difference was first told apart from chance on {wording.day(clear[0].day)}."


def _clear(found: Estimate | None) -> bool:
    if found is None or found.conf_low is None or found.conf_high is None:
        return False
    return found.conf_low > 0.0 or found.conf_high < 0.0


def followed(looks: Looks) -> str:
    """The outcome that is followed from look to look: who buys again, or else the first."""
    seen = [outcome for one in looks.every for outcome in one.differences]
    return "retained" if "retained" in seen or not seen else seen[0]


def looks_table(looks: Looks, wording: Wording) -> pd.DataFrame | None:
    """Every look: look_day, with_program, without_program, difference_told; None with only one."""
    import pandas as pd

    if len(looks.every) < 2:
        return None
    outcome = followed(looks)
    rows = [
        (one.day, one.n_treated, one.n_control,
         told(outcome, one.differences.get(outcome), wording))
        for one in looks.every
    ]  # fmt: skip
    columns = ["look_day", "with_program", "without_program", "difference_told"]
    return pd.DataFrame(rows, columns=columns)


def looks_in_numbers(looks: Looks) -> pd.DataFrame:
    """Every look and outcome, unrounded: day, customers, outcome, difference with its ends."""
    import pandas as pd

    rows = [_row(one, outcome, gap) for one in looks.every for outcome, gap in _seen(one)]
    columns = ["look_day", "with_program", "without_program", "outcome", "difference",
               "difference_low", "difference_high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _seen(look: Look) -> list[tuple[str, Estimate]]:
    return list(look.differences.items())


def _row(look: Look, outcome: str, gap: Estimate) -> tuple[object, ...]:
    ends = gap.estimate, gap.conf_low, gap.conf_high
    return (look.day, look.n_treated, look.n_control, outcome, *ends)


def looks_method(looks: Looks, wording: Wording) -> str:
    """For analysts: how intervals hold at all looks; empty where one look was declared."""
    if looks.mode != "sequential":
        return ""
    count = len(looks.every)
    return (
        f"Intervals are an asymptotic confidence sequence (Waudby-Smith et al. 2024, theorem 2.2, "
        f"Robbins' mixture) on linearised metrics, from {FEWEST_PER_ARM} customers per arm and "
        f"{FEWEST_EVENTS} with the outcome in the smaller arm on; p values are valid at any look. "
        f"{wording.count(count)} {plural(count, 'look is', 'looks are')} "
        "logged. Groups, the ranking and the forecast have intervals for one look."
    )
