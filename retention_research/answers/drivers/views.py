"""The three views side by side, each fitted once per stage of what is taken into account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retention_research.answers.driver_rows import (
    Driver,
    LandmarkRows,
    NextOrderRows,
    birth_rows,
    contract_rows,
    next_order_rows,
    obstacle_to_contracts,
)
from retention_research.answers.drivers.cox_view import CoxView, enough_events, fit_cox_view
from retention_research.answers.drivers.design import Contrast
from retention_research.answers.drivers.finding import ENDS, NEXT_ORDER, VALUE
from retention_research.answers.drivers.landmark_view import LandmarkView, design_of, fit_view
from retention_research.answers.drivers.stages import each_stage
from retention_research.answers.drivers.value_view import BothSides, ValueView, fit_value_view
from retention_research.models.fit import Estimate, Missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

STRATA = "order_number"
_LAST_STRATUM = 4  # order numbers from here on share one baseline


@dataclass(frozen=True, slots=True)
class Views:
    """Everything that was fitted.

    Attributes:
        drivers: of the landmark rows.
        landmark: stage to its regression of silence, where there is one.
        next_order: stage to its Cox regression of the next order, or why there is none.
        ends: stage to its Cox regression of contracts' ends, or why there is none.
        value: the model of buying and leaving, or why there is none.
        left_out: driver, column or view to why it is not there.
    """

    drivers: tuple[Driver, ...]
    landmark: Mapping[int, LandmarkView]
    next_order: Mapping[int, CoxView | Missing]
    ends: Mapping[int, CoxView | Missing]
    value: ValueView | Missing
    left_out: Mapping[str, str]

    def next_order_ratio(self, driver: Driver, contrast: Contrast) -> Estimate | Missing:
        """The hazard ratio of the next order."""
        return _ratio(self.next_order, driver, contrast)

    def ends_ratio(self, driver: Driver, contrast: Contrast) -> Estimate | Missing:
        """The hazard ratio of a contract's end."""
        return _ratio(self.ends, driver, contrast)

    def both_sides(self, contrast: Contrast) -> BothSides | Missing:
        """The ratios of buying and of leaving."""
        return self.value if isinstance(self.value, Missing) else self.value.effect(contrast)

    def customers(self, driver: Driver) -> dict[str, int]:
        """How many customers each other view looks at, by the view."""
        found = {
            NEXT_ORDER: self.next_order.get(driver.stage),
            ENDS: self.ends.get(driver.stage),
            VALUE: self.value,
        }
        return {
            name: view.customers
            for name, view in found.items()
            if isinstance(view, CoxView | ValueView)
        }

    @property
    def fullest(self) -> LandmarkView:
        """The regression that takes everything into account."""
        return self.landmark[max(self.landmark)]


def _ratio(
    views: Mapping[int, CoxView | Missing], driver: Driver, contrast: Contrast
) -> Estimate | Missing:
    view = views.get(driver.stage, Missing("cox", "This view has nothing of the kind."))
    return view if isinstance(view, Missing) else view.hazard_ratio(contrast)


def fit_views(workspace: Workspace, landmarks: LandmarkRows, orders: NextOrderRows) -> Views:
    """Fit the three views of a study.

    Args:
        workspace: the study.
        landmarks: its rows by date.
        orders: of `orders_of`.
    """
    confidence, frame = workspace.study.confidence, landmarks.frame
    silence = each_stage(
        landmarks.drivers, lambda some: fit_view(frame, design_of(frame, some), confidence)
    )
    found = {stage: view for stage, view in silence.items() if isinstance(view, LandmarkView)}
    return Views(
        landmarks.drivers,
        found,
        _cox(workspace, orders.frame, orders.drivers, event="ordered", strata=STRATA),
        _ends(workspace),
        fit_value_view(birth_rows(workspace), confidence),
        _left_out(landmarks, found),
    )


def _left_out(landmarks: LandmarkRows, views: Mapping[int, LandmarkView]) -> dict[str, str]:
    """What is not there, each with a reason; columns only of the fullest regression."""
    idle = views[max(views)].design.left_out if views else {}
    return {**landmarks.left_out, **idle}


def orders_of(workspace: Workspace) -> NextOrderRows:
    """The rows from order to order, late ones in one stratum."""
    rows = next_order_rows(workspace)
    number = rows.frame[STRATA].clip(upper=_LAST_STRATUM)
    return replace(rows, frame=rows.frame.assign(**{STRATA: number}))


def _ends(workspace: Workspace) -> Mapping[int, CoxView | Missing]:
    if obstacle_to_contracts(workspace):
        return {}
    rows = contract_rows(workspace)
    frame = rows.frame.assign(start=rows.frame["entry"], stop=rows.frame["duration"])
    found = _cox(workspace, frame, rows.drivers, event="ended")
    return {stage: view if enough_events(view) else _too_few(view) for stage, view in found.items()}


def _too_few(view: CoxView | Missing) -> Missing:
    if isinstance(view, Missing):
        return view
    return Missing(
        "cox",
        f"Only {view.fit.events:g} contracts ended: too few for {len(view.fit.names)} covariates.",
    )


def _cox(
    workspace: Workspace,
    frame: pd.DataFrame,
    drivers: tuple[Driver, ...],
    *,
    event: str,
    strata: str | None = None,
) -> Mapping[int, CoxView | Missing]:
    confidence = workspace.study.confidence
    return each_stage(
        drivers,
        lambda some: fit_cox_view(frame, some, confidence, event=event, strata=strata),
    )
