"""The service desk of the simulated company: 40 regions, shocks by region and week."""

import json

import numpy as np
import pytest

from tests.answers.rollout_companies import COMPANIES, CUSTOMERS, FIRST_SEED, KEPT, report_of, told

# what is true of 12 weeks, over customers there before their region started, and its Monte Carlo
# error: truth.json's, sixteen pairs of companies of 10,000 customers (`truth_programs`)
TRUTH = {"retained": 0.014262, "purchases": 0.058873, "revenue": 2.237848, "margin": 0.671355}
ERROR = {"retained": 0.000376, "purchases": 0.000718, "revenue": 0.031867, "margin": 0.009560}
ONE_CUSTOMERS, ONE_SEED = 60_000, 5_200_000


@pytest.fixture(scope="module")
def kept():
    return json.loads(KEPT.read_text(encoding="utf-8"))


def column(kept, outcome):
    """Estimate, error, low, high of every company, shape (companies, 4)."""
    return np.array([row["effects"][outcome] for row in kept["rows"]], dtype=float)


def test_the_kept_companies_are_those_that_were_written_down(kept):
    assert (kept["companies"], kept["customers"], kept["first_seed"]) == (
        COMPANIES, CUSTOMERS, FIRST_SEED,
    )  # fmt: skip
    assert len(kept["rows"]) == COMPANIES


@pytest.mark.parametrize("outcome", TRUTH)
def test_the_mean_over_companies_is_the_truth(kept, outcome):
    found = column(kept, outcome)[:, 0]
    error = (found.var(ddof=1) / COMPANIES + ERROR[outcome] ** 2) ** 0.5
    assert abs(found.mean() - TRUTH[outcome]) < 3.0 * error


@pytest.mark.parametrize("outcome", TRUTH)
def test_intervals_hold_the_truth_in_all_but_a_few_companies(kept, outcome):
    """Of 24 at 95%, fewer than 20 hold it once in 200 times."""
    _, _, low, high = column(kept, outcome).T
    assert ((low <= TRUTH[outcome]) & (TRUTH[outcome] <= high)).sum() >= 20


def test_errors_are_as_large_as_estimates_scatter(kept):
    """A standard deviation of 24 is known to about a seventh."""
    estimate, error, _, _ = column(kept, "purchases").T
    assert estimate.std(ddof=1) == pytest.approx(error.mean(), rel=3.0 / (2 * 23) ** 0.5)


def test_two_way_fixed_effects_are_off_on_average(kept):
    found = column(kept, "two_way")[:, 0]
    off = abs(found.mean() - TRUTH["purchases"])
    assert off > 3.0 * found.std(ddof=1) / COMPANIES**0.5


def test_the_course_before_the_start_seldom_looks_amiss(kept):
    """Of 24 at 5%, more than four do once in 100 times."""
    assert sum(row["pre_trend"] < 0.05 for row in kept["rows"]) <= 4


@pytest.mark.slow
def test_one_company_holds_the_truth_where_two_way_fixed_effects_miss_it():
    found = told(report_of(ONE_CUSTOMERS, ONE_SEED))
    _, _, low, high = found["effects"]["purchases"]
    assert low <= TRUTH["purchases"] <= high
    _, _, low, high = found["effects"]["two_way"]
    assert not low <= TRUTH["purchases"] <= high
    assert found["grade"] == "natural experiment"
