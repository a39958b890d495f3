"""The answer of the drivers report, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from retention_research.answers.driver_rows import LandmarkRows, landmark_rows
from retention_research.answers.driver_rows.vocabulary import vocabulary
from retention_research.answers.drivers.cox_view import CoxView
from retention_research.answers.drivers.curves import adjusted_curves
from retention_research.answers.drivers.ever_members import EverMember, ever_members
from retention_research.answers.drivers.finding import Finding
from retention_research.answers.drivers.findings import all_findings
from retention_research.answers.drivers.prediction import Prediction, judged_on_the_last
from retention_research.answers.drivers.randomised import randomised_effects
from retention_research.answers.drivers.recorded_values import (
    keys_of,
    of_ever_member,
    of_finding,
    of_prediction,
    of_scenario,
    of_withheld,
)
from retention_research.answers.drivers.scenarios import Scenario, scenarios, withheld
from retention_research.answers.drivers.views import STRATA, Views, fit_views, orders_of
from retention_research.answers.recorded import recorded
from retention_research.models.cox import PhTest, concordance, proportional_hazards
from retention_research.models.fit import Missing
from retention_research.models.logistic import FEWEST_EVENTS
from retention_research.models.proportion import proportion
from retention_research.values import Value, diagnostic, fact, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Drivers:
    """The answer of the drivers report.

    Attributes:
        values: by glossary name.
        findings: every driver that could be looked at, by rank.
        keys: driver to what it is called in the names of values.
        curves: of `adjusted_curves`.
        scenarios: what would change if a driver moved, what chance decided first, then by money.
        withheld: driver that is clear of chance to why it has no scenario.
        ever_members: naive and corrected comparisons of programs.
        prediction: how well the last landmark was foretold.
        drifts: column of the view of the next order to its test of a steady effect.
        left_out: driver to why it could not be looked at.
        verdicts: what to keep in mind of the fits, by view.
        thin: whether fewer than ten of the rarer outcome come on each thing taken into account.
        landmarks: the dates.
        horizon_days: how long customers are watched after each.
        silence_days: a purchase in so many days makes a customer active.
        drawn_from: active customers, of whom those looked at were drawn; None if all were.
        confidence: level of the intervals.
    """

    values: Mapping[str, Value]
    findings: tuple[Finding, ...]
    keys: Mapping[str, str]
    curves: pd.DataFrame
    scenarios: tuple[Scenario, ...]
    withheld: Mapping[str, str]
    ever_members: tuple[EverMember, ...]
    prediction: Prediction | Missing
    drifts: Mapping[str, PhTest]
    left_out: Mapping[str, str]
    verdicts: Mapping[str, str]
    thin: bool
    landmarks: tuple[date, ...]
    horizon_days: int
    silence_days: int
    drawn_from: int | None
    confidence: float


def drivers(workspace: Workspace) -> Drivers:
    """What goes with falling silent, in three views, graded.

    Raises:
        ValueError: where `obstacle_to_drivers` says why nothing can be looked at.
    """
    landmarks, orders = landmark_rows(workspace), orders_of(workspace)
    frame, study, drawn_from = landmarks.frame, workspace.study, landmarks.drawn_from
    views = fit_views(workspace, landmarks, orders)
    experiments, no_arms = randomised_effects(workspace, landmarks.horizon_days)
    findings = all_findings(frame, views, experiments, study.confidence, study.group_floor,
                            _undated(workspace))  # fmt: skip
    programs = ever_members(orders, STRATA, study.confidence)
    scale = 1.0 if drawn_from is None else drawn_from / _customers(frame)
    moved = scenarios(workspace, landmarks, views, findings, scale)
    judged = judged_on_the_last(frame, landmarks.drivers, landmarks.landmarks, study.confidence)
    drifts = _drifts(views.next_order)
    keys = keys_of(findings)
    values = _overall(landmarks, findings, study.confidence) | of_prediction(judged)
    values |= _of_cox(views, drifts) | _of_drifts(findings, keys, drifts)
    values |= _of_each(findings, moved, keys)
    for program in programs:
        if program.driver.name in keys:
            n = _customers(orders.frame)
            values |= of_ever_member(program, keys[program.driver.name], n)
    return Drivers(
        values=values,
        findings=findings,
        keys=keys,
        curves=adjusted_curves(findings, views),
        scenarios=moved,
        withheld=withheld(findings),
        ever_members=programs,
        prediction=judged,
        drifts=drifts,
        left_out={**views.left_out, **no_arms},
        verdicts=_verdicts(views),
        thin=_is_thin(views),
        landmarks=landmarks.landmarks,
        horizon_days=landmarks.horizon_days,
        silence_days=landmarks.silence_days,
        drawn_from=drawn_from,
        confidence=study.confidence,
    )


def _of_each(
    findings: tuple[Finding, ...], moved: tuple[Scenario, ...], keys: Mapping[str, str]
) -> dict[str, Value]:
    """Every driver's own values, and those of its scenario or why it has none."""
    values: dict[str, Value] = {}
    for one in findings:
        values |= of_finding(one, keys[one.driver.name])
    for scenario in moved:
        values |= of_scenario(scenario, keys[scenario.finding.driver.name])
    for name, reason in withheld(findings).items():
        values |= of_withheld(reason, keys[name])
    return values


