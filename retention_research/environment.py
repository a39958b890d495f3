"""`${NAME}` in a study file: what is secret stays in the environment until a source is opened."""

from __future__ import annotations

import os
import re
from urllib.parse import unquote

from retention_research.yaml_origins import StudyError

_REFERENCE = re.compile(r"\$\{(\w+)\}")
_NAMED = re.compile(r"(?i)(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key)\s*=\s*([^&;#\s]*)")


def expand_environment(text: str) -> str:
    """Replace each `${NAME}` by the environment's value, at the moment a source is opened.

    Raises:
        StudyError: if a name is not set; the message holds names only.

    Example:
        >>> expand_environment("data/orders.csv")
        'data/orders.csv'
    """
    unset = [name for name in _REFERENCE.findall(text) if name not in os.environ]
    if unset:
        raise StudyError(
            f"the study needs {', '.join(unset)} in the environment: set it and run again."
        )
    return _REFERENCE.sub(lambda found: os.environ[found[1]], text)


def holds_password(address: str) -> bool:
    """Whether an address holds a secret that is not, as a whole, one `${NAME}`.

    Before the @ and in the query alike. What cannot be told from a password counts as one: an @
    may stand in a password and so may a slash, and then the parts of the address are not its own.

    Example:
        >>> holds_password("postgresql://me:p/ss@host/db"), holds_password("${WAREHOUSE_URL}")
        (True, False)
        >>> holds_password("postgresql://me:${PASSWORD}@host:5432/db")
        False
    """
    _, scheme, rest = address.partition("://")
    user = rest.rpartition("@")[0] if scheme else ""
    given = [*_NAMED.findall(address), *_NAMED.findall(unquote(address))]
    if ":" in user:
        given.append(user.partition(":")[2])
    return any(value and not _REFERENCE.fullmatch(value) for value in given)
