"""Random numbers of an answer, spawned by name from the study's seed."""

from __future__ import annotations

import numpy as np

from retention_research.study import Study


def draws_of(study: Study, name: str) -> np.random.Generator:
    """A generator of its own for everything that has a name.

    Example:
        >>> from retention_research.study import read_study
        >>> study = read_study("params/cdnow.yml")
        >>> one, same, other = (draws_of(study, name).random() for name in ("a", "a", "b"))
        >>> one == same, one == other
        (True, False)
    """
    return np.random.default_rng([study.seed, *name.encode()])
