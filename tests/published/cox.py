"""Published and cross-checked Cox regressions: R survival 3.5-3, with its printed digits.

The data are those of `survival`. R stops when its log-likelihood gains less than 1e-9 of itself,
so its last printed digits can differ from those of the optimum.
"""

from typing import NamedTuple

NEAR = 2e-8  # relative, for R's stopping rule; and half a unit of the last digit that is printed
HALF_A_DIGIT = 5e-11


class Term(NamedTuple):
    """A coefficient: log hazard ratio, and its standard error if the model holds."""

    name: str
    estimate: float
    std_error: float | None = None
    robust: float | None = None


ROSSI_N, ROSSI_EVENTS = 432, 114
ROSSI = (
    Term("fin", -0.3794221665, 0.1913794807, 0.1955417790),
    Term("age", -0.0574377427, 0.0219994706, 0.0253361463),
    Term("race", 0.3138997878, 0.3079927766, 0.2923285553),
    Term("wexp", -0.1497956977, 0.2122242962, 0.2180603153),
    Term("mar", -0.4337038779, 0.3818680577, 0.3802444657),
    Term("paro", -0.0848710825, 0.1957566719, 0.1992008296),
    Term("prio", 0.0914970810, 0.0286485500, 0.0289745946),
)
ROSSI_LOG_LIKELIHOOD = -658.747659
ROSSI_BRESLOW = (
    Term("fin", -0.3790218874, 0.1913644259),
    Term("prio", 0.0911115421, 0.0286312530),
)
ROSSI_BRESLOW_LOG_LIKELIHOOD = -659.120606
ROSSI_STRATA_RACE = (Term("fin", -0.3787673743, 0.1913036943),)
ROSSI_BASELINE = {49: 0.885588611, 50: 0.915712179, 52: 0.956499219}
ROSSI_CONCORDANCE = 0.640329247

LUNG_N = 227
LUNG = (
    Term("age", 0.0110667646, 0.00926741101),
    Term("sex", -0.5526123957, 0.16773905379),
    Term("ph.ecog", 0.4637284754, 0.11357726616),
)
LUNG_LOG_LIKELIHOOD = -729.230121
LUNG_CONCORDANCE = (0.637135493, 0.025068)
LUNG_CONCORDANCE_UNO = 0.626148
LUNG_BY_INST_N = 226
LUNG_BY_INST = (
    Term("sex", -0.5565934140, robust=0.11228667993),
    Term("ph.ecog", 0.4692163971, robust=0.11761595325),
)

VETERAN = (
    Term("trt", 0.294602821508, 0.20754960360),
    Term("smallcell", 0.861560462755, 0.27528447402),
    Term("adeno", 1.196066374178, 0.30091699449),
    Term("large", 0.401291654331, 0.28268863828),
    Term("karno", -0.032815326194, 0.00550775689),
    Term("diagtime", 0.000081320513),
    Term("age", -0.008706474946),
    Term("prior", 0.007159360190),
)
VETERAN_CONCORDANCE = 0.736029078

HEART = (
    Term("age", 0.0305363149, 0.0138927866),
    Term("surgery", -0.7733276453, 0.3596679881),
    Term("transplant", 0.0160956053, 0.3085858042),
)
HEART_LOG_LIKELIHOOD = -292.762026

BLADDER = (
    Term("rx", -0.33348872643, 0.2161679154, 0.2047867719),
    Term("number", 0.11961723798, robust=0.0513867498),
    Term("size", -0.00849466611, robust=0.0616352080),
)


class Drift(NamedTuple):
    """A score test of proportional hazards, as R's cox.zph has it."""

    data: str
    transform: str
    term: str
    statistic: float
    degrees_of_freedom: int
    p_value: float
    half_a_digit: float = 5e-8  # of the statistic as printed


DRIFTS = (
    Drift("rossi", "km", "age", 5.9739817, 1, 0.014518),
    Drift("rossi", "km", "wexp", 4.2245956, 1, 0.039842),
    Drift("rossi", "km", "GLOBAL", 17.6944153, 7, 0.013428),
    Drift("rossi", "rank", "GLOBAL", 11.0251834, 7, 0.137524),
    Drift("lung", "km", "GLOBAL", 4.463658, 3, 0.21555, 5e-7),
    Drift("veteran", "km", "karno", 12.9351978, 1, 0.00032246),
    Drift("veteran", "km", "GLOBAL", 34.5524911, 8, 3.2252e-05),
)
