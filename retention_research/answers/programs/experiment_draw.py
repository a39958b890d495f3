"""Did chance share customers out as planned? It is asked before any effect is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.programs.shape import Check
from retention_research.programs.experiment import SampleRatio, sample_ratio
from retention_research.programs.experiment.sample_ratio import GATE

if TYPE_CHECKING:
    import pandas as pd

NAME = "The draw"
LISTED = 5  # arms told in a sentence
MOST_MIXED = 0.1  # of groups: with more of them in several arms it was not groups that were drawn
_ROUNDED = 0.01  # by which probabilities that were logged may miss a sum of 1
_SAME = 1e-9  # a spread of logged probabilities below it is rounding
_WITHIN: tuple[tuple[str, ...], ...] = ((), ("stratum",), ("start",), ("stratum", "start"))
_UNEQUAL = "The arms are not as large as the draw should have made them"
_CHOSE = f"{_UNEQUAL}: something other than the draw decided who is in these data."
_FIND = (
    "Find out whether customers were left out of one arm after the draw, or drawn again, and "
    "correct it; until then the arms are not compared."
)
_EQUAL = (
    " No probability is logged, so that equal arms were expected: if the draw was planned "
    "otherwise, log the probability of each customer's arm in assignments."
)
_NOT_LOGGED = (
    "Arms have no probability logged while others have: whether they are as large as planned "
    "cannot be told."
)
_LOG = "Log the probability of each customer's arm in assignments."
_CORRECT = (
    "Correct that before the arms are compared: either an arm is missing from the assignments, or "
    "they are not the probabilities of the arm that each customer is in."
)


@dataclass(frozen=True, slots=True)
class Draw:
    """How customers were shared out.

    Attributes:
        ratio: the test; None where none can be made.
        check: what is told of it.
        reason: why nothing may be compared; empty where it may. step: what to do then.
        planned: arm to its planned share of customers; empty where it is not known.
    """

    ratio: SampleRatio | None
    check: Check
    reason: str = ""
    step: str = ""
    planned: Mapping[str, float] = field(default_factory=dict)


def the_draw(drawn: pd.DataFrame, floor: int = 0) -> Draw:
    """Hold the arms' sizes against the plan.

    Args:
        drawn: one row per customer: arm, start, stratum, cluster, probability. Where clusters
            were drawn, it is clusters that are counted.
        floor: arms of fewer customers are not told by name.
    """
    units = _units(drawn)
    sizes = drawn["arm"].value_counts()
    small = frozenset(map(str, sizes.index[sizes < floor]))
    if units["arm"].nunique() < 2:
        return Draw(None, Check(NAME, None, "All customers were drawn into one arm."))
    if units["probability"].isna().all():
        arms = sorted(units["arm"].unique())
        return _tested(units, np.full((1, len(arms)), 1.0 / len(arms)), (), small, _EQUAL)
    for within in _WITHIN:
        shares = _planned(units, within)
        if shares is not None:
            return _tested(units, shares, within, small)
    return _weighted(units, small)


def _units(drawn: pd.DataFrame) -> pd.DataFrame:
    """What was drawn: groups; customers, without groups, where many groups are in several arms."""
    if drawn["cluster"].isna().all():
        return drawn
    if not drawn_by_group(drawn):
        return drawn.assign(cluster=None)
    named = drawn.assign(unit=drawn["cluster"].fillna(drawn["customer_id"]))
    return named.drop_duplicates("unit")


def drawn_by_group(drawn: pd.DataFrame) -> bool:
    """Whether groups are nearly all in one arm.

    Args:
        drawn: one row per customer: arm, cluster.
    """
    mixed, groups = mixed_groups(drawn)
    return mixed <= MOST_MIXED * groups


def mixed_groups(drawn: pd.DataFrame) -> tuple[int, int]:
    """Groups with customers in more than one arm, and all groups of two customers or more.

    Args:
        drawn: one row per customer: arm, cluster.
    """
    within = drawn.dropna(subset="cluster").groupby("cluster")["arm"]
    several = within.size() > 1
    return int((within.nunique()[several] > 1).sum()), int(several.sum())


def _planned(units: pd.DataFrame, within: tuple[str, ...]) -> np.ndarray | None:
    """Planned shares by group and arm; None where an arm's differ in a group, or one lacks."""
    group = _groups(units, within)
    arms = sorted(units["arm"].unique())
    least, most = (
        units.pivot_table("probability", group, "arm", aggfunc=how).reindex(columns=arms)
        for how in ("min", "max")
    )
    if len(least) < group.nunique() or ((most - least) > _SAME).any(axis=None):
        return None
    shares = _with_the_rest(least.to_numpy(dtype=np.float64))
    return shares if np.isfinite(shares).all() else None


