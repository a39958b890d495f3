"""Amounts as shops write them: decimal sign, grouping, minus, currency, found from the texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from retention_research.events.engine import amount_groups
from retention_research.study import StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir

TOKENS_LOOKED_AT = 200

# A sign that several currencies share names them all: it contradicts none of them.
_SIGNS: Mapping[str, tuple[str, ...]] = {
    "zł": ("PLN",), "zl": ("PLN",), "zloty": ("PLN",), "lei": ("RON", "MDL"), "leu": ("RON", "MDL"),
    "грн": ("UAH",), "₴": ("UAH",), "kč": ("CZK",), "kc": ("CZK",), "€": ("EUR",), "euro": ("EUR",),
    "£": ("GBP",), "ft": ("HUF",), "лв": ("BGN",), "₽": ("RUB",), "руб": ("RUB",), "fr": ("CHF",),
    "kr": ("SEK", "NOK", "DKK", "ISK"), "¥": ("JPY", "CNY"), "₺": ("TRY",), "tl": ("TRY",),
    "₹": ("INR",), "us$": ("USD",), "r$": ("BRL",), "a$": ("AUD",), "c$": ("CAD",), "ca$": ("CAD",),
    "$": ("USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD", "ARS", "CLP", "COP"),
}  # fmt: skip
_WORD = r"(\p{L}{0,5}\p{Sc}|\p{L}{1,5}\.?)?"
_NUMBER = r"(\d[\d.,' ]*\d|\d|[.,]\d+|\d[\d.,' ]*[.,])"
_AMOUNT = rf"^(\()?([-+])? ?{_WORD} ?([-+])? ?{_NUMBER} ?{_WORD} ?([-+])?(\))?$"
_FIELDS = ("open", "sign_1", "before", "sign_2", "number", "after", "sign_3", "close")


@dataclass(frozen=True, slots=True)
class Notation:
    """How the decimal sign of a column was found.

    Attributes:
        decimal: "." or ",".
        words: what to say in the record.
    """

    decimal: str
    words: str


def split_amount(text: ir.StringValue) -> ir.StructValue:
    """Sign, currency and number of an amount; all fields empty where it is none.

    Example:
        >>> t = ibis.memtable({"text": ["1 234,50 zł"]})
        >>> t.select(parts=split_amount(t.text)).unpack("parts").after.to_pyarrow().to_pylist()
        ['zł']
    """
    spaced = text.translate("\u00a0\u202f\u2009\u2007\u2212\u2013\u2019", "    --'").strip()
    return amount_groups(spaced.re_replace(r"[,.]-+", ""), _AMOUNT, list(_FIELDS))


def decimal_evidence(t: ir.Table) -> dict[str, str]:
    """What the `number`s of a table say about the decimal sign.

    Returns:
        An example for each of "comma", "point" (certain), "comma?", "point?" (could be grouping).
    """
    says = ibis.cases(
        (t.number.re_search(r"\..*,|,\d{0,2}$|,\d{4,}$|^0?,\d|^\d{4,},|\..*\."), "comma"),
        (t.number.re_search(r",.*\.|\.\d{0,2}$|\.\d{4,}$|^0?\.\d|^\d{4,}\.|,.*,"), "point"),
        (t.number.contains(","), "comma?"),
        (t.number.contains("."), "point?"),
    )
    found = t.mutate(says=says).filter(says.notnull()).group_by("says").agg(example=t.number.min())
    return {row["says"]: row["example"] for row in found.to_pyarrow().to_pylist()}


def choose_decimal(evidence: Mapping[str, str], stated: str | None, where: str) -> Notation:
    """The decimal sign of a column.

    Args:
        evidence: from `decimal_evidence`.
        stated: the study's `decimal`; it wins.
        where: table and column, for messages.

    Raises:
        StudyError: if the numbers contradict one another, or could be read in two ways.

    Example:
        >>> choose_decimal({"comma": "1.234,50"}, None, "orders.csv").decimal
        ','
    """
    if stated:
        return Notation(stated, f"{stated} (stated)")
    certain = {
        sign: evidence[key] for key, sign in (("comma", ","), ("point", ".")) if key in evidence
    }
    if len(certain) == 2:
        raise StudyError(
            f"{where}: {certain[',']} has a decimal comma and {certain['.']} a decimal point. "
            "Export the column in one notation, or state `decimal:` (other rows are then left out "
            "and counted)."
        )
    doubtful = evidence.get("comma?") or evidence.get("point?")
    if not certain and doubtful:
        plain = doubtful.replace(",", "").replace(".", "")
        raise StudyError(
            f"{where}: {doubtful} can be {plain} or {doubtful.replace(',', '.')}, and no row "
            'decides it. State `decimal: "."` or `decimal: ","` for this source.'
        )
    sign = next(iter(certain), ".")
    return Notation(sign, f"{sign} (found)" if certain else "none seen")


def parse_amounts(t: ir.Table, decimal: str) -> ir.FloatingValue:
    """Amounts as numbers, negative by a minus or parentheses; null if unreadable.

    Args:
        t: the fields of `split_amount` as columns.
        decimal: "." or ",".
    """
    grouping = "," if decimal == "." else "."
    grouped = rf"^(\d{{1,3}}([{grouping}' ]\d{{3}})+|\d+)?([{decimal}]\d*)?$"
    plain = t.number.translate(f"{decimal}{grouping}' ", ".")
    value = ibis.cases((t.number.re_search(grouped), plain.try_cast("float64")))
    signs = t.sign_1 + t.sign_2 + t.sign_3 + t.open
    balanced = (t.open == "") == (t.close == "")
    return ibis.cases(
        (balanced & signs.isin(["", "+"]), value), (balanced & signs.isin(["-", "("]), -value)
    )


def folded(token: ir.StringValue) -> ir.StringValue:
    """A currency word without case and full stop: Kč and kč, грн and грн. are one.

    Example:
        >>> ibis.memtable({"t": ["ZŁ"]}).select(f=folded(ibis._.t)).f.to_pyarrow().to_pylist()
        ['zł']
    """
    return token.lower().replace(".", "")


def tokens(t: ir.Table) -> dict[str, int]:
    """Currency words in `before` and `after`, folded, with their rows, commonest first."""
    seen = ibis.union(*(t.select(token=folded(t[side]), n="n") for side in ("before", "after")))
    counts = seen.filter(seen.token != "").group_by("token").agg(n=lambda s: s.n.sum())
    top = counts.order_by([ibis.desc("n"), "token"]).limit(TOKENS_LOOKED_AT)
    return {row["token"]: row["n"] for row in top.to_pyarrow().to_pylist()}


def currencies_of(token: str) -> tuple[str, ...]:
    """Currencies that a sign or code can mean; empty where it is neither.

    Example:
        >>> currencies_of("zł"), currencies_of("EUR"), currencies_of("pieces")
        (('PLN',), ('EUR',), ())
    """
    folded = token.strip().rstrip(".").lower()
    if folded in _SIGNS:
        return _SIGNS[folded]
    return (folded.upper(),) if len(folded) == 3 and folded.isascii() and folded.isalpha() else ()


def refuse_two_currencies(found: Mapping[str, int], study_currency: str, where: str) -> None:
    """Stop where a column holds amounts of more than one currency, or of another than the study's.

    Args:
        found: currency word to its count of rows.
        study_currency: ISO code.
        where: table and column, for messages.

    Raises:
        StudyError: naming the currencies and their counts.

    Example:
        >>> refuse_two_currencies({"EUR": 3}, "EUR", "orders.csv, column amount")
    """
    readings = {token: currencies_of(token) for token in found}
    known = {token: codes for token, codes in readings.items() if codes}
    if all(study_currency in codes for codes in known.values()):
        return
    listed = ", ".join(
        f"{token} in {found[token]:,} row{'s'[: found[token] > 1]}" for token in list(known)[:5]
    )
    if len(set(known.values())) > 1:
        raise StudyError(
            f"{where}: two currencies in one study ({listed}; the study is in {study_currency}). "
            "Amounts of different currencies cannot be added: convert them, or make two studies."
        )
    raise StudyError(
        f"{where}: amounts are in {listed}, but the study says `currency: {study_currency}`. "
        "Correct `currency:` in the study, or convert the amounts."
    )
