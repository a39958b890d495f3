"""What is told of the value model's expectation of a program's window, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.programs.expected import GroupCheck, ModelCheck
from retention_research.models.fit import Estimate, Missing
from retention_research.wording.numbers import Wording, above_or_below
from retention_research.wording.programs_looks import told

if TYPE_CHECKING:
    import pandas as pd

_NAMED = {"with": "With the program", "without": "Control group"}


def check_note(
    found: ModelCheck | Missing, wording: Wording, others: str = "the control group"
) -> str:
    """The forecast made before the program, for both groups, and what lies between them.

    Args:
        found: the forecast held against what happened, or why there is none.
        wording: writes the numbers.
        others: what those without the program are called; only a draw makes a control group.
    """
    if isinstance(found, Missing):
        return ""
    with_it, without = found.groups
    return (
        f"A forecast that knows of purchases up to {wording.day(found.fitted_to)} only, the day "
        f"before the program began, and of each customer's up to their start, says what they would "
        f"have bought anyway. With the program: {_group(with_it, wording)}. Of {others}: "
        f"{_group(without, wording)}. Of every 100 customers, those with the program made "
        f"{told('purchases', found.surplus, wording)} purchases beyond the forecast than "
        f"{others}{_doubt(found.surplus)}."
    )


def _group(one: GroupCheck, wording: Wording) -> str:
    between = ends(one.expected, wording)
    apart = above_or_below(one.counted / one.expected.estimate - 1.0, wording)
    return (
        f"{wording.count(one.expected.estimate)} purchases forecast{between}, "
        f"{wording.count(one.counted)} made, {apart} it"
    )


def ends(found: Estimate, wording: Wording) -> str:
    """The range of a count in brackets; empty where there is none."""
    if found.conf_low is None or found.conf_high is None:
        return ""
    return f" ({wording.count(found.conf_low)} to {wording.count(found.conf_high)})"


def _doubt(surplus: Estimate) -> str:
    low, high = surplus.conf_low, surplus.conf_high
    if low is None or high is None or low > 0.0 or high < 0.0:
        return ""
    return ", which is not told apart from chance"


def check_table(found: ModelCheck | Missing, wording: Wording) -> pd.DataFrame | None:
    """Both groups: group, customers, expected_text, purchases_counted, counted_to_expected."""
    import pandas as pd

    if isinstance(found, Missing):
        return None
    rows = [
        (_NAMED[one.group], one.rows,
         f"{wording.count(one.expected.estimate)}{ends(one.expected, wording)}",
         one.counted, one.counted / one.expected.estimate)
        for one in found.groups
    ]  # fmt: skip
    columns = ["group", "customers", "expected_text", "purchases_counted", "counted_to_expected"]
    return pd.DataFrame(rows, columns=columns)


def check_method(found: ModelCheck | Missing, wording: Wording) -> str:
    """For analysts: the model, its last day, who is left out, and what the ranges hold."""
    if isinstance(found, Missing):
        return f"No check by the value model: {found.reason}"
    out = (
        f" {wording.count(found.left_out)} who had bought nothing by their start are left out."
        if found.left_out
        else ""
    )
    return (
        f"Check by the value model: {found.model}, fitted up to {wording.day(found.fitted_to)}, "
        f"given each customer's frequency, recency and age at the start; it knows no season, which "
        f"moves both groups alike. Ranges of expected purchases are predictive; that of the "
        f"surplus is clustered by customer, the parameters taken as given.{out}"
    )
