"""Chance by counting: the draw of one purpose, week and customer is always the same number.

Worlds that differ by one intervention share all other chance, and a small company is the beginning
of a large one. The bits are splitmix64's (Steele, Lea and Flood, 2014, OOPSLA, figure 17, with the
multipliers of Stafford's mix 13).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)
_TO_53_BITS = np.uint64(11)


@dataclass(frozen=True, slots=True)
class Draws:
    """Chance of one company.

    Attributes:
        seed: of the company.
    """

    seed: int

    def uniform(self, purpose: str, week: int, who: npt.ArrayLike) -> Floats:
        """Uniform numbers above 0 and below 1, one per entry of `who`.

        Args:
            purpose: what is decided, a word of its own for each decision.
            week: when; 0 for what is decided once.
            who: for whom, whole numbers from 0, shape (n,).

        Returns:
            Numbers of shape (n,), the same for the same purpose, week and customer.

        Example:
            >>> both, again = Draws(1).uniform("order", 3, [0, 1]), Draws(1).uniform("order", 3, 1)
            >>> bool(both[1] == again[0])
            True
        """
        bits = (np.atleast_1d(who).astype(np.uint64) + np.uint64(1)) * _GOLDEN
        bits = bits + self._key(purpose, week)
        bits = (bits ^ (bits >> _SHIFTS[0])) * _FIRST
        bits = (bits ^ (bits >> _SHIFTS[1])) * _SECOND
        bits = bits ^ (bits >> _SHIFTS[2])
        return ((bits >> _TO_53_BITS).astype(np.float64) + 0.5) * 2.0**-53

    def normal(self, purpose: str, week: int, who: npt.ArrayLike) -> Floats:
        """Standard normal numbers, as `uniform`.

        Example:
            >>> bool(abs(Draws(1).normal("spend", 0, np.arange(1000)).mean()) < 0.1)
            True
        """
        from scipy.special import ndtri

        return np.asarray(ndtri(self.uniform(purpose, week, who)))

    def happens(
        self, purpose: str, week: int, who: npt.ArrayLike, probability: npt.ArrayLike
    ) -> Bools:
        """Whether something of that probability happens, as `uniform`.

        Example:
            >>> Draws(1).happens("order", 3, [0, 1], [0.0, 1.0]).tolist()
            [False, True]
        """
        return np.asarray(self.uniform(purpose, week, who) < np.asarray(probability))

    def choice(self, purpose: str, week: int, who: npt.ArrayLike, shares: npt.ArrayLike) -> Ints:
        """Which of several, by their shares (which sum to 1), as `uniform`.

        Example:
            >>> Draws(1).choice("region", 0, [0, 1, 2], [0.0, 1.0, 0.0]).tolist()
            [1, 1, 1]
        """
        edges = np.cumsum(np.asarray(shares, dtype=np.float64))[:-1]
        return np.searchsorted(edges, self.uniform(purpose, week, who), side="right")

    def _key(self, purpose: str, week: int) -> np.uint64:
        words = f"{self.seed}:{purpose}:{week}".encode()
        return np.uint64(int.from_bytes(hashlib.blake2b(words, digest_size=8).digest(), "little"))
