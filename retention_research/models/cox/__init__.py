"""Cox regression: what goes with the pace of an event, row by row of (entry, duration]."""

from retention_research.models.cox.baseline import BaselineHazard, baseline_hazard
from retention_research.models.cox.concordance import concordance
from retention_research.models.cox.prediction import (
    SurvivalPrediction,
    average_survival,
    predict_survival,
)
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
    "BaselineHazard",
    "CoxFit",
    "CoxRows",
    "PhTest",
    "SchoenfeldResiduals",
    "SurvivalPrediction",
    "average_survival",
    "baseline_hazard",
    "concordance",
    "fit_cox",
    "martingale_residuals",
    "predict_survival",
    "proportional_hazards",
    "schoenfeld_residuals",
    "score_residuals",
]
