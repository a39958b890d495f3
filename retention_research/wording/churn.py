"""Sentences on the silence after which a customer counts as gone, and on ways to count the lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.churn_window import ChurnWindow
from retention_research.answers.lost_customers import WAYS, LostCustomers
from retention_research.opening import YEAR
from retention_research.periods import DAYS_PER_UNIT
from retention_research.values import Value
from retention_research.wording.claims import Claim, Status
from retention_research.wording.numbers import Wording

if TYPE_CHECKING:
    import pandas as pd

_OPEN = {"silent_customers": "–", "back_in_a_year": "not followed for a year", "share_low": "–"}
_FEW = "churn_window.few_return_days"


def window(found: ChurnWindow, wording: Wording) -> Claim:
    """Who comes back after the silence in use, who chose it, what another would change."""
    share = _returned(found, found.days)
    so_what = " ".join(filter(None, [_who_chose(found, wording), _otherwise(found, wording)]))
    names = ["churn_window.days", f"churn_window.returned_share_{found.days}d", _FEW]
    return Claim("churn-window", _title(found, share, wording), so_what, names, _status(found))


def _returned(found: ChurnWindow, days: int) -> Value:
    return found.values[f"churn_window.returned_share_{days}d"]


def _title(found: ChurnWindow, share: Value, wording: Wording) -> str:
    length = wording.days(found.days)
    if share.value is None:
        return (
            f"How many of those silent for {length} come back within a year cannot be told yet: 52 "
            "weeks after are needed"
        )
    return (
        f"Of those silent for {length} at a month end, {wording.value(share)} came back within a "
        f"year ({wording.interval(share)})"
    )


def _status(found: ChurnWindow) -> Status:
    return "warn" if found.by_data and found.choice.why != "few return" else "info"


def _who_chose(found: ChurnWindow, wording: Wording) -> str:
    if found.by_data:
        return _chosen_by_data(found, wording)
    return f"The study sets this length. {_would_choose(found, wording)}"


def _chosen_by_data(found: ChurnWindow, wording: Wording) -> str:
    if found.choice.why == "few return":
        return (
            "The data chose this length: the shortest, in steps of four weeks, after which at "
            f"most one in ten come back{_range(found, wording)}."
        )
    if found.choice.why == "most silent":
        return (
            "Take it with care: after no length of silence do at most one in ten come back, so "
            "the longest is used that at least 100 customers were silent for."
        )
    return (
        f"The data are too short, or the silent too few, to choose a length; the usual "
        f"{wording.days(found.days)} are used. {_why_short(found)}"
    )


def _why_short(found: ChurnWindow) -> str:
    return (
        "A silence can be judged only where 52 weeks of data follow it."
        if not found.spans["silent_customers"].any()
        else "At least 100 silent customers are needed."
    )


def _would_choose(found: ChurnWindow, wording: Wording) -> str:
    length = wording.days(found.choice.days)
    if found.choice.why == "few return":
        same = "too" if found.choice.days == found.days else ""
        return (
            f"By the data it would be {length}{' ' if same else ''}{same}: the shortest, in steps "
            f"of four weeks, after which at most one in ten come back{_range(found, wording)}."
        )
    if found.choice.why == "most silent":
        share = wording.value(_returned(found, found.choice.days))
        return (
            "By the data there is no good one: after no length of silence that can be judged do "
            f"as few as one in ten come back; after the longest, {length}, {share} do."
        )
    return f"The data cannot judge it. {_why_short(found)}"


def _range(found: ChurnWindow, wording: Wording) -> str:
    between = wording.interval(found.values[_FEW])
    return f" ({between} would do as well by these data)" if between else ""


def _otherwise(found: ChurnWindow, wording: Wording) -> str:
    """What would change had another length been chosen."""
    told = [text for days in _others(found) if (text := _had(found, days, wording))]
    now = found.values[f"churn_window.churn_rate_{found.days}d"]
    if not told or now.value is None:
        return ""
    return (
        f"In the {_period(found)} to {wording.day(found.as_of)}, {wording.value(now)} of active "
        f"customers count as lost. {' '.join(told)}"
    )


def _others(found: ChurnWindow) -> list[int]:
    """The length that the data would choose, or a shorter and a longer one."""
    if found.choice.days != found.days and found.choice.why == "few return":
        return [found.choice.days]
    shorter = [w for w in YEAR if 2 * w <= found.days][-1:]
    return [*shorter, *(w for w in YEAR[-1:] if w > found.days)]


def _had(found: ChurnWindow, days: int, wording: Wording) -> str:
    lost = found.values[f"churn_window.churn_rate_{days}d"]
    if lost.value is None:
        return ""
    back, length = _returned(found, days), wording.days(days)
    after = (
        ""
        if back.value is None
        else f", and {wording.value(back)} of those silent for so long came back within a year"
    )
    return f"With {length} of silence it would be {wording.value(lost)}{after}."


def _period(found: ChurnWindow) -> str:
    return "week" if (found.as_of - found.before).days <= DAYS_PER_UNIT["week"] else "month"


def spans_caption(found: ChurnWindow, wording: Wording) -> str:
    """The caption of the table of lengths."""
    return (
        "Had another silence been chosen: who came back within a year, who counts as lost in the "
        f"{_period(found)} to {wording.day(found.as_of)}, and who fell silent after one order"
    )


def spans_rows(found: ChurnWindow) -> pd.DataFrame:
    """The rows of the table of lengths; of one that no year of data follows, why that is open."""
    rows = found.spans.astype(dict.fromkeys(_OPEN, "object"))
    rows.loc[found.spans["silent_customers"] == 0, list(_OPEN)] = list(_OPEN.values())
    return rows


def lost(found: LostCustomers, wording: Wording) -> Claim:
    """How far five ways of counting lost customers lie apart, and which one is the headline."""
    names = [f"lost_customers.{way}.share" for way in WAYS]
    told = [found.values[name] for name in names if found.values[name].value is not None]
    so_what = (
        "Five ways to count answer different questions and are not to be mixed: the first says "
        "who stopped within one period, the second who is silent today, the third who is expected "
        "to have left, the last two what is to come. The headline of the scorecard is the first; "
        "the table says what each is used for."
    )
    return Claim("lost-customers", _lost_title(told, wording), so_what, names)


def _lost_title(told: list[Value], wording: Wording) -> str:
    shares = sorted(share.number for share in told)
    if len(shares) < 2:
        return "Lost customers can be counted in one way only so far" if shares else _NONE
    low, high = wording.share(shares[0]), wording.share(shares[-1])
    return f"Between {low} and {high} of customers are lost, depending on how one counts"


_NONE = "Lost customers cannot be counted yet"


_MEANINGS = (  # a name, who counts, what it is used for; in the order of WAYS
    (
        "No longer active",
        "Those who had bought in the {silence} to {before}, but not in the {silence} to "
        "{today}. Who was silent before is not counted again.",
        "Used for the headline, customers kept, on the scorecard.",
    ),
    (
        "Silent for {silence}",
        "Of everybody who ever bought, those who have not in the last {silence}. Their share "
        "grows as the base gets older, and some come back.",
        "Used to call a customer inactive.",
    ),
    (
        "Left before a first long silence",
        "Of everybody whose first purchase is known, those expected to have made the last "
        "one before {silence} without. Who came back later still counts, and so do recent "
        "buyers who will not return for so long.",
        "Used for time as a customer, in this report.",
    ),
    (
        "Expected never to buy again",
        "Of those who bought more than once, by a model of how people buy. Not informative "
        "for the {once} who bought once, whom the model counts as customers still: they are "
        "left out.",
        "Used for what customers are worth.",
    ),
    (
        "Expected to buy nothing in {ahead}",
        "Of everybody who ever bought, by the same model. It counts good customers who buy "
        "seldom, too.",
        "Used in no other report: the one on drivers counts who in fact bought nothing for so "
        "long, of those active on a day.",
    ),
)


def lost_table(found: LostCustomers, wording: Wording) -> pd.DataFrame:
    """The five ways in words; one that cannot be told says why.

    Returns:
        lost_as, lost_share, who_counts (how many of how many, the range, and who).
    """
    rows = lost_numbers(found, wording)
    counts = [
        f"{wording.count(row.lost)} of {wording.count(row.counted_of)} "
        f"({wording.share(row.share_low)} to {wording.share(row.share_high)}). " if known else ""
        for row, known in zip(rows.itertuples(), rows["lost"].notna(), strict=True)
    ]  # fmt: skip
    told = rows.assign(who_counts=counts + rows["who_counts"] + " " + rows["used_for"])
    return told[["lost_as", "lost_share", "who_counts"]]


def lost_numbers(found: LostCustomers, wording: Wording) -> pd.DataFrame:
    """The five ways with their numbers, for a file.

    Returns:
        lost_as, lost, counted_of, lost_share and its ends, who_counts, used_for.
    """
    import pandas as pd

    meanings, rows = _meanings(found, wording), []
    for way, (name, meaning, used_for) in zip(WAYS, meanings, strict=True):
        share = found.values[f"lost_customers.{way}.share"]
        known = share.value is not None and share.n is not None
        number = round(share.number * (share.n or 0)) if known else None
        words = meaning if known else f"{meaning} {share.reason}"
        rows.append((name, number, share.n, share.value, share.conf_low, share.conf_high, words,
                     used_for))  # fmt: skip
    columns = ["lost_as", "lost", "counted_of", "lost_share", "share_low", "share_high",
               "who_counts", "used_for"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _meanings(found: LostCustomers, wording: Wording) -> list[list[str]]:
    told = {
        "silence": wording.days(found.silence_days),
        "ahead": wording.days(found.horizon_days),
        "before": wording.day(found.before),
        "today": wording.day(found.as_of),
        "once": wording.value(found.values["lost_customers.bought_once"]),
    }
    return [[words.format(**told) for words in way] for way in _MEANINGS]


def lost_caption(found: LostCustomers, wording: Wording) -> str:
    """The caption of the table of five ways."""
    base = wording.value(found.values["lost_customers.base"])
    return (
        f"Five ways to count a lost customer, on {wording.day(found.as_of)}, of {base} customers "
        "so far"
    )


def window_note(found: ChurnWindow, wording: Wording) -> str:
    """How silences and returns are counted."""
    level = wording.share(found.confidence)
    return (
        "Silent for w at a month end: a purchase before, and none in the w up to it. All month "
        "ends count that are followed by 52 weeks of data; a customer silent at several counts at "
        f"each, and {level} ranges come from drawing customers, with all their silences, again "
        "and again. Everybody in the data counts, whether or not the first purchase is known: "
        "that question needs w, and w is settled first."
    )


def lost_note() -> str:
    """What the five ways are, in the words of the trade."""
    return (
        "In the order of the table: 1 - CRR; no purchase in w; the mean of 1 - S(age), S being "
        "the Kaplan-Meier curve of tenure; the mean of 1 - P(alive); the mean P(no purchase in "
        "h). Under BG/NBD, P(alive) is 1 for one-time buyers: not informative, and not summed "
        "here. Ranges of the last three hold the uncertainty of the curve or of the model's "
        "parameters, given that the model is right."
    )
