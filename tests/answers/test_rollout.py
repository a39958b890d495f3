"""The report on a roll-out: what is told, what is withheld, what is wrong with the study."""

import numpy as np
import pandas as pd
import pytest

from retention_research.answers.programs import rollout
from retention_research.answers.programs.rollout import rollout_report
from retention_research.answers.programs.rollout_course import by_week_of
from retention_research.answers.programs.rollout_windows import grid_of
from retention_research.glossary import lookup
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.rollout import PreTrend, Randomised
from tests.answers.rollout_shop import day, report_of, rows_of, towns, workspace_of

LIFT = 0.2  # more purchases a week
TWELVE = {name: 16 if place < 6 else 20 for place, name in enumerate(towns(12))}


@pytest.fixture(scope="module")
def found():
    """Twelve towns of 24 start in two waves."""
    return report_of(TWELVE, lift=LIFT, cost_per_customer=1.0)


def effects(report):
    return {one.outcome: one for one in report.effects}


def passed(report):
    return {check.name: check.passed for check in report.checks}


def test_the_true_effect_lies_in_the_interval(found):
    effect = effects(found)["purchases"].difference
    assert effect.conf_low <= 8 * LIFT <= effect.conf_high
    assert effects(found)["purchases"].p_value < 1e-6


def test_revenue_is_ten_times_purchases_at_ten_an_order(found):
    told = effects(found)
    ten = 10.0 * np.array(told["purchases"].difference[1:])
    np.testing.assert_allclose(told["revenue"].difference[1:], ten)


def test_those_who_buy_again_do_so_in_the_whole_window(found):
    """Nearly everybody buys in eight weeks anyway: 1 - 0.7 ** 8 against 1 - 0.5 ** 8."""
    effect = effects(found)["retained"]
    assert effect.mean_treated == pytest.approx(1 - 0.5**8, abs=0.02)
    assert effect.mean_control == pytest.approx(1 - 0.7**8, abs=0.06)


def test_customers_are_counted_once(found):
    told = effects(found)["purchases"]
    assert told.n_treated == 12 * 20
    assert told.n_control == (12 + 6) * 20 - 6 * 20  # the second wave starts within the first's 8W


def test_enough_towns_and_an_even_course_make_a_natural_experiment(found):
    assert found.grade == "natural experiment"
    assert passed(found)["Enough units"] is True
    assert passed(found)["Alike before the start"] is True


def test_everything_that_is_recorded_is_in_the_glossary(found):
    for name in found.values:
        assert lookup(name).meaning
    promised = ("effect.purchases", "lift.purchases", "incremental_margin", "roi", "evidence",
                "break_even_probability", "decision", "pre_trend.p_value")  # fmt: skip
    assert {f"program.desk.{name}" for name in promised} <= set(found.values)


def test_money_is_of_the_treated_and_of_the_same_effect(found):
    assert found.money.customers == 240
    margin = found.values["program.desk.incremental_margin"].number
    share = 0.30  # the default
    assert margin == pytest.approx(240 * share * effects(found)["revenue"].difference.estimate)
    assert found.decision == "keep"


@pytest.mark.slow
def test_weeks_add_up_to_the_window(found):
    """Margin by week, which payback is read from, is that of the window in parts."""
    orders, people = rows_of(TWELVE, count=24, lift=LIFT)
    starts = {name: day(week) for name, week in TWELVE.items()}
    workspace = workspace_of(orders, people, starts=starts)
    program = workspace.study.programs[0]
    units = rollout.units_of(workspace, program)
    seen = rollout._seen(workspace, program, units, sorted(set(starts.values())))
    weekly = by_week_of(units, seen, 0.3)
    margin = 0.3 * effects(rollout_report(workspace, program))["revenue"].difference.estimate
    assert weekly.size == 8
    assert weekly.sum() == pytest.approx(margin)


def test_the_course_is_flat_before_the_start_and_up_after_it(found):
    course = found.detail.course
    before, after = course.age < 0, course.age >= 0
    assert ((course.low < 0.0) & (course.high > 0.0))[before].all()
    assert (course.low > 0.0)[after].all()


def test_waves_and_units_are_told(found):
    assert [(wave.start, wave.units) for wave in found.detail.waves] == [(day(16), 6), (day(20), 6)]
    assert (found.detail.treated, found.detail.compared) == (12, 12)
    assert found.detail.told_until is None


def test_two_way_fixed_effects_stand_beside_as_a_wrong_benchmark(found):
    assert [one.outcome for one in found.others] == ["purchases"]
    assert "wrong benchmark" in found.others[0].method
    assert isinstance(found.detail.two_way, Estimate)


@pytest.mark.slow
def test_without_an_effect_none_is_claimed():
    report = report_of(TWELVE, seed=12)
    effect = effects(report)["purchases"]
    assert effect.p_value > 0.05
    test = report.next_test
    assert test.available == 24
    assert 0.0 < test.detectable <= test.detectable_now


@pytest.mark.slow
def test_few_towns_are_judged_by_reassigning_dates():
    """Five of eleven start: 462 ways."""
    report = report_of(dict.fromkeys(towns(5), 20), count=11, lift=LIFT, customers=40)
    assert isinstance(report.detail.reassigned, Randomised)
    assert report.values["program.desk.reassignments"].value == 462
    effect = effects(report)["purchases"]
    assert "randomisation" in effect.method
    assert effect.difference.conf_low <= 8 * LIFT <= effect.difference.conf_high
    assert effect.p_value == pytest.approx(1 / 462, abs=1e-9)
    assert report.grade == "natural experiment"


