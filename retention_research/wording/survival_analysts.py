"""Notes of the survival report for analysts: tests, bands, smooth curves, units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.survival import Survival
from retention_research.answers.survival_segments import Segment
from retention_research.values import Value
from retention_research.wording.numbers import Wording, listed

if TYPE_CHECKING:
    import pandas as pd

_NAMES = {"weibull": "Weibull", "lognormal": "log-normal", "loglogistic": "log-logistic"}


def log_rank_note(found: Survival, wording: Wording) -> str:
    """The tests of groups against each other."""
    month = found.values["logrank.first_purchase_month.second_purchase_p_value"]
    notes = [_test_note("months of first purchase", month, "time to second purchase", wording)]
    notes += [
        _test_note(f"groups of {one.heading}", one.test, _of_what(one), wording)
        for one in found.segments
    ]
    return " ".join(notes)


def _of_what(one: Segment) -> str:
    return "how long contracts last" if one.of_contracts else "tenure by purchases"


def _test_note(groups: str, test: Value, what: str, wording: Wording) -> str:
    if test.value is None:
        return f"{groups[:1].upper()}{groups[1:]} are not compared: {test.reason}"
    written = wording.small(test.number)
    p_value = f"p {written}" if written.startswith("under") else f"p = {written}"
    return f"Log-rank test that {groups} do not differ in {what}: {p_value}."


def unit_note(found: Survival, wording: Wording) -> str:
    """What the main curve km is of."""
    if not found.contracts:
        return "The curve km is of tenure by purchases, given a tenure above 0, and equals tenure."
    return (
        "The curve km is of contracts, from started_at to ended_at; the unit is the customer's "
        "first contract, so that customers are independent of each other, also between groups and "
        f"between ends. {_all_contracts(found, wording)} The curve tenure is by purchases, given "
        "a tenure above 0; the scorecard's kpi.tenure_mean is of that kind. Ends compete: "
        "Aalen-Johansen shares with the infinitesimal jackknife's errors, beside one minus "
        "Kaplan-Meier of each end alone, which is too high."
    )


def _all_contracts(found: Survival, wording: Wording) -> str:
    median = found.values.get("contracts.all_median")
    if median is None:
        return "No customer has a second one."
    if median.value is None:
        return f"A median of all contracts is not given: {median.reason}"
    return (
        "All contracts together, with errors clustered by customer, have a median of "
        f"{wording.with_interval(median)}."
    )


def band_note(found: Survival, wording: Wording) -> str:
    """The band, and the smooth curve held against the main one."""
    level = wording.share(found.confidence)
    if not found.shape.curve["band_low"].notna().any():
        none = "No band of the whole main curve: it needs ten ends, and ten still followed after."
        return f"{none} {shape_note(found, wording)}"
    band = (
        f"The {level} band of Hall and Wellner holds the whole main curve at once, the range one "
        "time each; it runs from the tenth end to where ten are still followed."
    )
    return f"{band} {shape_note(found, wording)}"


def shape_note(found: Survival, wording: Wording) -> str:
    """Which smooth curve fits best, how well, and where it stops saying anything."""
    best, until = (found.values[f"tenure_shape.{name}"] for name in ("best", "watched_until"))
    if best.value is None:
        return str(best.reason)
    others = [_NAMES[name] for name in found.shape.choice["smooth_curve"] if name != best.value]
    apart = found.values[f"tenure_shape.{best.value}.furthest"]
    return (
        f"Of smooth curves without covariates, the {_NAMES[str(best.value)]} has the lowest AIC"
        f"{f' (before {listed(others)})' if others else ''}; at whole weeks it is never further "
        f"than {wording.share(apart.number)} of all from the curve of the data. It is a "
        f"summary, not a forecast: the longest time watched is {wording.days(until.number)}, and "
        "nothing beyond it is drawn or recorded."
    )


def shape_rows(found: Survival) -> pd.DataFrame:
    """The rows of the table of smooth curves, by their names in the field."""
    frame = found.shape.choice
    return frame.assign(smooth_curve=frame["smooth_curve"].map(_NAMES))


def shape_caption() -> str:
    """The caption of the table of smooth curves."""
    return "Smooth curves by Akaike's criterion, with the greatest distance from the main curve"


def curve_caption(found: Survival) -> str:
    """The caption of the table of the main curve."""
    if found.contracts:
        return "First contracts still running, by week, with the band and the smooth curve"
    return "Still customers, given a tenure above 0, by week, with the band and the smooth curve"
