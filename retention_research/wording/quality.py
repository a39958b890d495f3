"""Sentences of the data-quality report."""

from __future__ import annotations

from datetime import date
from typing import Literal

from retention_research.answers.quality import ASKED, LEFT_OUT, NOTED, DataQuality
from retention_research.study import Study
from retention_research.summaries.purchases import MOST_MERGED
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, listed, plural
from retention_research.wording.quality_tables import tables
from retention_research.wording.tiles import Tile, tile

MOST_ASKED = 0.2  # of the rows read left out by the study's own choice, above which it is a warning
_MOST_STRANGERS = 0.05  # of order rows of customers unknown to the table of customers
LONG_SILENCE = 14  # days without an order up to as_of, from which on a file may be missing
_WANTED = ("customers", "contacts", "tickets", "surveys")
_TITLES = {
    "cohorts": "who comes back",
    "customer_value": "what customers are worth",
    "survival": "how long customers stay",
}

Standing = Literal["ok", "warn"]


def opening(quality: DataQuality, wording: Wording) -> tuple[str, str, str]:
    """The answer, what it is about in money, and what to do."""
    money = f"They hold {wording.value(quality.values['data.revenue'])} of revenue after refunds."
    return f"{_can_carry(quality)} {_extent(quality, wording)}", money, _to_do(quality, wording)


def _can_carry(quality: DataQuality) -> str:
    if not quality.obstacles and _strangers_share(quality) > _MOST_STRANGERS:
        return "These data can carry the reports, but not their groups of customers."
    if not quality.obstacles:
        return "These data can carry the reports."
    lacking = listed([_TITLES[name] for name in quality.obstacles])
    return f"These data cannot say {lacking}."


def _extent(quality: DataQuality, wording: Wording) -> str:
    return (
        f"They hold {_counted(quality, 'data.orders', 'order', wording)} from "
        f"{_counted(quality, 'data.customers', 'customer', wording)}, "
        f"{_day(quality, 'data.first_day', wording)} to {_day(quality, 'data.as_of', wording)}."
    )


def _to_do(quality: DataQuality, wording: Wording) -> str:
    steps = [*quality.obstacles.values()]
    if _silent_days(quality) >= LONG_SILENCE:
        steps.append(_silence(quality, wording))
    if tables(quality, wording).status == "warn":
        steps.append(
            "Some tables stop early or are empty: see which, and whether a file is missing."
        )
    if _strangers_share(quality) > _MOST_STRANGERS:
        steps.append(
            f"{wording.share(_strangers_share(quality))} of order rows are of customers who are "
            "not in the table of customers: their groups cannot be told."
        )
    wrong = _rows_of(quality, LEFT_OUT)
    if wrong:
        rows = f"{wording.count(wrong)} {plural(wrong, 'row')}"
        steps.append(f"Have the {rows} that had to be left out corrected at the source.")
    return " ".join(steps) or "Nothing needs to be done before you read the other reports."


def _strangers_share(quality: DataQuality) -> float:
    """Share of the order rows whose customer is not in the table of customers."""
    rows = quality.values.get("data.customers.failed.customer_unknown")
    return rows.number / quality.values["data.transactions.rows_good"].number if rows else 0.0


def _silence(quality: DataQuality, wording: Wording) -> str:
    return (
        f"The last order is of {_day(quality, 'data.last_order_day', wording)}, "
        f"{_silent_days(quality)} days before the end of the window: check for a missing file."
    )


def _silent_days(quality: DataQuality) -> int:
    return round(quality.values["data.days_since_last_order"].number)


def _counted(quality: DataQuality, name: str, noun: str, wording: Wording) -> str:
    count = round(quality.values[name].number)
    return f"{wording.count(count)} {plural(count, noun)}"


def _day(quality: DataQuality, name: str, wording: Wording) -> str:
    return wording.day(date.fromisoformat(str(quality.values[name].value)))


def _rows_of(quality: DataQuality, done: str) -> int:
    return int(quality.failures.loc[quality.failures["done"] == done, "rows"].sum())


def tiles(quality: DataQuality, wording: Wording) -> list[Tile]:
    """The headline numbers."""
    names = ("data.orders", "data.customers", "data.revenue", "data.transactions.excluded_share")
    return [tile(name, quality.values, wording) for name in names]


def rows(quality: DataQuality, wording: Wording) -> Claim:
    """How many rows were left out, for being wrong and because the study asks for it."""
    asked = _rows_of(quality, ASKED)
    careful = _rows_of(quality, LEFT_OUT) > 0 or asked > MOST_ASKED * _rows_read(quality)
    title, so_what = _rows_title(quality, wording), _rows_so_what(quality, wording)
    status: Standing = "warn" if careful else "ok"
    names = [f"data.{name}.excluded_share" for name in quality.tables["table"]]
    return Claim("rows", title, so_what, names, status)


