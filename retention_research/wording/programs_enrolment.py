"""What is told of an enrolment program: who was compared, and naive comparisons beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.programs.enrolment_detail import EnrolmentDetail, Pace
from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.enrolment import love_rows
from retention_research.wording import programs_claims
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, listed
from retention_research.wording.programs_enrolment_method import methods_of
from retention_research.wording.programs_expected import check_method, check_note
from retention_research.wording.programs_words import cell, clear, key_of, said

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.wording.programs_tables import Rows

_GOES_WITH = {
    "day": "who ordered in the same week",
    "week": "who ordered in the same week",
    "any": "who were customers in the same week",
}
ALIKE = "alike beforehand"  # the check of that name
_MOST_COVARIATES = 25  # of the table; the CSV has all


def detail_of(report: ProgramReport) -> EnrolmentDetail:
    """What an enrolment program tells beyond its effects."""
    assert isinstance(report.detail, EnrolmentDetail)  # withheld ones are told elsewhere
    return report.detail


def claim(report: ProgramReport, wording: Wording) -> Claim:
    """The effect as of any program; of a campaign, that the company chose whom it reached."""
    told = programs_claims.claim(report, wording)
    if not detail_of(report).targeted:
        return told
    title = "sent to chosen customers, so whom it chose cannot be told apart from what it changed"
    return Claim(told[0], f"{report.program.heading}: {title}", *told[2:])


def notes(report: ProgramReport, wording: Wording) -> tuple[str, ...]:
    """Who was compared, what naive comparisons say and why they mislead."""
    detail = detail_of(report)
    told = (
        f"{_who(report, detail, wording)}{_left_out(report, detail, wording)}",
        _chosen(report, detail, wording) if detail.targeted else _naive(report, detail, wording),
    )
    return tuple(filter(None, told))


def further_notes(report: ProgramReport, wording: Wording) -> tuple[str, ...]:
    """Other ways to look, what an unrecorded cause would have to do, and the forecast."""
    detail = detail_of(report)
    told = (
        _kept_to(detail, wording),
        _other_ways(detail, wording),
        _strength(report, detail, wording),
        check_note(detail.model_check, wording, "the others"),
    )
    return tuple(filter(None, told))


def _who(report: ProgramReport, detail: EnrolmentDetail, wording: Wording) -> str:
    counted = detail.counted
    members, others = wording.count(counted.members), wording.count(counted.others)
    if detail.targeted:
        return (
            f"{members} customers whom {report.program.heading} reached are held against {others} "
            f"whom it did not reach, from {wording.day(counted.first)} on."
        )
    return (
        f"{members} customers who enrolled in {wording.count(counted.trials)} weeks are held "
        f"against {others} {_GOES_WITH[counted.habit]}, could have enrolled and did not do so "
        "then; some of them did later."
    )


def _left_out(report: ProgramReport, detail: EnrolmentDetail, wording: Wording) -> str:
    counted, days = detail.counted, wording.days(report.program.window_days)
    parts = {
        f"not watched for {days} yet": counted.unfinished,
        "without an order before": counted.without_order,
        "who enrolled without the order that it usually goes with": counted.apart,
    }
    told = [f"{wording.count(n)} {why}" for why, n in parts.items() if n]
    return f" Not compared: {listed(told)}." if told else ""


def _naive(report: ProgramReport, detail: EnrolmentDetail, wording: Wording) -> str:
    """What a dashboard says, what the same weeks say, and what is left once like meets like."""
    ever, same, own = (_of(some, "purchases") for some in (detail.ever, detail.plain,
                                                          report.effects))  # fmt: skip
    if ever is None or same is None or own is None:
        return ""
    return (
        f"Whoever ever joined bought more than those who never did: {said(ever, wording)} over the "
        f"last {wording.days(report.program.window_days)}. That is no effect of "
        f"{report.program.heading}: customers had to stay in order to join, and those who buy "
        f"much join. Against others of the same weeks it is {cell(same, wording)}; against others "
        f"{_how_alike(report)}, {cell(own, wording)}{_times(ever, own, wording)}."
    )


def _how_alike(report: ProgramReport) -> str:
    if still_apart(report):
        return "made as alike in what was known before as can be, which is not enough"
    return "who are alike in what was known before"


def _times(naive: Effect, own: Effect, wording: Wording) -> str:
    one, other = naive.difference, own.difference
    if isinstance(one, Missing) or isinstance(other, Missing) or not clear(own):
        return ""
    ratio = one.estimate / other.estimate
    if ratio < 2.0:
        return ""
    return f": the first comparison overstates it {wording.number(ratio, 2)} times"


def _chosen(report: ProgramReport, detail: EnrolmentDetail, wording: Wording) -> str:
    """Customers were chosen: what they had done before shows in what they did afterwards."""
    same, before = _of(detail.plain, "purchases"), detail.before
    if same is None or isinstance(before, Missing) or before.mean_control <= 0.0:
        return "The company chose whom to reach: what they did afterwards shows whom it chose."
    times = wording.number(before.mean_treated / before.mean_control, 2)
    return (
        "The company chose whom to reach. In the half-year before, those whom it reached had "
        f"ordered {times} times as often as the others. Afterwards they bought more as well: "
        f"{said(same, wording)}. That comparison misleads: it shows whom "
        f"{report.program.heading} was sent to, not what it changed."
    )


def _of(effects: tuple[Effect, ...], outcome: str) -> Effect | None:
    told = [one for one in effects if one.outcome == outcome]
    return next((one for one in told if isinstance(one.difference, Estimate)), None)


def _kept_to(detail: EnrolmentDetail, wording: Wording) -> str:
    if isinstance(detail.per_protocol, Missing):
        return ""
    found = _of(detail.per_protocol, "purchases")
    if found is None:
        return ""
    return (
        "Of the others, some enrol later, and members leave. Staying a member for the whole window "
        f"is held against staying out of it: {said(found, wording)}."
    )


def _other_ways(detail: EnrolmentDetail, wording: Wording) -> str:
    told = []
    if isinstance(detail.landmark, Effect) and isinstance(detail.landmark.difference, Estimate):
        told.append(
            "members at some dates against other active customers who are alike, "
            f"{said(detail.landmark, wording)}"
        )
    if isinstance(detail.pace, Pace):
        told += _pace(detail.pace, wording)
    return f"Looked at in other ways: {'; '.join(told)}." if told else ""


def _pace(pace: Pace, wording: Wording) -> list[str]:
    naive, corrected = pace.naive, pace.corrected
    if isinstance(naive, Missing) or isinstance(corrected, Missing):
        return []
    return [
        f"a member's next order comes at {_ratio(corrected, wording)} times the pace of others, "
        f"counted from joining on, and at {_ratio(naive, wording)} times if orders of before "
        "joining are counted as a member's, which is wrong"
    ]


def _ratio(found: Estimate, wording: Wording) -> str:
    low, high = found.conf_low or 0.0, found.conf_high or 0.0
    ends = f"{wording.number(low, 2)} to {wording.number(high, 2)}"
    return f"{wording.number(found.estimate, 2)} ({ends})"


def _strength(report: ProgramReport, detail: EnrolmentDetail, wording: Wording) -> str:
    """How strong an unrecorded cause would have to be, where there is something to explain."""
    found = _of(report.effects, "retained")
    if isinstance(detail.e_value, Missing) or found is None or not clear(found):
        return ""
    return (
        "Something unrecorded could explain the difference in who buys again only if it made both "
        f"enrolling and buying again {wording.number(detail.e_value.estimate, 2)} times as likely, "
        f"and the nearer end of the range if {wording.number(detail.e_value.limit, 2)} times."
    )


def tables(report: ProgramReport, wording: Wording) -> tuple[Rows, ...]:
    """The naive comparisons and the corrected one, side by side."""
    rows = comparisons(report)
    if len(rows) < 2:
        return ()
    import pandas as pd

    shown = pd.DataFrame(
        {
            "comparison": [name for name, _, _ in rows],
            "more_told": [_cell(effects, "purchases", wording) for _, effects, _ in rows],
            "revenue_told": [_cell(effects, "revenue", wording) for _, effects, _ in rows],
            "is_effect": [why for _, _, why in rows],
        }
    )
    like = "with like customers" if proved(report) else "adjusted"
    caption = f"{report.program.heading}: the same question asked naively and {like}"
    return ((f"{key_of(report)}-comparisons", caption, shown, comparisons_in_numbers(report)),)


def _cell(effects: tuple[Effect, ...], outcome: str, wording: Wording) -> str:
    found = _of(effects, outcome)
    return "\u2013" if found is None else cell(found, wording)


def comparisons(report: ProgramReport) -> list[tuple[str, tuple[Effect, ...], str]]:
    """Each comparison: its name, its effects, and whether it can be an effect."""
    detail = detail_of(report)
    kept = () if isinstance(detail.per_protocol, Missing) else detail.per_protocol
    who = "Reached against not reached" if detail.targeted else "Members against others of the week"
    can_be = "if nothing else differs" if proved(report) else "not shown to be one"
    found = [
        ("Ever joined against never", detail.ever, "no: who stays can join, who buys joins"),
        (who, detail.plain, "no: those who buy much are over-represented"),
        (_adjusted(report), report.effects, can_be),
        ("Staying in against staying out", kept, can_be),
    ]
    return [one for one in found if _of(one[1], "purchases") is not None]


def proved(report: ProgramReport) -> bool:
    """Does every check hold that the adjusted comparison rests on?"""
    return report.grade != "associated"


def _adjusted(report: ProgramReport) -> str:
    """The comparison that is adjusted, by what the adjusting has brought about."""
    if proved(report):
        return "Alike in what was known before"
    return "Adjusted, still not alike" if still_apart(report) else "Adjusted, not proved"


def still_apart(report: ProgramReport) -> bool:
    """Do both sides still differ in what was known before once they are adjusted?"""
    return any(one.passed is False for one in report.checks if one.name == ALIKE)


def adjusted_from(report: ProgramReport) -> int:
    """At which row of the comparisons the adjusted ones begin; before it they are naive."""
    names = [name for name, _, _ in comparisons(report)]
    adjusted = (_adjusted(report), "Staying in against staying out")
    return next((place for place, name in enumerate(names) if name in adjusted), len(names))


def comparisons_in_numbers(report: ProgramReport) -> pd.DataFrame:
    """comparison, effect, effect_low, effect_high: purchases per customer."""
    import pandas as pd

    rows = []
    for name, effects, _ in comparisons(report):
        found = _of(effects, "purchases")
        assert found is not None
        gap = found.difference
        assert isinstance(gap, Estimate)
        rows.append((name, gap.estimate, gap.conf_low, gap.conf_high))
    return pd.DataFrame(rows, columns=["comparison", "effect", "effect_low", "effect_high"])


def analysts(report: ProgramReport, wording: Wording) -> tuple[tuple[str, ...], tuple[Rows, ...]]:
    """Methods, tests, and how alike both sides are before and after weighting."""
    detail = detail_of(report)
    told = (*methods_of(detail, wording), check_method(detail.model_check, wording))
    frame = balance_rows(detail)
    shown = frame.head(_MOST_COVARIATES).assign(
        apart_before=[wording.number(v, 2) for v in frame["apart_before"].head(_MOST_COVARIATES)],
        apart_after=[wording.number(v, 2) for v in frame["apart_after"].head(_MOST_COVARIATES)],
    )
    caption = f"{report.program.heading}: what was known before, the largest differences first"
    return tuple(filter(None, told)), ((f"{key_of(report)}-alike", caption, shown, frame),)


def balance_rows(detail: EnrolmentDetail) -> pd.DataFrame:
    """covariate, apart_before, apart_after: absolute, in standard deviations, largest first."""
    import pandas as pd

    rows = [
        (detail.headings.get(one.name, one.name), one.before, one.after)
        for one in love_rows(detail.balance)
    ]
    return pd.DataFrame(rows, columns=["covariate", "apart_before", "apart_after"])
