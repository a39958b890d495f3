"""What comments are about: TF-IDF of letter groups, split into themes by NMF.

Lee and Seung (1999), Nature 401, 788-791. Groups of 3 to 5 letters inside words stand for the
many endings of one word in Polish, Ukrainian, Romanian and Czech.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix

from retention_research.models.arrays import Floats, Integers
from retention_research.models.comments import words_of
from retention_research.models.fit import Estimate, Missing, Verdict
from retention_research.models.proportion import proportion

MOST_COMMENTS = 20_000  # read; of more, a seeded sample of as many
MOST_THEMES = 20
ALIKE = 0.75  # mean likeness of matched themes from which two runs count as agreeing
_MOST_GROUPS = 6_000  # of letters
_SHOWN = 6  # terms of a theme
_STEM = 5  # letters in which two forms of a word agree
_RERUNS = 5
_LEARNT_FROM = 4_000  # comments on which the number of themes is settled


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme of the comments.

    Attributes:
        terms: words that mark it, each used by `floor` customers or more, the clearest first.
        customers: those with a comment that is mainly about it.
        comments: comments mainly about it.
        share: of the customers who commented; Wilson interval.
        stability: mean likeness (0 to 1) to its match when the fit is repeated with other seeds.
    """

    terms: tuple[str, ...]
    customers: int
    comments: int
    share: Estimate
    stability: float


@dataclass(frozen=True, slots=True)
class ThemesFit:
    """Themes of comments, the one of most customers first.

    Attributes:
        name: "themes".
        themes: those of at least `floor` customers.
        weights: how much each comment is about each theme, shape (n_comments, themes), 0 or more.
        dominant: place of each comment's main theme, shape (n_comments,); -1 for none shown.
        rows: which of the comments handed in these are, shape (n_comments,).
        withheld: themes of fewer customers.
        tried: numbers of themes tried, each with the likeness of two halves of the customers.
        n: customers with a comment of at least one word.
        n_comments: their comments that were read.
        verdict: whether the themes can be relied on.
    """

    name: str
    themes: tuple[Theme, ...]
    weights: Floats
    dominant: Integers
    rows: Integers
    withheld: int
    tried: tuple[tuple[int, float], ...]
    n: int
    n_comments: int
    verdict: Verdict


def fit_themes(
    comments: Sequence[str],
    customers: Sequence[Hashable],
    *,
    floor: int,
    seed: int,
    confidence: float = 0.95,
) -> ThemesFit | Missing:
    """Find the themes of comments.

    The number of themes is the largest, up to 20, on which two halves of the customers agree:
    fitted apart, matched themes are alike by 0.75 or more (cosine, mean). Where no number
    reaches that, it is the one that comes nearest, and the verdict says so.

    Args:
        comments: shape (n,), in any languages.
        customers: who wrote each, shape (n,).
        floor: fewest customers of a theme, and of a term, that may be shown.
        seed: start of every random draw.
        confidence: level of the intervals.

    Returns:
        The fit; missing where fewer than twice `floor` customers wrote words that recur.

    Raises:
        ValueError: if there is not one customer per comment.

    Example:
        >>> notes = ["slow delivery courier", "price expensive shop"] * 30
        >>> fit = fit_themes(notes, range(60), floor=5, seed=1)
        >>> sorted(theme.terms[0] for theme in fit.themes)
        ['courier', 'expensive']
    """
    if len(comments) != len(customers):
        raise ValueError(f"{len(comments)} comments of {len(customers)} customers")
    read = _Read.of(comments, customers, seed)
    groups = _letter_groups(read.words, floor)
    if groups is None or read.n < 2 * floor:
        return Missing("themes", _too_few(read.n, floor))
    with _one_thread():
        return _fitted(read, groups, floor, seed, confidence)


def _too_few(n: int, floor: int) -> str:
    return (
        f"{n} customers wrote comments; at least {2 * floor} who use the same words are needed to "
        "tell themes without showing what single customers wrote."
    )


