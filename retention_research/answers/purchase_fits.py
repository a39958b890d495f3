"""The fits of the value report, each made once in a run, and their recorded values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.obstacles import remedy
from retention_research.answers.recorded import recorded
from retention_research.models.bg_nbd import BgNbdFit
from retention_research.models.fit import Fit, Missing
from retention_research.models.gamma_gamma import GammaGammaFit, fit_gamma_gamma, spend_correlation
from retention_research.models.nbd import NbdFit
from retention_research.models.purchase_models import fit_purchases, purchase_fit_from_dict
from retention_research.periods import ObservationWindow, day_in_words
from retention_research.summaries.apart import orders_apart
from retention_research.values import Value, diagnostic, fact, label, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

PurchaseModel = BgNbdFit | NbdFit
_FEWEST_REPEATERS = 30


@dataclass(frozen=True, slots=True)
class Fits:
    """How customers buy and spend: on the calibration, and again on all of the window."""

    purchases: PurchaseModel
    spend: GammaGammaFit
    purchases_current: PurchaseModel
    spend_current: GammaGammaFit


def fits(workspace: Workspace) -> Fits:
    """The four fits of the value report."""
    past, now = workspace.window, workspace.current
    return Fits(
        purchase_fit(workspace, past),
        spend_fit(workspace, past),
        purchase_fit(workspace, now),
        spend_fit(workspace, now),
    )


def purchase_fit(workspace: Workspace, window: ObservationWindow) -> PurchaseModel:
    """BG/NBD on the window's calibration, or NBD where no dropout can be seen."""
    return _kept_fit(workspace, window, _name(window), profiles=True)


def forecasting_fit(workspace: Workspace, window: ObservationWindow) -> PurchaseModel:
    """The same model for forecasts alone: estimates and covariance are equal, and quicker.

    The intervals of its parameters are not to be shown. Where the run has the whole fit already,
    that is taken.
    """
    if (workspace.folder / f"{_name(window)}.json").exists():
        return purchase_fit(workspace, window)
    return _kept_fit(workspace, window, f"{_name(window)}-forecasting", profiles=False)


def _name(window: ObservationWindow) -> str:
    return f"purchases-fit-{window.calibration_end}"


def _kept_fit(
    workspace: Workspace, window: ObservationWindow, name: str, *, profiles: bool
) -> PurchaseModel:
    def fit() -> PurchaseModel:
        cells = workspace.cells(window)
        return fit_purchases(
            cells["frequency"],
            cells["recency"],
            cells["T"],
            weights=cells["customers"],
            unit=workspace.study.time.unit,
            confidence=workspace.study.confidence,
            profiles=profiles,
        )

    return purchase_fit_from_dict(workspace.kept_record(name, lambda: fit().to_dict()))


def spend_fit(workspace: Workspace, window: ObservationWindow) -> GammaGammaFit:
    """Gamma-Gamma on the window's repeat buyers whose repeat purchases cost something."""

    def fit() -> GammaGammaFit:
        rows = spenders(workspace, window)
        return fit_gamma_gamma(
            rows["frequency"],
            rows["monetary_value"],
            unit=workspace.study.currency,
            confidence=workspace.study.confidence,
        )

    name = f"spend-fit-{window.calibration_end}"
    return GammaGammaFit.from_dict(workspace.kept_record(name, lambda: fit().to_dict()))


def spenders(workspace: Workspace, window: ObservationWindow) -> pd.DataFrame:
    """Frequency and monetary value of repeat buyers with spend, in the order of their ids."""
    paid = _paid(workspace.fitted_rows(window)).order_by("customer_id")
    return paid.select("frequency", "monetary_value").to_pandas()


def _paid(rows: ir.Table) -> ir.Table:
    return rows.filter((rows.frequency > 0) & (rows.monetary_value > 0))