def _undated(workspace: Workspace) -> frozenset[str]:
    """Drivers from columns of customers that are none of the study's segments."""
    columns, segments = vocabulary(workspace).columns, workspace.study.segments
    return frozenset(name for name, column in columns.items() if column not in segments)


def _customers(frame: pd.DataFrame) -> int:
    return int(frame["customer"].nunique())


def _overall(
    landmarks: LandmarkRows, findings: tuple[Finding, ...], confidence: float
) -> dict[str, Value]:
    frame = landmarks.frame
    last = frame.loc[frame["landmark"] == frame["landmark"].max(), "silent"]
    share = proportion(int(last.sum()), len(last), confidence)
    return {
        "drivers.customers": fact(_customers(frame), "count"),
        "drivers.rows": fact(len(frame), "count"),
        "drivers.landmarks": fact(len(landmarks.landmarks), "count"),
        "drivers.silent_share": recorded(share, len(last), "share"),
        "drivers.looked_at": fact(len(findings), "count"),
        "drivers.clear": fact(sum(one.evidence.clear for one in findings), "count"),
    }


def _drifts(found: Mapping[int, CoxView | Missing]) -> dict[str, PhTest]:
    """Tests of steady effects on an event, by column, "GLOBAL" for all together."""
    view = found.get(max(found, default=0))
    if not isinstance(view, CoxView):
        return {}
    tests = proportional_hazards(view.fit, view.rows)
    return {} if isinstance(tests, Missing) else {test.term: test for test in tests}


def _of_cox(views: Views, drifts: Mapping[str, PhTest]) -> dict[str, Value]:
    ends = _drifts(views.ends).get("GLOBAL")
    values = {
        "cox.ph_test.p_value": _p_value(drifts.get("GLOBAL"), "the next order"),
        "cox_ends.ph_test.p_value": _p_value(ends, "contracts' ends"),
    }
    for name, found in (("cox", views.next_order), ("cox_ends", views.ends)):
        view = found.get(max(found, default=0), Missing("cox", "The study has no contracts."))
        if isinstance(view, CoxView):
            told = concordance(view.fit, view.rows)
            values[f"{name}.concordance"] = recorded(told, view.customers, "number")
        else:
            values[f"{name}.concordance"] = missing("estimate", view.reason)
    return values


def _p_value(test: PhTest | None, event: str) -> Value:
    if test is None:
        return missing("diagnostic", f"No regression of {event} could be fitted.")
    return diagnostic(test.p_value, "small")


def _of_drifts(
    findings: tuple[Finding, ...], keys: Mapping[str, str], drifts: Mapping[str, PhTest]
) -> dict[str, Value]:
    tested = {
        keys[one.driver.name]: drifts[one.main.contrast.key]
        for one in findings
        if one.main.contrast.key in drifts and not one.driver.randomised
    }
    return {
        f"cox.{key}.ph_test.p_value": _p_value(test, "the next order")
        for key, test in tested.items()
    }


def _is_thin(views: Views) -> bool:
    if not views.landmark:
        return True
    fit = views.fullest.fit
    rarer = min(fit.events, fit.n - fit.events)
    return rarer < FEWEST_EVENTS * len(views.fullest.design.names)


def _verdicts(views: Views) -> dict[str, str]:
    """The fullest fits' verdicts, or why there is no fit, by view."""
    told = {"Falling silent": views.fullest.fit.verdict.words} if views.landmark else {}
    for name, found in (("Next order", views.next_order), ("Contract ends", views.ends)):
        if found:
            view = found[max(found)]
            told[name] = view.fit.verdict.words if isinstance(view, CoxView) else view.reason
    value = views.value
    told["Buying and leaving"] = (
        value.reason if isinstance(value, Missing) else value.fit.verdict.words
    )
    return told
