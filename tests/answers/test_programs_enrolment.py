"""Enrolment programs of a small shop: what is told of a club, and what cannot be told of others."""

from dataclasses import replace

import pandas as pd
import pytest

from retention_research.answers.programs.enrolment import _one_sided, enrolment_report
from retention_research.answers.programs.enrolment_checks import checks, graded
from retention_research.answers.programs.enrolment_covariates import covariates_at
from retention_research.answers.programs.enrolment_detail import PlaceboResult
from retention_research.answers.programs.enrolment_placebos import PASSED_UP
from retention_research.answers.programs.enrolment_starts import Starts, starts_of
from retention_research.figures.programs_enrolment import pictures
from retention_research.glossary import column, lookup
from retention_research.models.fit import Estimate, Missing
from retention_research.study import new_study
from retention_research.study_programs import Program
from retention_research.wording import programs_enrolment
from retention_research.wording.numbers import wording_of
from retention_research.workspace import open_workspace
from tests.answers.club_shop import club_shop, enrolment

DECLARED = [
    enrolment("club", cost_per_member=1.0),
    enrolment("all_at_once"), enrolment("strangers"), enrolment("late"), enrolment("few"),
    enrolment("ghost"),
    {"id": "summer", "kind": "enrolment", "campaign_id": "summer", "window": "8W"},
]  # fmt: skip


@pytest.fixture(scope="module")
def workspace():
    return club_shop(DECLARED)


def told(workspace, name):
    program = {one.id: one for one in workspace.study.programs}[name]
    return enrolment_report(workspace, program)


@pytest.fixture(scope="module")
def club(workspace):
    return told(workspace, "club")


@pytest.fixture(scope="module")
def summer(workspace):
    return told(workspace, "summer")


def no_effect(report, *words):
    """Nothing is told of an effect, and the reason holds these words."""
    assert not report.effects
    assert report.grade == "no evidence"
    start = f"program.{report.program.id}"
    assert report.values[f"{start}.effect.retained"].value is None
    assert report.values[f"{start}.effect.retained"].reason == report.withheld
    assert report.values[f"{start}.evidence"].value == "no evidence"
    for word in words:
        assert word in report.withheld


def test_a_program_whose_members_all_enrolled_on_one_day_has_nobody_to_compare(workspace):
    no_effect(told(workspace, "all_at_once"), "400 customers", "at once", "nobody is left")


def test_of_members_who_enrolled_before_any_order_it_is_said_how_many_could_be_compared(workspace):
    program = next(one for one in workspace.study.programs if one.id == "all_at_once")
    starts = starts_of(workspace, program)
    assert _one_sided(starts, 400).startswith("All 400 customers who could enrol did so at once")
    assert _one_sided(starts, 1200).startswith("Of 1,200 customers who enrolled, 400 had ordered")


def test_members_without_an_order_cannot_be_compared(workspace):
    no_effect(told(workspace, "strangers"), "None of the 40", "had ordered by then")


def test_a_window_that_is_over_for_nobody_says_so(workspace):
    no_effect(told(workspace, "late"), "20 Dec 2024", "not over on 31 Dec 2024")


def test_a_program_without_rows_is_declared_and_says_so(workspace):
    no_effect(told(workspace, "ghost"), "No row of memberships", "ghost")


def test_five_members_are_too_few(workspace):
    no_effect(told(workspace, "few"), "5 customers enrolled")


def test_a_study_without_memberships_says_which_table_it_lacks():
    report = told(club_shop([enrolment("club")], without=("memberships",)), "club")
    no_effect(report, "no table of memberships")


def test_where_enrolling_goes_with_an_order_of_the_week_controls_ordered_in_it(club):
    assert club.detail.counted.habit == "week"
    assert club.detail.counted.in_week == 1.0


def test_who_enrolled_is_compared_or_counted_out(club):
    counted = club.detail.counted
    assert counted.members + counted.unfinished + counted.apart == counted.enrolled
    assert counted.members > 50


def test_a_club_that_does_nothing_has_no_effect_but_members_buy_much_more(club):
    """What is true is 0; the naive comparison finds an effect where there is none."""
    found = {one.outcome: one.difference for one in club.effects}["purchases"]
    naive = {one.outcome: one.difference for one in club.detail.ever}["purchases"]
    assert found.conf_low < 0.0 < found.conf_high
    assert naive.conf_low > 2.0 * max(found.estimate, 0.0)


def test_joining_by_what_is_recorded_passes_every_check(club):
    assert all(one.passed is not False for one in club.checks)
    assert club.grade == "adjusted comparison"


def test_a_placebo_outcome_that_fails_lowers_the_grade(club):
    found = PlaceboResult(PASSED_UP, -0.1, 0.001, 0.002, passed=False)
    detail = replace(club.detail, placebos={**club.detail.placebos, PASSED_UP: found})
    grade, why = graded(detail, checks(detail))
    assert grade == "associated"
    assert why[-1] == "Something that is not recorded moves customers to enrol."


