"""What analysts check of the drivers report: views side by side, E-values, shape, prediction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from retention_research.answers.drivers import Drivers
from retention_research.answers.drivers.finding import Finding
from retention_research.models.discrimination import Calibration
from retention_research.models.fit import Estimate, Missing
from retention_research.wording.drivers_words import (
    agreement_of,
    of_every_hundred,
    phrase,
    with_range,
)
from retention_research.wording.estimates import with_ends
from retention_research.wording.numbers import NOT_AVAILABLE, Wording

if TYPE_CHECKING:
    import pandas as pd

_NONE = "\u2013"


def views(found: Drivers, wording: Wording) -> pd.DataFrame:
    """The three views side by side, with agreement.

    Returns:
        driver, by_silence, by_next_order, by_ends, by_purchase, by_dropout, agreement.
    """
    import pandas as pd

    seen = [one for one in found.findings if not one.driver.randomised]
    rows = [_views(one, wording) for one in seen]
    columns = ["driver", "by_silence", "by_next_order", "by_ends", "by_purchase", "by_dropout",
               "agreement"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _views(one: Finding, wording: Wording) -> tuple[str, ...]:
    both = one.both
    sides = (_NONE, _NONE)
    if not isinstance(both, Missing):
        sides = with_range(both.purchase, wording), with_range(both.dropout, wording)
    return (
        phrase(one, wording),
        of_every_hundred(one.main.effect.difference, wording),
        _or_dash(one.next_order, wording),
        _or_dash(one.ends, wording),
        *sides,
        agreement_of(one),
    )


def _or_dash(ratio: Estimate | Missing, wording: Wording) -> str:
    return _NONE if isinstance(ratio, Missing) else with_range(ratio, wording)


def confounding(found: Drivers, wording: Wording) -> pd.DataFrame:
    """Risk ratios, p values, E-values and the strongest measured covariate.

    Returns:
        driver, risk_ratio_text, p_adjusted, e_values_text, strongest_text.
    """
    import pandas as pd

    headings = {one.driver.name: one.driver.heading for one in found.findings}
    rows = [_confounding(one, headings, wording) for one in found.findings]
    columns = ["driver", "risk_ratio_text", "p_adjusted", "e_values_text", "strongest_text"]
    return pd.DataFrame(rows, columns=columns)


def _confounding(one: Finding, headings: Mapping[str, str], wording: Wording) -> tuple[object, ...]:
    e_value = f"{wording.number(one.e_value.estimate)}; {wording.number(one.e_value.limit)}"
    name = one.strongest.name
    origin, _, level = name.partition(":")
    told = headings.get(origin, origin.replace("_", " ")) + (f" ({level})" if level else "")
    strongest = f"{wording.number(one.strongest.value)}: {told}" if name else _NONE
    ratio = with_range(one.main.effect.ratio, wording)
    return phrase(one, wording), ratio, one.p_adjusted, e_value, strongest


def in_numbers(found: Drivers) -> pd.DataFrame:
    """Both tables as numbers, for the files: every estimate with its ends, by driver.

    Returns:
        driver, then estimate, low and high of each view, the risk ratio, p values and E-values.
    """
    import pandas as pd

    return pd.DataFrame([_in_numbers(found.keys[one.driver.name], one) for one in found.findings])


def _in_numbers(key: str, one: Finding) -> dict[str, object]:
    both = (one.both, one.both) if isinstance(one.both, Missing) else one.both[:2]
    told = {
        "risk_difference": one.main.effect.difference,
        "risk_ratio": one.main.effect.ratio,
        "next_order": one.next_order,
        "ends": one.ends,
        "purchase_rate": both[0],
        "dropout": both[1],
    }
    ends = {
        f"{name}{part}": value
        for name, found in told.items()
        for part, value in zip(("", "_low", "_high"), with_ends(found), strict=True)
    }
    return {
        "driver": key, "level": one.main.contrast.level, **ends, "p_adjusted": one.p_adjusted,
        "e_value": one.e_value.estimate, "e_value_limit": one.e_value.limit,
        "strongest_measured": one.strongest.value, "strongest_name": one.strongest.name,
    }  # fmt: skip


def shapes(found: Drivers, wording: Wording) -> pd.DataFrame:
    """Tests of a straight line and of a steady effect: driver, curvature, ph_p_value."""
    import pandas as pd

    rows = [
        (phrase(one, wording), bend, drift)
        for one in found.findings
        if not one.driver.randomised
        and (bend := _small(one.curvature, wording))
        and (drift := _drift(found, one, wording))
        and (bend, drift) != (_NONE, _NONE)
    ]
    return pd.DataFrame(rows, columns=["driver", "curvature", "ph_p_value"])


def _small(p_value: float | None, wording: Wording) -> str:
    return _NONE if p_value is None else wording.small(p_value)


def _drift(found: Drivers, one: Finding, wording: Wording) -> str:
    test = found.drifts.get(one.main.contrast.key)
    return _small(None if test is None else test.p_value, wording)


def calibration(found: Drivers) -> pd.DataFrame:
    """Risks foretold for the last date against what happened, by tenth of risk.

    Returns:
        customers, foretold, observed, share_low, share_high; empty where nothing was foretold.
    """
    import pandas as pd

    columns = ["customers", "foretold", "observed", "share_low", "share_high"]
    judged = found.prediction
    if isinstance(judged, Missing) or not isinstance(judged.calibration, Calibration):
        return pd.DataFrame(columns=columns)
    rows = [
        (group.n, group.predicted, group.observed.estimate, group.observed.conf_low,
         group.observed.conf_high)
        for group in judged.calibration.groups
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def prediction_note(found: Drivers, wording: Wording) -> str:
    """How well the last landmark was foretold."""
    judged = found.prediction
    if isinstance(judged, Missing):
        return f"Nothing later to judge the regression on: {judged.reason}"
    told = {
        "area under the curve": found.values["drivers.auc"],
        "calibration slope": found.values["drivers.calibration_slope"],
        "calibration intercept": found.values["drivers.calibration_intercept"],
        "observed over expected": found.values["drivers.observed_to_expected"],
    }
    parts = ", ".join(f"{name} {wording.with_interval(value)}" for name, value in told.items())
    return (
        f"Fitted on the landmarks before {wording.day(judged.day)} and judged on its "
        f"{wording.count(judged.n)} active customers: {parts}."
    )


def cox_note(found: Drivers, wording: Wording) -> str:
    """Concordance and the test of steady effects of both Cox regressions."""
    test, order = found.values["cox.ph_test.p_value"], found.values["cox.concordance"]
    ends = found.values["cox_ends.concordance"]
    p_value = NOT_AVAILABLE if test.value is None else _p(test.number, wording)
    told = wording.with_interval(ends) if ends.value is not None else str(ends.reason)
    return (
        f"Cox regression of the next order: concordance {wording.with_interval(order)}, global "
        f"test of steady effects {p_value}; where effects drift, the ratio is an average over "
        f"time. Concordance for ends of contracts: {told}"
    ).rstrip(".") + "."


def _p(p_value: float, wording: Wording) -> str:
    told = wording.small(p_value)
    return f"p {told}" if told.startswith("under") else f"p = {told}"


def fit_notes(found: Drivers) -> str:
    """What to keep in mind of each fit."""
    return " ".join(f"{view}: {words}" for view, words in found.verdicts.items())
