"""An experiment in a shop of two hundred customers, counted by hand."""

from dataclasses import replace

import pytest

from retention_research.answers.programs.answer import programs
from retention_research.answers.programs.experiment_next import _settled
from retention_research.models.fit import Missing
from tests.answers.experiment_shop import CONTROL, TREATED, drawn, experiment, shop

BOTH = {"offer": TREATED, "holdout": CONTROL}
THREE = {"own": TREATED[:50], "general": TREATED[50:], "holdout": CONTROL}
SHARES = {"own": 0.25, "general": 0.25, "holdout": 0.5}
SATISFIED = ("retained", "purchases", "revenue", "margin", "satisfaction", "actions")


def in_strata(rows):
    """Drawn in two strata: of the first 60 of each letter, and of the others."""
    return [row | {"stratum": "first" if int(row["customer_id"][1:]) < 60 else "later"}
            for row in rows]  # fmt: skip


def in_clusters(rows):
    """Ten customers who stand next to each other were drawn together."""
    return [row | {"cluster": row["customer_id"][:3]} for row in rows]


ASSIGNED = [
    *drawn("fair", BOTH), *drawn("back", BOTH), *drawn("looked", BOTH), *drawn("early", BOTH),
    *drawn("three", THREE, share=SHARES),
    *in_strata(drawn("strata", BOTH)), *in_clusters(drawn("clusters", BOTH)),
    *drawn("first", {"offer": TREATED[:50], "holdout": CONTROL[:50]}),
    *drawn("first", {"offer": TREATED[50:], "holdout": CONTROL[50:]}, at="2024-03-02"),
]  # fmt: skip
DECLARED = [
    experiment("fair", outcomes=SATISFIED, purpose="offer", cost_per_contact=0.5, winsorised_at=8),
    experiment("back", kind="win_back", cost_per_customer=1.0),
    experiment("looked", mode="sequential"),
    experiment("three", purpose="news"),
    experiment("strata"), experiment("clusters"),
    experiment("first", planned_n=100), experiment("early", planned_n=200, cost_per_customer=0.1),
]  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return programs(shop(ASSIGNED, DECLARED, churn={"inactive_for": "4W"}))


@pytest.fixture(scope="module")
def reports(found):
    return {one.program.id: one for one in found.reports}


def effect(report, outcome):
    return next(one for one in report.effects if one.outcome == outcome)


def plain(report, outcome):
    return next(one for one in report.detail.plain if one.outcome == outcome)


def value(report, name):
    return report.values[f"program.{report.program.id}.{name}"]


def test_neither_the_day_of_the_draw_nor_the_day_after_the_window_counts(reports):
    found = effect(reports["fair"], "retained")
    assert (found.mean_treated, found.mean_control) == pytest.approx((0.4, 0.2))
    assert (found.n_treated, found.n_control) == (100, 100)


def test_all_outcomes_are_per_customer(reports):
    gaps = {one.outcome: one.difference.estimate for one in reports["fair"].effects}
    assert gaps == pytest.approx({
        "retained": 0.2, "purchases": 0.2, "revenue": 2.0, "margin": 0.6,
        "satisfaction": 1.0, "actions": (100 - 50) / 100,
    })  # fmt: skip


def test_a_lift_is_the_difference_over_the_control_group(reports):
    assert effect(reports["fair"], "revenue").lift.estimate == pytest.approx(1.0)


def test_revenue_has_a_range_over_draws_of_customers(reports):
    assert "draws of customers" in effect(reports["fair"], "revenue").method
    assert "draws of customers" in plain(reports["fair"], "revenue").method
    assert plain(reports["fair"], "revenue").difference.estimate == pytest.approx(2.0)


def test_large_amounts_are_cut_beside_the_headline_and_never_in_money(reports):
    report = reports["fair"]
    assert report.detail.winsorised.difference.estimate == pytest.approx(0.2 * 8)
    assert report.money.margin_per_customer.estimate == pytest.approx(0.6)


