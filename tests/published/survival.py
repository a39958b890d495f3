"""Published and cross-checked survival numbers: R survival 3.5-3, and lifelines where said.

The data are in the folder beside this file, whose README says where they come from.
"""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

DATA = Path(__file__).parent / "survival"


def lung() -> pd.DataFrame:
    """228 patients; time in days, status 2 is death."""
    return _read("lung")


def veteran() -> pd.DataFrame:
    """137 veterans; time in days, status 1 is death; trt, celltype and covariates."""
    return _read("veteran")


def heart() -> pd.DataFrame:
    """Stanford heart transplants: 172 rows from start to stop, of 103 patients (id)."""
    return _read("heart")


def bladder2() -> pd.DataFrame:
    """178 rows from start to stop, the enum-th recurrence of 85 patients (id)."""
    return _read("bladder2")


def mgus2() -> pd.DataFrame:
    """1,384 patients; months to progression (ptime, pstat) and to death (futime, death)."""
    return _read("mgus2")


def rossi() -> pd.DataFrame:
    """432 released prisoners; week of arrest (1) or end of the year (0), 7 covariates."""
    return _read("rossi")


def waltons() -> pd.DataFrame:
    """163 flies: T in days, E, group."""
    return _read("waltons")


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


class Median(NamedTuple):
    """A median survival time with its 95% log-log interval."""

    estimate: float
    conf_low: float | None
    conf_high: float | None


# lung: 228 patients, 165 deaths, days
LUNG_N, LUNG_EVENTS = 228, 165
LUNG_MEDIAN = Median(310.0, 284.0, 361.0)
# R has logit and arcsine intervals, too (.341296391-.480839315 and .340190735-.480140057 at 365
# days); they are not built: the three scales here are those that are asked for
LUNG_MEDIAN_BY_INTERVAL = {
    "log-log": LUNG_MEDIAN,
    "log": Median(310.0, 285.0, 363.0),
    "plain": Median(310.0, 284.0, 361.0),
}
LUNG_MEDIAN_BY_SEX = {1: Median(270.0, 210.0, 306.0), 2: Median(426.0, 345.0, 524.0)}
LUNG_AT_365 = (0.409241624, 0.0358236382)  # survival, Greenwood's error
LUNG_AT_365_ENDS = {
    "log-log": (0.338714269, 0.478380768),
    "log": (0.344721582, 0.485837604),
    "plain": (0.339028584, 0.479454665),
}
LUNG_RESTRICTED_MEAN_365 = (263.22186648, 7.79885909)
LUNG_RESTRICTED_MEAN_BY_SEX = {1: (241.495085, 10.3582265), 2: (297.465410, 10.7913240)}
# waltons: lifelines
WALTONS_MEDIANS = {"control": Median(58.0, 56.0, 60.0), "miR-137": Median(26.0, 19.0, 29.0)}
# veteran; the second curve rests at one half, so its median is the plateau's middle
VETERAN_MEDIANS = {1: Median(103.0, 54.0, 126.0), 2: Median(52.5, 43.0, 90.0)}
# Stanford heart transplant, late entry: (transplant, days) -> survival, Greenwood's error
HEART = {(1, 50): (0.68490845, 0.097491598), (1, 200): (0.40662662, 0.074201312)}
HEART_UNTREATED = {50: 0.65223669, 200: 0.44313728}
HEART_MEDIANS = {1: 90.0, 0: 149.0}


# mgus2, months: (cause, month) -> share that came to it, its error; 1 is progression, 2 death
MGUS2 = {
    (1, 60): (0.0341037130, 0.00488925791),
    (1, 120): (0.0637221680, 0.00679684842),
    (1, 240): (0.0998137159, 0.00978484679),
    (2, 60): (0.320367010, 0.0125673715),
    (2, 120): (0.531817704, 0.0140596452),
    (2, 240): (0.724027976, 0.0156063451),
}
MGUS2_NAIVE_PROGRESSION_AT_240 = 0.209561624  # twice the true share


class LogRankTest(NamedTuple):
    """A log-rank test."""

    data: str
    group: str
    statistic: float
    degrees_of_freedom: int
    p_value: float


LOG_RANK = (
    LogRankTest("lung", "sex", 10.326742, 1, 0.00131116452),
    LogRankTest("waltons", "group", 122.249126, 1, 2.03598322e-28),
    LogRankTest("veteran", "celltype", 25.4037003, 3, 1.27124594e-05),
    LogRankTest("veteran", "trt", 0.0082273432, 1, 0.927727233),
)
# lung by sex: kind -> statistic, p value; the second and third as in lifelines and statsmodels
LUNG_BY_SEX = {
    "fleming-harrington": (12.7141514, 0.000362898928),  # rho 1
    "gehan": (12.472135331, 0.000413067632),
    "tarone-ware": (12.455543902, 0.000416753001),
}
LUNG_BY_SEX_WITHIN_PH_ECOG = 10.7950596
