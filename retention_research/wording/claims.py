"""A finding of a report: the claim, what it means, the values behind it, how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

Status = Literal["ok", "warn", "bad", "info"]


class Claim(NamedTuple):
    """One finding, in the order in which `report.finding` takes it.

    Attributes:
        id: slug, stable across releases.
        title: the claim, as a plain sentence.
        so_what: what it means for the reader.
        values: names of the recorded values behind it.
        status: ok, warn, bad or info.
    """

    id: str
    title: str
    so_what: str
    values: Sequence[str]
    status: Status = "info"
