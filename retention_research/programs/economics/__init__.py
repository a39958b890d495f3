"""Did a program pay: margin against cost, how sure that is, and what to do about it."""

from retention_research.programs.economics.budget import BudgetCurve, Ranked, budget_curve
from retention_research.programs.economics.decision import STOP_AT, decide
from retention_research.programs.economics.money import KEEP_AT, Money, money
from retention_research.programs.economics.projections import PERSISTENCE, Projection

__all__ = [
    "KEEP_AT", "PERSISTENCE", "STOP_AT", "BudgetCurve", "Money", "Projection", "Ranked",
    "budget_curve", "decide", "money",
]  # fmt: skip
