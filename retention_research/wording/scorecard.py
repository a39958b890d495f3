"""Sentences of the scorecard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from retention_research.answers.scorecard import Scorecard, Standing
from retention_research.answers.scorecard_splits import KpiSplit
from retention_research.answers.segments import RFM, segment_words
from retention_research.study_sections import KPIS
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, listed, plural
from retention_research.wording.scorecard_numbers import (
    amount,
    capital,
    changed,
    is_clear,
    moved,
    range_of,
    when,
)
from retention_research.wording.scorecard_standings import (
    behind,
    compared,
    comparisons,
    lower,
    moves,
    named,
    target_words,
)
from retention_research.wording.scorecard_terms import Terms
from retention_research.wording.tiles import Tile

_LEADING = ("crr", "repeat_purchase_rate", "existing_revenue_share", "nps", "csat",
            "first_response_hours", "contact_conversion_rate", "clv_to_cac")  # fmt: skip
_MOST_TILES = 8
_MOST_SPLITS, _MOST_REASONS = 3, 6  # in a sentence
_AGEING = "purchase_frequency"  # falls by itself as customers age
_SO_FAR = (_AGEING, "tenure_mean", "redemption_rate", "breakage_rate")  # of all time so far
SILENT_GROUPS = ("lapsed regulars", "lapsed", "one-time lapsed")


_GROUPING = (
    "Customers are grouped by how recently, how often and for how much they buy. The table says "
    "how the KPIs differ between groups, as these stood before the period began. KPIs of what was "
    "done before it, such as second purchases, are not told by these groups: the groups are made "
    "of the same purchases."
)


def obstacle(card: Scorecard) -> str:
    """Why the scorecard has nothing to say; empty if it has."""
    if any(s.is_known for s in card.standings):
        return ""
    reasons = Counter(s.now.value.reason or "" for s in card.standings).most_common(1)
    return (
        f"No KPI of {when(card.period)}, the last full {card.period.unit}, could be computed. "
        f"For most of them: {_sentence(reasons[0][0])}."
    )


def opening(card: Scorecard, terms: Terms) -> tuple[str, str, str]:
    """The answer, what it is about in money, and the decision it supports."""
    return _answer(card, terms), _money(card, terms), _decision(card, terms)


def _answer(card: Scorecard, terms: Terms) -> str:
    return " ".join(filter(None, [_kept(card, terms), _met(card.standings)]))


def _kept(card: Scorecard, terms: Terms) -> str:
    crr = _find(card, "crr")
    if crr is None or not crr.is_known:
        known = sum(s.is_known for s in card.standings)
        return (
            f"For {when(card.period)}, {known} of {len(card.standings)} KPIs could be computed; "
            "how many customers stayed is not among them."
        )
    return (
        f"Of 100 customers who were active ({terms.active}) when {when(card.period)} began, about "
        f"{round(100 * crr.now.value.number)} were still active when it ended "
        f"({range_of('crr', crr.now.value, terms)})."
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


def _decision(card: Scorecard, terms: Terms) -> str:
    late = behind(card.standings)
    others = [s for s in card.standings if s.kpi not in late]
    worse = moves(card, others, better=False)
    said = [f"Look first at what is behind its target: {named(late, terms)}."] if late else []
    if worse:
        since = [f"since {words}: {named(kpis, terms)}" for words, kpis in worse.items()]
        look = "Then look" if late else "Look first"
        said.append(f"{look} at what got worse {'; '.join(since)}.")
    if any(_AGEING in kpis for kpis in worse.values()):
        said.append(terms.meant(_AGEING))
    return " ".join(said) or _nothing_to_do(card)


def _nothing_to_do(card: Scorecard) -> str:
    since = compared(card, card.standings)
    if not since:
        return f"There is no earlier {card.period.unit} to compare with: look again after the next."
    return (
        f"Nothing is behind a target or clearly worse than in {listed(since, 'or')}: keep going, "
        "and look again after the next period."
    )


def tiles(card: Scorecard, terms: Terms) -> list[Tile]:
    """KPIs behind their target, others with one, then those that lead the page if known."""
    wanted = [s for s in card.standings if s.judged.status != "no target"]
    wanted = sorted(wanted, key=lambda s: s.judged.status != "behind")
    leading = [s for s in card.standings if s.kpi in _LEADING and s.is_known and s not in wanted]
    return [_tile(card, s, terms) for s in [*wanted, *leading][:_MOST_TILES]]


def _tile(card: Scorecard, standing: Standing, terms: Terms) -> Tile:
    kpi, value = standing.kpi, standing.now.value
    heading, name = terms.heading(kpi), f"kpi.{kpi}"
    target = target_words(kpi, standing.judged, terms)
    if value.value is None:
        return Tile(heading, "not available", "", value.reason or "", name, target)
    changes = [changed(kpi, change, since, terms) for since, change in comparisons(card, standing)]
    return Tile(
        heading, amount(kpi, value.number, terms), range_of(kpi, value, terms),
        _note(card, standing, terms), name, target, tuple(changes),
    )  # fmt: skip


def _note(card: Scorecard, standing: Standing, terms: Terms) -> str:
    """Of when the number is, how it is counted, and what to know of its maturity."""
    period = when(card.period)
    period = f"up to the end of {period}" if standing.kpi in _SO_FAR else period
    said = filter(None, [terms.meant(standing.kpi), capital(standing.now.note)])
    return " ".join([f"{capital(period)}.", *said]).removesuffix(".")


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
    return lower(reason.rstrip("."))


def parts(card: Scorecard, terms: Terms) -> Claim:
    """How much of the changes comes from another mix of customers."""
    title, so_what = _parts_title(card, terms), _parts_so_what(card)
    names = [f"scorecard.{s.kpi}.{s.segment}.{part}" for s in _leading_splits(card)
             for part in ("mix", "within")]  # fmt: skip
    return Claim("mix", title, so_what, names)


def _leading_splits(card: Scorecard) -> list[KpiSplit]:
    """Splits of KPIs whose change is clear, main ones first, then by their share of mix."""
    clear = {s.kpi for s in card.standings if s.is_known and is_clear(s.change)}
    found = [split for split in card.splits if split.kpi in clear and split.change]
    by_weight = sorted(found, key=lambda s: -abs(s.mix.number / s.change))
    return sorted(by_weight, key=lambda s: s.kpi not in KPIS)[:_MOST_SPLITS]


def _parts_title(card: Scorecard, terms: Terms) -> str:
    found = _leading_splits(card)
    since = when(card.period.before)
    if not found:
        return f"No change since {since} is clear enough to be taken apart"
    split = found[0]
    parts = (split.change, split.mix.number, split.within.number)
    whole, mix, within = (moved(split.kpi, part, terms) for part in parts)
    return (
        f"{terms.heading(split.kpi)} moved by {whole} since {since}: {mix} because other groups "
        f"(by {segment_words(split.segment)}) weigh more, {within} inside the groups"
    )


def _parts_so_what(card: Scorecard) -> str:
    rule = (
        "A KPI can move although nobody behaves differently, because the customers are other ones. "
        "The two parts add up to the whole change."
    )
    if card.splits:
        return f"{rule} Only the part inside the groups is about what you do for them."
    return f"{rule} No KPI could be taken apart here."


def groups(card: Scorecard, terms: Terms) -> Claim:
    """Who the customers are, by how recently, often and much they buy: who has fallen silent."""
    rows = card.sizes[card.sizes["segment"] == RFM]
    silent = float(rows.loc[rows["group"].isin(SILENT_GROUPS), "share"].sum())
    title = (
        f"{terms.share(silent)} of customers have fallen silent: none has {terms.active}"
        if silent else "No customers, or too few to show, have fallen silent"
    )  # fmt: skip
    largest = rows.iloc[0]
    who = largest["meaning"] or f"are in group {largest['group']}"
    so_what = f"The largest group, {terms.share(largest['share'])} of customers, {who}. {_GROUPING}"
    return Claim("groups", title, so_what, ())


def limits(card: Scorecard, terms: Terms) -> list[str]:
    """What the scorecard cannot say."""
    level = terms.share(card.confidence)
    return [
        f"A KPI counts as behind or ahead of its target only where its {level} range leaves the "
        "target out; otherwise it is on target, as far as these data can tell.",
        "A change is called clear where its range leaves out no change. Of 20 comparisons of what "
        "did not move, about one will look as if it had; each KPI is compared with the period "
        "before and with a year ago.",
        "Ranges of changes take the two periods as independent; purchases a year and points are "
        "compared customer by customer. Other KPIs of all time so far have no change told.",
        *_late(card, terms),
    ]


def _late(card: Scorecard, terms: Terms) -> list[str]:
    """KPIs whose data begin after the period a year ago."""
    first = card.period.year_earlier.start
    late = [s for s in card.standings if s.now.valid_from and s.now.valid_from > first]
    return [f"{terms.heading(s.kpi)} can be told from {terms.day(s.now.valid_from)} on."
            for s in late if s.now.valid_from]  # fmt: skip
