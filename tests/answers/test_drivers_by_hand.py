"""Arms drawn by lot, scenarios and ever-members on tables counted by hand."""

from dataclasses import replace

import ibis
import numpy as np
import pandas as pd
import pytest

from retention_research.answers.driver_rows import GIVEN, HAPPENED, Driver
from retention_research.answers.driver_rows.kinds import NextOrderRows
from retention_research.answers.driver_rows.sampled import drawn as drawn_evenly
from retention_research.answers.drivers.ever_members import ever_members
from retention_research.answers.drivers.findings import all_findings
from retention_research.answers.drivers.landmark_view import design_of, fit_view
from retention_research.answers.drivers.randomised import randomised_effects
from retention_research.answers.drivers.scenarios import (
    Worth,
    in_leading_order,
    of_the_active,
    of_the_drawn,
    withheld,
)
from retention_research.answers.drivers.views import Views
from retention_research.models.fit import Missing
from retention_research.study import new_study
from retention_research.workspace import open_workspace

START = pd.Timestamp("2023-01-02")
LATE = Driver("late", "a late delivery", "yes_no", stage=HAPPENED)


def drawn(silent_treated, silent_control, each=40):
    """Two arms assigned on day 200; some order again on day 220, the others never."""
    orders, draws = [], []
    for arm, silent in (("offer", silent_treated), ("holdout", silent_control)):
        for who in range(each):
            name = f"{arm}{who}"
            orders += [(name, 10), (name, 180)] + ([] if who < silent else [(name, 220)])
            draws.append((name, "mail", arm, START + pd.Timedelta(days=200)))
    orders += [("other", 3 + 7 * week) for week in range(60)]  # the data go on
    transactions = pd.DataFrame(orders, columns=["customer_id", "day"])
    transactions["timestamp"] = START + pd.to_timedelta(transactions["day"], unit="D")
    columns = ["customer_id", "experiment_id", "arm", "assigned_at"]
    return {
        "transactions": transactions.assign(amount=10.0).drop(columns="day"),
        "assignments": pd.DataFrame(draws, columns=columns),
    }


def effects(frames):
    sources = {name: {"frame": True} for name in frames}
    study = new_study(study="x", currency="EUR", sources=sources, cohort_complete=True,
                      as_of="2024-02-25", churn={"inactive_for": "12W"})  # fmt: skip
    return randomised_effects(open_workspace(study, frames=frames), 84)


def test_arms_are_compared_by_the_plain_difference_of_shares():
    (found,), left_out = effects(drawn(10, 20))
    arm = found.arms[0]
    gap = arm.effect.difference
    assert (arm.level, arm.reference, arm.effect.customers) == ("offer", "holdout", 80)
    assert found.customers == {"offer": 40, "holdout": 40}
    assert found.together.effect == arm.effect
    assert found.between == ()
    assert gap.estimate == pytest.approx(10 / 40 - 20 / 40)
    plain = (0.25 * 0.75 / 40 + 0.5 * 0.5 / 40) ** 0.5
    assert gap.std_error == pytest.approx(plain, rel=1e-6)
    assert not left_out


def three_arms():
    """The arms of `drawn`, and a letter with another 40 customers of whom 30 fall silent."""
    one, other = drawn(10, 20), drawn(30, 0)
    letters = other["assignments"].query("arm == 'offer'").replace({"arm": {"offer": "letter"}})
    orders = other["transactions"].query("customer_id.str.startswith('offer')")
    named = {"customer_id": {f"offer{who}": f"letter{who}" for who in range(40)}}
    return {
        "transactions": pd.concat([one["transactions"], orders.replace(named)]),
        "assignments": pd.concat([one["assignments"], letters.replace(named)]),
    }


def test_all_arms_are_told_with_their_customers_together_and_against_each_other():
    (found,), _ = effects(three_arms())
    gaps = {arm.level: arm.effect.difference.estimate for arm in found.arms}
    assert found.customers == {"letter": 40, "offer": 40, "holdout": 40}
    assert gaps == pytest.approx({"letter": 30 / 40 - 20 / 40, "offer": 10 / 40 - 20 / 40})
    assert found.together.level == "letter or offer"
    assert found.together.effect.difference.estimate == pytest.approx(40 / 80 - 20 / 40)
    (pair,) = found.between
    assert (pair.level, pair.reference) == ("letter", "offer")
    assert pair.effect.difference.estimate == pytest.approx(30 / 40 - 10 / 40)


