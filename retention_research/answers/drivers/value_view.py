"""Third view: what customers are born with, in the model of purchases and of leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from retention_research.answers.drivers.cox_view import idle
from retention_research.answers.drivers.design import Contrast, Design, make_design
from retention_research.models.bg_nbd_covariates import BgNbdCovariatesFit, fit_bg_nbd_covariates
from retention_research.models.bg_nbd_predictions import expected_purchases_if_alive
from retention_research.models.fit import Estimate, Missing

if TYPE_CHECKING:
    from retention_research.answers.driver_rows import BirthRows

_YEAR = 365.25
_FEWEST = 100  # customers, below which no covariates of the model are fitted


class BothSides(NamedTuple):
    """What a contrast does to buying and to leaving.

    Attributes:
        purchase: ratio of purchase rates while a customer.
        dropout: odds ratio of leaving after a purchase.
        sign: 1 where fewer purchases of the first year are expected, -1 where more.
    """

    purchase: Estimate | Missing
    dropout: Estimate | Missing
    sign: int


@dataclass(frozen=True, slots=True)
class ValueView:
    """A fitted model of purchases with covariates known at the first one.

    Attributes:
        design: its columns.
        fit: the model.
        year: a year in the fit's unit of time.
    """

    design: Design
    fit: BgNbdCovariatesFit
    year: float

    @property
    def customers(self) -> int:
        """How many the model is of."""
        return round(self.fit.n)

    def effect(self, contrast: Contrast) -> BothSides | Missing:
        """Both sides of a contrast as the first view makes it; missing where it is not there."""
        own = {one.key: one for one in self.design.contrasts}.get(contrast.key)
        if own is None or own.reference != contrast.reference:
            return Missing(contrast.key, "It is not known at the first purchase.")
        change = own.high[contrast.key] - own.low[contrast.key]
        low, high = (self._first_year(dict(end)) for end in (own.low, own.high))
        return BothSides(
            self._ratio(f"purchase.{contrast.key}", change),
            self._ratio(f"dropout.{contrast.key}", change),
            int(np.sign(low - high)),
        )

    def _ratio(self, term: str, change: float) -> Estimate | Missing:
        row = self.fit.coefficient(term)
        if isinstance(row, Missing):
            return row
        if row.std_error is None or row.conf_low is None or row.conf_high is None:
            return Missing(term, "The purchases do not determine it.")
        ratio, ends = np.exp(row.estimate * change), np.exp([row.conf_low, row.conf_high])
        return Estimate(term, float(ratio), float(ratio * row.std_error * abs(change)),
                        *sorted((ends**change).tolist()))  # fmt: skip

    def _first_year(self, setting: dict[str, float]) -> float:
        """Purchases expected of the mean new customer with some covariates set."""
        pairs = zip(self.fit.names, self.fit.means, strict=True)
        parameters = self.fit.parameters_of([setting.get(name, mean) for name, mean in pairs])
        return float(expected_purchases_if_alive(parameters, self.year, 0.0, 0.0)[0])


def fit_value_view(births: BirthRows, confidence: float) -> ValueView | Missing:
    """Fit the model of purchases on what was known at the first one."""
    frame, drivers = births.frame, births.drivers
    if not drivers or frame["customers"].sum() < _FEWEST:
        return Missing(
            "bg_nbd_covariates", "Too little is known of customers at their first order."
        )
    if not (frame["frequency"] > 0).any():
        return Missing("bg_nbd_covariates", "Nobody bought a second time.")
    design = make_design(frame, drivers)
    again = frame["frequency"].to_numpy() > 0
    design = design.without(idle(design, again, np.zeros(len(frame))))
    if not design.names:
        return Missing("bg_nbd_covariates", "Customers do not differ at their first order.")
    x, t_x, T = (frame[name].to_numpy(dtype=np.float64) for name in ("frequency", "recency", "T"))
    fit = fit_bg_nbd_covariates(
        x,
        t_x,
        T,
        design.x,
        names=design.names,
        weights=frame["customers"].to_numpy(dtype=np.float64),
        unit=births.unit,
        confidence=confidence,
        profiles=False,
    )
    if fit.verdict.status == "not identifiable":
        return Missing("bg_nbd_covariates", fit.verdict.words)
    return ValueView(design, fit, _YEAR / 7.0 if births.unit == "week" else _YEAR)
