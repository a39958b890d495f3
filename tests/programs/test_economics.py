"""A program's money: hand tables, brute force, and what cannot be told."""

from dataclasses import replace

import numpy as np
import pytest

from retention_research.models.fit import Estimate, Missing
from retention_research.models.ratio import moments
from retention_research.programs.economics import (
    Ranked,
    acquiring_of,
    budget_curve,
    decide,
    money,
    ranked_gain,
)
from retention_research.programs.economics.projections import multiple
from retention_research.programs.effects import Effect, MoneyDraws

STEPS = np.linspace(0.0, 1.0, 1001)  # percentiles of these are exact


def held(**changes):
    """Margin 1 to 3 each, cost 1 each, ten to thirty of a hundred kept, of 200 customers."""
    made = MoneyDraws(
        margin=1.0 + 2.0 * STEPS, margin_point=2.0, customers=200,
        cost=np.ones(1001), cost_point=1.0,
        kept=0.1 + 0.2 * STEPS, kept_point=0.2,
        by_week=np.array([0.25, 0.5, 0.75, 0.5]),
    )  # fmt: skip
    return replace(made, **changes)


def reckoned(draws=None, **settings):
    return money(draws or held(), **{"window_days": 28} | settings)


def ends(found):
    return [round(part, 6) for part in (found.estimate, found.conf_low, found.conf_high)]


def effect(lift):
    return Effect(
        "retained", "mail", "holdout", 200, 200, 0.3, 0.2, Missing("difference", ""), lift
    )


def test_totals_are_those_of_all_treated_customers():
    found = reckoned(confidence=0.9)
    assert ends(found.margin) == [400.0, 220.0, 580.0]
    assert ends(found.cost) == [200.0, 200.0, 200.0]
    assert ends(found.profit) == [200.0, 20.0, 380.0]
    assert ends(found.kept) == [40.0, 22.0, 58.0]


def test_ratios_are_of_the_same_draw():
    found = reckoned(confidence=0.9)
    assert ends(found.return_on_investment) == [1.0, 0.1, 1.9]
    assert ends(found.margin_per_spent) == [2.0, 1.1, 2.9]
    assert ends(found.cost_per_kept) == [5.0, round(1 / 0.29, 6), round(1 / 0.11, 6)]


def test_a_cost_that_moves_with_the_margin_leaves_the_return_as_it_is():
    draws = held()
    found = reckoned(replace(draws, cost=draws.margin / 2.0))
    assert ends(found.return_on_investment) == [1.0, 1.0, 1.0]


def test_the_fixed_cost_is_spread_over_all_and_counts_in_what_a_customer_may_cost():
    found = reckoned(fixed_cost=100.0)
    assert found.cost.estimate == 300.0
    assert found.cost_per_customer.estimate == 1.5
    assert found.break_even_cost.estimate == 1.5  # margin 2, less half a unit of fixed cost


def test_the_chance_to_pay_is_the_share_of_draws_with_margin_above_cost():
    rng = np.random.default_rng(5)
    margin, cost = rng.normal(1.2, 0.5, 1001), rng.gamma(4.0, 0.25, 1001)
    found = reckoned(held(margin=margin, cost=cost), fixed_cost=20.0)
    counted = sum(m > c + 20.0 / 200 for m, c in zip(margin, cost, strict=True)) / 1001
    assert found.break_even_probability == counted


def test_a_draw_that_breaks_even_does_not_pay():
    half = np.where(np.arange(1001) % 2, 1.0, 0.5)
    assert reckoned(held(margin=half)).break_even_probability == 0.0


@pytest.mark.parametrize("brought", [0.0, 0.1, 2.0])
def test_draws_that_do_not_vary_are_no_evidence(brought):
    draws = held(margin=np.full(1001, brought), margin_point=brought, by_week=np.empty(0))
    found = reckoned(replace(draws, kept=np.zeros(1001), kept_point=0.0), horizon_days=364)
    assert "No range" in found.break_even_probability.reason
    assert isinstance(found.cost_to_keep, Missing)
    assert ends(found.cost) == [200.0, 200.0, 200.0]
    assert found.profit == Estimate("profit", 200 * brought - 200.0)
    told = (found.margin, found.break_even_cost, found.return_on_investment, found.kept,
            *(one.margin for one in found.projections))  # fmt: skip
    assert all(one.conf_low is None and one.conf_high is None for one in told)
    assert isinstance(found.budget, Missing)
    assert decide(found, "randomised") == "test"


