"""What an experiment tells beyond its effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from retention_research.answers.programs.expected import ModelCheck
from retention_research.answers.programs.looks import Looks
from retention_research.answers.programs.uplift import SegmentEffects
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.experiment import Balance, SampleRatio
from retention_research.programs.uplift import Uplift

_NONE = Missing("", "It was not looked at.")


class Arm(NamedTuple):
    """One arm, counted.

    Attributes:
        arm: its name; arms under group_floor are together as "other".
        assigned: customers drawn into it.
        compared: of those, whose window is over and who were drawn into no other arm.
        planned: share of customers that the draw should have given it; None where not known.
        reached: share of those compared whom a message of the program reached; None where the
            study does not tell.
        personalised: share of these messages that were personalised; None likewise.
        answered: share of those compared who answered a survey in the window; None likewise.
        asked: share of those compared who were invited to one; None where the source tells not.
    """

    arm: str
    assigned: int
    compared: int
    planned: float | None = None
    reached: float | None = None
    personalised: float | None = None
    answered: float | None = None
    asked: float | None = None


@dataclass(frozen=True, slots=True)
class ExperimentDetail:
    """What an experiment tells beyond its effects.

    Attributes:
        arms: arm to customers compared in it; small arms are together as "other".
        counted: the arms, the control arm last.
        assigned: customers drawn. in_two_arms: of those, drawn into two arms and left out.
        unfinished: whose window is not over at as_of. later: drawn after as_of.
        window_days: of the outcomes, and of the time before that is adjusted for.
        sample_ratio: whether the draw shared customers out as planned; None if not checkable.
        balance: behaviour before the draw, in the arms with the program and the control.
        plain: the main comparison unadjusted, revenue and margin with bootstrap intervals.
        pairs: each arm against the control, then arms against each other, by outcome; p values
            adjusted over the pairs of an outcome.
        personalised: arms whose messages were personalised against those with general ones.
        winsorised: the effect on revenue with large amounts cut; missing where none is declared.
        incremental_per_contact: actions that each message brings beyond those without.
        purchases_per_contact: the same of purchases.
        actions_per_contact: actions per message, personalised against general ones.
        complier: the effect on buying again of those whom a message reached.
        compliers: the same by outcome.
        looks: this look and earlier ones.
        heterogeneity: effects by segments named beforehand.
        uplift: customers ranked by expected effect.
        model_check: what the value model expected against what happened.
        second_order: of a win-back: came back and bought once more as soon after that.
        lapsed: of a win-back: share of those drawn who had fallen silent.
    """

    arms: Mapping[str, int]
    counted: tuple[Arm, ...] = ()
    assigned: int = 0
    in_two_arms: int = 0
    unfinished: int = 0
    later: int = 0
    window_days: int = 0
    sample_ratio: SampleRatio | None = None
    balance: tuple[Balance, ...] = ()
    plain: tuple[Effect, ...] = ()
    pairs: tuple[Effect, ...] = ()
    personalised: tuple[Effect, ...] = ()
    winsorised: Effect | Missing = _NONE
    incremental_per_contact: Estimate | Missing = _NONE
    purchases_per_contact: Estimate | Missing = _NONE
    actions_per_contact: Effect | Missing = _NONE
    complier: Estimate | Missing = _NONE
    compliers: Mapping[str, Estimate | Missing] = field(default_factory=dict)
    looks: Looks | Missing = _NONE
    heterogeneity: tuple[SegmentEffects, ...] = ()
    uplift: Uplift | Missing = _NONE
    model_check: ModelCheck | Missing = _NONE
    second_order: Effect | Missing = _NONE
    lapsed: float | None = None
