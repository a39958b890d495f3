"""The decision that the report on what customers say supports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.customer_voice import CustomerVoice
from retention_research.wording.numbers import listed

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 5  # products, below which none is held against the middle one


def standing_out(rows: pd.DataFrame) -> pd.DataFrame:
    """Products with clearly more than twice the problems of the middle one."""
    told = rows.dropna(subset="rate")
    if len(told) < FEWEST:
        return told.head(0)
    return told[told["conf_low"] > 2 * float(told["rate"].median())]


def decision(found: CustomerVoice) -> str:
    """What the report helps to decide, with the cause and the products that stand out."""
    if found.complaints is None:
        if found.channels is not None:
            return "Use it to decide how to reach customers, and how often."
        return "Use it to decide what to mend first, and whom to ask again."
    rows = found.complaints.causes.dropna(subset="share")
    cause = f" (the commonest is “{rows.iloc[0].cause}”)" if len(rows) > 1 else ""
    worst = standing_out(found.products.by_product) if found.products else rows.head(0)
    names = f", and to look first at {listed(list(worst['product'].head(3)))}" if len(worst) else ""
    return (
        "Use it to decide whom to answer first, and which cause of complaints to remove"
        f"{cause}{names}."
    )