def test_rounding_in_draws_that_do_not_vary_is_no_evidence():
    margin = 0.3 + 1e-16 * np.arange(1001)
    assert isinstance(reckoned(held(margin=margin)).break_even_probability, Missing)


def test_without_costs_margin_and_break_even_cost_are_still_told():
    found = reckoned(held(cost=None, cost_point=None), no_cost="Add `cost_per_contact`.")
    assert ends(found.break_even_cost) == [2.0, 1.05, 2.95]
    assert found.margin.estimate == 400.0
    names = ("cost", "profit", "return_on_investment", "payback_weeks", "cost_per_kept",
             "break_even_probability")  # fmt: skip
    untold = [*(getattr(found, name) for name in names), decide(found, "randomised")]
    assert {one.reason for one in untold} == {"Add `cost_per_contact`."}


def test_a_fixed_cost_alone_is_a_cost():
    found = reckoned(held(cost=None, cost_point=None), fixed_cost=400.0)
    assert ends(found.cost) == [400.0, 400.0, 400.0]
    assert found.return_on_investment.estimate == 0.0


def test_what_costs_nothing_has_no_return_but_a_decision():
    found = reckoned(held(cost=np.zeros(1001), cost_point=0.0))
    assert isinstance(found.return_on_investment, Missing)
    assert found.break_even_probability == 1.0
    assert decide(found, "randomised") == "keep"
    assert found.payback_weeks.estimate == 0.0


def test_a_program_that_loses_margin_is_stopped_and_never_pays_back():
    draws = held(margin=-1.0 - STEPS, margin_point=-1.5, by_week=np.full(4, -0.375))
    found = reckoned(draws)
    assert found.return_on_investment.estimate == -2.5
    assert found.break_even_cost.estimate == -1.5
    assert decide(found, "randomised") == "stop"
    assert found.payback_weeks.reason == "Within 4 weeks it does not pay back."


def test_nobody_treated_is_no_money():
    assert reckoned(held(customers=0)).reason.startswith("Nobody")
    assert decide(reckoned(held(customers=0)), "randomised").term == "decision"


def test_without_a_window_no_margin_counts():
    assert "window" in reckoned(window_days=0).reason


def test_too_few_draws_give_no_range_and_no_chance():
    found = reckoned(held(margin=np.empty(0), cost=np.empty(0), kept=np.empty(0)))
    assert found.margin == Estimate("margin", 400.0)
    assert isinstance(found.break_even_probability, Missing)
    assert decide(found, "natural experiment") == "test"


@pytest.mark.parametrize(
    ("paying", "word"), [(1000, "keep"), (900, "keep"), (899, "test"), (101, "test"), (100, "stop")]
)
def test_keep_from_nine_draws_in_ten_and_stop_up_to_one(paying, word):
    margin = np.where(np.arange(1000) < paying, 2.0, 0.0) + STEPS[:1000] / 2.0
    found = reckoned(held(margin=margin, cost=np.ones(1000), kept=np.ones(1000)))
    assert decide(found, "randomised") == word


@pytest.mark.parametrize("grade", ["associated", "no evidence"])
def test_an_effect_that_is_not_proved_is_tested_whatever_it_pays(grade):
    assert decide(reckoned(), grade) == "test"
    assert decide(reckoned(held(margin=-STEPS, margin_point=-0.5)), grade) == "test"


def test_an_adjusted_comparison_may_be_kept():
    assert decide(reckoned(), "adjusted comparison") == "keep"


def test_payback_is_the_first_week_in_which_the_sum_reaches_the_cost():
    assert reckoned(held(cost=np.full(1001, 0.75), cost_point=0.75)).payback_weeks.estimate == 2.0
    assert reckoned().payback_weeks.estimate == 3.0


def test_a_draw_spreads_what_it_adds_evenly_over_the_weeks():
    draws = held(margin=np.r_[np.full(500, 2.0), np.full(501, 6.0)])
    # one unit more in each week: 1.25 after the first
    assert ends(reckoned(draws).payback_weeks) == [3.0, 1.0, 3.0]


def test_purchases_that_were_only_moved_forward_do_not_pay_back():
    draws = held(margin=2.0 * STEPS, margin_point=1.0, by_week=np.array([5.0, -2.0, -1.0, -1.0]))
    found = reckoned(replace(draws, cost=np.full(1001, 2.0), cost_point=2.0))
    assert found.return_on_investment.estimate == -0.5
    assert found.payback_weeks.reason == "Within 4 weeks it does not pay back."


