"""What an experiment's messages brought: by message, and to those whom one reached."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retention_research.answers.programs.experiment_effects import Comparison
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.experiment import (
    SMALLEST_ARM,
    Sample,
    arm_means,
    complier_effect,
    incremental_ratio,
)
from retention_research.study_programs import Program

WEAKEST = 10.0  # F of the draw on the messages received: Staiger and Stock (1997), Econometrica 65
_NO_PURPOSE = (
    "The study does not say which messages are the program's (`purpose`), so that those of any "
    "other kind would count as its own."
)
_HARDLY = (
    "Hardly more messages of the program reached those it was drawn for than the control group, so "
    "that no difference can be laid to them."
)
_BEYOND = (
    "It would be more customers than a message reached: the program worked on others as well, or "
    "messages are missing."
)
_SHARES = ("retained", "second_order")


def per_contact(compared: Comparison, outcome: str, program: Program) -> Estimate | Missing:
    """What each message of the program brings beyond what there would be without.

    Args:
        compared: the arms with the program against the control arm.
        outcome: what is counted per message.
        program: whose purpose tells its messages from others.
    """
    term = f"{outcome}_per_contact"
    if not compared.rows.contacts_told or not compared.rows.knows(outcome):
        return Missing(term, "The study does not tell of messages and what customers did on them.")
    top, base = compared.sample(outcome), compared.sample("contacts")
    if top is None or base is None:
        return Missing(term, f"Either group has fewer than {SMALLEST_ARM} customers.")
    if reason := _unrelated(base, program):
        return Missing(term, reason)
    return incremental_ratio(
        top.outcome, base.outcome, top.treated, before=top.before, stratum=top.stratum,
        cluster=top.cluster, probability=top.probability, confidence=compared.confidence,
        term=term,
    )  # fmt: skip


def complier(compared: Comparison, outcome: str, program: Program) -> Estimate | Missing:
    """The effect on those whom a message of the program reached because it was drawn for them.

    Args:
        compared: the arms with the program against the control arm.
        outcome: of which the effect is.
        program: whose purpose tells its messages from others.
    """
    term = "complier_effect"
    if not compared.rows.contacts_told:
        return Missing(term, "The study does not tell whom messages reached.")
    top, base = compared.sample(outcome), compared.sample("contacts")
    if top is None or base is None or outcome in ("satisfaction", "actions"):
        return Missing(term, "It is not told of this outcome.")
    received = base.outcome > 0
    if bool(received[base.treated].all()) and not received[~base.treated].any():
        return Missing(term, "A message reached everybody for whom one was drawn.")
    if reason := _unrelated(replace(base, outcome=received.astype(np.float64)), program):
        return Missing(term, reason)
    found = complier_effect(
        top.outcome, received, top.treated, before=top.before, stratum=top.stratum,
        cluster=top.cluster, probability=top.probability, confidence=compared.confidence,
    )  # fmt: skip
    return _possible(found, outcome)


def _unrelated(received: Sample, program: Program) -> str:
    """Why differences cannot be laid to messages; empty if they can."""
    if program.purpose is None:
        return _NO_PURPOSE
    means = arm_means(received.compared())
    return "" if means.difference > np.sqrt(WEAKEST * means.variance) else _HARDLY


def _possible(found: Estimate | Missing, outcome: str) -> Estimate | Missing:
    """Of a share, an effect of no more than everybody reached."""
    if isinstance(found, Missing) or outcome not in _SHARES or abs(found.estimate) <= 1.0:
        return found
    return Missing(found.term, _BEYOND)
