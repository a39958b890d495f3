"""Money, points and referrals of a shop small enough to count on paper."""

import numpy as np
import pandas as pd
import pytest

from retention_research.answers.programs.budget import with_ranking
from retention_research.answers.programs.money import economics_of, no_cost
from retention_research.answers.programs.referral import referral_report
from retention_research.answers.programs.rewards import rewards_report
from retention_research.answers.programs.rewards_issued import merged, quarters_of
from retention_research.glossary import lookup
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import MoneyDraws
from retention_research.programs.experiment import customers_needed
from retention_research.programs.uplift import Curve, Uplift
from tests.answers.loyal_shop import CLUB, FRIENDS, POINTS, customers, orders, rewards, shop

STEPS = np.linspace(0.0, 1.0, 1001)


def reported(kind, *programs, **tables):
    """The report on the first program."""
    workspace = shop(*programs, **tables)
    return kind(workspace, workspace.study.programs[0])


class Shop:
    """One workspace with every program that the usual tables serve."""

    def __init__(self):
        self.workspace = shop(
            POINTS, POINTS | {"id": "priced", "cost_per_reward": 0.02}, FRIENDS,
            {"id": "unpriced", "kind": "referral"}, CLUB,
            CLUB | {"id": "costly", "cost_per_member": 1.0},
        )  # fmt: skip
        self.programs = {one.id: one for one in self.workspace.study.programs}

    def reported(self, kind, name):
        return kind(self.workspace, self.programs[name])

    def economics(self, name, draws=None):
        return economics_of(self.workspace, self.programs[name], draws or drawn(), "randomised")


@pytest.fixture(scope="module")
def usual():
    return Shop()


@pytest.fixture(scope="module")
def points(usual):
    return usual.reported(rewards_report, "points")


@pytest.fixture(scope="module")
def friends(usual):
    return usual.reported(referral_report, "friends")


def drawn(**changes):
    made = {"margin": 1.0 + 2.0 * STEPS, "margin_point": 2.0, "customers": 40,
            "cost": np.ones(1001), "cost_point": 1.0}  # fmt: skip
    return MoneyDraws(**(made | changes))


def number(report, name):
    return report.values[f"program.{report.program.id}.{name}"].value


def test_the_money_of_a_program_is_recorded_with_the_decision(usual):
    found = usual.economics("costly")
    values = {name.removeprefix("program.costly."): one for name, one in found.values.items()}
    assert values["incremental_margin"].value == 80.0
    assert values["roi"].value == 1.0
    assert values["break_even_probability"].value == pytest.approx(1000 / 1001)
    assert values["decision"].value == found.decision == "keep"


def test_winning_customers_is_counted_over_as_many_days_as_the_window(usual):
    found = usual.economics("costly").money.acquiring
    # three purchases of 20 in 28 days, half of it margin; 30 cost 8 and 10 cost 6
    assert found.customers == 40
    assert found.cost_per_customer.estimate == pytest.approx(7.5)
    assert found.margin_per_spent.estimate == pytest.approx(30.0 / 7.5)


def test_a_ranking_that_is_of_use_orders_the_budget(usual):
    draws = drawn()
    found = usual.economics("costly", draws).money
    order = np.linspace(0.0, 1.0, 100)
    rows = pd.DataFrame({"treated": np.arange(100) % 2 == 0, "margin": 4.0 * (order < 0.5)})
    program = usual.programs["costly"]
    useful, useless = (ranked_by(order, area) for area in (0.1, -0.1))
    told = with_ranking(found, program, draws, useful, rows, 0.95)
    assert told.budget.ranked
    assert told.budget.margin[-1] == pytest.approx(80.0)
    for none in (useless, Missing("qini", "Too few."), None):
        assert with_ranking(found, program, draws, none, rows, 0.95) is found


def ranked_by(order, low):
    """A ranking whose area has this lower end."""
    area = Estimate("qini", low + 0.1, None, low, low + 0.2)
    curve = Curve(*np.zeros((4, 21)))
    return Uplift(area, 0.01, area, area, curve, order.size, order, order, "linear")