def test_satisfaction_is_that_of_those_who_answered_in_the_window(reports):
    found = effect(reports["fair"], "satisfaction")
    assert (found.n_treated, found.n_control) == (40, 40)
    told = next(one for one in reports["fair"].checks if one.name == "Answers to surveys").told
    assert "40% with the program, 40% of the control group" in told


def test_what_a_message_brings_is_counted_by_those_that_arrived(reports):
    detail = reports["fair"].detail
    assert detail.incremental_per_contact.estimate == pytest.approx(0.5 / 0.5)
    assert detail.purchases_per_contact.estimate == pytest.approx(0.2 / 0.5)


def test_the_effect_on_those_whom_it_reached_is_the_effect_over_their_share(reports):
    assert reports["fair"].detail.complier.estimate == pytest.approx(0.2 / 0.5)
    assert value(reports["fair"], "reached.revenue").number == pytest.approx(2.0 / 0.5)


def test_where_messages_reached_both_groups_alike_nothing_is_laid_to_them(reports):
    detail = reports["three"].detail  # its news went to everybody
    for found in (detail.complier, detail.compliers["revenue"], detail.purchases_per_contact):
        assert isinstance(found, Missing)
        assert "Hardly more messages" in found.reason


def test_without_a_purpose_messages_of_every_kind_are_not_the_programs(reports):
    detail = reports["strata"].detail
    for found in (detail.complier, detail.incremental_per_contact, detail.purchases_per_contact):
        assert isinstance(found, Missing)
        assert "`purpose`" in found.reason


def test_costs_are_of_messages_delivered_in_the_window(reports):
    report = reports["fair"]
    assert value(report, "cost_per_customer").number == pytest.approx(0.5 * 0.5)
    assert value(report, "roi").number == pytest.approx(0.6 / 0.25 - 1.0)
    assert value(report, "incremental_margin").number == pytest.approx(60.0)


def test_a_payback_that_may_take_longer_than_the_window_is_told_as_that(reports):
    found = value(reports["fair"], "payback_weeks")
    assert found.value is None
    assert "pays back in the data as they are" in found.reason


def test_after_the_window_the_treated_bought_twice_as_often_as_the_control_group(reports):
    after = reports["fair"].money.after  # 8 weeks are over: April for 40 and 20, and 30 March
    assert after.estimate == pytest.approx(100 * 0.3 * 10 * (0.6 - 0.2))


def test_arms_are_held_against_the_control_group_and_against_each_other(reports):
    gaps = {
        (one.treated, one.control): one.difference.estimate
        for one in reports["three"].detail.pairs if one.outcome == "retained"
    }  # fmt: skip
    assert gaps == pytest.approx({
        ("general", "holdout"): -0.2, ("own", "holdout"): 0.6, ("own", "general"): 0.8,
    })  # fmt: skip


def test_p_values_of_arms_are_adjusted_over_the_pairs_of_an_outcome(reports):
    pairs = [one for one in reports["three"].detail.pairs if one.outcome == "retained"]
    smallest = min(pairs, key=lambda one: one.p_value)
    assert len(pairs) == 3
    assert smallest.p_adjusted == pytest.approx(3 * smallest.p_value)


def test_all_arms_together_are_the_headline(reports):
    found = effect(reports["three"], "retained")
    assert (found.treated, found.control, found.n_treated) == ("three", "holdout", 100)


def test_a_program_that_reached_the_control_group_says_so(reports):
    told = {one.name: one for one in reports["three"].checks}
    assert told["Control group left alone"].passed is False
    assert "100 of 100" in told["Control group left alone"].told


def test_strata_of_the_draw_are_taken_into_account(reports):
    found = effect(reports["strata"], "retained")
    assert "2 strata" in found.method
    assert found.difference.estimate == pytest.approx(0.2)


