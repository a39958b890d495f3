"""The drivers of a simulated company of 20,000 customers against what is true of them."""

import hashlib

import pyarrow.parquet as pq
import pytest

from retention_research.answers.drivers import drivers
from retention_research.events.simulate.company import Company
from retention_research.events.simulate.drivers import LEVELS
from retention_research.events.simulate.tables import company_tables
from retention_research.events.simulate.truth_drivers import DECOYS, driver_effects
from retention_research.events.simulate.weeks import simulate_company
from retention_research.study import read_study
from retention_research.workspace import open_workspace
from tests.answers.drivers_truth import COMPANY, TRUTH

CUSTOMERS, SEED = 20_000, 4
FOUND_AS = {
    "first_order_discount": "first_order_discounted",
    "late_delivery": "late_delivery",
    "mail": "arm_mail.personalised",
    "membership": "member_club",
    "satisfaction": "survey_score",
    "slow_resolution": "slow_resolution.resolved-slowly",
    "social_channel": "channel.social",
}
DECOYS_AS = {
    "colour": "colour", "news": "contacts_news", "ticket_channel": "ticket_channel", "plan": "plan",
}  # fmt: skip
# One unit of satisfaction is in no table: a score is, which holds noise. Its sign can be compared.
OWN_UNIT = ("satisfaction",)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    for name, table in company_tables(simulate_company(Company(), CUSTOMERS, SEED)).items():
        pq.write_table(table, folder / f"{name}.parquet")
    study = read_study("params/company.yml")
    sources = {name: {"path": str(folder / f"{name}.parquet")} for name in study.sources}
    kinds = {name: type(source).model_validate(sources[name])
             for name, source in study.sources.items()}  # fmt: skip
    return drivers(open_workspace(study.model_copy(update={"sources": kinds})))


@pytest.fixture(scope="module")
def differences(found):
    return {
        truth: found.values[f"drivers.{name}.risk_difference"] for truth, name in FOUND_AS.items()
    }


def test_the_kept_truth_is_of_the_company_as_it_is():
    assert hashlib.sha256(repr(Company()).encode()).hexdigest()[:12] == COMPANY
    assert set(TRUTH) == set(LEVELS) == set(FOUND_AS)
    assert set(DECOYS_AS) == set(DECOYS)


@pytest.mark.slow
def test_the_kept_truth_is_what_the_simulation_gives():
    again = driver_effects(Company(), 5_000, 7_000_000)
    # one company of half the size scatters by sqrt(16 * 2) times the kept error
    for name, kept in TRUTH.items():
        assert abs(again[name] - kept.value) < 4.0 * 32**0.5 * kept.error, name


@pytest.mark.slow
def test_every_sign_comes_out(differences):
    for name, truth in TRUTH.items():
        assert differences[name].number * truth.value > 0.0, name


@pytest.mark.slow
def test_the_order_comes_out_where_truths_differ_by_more_than_the_errors(differences):
    """Of pairs whose truths are more than 1.96 standard errors of their difference apart."""
    truths = {name: truth for name, truth in TRUTH.items() if name not in OWN_UNIT}
    judged = 0
    for one, its in truths.items():
        for other, others in truths.items():
            errors = (differences[one].std_error, differences[other].std_error,
                      its.error, others.error)  # fmt: skip
            if its.value - others.value > 1.96 * sum(e**2 for e in errors) ** 0.5:
                judged += 1
                assert differences[one].number > differences[other].number, (one, other)
    assert judged >= 9  # all that raise silence against all that lower it, and one more


@pytest.mark.slow
def test_what_nobody_chooses_is_estimated_without_bias(differences):
    """Four standard errors of all but the club, which customers join, and of a noisy score."""
    for name in TRUTH.keys() - {"membership", *OWN_UNIT}:
        truth, value = TRUTH[name], differences[name]
        assert abs(value.number - truth.value) < 4.0 * (value.std_error**2 + truth.error**2) ** 0.5


@pytest.mark.slow
def test_a_score_shows_less_than_satisfaction_does(differences):
    """Noise in a score takes part of what goes with satisfaction away: it is attenuated.

    The comparison is of two points of the score, which more than one unit of satisfaction moves.
    """
    assert abs(differences["satisfaction"].number) < abs(TRUTH["satisfaction"].value)


@pytest.mark.slow
@pytest.mark.parametrize("decoy", DECOYS)
def test_a_decoy_stays_below_the_line(found, decoy):
    name = DECOYS_AS[decoy]
    assert found.values[f"drivers.{name}.evidence"].value == "no clear association"
    assert found.values[f"drivers.{name}.p_value"].number > 0.05


@pytest.mark.slow
def test_the_draw_is_graded_by_its_design_and_nothing_else_is(found):
    graded = {one.driver.name for one in found.findings if one.evidence.grade == "randomised"}
    assert graded == {"arm_mail"}


@pytest.mark.slow
def test_risks_foretold_for_the_last_landmark_are_calibrated(found):
    slope = found.values["drivers.calibration_slope"]
    assert slope.conf_low < 1.0 < slope.conf_high
    assert found.values["drivers.auc"].conf_low > 0.65


@pytest.mark.slow
def test_ever_members_look_better_than_members_from_joining_on(found):
    naive = found.values["drivers.member_club.naive_hazard_ratio"]
    assert naive.conf_low > found.values["cox.member_club.hazard_ratio"].conf_high