def _rows_read(quality: DataQuality) -> int:
    """Rows of all tables, good or not."""
    names = quality.tables["table"]
    return round(sum(quality.values[f"data.{name}.rows_read"].number for name in names))


def _rows_title(quality: DataQuality, wording: Wording) -> str:
    n = _rows_read(quality)
    read = f"{wording.count(n)} {plural(n, 'row')}"
    wrong, asked = _rows_of(quality, LEFT_OUT), _rows_of(quality, ASKED)
    if wrong:
        return f"{wording.count(wrong)} of {read} were wrong and left out"
    if asked:
        return f"No row was wrong; {wording.count(asked)} of {read} were left out as asked"
    return f"None of {read} had to be left out"


def _rows_so_what(quality: DataQuality, wording: Wording) -> str:
    if quality.failures.empty:
        return "Every row passed every rule."
    share = _rows_of(quality, ASKED) / _rows_read(quality)
    noted = _rows_of(quality, NOTED)
    sentences = [
        "The table says what was the matter with which rows.",
        f"The study leaves out {wording.share(share)} of the rows by its own choice, such as "
        "orders whose status does not count as a sale: look at the statuses if that is more than "
        "you expect."
        if share
        else "",
        f"{wording.count(noted)} {plural(noted, 'row was', 'rows were')} kept and noted."
        if noted
        else "",
    ]
    return " ".join(filter(None, sentences))


def coverage(quality: DataQuality, wording: Wording) -> Claim:
    """Whether orders came in every week, up to the end of the window."""
    gaps = round(quality.values["data.weeks_without_orders"].number)
    silent = _silent_days(quality) >= LONG_SILENCE or quality.weeks.empty
    names = ["data.weeks_without_orders", "data.days_since_last_order"]
    title, so_what = _coverage_title(quality, wording), _coverage_so_what(quality, wording)
    return Claim("coverage", title, so_what, names, "warn" if gaps or silent else "ok")


def _coverage_title(quality: DataQuality, wording: Wording) -> str:
    if _silent_days(quality) >= LONG_SILENCE:
        return f"No orders since {_day(quality, 'data.last_order_day', wording)}"
    if quality.weeks.empty:
        return "The data do not hold a full week"
    gaps = round(quality.values["data.weeks_without_orders"].number)
    if gaps:
        return f"{wording.count(gaps)} {plural(gaps, 'week')} without any order"
    return "Orders came in every week"


def _coverage_so_what(quality: DataQuality, wording: Wording) -> str:
    share = quality.values["data.days_with_orders_share"]
    unknown = round(quality.values["data.acquisition_unknown"].number)
    words = (
        f"Orders came on {wording.value(share)} of all days. A week that falls to nothing is more "
        "often a missing file than lost customers."
    )
    if not unknown:
        return words
    return (
        f"{words} {_counted(quality, 'data.acquisition_unknown', 'customer', wording)} may have "
        "bought before the data begin (a guess from how early they appear): they are valued, but "
        "left out where the first order counts."
    )


def merged(quality: DataQuality, wording: Wording) -> Claim:
    """How many orders were joined with another of the same day."""
    share = quality.values["data.merged_share"]
    status: Standing = "warn" if share.number > MOST_MERGED else "ok"
    title = f"{wording.value(share)} of orders were joined with another of the same day"
    if not share.number:
        title = "No customer ordered twice on one day"
    return Claim("merged", title, _merged_so_what(share.number), ["data.merged_share"], status)


def _merged_so_what(merged_share: float) -> str:
    rule = "Orders of one customer on one day count as one purchase."
    if merged_share > MOST_MERGED:
        return (
            f"{rule} Here that joins more than one order in twenty, so customers look a little "
            "slower than they are; the value report shows what changes when they are kept apart."
        )
    return f"{rule} That is too rare to matter here." if merged_share else rule


def limits(quality: DataQuality, study: Study) -> list[str]:
    """What these data cannot say."""
    absent = [t for t in _WANTED if t not in study.sources]
    vat = study.sources["transactions"].amounts.vat
    sentences = [
        f"There is no table of {listed(absent, 'or')}: no report looks at them." if absent else "",
        f"Amounts are with VAT {vat}." if vat else "Whether amounts include VAT is not stated.",
        *_unmatched(quality),
        *_not_read(study),
    ]
    return [sentence for sentence in sentences if sentence]


def _unmatched(quality: DataQuality) -> list[str]:
    count = round(quality.values["data.refunds_unmatched"].number)
    if not count:
        return []
    return [f"{count} {plural(count, 'refund')} found no order, or too little of one, to reduce."]


def _not_read(study: Study) -> list[str]:
    keys = study.settings_without_reader()
    if not keys:
        return []
    return [f"The study sets {listed(keys)}, which no report of this version reads."]
