"""Sentences of the scorecard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from retention_research.answers.scorecard import Scorecard, Standing
from retention_research.answers.scorecard_splits import KpiSplit
from retention_research.answers.scorecard_targets import Judged
from retention_research.answers.scorecard_themes import THEMES
from retention_research.answers.segments import segment_words
from retention_research.glossary import lookup
from retention_research.study import Study
from retention_research.study_sections import KPIS
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, listed, plural
from retention_research.wording.scorecard_numbers import (
    amount,
    capital,
    changed,
    is_better,
    is_clear,
    moved,
    range_of,
    wanted,
    when,
)
from retention_research.wording.tiles import Tile

Status = Literal["ok", "warn", "bad", "info"]

_LEADING = ("crr", "repeat_purchase_rate", "existing_revenue_share", "nps", "csat",
            "first_response_hours", "contact_conversion_rate", "clv_to_cac")  # fmt: skip
_MOST_TILES = 8
_MOST_NAMED, _MOST_REASONS = 3, 6  # KPIs, and reasons, in a sentence
_TITLES = {theme.id: theme.title for theme in THEMES}


def heading(kpi: str) -> str:
    """What pages call a KPI."""
    return lookup(f"kpi.{kpi}").heading


def obstacle(card: Scorecard) -> str:
    """Why the scorecard has nothing to say; empty if it has."""
    if any(s.is_known for s in card.standings):
        return ""
    reasons = Counter(s.now.value.reason or "" for s in card.standings).most_common(1)
    return (
        f"No KPI of {when(card.period)}, the last full {card.period.unit}, could be computed. "
        f"For most of them: {_sentence(reasons[0][0])}."
    )


def opening(card: Scorecard, wording: Wording) -> tuple[str, str, str]:
    """The answer, what it is about in money, and the decision it supports."""
    return _answer(card, wording), _money(card, wording), _decision(card)


def _answer(card: Scorecard, wording: Wording) -> str:
    return " ".join(filter(None, [_kept(card, wording), _met(card.standings)]))


def _kept(card: Scorecard, wording: Wording) -> str:
    crr = _find(card, "crr")
    if crr is None or not crr.is_known:
        known = sum(s.is_known for s in card.standings)
        return (
            f"For {when(card.period)}, {known} of {len(card.standings)} KPIs could be computed; "
            "how many customers stayed is not among them."
        )
    return (
        f"Of 100 customers who were active when {when(card.period)} began, about "
        f"{round(100 * crr.now.value.number)} were still active when it ended "
        f"({range_of('crr', crr.now.value, wording)})."
    )


def _find(card: Scorecard, kpi: str) -> Standing | None:
    return next((s for s in card.standings if s.kpi == kpi), None)


def _met(standings: Sequence[Standing]) -> str:
    judged = [s.judged.status for s in standings if s.judged.status != "no target"]
    if not judged:
        return "No targets are set."
    counts = [(judged.count(status), status) for status in ("behind", "on", "ahead")]
    unknown = judged.count("not computable")
    parts = [f"{n} {status}" for n, status in counts if n]
    parts += [f"{unknown} cannot be computed"] if unknown else []
    return f"Of {len(judged)} {plural(len(judged), 'target')}: {listed(parts)}."


def _money(card: Scorecard, wording: Wording) -> str:
    share = _find(card, "existing_revenue_share")
    if share is None or not share.is_known or share.now.denominator is None:
        return f"Revenue of {when(card.period)} is not known."
    revenue = wording.money(share.now.denominator)
    return (
        f"{capital(when(card.period))} brought {revenue} of revenue, "
        f"{amount(share.kpi, share.now.value.number, wording)} of it from customers who had bought "
        "before."
    )


def _decision(card: Scorecard) -> str:
    behind = [s.kpi for s in card.standings if s.judged.status == "behind"]
    worse = [s.kpi for s in card.standings if s.is_known and is_better(s.kpi, s.change) is False]
    if behind:
        return f"Look first at what is behind its target: {_named(behind)}."
    if worse:
        return f"Look first at what got worse since {when(card.period.before)}: {_named(worse)}."
    if all(s.change.value is None for s in card.standings):
        return f"There is no earlier {card.period.unit} to compare with: look again after the next."
    return (
        f"Nothing is behind a target or clearly worse than in {when(card.period.before)}: keep "
        "going, and look again after the next period."
    )


def _named(kpis: Sequence[str]) -> str:
    named = [_lower(heading(kpi)) for kpi in kpis[:_MOST_NAMED]]
    more = len(kpis) - len(named)
    return listed([*named, f"{more} more"] if more else named)


def _lower(text: str) -> str:
    """A heading inside a sentence; abbreviations keep their capitals."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def tiles(card: Scorecard, wording: Wording) -> list[Tile]:
    """KPIs with a target first, then those that lead the page; only known ones without a target."""
    wanted = [s for s in card.standings if s.judged.status != "no target"]
    leading = [s for s in card.standings if s.kpi in _LEADING and s.is_known and s not in wanted]
    return [_tile(card, s, wording) for s in [*wanted, *leading][:_MOST_TILES]]


