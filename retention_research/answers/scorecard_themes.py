"""The sections of the scorecard and the KPIs that each shows, in order."""

from __future__ import annotations

from typing import NamedTuple


class Theme(NamedTuple):
    """One section of the page.

    Attributes:
        id: slug.
        title: what readers see.
        kpis: names, or beginnings of names, in order.
    """

    id: str
    title: str
    kpis: tuple[str, ...]


THEMES = (
    Theme("customers", "Customers and money", (
        "crr", "churn_rate", "repeat_purchase_rate", "purchase_frequency", "tenure_mean",
        "existing_revenue_share", "clv_to_cac", "referral_share")),
    Theme("service", "Service", (
        "first_response_hours", "resolution_hours", "sla_share", "problem_rate",
        "resolved_without_reopening", "handling_minutes", "escalated_share", "self_service",
        "csat")),
    Theme("contacts", "Contacts", (
        "contact_conversion_rate", "contact_conversion", "unsubscribe_rate",
        "actions_per_engagement")),
    Theme("voice", "Voice of the customers", ("nps",)),
    Theme("loyalty", "Loyalty points", ("redemption_rate", "breakage_rate")),
)  # fmt: skip


def theme_of(kpi: str) -> str:
    """The section of a KPI; the first one for a name that none lists.

    Example:
        >>> theme_of("repeat_purchase_rate_30d"), theme_of("csat")
        ('customers', 'service')
    """
    return THEMES[_place(kpi)[0]].id


def in_order(kpis: list[str]) -> list[str]:
    """KPIs in the order of the page.

    Example:
        >>> in_order(["nps", "repeat_purchase_rate_30d", "crr"])
        ['crr', 'repeat_purchase_rate_30d', 'nps']
    """
    return sorted(kpis, key=_place)


def _place(kpi: str) -> tuple[int, int, str]:
    """Section, place in it, name: a longer beginning that fits wins."""
    fitting = [
        (-len(name), section, place)
        for section, theme in enumerate(THEMES)
        for place, name in enumerate(theme.kpis)
        if kpi == name or kpi.startswith(f"{name}_")
    ]
    _, section, place = min(fitting, default=(0, 0, len(THEMES[0].kpis)))
    return section, place, kpi
