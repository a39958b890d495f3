"""A fit for forecasts alone differs from the whole fit in nothing that a forecast reads."""

import pytest

from retention_research.models.bg_nbd import BgNbdFit, fit_bg_nbd
from retention_research.models.bg_nbd_unprofiled import fit_unprofiled_bg_nbd

HISTORIES = ([0, 1, 1, 2, 2, 5], [0, 3, 25, 10, 30, 34], [38] * 6)
CUSTOMERS = [70, 12, 9, 5, 6, 4]  # few: the errors of a and b are wide enough for profiles


@pytest.fixture(scope="module")
def both() -> tuple[BgNbdFit, BgNbdFit]:
    return (
        fit_bg_nbd(*HISTORIES, weights=CUSTOMERS),
        fit_unprofiled_bg_nbd(*HISTORIES, weights=CUSTOMERS),
    )


def test_estimates_and_covariance_are_those_of_the_whole_fit_to_the_last_bit(both):
    whole, plain = both
    assert [row[:3] for row in plain.estimates] == [row[:3] for row in whole.estimates]
    assert (plain.covariance, plain.log_likelihood) == (whole.covariance, whole.log_likelihood)


def test_the_verdict_has_the_same_status_and_the_counts_are_the_same(both):
    whole, plain = both
    assert plain.verdict.status == whole.verdict.status
    assert (plain.n, plain.n_cells, plain.name) == (whole.n, whole.n_cells, whole.name)


def test_the_intervals_of_dropout_are_the_ones_left_out(both):
    whole, plain = both
    ends = {row.term: row[3:] for row in whole.estimates}
    differ = {row.term for row in plain.estimates if row[3:] != ends[row.term]}
    assert differ == {"a", "b"}
