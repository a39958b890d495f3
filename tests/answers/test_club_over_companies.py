"""The club of many simulated companies against what is true of it (tests/evidence/club.py)."""

import hashlib

import pytest

from retention_research.events.simulate.company import Company
from retention_research.events.simulate.reading import Reading
from retention_research.events.simulate.truth_programs import outcomes, program_pairs
from tests.evidence import club
from tests.evidence.study import band

SLICE = 4  # companies of a slow test, the first of the whole run


@pytest.fixture(scope="module")
def kept():
    return club.kept()


def test_the_record_speaks_for_todays_source(kept):
    assert kept["stamp"] == club.stamp(), "run python -m tests.evidence.club"


def test_the_record_is_of_the_sizes_and_truths_that_were_written_down(kept):
    assert hashlib.sha256(repr(Company()).encode()).hexdigest()[:12] == club.PARAMETERS
    assert (kept["seed"], kept["companies"], kept["customers"]) == (
        club.SEED, club.COMPANIES, club.CUSTOMERS,
    )  # fmt: skip
    assert kept["truth"] == {name: one._asdict() for name, one in club.TRUTH.items()}


@pytest.mark.parametrize("outcome", club.TRUTH)
def test_the_mean_over_companies_lies_near_the_truth(kept, outcome):
    found = kept["outcomes"][outcome]
    assert abs(found["mean"] - club.TRUTH[outcome].value) <= found["allowed"]


@pytest.mark.parametrize("outcome", club.TRUTH)
def test_the_naive_comparison_overstates_it_at_least_twofold(kept, outcome):
    assert kept["outcomes"][outcome]["ever"] >= 2.0 * club.TRUTH[outcome].value


def test_errors_are_as_large_as_the_scatter_between_companies(kept):
    """Of the standard deviation of 30 companies, its own error is about an eighth."""
    for outcome in club.TRUTH:
        found = kept["outcomes"][outcome]
        ratio = found["std_error"] / found["sd"]
        assert abs(ratio - 1.0) < 4.0 / (2.0 * (club.COMPANIES - 1)) ** 0.5, outcome


def test_without_an_unrecorded_cause_the_checks_fail_as_rarely_as_they_should(kept):
    low, high = band(0.05, club.COMPANIES)
    assert low <= kept["placebo_fails"] <= high


def test_an_unrecorded_cause_is_found_in_most_companies(kept):
    assert kept["latent"]["placebo_fails"] > 0.5


@pytest.mark.slow
def test_the_first_companies_come_out_as_in_the_record():
    found = club.companies(club.SEED, SLICE, club.CUSTOMERS)
    for outcome, truth in club.TRUTH.items():
        together = club.told(found, outcome)
        assert abs(together["away"]) <= together["allowed"], outcome
        assert together["ever"] >= 2.0 * truth.value, outcome


@pytest.mark.slow
def test_with_an_unrecorded_cause_a_placebo_outcome_fails():
    company = Company(latent_cause=True)
    assert club.one_company(company, club.LATENT_CUSTOMERS, club.LATENT_SEED).failed


@pytest.mark.slow
def test_the_kept_truth_is_what_the_simulation_gives():
    pair = next(program_pairs(Company(), 5_000, 7_000_000, ("club",)))
    there = pair.start >= 0
    weeks = (pair.start + 7 * 26 <= 7 * 130 - 1) & there
    worlds = [outcomes(one, pair.start, 26, Reading()) for one in (pair.treated, pair.without)]
    # one pair of companies of half the size scatters by sqrt(16 * 2) times the kept error
    for name, truth in club.TRUTH.items():
        effect = float((worlds[0][name] - worlds[1][name])[weeks].mean())
        assert abs(effect - truth.value) < 4.0 * 32**0.5 * truth.error, name
