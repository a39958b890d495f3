"""What is told beyond an experiment's mean effect: looks, groups, a ranking, and a forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from retention_research.answers.programs.expected import ModelCheck
from retention_research.answers.programs.looks import Looks
from retention_research.answers.programs.shape import ProgramReport
from retention_research.answers.programs.uplift import RANKED_BY, SegmentEffects
from retention_research.models.fit import Missing
from retention_research.programs.uplift import Uplift
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_expected import check_method, check_note, check_table
from retention_research.wording.programs_looks import (
    looks_in_numbers,
    looks_method,
    looks_note,
    looks_table,
    told,
)
from retention_research.wording.programs_segments import (
    segment_methods,
    segment_note,
    segment_tables,
)
from retention_research.wording.programs_words import key_of

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.wording.programs_tables import Rows


_TOO_EARLY = Missing("part", "It is too early to look at the effect.")


def notes(report: ProgramReport, wording: Wording) -> tuple[str, ...]:
    """Looks, groups, whether customers can be ranked, and the forecast: a paragraph each."""
    looks, groups, ranked, check = parts_of(report)
    said = (
        looks_note(looks, wording) if looks else "",
        segment_note(groups, wording),
        ranking_note(ranked, wording),
        check_note(check, wording),
    )
    return tuple(filter(None, said))


def parts_of(
    report: ProgramReport,
) -> tuple[Looks | None, tuple[SegmentEffects, ...], Uplift | Missing, ModelCheck | Missing]:
    """What an experiment's detail holds of it; a detail that lacks a part says nothing of it.

    Where it is too early to look at the effect, nothing else is looked at either.
    """
    detail = report.detail
    found, groups = getattr(detail, "looks", None), getattr(detail, "heterogeneity", ())
    looks = found if isinstance(found, Looks) else None
    if looks and looks.now and not looks.now.differences:
        return looks, (), _TOO_EARLY, _TOO_EARLY
    return (
        looks,
        tuple(one for one in _many(groups) if isinstance(one, SegmentEffects)),
        _either(getattr(detail, "uplift", None), Uplift),
        _either(getattr(detail, "model_check", None), ModelCheck),
    )


def _many(found: Any) -> tuple[Any, ...]:
    return found if type(found) is tuple else ()


def _either(found: Any, kind: type) -> Any:
    return found if isinstance(found, (kind, Missing)) else Missing("part", "It was not looked at.")


def ranking_note(ranked: Uplift | Missing, wording: Wording) -> str:
    """Whether reaching some customers first brings more than reaching anybody."""
    if isinstance(ranked, Missing):
        return ""
    first, everybody = (
        told(RANKED_BY, one, wording) for one in (ranked.first_fifth, ranked.effect)
    )
    if ranked.qini.conf_low is not None and ranked.qini.conf_low > 0.0:
        return (
            "Customers can be told apart by how much the program moves them: the fifth expected "
            f"to be moved most made {first} purchases of every 100 customers because of it, all "
            f"together {everybody}. Each was ranked by what other customers showed."
        )
    return (
        "What customers had bought before does not tell whom the program moves more: the fifth "
        f"expected to be moved most made {first} purchases of every 100 customers because of it, "
        f"all together {everybody}; ranking brings nothing that is told apart from chance."
    )


def tables(report: ProgramReport, wording: Wording) -> tuple[Rows, ...]:
    """Looks where there are several, groups, and the forecast held against what happened."""
    looks, groups, _, check = parts_of(report)
    key, heading = key_of(report), report.program.heading
    made: list[Rows] = []
    if looks and (rows := looks_table(looks, wording)) is not None:
        made.append((f"{key}-looks", f"{heading}: every look at it", rows, looks_in_numbers(looks)))
    made += segment_tables(groups, key, heading, wording)
    if (rows := check_table(check, wording)) is not None:
        caption = f"{heading}: purchases in the window, as forecast before it began and as made"
        made.append((f"{key}-forecast", caption, rows, None))
    return tuple(made)


def analysts(report: ProgramReport, wording: Wording) -> tuple[tuple[str, ...], tuple[Rows, ...]]:
    """Methods, tests, and the curve of the ranking."""
    looks, groups, ranked, check = parts_of(report)
    said = (
        looks_method(looks, wording) if looks else "",
        *segment_methods(groups, wording),
        _ranking_method(ranked, wording),
        check_method(check, wording),
    )
    return tuple(filter(None, said)), _curve(report, ranked, wording)


def _ranking_method(ranked: Uplift | Missing, wording: Wording) -> str:
    if isinstance(ranked, Missing):
        return f"No ranking by expected effect: {ranked.reason}"
    area, low, high = (
        wording.number(one or 0.0, 2)
        for one in (ranked.qini.estimate, ranked.qini.conf_low, ranked.qini.conf_high)
    )
    return (
        f"Ranking by a doubly robust learner ({ranked.learner}; Kennedy 2023), each fifth of the "
        "customers ranked and valued by what the fifths before it taught. Area under the Qini "
        f"curve beyond the straight line {area} ({low} to {high}) purchases per customer, p "
        f"{wording.small(ranked.p_value)}, over {wording.count(ranked.customers)} customers."
    )


def _curve(report: ProgramReport, ranked: Uplift | Missing, wording: Wording) -> tuple[Rows, ...]:
    import pandas as pd

    if isinstance(ranked, Missing):
        return ()
    numbers = curve_of(ranked)
    rows = numbers[numbers["share_reached"].isin([0.2, 0.4, 0.6, 0.8, 1.0])]
    shown = pd.DataFrame(
        {
            "share_reached": rows["share_reached"],
            "gain_by_ranking": [_gain(*one, wording) for one in _ends(rows)],
            "gain_at_random": [_size(one, wording) for one in rows["gain_at_random"]],
        }
    )
    caption = (
        f"{report.program.heading}: purchases gained per 100 customers of the whole list by "
        "reaching a share of it, in the order of expected effect"
    )
    return ((f"{key_of(report)}-ranking", caption, shown, numbers),)


def curve_of(ranked: Uplift) -> pd.DataFrame:
    """The curve: share_reached, gain, gain_low, gain_high, gain_at_random, per customer."""
    import pandas as pd

    share, gain, low, high = ranked.curve
    frame = {"share_reached": share.round(2), "gain": gain, "gain_low": low, "gain_high": high}
    return pd.DataFrame(frame | {"gain_at_random": share * gain[-1]})


def _ends(rows: pd.DataFrame) -> list[tuple[float, float, float]]:
    found = zip(rows["gain"], rows["gain_low"], rows["gain_high"], strict=True)
    return [(float(gain), float(low), float(high)) for gain, low, high in found]


def _gain(gain: float, low: float, high: float, wording: Wording) -> str:
    return f"{_size(gain, wording)} ({_size(low, wording)} to {_size(high, wording)})"


def _size(gain: float, wording: Wording) -> str:
    return wording.number(100.0 * gain, 2)