def test_customers_drawn_together_are_one_draw(reports):
    found, alone = effect(reports["clusters"], "retained"), effect(reports["fair"], "retained")
    assert "cluster" in found.method
    assert found.difference.std_error > 2 * alone.difference.std_error
    assert reports["clusters"].detail.sample_ratio.expected == (10.0, 10.0)


def test_a_fixed_experiment_is_told_of_the_customers_that_were_planned(reports):
    found = effect(reports["first"], "retained")
    assert (found.n_treated, found.n_control) == (50, 50)
    assert found.mean_treated == pytest.approx(0.8)


def test_a_fixed_experiment_that_is_large_enough_is_told(reports):
    assert reports["early"].effects
    assert not reports["early"].withheld


def test_a_sequential_experiment_of_few_customers_tells_counts_only(reports):
    report = reports["looked"]
    assert "at least 500 of each are needed" in report.withheld
    assert report.effects == report.others == ()
    assert report.detail.arms == {"offer": 100, "holdout": 100}
    assert value(report, "effect.retained").value is None


def test_where_only_the_cost_is_missing_no_further_experiment_is_proposed(reports):
    assert isinstance(reports["three"].next_test, Missing)
    assert "give what it costs" in reports["three"].next_test.reason


def test_where_chance_may_explain_it_the_next_experiment_is_larger(reports):
    # a tenth of the control group's margin of 0.6, which has a standard deviation of 1.2
    assert reports["clusters"].next_test.detectable == pytest.approx(0.06)
    assert reports["clusters"].next_test.customers > 10_000


def test_whether_it_pays_is_settled_only_where_the_size_was_planned(reports):
    planned, unplanned = reports["early"], reports["fair"]
    assert planned.decision == unplanned.decision == "keep"
    assert "It is settled that" in planned.next_test.reason
    assert "neither its size" in unplanned.next_test.reason
    assert "fair pays" in unplanned.next_test.reason


def test_nothing_is_settled_while_the_range_of_what_is_left_holds_a_loss(reports):
    planned = reports["early"]
    assert not isinstance(planned.money.profit, Missing)
    wide = planned.money.profit._replace(conf_low=-1.0)
    doubtful = replace(planned, money=replace(planned.money, profit=wide))
    assert "its range holds the opposite too" in _settled(doubtful)


def test_customers_to_be_drawn_again_are_held_against_all_there_are(reports):
    test = reports["clusters"].next_test
    assert test.available == 201
    assert test.detectable < test.detectable_now


def test_a_win_back_tells_who_came_back_and_who_bought_once_more(reports):
    detail = reports["back"].detail
    assert detail.lapsed == 0.95  # ten of two hundred bought on the day of the draw
    assert effect(reports["back"], "retained").difference.estimate == pytest.approx(0.2)
    # back on 15 March, and once more on 10 April: 26 days, within the window
    assert detail.second_order.difference.estimate == pytest.approx(0.2)
    assert value(reports["back"], "second_order").number == pytest.approx(0.2)


def test_a_win_back_of_customers_who_had_bought_lately_says_so(reports):
    told = next(one for one in reports["back"].checks if one.name == "Fallen silent")
    assert told.passed is True
    assert "10 had bought in the 28 days before" in told.told


def test_evidence_and_decision_are_recorded(reports):
    assert value(reports["fair"], "evidence").value == "randomised"
    assert value(reports["fair"], "decision").value == reports["fair"].decision == "keep"


@pytest.mark.slow
def test_nothing_after_the_last_day_reaches_a_number():
    later = drawn("fair", {"offer": ["late"], "holdout": TREATED[:1]}, at="2024-05-01")
    given = [*drawn("fair", BOTH), *later], [DECLARED[0], DECLARED[1] | {"experiment_id": "fair"}]
    whole, cut = (
        programs(shop(*given, as_of="2024-04-05", known_until=until, max_excluded_share=0.2))
        for until in (None, "2024-04-05")
    )
    assert whole.values == cut.values
    assert whole.values["program.fair.effect.retained"].number == pytest.approx(0.2)
