"""Words that mark themes, none of them used by fewer customers than may be shown."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from retention_research.models.arrays import Floats, Integers

_SHOWN = 6  # terms of a theme
_STEM = 5  # letters in which two forms of a word agree


def clearest_terms(
    words: list[list[str]], who: Integers, weights: Floats, floor: int
) -> list[tuple[str, ...]]:
    """The clearest words of each theme: often in it, seldom elsewhere (harmonic mean of both).

    Args:
        words: of each comment, n of them.
        who: customer of each comment, from 0, shape (n,).
        weights: of each comment on each theme, shape (n, k).
        floor: fewest customers who use a word that may be shown.

    Returns:
        Up to six words for each of k themes, one form of each.
    """
    names, uses = _vocabulary(words, who, floor)
    if not names:
        return [()] * weights.shape[1]
    whole = weights.sum(axis=1, keepdims=True)
    share = np.divide(weights, whole, out=np.zeros_like(weights), where=whole > 0)
    held = np.asarray(uses.T @ share)
    purity = held / np.asarray(uses.sum(axis=0)).ravel()[:, None]
    cover = held / np.maximum(share.sum(axis=0), 1e-12)
    clear = 2 * purity * cover / np.maximum(purity + cover, 1e-12)
    return [_clearest(names, clear[:, place]) for place in range(weights.shape[1])]


def _clearest(names: list[str], clear: Floats) -> tuple[str, ...]:
    chosen: dict[str, str] = {}
    for place in np.argsort(-clear, kind="stable"):
        if clear[place] < clear.max() / 3 or len(chosen) == _SHOWN:
            break
        chosen.setdefault(names[place][:_STEM], names[place])
    return tuple(chosen.values())


def _vocabulary(words: list[list[str]], who: Integers, floor: int) -> tuple[list[str], csr_matrix]:
    """Words that `floor` customers or more use, and which comments hold them."""
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(analyzer=_as_it_is, binary=True)
    uses = csr_matrix(counter.fit_transform(words), dtype=np.float64)
    rows = np.arange(len(words))
    wrote = csr_matrix((np.ones(rows.size), (who, rows)), shape=(int(who.max()) + 1, rows.size))
    customers = np.bincount((wrote @ uses).nonzero()[1], minlength=uses.shape[1])
    shown = np.flatnonzero(customers >= floor)
    names = counter.get_feature_names_out()
    return [str(names[place]) for place in shown], csr_matrix(uses[:, shown])


def _as_it_is(words: list[str]) -> list[str]:
    return words
