"""Cox regression: what goes with the pace of an event, row by row of (entry, duration]."""

from retention_research.models.cox.concordance import concordance
from retention_research.models.cox.proportional_hazards import PhTest, proportional_hazards
from retention_research.models.cox.regression import CoxFit, fit_cox
from retention_research.models.cox.residuals import (
    SchoenfeldResiduals,
    martingale_residuals,
    schoenfeld_residuals,
    score_residuals,
)
from retention_research.models.cox.rows import CoxRows

__all__ = [
    "CoxFit",
    "CoxRows",
    "PhTest",
    "SchoenfeldResiduals",
    "concordance",
    "fit_cox",
    "martingale_residuals",
    "proportional_hazards",
    "schoenfeld_residuals",
    "score_residuals",
]
