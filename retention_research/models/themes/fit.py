"""What comments are about: TF-IDF of letter groups, split into themes by NMF.

Lee and Seung (1999), Nature 401, 788-791. Groups of 3 to 5 letters inside words stand for the
many endings of one word in Polish, Ukrainian, Romanian and Czech.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, Integers
from retention_research.models.fit import Estimate, Missing, Verdict
from retention_research.models.proportion import proportion
from retention_research.models.themes.comments import languages_of, words_of
from retention_research.models.themes.search import (
    ALIKE,
    agreement,
    fewest_near_best,
    letter_groups,
    nmf,
    rerun,
)
from retention_research.models.themes.terms import clearest_terms

MOST_COMMENTS = 20_000  # read; of more, a seeded sample of as many
_MANY = 20  # times the floor, from which on fewer themes than the next are formulae and the rest
_FEWEST_OF_MANY = 4
STEADY = 0.5  # likeness to its matches below which a theme is not shown


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme of the comments.

    Attributes:
        language: of the comments that it was found in; "" where none was told.
        terms: words that mark it, each used by `floor` customers or more, the clearest first.
        customers: those with a comment that is mainly about it.
        comments: comments mainly about it.
        share: of the customers who commented in the language; Wilson interval.
        n: customers who commented in the language.
        stability: mean likeness (0 to 1) to its match when the fit is repeated with other seeds.
    """

    language: str
    terms: tuple[str, ...]
    customers: int
    comments: int
    share: Estimate
    n: int
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
        withheld: themes of fewer customers, or that repeated searches do not find again.
        tried: language, number of themes tried, and the likeness of two halves of the customers.
        unread: customers whose language too few share to look for themes in it.
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
    tried: tuple[tuple[str, int, float], ...]
    unread: int
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
    """Find the themes of comments, language by language.

    The number of themes of a language is the smallest of 2 to 15 from which on two halves of its
    customers agree nearly as well as at the best number (cosine of matched themes, mean over
    three ways to halve them, at most 0.15 below); a number at which two themes of one half are
    the same does not count, nor do two or three of 20 times `floor` customers, which part
    formulae of letters from all the rest. Where they agree by less than 0.75, the verdict says so.

    Args:
        comments: shape (n,), in any languages.
        customers: who wrote each, shape (n,).
        floor: fewest customers of a theme, and of a term, that may be shown.
        seed: start of every random draw.
        confidence: level of the intervals.

    Returns:
        The fit; missing where in no language twice `floor` customers wrote words that recur.

    Raises:
        ValueError: if there is not one customer per comment.

    Example:
        >>> notes = ["the delivery was slow", "your prices are too high"] * 30
        >>> fit = fit_themes(notes, range(60), floor=5, seed=1)
        >>> [theme.terms for theme in fit.themes]
        [('delivery', 'slow'), ('high', 'prices')]
    """
    if len(comments) != len(customers):
        raise ValueError(f"{len(comments)} comments of {len(customers)} customers")
    read = _Read.of(comments, customers, seed)
    with _one_thread():
        parts = [_fitted(read, language, floor, seed, confidence) for language in read.languages]
    found = [part for part in parts if part is not None]
    return _together(read, found) if found else Missing("themes", _too_few(read.n, floor))


def _too_few(n: int, floor: int) -> str:
    return (
        f"{n} customers wrote comments; at least {2 * floor} who use the same words of one "
        "language are needed to tell themes without showing what single customers wrote."
    )


def _one_thread() -> Any:
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)  # sums by several threads differ in the last digits


@dataclass(frozen=True, slots=True)
class _Read:
    """Comments with words: the words, who wrote them (0..n-1), their language, their rows."""

    words: list[list[str]]
    who: Integers
    language: npt.NDArray[np.str_]
    rows: Integers
    n: int

    @classmethod
    def of(cls, comments: Sequence[str], customers: Sequence[Hashable], seed: int) -> _Read:
        places = _sample(len(comments), seed)
        texts = [comments[place] for place in places]
        words = words_of(texts)
        kept = [i for i, found in enumerate(words) if found]
        codes: dict[Hashable, int] = {}
        who = [codes.setdefault(customers[places[i]], len(codes)) for i in kept]
        told = languages_of(texts)
        return cls(
            [words[i] for i in kept],
            np.array(who, dtype=np.intp),
            np.array([told[i] for i in kept], dtype=np.str_),
            np.array([places[i] for i in kept], dtype=np.intp),
            len(codes),
        )

    @property
    def languages(self) -> list[str]:
        return [str(language) for language in np.unique(self.language)]

    def of_language(self, language: str) -> Integers:
        return np.flatnonzero(self.language == language)


