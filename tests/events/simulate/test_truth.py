"""Truth: KPIs by hand on small histories, spread by size, and what is kept once computed."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest

from retention_research.events.simulate import truth as truths
from retention_research.events.simulate.company import Company
from retention_research.events.simulate.history import DAY, HOUR, NEVER, Orders, Rewards, Tickets
from retention_research.events.simulate.reading import Reading
from retention_research.events.simulate.truth import Effort, company_truth
from retention_research.events.simulate.truth_kpis import all_kpis, first_customers
from retention_research.events.simulate.truth_purchases import purchase_kpis, purchases_until
from retention_research.events.simulate.truth_service import points_kpis, service_kpis
from retention_research.events.simulate.weeks import simulate_company

LITTLE = Effort(companies=3, most=300, pairs=2, paired=200)
READING = Reading()
LAST = READING.last  # 2024-06-30; the period is June, days 880 to 909


@pytest.fixture(scope="module")
def blank():
    """Three customers to whom nothing has happened."""
    history = simulate_company(Company(), 3, 1, weeks=1)
    empty = {
        name: type(table)(**{f.name: getattr(table, f.name)[:0] for f in fields(table)})
        for name in ("orders", "lines", "contacts", "assignments", "memberships", "rewards",
                     "tickets", "surveys", "activity", "subscriptions", "consents")
        for table in [getattr(history, name)]
    }  # fmt: skip
    return replace(history, weeks=130, **empty)


def table(kind, rows, **filled):
    """Columns of a table from rows of the columns named first; others are 0."""
    names = list(filled.pop("names"))
    given = dict(zip(names, np.array(rows).T, strict=True))
    n = len(rows)
    return kind(**{
        f.name: given.get(f.name, np.full(n, filled.get(f.name, 0))) for f in fields(kind)
    })  # fmt: skip


def with_orders(blank, rows):
    """Orders of customer, day, amount, day given back (0: never), money given back."""
    columns = np.array(rows, dtype=np.float64).T
    customer, day, amount, back, refunded = columns
    orders = table(Orders, rows, names=["customer", "at", "amount", "refunded_at", "refunded"])
    return replace(blank, orders=replace(
        orders,
        customer=customer.astype(np.int64),
        at=(day * DAY + 10 * HOUR).astype(np.int64),
        amount=amount,
        refunded_at=np.where(back > 0, back.astype(np.int64) * DAY, NEVER),
        refunded=refunded,
    ))  # fmt: skip


def test_orders_of_a_day_are_one_purchase_and_one_given_back_whole_is_none(blank):
    history = with_orders(
        blank, [(0, 5, 10, 0, 0), (0, 5, 7, 0, 0), (0, 9, 8, 12, 8), (1, 9, 8, 12, 3)]
    )
    rows = purchases_until(history, READING.end)
    assert rows.customer.tolist() == [0, 1]
    assert rows.amount.tolist() == [17.0, 5.0]
    assert rows.orders.tolist() == [2, 1]


def test_a_refund_after_the_end_does_not_act(blank):
    history = with_orders(blank, [(0, 5, 10, 20, 10)])
    assert purchases_until(history, 19 * DAY).amount.tolist() == [10.0]
    assert purchases_until(history, 21 * DAY).amount.tolist() == []


def test_customers_kept_are_counted_by_id(blank):
    """Customer 0 stays, 1 falls silent within June, 2 comes back and was not active before."""
    history = with_orders(blank, [
        (0, 600, 10, 0, 0), (0, 800, 10, 0, 0),
        (1, LAST - 190, 10, 0, 0),
        (2, 300, 10, 0, 0), (2, LAST - 3, 10, 0, 0),
    ])  # fmt: skip
    found = purchase_kpis(history, READING)
    assert found["crr"] == (0.5, 2)
    assert found["churn_rate"] == (0.5, 2)


def test_a_second_purchase_within_90_days_counts_when_the_90_days_end_in_the_period(blank):
    history = with_orders(blank, [
        (0, 800, 10, 0, 0), (0, 890, 10, 0, 0),
        (1, 800, 10, 0, 0), (1, 891, 10, 0, 0),
        (2, 850, 10, 0, 0), (2, 851, 10, 0, 0),
    ])  # fmt: skip
    assert purchase_kpis(history, READING)["repeat_purchase_rate"] == (0.5, 2)


def test_purchases_per_year_run_from_the_first_purchase(blank):
    history = with_orders(blank, [(0, LAST - 365, 10, 0, 0), (0, LAST - 5, 10, 0, 0)])
    assert purchase_kpis(history, READING)["purchase_frequency"] == (2 / (365 / 365.25), 1)


def test_revenue_of_the_period_is_split_by_the_first_purchase(blank):
    history = with_orders(blank, [
        (0, 700, 10, 0, 0), (0, 890, 30, 0, 0), (1, 885, 10, 0, 0), (1, 886, 60, 888, 60),
    ])  # fmt: skip
    assert purchase_kpis(history, READING)["existing_revenue_share"] == (0.75, 2)


def test_tenure_ends_at_the_last_purchase_before_the_first_silence(blank):
    """Customer 0 leaves after 100 days, 1 is watched for 300, 2 bought once and counts not."""
    until = LAST - 182
    history = with_orders(blank, [
        (0, 100, 10, 0, 0), (0, 200, 10, 0, 0), (0, 500, 10, 0, 0),
        (1, until - 300, 10, 0, 0), (1, until - 150, 10, 0, 0), (1, until, 10, 0, 0),
        (1, until + 150, 10, 0, 0),
        (2, 100, 10, 0, 0),
    ])  # fmt: skip
    assert purchase_kpis(history, READING)["tenure_mean"] == (pytest.approx((100 + 273) / 2), 2)


def test_value_over_cost_counts_the_first_order_and_the_discounted_later_ones(blank):
    later = 100
    history = with_orders(blank, [(0, 890, 20, 0, 0), (0, 890 + later, 30, 0, 0)])
    value = 0.3 * (20 + 30 * 1.1 ** (-later / 365.25)) / history.people.cost[0]
    assert purchase_kpis(history, READING)["clv_to_cac"][0] == pytest.approx(value)


def test_unanswered_tickets_wait_to_the_end(blank):
    day = 900 * DAY
    tickets = table(
        Tickets,
        [(0, day, day + 2 * HOUR, day + 9 * HOUR), (1, day, day + 4 * HOUR, NEVER),
         (2, day, NEVER, NEVER)],
        names=["customer", "opened_at", "first_response_at", "resolved_at"],
        reopened_at=NEVER, product=-1,
    )  # fmt: skip
    found = service_kpis(replace(blank, tickets=tickets), READING)
    assert found["first_response_hours"] == (4.0, 3)
    assert np.isnan(found["resolution_hours"][0])
    assert found["sla_share"] == (pytest.approx(2 / 3), 3)
    assert found["resolved_without_reopening"] == (1.0, 1)


def test_points_are_matched_first_in_first_out(blank):
    """Of 100 and 50 points, 120 are redeemed after 100 days of the first; the rest expires."""
    begin = 100
    rewards = table(
        Rewards,
        [(0, begin, 0, 100), (0, begin + 50, 0, 50), (0, begin + 100, 1, 120),
         (0, begin + 410, 2, 30)],
        names=["customer", "at", "kind", "points"],
    )  # fmt: skip
    rewards = replace(rewards, at=rewards.at * DAY)
    found = points_kpis(replace(blank, rewards=rewards), READING)
    assert found["redemption_rate"] == (pytest.approx(120 / 150), 1)
    assert found["breakage_rate"] == (pytest.approx(30 / 150), 1)


def test_points_of_two_customers_are_not_mixed(blank):
    rewards = table(
        Rewards, [(1, 10, 0, 100), (0, 5, 0, 100), (1, 20, 1, 100)],
        names=["customer", "at", "kind", "points"],
    )  # fmt: skip
    rewards = replace(rewards, at=rewards.at * DAY)
    found = points_kpis(replace(blank, rewards=rewards), READING)
    assert found["redemption_rate"] == (pytest.approx(0.5), 2)
    assert found["breakage_rate"] == (0.0, 2)


def test_nothing_after_as_of_is_looked_at_but_the_value_of_new_customers():
    early = Reading(as_of=date(2023, 6, 30), period_start=date(2023, 6, 1))
    long, short = (all_kpis(simulate_company(Company(), 600, 3, weeks=w), early) for w in (130, 78))
    assert {name for name in long if long[name] != short[name]} <= {"clv_to_cac"}


def test_the_first_customers_kpis_are_those_of_the_small_company():
    large = simulate_company(Company(), 500, 3)
    small = simulate_company(Company(), 200, 3)
    one, two = all_kpis(first_customers(large, 200), READING), all_kpis(small, READING)
    np.testing.assert_equal(one, two)


@pytest.mark.slow
def test_a_truth_has_every_part_and_plain_values(tmp_path):
    found = company_truth(Company(), 250, effort=LITTLE, folder=tmp_path)
    assert list(found) == [
        "schema", "parameters", "reading", "customers", "kpis", "programs", "drivers", "decoys",
    ]  # fmt: skip
    assert found["kpis"]["crr"]["sd_of_one_company"] > found["kpis"]["crr"]["mc_error"] > 0.0
    assert set(found["programs"]["club"]["purchases"]) == {"12W", "26W"}
    assert "channel" in found["programs"]["mail"]["heterogeneity"]
    assert set(found["drivers"]["late_delivery"]) == {"risk_difference_12w", "mc_error", "levels"}
    assert found["parameters"]["club"]["log_rate"] == Company().club.log_rate


@pytest.mark.slow
def test_two_processes_find_what_one_finds(tmp_path):
    one, two = (
        company_truth(Company(), 100, effort=LITTLE, workers=n, folder=tmp_path / str(n))
        for n in (1, 2)
    )
    assert one == two


@pytest.fixture
def counted(monkeypatch):
    """What was computed anew, with figures instead of simulations."""
    seen = []

    def one_company(company, size, reading, seed):
        seen.append("kpi")
        return {"crr": (0.9 + 0.01 * (seed % 3), 0.9 + 0.02 * (seed % 3), size)}

    def one_pair(company, customers, reading, seed):
        seen.append("pair")
        return {("club", "n", "12W", "all", "all"): 9.0}, {"mail": -0.1}

    monkeypatch.setattr(truths, "_one_company", one_company)
    monkeypatch.setattr(truths, "_one_pair", one_pair)
    return seen


def test_a_truth_is_computed_once_per_parameters(tmp_path, counted):
    once = company_truth(Company(), 250, effort=LITTLE, folder=tmp_path)
    assert counted == ["kpi"] * 3 + ["pair"] * 2
    assert company_truth(Company(), 250, effort=LITTLE, folder=tmp_path) == once
    assert len(counted) == 5
    company_truth(Company(latent_cause=True), 250, effort=LITTLE, folder=tmp_path)
    assert len(counted) == 10


def test_another_reading_is_another_truth(tmp_path, counted):
    company_truth(Company(), 250, effort=LITTLE, folder=tmp_path)
    company_truth(Company(), 250, Reading(margin=0.4), effort=LITTLE, folder=tmp_path)
    assert len(counted) == 10


def test_sizes_share_the_effects(tmp_path, counted):
    company_truth(Company(), 250, effort=LITTLE, folder=tmp_path)
    company_truth(Company(), 200, effort=LITTLE, folder=tmp_path)
    assert counted.count("pair") == 2
    assert counted.count("kpi") == 6


def test_one_company_spreads_less_the_larger_it_is(tmp_path, counted):
    small, large = (
        company_truth(Company(), n, effort=LITTLE, folder=tmp_path)["kpis"]["crr"]
        for n in (300, 30_000)
    )
    assert small["sd_of_one_company"] == pytest.approx(0.01)
    assert large["sd_of_one_company"] < 0.2 * small["sd_of_one_company"]
    assert small["value"] == large["value"] == pytest.approx(0.91)


def test_an_interrupted_truth_leaves_nothing_behind(tmp_path, monkeypatch):
    def broken(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(truths, "_one_company", broken)
    with pytest.raises(KeyboardInterrupt):
        company_truth(Company(), 250, effort=LITTLE, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken", [lambda text: text[:40], lambda _: "[]", lambda _: "{}"])
def test_a_record_that_is_not_whole_is_computed_anew(broken, tmp_path, counted):
    once = company_truth(Company(), 250, effort=LITTLE, folder=tmp_path)
    for file in tmp_path.iterdir():
        file.write_text(broken(file.read_text()))
    assert company_truth(Company(), 250, effort=LITTLE, folder=tmp_path) == once
    assert len(counted) == 10


def test_a_cache_that_cannot_be_written_loses_no_truth(tmp_path, counted):
    place = tmp_path / "file"
    place.write_text("in the way")
    assert company_truth(Company(), 250, effort=LITTLE, folder=place)["kpis"]["crr"]


def test_the_cache_follows_the_users_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert truths.cache_folder() == tmp_path / "retention_research"
