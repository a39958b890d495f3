"""R's survreg (survival 3.5-3) on rossi: 432 released prisoners, weeks to arrest, 7 covariates."""

COVARIATES = ("fin", "age", "race", "wexp", "mar", "paro", "prio")
LOG_LIKELIHOOD = {
    "weibull": -679.916564,
    "lognormal": -683.234625,
    "loglogistic": -679.938411,
    "exponential": -686.365941,
}
WEIBULL_SCALE = 0.712405334
# term -> estimate, standard error where it was told
WEIBULL = {
    "intercept": (3.990134797, None),
    "fin": (0.272163360, 0.137961917),
    "age": (0.040713798, 0.016003551),
    "prio": (-0.065816905, 0.020940575),
}
