"""A referral program in words: who came by it, what they bring and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from retention_research.answers.programs.referral import ReferralDetail
from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Missing
from retention_research.wording.claims import Claim
from retention_research.wording.estimates import share_and_range
from retention_research.wording.numbers import Wording, plural
from retention_research.wording.programs_money_words import amount
from retention_research.wording.programs_words import bracketed, clear, headline, key_of, said

if TYPE_CHECKING:
    from retention_research.wording.programs_tables import Rows


def claim(report: ProgramReport, wording: Wording) -> Claim:
    """Customers brought, what they bring, and why that is no effect."""
    detail = cast("ReferralDetail", report.detail)
    before = f"program.{report.program.id}"
    names = ("referral.customers", "referral.margin_sofar", "referral.cost", "decision")
    n = detail.customers
    return Claim(
        key_of(report),
        f"{report.program.heading}: {wording.count(n)} new {plural(n, 'customer')} came by it, "
        f"{wording.share(detail.share.estimate)} of new customers",
        f"{_bring(detail, wording)} {_compared(report, wording)} {' '.join(report.why)}",
        [f"{before}.{name}" for name in names],
    )


def _bring(detail: ReferralDetail, wording: Wording) -> str:
    if isinstance(detail.sofar, Missing):
        return f"What they brought is not told. {detail.sofar.reason}"
    return f"Each has brought {amount(detail.sofar, wording)} of margin so far."


def _compared(report: ProgramReport, wording: Wording) -> str:
    """Against other new customers: an association."""
    effect = headline(report)
    if effect is None:
        return ""
    within = f"within {wording.days(cast('ReferralDetail', report.detail).days)}"
    first = f"{within[:1].upper()}{within[1:]} of the first purchase"
    if clear(effect):
        words = said(effect, wording).removesuffix(bracketed(effect, wording))
        return f"{first}, {words} than of other new customers{bracketed(effect, wording)}."
    return f"{first}, they and other new customers are not told apart by who buys again."


def notes(report: ProgramReport, wording: Wording) -> tuple[str, ...]:
    """Paragraphs on what customers brought cost, and on those who brought them."""
    detail = cast("ReferralDetail", report.detail)
    parts = (_cost(detail, wording), _needed(detail, wording), _ahead(detail, wording),
             _referrers(detail, wording))  # fmt: skip
    return tuple(filter(None, parts))


def _cost(detail: ReferralDetail, wording: Wording) -> str:
    each, others = detail.cost_per_customer, detail.others_cost
    if isinstance(each, Missing):
        return each.reason
    told = f"One customer brought costs {wording.money(each)}"
    if isinstance(others, Missing):
        return f"{told}."
    return f"{told}; other new customers cost {amount(others, wording)} each."


def _needed(detail: ReferralDetail, wording: Wording) -> str:
    """The share that must not have come otherwise."""
    found = detail.break_even_share
    if isinstance(found, Missing):
        return ""
    if found.estimate > 1.0:
        return "Their margin so far does not cover its cost, even if none would have come anyway."
    return (
        f"The program has paid for itself if at least {share_and_range(found, wording)} of those "
        "brought would not have come without it."
    )


def _ahead(detail: ReferralDetail, wording: Wording) -> str:
    if isinstance(detail.value, Missing):
        return f"What they are still worth is not told. {detail.value.reason}"
    return f"From now on, each is expected to bring {amount(detail.value, wording)} more."


def _referrers(detail: ReferralDetail, wording: Wording) -> str:
    n = detail.referrers
    told = f"{wording.count(n)} {plural(n, 'customer')} brought them"
    if isinstance(detail.referrers_again, Missing):
        return f"{told}."
    within = wording.days(detail.days)
    return (
        f"{told}; {share_and_range(detail.referrers_again, wording)} bought again within {within} "
        "after the first one came. Whether bringing others keeps them, these data cannot tell."
    )


def analysts(report: ProgramReport, wording: Wording) -> tuple[tuple[str, ...], tuple[Rows, ...]]:
    """How referrals are counted."""
    days = wording.days(cast("ReferralDetail", report.detail).days)
    told = (
        "New customers whose row in customers names who referred them, against those whose row "
        f"names nobody; outcomes over the {days} after the first purchase, of customers whose "
        "window is over, unadjusted. Margin so far counts the first purchase and is as long as "
        "each customer has been there. The value ahead comes from the value model, fitted on all "
        "customers."
    )
    return (told,), ()
