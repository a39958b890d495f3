"""What the scorecard calls its KPIs, and what it says of them where the study decides."""

from __future__ import annotations

from dataclasses import dataclass

from retention_research.glossary import lookup
from retention_research.periods import Duration
from retention_research.study import Study
from retention_research.wording.numbers import Wording, listed, plural

_UNITS = {"h": "hour", "D": "day", "W": "week", "M": "month", "Y": "year"}


@dataclass(frozen=True, slots=True)
class Terms(Wording):
    """How numbers and KPIs are written for one study's readers.

    Attributes:
        study: says how long a silence is, how far time as a customer is counted, and within how
            many hours tickets should be answered.
    """

    study: Study

    @property
    def active(self) -> str:
        """Who counts as active, such as "bought in the last 26 weeks"."""
        return f"bought in the last {span_words(self.study.churn.inactive_for).removeprefix('1 ')}"

    def heading(self, kpi: str) -> str:
        """What pages call a KPI."""
        if kpi == "tenure_mean":
            return f"Weeks as a customer, of the first {self._weeks}, repeat buyers"
        return lookup(f"kpi.{kpi}").heading

    def meant(self, kpi: str) -> str:
        """What to know of how a KPI is counted, as sentences; empty where its name says it."""
        said = {
            "crr": f"Active: {self.active}.",
            "churn_rate": f"Active: {self.active}.",
            "purchase_frequency": (
                "Purchases a year are counted since each customer's first purchase, so they fall "
                "as the customer base ages."
            ),
            "tenure_mean": (
                "Mean time from the first purchase to the last before a silence, counted up to "
                f"{span_words(self.study.survival.tau)}."
            ),
            "sla_share": self._hours,
        }
        return said.get(kpi, "")

    @property
    def _weeks(self) -> str:
        tau = self.study.survival.tau
        return str(tau.count) if tau.unit == "W" else span_words(tau)

    @property
    def _hours(self) -> str:
        tickets = self.study.tickets
        if not tickets.targets:
            return ""
        kind = "business hour" if tickets.business_hours else "hour"
        each = [f"{category} {hours:g} {plural(2 - (hours == 1), kind)}"
                for category, hours in sorted(tickets.targets.items())]  # fmt: skip
        return f"Targets by category of ticket: {listed(each)}."


def terms_of(study: Study) -> Terms:
    """The terms of a study's readers."""
    return Terms(study.locale, study.currency, study)


def span_words(span: Duration) -> str:
    """A length of time as the study gives it.

    Example:
        >>> span_words(Duration.parse("26W")), span_words(Duration.parse("1Y"))
        ('26 weeks', '1 year')
    """
    return f"{span.count} {plural(span.count, _UNITS[span.unit])}"
