"""The engine: chance by counting, weeks in order, nothing after the end."""

from dataclasses import fields, replace

import numpy as np
import pytest

from retention_research.events.simulate.company import Company, Plan
from retention_research.events.simulate.history import DAY, NEVER, WEEK
from retention_research.events.simulate.truth_kpis import first_customers
from retention_research.events.simulate.weeks import simulate_company
from retention_research.events.simulate.world import Intervention

TABLES = (
    "people", "orders", "lines", "contacts", "assignments", "memberships", "rewards", "tickets",
    "surveys", "activity", "subscriptions", "consents",
)  # fmt: skip


@pytest.fixture(scope="module")
def history():
    return simulate_company(Company(), 4_000, seed=11)


def columns(history, tables=TABLES):
    for table in tables:
        for field in fields(getattr(history, table)):
            yield f"{table}.{field.name}", getattr(getattr(history, table), field.name)


def assert_same(one, other, tables=TABLES):
    for (name, left), (_, right) in zip(columns(one, tables), columns(other, tables), strict=True):
        np.testing.assert_array_equal(left, right, err_msg=name)


def test_one_seed_makes_one_history():
    assert_same(*(simulate_company(Company(), 200, seed=3) for _ in range(2)))


def test_another_seed_makes_another():
    one, other = (simulate_company(Company(), 200, seed=seed) for seed in (3, 4))
    assert one.orders.at.size != other.orders.at.size


def test_the_first_customers_of_a_large_company_are_a_small_company(history):
    assert_same(first_customers(history, 150), simulate_company(Company(), 150, seed=11))


def test_a_shorter_company_is_the_beginning_of_a_longer_one():
    short = simulate_company(Company(), 400, seed=5, weeks=70)
    long = simulate_company(Company(), 400, seed=5).orders
    early = long.at < 70 * WEEK
    np.testing.assert_array_equal(short.orders.at, long.at[early])
    np.testing.assert_array_equal(short.orders.amount, long.amount[early])


def test_nothing_is_later_than_the_last_week(history):
    end = 130 * WEEK
    for name, values in columns(history):
        last = name.split(".")[1]
        if (last == "at" or last.endswith("_at")) and last != "expires_at":
            assert (values[values != NEVER] < end).all(), name


def test_every_customer_begins_with_one_first_order(history):
    first = history.orders.number == 0
    assert np.bincount(history.orders.customer[first]).tolist() == [1] * history.customers
    order = np.argsort(history.orders.customer[first])
    np.testing.assert_array_equal(history.orders.at[first][order], history.people.acquired_at)


def test_lines_sum_to_their_order(history):
    cents = np.bincount(history.lines.order, np.round(100 * history.lines.amount))
    np.testing.assert_array_equal(cents, np.round(100 * history.orders.amount))


def test_a_friend_came_earlier(history):
    people, brought = history.people, history.people.referred_by >= 0
    friend = people.referred_by[brought]
    assert brought.sum() > 100
    assert (people.acquired_at[friend] < people.acquired_at[brought]).all()


def test_arms_are_drawn_in_their_shares_and_know_nothing_of_the_customer(history):
    rows = history.assignments
    mail = rows.experiment == 0
    holdout = rows.arm[mail] == 0
    n = mail.sum()
    assert abs(holdout.mean() - 0.2) < 4 * np.sqrt(0.2 * 0.8 / n)
    rate = history.hidden.log_rate[rows.customer[mail]]
    gap = rate[holdout].mean() - rate[~holdout].mean()
    error = rate.std() * np.sqrt(1 / holdout.sum() + 1 / (~holdout).sum())
    assert abs(gap) < 4 * error


def test_nobody_is_assigned_twice_to_an_experiment(history):
    rows = history.assignments
    keys = rows.customer * 2 + rows.experiment
    assert np.unique(keys).size == keys.size


def test_offers_go_to_customers_without_an_order_for_26_weeks(history):
    rows, orders = history.assignments, history.orders
    lapsed = rows.experiment == 1
    for who, at in zip(rows.customer[lapsed][:200], rows.at[lapsed][:200], strict=True):
        mine = orders.at[(orders.customer == who) & (orders.at < at)]
        assert 182 <= at // DAY - mine.max() // DAY <= 188


def test_who_is_in_the_control_group_gets_no_promotion(history):
    rows, contacts = history.assignments, history.contacts
    assigned = np.full(history.customers, NEVER)
    control = (rows.experiment == 0) & (rows.arm == 0)
    assigned[rows.customer[control]] = rows.at[control]
    promotion = contacts.purpose == 0
    assert (contacts.sent_at[promotion] <= assigned[contacts.customer[promotion]]).all()


