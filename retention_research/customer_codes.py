"""Short keyed codes that stand for customer ids on published pages."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable

from retention_research.study import Study

KEY_NAME = "RETENTION_RESEARCH_ID_KEY"


def customer_codes(ids: Iterable[str], study: Study) -> list[str]:
    """The codes of customer ids; the ids themselves where the study says `show_ids: true`.

    The key is the environment's RETENTION_RESEARCH_ID_KEY, or else follows from the study's slug
    and seed: then whoever has the study and a list of ids can find out who is who.

    Args:
        ids: customer ids.
        study: its slug and seed make the key where the environment gives none.

    Example:
        >>> from retention_research.study import read_study
        >>> len(customer_codes(["0001"], read_study("params/cdnow.yml"))[0])
        8
    """
    if study.show_ids:
        return list(ids)
    key = (os.environ.get(KEY_NAME) or f"{study.study}:{study.seed}").encode()[:64]
    return [hashlib.blake2b(i.encode(), key=key, digest_size=4).hexdigest() for i in ids]


def key_is_private() -> bool:
    """Whether the environment gives a key of its own."""
    return bool(os.environ.get(KEY_NAME))