def _one_thread() -> Any:
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)  # sums by several threads differ in the last digits


@dataclass(frozen=True, slots=True)
class _Read:
    """Comments with words: the words, who wrote them (0..n-1), and which rows they were."""

    words: list[list[str]]
    who: Integers
    rows: Integers
    n: int

    @classmethod
    def of(cls, comments: Sequence[str], customers: Sequence[Hashable], seed: int) -> _Read:
        places = _sample(len(comments), seed)
        words = words_of([comments[place] for place in places])
        kept = [(place, found) for place, found in zip(places, words, strict=True) if found]
        codes: dict[Hashable, int] = {}
        who = [codes.setdefault(customers[place], len(codes)) for place, _ in kept]
        rows = np.array([place for place, _ in kept], dtype=np.intp)
        return cls([found for _, found in kept], np.array(who, dtype=np.intp), rows, len(codes))


def _sample(n: int, seed: int) -> list[int]:
    if n <= MOST_COMMENTS:
        return list(range(n))
    drawn = np.random.default_rng(seed).choice(n, MOST_COMMENTS, replace=False)
    return [int(place) for place in np.sort(drawn)]


def _letter_groups(words: list[list[str]], floor: int) -> csr_matrix | None:
    """TF-IDF, one row per comment; None where nothing recurs often enough."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if len(words) < 2 * floor:
        return None
    reader = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), min_df=floor, max_features=_MOST_GROUPS,
        sublinear_tf=True, lowercase=False,
    )  # fmt: skip
    try:
        found = csr_matrix(reader.fit_transform(" ".join(found) for found in words))
    except ValueError:  # no group is left
        return None
    return found if found.shape[1] > 1 else None


def _fitted(
    read: _Read, groups: csr_matrix, floor: int, seed: int, confidence: float
) -> ThemesFit | Missing:
    tried = _agreement(groups, read, floor, seed)
    if not tried:
        return Missing("themes", _too_few(read.n, floor))
    agreed = [k for k, alike in tried if alike >= ALIKE]
    k = max(agreed) if agreed else max(tried, key=lambda row: row[1])[0]
    weights, parts = _nmf(groups, k, seed)
    stability = _rerun(groups, parts, seed)
    dominant = np.where(weights.sum(axis=1) > 0, weights.argmax(axis=1), -1)
    found = _themes(read, weights, dominant, stability, floor, confidence)
    order = [place for place, _ in found]
    position = {place: new for new, place in enumerate(order)}
    return ThemesFit(
        name="themes",
        themes=tuple(theme for _, theme in found),
        weights=weights[:, order],
        dominant=np.array([position.get(int(place), -1) for place in dominant], dtype=np.intp),
        rows=read.rows,
        withheld=k - len(found),
        tried=tuple(tried),
        n=read.n,
        n_comments=len(read.words),
        verdict=_verdict(k, bool(agreed), [theme for _, theme in found]),
    )


def _verdict(k: int, agreed: bool, themes: list[Theme]) -> Verdict:
    if not agreed:
        words = "Two halves of the customers do not agree on the themes: take them as a first look."
        return Verdict("not identifiable", words)
    shaky = [theme for theme in themes if theme.stability < ALIKE]
    if shaky:
        words = f"{len(shaky)} of the themes shown change when the search starts elsewhere."
        return Verdict("at a boundary", words)
    words = f"Two halves of the customers agree on {k} themes, and so do repeated searches."
    return Verdict("converged", words)


def _nmf(groups: csr_matrix, k: int, seed: int, init: str = "nndsvda") -> tuple[Floats, Floats]:
    """Weights of the comments (n, k) and parts of unit length (k, letter groups)."""
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


def _agreement(groups: csr_matrix, read: _Read, floor: int, seed: int) -> list[tuple[int, float]]:
    """For each number of themes, how alike those of two halves of the customers are."""
    side = np.random.default_rng(seed).permutation(read.n) % 2
    halves = [np.flatnonzero(side[read.who] == s)[: _LEARNT_FROM // 2] for s in (0, 1)]
    most = min(MOST_THEMES, read.n // floor, *(half.size - 1 for half in halves))
    most = min(most, groups.shape[1] - 1)
    parts = (
        (k, [_nmf(groups[half], k, seed + s)[1] for s, half in enumerate(halves)])
        for k in range(2, most + 1)
    )
    return [(k, float(_likeness(*pair).mean())) for k, pair in parts]


def _rerun(groups: csr_matrix, parts: Floats, seed: int) -> Floats:
    """Mean likeness of each theme to its match in searches that start elsewhere, shape (k,)."""
    k = len(parts)
    others = (_nmf(groups, k, seed + 1 + run, "random")[1] for run in range(_RERUNS))
    return np.mean([_likeness(parts, other) for other in others], axis=0)


def _likeness(ours: Floats, theirs: Floats) -> Floats:
    """Cosine of each of our parts with its match, the matches chosen for the largest sum."""
    cosine = ours @ theirs.T
    row, column = linear_sum_assignment(-cosine)
    return cosine[row, column]


def _themes(
    read: _Read, weights: Floats, dominant: Integers, stability: Floats, floor: int,
    confidence: float,
) -> list[tuple[int, Theme]]:  # fmt: skip
    """Themes of enough customers with their place in the fit, the one of most customers first."""
    terms = _terms(read, weights, floor)
    found = []
    for place in range(weights.shape[1]):
        mine = dominant == place
        customers = int(np.unique(read.who[mine]).size)
        if customers >= floor and terms[place]:
            share = proportion(customers, read.n, confidence)
            theme = Theme(terms[place], customers, int(mine.sum()), share, float(stability[place]))
            found.append((place, theme))
    return sorted(found, key=lambda row: (-row[1].customers, row[1].terms))


def _terms(read: _Read, weights: Floats, floor: int) -> list[tuple[str, ...]]:
    """The clearest words of each theme: often in it, seldom elsewhere (harmonic mean of both)."""
    words, uses = _vocabulary(read, floor)
    if not words:
        return [()] * weights.shape[1]
    whole = weights.sum(axis=1, keepdims=True)
    share = np.divide(weights, whole, out=np.zeros_like(weights), where=whole > 0)
    held = np.asarray(uses.T @ share)
    purity = held / np.asarray(uses.sum(axis=0)).ravel()[:, None]
    cover = held / np.maximum(share.sum(axis=0), 1e-12)
    clear = 2 * purity * cover / np.maximum(purity + cover, 1e-12)
    return [_clearest(words, clear[:, place]) for place in range(weights.shape[1])]


def _clearest(words: list[str], clear: npt.NDArray[np.float64]) -> tuple[str, ...]:
    chosen: dict[str, str] = {}
    for place in np.argsort(-clear, kind="stable"):
        if clear[place] < clear.max() / 4 or len(chosen) == _SHOWN:
            break
        chosen.setdefault(words[place][:_STEM], words[place])
    return tuple(chosen.values())


def _vocabulary(read: _Read, floor: int) -> tuple[list[str], csr_matrix]:
    """Words that `floor` customers or more use, and which comments hold them."""
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(analyzer=_as_it_is, binary=True)
    uses = csr_matrix(counter.fit_transform(read.words), dtype=np.float64)
    rows = np.arange(len(read.words))
    wrote = csr_matrix((np.ones(rows.size), (read.who, rows)), shape=(read.n, rows.size))
    customers = np.asarray(((wrote @ uses) > 0).sum(axis=0)).ravel()
    shown = np.flatnonzero(customers >= floor)
    names = counter.get_feature_names_out()
    return [str(names[place]) for place in shown], csr_matrix(uses[:, shown])


def _as_it_is(words: list[str]) -> list[str]:
    return words
