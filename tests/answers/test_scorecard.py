"""The scorecard: periods beside each other, targets, trend, parts, what cannot be computed."""

from datetime import date

import pytest

from retention_research.answers.scorecard import scorecard
from retention_research.answers.scorecard_levels import GROUPED_BY_IT
from retention_research.glossary import lookup
from tests.answers.kpi_rows import A_YEAR_AGO, APRIL, MAY, card_of, lacking, number, share


def standing(card, kpi):
    return next(s for s in card.standings if s.kpi == kpi)


def kept_in_three_periods():
    return (share("crr", 860, 1000), share("crr", 900, 1000, APRIL),
            share("crr", 850, 1000, A_YEAR_AGO))  # fmt: skip


def test_the_last_period_stands_beside_the_one_before_and_the_same_a_year_earlier():
    crr = standing(card_of(*kept_in_three_periods()), "crr")
    assert [m.value.value for m in (crr.now, crr.before, crr.year_ago)] == [0.86, 0.90, 0.85]
    assert crr.change.value == pytest.approx(-0.04)
    assert crr.year_change.value == pytest.approx(0.01)


def test_a_change_has_newcombes_interval():
    change = standing(card_of(*kept_in_three_periods()), "crr").change
    # Wilson: 860/1000 .8371-.8801, 900/1000 .8799-.9171; squares added side by side
    assert (change.conf_low, change.conf_high) == pytest.approx((-0.0686, -0.0116), abs=1e-4)


def test_without_a_year_of_data_the_year_before_is_missing_and_says_so():
    card = card_of(*kept_in_three_periods()[:2])
    change = card.values["scorecard.crr.year_change"]
    assert change.value is None
    assert "May 2024" in change.reason


def test_a_kpi_that_cannot_be_computed_is_missing_with_its_reason_and_never_zero():
    card = card_of(lacking("nps", "There is no table of surveys."))
    assert card.values["kpi.nps"].value is None
    assert card.values["kpi.nps"].reason == "There is no table of surveys."
    assert "scorecard.nps.change" not in card.values


def test_a_target_and_its_status_are_recorded():
    card = card_of(*kept_in_three_periods(), targets={"crr": 0.90})
    assert card.values["scorecard.crr.target"].value == 0.90
    assert card.values["scorecard.crr.status"].value == "behind"


def test_a_target_of_a_kpi_that_cannot_be_computed_is_not_computable():
    card = card_of(lacking("nps", "There is no table of surveys."), targets={"nps": 30})
    assert card.values["scorecard.nps.status"].value == "not computable"
    assert standing(card, "nps").judged.reason == "There is no table of surveys."


def test_a_dated_path_is_read_on_the_last_day_of_the_period():
    path = {"path": {"2025-03": 0.80, "2025-06": 0.95}}
    card = card_of(*kept_in_three_periods(), targets={"crr": path})
    assert card.values["scorecard.crr.target"].value == 0.80
    assert card.values["scorecard.crr.status"].value == "ahead"


@pytest.mark.parametrize("name", ["North East", "north-east"])
def test_a_target_by_level_finds_the_level_by_its_name_or_slug(name):
    by = {"region": [share("crr", 80, 100, level="North East"), share("crr", 780, 900, level="x")]}
    target = {"crr": {"by": "region", "levels": {name: 0.95}}}
    card = card_of(*kept_in_three_periods(), by=by, targets=target, segments=["region"])
    assert card.values["scorecard.crr.status"].value == "behind"


def test_levels_are_recorded_under_segment_and_slug():
    by = {"Sales region": [share("crr", 80, 100, level="At risk"),
                           share("crr", 780, 900, level="Łódź")]}  # fmt: skip
    values = card_of(*kept_in_three_periods(), by=by).values
    assert values["kpi.crr.sales-region.at-risk"].value == 0.8
    assert values["kpi.crr.sales-region.lodz"].n == 900


def test_the_change_is_split_by_each_segment():
    by = {"region": [
        share("crr", 450, 500, APRIL, "a"), share("crr", 450, 500, APRIL, "b"),
        share("crr", 360, 400, MAY, "a"), share("crr", 500, 600, MAY, "b"),
    ]}  # fmt: skip
    card = card_of(*kept_in_three_periods(), by=by)
    mix, within = (card.values[f"scorecard.crr.region.{part}"] for part in ("mix", "within"))
    assert mix.value + within.value == pytest.approx(-0.04)
    # rates .90, .90 then .90, .8333: mix -0.1(.90) + 0.1(.8667), within 0.55(-0.0667)
    assert mix.value == pytest.approx(-0.1 / 30)
    assert within.value == pytest.approx(-0.55 / 15)


def test_one_minus_another_kpi_is_not_split_again():
    turned = [share("churn_rate", 140, 1000), share("churn_rate", 100, 1000, APRIL)]
    by = {"region": [share("churn_rate", 140, 1000, level="a"),
                     share("churn_rate", 100, 1000, APRIL, "a")]}  # fmt: skip
    assert card_of(*turned, by=by).splits == ()


