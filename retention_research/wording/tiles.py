"""Headline tiles: one number each, as it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from retention_research.glossary import lookup
from retention_research.values import Value
from retention_research.wording.numbers import Wording


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline number.

    Attributes:
        label: what it is, in plain words.
        value_text: the formatted value.
        interval_text: the formatted interval, or "".
        note: one short line below.
        target: the target and how the value stands to it, or "".
        changes: one short line for each change, such as against the period before.
        value_name: the recorded value behind it; the index follows it from run to run.
    """

    label: str
    value_text: str
    interval_text: str = ""
    note: str = ""
    value_name: str = ""
    target: str = ""
    changes: tuple[str, ...] = ()


def tile(name: str, values: Mapping[str, Value], wording: Wording, note: str = "") -> Tile:
    """The tile of a recorded value, labelled from the glossary; a missing one gives its reason."""
    value, label = values[name], lookup(name).heading
    if value.value is None:
        return Tile(label, "not available", "", value.reason or "", name)
    return Tile(label, wording.value(value), wording.interval(value), note, name)
