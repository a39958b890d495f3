"""What a report tells of an enrolment program beyond its effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from retention_research.models.e_value import EValue
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.enrolment import Balance, Overlap
from retention_research.summaries.trials import Habit

if TYPE_CHECKING:
    from retention_research.answers.programs.expected import ModelCheck


@dataclass(frozen=True, slots=True)
class Counted:
    """Who was compared.

    Attributes:
        habit: what enrolling goes with. on_day, in_week: share of enrolments with an order then.
        enrolled: customers who ever enrolled. members: of them, those compared.
        without_order, unfinished, apart: of the others, why they are not.
        others: customers held against them. rows: customers times weeks they were held in.
        trials: weeks in which somebody enrolled. first, last: days between which they start.
        others_drawn: share of the others' rows that was drawn.
        trimmed: rows left out because nobody on the other side is like them.
        covariates: how many columns are held equal. model: of purchases, fitted beforehand; or
            why there is none.
        not_known: name of what is not taken into account to why.
    """

    habit: Habit
    on_day: float
    in_week: float
    enrolled: int
    members: int
    without_order: int
    unfinished: int
    apart: int
    others: int
    rows: int
    trials: int
    first: date
    last: date
    others_drawn: float
    trimmed: int
    covariates: int
    model: str
    not_known: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pace:
    """The hazard ratio of the next order, of ever-members over all their orders and of members."""

    naive: Estimate | Missing
    corrected: Estimate | Missing


@dataclass(frozen=True, slots=True)
class PlaceboResult:
    """A difference between those who enrol and the others that no program can have made.

    Attributes:
        name: of what is compared.
        standardised: the difference, in standard deviations, adjusted.
        p_value: of none. p_adjusted: by Holm, over the placebo outcomes.
        passed: none is seen.
    """

    name: str
    standardised: float
    p_value: float
    p_adjusted: float
    passed: bool


@dataclass(frozen=True, slots=True, eq=False)
class EnrolmentDetail:
    """What an enrolment program's part of the page tells.

    Attributes:
        targeted: whether the company chose the customers (a campaign), not they themselves.
        counted: who was compared.
        before: orders of the half-year before, members against the others, not adjusted.
        ever: whoever ever enrolled against the others over the last window of the data; no effect.
        plain: members against the others of the same weeks, not adjusted; no effect.
        per_protocol: of staying a member against staying none, for the whole window.
        landmark: members against other active customers at several dates, adjusted.
        pace: of the next order.
        overlap, balance: are there comparable customers, and are they alike?
        placebos: by name, or why there is none.
        e_value: how strong an unrecorded cause of staying would have to be.
        model_check: purchases that a model expected, held against what happened.
        headings: column of the covariates to what it is called.
        not_looked_at: outcomes the study names that cannot be told of an enrolment program.
    """

    targeted: bool
    counted: Counted
    before: Effect | Missing
    ever: tuple[Effect, ...]
    plain: tuple[Effect, ...]
    per_protocol: tuple[Effect, ...] | Missing
    landmark: Effect | Missing
    pace: Pace | Missing
    overlap: Overlap
    balance: tuple[Balance, ...]
    placebos: Mapping[str, PlaceboResult | Missing]
    e_value: EValue | Missing
    model_check: ModelCheck | Missing
    headings: Mapping[str, str]
    not_looked_at: tuple[str, ...]
