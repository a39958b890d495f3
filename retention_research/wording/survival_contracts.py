"""Sentences on contracts: how long they last, and how they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.survival import Survival
from retention_research.answers.survival_ends import Ends
from retention_research.values import Value
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, listed, plural

if TYPE_CHECKING:
    import pandas as pd

_NAMED = 3  # reasons in a sentence
_NO_REASON = frozenset({"left", "ended", "end", "cancelled", "canceled", "closed", "terminated",
                        "churned", "not stated", "unknown", "none", "other"})  # fmt: skip
_UNASKED = "A reason for each end, in the column end_reason, would tell what to work on."


def still_running(found: Survival, wording: Wording) -> str:
    """How many first contracts still run, as the clause an opening starts with; empty if none."""
    share = _share(found)
    if share is None or share.value is None:
        return ""
    return (
        f"Of 100 customers with a contract, about {round(100 * share.number)} still have their "
        f"first one after {wording.days(found.tau)} ({wording.interval(share)})"
    )


def _share(found: Survival) -> Value | None:
    return found.values[f"km.probability_{found.tau}d"] if found.contracts else None


def lasting(found: Survival, wording: Wording) -> Claim:
    """How long first contracts last."""
    names = [f"km.probability_{found.tau}d", "km.median", f"km.rmst_{found.tau}d"]
    return Claim("contracts", _title(found, wording), _so_what(found, wording), names)


def _title(found: Survival, wording: Wording) -> str:
    share = found.values[f"km.probability_{found.tau}d"]
    if share.value is None:
        return "How long contracts last cannot be said yet"
    return (
        f"{wording.value(share)} of first contracts still run after {wording.days(found.tau)} "
        f"({wording.interval(share)})"
    )


def _so_what(found: Survival, wording: Wording) -> str:
    if found.contracts is None or found.contracts.still is None:
        reason = str(found.values["km.median"].reason)
        return " ".join(filter(None, [reason, _left_out(found, wording)]))
    parts = (_basis(found, wording), _half(found, wording), _later(found, wording),
             _left_out(found, wording))  # fmt: skip
    return " ".join(filter(None, parts))


def _basis(found: Survival, wording: Wording) -> str:
    customers, ended = (
        round(found.values[f"contracts.{name}"].number) for name in ("customers", "ended")
    )
    return (
        "A contract, be it called plan or subscription, lasts from its start to its end, whatever "
        "the customer buys. This rests on the "
        f"first contract of {wording.count(customers)} {plural(customers, 'customer')}, "
        f"{wording.count(ended)} of which {plural(ended, 'has', 'have')} ended; one that still "
        "runs counts for as long as it has run."
    )


def _half(found: Survival, wording: Wording) -> str:
    median = found.values["km.median"]
    if median.value is None:
        return f"When half have ended cannot be said: {lowered(str(median.reason))}"
    return f"Half have ended after {wording.with_interval(median)}."


def _later(found: Survival, wording: Wording) -> str:
    later = round(found.values["contracts.later"].number)
    if not later:
        return ""
    return (
        f"{wording.count(later)} later {plural(later, 'contract')} of the same customers "
        f"{plural(later, 'is', 'are')} left out of the curve."
    )


def _left_out(found: Survival, wording: Wording) -> str:
    """How many contracts the checks left out; empty where none."""
    left_out = found.values["contracts.left_out"]
    count, read = round(left_out.number), left_out.n or 0
    if not count:
        return ""
    return (
        f"{wording.count(count)} of {wording.count(read)} contracts read "
        f"{plural(count, 'is', 'are')} left out because of errors in the data: see the report on "
        "data quality."
    )


def lowered(sentence: str) -> str:
    """A sentence with a small first letter, to stand after a colon.

    Example:
        >>> lowered("Nobody was followed.")
        'nobody was followed.'
    """
    return sentence[:1].lower() + sentence[1:]


def ends(found: Survival, wording: Wording) -> Claim:
    """How contracts end."""
    told = found.contracts.ends if found.contracts else None
    if not found.values["contracts.customers"].number:
        return Claim("ends", "How contracts end cannot be said: none could be followed",
                     _left_out(found, wording) or "The data hold none of a known customer.",
                     [])  # fmt: skip
    if not found.values["contracts.ended"].number:
        return Claim("ends", "No contract has ended yet", "So nothing can be said of ends.", [])
    if told is None:
        return Claim("ends", "The data do not say why contracts end", _UNASKED, [])
    if told.obstacle:
        return Claim("ends", "How contracts end cannot be said yet", told.obstacle, [])
    names = [name for name in told.values if name.endswith(f".share_{found.tau}d")]
    return Claim(
        "ends", _ends_title(told, found.tau, wording), _ends_so_what(found, told, wording), names
    )


def _ends_title(told: Ends, tau: int, wording: Wording) -> str:
    reasons = told.frame[told.frame["end_reason"].map(is_reason)]
    if reasons.empty:
        return "The data do not say why contracts end"
    first = reasons.iloc[0]
    title = f"The reason given most often for ending a contract is “{spoken(first.end_reason)}”"
    known = first.notna()["share_low"]
    share = f": {wording.share(first.share_ended)} within {wording.days(tau)}" if known else ""
    return f"{title}{share}"


def is_reason(recorded: str) -> bool:
    """Whether what was recorded says more than that the contract ended.

    Example:
        >>> is_reason("price"), is_reason("left")
        (True, False)
    """
    return spoken(recorded).strip().lower() not in _NO_REASON


def spoken(reason: str) -> str:
    """A recorded reason as a page writes it.

    Example:
        >>> spoken("not_needed")
        'not needed'
    """
    return reason.replace("_", " ")


def _ends_so_what(found: Survival, told: Ends, wording: Wording) -> str:
    known = told.frame.dropna(subset=["share_ended", "share_low"])
    rows = known.sort_values("end_reason", key=_silent_last, kind="stable").head(_NAMED)
    if rows.empty:
        return f"Nobody was watched for {wording.days(found.tau)}, the age named for such shares."
    parts = [
        f"{wording.share(row.share_ended)}{'' if place else ' had ended'} as "
        f"“{spoken(row.end_reason)}” ({wording.share(row.share_low)} to "
        f"{wording.share(row.share_high)})"
        for place, row in enumerate(rows.itertuples())
    ]
    return (
        f"Of all first contracts, within {wording.days(found.tau)} of their start, "
        f"{listed(parts)}.{_without_reason(known, rows, wording)} A contract can end in one way "
        f"only. {_alone(rows.iloc[0], wording)}"
    )


def _silent_last(reasons: pd.Series) -> pd.Series:
    return ~reasons.map(is_reason)


def _without_reason(known: pd.DataFrame, told: pd.DataFrame, wording: Wording) -> str:
    """How many contracts ended with a word that is no reason, where it is not told already."""
    silent = known[~known["end_reason"].map(is_reason)].drop(told.index, errors="ignore")
    if silent.empty:
        return ""
    row = silent.iloc[0]
    return (
        f" {wording.share(row.share_ended)} ({wording.share(row.share_low)} to "
        f"{wording.share(row.share_high)}) ended as “{spoken(row.end_reason)}”, which tells no "
        "reason."
    )


def _alone(first: object, wording: Wording) -> str:
    """What counting one reason alone would wrongly say."""
    reason, share, alone = (
        getattr(first, name) for name in ("end_reason", "share_ended", "counted_alone")
    )
    if alone is None or alone != alone:  # noqa: PLR0124  (NaN)
        return ""
    return (
        f"Counted as if nothing else could end a contract, “{spoken(reason)}” would seem to take "
        f"{wording.share(alone)} instead of {wording.share(share)}: do not add up such shares."
    )


def shares(found: Survival) -> bool:
    """Whether the shares of the ends are known."""
    told = found.contracts.ends if found.contracts else None
    return told is not None and not told.obstacle


def ends_rows(found: Survival) -> pd.DataFrame:
    """The rows of the table of ends, reasons as a page writes them.

    Raises:
        ValueError: if there are none.
    """
    if found.contracts is None or found.contracts.ends is None:
        raise ValueError("no contract is known to have ended")
    frame = found.contracts.ends.frame
    return frame.assign(end_reason=frame["end_reason"].map(spoken))


def ends_caption(found: Survival, wording: Wording) -> str:
    """The caption of the table of ends."""
    return (
        f"How first contracts ended within {wording.days(found.tau)} of their start, with ranges, "
        "and what each would seem to take if nothing else could end one"
    )


def which_is_which(found: Survival) -> str:
    """Which number counts contracts and which purchases; empty without contracts."""
    if not found.contracts:
        return ""
    return (
        "Contracts and purchases tell of two different things: a contract may run while its "
        "customer buys nothing, and not every customer has one. The average time as a customer "
        "in the scorecard is by purchases."
    )
