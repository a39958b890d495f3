"""Did enrolling work? Sequential trials, and an effect that is right if one of two models is."""

from retention_research.programs.enrolment.balance import Balance, LoveRow, balance, love_rows
from retention_research.programs.enrolment.censoring import CensoringWeights, censoring_weights
from retention_research.programs.enrolment.closed_form import aipw
from retention_research.programs.enrolment.doubly_robust import (
    DoublyRobust,
    EnrolmentEffects,
    doubly_robust,
    enrolment_effects,
)
from retention_research.programs.enrolment.draws import multiplier_draws
from retention_research.programs.enrolment.means import (
    Means,
    e_value_of,
    naive_difference,
    risk_ratio,
)
from retention_research.programs.enrolment.overlap import Overlap, Support, common_support, overlap
from retention_research.programs.enrolment.placebo import Placebo, placebo_test
from retention_research.programs.enrolment.propensity import Propensity, fit_propensity
from retention_research.programs.enrolment.rows import TrialRows

__all__ = [
    "Balance",
    "CensoringWeights",
    "DoublyRobust",
    "EnrolmentEffects",
    "LoveRow",
    "Means",
    "Overlap",
    "Placebo",
    "Propensity",
    "Support",
    "TrialRows",
    "aipw",
    "balance",
    "censoring_weights",
    "common_support",
    "doubly_robust",
    "e_value_of",
    "enrolment_effects",
    "fit_propensity",
    "love_rows",
    "multiplier_draws",
    "naive_difference",
    "overlap",
    "placebo_test",
    "risk_ratio",
]
