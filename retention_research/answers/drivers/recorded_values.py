"""What the drivers report records, by glossary name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from retention_research.answers.drivers.ever_members import EverMember
from retention_research.answers.drivers.finding import ENDS, NEXT_ORDER, VALUE, Finding
from retention_research.answers.drivers.prediction import Prediction
from retention_research.answers.drivers.scenarios import Scenario
from retention_research.answers.recorded import recorded
from retention_research.glossary.names import slugs
from retention_research.models.fit import Estimate, Missing
from retention_research.values import Value, diagnostic, fact, label, missing

NOT_KNOWN = "not_known"  # in the names of values, beside levels


def of_finding(one: Finding, key: str) -> dict[str, Value]:
    """All values of one driver.

    Args:
        one: what was found.
        key: the driver in the names of values.
    """
    name, effect = f"drivers.{key}", one.main.effect
    ends = {"risk_difference": effect.difference, "risk_high": effect.risk_high,
            "risk_low": effect.risk_low}  # fmt: skip
    values = {
        f"{name}.{part}": recorded(told, effect.customers, "share") for part, told in ends.items()
    }
    values |= {
        f"{name}.rank": fact(one.rank, "count"),
        f"{name}.evidence": label(one.evidence.grade),
        f"{name}.risk_ratio": recorded(effect.ratio, effect.customers, "number"),
        f"{name}.p_value": diagnostic(one.p_adjusted, "small", effect.customers),
        f"{name}.e_value": diagnostic(one.e_value.estimate, "number"),
        f"{name}.e_value_limit": diagnostic(one.e_value.limit, "number"),
    }
    return values | _of_levels(one, name) | _of_observed(one, key)


def _of_levels(one: Finding, name: str) -> dict[str, Value]:
    by_level = {level.contrast.level: level.effect for level in one.levels if level.contrast.level}
    by_level |= {
        f"{pair.contrast.level} against {pair.contrast.reference}": pair.effect
        for pair in one.between
    }
    effects = {short: by_level[level] for level, short in slugs(by_level).items()}
    if one.not_known is not None:
        effects[NOT_KNOWN] = one.not_known
    told = {
        f"{name}.{short}.risk_difference": recorded(effect.difference, effect.customers, "share")
        for short, effect in effects.items()
    }
    return told | {
        f"{name}.{short}.customers": fact(one.arms[arm], "count")
        for arm, short in slugs(one.arms).items()
    }


def _of_observed(one: Finding, key: str) -> dict[str, Value]:
    """What only an association has: other views, and what could explain it away."""
    if one.driver.randomised:
        return {}
    name, n = f"drivers.{key}", one.main.customers
    values = {f"{name}.strongest_measured": diagnostic(one.strongest.value, "number")}
    if one.curvature is not None:
        values[f"{name}.curvature_p_value"] = diagnostic(one.curvature, "small", n)
    values[f"cox.{key}.hazard_ratio"] = _ratio(one.next_order, one.customers.get(NEXT_ORDER, 0))
    values[f"cox_ends.{key}.hazard_ratio"] = _ratio(one.ends, one.customers.get(ENDS, 0))
    if not isinstance(one.both, Missing):
        n = one.customers[VALUE]
        values[f"{name}.purchase_rate_ratio"] = _ratio(one.both.purchase, n)
        values[f"{name}.dropout_odds_ratio"] = _ratio(one.both.dropout, n)
    return values


def _ratio(ratio: Estimate | Missing, n: int) -> Value:
    return recorded(ratio, n, "number")


def of_ever_member(one: EverMember, key: str, n: int) -> dict[str, Value]:
    """The comparison that is refused, recorded beside the right one."""
    return {f"drivers.{key}.naive_hazard_ratio": recorded(one.naive, n, "number")}


def of_scenario(one: Scenario, key: str) -> dict[str, Value]:
    """Silence and money if a driver moved."""
    name, n = f"drivers.{key}.scenario", one.effect.customers
    too_few = Missing(
        "value", "Too few customers bought after the last date to say what they bring."
    )
    return {
        f"{name}.moved": fact(one.moved, "count"),
        f"{name}.silent_share": recorded(one.effect.risk_high, n, "share"),
        f"{name}.silent_change": recorded(one.effect.difference, n, "share"),
        f"{name}.value": recorded(one.value or too_few, n, "money"),
        f"{name}.value_change": recorded(one.value_change or too_few, n, "money"),
    }


def of_withheld(reason: str, key: str) -> dict[str, Value]:
    """Why a link that is clear of chance has no scenario."""
    parts = ("silent_share", "silent_change", "value", "value_change")
    return {f"drivers.{key}.scenario.{part}": missing("estimate", reason) for part in parts}


def of_prediction(found: Prediction | Missing) -> dict[str, Value]:
    """How well the last landmark was foretold."""
    names = ("auc", "calibration_slope", "calibration_intercept", "observed_to_expected")
    if isinstance(found, Missing):
        return {f"drivers.{name}": missing("estimate", found.reason) for name in names}
    told = found.calibration
    parts = [told] * 3 if isinstance(told, Missing) else [told.slope, told.intercept, told.ratio]
    estimates: Iterable[Estimate | Missing] = [found.auc, *parts]
    pairs = zip(names, estimates, strict=True)
    return {f"drivers.{name}": recorded(one, found.n, "number") for name, one in pairs}


def keys_of(findings: Iterable[Finding]) -> Mapping[str, str]:
    """Each driver's name to what it is called in the names of values."""
    return slugs([one.driver.name for one in findings])