def test_payback_is_the_week_from_which_the_sum_stays_above_the_cost():
    draws = held(by_week=np.array([1.5, -1.0, 0.75, 0.75]))  # 1.5, 0.5, 1.25, 2
    assert reckoned(draws).payback_weeks.estimate == 3.0


def test_a_draw_that_ends_below_the_cost_never_pays_back():
    draws = held(
        margin=np.r_[np.full(950, 2.0), np.full(51, 0.5)], by_week=np.array([4.0, 0.0, -1.0, -1.0])
    )
    found = reckoned(draws).payback_weeks
    # each of 51 draws has 1.5 less: it is above the cost for three weeks and ends at a half
    assert found.estimate == 1.0
    assert found.conf_high is None


def test_what_cost_nothing_and_lost_margin_in_the_end_has_not_paid_back():
    draws = held(by_week=np.array([1.0, 1.0, -1.0, -2.0]), margin_point=-1.0, margin=-2.0 * STEPS)
    found = reckoned(replace(draws, cost=np.zeros(1001), cost_point=0.0))
    assert isinstance(found.payback_weeks, Missing)


def test_payback_that_may_lie_beyond_the_window_has_no_upper_end():
    found = reckoned(held(margin=4.0 * STEPS))
    assert found.payback_weeks.estimate == 3.0
    assert found.payback_weeks.conf_high is None


def test_draws_in_which_none_was_kept_leave_the_price_of_one_open():
    found = reckoned(held(kept=-0.1 + 0.6 * STEPS)).cost_per_kept
    assert found.estimate == 5.0
    assert found.conf_low is not None
    assert found.conf_high is None


def test_no_price_of_a_customer_kept_where_none_was():
    assert isinstance(reckoned(held(kept_point=0.0)).cost_per_kept, Missing)
    assert isinstance(reckoned(held(kept=None, kept_point=None)).kept, Missing)


def test_a_program_that_cost_less_than_doing_without_it_spent_nothing_on_anybody():
    lift = Estimate("lift", 0.25, None, 0.0, 1.0)
    saved = held(cost=np.full(1001, -0.5), cost_point=-0.5)
    found = reckoned(saved, retained=effect(lift))
    assert found.cost_anyway == Missing("cost_anyway", "It cost no more than was spent without it.")
    assert isinstance(found.cost_per_kept, Missing)
    assert ends(found.anyway) == [0.8, 0.5, 1.0]


def test_of_buyers_those_without_the_lift_would_have_bought_anyway():
    found = reckoned(retained=effect(Estimate("lift", 0.25, None, 0.0, 1.0)))
    assert ends(found.anyway) == [0.8, 0.5, 1.0]
    assert ends(found.cost_anyway) == [0.8, 0.5, 1.0]  # of a cost of 1


def test_a_program_that_keeps_some_from_buying_gives_all_to_who_would_have_bought():
    found = reckoned(retained=effect(Estimate("lift", -0.1, None, -0.2, 0.1)))
    assert found.anyway.estimate == 1.0


def test_the_dip_after_the_window_is_of_all_customers():
    found = reckoned(held(after=Estimate("after", -0.5, 0.1, -0.7, -0.3)))
    assert ends(found.after) == [-100.0, -140.0, -60.0]


@pytest.mark.parametrize("persistence", ["none", "half-life", "full"])
def test_a_projection_is_the_integral_of_what_goes_on(persistence):
    days = np.linspace(28.0, 364.0, 200_001)
    left = {"none": 0.0, "half-life": 0.5 ** ((days - 28.0) / 28.0), "full": 1.0}[persistence]
    worth = left * 1.1 ** (-days / 365.25) * np.ones_like(days)
    summed = 1.0 + float(np.sum((worth[1:] + worth[:-1]) / 2.0) * (days[1] - days[0])) / 28.0
    assert multiple(persistence, 28, 364, 0.1) == pytest.approx(summed, rel=1e-9)


def test_projections_stand_beside_the_headline_and_never_in_it():
    found = reckoned(horizon_days=364)
    none, half, full = found.projections
    assert none.margin == found.margin
    assert found.margin.estimate < half.margin.estimate < full.margin.estimate
    assert full.return_on_investment.estimate > found.return_on_investment.estimate
    assert found.profit == reckoned().profit


def test_a_horizon_within_the_window_adds_nothing():
    assert {one.margin.estimate for one in reckoned(horizon_days=7).projections} == {400.0}


