"""Versions of a program that was drawn by lot: each against the others, and which one to use."""

from __future__ import annotations

from dataclasses import replace

from retention_research.answers.programs.experiment_detail import ExperimentDetail
from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Estimate
from retention_research.programs.effects import Effect
from retention_research.wording.numbers import Wording, plural
from retention_research.wording.programs_words import cell, clear, said, shown

_MOST = 5  # versions, or pairs of them, that a paragraph tells one by one
_DOUBTED = 0.05  # p value over all pairs of versions from which none is the better one


def better_version(report: ProgramReport, wording: Wording) -> str:
    """Which version to use and why; empty where nothing speaks for one of them.

    Args:
        report: of any kind; only an experiment has versions, and one to be stopped needs none.
        wording: writes the numbers.
    """
    found = _better(report)
    if found is not None:
        use, rather, effect = found
        return f"Use {use} rather than {rather}: {said(effect, wording)}."
    alone = _alone(report)
    if not alone:
        return ""
    return (
        f"Until one version is proved the better one, use the version {alone}: it alone is told "
        "apart from none at all."
    )


def version_to_use(report: ProgramReport) -> str:
    """The same in a few words, for the page's opening."""
    found, alone = _better(report), _alone(report)
    if found is not None:
        return f"{found[0]} rather than {found[1]} for {report.program.heading}"
    if not alone:
        return ""
    whose = f"the version {alone} for {report.program.heading}"
    return f"{whose}, the only one told apart from none at all"


def _alone(report: ProgramReport) -> str:
    """Of several versions, the only one with which more buy again than in the control group."""
    detail = report.detail
    if not isinstance(detail, ExperimentDetail) or not _may_be_used(report):
        return ""
    pairs = [one for one in versus_control(report, detail) if one.outcome == "retained"]
    works = [one for one in pairs if _proved(one) and _gap(one) > 0.0]
    if len(pairs) < 2 or len(works) != 1:
        return ""
    return called(works[0].treated, report)


def _may_be_used(report: ProgramReport) -> bool:
    return shown(report) and report.decision != "stop"


def _better(report: ProgramReport) -> tuple[str, str, Effect] | None:
    """The better version, the other, and how many more buy again with it."""
    detail = report.detail
    if not isinstance(detail, ExperimentDetail) or not _may_be_used(report):
        return None
    proved = [each for each in _named(report, detail) if _proved(each[2])]
    if len(proved) != 1:  # of three versions or more, pairs name no single best one
        return None
    use, rather, one = proved[0]
    return (use, rather, one) if _gap(one) > 0.0 else (rather, use, _turned(one))


def _named(report: ProgramReport, detail: ExperimentDetail) -> list[tuple[str, str, Effect]]:
    """Versions against each other on who buys again, by what they are called."""
    told = [
        ("personalised messages", "general ones", one)
        for one in detail.personalised
        if one.outcome == "retained"
    ]
    return told or [
        (called(one.treated, report), called(one.control, report), one)
        for one in among_versions(report, detail)
        if one.outcome == "retained"
    ]


def _proved(one: Effect) -> bool:
    return clear(one) and (one.p_adjusted is None or one.p_adjusted < _DOUBTED)


def _gap(one: Effect) -> float:
    return one.difference.estimate if isinstance(one.difference, Estimate) else 0.0


def _turned(one: Effect) -> Effect:
    """The same comparison from the other side."""
    gap = one.difference
    if not isinstance(gap, Estimate):
        return one
    low, high = (None if end is None else -end for end in (gap.conf_high, gap.conf_low))
    turned = Estimate(gap.term, -gap.estimate, gap.std_error, low, high)
    return replace(one, treated=one.control, control=one.treated, difference=turned,
                   mean_treated=one.mean_control, mean_control=one.mean_treated)  # fmt: skip


def detail_of(report: ProgramReport) -> ExperimentDetail:
    """What an experiment tells beyond its effects."""
    assert isinstance(report.detail, ExperimentDetail)  # nothing else is handed on to here
    return report.detail


def called(arm: str, report: ProgramReport) -> str:
    """An arm as sentences call it."""
    return "the control group" if arm == report.program.control else arm.replace("_", " ")


def each_version(report: ProgramReport, wording: Wording) -> str:
    """Several versions, each against the control group."""
    detail = detail_of(report)
    found = [one for one in versus_control(report, detail) if one.outcome == "retained"]
    if len(found) < 2:
        return ""
    told = [f"{called(one.treated, report)} {cell(one, wording)}{_doubt(one)}" for one in found]
    rest = [f"{len(told) - _MOST} more in the table"] if len(told) > _MOST else []
    several = "; ".join([*told[:_MOST], *rest])
    return f"Each version against the control group, of 100 customers: {several}."


def _doubt(one: Effect) -> str:
    return "" if clear(one) else ", not told apart from chance"


def versus_control(report: ProgramReport, detail: ExperimentDetail) -> list[Effect]:
    """Comparisons of single arms with the control group."""
    return [one for one in detail.pairs if one.control == report.program.control]


def among_versions(report: ProgramReport, detail: ExperimentDetail) -> list[Effect]:
    """Comparisons of versions with each other, the control group left out."""
    control = report.program.control
    return [one for one in detail.pairs if control not in (one.treated, one.control)]


def versions_compared(report: ProgramReport, wording: Wording) -> str:
    """Personalised against general messages, or else each version against the others."""
    detail = detail_of(report)
    return _personalised(detail, wording) or _among(report, detail, wording)


def _personalised(detail: ExperimentDetail, wording: Wording) -> str:
    found = [one for one in detail.personalised if one.outcome == "retained"]
    told = [f"Personalised rather than general messages: {_doubted(one, wording)}" for one in found]
    acts = detail.actions_per_contact
    if told and isinstance(acts, Effect) and isinstance(acts.difference, Estimate):
        told.append(f"They bring {_per_message(acts, wording)}")
    return " ".join(told)


def _per_message(acts: Effect, wording: Wording) -> str:
    more = cell(replace(acts, outcome="actions"), wording)
    doubt = "" if clear(acts) else ", which is not told apart from chance"
    return f"{more} actions for every 100 messages{doubt}."


def _among(report: ProgramReport, detail: ExperimentDetail, wording: Wording) -> str:
    pairs = [one for one in among_versions(report, detail) if one.outcome == "retained"]
    if len(pairs) > _MOST:
        return _of_many(pairs, report)
    return " ".join(
        f"The version {called(one.treated, report)} rather than {called(one.control, report)}: "
        f"{_doubted(one, wording)}"
        for one in pairs
    )


def _of_many(pairs: list[Effect], report: ProgramReport) -> str:
    """How many of many pairs of versions differ, and which; the table has them all."""
    apart = [one for one in pairs if _proved(one)]
    told = f"Of {len(pairs)} pairs of versions, {len(apart) or 'none'} "
    told += f"{plural(max(len(apart), 1), 'is', 'are')} told apart from chance"
    named = [f"{called(one.treated, report)} and {called(one.control, report)}" for one in apart]
    return f"{told}: {'; '.join(named[:_MOST])}." if named else f"{told}."


def _doubted(one: Effect, wording: Wording) -> str:
    doubt = "" if clear(one) else "; that is not told apart from chance"
    return f"{said(one, wording)}{doubt}."
