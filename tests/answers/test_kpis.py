"""Every KPI against a company of eight customers that is counted on paper."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from ibis.util import gen_name

from retention_research.answers.kpis import NEEDS, kpi_frame, kpi_values, ticket_kpi_frame
from retention_research.answers.kpis.inputs import Inputs
from retention_research.answers.kpis.needs import reaches
from retention_research.answers.kpis.reached import contact_rows
from retention_research.answers.kpis.said import survey_rows
from retention_research.answers.kpis.served import service_rows
from retention_research.glossary import lookup
from retention_research.periods import Period
from retention_research.study import new_study
from retention_research.study_sections import KPIS
from retention_research.workspace import open_workspace
from tests.answers import hand_company

JUNE = Period.holding(date(2024, 6, 1), "month")
MAY = JUNE.before


@pytest.fixture(scope="module")
def workspace():
    frames = hand_company.frames()
    sources = {name: {"frame": True} for name in frames}
    return open_workspace(new_study(sources=sources, **hand_company.SETTINGS), frames)


@pytest.fixture(scope="module")
def both(workspace):
    return kpi_frame(workspace, [MAY, JUNE])


@pytest.fixture(scope="module")
def june(both):
    return both[both["period_start"] == JUNE.start].set_index("kpi")


@pytest.fixture(scope="module")
def levels(workspace):
    side = pd.DataFrame({"customer_id": list("abcdegh"), "level": ["North side"] * 7})
    by = workspace.events.connection.create_table("sides", side)
    return kpi_frame(workspace, [JUNE], by).set_index("kpi")


COUNTED = {  # kpi: numerator, denominator
    "crr": (2, 4),  # of a, b, e, g: a and e; c came back, d and h are new
    "churn_rate": (2, 4),
    "repeat_purchase_rate_30d": (0, 2),  # e (51 days) and g
    "existing_revenue_share": (90, 160),
    "referral_share": (1, 2),
    "purchase_frequency": (13, 576 / 365.25),  # days from first purchase, f is nobody
    "nps": (0, 3),  # a 9, b 6, c 8
    "nps_non_response": (1, 3),  # a, b, d were invited
    "csat": (2, 3),
    "problem_rate": (4, 6),
    "resolved_without_reopening": (1, 2),
    "handling_minutes": (30, 2),
    "escalated_share": (1, 4),
    "self_service_complaints": (1, 3),
    "contact_conversion_rate": (1, 3),  # of a, b, d
    "unsubscribe_rate": (1, 4),
    "actions_per_engagement": (3, 2),
}


@pytest.mark.parametrize("kpi", COUNTED)
def test_a_kpi_is_counted_as_on_paper(june, kpi):
    found = june.loc[kpi]
    assert (found["numerator"], found["denominator"]) == pytest.approx(COUNTED[kpi], rel=1e-12)


def test_values_are_numerator_over_denominator_in_the_glossarys_unit(june):
    known = june[june["value"].notna()]
    plain = known.drop(index=["problem_rate", "nps", "clv_to_cac"], errors="ignore")
    both = plain[plain["numerator"].notna()]
    assert (both["numerator"] / both["denominator"]).to_list() == pytest.approx(
        both["value"].to_list(), rel=1e-12
    )
    assert june.loc["nps", "value"] == 0.0
    assert june.loc["problem_rate", "value"] == pytest.approx(4000 / 6, rel=1e-12)


def test_every_value_has_an_interval_that_holds_it_and_everything_else_a_reason(june):
    for kpi, row in june.iterrows():
        if row["reason"]:
            assert np.isnan(row["value"]), kpi
        else:
            assert row["conf_low"] <= row["value"] <= row["conf_high"], kpi


def test_open_tickets_wait_to_the_end_of_the_last_day(june):
    # answered after 2, 4 and 10 hours; one open for 48: the curve rests at one half from 4 to 10
    assert june.loc["first_response_hours", "n"] == 4
    assert june.loc["first_response_hours", "note"] == "1 open ticket counted as waiting."
    assert june.loc["resolution_hours", "note"] == "2 open tickets counted as waiting."


def test_the_share_within_target_is_that_of_each_category(june):
    # delivery: 1 of 3 within 8 hours; the one question took 4, its target is 3
    assert june.loc["sla_share", "value"] == pytest.approx(0.25, rel=1e-12)


def test_contacts_whose_window_is_not_over_are_left_out_and_said(june):
    note = june.loc["contact_conversion_rate", "note"]
    assert note == "Contacts of the last 14 days before 2024-06-30 left out."


def test_the_control_groups_share_is_subtracted(june):
    # mailed: a and c of a, b and c bought within 14 days; control: d of d and g; h is too young
    found = june.loc["contact_conversion_incremental"]
    assert found["value"] == pytest.approx(2 / 3 - 1 / 2, rel=1e-12)
    assert found["n"] == 5


def test_two_owners_of_points_are_too_few_for_a_range(june):
    assert "2 customers" in june.loc["redemption_rate", "reason"]


def test_a_value_model_that_cannot_be_fitted_leaves_the_value_out_with_its_reason(june):
    assert june.loc["clv_to_cac", "reason"].startswith("Only 5 customers bought again")


def test_an_age_that_nobody_could_reach_for_the_whole_period_is_withheld(june):
    # the first customer reaches day 180 on 29 June
    assert june.loc["repeat_purchase_rate_180d", "valid_from"] == date(2024, 6, 29)
    assert june.loc["repeat_purchase_rate_180d", "reason"]


def test_every_kpi_that_a_study_may_set_a_target_for_has_its_row(june):
    assert set(KPIS) <= set(june.index)
    assert set(june.index) == set(NEEDS)


def test_values_bear_names_of_the_glossary(workspace, june, levels):
    everybody = kpi_values(june.reset_index())
    north = kpi_values(levels.reset_index(), "side")
    tickets = kpi_values(ticket_kpi_frame(with_floor(workspace, 1), [JUNE]), "category")
    for name in {**everybody, **north, **tickets}:
        assert lookup(name).unit
    assert everybody["kpi.crr"].value == 0.5
    assert "kpi.csat.category.delivery" in tickets
    assert north["kpi.crr.side.north-side"].reason


def test_values_are_of_one_period(both):
    with pytest.raises(ValueError, match="one period"):
        kpi_values(both)


def test_a_period_that_is_not_over_is_refused(workspace):
    with pytest.raises(ValueError, match="ends after as_of"):
        kpi_frame(workspace, [Period.holding(date(2024, 7, 1), "month")])


def test_levels_of_few_customers_are_withheld(levels):
    assert levels.loc["crr", "reason"] == "It rests on fewer than 10, too few to show."
    assert pd.isna(levels.loc["crr", "numerator"])


def test_a_withheld_level_does_not_come_back_as_what_is_left_of_the_total(workspace):
    # active before June are a, b, e and g; b alone is under the floor of two, so one more goes
    sides = {"0:north": "aeg", "0:south": "b", "1:north": "aegb"}
    rows = [(who, level) for level, those in sides.items() for who in those]
    side = pd.DataFrame(rows, columns=["customer_id", "level"])
    there = with_floor(workspace, 2)
    by = there.events.connection.create_table(gen_name("sides"), side)
    frame = kpi_frame(there, [JUNE], by, ("0:", "1:")).set_index(["kpi", "level"])
    reasons = frame.loc["crr", "reason"]
    assert reasons["0:south"] == "It rests on fewer than 2, too few to show."
    assert reasons["0:north"].startswith("Shown beside the total")
    assert pd.isna(frame.loc[("crr", "0:north"), "numerator"])
    assert reasons["1:north"] == ""


def test_what_is_forecast_for_everybody_is_not_shown_by_level(levels):
    assert "all of them together" in levels.loc["clv_to_cac", "reason"]


def test_tickets_have_levels_of_their_own(workspace):
    there = with_floor(workspace, 1)
    assert set(ticket_kpi_frame(there, [JUNE])["level"]) == {"delivery", "question"}
    assert ticket_kpi_frame(there, [JUNE], "team").empty


def test_a_category_of_few_customers_is_not_named(workspace):
    # delivery is of a and e; b and c wrote what is theirs alone
    free = hand_company.table("tickets").assign(category=["delivery", "Jane Doe", *["delivery"] * 2,
                                                          "John Doe", "delivery"])  # fmt: skip
    free.loc[1, "opened_at"] = pd.Timestamp("2024-06-01 10:00")
    there = with_table(with_floor(workspace, 2), "tickets", free)
    frame = ticket_kpi_frame(there, [JUNE]).set_index(["level", "kpi"])
    assert set(frame.index.get_level_values("level")) == {"delivery", "other"}
    assert frame.loc[("delivery", "problem_rate"), ["numerator", "denominator"]].tolist() == [3, 6]
    alone = ticket_kpi_frame(with_table(workspace, "tickets", free), [JUNE])
    assert set(alone["level"]) == {"other"}
    assert alone["value"].isna().all()


def test_a_target_holds_for_its_category_however_it_is_shown(workspace):
    there = with_floor(workspace, 3)
    frame = ticket_kpi_frame(there, [JUNE]).set_index(["level", "kpi"])
    assert frame.loc[("other", "sla_share"), "value"] == pytest.approx(0.25, rel=1e-12)


def with_floor(workspace, floor):
    return replace(workspace, study=workspace.study.model_copy(update={"group_floor": floor}))


def with_table(workspace, name, frame):
    """The workspace with another table in the place of one; None takes it away."""
    rows = None if frame is None else workspace.events.connection.create_table(gen_name("t"), frame)
    tables = {**workspace.events.tables, name: rows}
    return replace(workspace, events=replace(workspace.events, tables=tables))


def test_a_table_that_is_not_there_is_said(workspace):
    found = reaches(with_table(workspace, "tickets", None))
    assert found["csat"].obstacle(JUNE) == "The study has no table of tickets."
    assert service_rows(Inputs(with_table(workspace, "tickets", None), [JUNE])) == []


def test_a_column_that_is_not_there_is_said(workspace):
    tickets = hand_company.table("tickets").drop(columns="csat")
    found = reaches(with_table(workspace, "tickets", tickets))
    assert found["csat"].obstacle(JUNE) == "The table of tickets lacks csat."
    assert found["problem_rate"].obstacle(JUNE) == ""


def test_an_empty_table_is_said(workspace):
    found = reaches(with_table(workspace, "tickets", hand_company.table("tickets").iloc[:0]))
    assert found["csat"].obstacle(JUNE) == "The table of tickets has no rows."


def test_a_table_that_begins_late_says_from_when_it_is_valid(workspace):
    late = hand_company.table("tickets", hand_company.TICKETS[2:])
    reach = reaches(with_table(workspace, "tickets", late))["problem_rate"]
    assert reach.valid_from == date(2024, 6, 3)
    assert reach.obstacle(MAY) == "The data can carry it from 3 Jun 2024 on."


def test_a_table_that_ends_early_gives_no_zero(workspace):
    early = hand_company.table("tickets", hand_company.TICKETS[:1])
    reach = reaches(with_table(workspace, "tickets", early))["problem_rate"]
    assert reach.obstacle(JUNE) == "The table's last row is of 10 Jan 2024."


def test_points_of_a_table_that_stops_before_the_end_are_told_in_no_period(workspace):
    stopped = hand_company.table("rewards", hand_company.REWARDS[:-1])
    found = reaches(with_table(workspace, "rewards", stopped))
    for kpi in ("redemption_rate", "breakage_rate"):
        for period in (MAY, JUNE):
            assert found[kpi].obstacle(period).startswith("The table's last row is of 1 May 2024.")
    assert reaches(workspace)["redemption_rate"].obstacle(JUNE) == ""


def referred_in_june(workspace, customers):
    there = with_table(workspace, "customers", customers)
    return kpi_frame(there, [JUNE]).set_index("kpi").loc["referral_share"]


def test_new_customers_of_whom_nothing_is_known_are_not_called_unreferred(workspace):
    # d and h are new in June; only d, whom a referred, has a row
    people = pd.DataFrame({"customer_id": ["a", "d"], "referred_by": [None, "a"]})
    found = referred_in_june(workspace, people)
    assert found[["numerator", "denominator", "n"]].tolist() == [1, 1, 1]
    assert found["value"] == 1.0
    assert found["note"] == "1 of 2 new customers have no row in customers."


def test_referrals_are_not_told_where_few_new_customers_are_known(workspace):
    found = referred_in_june(workspace, pd.DataFrame({"customer_id": ["a"], "referred_by": ["b"]}))
    assert found["reason"] == "Fewer than half of the new customers have a row in customers."
    assert pd.isna(found["value"])


def test_one_ticket_has_no_range(workspace):
    one = hand_company.table("tickets", hand_company.TICKETS[3:4])
    rows = service_rows(Inputs(with_table(workspace, "tickets", one), [JUNE]))
    of = {row.kpi: row for row in rows}
    for kpi in ("csat", "first_response_hours", "resolution_hours", "handling_minutes"):
        assert "1 customer" in of[kpi].found.reason
    assert (of["csat"].numerator, of["csat"].denominator) == (0, 1)


def test_contacts_without_delivery_all_count_and_it_is_said(workspace):
    contacts = hand_company.table("contacts").drop(columns="delivered")
    rows = contact_rows(Inputs(with_table(workspace, "contacts", contacts), [JUNE]))
    of = {row.kpi: row for row in rows}["contact_conversion_rate"]
    assert (of.numerator, of.denominator) == (2, 4)
    assert "All contacts count as delivered" in of.note


def test_customers_who_may_have_bought_before_the_data_are_not_called_new(workspace):
    study = workspace.study.model_copy(update={"cohort_complete": False})
    reach = reaches(replace(workspace, study=study))["existing_revenue_share"]
    assert reach.valid_from == date(2024, 1, 29)  # four weeks after the data begin


def test_only_the_last_period_is_weighted(workspace):
    rows = [r for r in survey_rows(Inputs(workspace, [MAY, JUNE])) if r.kpi == "nps_weighted"]
    of = {row.period: row.found for row in rows}
    # what a and b answered to their invitations, 2 and 6; few answered, so that all are one group
    assert of[1].estimate == -100.0
    assert of[0].reason == "It is weighted for the last period only."


def test_every_period_is_told_as_it_was_known_at_its_own_end(workspace):
    tickets = [  # both months alike, but that May's tickets had June to be reopened and resolved
        ("a", "delivery", f"0{month}-03 08:00", f"0{month}-03 10:00", f"0{month}-04 08:00",
         "06-20 08:00" if month == 5 else None, 5, 1, False, True, 10)
        for month in (5, 6)
    ] + [("b", "question", "05-12 09:00", None, "06-02 09:00", None, None, 1, True, True, 60),
         ("b", "question", "06-12 09:00", None, None, None, None, 1, True, True, 40)]  # fmt: skip
    there = with_table(workspace, "tickets", hand_company.table("tickets", tickets))
    of = {(r.kpi, r.period): r for r in service_rows(Inputs(there, [MAY, JUNE]))}
    for kpi, sums in {"resolved_without_reopening": (1, 1), "self_service_complaints": (1, 2),
                      "handling_minutes": (10, 1)}.items():  # fmt: skip
        for period in (0, 1):
            assert (of[kpi, period].numerator, of[kpi, period].denominator) == sums, kpi


def test_what_came_of_contacts_and_invitations_is_that_of_their_own_period(workspace):
    contacts = [("a", "05-30 09:00", True, "06-01 10:00", 0, "06-06 09:00"),
                ("b", "05-30 09:00", True, "05-31 10:00", 2, None)]  # fmt: skip
    there = with_table(workspace, "contacts", hand_company.table("contacts", contacts))
    of = {(r.kpi, r.period): r for r in contact_rows(Inputs(there, [MAY, JUNE]))}
    assert of["unsubscribe_rate", 0].numerator == 0
    assert of["actions_per_engagement", 0].denominator == 1
    assert "no day" in of["actions_per_engagement", 0].note
    surveys = [("a", "06-02 10:00", 9, "nps", "05-31 10:00"),
               ("b", "05-31 10:00", 6, "nps", "05-30 10:00")]  # fmt: skip
    there = with_table(workspace, "surveys", hand_company.table("surveys", surveys))
    asked = {(r.kpi, r.period): r for r in survey_rows(Inputs(there, [MAY, JUNE]))}
    assert asked["nps_non_response", 0].numerator == 1


def test_where_nothing_is_said_of_resolution_all_minutes_count(workspace):
    tickets = hand_company.table("tickets").drop(columns="resolved_at")
    rows = service_rows(Inputs(with_table(workspace, "tickets", tickets), [JUNE]))
    minutes = next(row for row in rows if row.kpi == "handling_minutes")
    assert (minutes.numerator, minutes.denominator) == (30, 2)


def test_the_floor_counts_customers_and_not_their_tickets_or_points(workspace):
    tickets = [("a", "delivery", f"06-{day:02d} 08:00", f"06-{day:02d} 10:30", None, None, 5, 1,
                False, False, 5) for day in range(1, 25)]  # fmt: skip
    points = [("a", f"0{month}-01", "earn", 100) for month in range(1, 6)]
    there = with_table(workspace, "tickets", hand_company.table("tickets", tickets))
    there = with_table(there, "rewards", hand_company.table("rewards", points))
    side = pd.DataFrame({"customer_id": list("abcdegh"), "level": ["North side"] * 7})
    by = there.events.connection.create_table(gen_name("sides"), side)
    found = kpi_frame(there, [JUNE], by).set_index("kpi")
    for kpi in ("first_response_hours", "sla_share"):
        assert found.loc[kpi, "reason"] == "It rests on fewer than 10, too few to show."


def test_points_rest_on_the_customers_who_earned_them(workspace, both):
    of = both[both["kpi"] == "redemption_rate"].set_index("period_start")
    assert of.loc[JUNE.start, ["n", "denominator"]].tolist() == [2, 160]


def test_what_is_held_against_orders_is_told_only_where_there_are_orders(workspace):
    contacts = [
        ("a", "12-05 09:00", True, None, 0, None),
        ("b", "12-06 09:00", True, None, 0, None),
    ]
    frame = hand_company.table("contacts", contacts)
    frame = frame.assign(sent_at=frame["sent_at"] - pd.DateOffset(years=1))
    december = Period.holding(date(2023, 12, 1), "month")
    found = kpi_frame(with_table(workspace, "contacts", frame), [december]).set_index("kpi")
    for kpi in ("contact_conversion_rate", "problem_rate"):
        assert found.loc[kpi, "reason"] == "The data can carry it from 1 Jan 2024 on."
    assert found.loc["unsubscribe_rate", "reason"] == ""
