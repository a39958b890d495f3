"""The search for themes: TF-IDF of letter groups, split by NMF, and how sure its outcome is."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix

from retention_research.models.arrays import Floats, Integers

NUMBERS = (2, 3, 4, 5, 6, 7, 8, 10, 12, 15)  # of themes of a language that are tried
ALIKE = 0.75  # mean likeness of matched themes from which two runs count as agreeing
NEAR = 0.15  # below the best likeness, within which fewer themes are chosen
_SPLITS = 3  # ways to halve the customers: one alone moves the likeness by some 0.05
_MOST_GROUPS = 6_000  # of letters
_RERUNS = 5
_LEARNT_FROM = 4_000  # comments on which the number of themes is settled


def letter_groups(words: list[list[str]], floor: int) -> csr_matrix | None:
    """TF-IDF of groups of 3 to 5 letters inside words.

    Args:
        words: of each comment, n of them.
        floor: comments that a group of letters must be in.

    Returns:
        Rows of unit length, shape (n, groups); None where nothing recurs often enough.

    Example:
        >>> letter_groups([["late"], ["lately"]], 1).shape[0]
        2
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    reader = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), min_df=floor, max_features=_MOST_GROUPS,
        sublinear_tf=True, lowercase=False,
    )  # fmt: skip
    try:
        found = csr_matrix(reader.fit_transform(" ".join(found) for found in words))
    except ValueError:  # no group is left
        return None
    return found if found.shape[1] > 1 else None


def nmf(groups: csr_matrix, k: int, seed: int, init: str = "nndsvda") -> tuple[Floats, Floats]:
    """Split comments into k parts (Lee and Seung 1999).

    Args:
        groups: as `letter_groups` gives them, shape (n, groups).
        k: number of parts.
        seed: of the random draws.
        init: how scikit-learn starts the search.

    Returns:
        Weights of the comments, shape (n, k), and the parts at unit length, shape (k, groups).
    """
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    model = NMF(k, init=init, random_state=seed, max_iter=300, tol=1e-3)
    # a perfect fit leaves an error of -1e-17, whose root nobody needs; a search cut short shows
    # in the likeness of repeated ones
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", ConvergenceWarning)
        weights = np.asarray(model.fit_transform(groups), dtype=np.float64)
    length = np.linalg.norm(model.components_, axis=1)
    return weights * length, model.components_ / np.where(length > 0, length, 1.0)[:, None]


def agreement(groups: csr_matrix, who: Integers, floor: int, seed: int) -> list[tuple[int, float]]:
    """For each number of themes, how alike those of two halves of the customers are, on average."""
    splits = [_halves(who, seed + split) for split in range(_SPLITS)]
    most = min(np.unique(who).size // floor, *(half.size - 1 for pair in splits for half in pair))
    most = min(most, int(groups.shape[1]) - 1)
    return [
        (k, float(np.mean([_agree(groups, halves, k, seed) for halves in splits])))
        for k in NUMBERS
        if k <= most
    ]


def _halves(who: Integers, seed: int) -> list[Integers]:
    side = np.random.default_rng(seed).permutation(int(who.max()) + 1) % 2
    return [np.flatnonzero(side[who] == s)[: _LEARNT_FROM // 2] for s in (0, 1)]


def _agree(groups: csr_matrix, halves: Sequence[Integers], k: int, seed: int) -> float:
    pair = [nmf(groups[half], k, seed + s)[1] for s, half in enumerate(halves)]
    return float(_likeness(*pair).mean()) if _all_distinct(pair) else 0.0


def fewest_near_best(tried: Sequence[tuple[int, float]]) -> tuple[int, float]:
    """The smallest number of themes from which on likeness stays within 0.15 of the best.

    One number alone may agree by luck: two themes of how letters begin and end often do.

    Args:
        tried: numbers of themes, ascending, each with its likeness, 0 where it repeats a theme;
            at least one.

    Returns:
        The number and its likeness.

    Example:
        >>> fewest_near_best([(2, 0.8), (4, 0.4), (8, 0.75), (20, 0.85), (30, 0.0)])
        (8, 0.75)
    """
    best = max(alike for _, alike in tried)
    chosen = next(row for row in tried if row[1] == best)
    for row in reversed([row for row in tried if row[1] > 0.0]):
        if row[1] < best - NEAR and row[0] < chosen[0]:
            break
        chosen = row if row[1] >= best - NEAR and row[0] < chosen[0] else chosen
    return chosen


def _all_distinct(fits: Sequence[Floats]) -> bool:
    """Whether no theme of a fit is empty, or another one over again."""
    for parts in fits:
        cosine = parts @ parts.T
        if cosine.diagonal().min() == 0.0 or (cosine - np.diag(cosine.diagonal())).max() >= ALIKE:
            return False
    return True


def rerun(groups: csr_matrix, parts: Floats, seed: int) -> Floats:
    """How surely each theme is found again.

    Args:
        groups: as `letter_groups` gives them, shape (n, groups).
        parts: of unit length, shape (k, groups).
        seed: searches start from the seeds that follow it.

    Returns:
        Mean cosine of each theme with its match in five searches, shape (k,).
    """
    k = len(parts)
    others = (nmf(groups, k, seed + 1 + run, "random")[1] for run in range(_RERUNS))
    return np.mean([_likeness(parts, other) for other in others], axis=0)


def _likeness(ours: Floats, theirs: Floats) -> Floats:
    """Cosine of each of our parts with its match, the matches chosen for the largest sum."""
    cosine = ours @ theirs.T
    row, column = linear_sum_assignment(-cosine)
    return cosine[row, column]
