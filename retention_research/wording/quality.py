"""Sentences of the data-quality report."""

from __future__ import annotations

from datetime import date
from typing import Literal

from retention_research.answers.quality import DataQuality
from retention_research.study import Study
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, listed, plural
from retention_research.wording.tiles import Tile, tile

MOST_MERGED = 0.05
_WANTED = ("customers", "contacts", "tickets", "surveys")
_NO_VAT = (
    "The study does not say whether amounts include VAT; set `amounts: {vat: included}` or "
    "`excluded` under its source to say it here."
)


def opening(quality: DataQuality, wording: Wording) -> tuple[str, str, str]:
    """The answer, what it is about in money, and what to do."""
    left_out = quality.excluded_share
    answer = (
        f"The data can carry the reports: {_counted(quality, 'data.orders', 'order', wording)} "
        f"from {_counted(quality, 'data.customers', 'customer', wording)}, "
        f"{_day(quality, 'data.first_day', wording)} to {_day(quality, 'data.as_of', wording)}."
    )
    money = f"They hold {wording.value(quality.values['data.revenue'])} of revenue after refunds."
    if not left_out:
        return answer, money, "No row was left out: nothing needs to be done."
    share = wording.share(left_out)
    return answer, money, f"Have the rows listed below corrected at the source: {share} of them."


def _counted(quality: DataQuality, name: str, noun: str, wording: Wording) -> str:
    count = int(str(quality.values[name].value))
    return f"{wording.count(count)} {plural(count, noun)}"


def _day(quality: DataQuality, name: str, wording: Wording) -> str:
    return wording.day(date.fromisoformat(str(quality.values[name].value)))


def tiles(quality: DataQuality, wording: Wording) -> list[Tile]:
    """The headline numbers."""
    names = ("data.orders", "data.customers", "data.revenue", "data.transactions.excluded_share")
    return [tile(name, quality.values, wording) for name in names]


def rows(quality: DataQuality, wording: Wording) -> Claim:
    """How many rows were left out."""
    title, so_what = _rows_title(quality, wording), _rows_so_what(quality, wording)
    status: Literal["ok", "warn"] = "warn" if quality.excluded_share else "ok"
    return Claim("rows", title, so_what, ["data.transactions.excluded_share"], status)


def coverage(quality: DataQuality, wording: Wording) -> Claim:
    """How much of the window has orders."""
    title, so_what = _coverage_title(quality, wording), _coverage_so_what(quality, wording)
    return Claim("coverage", title, so_what, ["data.days_with_orders_share"])


def merged(quality: DataQuality, wording: Wording) -> Claim:
    """How many orders were joined with another of the same day."""
    title, so_what = _merged_title(quality, wording), _merged_so_what(quality)
    return Claim("merged", title, so_what, ["data.merged_share"], _merged_status(quality))


def _rows_title(quality: DataQuality, wording: Wording) -> str:
    """How many rows were left out, as a claim."""
    read = _counted(quality, "data.transactions.rows_read", "row", wording)
    if quality.excluded_share:
        return f"{wording.share(quality.excluded_share)} of {read} were wrong and left out"
    return f"None of {read} had to be left out"


def _rows_so_what(quality: DataQuality, wording: Wording) -> str:
    """What the broken rules mean for a reader."""
    if quality.failures.empty:
        return "Every row passed every rule."
    kept = quality.failures[quality.failures["done"] != "left out"]["rows"].sum()
    return (
        "The table names each rule, how many rows broke it, and where the first of them are. "
        f"{wording.count(kept)} {plural(int(kept), 'row is', 'rows are')} only noted, or left out "
        "because the study asks for it."
    )


def _coverage_title(quality: DataQuality, wording: Wording) -> str:
    """How much of the window has orders, as a claim."""
    share = quality.values["data.days_with_orders_share"]
    return f"Orders came on {wording.value(share)} of the days in the window"


def _coverage_so_what(quality: DataQuality, wording: Wording) -> str:
    """What gaps would mean."""
    unknown = int(str(quality.values["data.acquisition_unknown"].value))
    words = "A week that falls to nothing is more often a missing file than a lost customer."
    if not unknown:
        return words
    return (
        f"{words} {_counted(quality, 'data.acquisition_unknown', 'customer', wording)} may have "
        "bought before the data begin: they are valued, but left out where the first order counts."
    )


def _merged_title(quality: DataQuality, wording: Wording) -> str:
    """The merged share, as a claim."""
    merged = quality.values["data.merged_share"]
    return f"{wording.value(merged)} of orders were joined with another of the same day"


def _merged_so_what(quality: DataQuality) -> str:
    """What merging does to the forecasts."""
    merged = float(str(quality.values["data.merged_share"].value))
    if merged > MOST_MERGED:
        return (
            "Orders of one customer on one day count as one purchase. Here that joins more than "
            "one order in twenty, so customers look a little slower than they are; the value "
            "report shows the fit with these orders kept apart."
        )
    return "Orders of one customer on one day count as one purchase: too few to matter here."


def _merged_status(quality: DataQuality) -> Literal["ok", "warn"]:
    """Ok, or warn where merging is common."""
    return "warn" if float(str(quality.values["data.merged_share"].value)) > MOST_MERGED else "ok"


def limits(quality: DataQuality, study: Study) -> list[str]:
    """What these data cannot say."""
    absent = [t for t in _WANTED if t not in study.sources]
    vat = study.sources["transactions"].amounts.vat
    sentences = [
        f"There is no table of {listed(absent)}: no report looks at them." if absent else "",
        f"Amounts are with VAT {vat}." if vat else _NO_VAT,
        *_unmatched(quality),
        *_not_read(study),
    ]
    return [sentence for sentence in sentences if sentence]


def _unmatched(quality: DataQuality) -> list[str]:
    count = int(str(quality.values["data.refunds_unmatched"].value))
    if not count:
        return []
    return [f"{count} {plural(count, 'refund')} found no order, or too little of one, to reduce."]


def _not_read(study: Study) -> list[str]:
    keys = study.settings_without_reader()
    if not keys:
        return []
    return [f"The study sets {listed(keys)}, which no report of this version reads."]