def _with_the_rest(shares: np.ndarray) -> np.ndarray:
    """Where one arm's probability is logged nowhere, it is what the others leave."""
    blank = np.isnan(shares).all(axis=0)
    rest = 1.0 - np.nansum(shares, axis=1)
    if int(blank.sum()) != 1 or not (rest > 0.0).all():
        return shares
    return np.where(blank, rest[:, None], shares)


def _groups(units: pd.DataFrame, within: tuple[str, ...]) -> pd.Series:
    """The group of each unit, numbered."""
    if not within:
        return units["arm"].map(lambda _: 0)
    return units.groupby(list(within), dropna=False).ngroup()


def _tested(
    units: pd.DataFrame, shares: np.ndarray, within: tuple[str, ...], small: frozenset[str],
    doubt: str = "",
) -> Draw:  # fmt: skip
    total = shares.sum(axis=1)
    if (np.abs(total - 1.0) > _ROUNDED).any():
        told = _not_whole(float(total[np.argmax(abs(total - 1))]))
        return Draw(None, Check(NAME, False, told), told, _CORRECT)
    counts, arms = _counts(units, within), sorted(units["arm"].unique())
    found = sample_ratio(counts, shares)
    seen = counts.sum(axis=0)
    planned = dict(zip(arms, (np.array(found.expected) / seen.sum()).tolist(), strict=True))
    what = "" if units["cluster"].isna().all() else "counted in groups that were drawn together, "
    return _tried(found, _told(found, arms, seen, small, what), planned, doubt)


def _weighted(units: pd.DataFrame, small: frozenset[str]) -> Draw:
    """Where everybody has a probability of their own: each arm, weighted by it, is everybody.

    Horvitz and Thompson (1952), J. American Statistical Association 47, 663-685: the sum of inverse
    probabilities over an arm is the number drawn, but for chance; the least p value over arms times
    their number is told.
    """
    from scipy.stats import norm

    known = units.dropna(subset="probability")
    if known["arm"].nunique() < units["arm"].nunique():
        return Draw(None, Check(NAME, False, _NOT_LOGGED), _NOT_LOGGED, _LOG)
    weight = 1.0 / known["probability"]
    arms = sorted(known["arm"].unique())
    sums = weight.groupby(known["arm"]).sum()[arms]
    spread = (weight * (weight - 1.0)).groupby(known["arm"]).sum()[arms].pow(0.5)
    score = float(((sums - len(known)).abs() / spread.clip(lower=1.0)).max())
    p_value = min(1.0, 2.0 * float(norm.sf(score)) * len(arms))
    seen = known["arm"].value_counts()[arms].to_numpy()
    expected = tuple((seen * len(known) / sums.to_numpy()).tolist())
    found = SampleRatio(score**2, 1, p_value, p_value >= GATE, expected)
    planned = {arm: plan / len(known) for arm, plan in zip(arms, expected, strict=True)}
    return _tried(found, _told(found, arms, seen, small), planned)


def _tried(found: SampleRatio, told: str, planned: Mapping[str, float], doubt: str = "") -> Draw:
    reason, step = ("", "") if found.passed else (_CHOSE, _FIND + doubt)
    return Draw(found, Check(NAME, found.passed, told), reason, step, planned)


def _counts(units: pd.DataFrame, within: tuple[str, ...]) -> np.ndarray:
    import pandas as pd

    return np.asarray(pd.crosstab(_groups(units, within), units["arm"]).to_numpy())


def _told(
    found: SampleRatio, arms: list[str], seen: np.ndarray, small: frozenset[str], what: str = ""
) -> str:
    sizes = _sizes(list(zip(arms, seen.tolist(), found.expected, strict=True)), small)
    if found.passed:
        return f"The arms are as large as the draw should have made them: {what}{sizes}."
    return (
        f"{_UNEQUAL}: {what}{sizes}. Chance alone brings that about in fewer than one of 1,000 "
        "experiments."
    )


def _sizes(arms: list[tuple[str, int, float]], small: frozenset[str]) -> str:
    """Arms with their sizes, those under the floor together, at most so many of them."""
    shown = [one for one in arms if one[0] not in small]
    if rest := [one for one in arms if one[0] in small]:
        shown.append(("other", sum(one[1] for one in rest), sum(one[2] for one in rest)))
    told = [f"{arm} {n:,} (planned {plan:,.0f})" for arm, n, plan in shown]
    return listed_in_part(told)


def listed_in_part(told: Sequence[str]) -> str:
    """A list with commas; of more than five, the first five and how many more there are.

    Example:
        >>> listed_in_part(["a", "b"]), listed_in_part([*"abcdefg"])
        ('a, b', 'a, b, c, d, e and 2 more')
    """
    rest = len(told) - LISTED
    return ", ".join(told[:LISTED]) + (f" and {rest:,} more" if rest > 0 else "")


def _not_whole(total: float) -> str:
    return f"The logged probabilities of the arms sum to {total:.2f}, not to 1."
