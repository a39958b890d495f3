"""The section `programs` of a study: what was tried to keep customers, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from retention_research.periods import Duration
from retention_research.study_sections import Section, Share
from retention_research.study_spans import Length

Kind = Literal[
    "experiment", "enrolment", "rollout", "rewards", "referral", "win_back", "before_after"
]
Outcome = Literal["retained", "purchases", "revenue", "margin", "satisfaction", "actions"]
LONGEST = 10 * 366  # days of a window
MOST = 1e9  # of money: above it amounts are no longer written to the unit


def _whole_days(window: Duration) -> Duration:
    """A window, if it counts whole days: outcomes are read by the day.

    Raises:
        ValueError: if it does not, or is longer than ten years.
    """
    if window.days < 1 or (window.unit == "h" and window.days % 1):
        raise ValueError("must be whole days: outcomes are counted by the day (4W, 30D)")
    if window.days > LONGEST:
        raise ValueError("must be at most ten years (10Y)")
    return window


Money = Annotated[float, Field(ge=0, le=MOST, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Window = Annotated[Length, AfterValidator(_whole_days)]

USUAL_OUTCOMES: tuple[Outcome, ...] = ("retained", "purchases", "revenue", "margin")
_COMMON = ("id", "kind", "title", "window", "outcomes", "margin", "cost_fixed")
_DRAWN = (
    "experiment_id", "control", "mode", "planned_n", "purpose", "segments", "winsorised_at",
    "cost_per_contact", "cost_per_customer",
)  # fmt: skip
KEYS: dict[str, tuple[str, ...]] = {
    "experiment": _DRAWN,
    "win_back": _DRAWN,
    "enrolment": ("program_id", "campaign_id", "cost_per_member"),
    "rollout": ("unit", "starts", "cost_per_customer"),
    "rewards": ("program_id", "cost_per_reward"),
    "referral": ("cost_per_referral",),
    "before_after": (),
}
NEEDED: dict[str, tuple[str, ...]] = {
    "experiment": ("experiment_id", "control", "window"),
    "win_back": ("experiment_id", "control", "window"),
    "enrolment": ("window",),
    "rollout": ("unit", "starts", "window"),
    "rewards": ("program_id",),
}


class Program(Section):
    """One retention program: who, when, what counts as its effect, and what it costs.

    Attributes:
        id: its slug, unique in the study. kind: how it was given. title: what readers call it.
        window: whole days after a customer's start in which outcomes count.
        outcomes: what is looked at. margin: share of revenue; null: money.margin.
        cost_fixed: of the whole program within the window, whoever it reaches.
        experiment_id, control: of assignments: the experiment, and its arm without the program.
        mode: fixed looks once, at planned_n customers; sequential may look at any time.
        purpose: contacts of this purpose are the program's own.
        segments: columns of customers in which the effect may differ, named beforehand.
        winsorised_at: revenue above this counts as this, in a second estimate; never for money.
        cost_per_contact, cost_per_customer, cost_per_member, cost_per_reward, cost_per_referral:
            of each contact delivered, customer treated, member, point unit redeemed, referral.
        program_id, campaign_id: of memberships or rewards, or of contacts.
        unit: column of customers, or `team` of tickets, by which a roll-out starts.
        starts: unit to its first day with the program; units left out never start.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$", max_length=60)]
    kind: Kind
    title: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    window: Window | None = None
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1)] = USUAL_OUTCOMES
    margin: Annotated[Share, Field(gt=0)] | None = None
    cost_fixed: Money | None = None
    experiment_id: Name | None = None
    control: Name | None = None
    mode: Literal["fixed", "sequential"] = "fixed"
    planned_n: Annotated[int, Field(gt=1)] | None = None
    purpose: Name | None = None
    segments: tuple[Name, ...] = ()
    winsorised_at: Annotated[float, Field(gt=0, le=MOST, allow_inf_nan=False)] | None = None
    cost_per_contact: Money | None = None
    cost_per_customer: Money | None = None
    cost_per_member: Money | None = None
    cost_per_reward: Money | None = None
    cost_per_referral: Money | None = None
    program_id: Name | None = None
    campaign_id: Name | None = None
    unit: Name | None = None
    starts: dict[Name, date] = Field(default={})

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        if wrong := _not_of_kind(self.kind, self._told() - set(_COMMON)):
            raise ValueError(wrong)
        lacks = [key for key in NEEDED.get(self.kind, ()) if not getattr(self, key)]
        if lacks:
            listed = ", ".join(f"`{key}`" for key in lacks)
            raise ValueError(f"is of kind {self.kind} and needs {listed}")
        if self.kind == "enrolment" and bool(self.program_id) == bool(self.campaign_id):
            raise ValueError(
                "is of kind enrolment and needs either `program_id` (of memberships) or "
                "`campaign_id` (of contacts)"
            )
        return self

    def _told(self) -> set[str]:
        """Keys whose value is not the default: a study that was written out holds all of them."""
        fields = type(self).model_fields
        return {key for key in fields if getattr(self, key) != fields[key].default}

    @property
    def heading(self) -> str:
        """What readers call it."""
        return self.title or self.id.replace("_", " ")

    @property
    def window_days(self) -> int:
        """The outcome window in days; 0 where the kind has none."""
        return round(self.window.days) if self.window else 0


def _not_of_kind(kind: str, given: Iterable[str]) -> str:
    """What to say of keys that a program of this kind does not have; empty if there are none."""
    strange = sorted(set(given) - set(KEYS[kind]))
    if not strange:
        return ""
    known = ", ".join(f"`{key}`" for key in (*_COMMON, *KEYS[kind]))
    return f"is of kind {kind}, which has no `{strange[0]}`: there are {known}"


def not_unique(programs: Iterable[Program]) -> str:
    """The first id that two programs share; empty if there is none."""
    seen: set[str] = set()
    for program in programs:
        if program.id in seen:
            return program.id
        seen.add(program.id)
    return ""