def _tile(card: Scorecard, standing: Standing, wording: Wording) -> Tile:
    kpi, value = standing.kpi, standing.now.value
    name, target = f"kpi.{kpi}", target_words(kpi, standing.judged, wording)
    if value.value is None:
        return Tile(heading(kpi), "not available", "", value.reason or "", name, target)
    return Tile(
        heading(kpi), amount(kpi, value.number, wording), range_of(kpi, value, wording),
        standing.now.note, name, target, _changes(card, standing, wording),
    )  # fmt: skip


def _changes(card: Scorecard, standing: Standing, wording: Wording) -> tuple[str, ...]:
    before, year = when(card.period.before), when(card.period.year_earlier)
    return (
        changed(standing.kpi, standing.change, before, wording),
        changed(standing.kpi, standing.year_change, year, wording),
    )


def target_words(kpi: str, judged: Judged, wording: Wording) -> str:
    """The target and how the KPI stands to it; empty where there is none."""
    if judged.levels is not None:
        return f"targets by group: {judged.reason}"
    if judged.target is None:
        return judged.reason
    return f"target {wanted(kpi, judged.target, wording)}: {judged.status}"


def theme(card: Scorecard, name: str, wording: Wording) -> Claim:
    """How the KPIs of one section moved and stand."""
    shown = card.of_theme(name)
    known = [s for s in shown if s.is_known]
    values = [f"kpi.{s.kpi}" for s in shown]
    title, so_what = _theme_title(card, name, known), _theme_so_what(card, known, wording)
    return Claim(name, title, so_what, values, _theme_status(known))


def _theme_title(card: Scorecard, name: str, known: Sequence[Standing]) -> str:
    since = when(card.period.before)
    better = [s.kpi for s in known if is_better(s.kpi, s.change)]
    worse = [s.kpi for s in known if is_better(s.kpi, s.change) is False]
    behind = [s.kpi for s in known if s.judged.status == "behind"]
    if behind:
        return f"{_TITLES[name]}: behind target in {_named(behind)}"
    parts = [f"{words}: {_named(kpis)}" for words, kpis in (("worse", worse), ("better", better))
             if kpis]  # fmt: skip
    if parts:
        return f"{_TITLES[name]} since {since}: {'; '.join(parts)}"
    return f"{_TITLES[name]}: nothing got clearly better or worse since {since}"


def _theme_status(known: Sequence[Standing]) -> Status:
    if any(s.judged.status == "behind" for s in known):
        return "bad"
    if any(is_better(s.kpi, s.change) is False for s in known):
        return "warn"
    good = any(s.judged.status == "ahead" or is_better(s.kpi, s.change) for s in known)
    return "ok" if good else "info"


def _theme_so_what(card: Scorecard, known: Sequence[Standing], wording: Wording) -> str:
    before, lines = when(card.period.before), []
    for s in known:
        if is_clear(s.change):
            lines.append(f"{heading(s.kpi)} went {changed(s.kpi, s.change, before, wording)}.")
        if s.judged.status in ("behind", "ahead"):
            lines.append(f"{heading(s.kpi)}: {target_words(s.kpi, s.judged, wording)}.")
    return " ".join(lines)


