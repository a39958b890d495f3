"""How the simulated company is read: the settings of its study, as far as truth depends on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from retention_research.events.simulate.company import START, WEEKS
from retention_research.events.simulate.history import DAY

AS_OF = START + timedelta(weeks=WEEKS, days=-1)


@dataclass(frozen=True, slots=True)
class Reading:
    """Settings of the study; days are numbers from the company's first, 0.

    Attributes:
        as_of: last day that is known.
        period_start: first day of the last full period, which ends on as_of.
        silence_days: churn.inactive_for; horizon_days: of value and points.
        tau_days: of mean tenure; conversion_days: of contacts.
        margin: share of revenue; annual_discount_rate: a year.
        targets: hours to the first response, by category of ticket.
    """

    as_of: date = AS_OF
    period_start: date = date(2024, 6, 1)
    silence_days: int = 182
    horizon_days: int = 364
    tau_days: int = 273
    conversion_days: int = 14
    margin: float = 0.30
    annual_discount_rate: float = 0.10
    targets: Mapping[str, float] = field(
        default_factory=lambda: {"delivery": 8.0, "product": 12.0, "payment": 4.0, "question": 8.0}
    )

    @property
    def last(self) -> int:
        """The last day that is known, as a number.

        Example:
            >>> Reading().last, Reading().first
            (909, 880)
        """
        return (self.as_of - START).days

    @property
    def first(self) -> int:
        """The first day of the last full period, as a number."""
        return (self.period_start - START).days

    @property
    def end(self) -> int:
        """The second at which as_of is over."""
        return (self.last + 1) * DAY
