"""Experiments of more than two arms: each pair held against each other, p values by Holm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Integers
from retention_research.programs.effects import Effect
from retention_research.programs.experiment.differences import Scale, difference, with_holm
from retention_research.programs.experiment.sample import Sample, finite


def pairwise(
    outcome: npt.ArrayLike,
    arm: npt.ArrayLike,
    *,
    control: str,
    before: npt.ArrayLike | None = None,
    stratum: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    probability: npt.ArrayLike | None = None,
    name: str = "purchases",
    kind: Scale = "mean",
    confidence: float = 0.95,
) -> tuple[Effect, ...]:
    """Each arm against the control arm, then the others against each other.

    Args:
        outcome: of each customer, shape (n,), finite.
        arm: its name for each customer, shape (n,).
        control: name of the control arm.
        before: as in a `Sample`, as are stratum, cluster and probability.
        stratum: likewise.
        cluster: likewise.
        probability: likewise.
        name: of the outcome.
        kind: as in `difference`.
        confidence: level of the intervals, which are not adjusted.

    Returns:
        One effect per pair of arms, p values adjusted over all pairs.

    Raises:
        ValueError: if nobody is in the control arm, or as `Sample` has it.

    Examples:
        >>> arms = np.repeat(["none", "general", "personal"], 40)
        >>> bought = np.tile([0, 1, 2, 3], 30) + (arms == "personal")
        >>> [(one.treated, one.control) for one in pairwise(bought, arms, control="none")]
        [('general', 'none'), ('personal', 'none'), ('personal', 'general')]
    """
    label = np.asarray(arm)
    names = sorted({str(one) for one in label} - {control})
    if not (label == control).any():
        raise ValueError(f"the control arm {control!r} has no customers")
    value = finite("outcome", outcome)
    found = []
    for treated, other in _pairs(names, control):
        rows = np.flatnonzero((label == treated) | (label == other))
        columns = (_of(one, rows) for one in (before, stratum, cluster, probability))
        sample = Sample(value[rows], label[rows] == treated, *columns)
        found.append(
            difference(
                sample, outcome=name, treated=treated, control=other, kind=kind,
                confidence=confidence,
            )
        )  # fmt: skip
    return with_holm(found)


def _pairs(names: Sequence[str], control: str) -> Iterator[tuple[str, str]]:
    yield from ((one, control) for one in names)
    yield from ((later, earlier) for earlier, later in combinations(names, 2))


def _of(column: npt.ArrayLike | None, rows: Integers) -> npt.ArrayLike | None:
    return None if column is None else np.asarray(column)[rows]