def test_too_few_members_are_an_association_whatever_the_checks_say(club):
    counted = replace(club.detail.counted, members=99)
    detail = replace(club.detail, counted=counted)
    assert graded(detail, checks(detail))[0] == "associated"


def test_members_cost_more_than_those_who_may_join_later_by_less_than_a_membership(club):
    cost = club.values["program.club.cost_per_customer"].number
    assert 0.0 < cost < 1.0


def test_every_value_and_column_is_in_the_glossary(workspace, club, summer):
    for report in (club, summer):
        for name in report.values:
            assert lookup(name).meaning
        say = wording_of(workspace.study)
        for _, _, shown, _ in (
            *programs_enrolment.tables(report, say), *programs_enrolment.analysts(report, say)[1],
        ):  # fmt: skip
            for name in shown.columns:
                assert column(name).meaning


def test_a_campaign_is_told_as_sent_to_chosen_customers(workspace, summer):
    assert summer.grade == "associated"
    assert summer.decision == "test"
    assert "chose" in summer.why[0]
    said = " ".join(programs_enrolment.notes(summer, wording_of(workspace.study)))
    assert "The company chose whom to reach" in said
    assert "misleads" in said
    assert "enrol" not in said


def test_no_money_is_reckoned_from_whom_the_company_chose(summer):
    assert isinstance(summer.money, Missing)
    assert summer.values["program.summer.roi"].value is None


def test_members_and_campaigns_have_their_pictures(workspace, club, summer):
    say = wording_of(workspace.study)
    assert [one.name for one in pictures(club, say)] == ["club-naive-and-corrected", "club-alike"]
    assert "Hollow grey: naive" in pictures(summer, say)[0].caption


def test_what_comes_after_the_start_changes_no_covariate(workspace):
    """Orders after a trial's start are cut off: what was known at the start stays as it was."""
    program = Program.model_validate(enrolment("club"))
    starts = starts_of(workspace, program)
    assert isinstance(starts, Starts)
    known = covariates_at(workspace, program, starts)
    frame = known.frame
    orders = workspace.table("transactions").to_pandas()
    one = frame.iloc[len(frame) // 2]
    who = starts.table.filter(starts.table.customer == int(one["customer"])).to_pandas()
    mine = orders[orders["customer_id"] == who["customer_id"].iloc[0]]
    days = mine["timestamp"].dt.normalize().drop_duplicates()
    ago = (one["start"] - days).dt.days
    assert one["before"] == ((ago >= 0) & (ago < 182)).sum()
    assert one["older_orders"] == ((ago >= 182) & (ago < 364)).sum()


def test_the_next_experiment_asks_by_lot(club):
    assert "Draw by lot whom to invite" in club.next_test.told
    assert club.next_test.customers > 0


def test_naive_comparisons_stand_beside_and_are_never_the_headline(club):
    named = {(one.treated, one.control) for one in club.others}
    assert ("ever enrolled", "never enrolled") in named
    assert all(one.treated == "enrolled" for one in club.effects)
    assert isinstance(club.effects[0].difference, Estimate)


def test_the_next_experiment_of_a_club_is_sized_on_margin_against_cost_of_those_who_join(club):
    counted, test = club.detail.counted, club.next_test
    share = counted.enrolled / 400
    cost = club.values["program.club.cost_per_customer"].number
    base = next(one.mean_control for one in club.effects if one.outcome == "margin")
    assert test.outcome == "margin"
    assert test.detectable == pytest.approx(share * max(cost, 0.1 * base))
    assert test.available == 400 - counted.enrolled
    assert test.detectable_now > test.detectable


def test_the_next_experiment_of_a_campaign_is_held_against_those_chosen(summer):
    assert summer.next_test.available == summer.detail.counted.enrolled == 100
    assert summer.next_test.detectable_now > 0.02


def test_where_nothing_was_known_beforehand_nobody_is_called_alike(club):
    found = {one.name: one for one in checks(replace(club.detail, balance=()))}
    assert found["alike beforehand"].passed is None


def test_a_club_of_which_no_outcome_can_be_compared_is_withheld_with_its_money():
    who = [f"c{i:03d}" for i in range(200)]
    orders = pd.DataFrame({"customer_id": [*who, "z"], "amount": 10.0,
                           "timestamp": ["2024-01-10"] * 200 + ["2024-06-30"]})  # fmt: skip
    joined = pd.DataFrame({"customer_id": who[:100], "program_id": "club",
                           "enrolled_at": "2024-01-10"})  # fmt: skip
    study = new_study(
        study="quiet", currency="EUR", as_of="2024-06-30", cohort_complete=True,
        programs=[enrolment("club")],
        sources={"transactions": {"frame": True}, "memberships": {"frame": True}},
    )  # fmt: skip
    report = told(open_workspace(study, {"transactions": orders, "memberships": joined}), "club")
    no_effect(report)
    assert isinstance(report.money, Missing)
    assert report.decision == "test"
    assert report.checks == ()
