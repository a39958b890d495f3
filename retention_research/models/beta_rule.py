"""Averages over a beta distribution by Gauss's rule."""

from collections.abc import Iterator

import numpy as np
from scipy.linalg import eigh_tridiagonal

from retention_research.models.arrays import Floats

SMALLEST = 1e-300  # keeps a rounded-off node away from a division by 0


def beta_rule(a: float, b: float, nodes: int) -> tuple[Floats, Floats]:
    """Weights and nodes that average smooth functions over Beta(a, b).

    The nodes are the eigenvalues of the Jacobi matrix of the polynomials that are orthogonal
    under the beta density (Golub and Welsch, 1969, Math. Comp. 23, 221-230): sound for any a
    and b, where the usual library rule overflows for large ones.

    Args:
        a: first shape, above 0.
        b: second shape, above 0.
        nodes: how many.

    Returns:
        Weights that sum to 1, and nodes in (0, 1), each of shape (nodes,).

    Examples:
        >>> weights, p = beta_rule(0.793, 2.426, 8)
        >>> float((weights @ p).round(9)), round(0.793 / (0.793 + 2.426), 9)
        (0.246349798, 0.246349798)
    """
    k = np.arange(1.0, nodes)
    size = a + b + 2.0 * k
    # shifted Jacobi recurrence on (0, 1), with p^(a-1) (1-p)^(b-1) as the density
    middle = (1.0 + (a - b) * (a + b - 2.0) / (size * (size - 2.0))) / 2.0
    first = k[1:] * (k[1:] + a - 1.0) * (k[1:] + b - 1.0) * (k[1:] + a + b - 2.0)
    lower = size[1:] - 2.0
    off = first / (lower**2 * (lower + 1.0) * (lower - 1.0))
    start = a * b / ((a + b) ** 2 * (a + b + 1.0))
    diagonal = np.concatenate([[a / (a + b)], middle])
    p, vectors = eigh_tridiagonal(diagonal, np.sqrt(np.concatenate([[start], off])))
    return vectors[0] ** 2, np.clip(p, SMALLEST, 1.0)


def beta_rules(a: float, b: float, x: Floats, odds: float) -> Iterator[tuple[Floats, Floats]]:
    """The same rule for Beta(a, b + x) of every customer, one node at a time.

    Args:
        a: first shape, above 0.
        b: second shape without the purchases, above 0.
        x: purchases per customer, shape (n,).
        odds: the largest factor c of (1 + c p)^-r in what is averaged; its pole at -1/c
            decides how many nodes are needed.

    Yields:
        A weight and a node per customer, each of shape (n,).

    Examples:
        >>> sum(weight * p for weight, p in beta_rules(1.0, 1.0, np.array([0.0, 1.0]), 1.0))
        array([0.5       , 0.33333333])
    """
    values, place = np.unique(x, return_inverse=True)
    nodes = int(min(24.0 + 10.0 * np.sqrt(odds), 400.0))
    rules = np.array([beta_rule(a, b + value, nodes) for value in values])
    for node in range(nodes if values.size else 0):
        yield rules[place, 0, node], rules[place, 1, node]