def _sample(n: int, seed: int) -> list[int]:
    if n <= MOST_COMMENTS:
        return list(range(n))
    drawn = np.random.default_rng(seed).choice(n, MOST_COMMENTS, replace=False)
    return [int(place) for place in np.sort(drawn)]


@dataclass(frozen=True, slots=True)
class _Part:
    """The themes of one language.

    Attributes:
        language: which.
        rows: its comments, among those read.
        weights: of them on all its themes.
        shown: themes of enough customers, by their place among all.
        tried: numbers of themes and likeness of halves.
        agreed: whether halves agree on the number chosen.
    """

    language: str
    rows: Integers
    weights: Floats
    shown: Mapping[int, Theme]
    tried: Sequence[tuple[int, float]]
    agreed: bool


def _fitted(read: _Read, language: str, floor: int, seed: int, confidence: float) -> _Part | None:
    rows = read.of_language(language)
    words, who = [read.words[row] for row in rows], read.who[rows]
    groups = letter_groups(words, floor) if np.unique(who).size >= 2 * floor else None
    tried = agreement(groups, who, floor, seed) if groups is not None else []
    if groups is None or not tried:
        return None
    n = int(np.unique(who).size)
    k, alike = fewest_near_best(_telling(tried, n, floor))
    weights, parts = nmf(groups, k, seed)
    terms, stability = clearest_terms(words, who, weights, floor), rerun(groups, parts, seed)
    dominant = _dominant(weights)
    shown = {}
    for place in range(k):
        mine = dominant == place
        customers = int(np.unique(who[mine]).size)
        if customers >= floor and terms[place] and stability[place] >= STEADY:
            share = proportion(customers, n, confidence)
            told = customers, int(mine.sum()), share, n, float(stability[place])
            shown[place] = Theme(language, terms[place], *told)
    return _Part(language, rows, weights, shown, tried, alike >= ALIKE)


def _telling(tried: Sequence[tuple[int, float]], n: int, floor: int) -> Sequence[tuple[int, float]]:
    """The numbers of themes that tell something: of many customers four or more."""
    more = [row for row in tried if row[0] >= _FEWEST_OF_MANY and row[1] > 0.0]
    return more if more and n >= _MANY * floor else tried


def _dominant(weights: Floats) -> Integers:
    """Place of each row's largest weight; -1 where all are 0."""
    return np.where(weights.sum(axis=1) > 0, weights.argmax(axis=1), -1)


def _together(read: _Read, parts: Sequence[_Part]) -> ThemesFit:
    shown = [(theme, part, place) for part in parts for place, theme in part.shown.items()]
    shown.sort(key=lambda one: (-one[0].customers, one[0].language, one[0].terms))
    weights = np.zeros((len(read.words), len(shown)))
    dominant = np.full(len(read.words), -1, dtype=np.intp)
    for column, (_, part, place) in enumerate(shown):
        weights[part.rows, column] = part.weights[:, place]
        dominant[part.rows[_dominant(part.weights) == place]] = column
    seen = np.concatenate([part.rows for part in parts])
    return ThemesFit(
        name="themes",
        themes=tuple(theme for theme, _, _ in shown),
        weights=weights,
        dominant=dominant,
        rows=read.rows,
        withheld=sum(part.weights.shape[1] - len(part.shown) for part in parts),
        tried=tuple((part.language, *row) for part in parts for row in part.tried),
        unread=read.n - np.unique(read.who[seen]).size,
        n=read.n,
        n_comments=len(read.words),
        verdict=_verdict(parts),
    )


def _verdict(parts: Sequence[_Part]) -> Verdict:
    doubtful = [part.language or "an unknown language" for part in parts if not part.agreed]
    if doubtful:
        words = (
            f"Two halves of the customers agree only in part on the themes in "
            f"{', '.join(doubtful)}: take these as a first look."
        )
        return Verdict("not identifiable", words)
    shown = [theme for part in parts for theme in part.shown.values()]
    shaky = sum(theme.stability < ALIKE for theme in shown)
    if shaky:
        words = f"{shaky} of {len(shown)} themes change when the search starts elsewhere."
        return Verdict("at a boundary", words)
    return Verdict("converged", "Two halves of the customers and repeated searches agree on them.")
