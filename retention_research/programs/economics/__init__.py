"""Did a program pay: margin against cost, how sure that is, and what to do about it."""

from retention_research.programs.economics.acquiring import Acquiring, acquiring_of
from retention_research.programs.economics.budget import BudgetCurve, Ranked, budget_curve
from retention_research.programs.economics.decision import STOP_AT, decide
from retention_research.programs.economics.money import money
from retention_research.programs.economics.projections import PERSISTENCE, Projection
from retention_research.programs.economics.ranking import ranked_gain
from retention_research.programs.economics.reckoning import KEEP_AT
from retention_research.programs.economics.result import Money

__all__ = [
    "KEEP_AT", "PERSISTENCE", "STOP_AT", "Acquiring", "BudgetCurve", "Money", "Projection",
    "Ranked", "acquiring_of", "budget_curve", "decide", "money", "ranked_gain",
]  # fmt: skip