def test_the_trend_holds_thirteen_periods_oldest_first_and_leaves_gaps():
    periods, rows = [MAY], [share("crr", 860, 1000)]
    for place in range(1, 15):
        periods.append(periods[-1].before)
        made = lacking if place == 3 else share
        cells = ("no data",) if place == 3 else (850 + place, 1000)
        rows.append(made("crr", *cells, periods[-1]))
    trend = card_of(*rows).trend
    assert len(trend) == 12
    assert trend["period_start"].tolist() == sorted(trend["period_start"])
    assert (trend["period_start"].iloc[0], periods[3].start in set(trend["period_start"])) == (
        date(2024, 5, 1), False,
    )  # fmt: skip


def test_marked_events_outside_the_trend_are_not_drawn():
    events = [
        {"date": "2024-04-30", "label": "before"},
        {"date": "2024-05-01", "label": "first"},
        {"date": "2025-05-31", "label": "last"},
        {"date": "2025-06-01", "label": "after"},
    ]
    card = card_of(*kept_in_three_periods(), events=events)
    assert [event.label for event in card.events] == ["first", "last"]


def test_kpis_stand_in_the_order_of_the_page():
    card = card_of(number("nps", 30, 20, 40), number("first_response_hours", 4, 3, 5),
                   share("crr", 860, 1000), share("repeat_purchase_rate", 300, 1000))  # fmt: skip
    assert [s.kpi for s in card.standings] == [
        "crr", "repeat_purchase_rate", "first_response_hours", "nps"
    ]  # fmt: skip
    assert [s.kpi for s in card.of_theme("customers")] == ["crr", "repeat_purchase_rate"]


def test_the_frames_are_left_as_they_are():
    card = card_of(*kept_in_three_periods(), by={"region": [share("crr", 860, 1000, level="a")]})
    before = card.frame.copy()
    card.part_rows, card.trend  # noqa: B018
    assert card.frame.equals(before)


@pytest.fixture(scope="module")
def cdnow_card(cdnow):
    return scorecard(cdnow)


def test_with_transactions_alone_the_rest_says_which_table_it_lacks(cdnow_card):
    lacked = {"nps": "surveys", "csat": "tickets", "unsubscribe_rate": "contacts",
              "redemption_rate": "rewards", "referral_share": "customers"}  # fmt: skip
    for kpi, table in lacked.items():
        value = cdnow_card.values[f"kpi.{kpi}"]
        assert value.value is None
        assert table in value.reason


def test_customers_kept_in_june_1998_are_counted_by_hand(cdnow, cdnow_card):
    rows = cdnow.purchases(cdnow.window.as_of).to_pandas()
    day, ids = rows["day"].astype("datetime64[ns]"), rows["customer_id"]
    start = set(ids[(day > "1997-11-30") & (day <= "1998-05-31")])
    end = set(ids[(day > "1997-12-30") & (day <= "1998-06-30")])
    value = cdnow_card.values["kpi.crr"]
    assert (value.value, value.n) == (len(start & end) / len(start), len(start))


def test_every_recorded_name_is_in_the_glossary(cdnow_card):
    for name in cdnow_card.values:
        assert lookup(name).meaning


def test_groups_are_those_of_before_the_period_so_that_nobody_kept_is_lapsed(cdnow_card):
    levels = {name for name in cdnow_card.values if name.startswith("kpi.crr.rfm.")}
    known = {name for name in levels if cdnow_card.values[name].value is not None}
    assert known == {f"kpi.crr.rfm.{g}" for g in ("champions", "loyal", "promising", "at-risk")}


def test_a_month_that_is_not_over_is_not_the_last_full_one(workspace_of, regulars):
    workspace = workspace_of(regulars, cohort_complete=True, as_of=date(2024, 4, 29))
    assert scorecard(workspace).period.words == "Mar 2024"


def test_weeks_are_those_of_the_calendar(workspace_of, regulars):
    workspace = workspace_of(regulars, cohort_complete=True, as_of=date(2024, 4, 29), period="week")
    period = scorecard(workspace).period
    assert (period.start, period.end) == (date(2024, 4, 22), date(2024, 4, 28))


def test_groups_by_how_customers_buy_are_not_held_against_kpis_of_earlier_purchases(cdnow_card):
    counted_before = ("repeat_purchase_rate", "purchase_frequency", "existing_revenue_share")
    for name, value in cdnow_card.values.items():
        if ".rfm." in name and name.startswith(tuple(f"kpi.{kpi}" for kpi in counted_before)):
            assert value.value is None, name
    assert cdnow_card.values["kpi.purchase_frequency.rfm.loyal"].reason == GROUPED_BY_IT
    assert not [s for s in cdnow_card.splits if s.segment == "rfm" and s.kpi in counted_before]


def test_changes_of_what_sums_up_all_time_so_far_are_not_told_as_if_of_two_groups():
    rows = [number("tenure_mean", 100, 90, 110), number("tenure_mean", 90, 80, 99, APRIL)]
    change = standing(card_of(*rows), "tenure_mean").change
    assert change.value is None
    assert change.reason.startswith("Both periods rest mostly on the same customers")


def test_purchases_a_year_are_compared_customer_by_customer(cdnow_card):
    frequency = standing(cdnow_card, "purchase_frequency")
    for then, change in ((frequency.before, frequency.change),
                         (frequency.year_ago, frequency.year_change)):  # fmt: skip
        assert change.value == pytest.approx(frequency.now.value.value - then.value.value)
    # two samples apart have root 2 times the error of one; here the customers are the same
    assert frequency.change.std_error < 0.5 * frequency.now.value.std_error
