"""An experiment's arms held against each other: together, one by one, and by kind of message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

import numpy as np

from retention_research.answers.programs.experiment_rows import ExperimentRows
from retention_research.models.arrays import Flags
from retention_research.models.fit import Missing
from retention_research.programs.effects import Effect
from retention_research.programs.experiment import (
    SMALLEST_ARM,
    Sample,
    bootstrap_difference,
    difference,
    ratio_difference,
    winsorised_difference,
    with_holm,
)

MOSTLY = 0.5  # share of an arm's messages: with more of them personalised it is a personalised arm
_MONEY = ("revenue", "margin")


@dataclass(frozen=True, slots=True)
class Side:
    """Arms that are taken together.

    Attributes:
        name: what they are called. arms: which.
    """

    name: str
    arms: tuple[str, ...]

    def of(self, rows: ExperimentRows) -> Flags:
        """Which customers are in them, shape (n,)."""
        return rows.compared["arm"].isin(self.arms).to_numpy(dtype=bool)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides of an experiment.

    Attributes:
        rows: its customers. treated: one side. control: the other.
        confidence: of the intervals.
    """

    rows: ExperimentRows
    treated: Side
    control: Side
    confidence: float

    @property
    def inside(self) -> Flags:
        """Customers of either side, shape (n,)."""
        return self.treated.of(self.rows) | self.control.of(self.rows)

    def effect(self, outcome: str, adjust: bool = True) -> Effect | None:
        """The difference in an outcome; None where a side has too few customers who have it."""
        sample = self.sample(outcome)
        if sample is None:
            return None
        return difference(
            sample, outcome=outcome, treated=self.treated.name, control=self.control.name,
            kind="proportion" if outcome in ("retained", "second_order") else "mean",
            adjust=adjust, confidence=self.confidence,
        )  # fmt: skip

    def sample(self, outcome: str) -> Sample | None:
        """The customers of both sides in whom the outcome is known; None if too few are."""
        if not self.rows.knows(outcome):
            return None
        value, treated = self.rows.outcome(outcome), self.treated.of(self.rows)
        inside = self.inside & ~np.isnan(value)
        sizes = int((treated & inside).sum()), int((~treated & inside).sum())
        return None if min(sizes) < SMALLEST_ARM else self.rows.sample(value, treated, inside)


def effects_of(
    compared: Comparison, outcomes: Iterable[str], adjust: bool = True
) -> tuple[Effect, ...]:
    """One effect per outcome that can be told."""
    return tuple(filter(None, (compared.effect(one, adjust) for one in outcomes)))


def plain_effects(
    compared: Comparison, outcomes: Iterable[str], rng: np.random.Generator
) -> tuple[Effect, ...]:
    """The same unadjusted; revenue and margin with intervals over draws of customers."""
    return tuple(filter(None, (_plain(compared, one, rng) for one in outcomes)))


def _plain(compared: Comparison, outcome: str, rng: np.random.Generator) -> Effect | None:
    sample = compared.sample(outcome)
    if sample is None or outcome not in _MONEY:
        return compared.effect(outcome, adjust=False)
    return bootstrap_difference(
        sample, rng=rng, outcome=outcome, treated=compared.treated.name,
        control=compared.control.name, confidence=compared.confidence,
    )  # fmt: skip


def pairs(
    rows: ExperimentRows, control: str, outcomes: Sequence[str], confidence: float
) -> tuple[Effect, ...]:
    """Each arm against the control, then against each other; Holm over the pairs of an outcome.

    Arms of fewer than 30 customers take no part; of two arms there is no pair beside the main one.
    """
    sizes = rows.compared["arm"].value_counts()
    large = sorted(str(arm) for arm, n in sizes.items() if n >= SMALLEST_ARM)
    others = [arm for arm in large if arm != control]
    if len(others) < 2:
        return ()
    asked = [(one, control) for one in others] if control in large else []
    asked += [(later, earlier) for earlier, later in combinations(others, 2)]
    sides = {arm: Side(arm, (arm,)) for arm in large}
    found = (
        Comparison(rows, sides[a], sides[b], confidence).effect(outcome)
        for outcome in outcomes
        for a, b in asked
    )
    return with_holm_by_outcome(tuple(filter(None, found)))


def with_holm_by_outcome(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Effects, those of an outcome together, with p values adjusted over all of the outcome."""
    by_outcome = groupby(effects, key=lambda one: one.outcome)
    return tuple(one for _, some in by_outcome for one in with_holm(tuple(some)))


def by_message(rows: ExperimentRows, control: str, confidence: float) -> Comparison | None:
    """Arms whose messages were personalised against those with general ones; None without both."""
    if not rows.contacts_told:
        return None
    frame = rows.compared[rows.compared["arm"] != control]
    sums = frame.groupby("arm")[["contacts", "contacts_personalised"]].sum()
    reached = sums[sums["contacts"] > 0]
    share = reached["contacts_personalised"] / reached["contacts"]
    own = tuple(map(str, share.index[share > MOSTLY]))
    general = tuple(map(str, share.index[share <= MOSTLY]))
    if not own or not general:
        return None
    return Comparison(
        rows, Side(_named(own, "personalised"), own), Side(_named(general, "general"), general),
        confidence,
    )  # fmt: skip


def _named(arms: tuple[str, ...], otherwise: str) -> str:
    return arms[0] if len(arms) == 1 else otherwise


def actions_per_contact(compared: Comparison | None) -> Effect | Missing:
    """Actions per message, personalised against general ones."""
    term = "actions_per_contact"
    if compared is None or not compared.rows.knows("actions"):
        return Missing(term, "There are no arms with personalised and with general messages.")
    top, base = compared.sample("actions"), compared.sample("contacts")
    if top is None or base is None:
        return Missing(term, f"Either group has fewer than {SMALLEST_ARM} customers.")
    return ratio_difference(
        top.outcome, base.outcome, top.treated, before=top.before, stratum=top.stratum,
        cluster=top.cluster, probability=top.probability, outcome=term,
        names=(compared.treated.name, compared.control.name), confidence=compared.confidence,
    )  # fmt: skip


def winsorised(compared: Comparison, threshold: float | None) -> Effect | Missing:
    """The effect on revenue with amounts cut at the threshold that was declared."""
    sample = compared.sample("revenue")
    if threshold is None or sample is None:
        return Missing("winsorised", "No threshold is declared (`winsorised_at`).")
    return winsorised_difference(
        sample, threshold, treated=compared.treated.name, control=compared.control.name,
        confidence=compared.confidence,
    )  # fmt: skip
