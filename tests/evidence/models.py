"""The studies of the models room."""

from tests.evidence import (
    accelerated,
    bg_nbd,
    bg_nbd_covariates,
    clustered_kaplan_meier,
    cox,
    cox_clustered,
    gamma_gamma,
    incidence,
    kaplan_meier,
    lifetime_value,
    log_rank,
    logistic,
    mix,
    nps,
    points,
    ratio,
)

STUDIES = (
    accelerated.STUDY,
    bg_nbd.STUDY,
    bg_nbd_covariates.STUDY,
    clustered_kaplan_meier.STUDY,
    cox.STUDY,
    cox_clustered.STUDY,
    gamma_gamma.STUDY,
    incidence.STUDY,
    kaplan_meier.STUDY,
    lifetime_value.STUDY,
    log_rank.STUDY,
    logistic.STUDY,
    mix.STUDY,
    nps.STUDY,
    points.STUDY,
    ratio.STUDY,
)
