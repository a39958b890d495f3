"""Every effect that is put in comes out with its sign, and only there."""

from dataclasses import replace

import numpy as np
import pytest

from retention_research.events.simulate.company import Club, Company, Desk
from retention_research.events.simulate.history import WEEK
from retention_research.events.simulate.reading import Reading
from retention_research.events.simulate.truth_drivers import driver_effects
from retention_research.events.simulate.truth_programs import (
    PAIRED,
    outcomes,
    program_effects,
    uplift,
)
from retention_research.events.simulate.weeks import simulate_company
from retention_research.events.simulate.world import Intervention

READING = Reading()


@pytest.fixture(scope="module")
def effects():
    return program_effects(Company(), 4_000, 21, READING)


@pytest.fixture(scope="module")
def history():
    return simulate_company(Company(), 4_000, seed=21)


@pytest.mark.parametrize(
    ("program", "window"),
    [("mail", "4W"), ("mail_personalised", "12W"), ("club", "26W"), ("service_desk", "26W"),
     ("come_back", "8W"), ("points", "26W")],
)  # fmt: skip
def test_a_program_brings_purchases_and_revenue(effects, program, window):
    for outcome in ("purchases", "revenue", "margin"):
        assert effects[(program, outcome, window, "all", "all")] > 0.0


def test_personalised_promotions_do_more_than_generic_ones(effects):
    generic, personal = (
        effects[(f"mail_{kind}", "purchases", "12W", "all", "all")]
        for kind in ("generic", "personalised")
    )
    assert personal > generic > 0.0


def test_margin_is_its_share_of_revenue(effects):
    for key, value in effects.items():
        if key[1] == "margin":
            revenue = effects[(key[0], "revenue", *key[2:])]
            assert value == pytest.approx(0.3 * revenue, abs=1e-9, nan_ok=True)


def test_groups_add_up_to_everybody(effects):
    program, window = "mail_generic", "12W"
    groups = [k[4] for k in effects if k[:4] == (program, "n", window, "channel")]
    n = np.array([effects[(program, "n", window, "channel", g)] for g in groups])
    each = np.array([effects[(program, "purchases", window, "channel", g)] for g in groups])
    total = effects[(program, "purchases", window, "all", "all")]
    assert np.average(each, weights=n) == pytest.approx(total)


def test_a_club_without_effect_changes_no_order():
    nothing = replace(Club(), log_rate=0.0, light_log_rate=0.0, log_hazard=0.0, ready_log_rate=0.0)
    found = program_effects(Company(club=nothing), 400, 5, READING, ["club"])
    assert {v for k, v in found.items() if k[0] == "club" and k[1] != "n"} <= {0.0}


def test_a_desk_that_does_nothing_changes_no_order():
    idle = Desk(log_hours=0.0, log_rate=0.0, log_hazard=0.0)
    found = program_effects(Company(desk=idle), 400, 5, READING, ["service_desk"])
    known = [v for k, v in found.items() if k[0] == "service_desk" and k[1] != "n"]
    assert np.nanmax(np.abs(known)) == 0.0


def test_the_naive_difference_of_members_is_far_above_the_clubs_effect(history, effects):
    """Members order more anyway: 26 weeks after week 90, members of then against all others."""
    n = history.customers
    orders = history.orders
    there = np.zeros(n, bool)
    there[orders.customer[orders.at < 65 * WEEK]] = True
    joined = np.zeros(n, bool)
    joined[history.memberships.customer[history.memberships.at < 91 * WEEK]] = True
    found = outcomes(history, np.where(there, 91 * 7 - 1, -1), 26, READING)["purchases"]
    naive = found[there & joined].mean() - found[there & ~joined].mean()
    assert naive > 3 * effects[("club", "purchases", "26W", "all", "all")]


def test_who_joins_is_better_before_joining(history):
    members = np.isin(np.arange(history.customers), history.memberships.customer)
    rate = history.hidden.log_rate
    assert rate[members].mean() > rate[~members].mean() + 0.2


def test_the_desk_starts_region_by_region_and_somewhere_never():
    starts = Company().desk_starts()
    assert len(starts) == 40
    assert sorted({s for s in starts if s >= 0}) == [62, 70, 78, 86, 94, 102, 110]
    assert starts.count(-1) == 12


def test_the_desk_answers_faster():
    with_desk, without = (
        simulate_company(Company(), 3_000, 8, Intervention(desk=d)) for d in (True, False)
    )

    def late_wait(history):
        tickets = history.tickets
        recent = (tickets.opened_at > 110 * WEEK) & (tickets.opened_at < 128 * WEEK)
        wait = (tickets.first_response_at - tickets.opened_at)[recent]
        return np.median(wait)

    assert late_wait(with_desk) < 0.9 * late_wait(without)


def test_drivers_move_silence_the_way_they_should():
    found = driver_effects(Company(), 5_000, 31)
    worse = {"late_delivery", "slow_resolution", "first_order_discount", "social_channel"}
    better = {"satisfaction", "membership", "mail"}
    assert set(found) == worse | better
    assert all(found[name] > 0.0 for name in worse)
    assert all(found[name] < 0.0 for name in better)


def test_buyers_of_a_discounted_first_order_come_back_less(history):
    second = np.bincount(history.orders.customer, minlength=history.customers) > 1
    early = history.people.acquired_at < 104 * WEEK
    cut = history.people.discounted
    assert second[cut & early].mean() < second[~cut & early].mean() - 0.03


def test_the_satisfied_score_higher_and_late_deliveries_lower_it(history):
    surveys = history.surveys
    answered = (surveys.kind == 0) & (surveys.score >= 0)
    score, who, at = surveys.score[answered], surveys.customer[answered], surveys.at[answered]
    satisfied = history.hidden.satisfaction[who]
    assert np.corrcoef(score, satisfied)[0, 1] > 0.3
    late = history.activity
    events = late.event == 2
    last = np.full(history.customers, -1)
    np.maximum.at(last, late.customer[events], late.at[events])
    lately = (last[who] > at - 6 * WEEK) & (last[who] < at)
    assert score[lately].mean() < score[~lately].mean() - 0.3


def test_uplift_has_both_worlds_of_every_customer():
    found = uplift(Company(), 600, 4, programs=["club", "come_back"])
    assert len({len(column) for column in found.values()}) == 1
    assert np.unique(found["program"]).tolist() == [PAIRED.index("club"), PAIRED.index("come_back")]
    assert (found["with_purchases"] >= found["with_retained"]).all()
    assert (found["with_purchases"] != found["without_purchases"]).any()