def test_where_nothing_ranks_customers_margin_grows_in_a_straight_line():
    curve = budget_curve(held(), fixed_cost=50.0, confidence=0.9)
    assert not curve.ranked
    assert curve.spend[[0, 5, 10]].tolist() == [0.0, 150.0, 250.0]
    assert curve.margin[[0, 5, 10]].tolist() == [0.0, 200.0, 400.0]
    assert curve.high[-1] == pytest.approx(580.0)
    assert curve.best == 1.0


def test_a_ranking_says_how_far_to_go():
    share, gain = np.array([0.0, 0.25, 0.5, 1.0]), np.array([0.0, 1.5, 1.9, 2.0])
    curve = budget_curve(held(), ranked=Ranked(share, gain, gain - 0.5, gain + 0.5))
    # the last half costs 100 and brings 20
    assert curve.margin.tolist() == [0.0, 300.0, 380.0, 400.0]
    assert curve.best == 0.5


def test_a_ranking_out_of_order_is_refused():
    share = np.array([0.0, 0.5, 0.5])
    with pytest.raises(ValueError, match="ascend"):
        budget_curve(held(), ranked=Ranked(share, share, share, share))


def test_what_a_ranking_brings_is_weighed_by_the_chance_of_the_arm():
    rng = np.random.default_rng(4)
    n = 4000
    rank, chance = rng.random(n), np.where(np.arange(n) % 2, 0.8, 0.4)
    treated = rng.random(n) < chance
    outcome = 5.0 + 10.0 * chance + np.where(treated & (rank < 0.3), 4.0, 0.0)
    found = ranked_gain(rank, outcome, treated, chance, mean_effect=1.2)
    # all of it is gained in the first three tenths
    assert found.low[3] < 1.2 < found.high[3]
    assert found.gain[3] > 3 * (found.gain[10] - found.gain[3])
    assert found.gain[[0, 10]].tolist() == [0.0, pytest.approx(1.2)]


def test_customers_without_a_rank_do_not_count():
    rank, treated = np.tile([0.2, 0.9], 50), np.repeat([True, False], 50)
    outcome, chance = np.arange(100.0), np.full(100, 0.5)
    known = ranked_gain(rank, outcome, treated, chance, mean_effect=1.0)
    more = ranked_gain(
        np.r_[rank, np.nan], np.r_[outcome, 1e9], np.r_[treated, True], np.r_[chance, 0.5],
        mean_effect=1.0,
    )  # fmt: skip
    assert np.array_equal(known.gain, more.gain)


def test_a_chance_of_the_arm_of_one_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        ranked_gain([0.5], [1.0], [True], [1.0], mean_effect=1.0)


def test_no_budget_without_a_cost_per_customer():
    assert isinstance(budget_curve(held(cost=None, cost_point=None), fixed_cost=9.0), Missing)


def test_what_winning_customers_costs_and_brings_by_hand():
    found = acquiring_of(moments([100.0, 60.0, 40.0], [10.0, 20.0, 30.0]), 0.3, 28)
    assert found.customers == 3
    assert found.cost_per_customer.estimate == 20.0
    assert found.margin_per_spent.estimate == pytest.approx(1.0)  # 60 of margin over 60


def test_one_price_for_all_new_customers_is_known_for_sure():
    found = acquiring_of(moments([100.0, 60.0], [0.1, 0.1]), 0.3, 28)
    assert ends(found.cost_per_customer) == [0.1, 0.1, 0.1]


def test_no_comparison_without_a_cost_of_new_customers():
    assert isinstance(acquiring_of(moments([], []), 0.3, 28), Missing)
    assert isinstance(acquiring_of(moments([5.0], [0.0]), 0.3, 28), Missing)


def test_the_draws_are_left_as_they_were():
    draws = held()
    before = draws.margin.copy(), draws.by_week.copy()
    reckoned(draws, fixed_cost=10.0, horizon_days=364)
    assert np.array_equal(draws.margin, before[0])
    assert np.array_equal(draws.by_week, before[1])


def test_another_currency_changes_amounts_and_no_ratio():
    draws = held()
    cents = replace(
        draws, margin=100.0 * draws.margin, margin_point=200.0, cost=100.0 * draws.cost,
        cost_point=100.0, by_week=100.0 * draws.by_week,
    )  # fmt: skip
    one, other = reckoned(draws, fixed_cost=10.0), reckoned(cents, fixed_cost=1000.0)
    assert other.margin.estimate == pytest.approx(100.0 * one.margin.estimate)
    assert ends(other.return_on_investment) == ends(one.return_on_investment)
    assert other.break_even_probability == one.break_even_probability
    assert other.payback_weeks.estimate == one.payback_weeks.estimate