def test_who_had_not_bought_lately_when_assigned_does_not_count():
    frames = drawn(10, 20)
    moved = frames["assignments"].assign(assigned_at=START + pd.Timedelta(days=190 + 84))
    arms, left_out = effects({**frames, "assignments": moved})
    # only who bought on day 220 had bought in the twelve weeks before day 274, and all fell silent
    assert not arms
    assert left_out == {"arm_mail": "In each arm all or none fell silent."}


def test_an_experiment_without_a_control_arm_is_left_out_with_the_reason():
    frames = drawn(10, 20)
    renamed = frames["assignments"].replace({"arm": {"holdout": "letter"}})
    arms, left_out = effects({**frames, "assignments": renamed})
    assert not arms
    assert "No single arm is called" in left_out["arm_mail"]


@pytest.mark.parametrize(
    ("column", "values", "reason"),
    [
        ("cluster", ["a", "b"], "drawn together"),
        ("stratum", ["a", "b"], "within strata"),
        ("probability", [0.5, 0.4], "different probabilities"),
    ],
)
def test_a_draw_that_was_not_plain_is_left_out_with_the_reason(column, values, reason):
    frames = drawn(10, 20)
    told = frames["assignments"].assign(**{column: np.resize(values, 80)})
    found, left_out = effects({**frames, "assignments": told})
    assert not found
    assert reason in left_out["arm_mail"]


def test_arms_that_are_not_as_large_as_the_draw_makes_them_are_left_out():
    frames = drawn(10, 20)
    arms = frames["assignments"]
    # 40 of each where 72 and 8 are expected
    uneven = arms.assign(probability=np.where(arms["arm"] == "offer", 0.9, 0.1))
    even = arms.assign(probability=0.5)
    assert "not as large" in effects({**frames, "assignments": uneven})[1]["arm_mail"]
    assert effects({**frames, "assignments": even})[1] == {}


def silence(customers=400, dates=2):
    rng = np.random.default_rng(8)
    n = customers * dates
    late = rng.random(n) < 0.4
    days = pd.date_range("2024-01-01", periods=dates, freq="84D")
    return pd.DataFrame({
        "customer": np.tile(np.arange(customers), dates), "landmark": np.repeat(days, customers),
        "silent": (rng.random(n) < np.where(late, 0.6, 0.3)).astype(np.int8),
        "late": late.astype(np.int8),
    })  # fmt: skip


def finding(frame):
    view = fit_view(frame, design_of(frame, (LATE,)), 0.95)
    nothing = Missing("cox", "nothing")
    views = Views((LATE,), {HAPPENED: view}, {}, {}, nothing, {})
    return all_findings(frame, views, (), 0.95, 10)[0], view


def test_a_scenario_moves_everybody_to_the_better_end():
    frame = silence()
    one, view = finding(frame)
    last = (frame["landmark"] == frame["landmark"].max()).to_numpy()
    told = of_the_active(one, view, last, Worth(10.0, 1.0, 50))
    assert told.customers == 400
    # with one covariate and a flag per date, the mean at the last date is the observed one
    assert told.effect.risk_low.estimate == pytest.approx(frame.loc[last, "silent"].mean())
    good = view.fit.probability([[0.0, 1.0]])[0]
    assert told.effect.risk_high.estimate == pytest.approx(good)


def test_money_is_customers_times_who_stays_times_what_a_buyer_brings():
    frame = silence()
    one, view = finding(frame)
    last = (frame["landmark"] == frame["landmark"].max()).to_numpy()
    told = of_the_active(one, view, last, Worth(10.0, 1.0, 50))
    change, money = told.effect.difference, told.value_change
    assert money.estimate == pytest.approx(400 * -change.estimate * 10.0)
    error = 400 * np.hypot(change.std_error * 10.0, change.estimate * 1.0)
    assert money.std_error == pytest.approx(error)
    stay = 1.0 - told.effect.risk_high.estimate
    assert told.value.estimate == pytest.approx(400 * stay * 10.0)


def test_only_those_of_the_worse_level_are_counted_as_moved():
    frame = silence()
    one, view = finding(frame)
    last = (frame["landmark"] == frame["landmark"].max()).to_numpy()
    told = of_the_active(one, view, last, None, scale=2.0)
    assert (told.customers, told.moved) == (800, 2 * frame.loc[last, "late"].sum())


