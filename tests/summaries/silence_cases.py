"""One call of each public function of the summaries of silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from retention_research.summaries import silence, tenure
from tests.summaries.engine_cases import AS_OF, CALIBRATION_END, bought

SPANS = (14, 28, 45, 91)


def gaps(t: Any) -> Any:
    return t.once("gaps", lambda: silence.silent_gaps(bought(t), AS_OF, min(SPANS), 60))


def silent(t: Any) -> Any:
    return t.once("silent", lambda: silence.silences(gaps(t), SPANS, 60))


CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    silence.silent_gaps: gaps,
    silence.silences: silent,
    silence.silence_cells: lambda t: silence.silence_cells(silent(t), SPANS),
    silence.standing_cells: lambda t: silence.standing_cells(
        bought(t), CALIBRATION_END, AS_OF, SPANS
    ),
    silence.first_silences: lambda t: silence.first_silences(
        tenure.second_purchase(bought(t), AS_OF), AS_OF, SPANS
    ),
}
