"""Cox regression: what goes with the pace of an event, row by row of (entry, duration]."""

from retention_research.models.cox.regression import CoxFit, fit_cox
from retention_research.models.cox.rows import CoxRows

__all__ = ["CoxFit", "CoxRows", "fit_cox"]