def test_without_a_table_of_customers_keeping_stands_alone():
    workspace = shop(CLUB, customers=None)
    found = economics_of(workspace, workspace.study.programs[0], drawn(), "randomised")
    assert isinstance(found.money.acquiring, Missing)
    assert found.values["program.club.cost_per_acquired"].reason == found.money.acquiring.reason


def test_costs_that_are_missing_leave_margin_and_break_even_cost_and_say_what_to_add(usual):
    found = usual.economics("club", drawn(cost=None, cost_point=None))
    values = {name.removeprefix("program.club."): one for name, one in found.values.items()}
    assert values["incremental_margin"].value == 80.0
    assert values["break_even_cost"].value == 2.0
    for name in ("roi", "break_even_probability", "decision", "cost", "payback_weeks"):
        assert values[name].value is None
        assert "`cost_per_member` or `cost_fixed`" in values[name].reason


def test_the_key_to_add_is_that_of_the_kind(usual):
    assert "`cost_per_referral`" in no_cost(usual.programs["friends"])
    assert "`cost_per_reward`" in no_cost(usual.programs["points"])


def test_no_effect_is_no_money_for_the_reason_given_and_is_to_be_tested(usual):
    found = usual.economics("club", Missing("money", "Nobody joined."))
    told = dict(found.values)
    assert told.pop("program.club.decision").value == found.decision == "test"
    assert {one.reason for one in told.values()} == {"Nobody joined."}


def test_every_name_that_is_recorded_is_in_the_glossary(usual, points, friends):
    names = [*usual.economics("costly").values, *points.values, *friends.values]
    assert all(lookup(name).meaning for name in names)


def test_points_are_counted_by_what_became_of_them(points):
    names = ("members", "earned", "redeemed", "expired", "outstanding")
    counts = [number(points, f"points.{name}") for name in names]
    assert counts == [40, 8000, 2400, 1600, 4000]


def test_open_points_cost_what_is_redeemed_of_points_of_their_age(points):
    # sixty of a hundred are redeemed on day 20, and open points are ten days old
    assert number(points, "points.worth") == pytest.approx(0.05)
    assert number(points, "points.redeemed_cost") == pytest.approx(120.0)
    assert number(points, "points.liability_at_most") == pytest.approx(200.0)
    assert points.detail.owed.expected.estimate == pytest.approx(120.0)


def test_a_price_of_the_study_goes_before_that_of_the_rows(usual):
    found = usual.reported(rewards_report, "priced")
    assert number(found, "points.worth") == 0.02
    assert number(found, "points.redeemed_cost") == pytest.approx(48.0)
    assert number(found, "points.liability_at_most") == pytest.approx(80.0)


def test_without_expiry_there_is_no_breakage_and_all_points_are_owed():
    found = reported(rewards_report, POINTS, rewards=rewards(expires=False))
    broken = found.values["program.points.points.breakage_rate"]
    assert broken.value is None
    assert "No points expire" in broken.reason
    # forty of the first hundred and all of the second
    assert number(found, "points.liability") == pytest.approx(40 * 140 * 0.05)
    assert number(found, "points.liability") == number(found, "points.liability_at_most")


def test_redemptions_without_a_value_say_what_is_lacking():
    found = reported(rewards_report, POINTS, rewards=rewards(valued=False))
    for name in ("worth", "liability", "redeemed_cost"):
        assert found.values[f"program.points.points.{name}"].value is None
    assert "cost_per_reward" in found.values["program.points.points.worth"].reason


def test_a_table_of_points_gives_no_effect_and_is_to_be_tested(points):
    assert points.grade == "no evidence"
    assert points.effects == ()
    assert points.decision == "test"
    assert "Points are earned by buying" in number_reason(points, "incremental_margin")


def number_reason(report, name):
    return report.values[f"program.{report.program.id}.{name}"].reason