def test_too_few_towns_have_no_interval_and_are_only_associated():
    """Two of five start: ten ways."""
    report = report_of(dict.fromkeys(towns(2), 16), count=5, lift=LIFT)
    effect = effects(report)["purchases"]
    assert effect.difference.conf_low is None
    assert effect.p_value is None
    assert report.grade == "associated"
    assert passed(report)["Enough units"] is False
    assert report.values["program.desk.effect.purchases"].value is None
    assert isinstance(report.money, Missing)
    assert report.decision == "test"
    assert np.isnan(report.detail.course.low).all()
    assert [wave.effect.conf_low for wave in report.detail.waves] == [None]
    test = report.next_test  # all five towns are too few to tell of any size
    assert (test.customers, test.available, test.units) == (20, 5, "towns")
    assert test.detectable_now is None
    assert "2 of the 5 towns have begun" in test.told
    assert "switch it off" in test.told


@pytest.mark.slow
def test_a_drift_before_the_start_lowers_the_grade():
    """What is said to start in week 24 began in week 12."""
    true = dict.fromkeys(towns(12), 12)
    report = report_of(true, lift=LIFT, named={name: day(24) for name in true})
    assert report.grade == "associated"
    assert passed(report)["Alike before the start"] is False
    assert report.detail.pre_trend.p_value < 0.01
    assert report.decision == "test"


@pytest.mark.slow
def test_customers_won_after_the_start_count_for_nothing():
    orders, people = rows_of(TWELVE, count=24, lift=LIFT)
    starts = {name: day(week) for name, week in TWELVE.items()}
    late = pd.DataFrame({
        "customer_id": [f"new{place}" for place in range(500)],
        "timestamp": pd.Timestamp(day(30)), "amount": 10.0,
    })  # fmt: skip
    theirs = pd.DataFrame({"customer_id": late["customer_id"], "town": "town_00"})
    more = pd.concat([orders, late, late]), pd.concat([people, theirs])

    def told(rows):
        workspace = workspace_of(*rows, starts=starts)
        return effects(rollout_report(workspace, workspace.study.programs[0]))["purchases"]

    assert told(more).difference == told((orders, people)).difference


def tickets_of(teams, starts, seed=3):
    """Forty rated tickets a week and team, half a point better from its start on."""
    rng = np.random.default_rng(seed)
    parts = []
    for team in teams:
        week = np.repeat(np.arange(40), 40)
        better = 0.5 * (week >= starts.get(team, 99))
        at = pd.Timestamp(day(0)) + pd.to_timedelta(7 * week + 1, unit="D")
        csat = np.clip(np.round(rng.normal(3.0 + better, 0.7)), 1, 5).astype(int)
        parts.append(pd.DataFrame({"opened_at": at, "team": team, "csat": csat}))
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(ticket_id=[f"t{i}" for i in range(len(rows))], customer_id="c0000",
                       category="question")  # fmt: skip


@pytest.mark.slow
def test_a_start_by_team_is_judged_by_what_its_tickets_were_rated():
    teams = [f"team_{place:02d}" for place in range(22)]
    starts = dict.fromkeys(teams[:11], 20)
    report = report_of(
        {}, count=2, tickets=tickets_of(teams, starts), unit="team",
        named={name: day(20) for name in starts}, outcomes=["satisfaction", "purchases"],
    )  # fmt: skip
    effect = effects(report)["satisfaction"].difference
    assert effect.conf_low <= 0.5 <= effect.conf_high
    assert set(effects(report)) == {"satisfaction"}
    assert isinstance(report.money, Missing)
    assert report.values["program.desk.effect.purchases"].value is None


def test_a_start_by_team_without_tickets_is_withheld():
    report = report_of({}, count=2, unit="team", named={"north": day(20)})
    assert "no table of tickets" in report.withheld


@pytest.mark.slow
def test_customers_of_a_town_are_judged_by_their_ratings_too():
    """All tickets are of one customer of the first town: no other can be held against it."""
    report = report_of(
        dict.fromkeys(towns(12), 16), tickets=tickets_of(["one"], {}), lift=LIFT,
        outcomes=["purchases", "satisfaction"],
    )  # fmt: skip
    assert set(effects(report)) == {"purchases"}
    assert report.values["program.desk.effect.satisfaction"].value is None


@pytest.mark.slow
def test_a_window_that_is_no_whole_weeks_is_told_in_one_step():
    report = report_of(TWELVE, lift=LIFT, window="30D")
    assert report.detail.step_days == 30
    effect = effects(report)["purchases"].difference
    assert effect.conf_low <= LIFT * 30 / 7 <= effect.conf_high


def test_the_base_reaches_back_a_year_where_windows_allow():
    assert grid_of(84).before * 84 == 336
    assert grid_of(182).before * 182 == 364
    assert grid_of(364).before == 2  # fewer tell nothing of the course


def test_bounds_are_told_once_there_are_two_windows_before(found):
    assert isinstance(found.detail.pre_trend, PreTrend)
    bounded = found.values["program.desk.bounded.purchases"]
    effect = effects(found)["purchases"].difference
    assert bounded.conf_low < effect.conf_low < effect.conf_high < bounded.conf_high


@pytest.mark.slow
def test_small_waves_are_put_together():
    """Of towns of two customers, a wave has twelve: fewer than a table may show."""
    report = report_of(TWELVE, customers=1, lift=LIFT)
    assert [(wave.start, wave.units) for wave in report.detail.waves] == [(None, 12)]
    assert passed(report)["Customers in each unit"] is None


@pytest.mark.slow
def test_the_same_study_gives_the_same_answer(found):
    again = report_of(TWELVE, lift=LIFT, cost_per_customer=1.0)
    assert again.values == found.values