def test_no_one_is_written_to_after_withdrawing_consent(history):
    contacts, consents = history.contacts, history.consents
    until = np.full((history.customers, 3), -1)
    until[consents.customer, consents.channel] = consents.withdrawn_at
    assert (contacts.sent_at // WEEK <= until[contacts.customer, contacts.channel] // WEEK).all()


def test_members_joined_on_the_sunday_of_a_week_in_which_they_ordered(history):
    joined = history.memberships
    weeks = set(zip(history.orders.customer, history.orders.at // WEEK, strict=True))
    assert joined.customer.size > 300
    assert set(zip(joined.customer, joined.at // WEEK, strict=True)) <= weeks
    assert (joined.at % WEEK >= 6 * DAY + 23 * 3600).all()


def test_points_are_used_after_they_are_earned_and_end_within_52_weeks(history):
    rewards = history.rewards
    for who in np.unique(rewards.customer)[:150]:
        mine = np.flatnonzero(rewards.customer == who)
        mine = mine[np.argsort(rewards.at[mine], kind="stable")]
        signed = np.where(rewards.kind[mine] == 0, 1, -1) * rewards.points[mine]
        assert (np.cumsum(signed) >= 0).all()
    earned = rewards.kind == 0
    days = rewards.expires_at[earned] // DAY - rewards.at[earned] // DAY
    assert days.min() >= 358
    assert days.max() <= 364


def test_tickets_go_forward_in_time(history):
    tickets = history.tickets
    resolved = tickets.resolved_at != NEVER
    assert (tickets.first_response_at >= tickets.opened_at).all()
    assert (tickets.resolved_at[resolved] >= tickets.first_response_at[resolved]).all()
    again = tickets.reopened_at != NEVER
    assert again.any()
    assert (tickets.reopened_at[again] > tickets.resolved_at[again]).all()
    assert (tickets.csat[~resolved] == 0).all()


def test_who_has_left_neither_orders_nor_visits(history):
    gone = history.hidden.left_week
    orders, activity = history.orders, history.activity
    assert (orders.at // WEEK < gone[orders.customer]).all()
    visits = activity.event != 2
    assert (activity.at[visits] // WEEK < gone[activity.customer[visits]]).all()


def test_visits_drop_in_the_weeks_before_leaving(history):
    left, activity = history.hidden.left_week, history.activity
    leavers = left < 130
    before = left[activity.customer] - activity.at // WEEK
    visits = (activity.event != 2) & leavers[activity.customer]
    last, earlier = (visits & (before <= 3)).sum(), (visits & (before > 3) & (before <= 6)).sum()
    assert last < 0.5 * earlier


def test_what_is_set_for_one_customer_changes_no_other(history):
    chosen = int(history.memberships.customer[0])
    not_joining = np.full(history.customers, -1)
    not_joining[chosen] = history.memberships.at[0] // WEEK
    other = simulate_company(Company(), 4_000, 11, Intervention(not_joining=not_joining))
    for table in ("orders", "contacts", "tickets", "rewards", "memberships"):
        for field in fields(getattr(history, table)):
            one, two = (
                getattr(getattr(h, table), field.name)[getattr(h, table).customer != chosen]
                for h in (history, other)
            )
            np.testing.assert_array_equal(one, two, err_msg=f"{table}.{field.name}")
    joined = other.memberships
    assert not_joining[chosen] not in joined.at[joined.customer == chosen] // WEEK


def test_before_an_assignment_its_arm_changes_nothing():
    none, all_of_it = (
        simulate_company(Company(), 500, 2, Intervention(mail_arm=a)) for a in (0, 2)
    )
    until = 52 * WEEK
    for orders in (none.orders, all_of_it.orders):
        assert orders.at.size > 500
    np.testing.assert_array_equal(
        none.orders.at[none.orders.at < until], all_of_it.orders.at[all_of_it.orders.at < until]
    )


@pytest.mark.parametrize("decoy", ["news", "plans"])
def test_a_decoy_changes_no_order(decoy):
    company = Company()
    changed = {
        "news": replace(company, outreach=replace(company.outreach, news_weeks=3)),
        "plans": replace(company, plan=Plan(share=0.9)),
    }[decoy]
    assert_same(simulate_company(company, 500, 2), simulate_company(changed, 500, 2), ("orders",))


def test_an_unrecorded_cause_is_there_only_when_switched_on():
    off, on = (simulate_company(Company(latent_cause=c), 2_000, 2) for c in (False, True))
    assert (off.hidden.cause == 0.0).all()
    members = np.isin(np.arange(2_000), on.memberships.customer)
    assert on.hidden.cause[members].mean() > on.hidden.cause[~members].mean() + 0.3
    stayed = on.hidden.left_week > 130
    assert on.hidden.cause[stayed].mean() > on.hidden.cause[~stayed].mean() + 0.2


def test_a_company_of_one_customer_has_a_history():
    assert simulate_company(Company(), 1, 1).orders.at.size >= 1


@pytest.mark.parametrize(("customers", "weeks"), [(0, 130), (10, 0)])
def test_a_company_without_customers_or_weeks_is_refused(customers, weeks):
    with pytest.raises(ValueError, match="at least one"):
        simulate_company(Company(), customers, 1, weeks=weeks)