def fit_apart(workspace: Workspace) -> PurchaseModel:
    """The calibration fit with the orders of one day kept apart at seeded times."""
    rng = np.random.default_rng([workspace.study.seed, 1])
    bought = workspace.purchases(workspace.window.calibration_end)
    same = bought.semi_join(workspace.fitted_rows(workspace.window), "customer_id")
    rows = orders_apart(same, workspace.window, rng)
    times = workspace.in_units(rows.recency), workspace.in_units(rows.T)
    unit, confidence = workspace.study.time.unit, workspace.study.confidence
    return fit_purchases(rows.frequency, *times, unit=unit, confidence=confidence)


def obstacle_to_value(workspace: Workspace) -> str:
    """Why the data cannot say what customers are worth; empty if they can."""
    reason = too_few_to_value(workspace)
    if reason:
        return reason
    found = fits(workspace)
    for fit in (found.purchases, found.spend, found.purchases_current, found.spend_current):
        if fit.verdict.status == "not identifiable":
            return fit.verdict.words
    mean = found.spend_current.population_mean()
    return mean.reason if isinstance(mean, Missing) else ""


def too_few_to_fit(workspace: Workspace, window: ObservationWindow) -> str:
    """Why a window holds too few customers to fit, without any fit; empty if there are enough."""
    rows = workspace.fitted_rows(window)
    repeaters = int(rows.filter(rows.frequency > 0).count().execute())
    until = f"between {day_in_words(window.start)} and {day_in_words(window.calibration_end)}"
    if repeaters == 0:
        return (
            f"No customer bought again {until}, so nothing shows how often customers return."
            f"{remedy(workspace)}"
        )
    paid = int(_paid(rows).count().execute())
    if paid == 0:
        return f"No repeat purchase {until} has an amount above 0, so spend cannot be learned."
    if paid < _FEWEST_REPEATERS:
        return (
            f"Only {paid} {'customer' if paid == 1 else 'customers'} bought again {until}; "
            f"{_FEWEST_REPEATERS} are needed to learn how often customers return and what they "
            f"spend.{remedy(workspace)}"
        )
    return ""


def too_few_to_value(workspace: Workspace) -> str:
    """Why there are too few customers to value, without any fit; empty if there are enough."""
    reasons = (
        too_few_to_fit(workspace, window) for window in (workspace.window, workspace.current)
    )
    return next(filter(None, reasons), "")


def fit_values(fit: Fit, prefix: str, unit: str = "number") -> dict[str, Value]:
    """A fit's parameters, likelihood and verdict under their glossary names."""
    terms = {
        f"{prefix}.{e.term}": recorded(e, fit.n, unit, fit.verdict.words) for e in fit.estimates
    }
    return terms | {
        f"{prefix}.log_likelihood": diagnostic(fit.log_likelihood, "number", n=fit.n),
        f"{prefix}.verdict": label(fit.verdict.status),
    }


def model_values(workspace: Workspace, found: Fits) -> dict[str, Value]:
    """Everything recorded about the four fits."""
    values = fit_values(found.purchases, found.purchases.name)
    values |= fit_values(found.purchases_current, f"{found.purchases_current.name}_current")
    values |= fit_values(found.spend, "gamma_gamma")
    values |= fit_values(found.spend_current, "gamma_gamma_current")
    values[f"{found.purchases.name}.aic"] = diagnostic(found.purchases.aic, "number")
    values["gamma_gamma.n"] = fact(found.spend.n, "count")
    return values | _spend_values(workspace, found)


def _spend_values(workspace: Workspace, found: Fits) -> dict[str, Value]:
    mean, rows = found.spend.population_mean(), spenders(workspace, workspace.window)
    linked = spend_correlation(rows["frequency"], rows["monetary_value"])
    name = "gamma_gamma.correlation"
    if isinstance(linked, Missing):
        values = {name: missing("diagnostic", linked.reason)}
    else:
        values = {name: diagnostic(linked, "number", n=len(rows))}
    return values | {"gamma_gamma.mean_spend": recorded(mean, found.spend.n, "money")}
