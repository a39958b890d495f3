"""Tables of the programs report: all programs side by side, and one program's effects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.wording.numbers import NOT_AVAILABLE, Wording
from retention_research.wording.programs_money_words import (
    NOT_TOLD,
    amount,
    back_of,
    decision_cell,
    money_known,
    profit_each,
)
from retention_research.wording.programs_words import (
    HOW_SURE,
    OUTCOMES,
    bracketed,
    cell,
    decided,
    first_sentence,
    headline,
    key_of,
    more_of,
    not_told_yet,
    size_of,
)

if TYPE_CHECKING:
    import pandas as pd

    Rows: TypeAlias = tuple[str, str, pd.DataFrame, pd.DataFrame | None]

_HUNDRED = ("retained", "purchases", "actions")


def side_by_side(reports: Sequence[ProgramReport], wording: Wording) -> pd.DataFrame:
    """Every program in one row: program, decision, evidence, effect_told, back_told."""
    import pandas as pd

    rows = [
        (one.program.heading, decision_cell(one), HOW_SURE[one.grade], _headline(one, wording),
         back_of(one, wording))
        for one in reports
    ]  # fmt: skip
    return pd.DataFrame(
        rows, columns=["program", "decision", "evidence", "effect_told", "back_told"]
    )


def _headline(report: ProgramReport, wording: Wording) -> str:
    effect = headline(report)
    if not_told_yet(report):
        return f"{NOT_TOLD} {_why(report)}"
    if effect is None:
        return "no effect told"
    what = "" if effect.outcome == "retained" else f"{OUTCOMES[effect.outcome].lower()}: "
    return f"{what}{more_of(effect, wording)}{_within(report, wording)}{bracketed(effect, wording)}"


def _why(report: ProgramReport) -> str:
    """Why nothing is told yet, as short as its reason can be cut."""
    reason = first_sentence(report.withheld).partition(": ")[0]
    return f"({reason[:1].lower()}{reason[1:]})"


def _within(report: ProgramReport, wording: Wording) -> str:
    days = report.program.window_days
    return f" in {wording.days(days)}" if days else ""


def side_by_side_in_numbers(reports: Sequence[ProgramReport]) -> pd.DataFrame:
    """The same, unrounded: effect, p values, margin, return, and the chance to break even."""
    import pandas as pd

    return pd.DataFrame([_in_numbers(one) for one in reports])


def _in_numbers(report: ProgramReport) -> dict[str, object]:
    effect, money = headline(report), money_known(report)
    back = Missing("back", "") if money is None else money.margin_per_spent
    chance = None if money is None else money.break_even_probability
    return {
        "program": report.program.id, "kind": report.program.kind,
        "window_days": report.program.window_days, "decision": decided(report),
        "evidence": report.grade,
        "outcome": effect.outcome if effect else None,
        **_ends("effect", effect.difference if effect else None),
        "p_value": effect.p_value if effect else None,
        "p_adjusted": effect.p_adjusted if effect else None,
        "customers_with": effect.n_treated if effect else None,
        "customers_without": effect.n_control if effect else None,
        **_ends("margin", None if money is None else money.margin),
        **_ends("margin_per_spent", back),
        "break_even_probability": chance if isinstance(chance, float) else None,
    }  # fmt: skip


def _ends(name: str, found: Estimate | Missing | None) -> dict[str, float | None]:
    if found is None or isinstance(found, Missing):
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"))
    return {name: found.estimate, f"{name}_low": found.conf_low, f"{name}_high": found.conf_high}


def overview(reports: Sequence[ProgramReport], wording: Wording) -> pd.DataFrame:
    """For the pictures of all programs: effects on who buys again, and profits, with ranges.

    Returns:
        program, within (its window), evidence, decision, effect, effect_low, effect_high (of 1
        customer), effect_told, profit, profit_low, profit_high (margin less cost, per customer),
        profit_told.
    """
    import pandas as pd

    rows = [_overview(one, wording) for one in reports]
    columns = ["program", "within", "evidence", "decision", "effect", "effect_low", "effect_high",
               "effect_told", "profit", "profit_low", "profit_high", "profit_told"]  # fmt: skip
    numbers = [name for name in columns[4:] if not name.endswith("told")]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(numbers, float))


def _overview(report: ProgramReport, wording: Wording) -> tuple[object, ...]:
    effect, profit = headline(report), profit_each(report)
    on_kept = effect if effect and effect.outcome == "retained" else None
    gap = on_kept.difference if on_kept else None
    return (
        report.program.heading, _within(report, wording).strip(), HOW_SURE[report.grade],
        decided(report), *_ends("effect", gap).values(),
        cell(on_kept, wording) if on_kept else "no effect told",
        *_ends("profit", profit).values(), amount(profit, wording) if profit else "not told",
    )  # fmt: skip


def effects_of(report: ProgramReport, wording: Wording) -> Rows:
    """One program's effects by outcome: name, caption, rows shown, rows in numbers.

    Where it is not proved that the others show what there would be without the program, no
    column says so.
    """
    shown, sides = effects(report.effects, wording), "with it and without"
    if report.grade == "associated":
        weighted = report.program.kind == "enrolment"
        others = "mean_weighted" if weighted else "mean_others"
        shown = shown.rename(columns={"mean_with": "mean_had", "mean_without": others})
        sides = "those who had it and others"
    within = wording.days(report.program.window_days)
    return (
        f"{key_of(report)}-effects",
        f"{report.program.heading}: every outcome within {within}, {sides}",
        shown, effects_in_numbers(report.effects),
    )  # fmt: skip


def effects(found: Sequence[Effect], wording: Wording) -> pd.DataFrame:
    """Effects in words: outcome, mean_with, mean_without, difference_told, lift_told."""
    import pandas as pd

    rows = [
        (OUTCOMES.get(one.outcome, one.outcome), mean_of(one.outcome, one.mean_treated, wording),
         mean_of(one.outcome, one.mean_control, wording), cell(one, wording),
         lift_of(one, wording))
        for one in found
    ]  # fmt: skip
    columns = ["outcome", "mean_with", "mean_without", "difference_told", "lift_told"]
    return pd.DataFrame(rows, columns=columns)


def mean_of(outcome: str, amount: float, wording: Wording) -> str:
    """A mean of one arm: `34 of 100`, money per customer, or a plain number."""
    if amount != amount:  # noqa: PLR0124  (NaN: an arm without such an outcome)
        return NOT_AVAILABLE
    if outcome in _HUNDRED:
        joint = "of" if outcome == "retained" else "per"
        return f"{size_of(outcome, amount, wording)} {joint} 100"
    if outcome in ("revenue", "margin"):
        return f"{wording.money(amount)} each"
    return wording.number(amount)


def lift_of(effect: Effect, wording: Wording) -> str:
    """A lift in per cent with its range: `13% (9% to 17%)`."""
    lift = effect.lift
    if isinstance(lift, Missing):
        return NOT_AVAILABLE
    written = _per_cent(lift.estimate, wording)
    if lift.conf_low is None or lift.conf_high is None:
        return written
    low, high = (_per_cent(end, wording) for end in (lift.conf_low, lift.conf_high))
    return f"{written} ({low} to {high})"


def _per_cent(lift: float, wording: Wording) -> str:
    return wording.share(round(lift, 2) if abs(lift) > 1.0 else lift)


def effects_in_numbers(found: Sequence[Effect]) -> pd.DataFrame:
    """The same, unrounded, with arms, customers, p values and methods."""
    import pandas as pd

    rows = [
        {"outcome": one.outcome, "with": one.treated, "against": one.control,
         "customers_with": one.n_treated, "customers_against": one.n_control,
         "mean_with": one.mean_treated, "mean_against": one.mean_control,
         **_ends("difference", one.difference), **_ends("lift", one.lift),
         "p_value": one.p_value, "p_adjusted": one.p_adjusted, "method": one.method}
        for one in found
    ]  # fmt: skip
    return pd.DataFrame(rows)


def lifts(found: Sequence[Effect]) -> pd.DataFrame:
    """For the picture of one program: outcome, lift, lift_low, lift_high; those with a range.

    Actions on messages are left out: who gets hardly any without the program has huge lifts.
    """
    import pandas as pd

    rows = [
        (OUTCOMES.get(one.outcome, one.outcome), one.lift.estimate, one.lift.conf_low,
         one.lift.conf_high)
        for one in found
        if one.outcome != "actions"
        and isinstance(one.lift, Estimate)
        and one.lift.conf_low is not None
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["outcome", "lift", "lift_low", "lift_high"])


def methods(found: Sequence[Effect], wording: Wording) -> pd.DataFrame:
    """For analysts, every comparison: outcome, compared, n, difference_told, p values, method."""
    import pandas as pd

    rows = [
        (OUTCOMES.get(one.outcome, one.outcome), f"{one.treated} against {one.control}",
         one.n_treated, one.n_control, cell(one, wording), one.p_value, one.p_adjusted, one.method)
        for one in found
    ]  # fmt: skip
    columns = ["outcome", "arms_told", "n_with", "n_without", "difference_told", "p_plain",
               "p_over_programs", "method_told"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).astype({"p_plain": float, "p_over_programs": float})
