"""What is told of an experiment: its arms, the arms against each other, what reached customers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retention_research.answers.programs.experiment_detail import ExperimentDetail
from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.experiment import SampleRatio
from retention_research.wording.numbers import Wording, listed
from retention_research.wording.programs_tables import effects, effects_in_numbers, methods
from retention_research.wording.programs_versions import (
    among_versions,
    called,
    detail_of,
    each_version,
    versions_compared,
    versus_control,
)
from retention_research.wording.programs_words import (
    cell,
    clear,
    key_of,
    size_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.wording.programs_tables import Rows


_ALL = 0.9995  # a share written as all of them
_MOST = 6  # groups whose sizes a sentence tells


def notes(report: ProgramReport, wording: Wording) -> tuple[str, ...]:
    """Who was drawn for what, how the versions differ, and what reached customers."""
    detail = detail_of(report)
    told = (
        drawn(report, wording),
        each_version(report, wording),
        versions_compared(report, wording),
        _came_back(detail, wording),
        _reached(detail, wording),
    )
    return tuple(filter(None, told))


def drawn(report: ProgramReport, wording: Wording) -> str:
    """How many were drawn for what, and who of them is not counted."""
    detail = detail_of(report)
    if not any(detail.arms.values()):
        return f"Nobody who was drawn is compared.{_left_out(report, wording)}"
    by_size = sorted(detail.arms.items(), key=lambda arm: -arm[1])
    sizes = [f"{wording.count(n)} for {called(arm, report)}" for arm, n in by_size]
    stopped = ""
    if detail.lapsed is not None:
        whole = detail.lapsed >= _ALL
        share = "all" if whole else wording.share(detail.lapsed)
        stopped = f" among customers of whom {share} had stopped buying"
    most = [*sizes[:_MOST], *([f"{len(sizes) - _MOST} more groups"] if len(sizes) > _MOST else [])]
    return f"Drawn by lot{stopped}: {listed(most)}.{_left_out(report, wording)}"


def _left_out(report: ProgramReport, wording: Wording) -> str:
    detail = detail_of(report)
    parts = {
        "drawn into two groups": detail.in_two_arms,
        f"not watched for {wording.days(detail.window_days)} yet": detail.unfinished,
        "drawn after the planned number had been": _after_the_plan(report, detail),
    }
    told = [f"{wording.count(n)} {why}" for why, n in parts.items() if n]
    return f" Not counted: {listed(told)}." if told else ""


def _after_the_plan(report: ProgramReport, detail: ExperimentDetail) -> int:
    """Those drawn once as many as planned had been: an experiment of a fixed size leaves them."""
    if report.program.planned_n is None or not any(detail.arms.values()):
        return 0
    others = sum(detail.arms.values()) + detail.in_two_arms + detail.unfinished
    return max(detail.assigned - others, 0)


def _came_back(detail: ExperimentDetail, wording: Wording) -> str:
    again = detail.second_order
    if isinstance(again, Missing) or isinstance(again.difference, Missing):
        return ""
    more = cell(replace(again, outcome="retained"), wording)
    doubt = "" if clear(again) else "; that is not told apart from chance"
    return (
        f"Of every 100 customers, {more} came back and then bought once more within as long a "
        f"time{doubt}."
    )


def _reached(detail: ExperimentDetail, wording: Wording) -> str:
    """What a message brings, and what it does to those whom it reached."""
    each, reached = detail.incremental_per_contact, detail.complier
    told = []
    if isinstance(each, Estimate):
        told.append(
            f"Every 100 messages bring {_of_hundred(each, wording)} more actions than there would "
            "be without."
        )
    if isinstance(reached, Estimate) and abs(reached.estimate) <= 1.0:  # it is of a share
        told.append(
            "Of 100 customers whom a message reached, "
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
    detail = detail_of(report)
    if not among_versions(report, detail):
        return ()
    caption = f"{report.program.heading}: every version against every other"
    numbers = effects_in_numbers(detail.pairs).drop(columns=["mean_with", "mean_against"])
    shown = arms(report, detail, wording)
    return ((f"{key_of(report)}-arms", caption, shown, numbers),)


def arms(report: ProgramReport, detail: ExperimentDetail, wording: Wording) -> pd.DataFrame:
    """Arms against each other in words: arms_told, outcome, difference_told.

    No means: each pair is adjusted by itself, so an arm would have as many as it has pairs.
    """
    frame = effects(detail.pairs, wording)[["outcome", "difference_told"]]
    told = [f"{called(one.treated, report)} against {called(one.control, report)}"
            for one in detail.pairs]  # fmt: skip
    frame.insert(0, "arms_told", told)
    return frame


def arm_rows(report: ProgramReport, wording: Wording) -> pd.DataFrame:
    """For the picture of arms: arm, effect, effect_low, effect_high, effect_told.

    How many more of all customers buy again in each arm than in the control group.
    """
    import pandas as pd

    rows = [
        (called(one.treated, report), gap.estimate, gap.conf_low, gap.conf_high,
         cell(one, wording))
        for one in versus_control(report, detail_of(report))
        if one.outcome == "retained"
        and isinstance(gap := one.difference, Estimate)
        and gap.conf_low is not None
    ]  # fmt: skip
    columns = ["arm", "effect", "effect_low", "effect_high", "effect_told"]
    return pd.DataFrame(rows, columns=columns)


def analysts(report: ProgramReport, wording: Wording) -> tuple[tuple[str, ...], tuple[Rows, ...]]:
    """The sample ratio, the comparison unadjusted, and balance before the draw."""
    if not isinstance(report.detail, ExperimentDetail):
        return (), ()
    detail = report.detail
    told = tuple(filter(None, [_ratio(detail.sample_ratio, wording)]))
    return told, (*_plain(report, detail, wording), *_balance(report, detail, wording))


def _ratio(found: SampleRatio | None, wording: Wording) -> str:
    if found is None:
        return ""
    return (
        f"Sample ratio: chi-square {wording.number(found.statistic)} on "
        f"{found.degrees_of_freedom} df, p {wording.small(found.p_value)}; effects are withheld "
        "below .001."
    )


def _plain(report: ProgramReport, detail: ExperimentDetail, wording: Wording) -> tuple[Rows, ...]:
    """Estimates beside the headline: unadjusted, and with large amounts cut."""
    cut = [detail.winsorised] if isinstance(detail.winsorised, Effect) else []
    found = [*detail.plain, *detail.personalised, *cut]
    if not found:
        return ()
    caption = f"{report.program.heading}: unadjusted, personalised, and with large amounts cut"
    rows = methods(found, wording)
    return ((f"{key_of(report)}-unadjusted", caption, rows, effects_in_numbers(found)),)


def _balance(report: ProgramReport, detail: ExperimentDetail, wording: Wording) -> tuple[Rows, ...]:
    import pandas as pd

    if not detail.balance:
        return ()
    rows = [
        (one.name.replace("_", " "), wording.number(one.mean_treated),
         wording.number(one.mean_control), one.standardised_difference, one.p_value)
        for one in detail.balance
    ]  # fmt: skip
    columns = ["covariate", "mean_with", "mean_without", "standardised", "p_plain"]
    frame = pd.DataFrame(rows, columns=columns).astype({"standardised": float, "p_plain": float})
    caption = f"{report.program.heading}: before the draw, with the program and without"
    return ((f"{key_of(report)}-balance", caption, frame, None),)
