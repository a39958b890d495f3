"""Log-rank and its relatives: do groups of customers have the event at the same pace?

Mantel (1966); Gehan (1965); Tarone and Ware (1977); Harrington and Fleming (1982). Sums are taken
by distinct time of an event within strata, with the hypergeometric variance (Klein and
Moeschberger, 2003, equations 7.3.3 and 7.3.4; 7.5.1 for strata).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from retention_research.models.arrays import Floats, Integers, refuse, same_length, tally
from retention_research.models.fit import Missing
from retention_research.models.labels import numbered
from retention_research.models.spread import holm
from retention_research.models.survival_counts import Watched, watched

NOTHING = 1e-9  # of an eigenvalue that is 1 where groups are at risk together

Kind: TypeAlias = Literal["log-rank", "gehan", "tarone-ware", "fleming-harrington"]


class LogRank(NamedTuple):
    """The result of a log-rank test.

    Attributes:
        statistic: chi-square.
        degrees_of_freedom: groups that can be compared, less one.
        p_value: the probability of as large a statistic if the groups did not differ.
    """

    statistic: float
    degrees_of_freedom: int
    p_value: float


class PairTest(NamedTuple):
    """A log-rank test of two of several groups.

    Attributes:
        one: a group's label, as text; other: another's.
        statistic: chi-square with one degree of freedom; None where the two cannot be compared.
        p_value: of the pair alone, or None.
        p_adjusted: adjusted over the pairs that can be compared (Holm, 1979), or None.
    """

    one: str
    other: str
    statistic: float | None
    p_value: float | None
    p_adjusted: float | None


class _Columns(NamedTuple):
    """Checked customers with their groups and strata as whole numbers from 0."""

    rows: Watched
    group: Integers
    groups: int
    stratum: Integers
    strata: int


def log_rank(
    duration: npt.ArrayLike,
    event_observed: npt.ArrayLike,
    group: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    entry: npt.ArrayLike | None = None,
    kind: Kind = "log-rank",
    rho: float = 0.0,
) -> LogRank | Missing:
    """Test whether survival curves differ between groups.

    Args:
        duration: time to the event or to the end of watching, shape (n,).
        event_observed: whether it ended in the event, shape (n,).
        group: the customer's group, any labels, shape (n,).
        weights: customers per row, whole numbers, shape (n,); one each if left out.
        strata: compare only within these, any labels, shape (n,).
        entry: when watching began, before duration, shape (n,).
        kind: what an event time weighs: "log-rank" 1, "gehan" n at risk, "tarone-ware" its
            square root, "fleming-harrington" the pooled survival just before it to the power rho.
        rho: for "fleming-harrington", 0 or more; above 0, early differences count more.

    Returns:
        The test; missing with fewer than two groups or too few events to compare them.

    Raises:
        ValueError: on missing or negative values, missing labels, parts of customers, watching
            that ends before it begins, an unknown kind.

    Examples:
        >>> log_rank([1, 2, 3, 4], [1, 1, 1, 1], ["a", "a", "b", "b"]).degrees_of_freedom
        1
    """
    if kind not in get_args(Kind) or not 0.0 <= rho < np.inf:
        raise ValueError(f"kind {kind!r} with rho {rho:g} is none of {get_args(Kind)}, rho >= 0")
    columns = _columns(duration, event_observed, group, weights, strata, entry)
    if columns.groups < 2:
        return Missing("log_rank", "There is only one group to compare.")
    sums = [_sums(rows, codes, columns.groups, kind, rho) for rows, codes in _by_stratum(columns)]
    return _test(*(np.sum(part, axis=0) for part in zip(*sums, strict=True)))


def pairwise_log_rank(
    duration: npt.ArrayLike,
    event_observed: npt.ArrayLike,
    group: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    entry: npt.ArrayLike | None = None,
    kind: Kind = "log-rank",
    rho: float = 0.0,
) -> tuple[PairTest, ...]:
    """Test every two of the groups, with p values adjusted by Holm's method.

    Args:
        duration: as in `log_rank`.
        event_observed: as in `log_rank`.
        group: as in `log_rank`.
        weights: as in `log_rank`.
        strata: as in `log_rank`.
        entry: as in `log_rank`.
        kind: as in `log_rank`.
        rho: as in `log_rank`.

    Returns:
        One test per pair, in the order of the labels.

    Raises:
        ValueError: as `log_rank`.

    Examples:
        >>> groups = ["a", "a", "b", "b", "c", "c"]
        >>> [(t.one, t.other) for t in pairwise_log_rank(range(6), [1] * 6, groups)]
        [('a', 'b'), ('a', 'c'), ('b', 'c')]
    """
    given: dict[str, Any] = {"duration": duration, "event_observed": event_observed, "group": group}
    given |= {"weights": weights, "strata": strata, "entry": entry}
    columns = {name: np.asarray(column) for name, column in given.items() if column is not None}
    same_length(**columns)
    codes, levels = numbered("group", group)
    columns["group"] = codes
    names = [str(level) for level in levels.tolist()]
    found: dict[tuple[str, str], LogRank | Missing] = {}
    for one, other in combinations(range(len(names)), 2):
        pair = (codes == one) | (codes == other)
        part = {name: column[pair] for name, column in columns.items()}
        found[names[one], names[other]] = log_rank(**part, kind=kind, rho=rho)
    return _adjusted(found)


def _adjusted(found: dict[tuple[str, str], LogRank | Missing]) -> tuple[PairTest, ...]:
    tests = {pair: test for pair, test in found.items() if isinstance(test, LogRank)}
    adjusted = holm({pair: test.p_value for pair, test in tests.items()})
    return tuple(
        PairTest(*pair, tests[pair].statistic, tests[pair].p_value, adjusted[pair])
        if pair in tests
        else PairTest(*pair, None, None, None)
        for pair in found
    )


def _columns(
    duration: npt.ArrayLike,
    event_observed: npt.ArrayLike,
    group: npt.ArrayLike,
    weights: npt.ArrayLike | None,
    strata: npt.ArrayLike | None,
    entry: npt.ArrayLike | None,
) -> _Columns:
    every = watched(duration, event_observed, entry, weights, keep_all=True)
    refuse(every.weight != np.floor(every.weight), "weights are not whole customers")
    kept = every.weight > 0.0
    own, _ = numbered("group", group)
    within, _ = numbered("strata", np.zeros(kept.size) if strata is None else strata)
    same_length(duration=every.exit, group=np.empty(own.size), strata=np.empty(within.size))
    groups, group_codes = np.unique(own[kept], return_inverse=True)
    places, place_codes = np.unique(within[kept], return_inverse=True)
    return _Columns(every.part(kept), group_codes, groups.size, place_codes, places.size)


def _by_stratum(columns: _Columns) -> Iterator[tuple[Watched, Integers]]:
    if columns.strata == 1:
        yield columns.rows, columns.group
        return
    order = np.argsort(columns.stratum, kind="stable")
    ends = np.cumsum(np.bincount(columns.stratum, minlength=columns.strata))[:-1]
    for place in np.split(order, ends):
        yield columns.rows.part(place), columns.group[place]


def _sums(
    rows: Watched, group: Integers, groups: int, kind: Kind, rho: float
) -> tuple[Floats, Floats, Floats]:
    """Weighted events beyond those expected by group, their scale and their covariance."""
    at_risk, events = _by_group(rows, group, groups)
    n, d = at_risk.sum(axis=1), events.sum(axis=1)
    share, weight = at_risk / n[:, None], _weight(kind, rho, n, d)
    excess = weight @ (events - d[:, None] * share)
    # hypergeometric; one customer at risk has no variance
    spread = weight**2 * d * (n - d) / np.maximum(n - 1.0, 1.0)
    scale = spread @ share
    return excess, scale, np.diag(scale) - share.T @ (spread[:, None] * share)


def _by_group(rows: Watched, group: Integers, groups: int) -> tuple[Floats, Floats]:
    """Customers at risk and events at each time of an event, by group, shape (k, groups)."""
    time = np.unique(rows.exit[rows.event])
    shape = time.size + 1, groups

    def sums(places: Integers, chosen: npt.NDArray[np.bool_] | slice) -> Floats:
        cells = places[chosen] * groups + group[chosen]
        return tally(cells, rows.weight[chosen], shape[0] * groups).reshape(shape)

    gone = sums(np.searchsorted(time, rows.exit, side="right"), slice(None))
    came = sums(np.searchsorted(time, rows.entry, side="right"), slice(None))
    events = sums(np.searchsorted(time, rows.exit, side="left"), rows.event)
    return np.cumsum(came - gone, axis=0)[:-1], events[:-1]


def _weight(kind: Kind, rho: float, n: Floats, d: Floats) -> Floats:
    if kind == "gehan":
        return n
    if kind == "tarone-ware":
        return np.sqrt(n)
    if kind == "fleming-harrington":
        before = np.concatenate([[1.0], np.cumprod(1.0 - d / n)])[:-1]
        return before**rho
    return np.ones(n.size)


def _test(excess: Floats, scale: Floats, variance: Floats) -> LogRank | Missing:
    """Chi-square on the rank of the covariance: groups never at risk together tell nothing."""
    there = scale > 0.0
    root = np.sqrt(scale[there])
    # its eigenvalues are 1 and, once for every set of groups at risk together, 0
    values, vectors = np.linalg.eigh(variance[np.ix_(there, there)] / np.outer(root, root))
    told = values > NOTHING
    if not told.any():
        return Missing("log_rank", "Too few events to compare the groups.")
    along = vectors[:, told].T @ (excess[there] / root)
    statistic, free = float(along**2 @ (1.0 / values[told])), int(told.sum())
    # 1 - cdf underflows to 0
    return LogRank(statistic, free, float(chi2.sf(statistic, free)))