def lacking(card: Scorecard) -> Claim:
    """What these data cannot tell, and why."""
    without = [s for s in card.standings if not s.is_known]
    title = f"{len(without)} of {len(card.standings)} KPIs cannot be computed from these data"
    if not without:
        title = "Every KPI could be computed"
    counts = Counter(s.now.value.reason or "" for s in without)
    reasons = [f"{_sentence(reason)} ({n})" for reason, n in counts.most_common(_MOST_REASONS)]
    so_what = f"Why, and for how many: {'; '.join(reasons)}." if reasons else ""
    return Claim("lacking", title, so_what, [f"kpi.{s.kpi}" for s in without])


def _sentence(reason: str) -> str:
    return _lower(reason.rstrip("."))


def parts(card: Scorecard, wording: Wording) -> Claim:
    """How much of the changes comes from another mix of customers."""
    title, so_what = _parts_title(card, wording), _parts_so_what(card)
    names = [f"scorecard.{s.kpi}.{s.segment}.{part}" for s in _leading_splits(card)
             for part in ("mix", "within")]  # fmt: skip
    return Claim("mix", title, so_what, names)


def _leading_splits(card: Scorecard) -> list[KpiSplit]:
    """Splits of KPIs whose change is clear, main ones first, then by their share of mix."""
    clear = {s.kpi for s in card.standings if s.is_known and is_clear(s.change)}
    found = [split for split in card.splits if split.kpi in clear and split.change]
    by_weight = sorted(found, key=lambda s: -abs(s.mix.number / s.change))
    return sorted(by_weight, key=lambda s: s.kpi not in KPIS)[:_MOST_NAMED]


def _parts_title(card: Scorecard, wording: Wording) -> str:
    found = _leading_splits(card)
    since = when(card.period.before)
    if not found:
        return f"No change since {since} is clear enough to be taken apart"
    split = found[0]
    parts = (split.change, split.mix.number, split.within.number)
    whole, mix, within = (moved(split.kpi, part, wording) for part in parts)
    return (
        f"{heading(split.kpi)} moved by {whole} since {since}: {mix} because other groups (by "
        f"{segment_words(split.segment)}) weigh more, {within} inside the groups"
    )


def _parts_so_what(card: Scorecard) -> str:
    rule = (
        "A KPI can move although nobody behaves differently, because the customers are other ones. "
        "The two parts add up to the whole change."
    )
    if card.splits:
        return f"{rule} Only the part inside the groups is about what you do for them."
    return f"{rule} No KPI could be taken apart here."


def groups(card: Scorecard, wording: Wording) -> Claim:
    """Who the customers are, by how recently, often and much they buy."""
    rows = card.sizes[card.sizes["segment"] == "rfm"]
    largest = rows.iloc[0]
    title = (
        f"{wording.share(largest['share'])} of customers "
        f"{largest['meaning'] or 'are in group ' + str(largest['group'])}"
    )
    so_what = (
        "Customers are grouped by how recently, how often and for how much they buy. The table "
        "says how the KPIs differ between groups, as these stood before the period began. KPIs of "
        "what was done before it, such as second purchases, are not told by these groups: the "
        "groups are made of the same purchases."
    )
    return Claim("groups", title, so_what, ())


def limits(card: Scorecard, study: Study, wording: Wording) -> list[str]:
    """What the scorecard cannot say."""
    level = wording.share(study.confidence)
    return [
        f"A KPI counts as behind or ahead of its target only where its {level} range leaves the "
        "target out; otherwise it is on target, as far as these data can tell.",
        "A change is called clear where its range leaves out no change. Of 20 KPIs that did not "
        "move, about one will look as if it had.",
        "Ranges of changes take the two periods as independent; purchases a year are compared "
        "customer by customer. Changes of KPIs that sum up all time so far are not told otherwise.",
        *_late(card, wording),
    ]


def _late(card: Scorecard, wording: Wording) -> list[str]:
    """KPIs whose data begin after the period a year ago."""
    first = card.period.year_earlier.start
    late = [s for s in card.standings if s.now.valid_from and s.now.valid_from > first]
    return [f"{heading(s.kpi)} can be told from {wording.day(s.now.valid_from)} on."
            for s in late if s.now.valid_from]  # fmt: skip
