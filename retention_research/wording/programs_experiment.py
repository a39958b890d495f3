"""What is told of an experiment: its arms, the arms against each other, what reached customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Estimate
from retention_research.programs.effects import Effect
from retention_research.wording.numbers import Wording, listed
from retention_research.wording.programs_tables import effects, effects_in_numbers
from retention_research.wording.programs_words import (
    cell,
    clear,
    key_of,
    said,
    sentence,
    size_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.wording.programs_tables import Rows

_MORE = ("retained", "purchases")  # outcomes in which arms are told against each other


def notes(report: ProgramReport, wording: Wording) -> tuple[str, ...]:
    """Who was drawn for what, and how the arms differ among themselves."""
    told = (
        _drawn(report, wording),
        _each_arm(report, wording),
        _between(report, wording),
        _reached(report, wording),
    )
    return tuple(filter(None, told))


def _drawn(report: ProgramReport, wording: Wording) -> str:
    arms = report.detail.arms
    sizes = [
        f"{wording.count(n)} {arm_of(arm, report)}" for arm, n in sorted(arms.items(), key=_size)
    ]
    return f"Drawn by lot: {listed(sizes)}."


def _size(arm: tuple[str, int]) -> int:
    return -arm[1]


def arm_of(arm: str, report: ProgramReport) -> str:
    """An arm as sentences call it."""
    return "for the control group" if arm == report.program.control else f"for {arm}"


def _called(arm: str, report: ProgramReport) -> str:
    return "the control group" if arm == report.program.control else arm


def _each_arm(report: ProgramReport, wording: Wording) -> str:
    """Several arms, each against the control group."""
    found = [one for one in versus_control(report) if one.outcome == "retained"]
    if len(found) < 2:
        return ""
    told = [f"with {one.treated} {said(one, wording)}" for one in found]
    return f"Each against the control group: {'; '.join(told)}."


def versus_control(report: ProgramReport) -> list[Effect]:
    """Comparisons of single arms with the control group."""
    return [one for one in report.detail.pairs if one.control == report.program.control]


def among_arms(report: ProgramReport) -> list[Effect]:
    """Comparisons of arms with each other, none of them the control group."""
    control = report.program.control
    return [one for one in report.detail.pairs if control not in (one.treated, one.control)]


def _between(report: ProgramReport, wording: Wording) -> str:
    told = [_against(one, wording) for one in among_arms(report) if one.outcome in _MORE[:1]]
    return " ".join(told)


def _against(one: Effect, wording: Wording) -> str:
    doubt = "" if clear(one) else "; that is not told apart from chance"
    return f"{sentence(one.treated)} rather than {one.control}: {said(one, wording)}{doubt}."


def _reached(report: ProgramReport, wording: Wording) -> str:
    """What a contact brings, and what it does to those whom it reached."""
    each, reached = report.detail.incremental_per_contact, report.detail.complier
    told = []
    if isinstance(each, Estimate):
        told.append(
            f"Every 100 messages bring {_of_hundred(each, wording)} more actions than there would "
            "be without."
        )
    if isinstance(reached, Estimate):
        told.append(
            "Not every message arrived: of 100 customers whom one reached, "
            f"{_of_hundred(reached, wording)} more buy again because of it."
        )
    return " ".join(told)


def _of_hundred(found: Estimate, wording: Wording) -> str:
    size = size_of("actions", found.estimate, wording)
    if found.conf_low is None or found.conf_high is None:
        return size
    ends = [size_of("actions", end, wording) for end in (found.conf_low, found.conf_high)]
    return f"{size} ({' to '.join(ends)})"


def tables(report: ProgramReport, wording: Wording) -> tuple[Rows, ...]:
    """Arms against each other, every outcome."""
    found = list(report.detail.pairs)
    if len(report.detail.arms) < 3 or not found:
        return ()
    return (
        (
            f"{key_of(report)}-arms",
            f"{report.program.heading}: every arm against every other",
            arms(report, wording),
            effects_in_numbers(found),
        ),
    )


def arms(report: ProgramReport, wording: Wording) -> pd.DataFrame:
    """Arms against each other, in words, with p values adjusted over all pairs."""
    found = list(report.detail.pairs)
    frame = effects(found, wording).drop(columns="lift_told")
    told = [f"{_called(one.treated, report)} against {_called(one.control, report)}"
            for one in found]  # fmt: skip
    frame.insert(0, "arms_told", told)
    return frame.assign(p_over_programs=[one.p_adjusted for one in found]).astype(
        {"p_over_programs": float}
    )


def arm_rows(report: ProgramReport, wording: Wording) -> pd.DataFrame:
    """For the picture of arms: arm, effect, effect_low, effect_high, effect_told.

    How many more of all customers buy again in each arm than in the control group.
    """
    import pandas as pd

    rows = [
        (one.treated, gap.estimate, gap.conf_low, gap.conf_high, cell(one, wording))
        for one in versus_control(report)
        if one.outcome == "retained"
        and isinstance(gap := one.difference, Estimate)
        and gap.conf_low is not None
    ]
    columns = ["arm", "effect", "effect_low", "effect_high", "effect_told"]
    return pd.DataFrame(rows, columns=columns)


def analysts(report: ProgramReport, wording: Wording) -> tuple[tuple[str, ...], tuple[Rows, ...]]:
    """The sample ratio, balance before the draw, and estimates beside the headline."""
    detail = report.detail
    told = tuple(filter(None, [_ratio(detail.sample_ratio, wording)]))
    made = _balance(report, detail, wording) if detail.balance else ()
    return told, made


def _ratio(found: Any, wording: Wording) -> str:
    if found is None:
        return ""
    return (
        f"Sample ratio: chi-square {wording.number(found.statistic)} on "
        f"{found.degrees_of_freedom} df, p {wording.small(found.p_value)}; effects are withheld "
        "below .001."
    )


def _balance(report: ProgramReport, detail: Any, wording: Wording) -> tuple[Rows, ...]:
    import pandas as pd

    rows = [
        (one.name.replace("_", " "), wording.number(one.mean_treated),
         wording.number(one.mean_control), one.standardised_difference, one.p_value)
        for one in detail.balance
    ]  # fmt: skip
    columns = ["covariate", "mean_with", "mean_without", "standardised", "p_plain"]
    frame = pd.DataFrame(rows, columns=columns).astype({"standardised": float, "p_plain": float})
    caption = f"{report.program.heading}: before the draw, with the program and without"
    return ((f"{key_of(report)}-balance", caption, frame, None),)
