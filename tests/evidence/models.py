"""The studies of the models room."""

from tests.evidence import bg_nbd, gamma_gamma, kaplan_meier, lifetime_value, log_rank, mix

STUDIES = (
    bg_nbd.STUDY,
    gamma_gamma.STUDY,
    kaplan_meier.STUDY,
    lifetime_value.STUDY,
    log_rank.STUDY,
    mix.STUDY,
)
