"""Sentences on the next order, by how often a customer has ordered, and on who comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.survival import Survival
from retention_research.answers.survival_orders import LAST, WITHIN
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, plural

if TYPE_CHECKING:
    import pandas as pd

_SORTED = (
    "Sorting alone makes such a picture: who orders rarely drops out of the later rows, and who "
    "orders often fills them. It does not say that a second order makes a third more likely."
)


def next_orders(found: Survival, wording: Wording) -> Claim:
    """How soon the next order comes, by number of order."""
    names = [f"next_order.after_{n}.probability_{WITHIN}w" for n in range(1, LAST + 1)]
    known = found.orders.known
    if len(known) < 2:
        return Claim("next-order", _UNKNOWN, _too_short(found), names)
    return Claim("next-order", _title(known, wording), _so_what(known, wording), names)


_UNKNOWN = "How soon each next order comes cannot be compared yet"


def _too_short(found: Survival) -> str:
    reasons = [found.values[f"next_order.after_{n}.probability_{WITHIN}w"].reason for n in (2, 1)]
    return next(filter(None, reasons), "Too few customers have ordered twice.")


def _title(known: pd.DataFrame, wording: Wording) -> str:
    first, last = known.iloc[0], known.iloc[-1]
    shares = f"{wording.share(first.probability)} and {wording.share(last.probability)}"
    if first.share_high < last.share_low and known["probability"].is_monotonic_increasing:
        return "The more often customers have ordered, the sooner they order again"
    if first.share_high < last.share_low:
        return f"Frequent customers order again sooner than new ones ({shares} in {WITHIN} weeks)"
    if last.share_high < first.share_low:
        return f"New customers order again sooner than frequent ones ({shares} in {WITHIN} weeks)"
    return "The data show no clear difference in how soon new and frequent customers order again"


def _so_what(known: pd.DataFrame, wording: Wording) -> str:
    first, last = known.iloc[0], known.iloc[-1]
    both = (
        f"Within {WITHIN} weeks, {_ranged(first, wording)} order again after their first order, "
        f"{_ranged(last, wording)} {_after(str(last.order_number))}."
    )
    apart = first.share_high < last.share_low
    return " ".join(filter(None, [both, _half(known, wording), _SORTED if apart else ""]))


def _ranged(row: pd.Series, wording: Wording) -> str:
    ends = f"{wording.share(row.share_low)} to {wording.share(row.share_high)}"
    return f"{wording.share(row.probability)} ({ends})"


def _after(order: str) -> str:
    number = order.partition(" to ")[0].replace(" and later", " or a later one")
    return f"after their {number}"


def _half(known: pd.DataFrame, wording: Wording) -> str:
    told = known.dropna(subset=["median_wait"])
    if told.empty:
        return ""
    row = told.iloc[-1]
    return f"Half of the latter wait no longer than {wording.days(row.median_wait)}." if (
        row.order_number == known.iloc[-1].order_number) else ""  # fmt: skip


def orders_caption(found: Survival, wording: Wording) -> str:
    """The caption of the table of orders; it says where only some customers were drawn."""
    return (
        f"Time to the next order, by number of the order before: share within {WITHIN} weeks and "
        "time within which half have ordered again, with ranges"
        f"{_drawn(found, wording)}"
    )


def _drawn(found: Survival, wording: Wording) -> str:
    looked_at = found.values[f"next_order.after_{LAST}.probability_{WITHIN}w"].n
    if looked_at is None or len(found.orders.frame) < LAST:
        return ""
    all_ = int(found.orders.frame["customers"].iloc[-1])
    if looked_at >= all_:
        return ""
    return (
        f"; in the last row they rest on {wording.count(looked_at)} of its customers, every so "
        "many-th of them"
    )


def returned(found: Survival, silence: str, wording: Wording) -> Claim:
    """Who buys again after a long silence.

    Args:
        found: the answer.
        silence: its length in words.
        wording: writes the numbers.
    """
    share = found.values["tenure.reactivated_share"]
    names = [name for name in found.values if name.startswith("tenure.reactivated")]
    if share.value is None:
        return Claim("returned", f"Nobody has been silent for {silence} yet",
                     str(share.reason), names)  # fmt: skip
    title = (
        f"Of everybody who fell silent, {wording.value(share)} have bought again so far "
        f"({wording.interval(share)})"
    )
    return Claim("returned", title, _returned_so_what(found, silence, wording), names)


def _returned_so_what(found: Survival, silence: str, wording: Wording) -> str:
    back = found.values["tenure.reactivated"]
    count, silent = round(back.number), back.n or 0
    counts = (
        f"{wording.count(count)} of {wording.count(silent)} {plural(silent, 'customer')} came back "
        f"after {silence} or more without a purchase."
    )
    if found.returns.empty:
        return counts
    row = found.returns.iloc[-1]
    ends = f"{wording.share(row.share_low)} to {wording.share(row.share_high)}"
    return (
        f"{counts} Followed from the day on which they count as silent, "
        f"{wording.share(row.probability)} are back after another {int(row.silent_weeks)} weeks "
        f"({ends}). That is of everybody who falls silent; of those silent at a month end, many "
        "for far longer, fewer return. They are counted apart: coming back does not lengthen the "
        "time they stayed."
    )


def returned_caption() -> str:
    """The caption of the table of returns."""
    return "Customers who bought again, by weeks since they counted as silent, with ranges"
