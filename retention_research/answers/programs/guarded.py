"""What is told beside the main effect, and must not take it along where it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from retention_research.models.fit import Missing

NO_SOLUTION = "Its equations have no solution: too little differs between customers."
_T = TypeVar("_T")


def or_missing(term: str, make: Callable[[], _T]) -> _T | Missing:
    """What is made, or missing where its equations have no solution in these data.

    Args:
        term: what it is called.
        make: makes it; any other error is a fault of the code, and stays one.

    Example:
        >>> or_missing("inverse", lambda: np.linalg.inv(np.zeros((2, 2)))).reason
        'Its equations have no solution: too little differs between customers.'
    """
    try:
        return make()
    except np.linalg.LinAlgError:
        return Missing(term, NO_SOLUTION)