def test_points_by_issue_cohort_sum_to_all(points):
    assert [one.start.month for one in points.detail.issued] == [1, 4]
    assert sum(one.earned for one in points.detail.issued) == points.detail.earned
    assert sum(one.outstanding for one in points.detail.issued) == points.detail.outstanding


def test_a_program_without_rows_says_so():
    later = rewards().tail(1)
    found = reported(rewards_report, POINTS, as_of="2024-05-31", rewards=later)
    assert "no points earned in a program club" in found.withheld
    assert found.decision == "test"


def test_a_study_without_rewards_says_so():
    assert "no table of rewards" in reported(rewards_report, POINTS, rewards=None).withheld


def test_few_customers_are_told_with_the_quarter_after_and_the_last_with_that_before():
    assert merged({0: 3, 1: 5, 2: 30, 4: 40, 5: 2}, 20) == ((0, 2), (4, 5))
    assert merged({0: 3, 1: 5}, 20) == ((0, 1),)
    assert merged({}, 20) == ()


def test_quarters_are_those_of_the_calendar():
    found = quarters_of(*(orders()["timestamp"].agg(["min", "max"]).dt.date))
    assert [(one.start.month, one.end.month, one.end.day) for one in found] == [
        (1, 3, 31), (4, 6, 30),
    ]  # fmt: skip


def test_customers_brought_are_those_who_name_somebody(friends):
    assert number(friends, "referral.customers") == 10
    assert number(friends, "referral.referrers") == 5
    assert number(friends, "referral.share") == 0.25
    assert number(friends, "referral.cost") == 60.0


def test_what_is_needed_to_pay_is_cost_over_margin(friends):
    # 18 purchases of 20, half of it margin, for 6
    assert friends.detail.sofar.reason.startswith("All customers are alike")
    assert isinstance(friends.detail.break_even_share, Missing)
    spread = orders()
    spread.loc[spread["customer_id"] == "c20", "amount"] = 40.0
    found = reported(referral_report, FRIENDS, transactions=spread).detail
    assert found.sofar.estimate == pytest.approx(198.0)
    assert found.margin_per_spent.estimate == pytest.approx(33.0)
    assert found.break_even_share.estimate == pytest.approx(1 / 33.0)
    assert found.break_even_share.conf_low == pytest.approx(1 / found.margin_per_spent.conf_high)


def test_customers_brought_are_held_against_others_as_an_association(friends):
    assert friends.grade == "associated"
    assert friends.decision == "test"
    assert {one.outcome for one in friends.effects} == {
        "retained", "purchases", "revenue", "margin",
    }  # fmt: skip
    assert {(one.n_treated, one.n_control) for one in friends.effects} == {(10, 30)}
    assert friends.effects[1].mean_treated == 2.0  # the first purchase is not after itself


def test_the_next_experiment_on_referrals_asks_whether_they_bring_what_they_cost(friends):
    test = friends.next_test  # a quarter of 40 brought one, for 6; each brings 180
    assert test.outcome == "margin"
    assert test.detectable == pytest.approx(0.25 * 6.0)
    assert test.customers == customers_needed(np.sqrt(0.25 * 180.0**2), 1.5)
    assert test.available == 40
    assert test.detectable_now is None
    assert "25% of customers" in test.told


def test_referrals_without_a_cost_are_still_counted(usual):
    found = usual.reported(referral_report, "unpriced")
    assert number(found, "referral.customers") == 10
    assert "`cost_per_referral`" in number_reason(found, "referral.cost")
    assert found.program.window_days == 84


def test_nobody_who_names_anybody_is_no_evidence():
    alone = reported(referral_report, FRIENDS, customers=customers(referred_by=None))
    assert alone.grade == "no evidence"
    assert "names who referred" in alone.withheld
    lacking = customers().drop(columns="referred_by")
    assert "`referred_by`" in reported(referral_report, FRIENDS, customers=lacking).withheld


def test_where_all_were_brought_there_is_nobody_to_compare():
    named = customers(referred_by=["c01", *["c00"] * 39])
    found = reported(referral_report, FRIENDS, customers=named)
    assert found.effects == ()
    assert number(found, "referral.customers") == 40
