"""What customers who were brought are still expected to bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.programs.money import margin_share
from retention_research.answers.purchase_fits import forecasting_fit, spend_fit, too_few_to_fit
from retention_research.models.fit import Estimate, Missing
from retention_research.models.lifetime_value import expected_customer_lifetime_value
from retention_research.periods import discount_per_unit
from retention_research.study_programs import Program
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd


def value_of_brought(
    workspace: Workspace, program: Program, brought: pd.Series
) -> Estimate | Missing:
    """Mean margin expected of these customers from now within the study's horizon.

    Args:
        workspace: the study; its value models are fitted on all customers.
        program: for its margin.
        brought: customer_id of those who were brought.

    Returns:
        The mean per customer, missing where the models cannot be fitted.
    """
    window, study = workspace.current, workspace.study
    reason = too_few_to_fit(workspace, window)
    if reason:
        return Missing("value", reason)
    buying, spending = forecasting_fit(workspace, window), spend_fit(workspace, window)
    for fit in (buying, spending):
        if fit.verdict.status == "not identifiable":
            return Missing("value", fit.verdict.words)
    mean = spending.population_mean()
    if isinstance(mean, Missing):
        return Missing("value", mean.reason)
    known = workspace.summary(window).order_by("customer_id").to_pandas()
    rows = known[known["customer_id"].isin(brought)]
    worth = expected_customer_lifetime_value(
        buying, spending, rows["frequency"], workspace.in_units(rows["recency"]),
        workspace.in_units(rows["T"]), rows["monetary_value"],
        horizon=workspace.in_units(study.horizon.days),
        discount=discount_per_unit(study.money.annual_discount_rate, study.time.unit),
        margin=margin_share(workspace, program),
    )  # fmt: skip
    return worth.total([1.0 / len(rows)] * len(rows), term="value")