def graded_as(one, randomised, agrees):
    """The finding, clear of chance, with a grade of its own."""
    evidence = replace(one.evidence, randomised=randomised, p_adjusted=0.001, e_value=9.0,
                       landmarks=(1, 1), agrees=agrees)  # fmt: skip
    return replace(one, evidence=evidence, driver=replace(one.driver, randomised=randomised))


def test_a_link_that_is_not_robust_has_no_scenario_but_a_reason():
    one, _ = finding(silence())
    weak = graded_as(one, False, {"time to the next order": "cannot tell"})
    sound = graded_as(one, False, {"time to the next order": "yes"})
    assert withheld([sound]) == {}
    assert withheld([weak]) == {
        "late": "The link is not robust: no other view can tell its direction."
    }


def test_what_chance_decided_is_told_for_all_who_were_drawn_against_none():
    frame = silence()
    one, _ = finding(frame)
    told = of_the_drawn(one, Worth(10.0, 1.0, 50), 0.95)
    gap = one.main.effect.difference
    # late raises silence: the better end is none of it
    assert told.effect.difference.estimate == -gap.estimate
    assert told.effect.difference.conf_low == -gap.conf_high
    assert told.effect.risk_high == one.main.effect.risk_low
    assert told.moved == told.customers == 400
    assert told.value_change.estimate == pytest.approx(400 * gap.estimate * 10.0)


def test_what_chance_decided_leads_and_then_the_money():
    one, _ = finding(silence())
    told = [of_the_drawn(one, worth, 0.95) for worth in (Worth(1.0, 0.1, 50), Worth(9.0, 0.1, 50))]
    drawn = replace(told[0], finding=graded_as(one, True, {}))
    assert in_leading_order([unpriced(told[0]), *told, drawn]) == (
        drawn,
        told[1],
        told[0],
        unpriced(told[0]),
    )


def unpriced(scenario):
    return replace(scenario, value=None, value_change=None)


def test_without_enough_buyers_no_money_is_put_on_a_scenario():
    frame = silence()
    one, view = finding(frame)
    told = of_the_active(one, view, np.ones(len(frame), np.bool_), None)
    assert told.value is None
    assert told.value_change is None


def joined_late(customers=1500):
    """Orders every 30 days on average; after every order, one in five joins; joining does nothing.

    Followed for 200 days: who orders often by chance has more occasions to join.
    """
    rng = np.random.default_rng(5)
    rows = []
    for who in range(customers):
        day, number, member = 0.0, 1, 0
        while day < 200:
            wait = float(np.ceil(rng.exponential(30.0)))
            stop = min(wait, 200.0 - np.floor(day))
            rows.append((who, number, 0.0, max(stop, 1.0), int(day + wait <= 200), member))
            day, number = day + wait, min(number + 1, 4)
            member = max(member, int(rng.random() < 0.2))
    names = ["customer", "order_number", "start", "stop", "ordered", "club"]
    return pd.DataFrame(rows, columns=names)


def test_a_club_that_does_nothing_looks_good_to_ever_members_only():
    club = Driver("club", "in the club", "yes_no", source="memberships", stage=GIVEN)
    rows = NextOrderRows(joined_late(), (club,), {}, 0, 0)
    (told,) = ever_members(rows, "order_number", 0.95)
    assert told.naive.conf_low > 1.1
    assert told.corrected.conf_low < 1.0 < told.corrected.conf_high


def test_of_very_many_customers_some_are_drawn_with_all_their_rows_and_out_of_step_with_numbers():
    numbers = np.arange(10_000)
    frame = pd.DataFrame({"customer": np.repeat(numbers, 2), "row": np.tile([0, 1], 10_000)})
    rows = ibis.memtable(frame)
    kept = drawn_evenly(rows, 10_000, most=2_500).to_pandas()
    assert (kept.groupby("customer").size() == 2).all()
    assert kept["customer"].nunique() == pytest.approx(2_500, abs=5)
    every_fourth = kept["customer"].drop_duplicates() % 4
    assert every_fourth.value_counts().tolist() == pytest.approx([625] * 4, abs=10)
    assert drawn_evenly(rows, 10_000, most=10_000) is rows


def test_what_is_given_back_after_the_draw_takes_nobody_out_of_an_arm():
    frames = drawn(10, 20)
    orders = frames["transactions"]
    refund = orders.query("customer_id == 'offer0'").assign(
        amount=-10.0, timestamp=START + pd.Timedelta(days=205)
    )
    refunded = pd.concat([orders, refund], ignore_index=True)
    (found,), _ = effects({**frames, "transactions": refunded})
    assert found.customers == {"offer": 40, "holdout": 40}
