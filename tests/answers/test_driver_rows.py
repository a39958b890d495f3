"""The rows that drivers are looked at in: what is there, what is left out, and nothing of later."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from retention_research.answers.driver_rows import (
    birth_rows,
    contract_rows,
    landmark_rows,
    next_order_rows,
    obstacle_to_contracts,
    obstacle_to_landmarks,
)
from retention_research.answers.driver_rows.vocabulary import OWN_NAMES, fresh
from retention_research.study import StudyError, new_study
from retention_research.workspace import open_workspace

SETTINGS = {
    "study": "hand", "currency": "EUR", "as_of": "2024-06-30", "cohort_complete": True,
    "churn": {"inactive_for": "8W"}, "group_floor": 2,
    "drivers": {"horizon": "6W", "lookback": "4W", "slow_after": "48h", "columns": []},
}  # fmt: skip
DAY = pd.Timestamp("2024-05-19")  # the landmark: six weeks before as_of


def orders():
    """Twelve customers who order on the first of each month; half of them stop after May."""
    rows = [
        (f"c{c:02d}", f"2024-{month:02d}-01", 10.0 + c, "w" if c % 3 else "s")
        for c in range(12)
        for month in range(2, 7 if c % 2 else 6)
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "timestamp", "amount", "category"])
    return frame.assign(timestamp=pd.to_datetime(frame["timestamp"]))


def people():
    ids = [f"c{c:02d}" for c in range(12)]
    return pd.DataFrame({"customer_id": ids, "town": ["A"] * 7 + ["B"] * 4 + ["C"]})


def opened(frames, **settings):
    sources = {name: {"frame": True} for name in frames}
    return open_workspace(new_study(**{**SETTINGS, "sources": sources, **settings}), frames)


def names(rows):
    return {driver.name for driver in rows.drivers}


def test_transactions_alone_give_behaviour_and_returns():
    rows = landmark_rows(opened({"transactions": orders()}))
    assert rows.landmarks == (date(2024, 5, 19),)
    assert rows.frame["silent"].tolist() == [1, 0] * 6
    assert names(rows) == {"mean_spend"}
    assert rows.left_out["returned"] == "It is the same for every customer of whom it is known."
    assert rows.left_out["usual_gap"] == "It is the same for every customer of whom it is known."


def test_a_small_level_is_merged_and_the_largest_is_the_reference():
    settings = {"segments": ["town"]}
    rows = landmark_rows(opened({"transactions": orders(), "customers": people()}, **settings))
    town = next(driver for driver in rows.drivers if driver.name == "town")
    assert (town.reference, town.levels, town.kind) == ("A", ("other",), "level")
    assert rows.frame["town"].value_counts().to_dict() == {"A": 7, "other": 5}


def test_a_blank_level_is_shown_as_unknown():
    blank = people().assign(town=["A"] * 8 + [None] * 4)
    rows = landmark_rows(opened({"transactions": orders(), "customers": blank}, segments=["town"]))
    assert rows.frame["town"].value_counts().to_dict() == {"A": 8, "unknown": 4}


def test_a_column_that_names_everybody_apart_is_left_out():
    frames = {"transactions": orders(), "customers": people().assign(town=range(12))}
    rows = landmark_rows(opened(frames, segments=["town"]))
    assert rows.left_out["town"].startswith("Nothing that it tells is shared")


def test_a_column_of_drivers_that_is_not_there_is_said():
    drivers = {**SETTINGS["drivers"], "columns": ["twon"]}
    with pytest.raises(StudyError, match=r"drivers.columns: twon.*Did you mean town"):
        opened({"transactions": orders(), "customers": people()}, drivers=drivers)


def test_an_amount_that_is_not_known_of_everybody_has_a_flag_beside_it():
    surveys = pd.DataFrame({
        "customer_id": ["c00", "c01", "c02", "c03"],
        "timestamp": pd.to_datetime(["2024-05-01", "2024-05-02", "2024-05-03", "2024-05-20"]),
        "score": [9, 2, 5, 10],
    })  # fmt: skip
    rows = landmark_rows(opened({"transactions": orders(), "surveys": surveys}))
    assert rows.frame["survey_score"].iloc[:4].tolist()[:3] == [9, 2, 5]
    assert rows.frame["survey_score_missing"].tolist() == [0, 0, 0] + [1] * 9
    assert np.isnan(rows.frame["survey_score"].iloc[3])


def test_a_table_without_rows_by_the_landmark_leaves_its_drivers_out():
    surveys = pd.DataFrame({
        "customer_id": ["c00"], "timestamp": pd.to_datetime(["2024-06-20"]), "score": [9],
    })  # fmt: skip
    rows = landmark_rows(opened({"transactions": orders(), "surveys": surveys}))
    assert rows.left_out["survey_score"] == "It is not known of any customer."
    assert "survey_score" not in rows.frame.columns


def tickets(late=""):
    frame = pd.DataFrame({
        "customer_id": ["c00", "c01", "c02", "c03"], "ticket_id": list("1234"),
        "opened_at": pd.to_datetime(["2024-05-01 08:00"] * 4),
        "resolved_at": pd.to_datetime(
            ["2024-05-01 09:00", "2024-05-01 09:00", "2024-05-09 09:00", late or None],
            format="mixed"
        ),
        "category": ["x"] * 4,
    })  # fmt: skip
    return frame


def test_who_did_not_complain_is_told_by_the_complaint_alone():
    rows = landmark_rows(opened({"transactions": orders(), "tickets": tickets()}))
    told = {driver.name: driver for driver in rows.drivers}
    assert told["slow_resolution"].levels == ("resolved slowly",)
    assert told["slow_resolution"].reference == "resolved fast"
    assert rows.frame["complaint"].tolist() == [1] * 4 + [0] * 8
    assert rows.frame["slow_resolution"].tolist()[1:5] == [
        "resolved fast", "resolved slowly", "resolved slowly", "no complaint",
    ]  # fmt: skip


def test_a_resolution_after_the_landmark_changes_nothing():
    one, other = (
        landmark_rows(opened({"transactions": orders(), "tickets": tickets(late)})).frame
        for late in ("", "2024-06-01 08:00")
    )
    pd.testing.assert_frame_equal(one, other)


def test_the_arm_without_is_the_reference_and_chance_is_said():
    assigned = pd.DataFrame({
        "customer_id": [f"c{c:02d}" for c in range(10)], "experiment_id": "mail",
        "arm": ["letter", "letter", "letter", "holdout", "holdout"] * 2,
        "assigned_at": pd.to_datetime(["2024-03-01"] * 8 + ["2024-05-20"] * 2),
    })  # fmt: skip
    rows = landmark_rows(opened({"transactions": orders(), "assignments": assigned}))
    arm = next(driver for driver in rows.drivers if driver.name == "arm_mail")
    assert (arm.reference, arm.randomised) == ("holdout", True)
    assert rows.frame["arm_mail"].value_counts().to_dict() == {
        "letter": 6, "holdout": 2, "not assigned": 4,
    }  # fmt: skip


def test_a_study_too_short_for_a_landmark_says_so():
    workspace = opened(
        {"transactions": orders()}, drivers={**SETTINGS["drivers"], "horizon": "20W"}
    )
    assert "takes 224" in obstacle_to_landmarks(workspace)
    with pytest.raises(ValueError, match="takes 224"):
        landmark_rows(workspace)


def test_a_landmark_at_which_nobody_is_active_is_named():
    early = orders()[lambda t: t["timestamp"] < "2024-03-01"]
    late = orders()[lambda t: t["timestamp"] >= "2024-05-01"]
    settings = {
        "churn": {"inactive_for": "2W"},
        "drivers": {"horizon": "4W", "lookback": "2W", "slow_after": "48h", "columns": []},
    }
    rows = landmark_rows(opened({"transactions": pd.concat([early, late])}, **settings))
    assert date(2024, 4, 7) not in rows.landmarks
    assert rows.left_out["2024-04-07"] == "Nobody had bought shortly before 7 Apr 2024."


def test_rows_to_the_next_order_leave_out_who_ordered_on_the_last_day():
    last = pd.DataFrame({
        "customer_id": ["c00"], "timestamp": pd.to_datetime(["2024-06-30"]), "amount": [1.0],
        "category": ["w"],
    })  # fmt: skip
    rows = next_order_rows(opened({"transactions": pd.concat([orders(), last])}))
    first = rows.frame[rows.frame["customer"] == 0]
    assert rows.dropped == 1
    assert first["stop"].tolist() == [29, 31, 30, 60]
    assert first["ordered"].tolist() == [1, 1, 1, 1]
    assert first["days_since_previous"].tolist()[1:] == [29, 31, 30]


def test_a_refund_after_the_order_leaves_its_amount():
    refund = pd.DataFrame({
        "customer_id": ["c00"], "timestamp": pd.to_datetime(["2024-03-20"]), "amount": [-4.0],
        "category": ["w"],
    })  # fmt: skip
    rows = next_order_rows(opened({"transactions": pd.concat([orders(), refund])}))
    assert rows.frame["amount"].iloc[:4].tolist() == [10.0] * 4


def memberships():
    return pd.DataFrame({
        "customer_id": [f"c{c:02d}" for c in range(6)], "program_id": "club",
        "enrolled_at": pd.to_datetime(["2024-02-11"] * 6),
        "left_at": pd.to_datetime(["2024-05-11"] * 3 + [None] * 3),
    })  # fmt: skip


@pytest.fixture(scope="module")
def club():
    frames = {"transactions": orders(), "memberships": memberships()}
    return opened(frames, churn={"inactive_for": "5W"})


def test_membership_switches_within_the_wait_for_an_order(club):
    rows = next_order_rows(club)
    first = rows.frame[rows.frame["customer"] == 0]
    assert list(zip(first["start"], first["stop"], first["member_club"], strict=True)) == [
        (0, 10, 0), (10, 29, 1), (0, 31, 1), (0, 30, 1), (0, 10, 1), (10, 60, 0),
    ]  # fmt: skip
    assert first["ordered"].tolist() == [0, 1, 1, 1, 0, 0]


def test_who_left_a_program_by_the_landmark_is_no_member_at_it(club):
    rows = landmark_rows(club)
    assert rows.landmarks[-1] == DAY.date()
    rows = rows.frame[rows.frame["landmark"] == DAY]
    assert rows["member_club"].tolist() == [0] * 3 + [1] * 3 + [0] * 6


@pytest.mark.parametrize("column", ["day", "customer_id", "first_day", "birth_known", "at"])
def test_no_driver_is_called_as_a_column_of_the_rows(column):
    assert fresh(column, "customers", OWN_NAMES) == f"customers_{column}"


def test_a_column_of_customers_called_day_is_looked_at():
    told = people().assign(day=["m", "t", "t"] * 4)
    rows = opened({"transactions": orders(), "customers": told},
                  drivers=SETTINGS["drivers"] | {"columns": ["day"]})  # fmt: skip
    assert next_order_rows(rows).frame["customers_day"].notna().all()
    assert birth_rows(rows).frame["customers_day"].notna().all()


def subscriptions(ended=None):
    return pd.DataFrame({
        "customer_id": [f"c{c:02d}" for c in range(6)], "plan": ["x", "x", "y", "y", "x", "y"],
        "started_at": pd.to_datetime(["2024-03-01"] * 5 + ["2024-01-15"]),
        "ended_at": pd.to_datetime(["2024-04-10"] * 2 + [ended] * 4),
        "end_reason": ["price"] * 2 + ["moved" if ended else None] * 4,
    })  # fmt: skip


def test_contracts_run_from_start_to_end():
    frames = {"transactions": orders(), "subscriptions": subscriptions()}
    rows = contract_rows(opened(frames, group_floor=1))
    assert rows.frame["duration"].tolist() == [40.0] * 2 + [121.0] * 3 + [167.0]
    assert rows.frame["end_reason"].tolist() == ["price"] * 2 + ["still runs"] * 4
    assert rows.frame["purchases_before"].tolist() == [2] * 5 + [0]


def test_a_contract_that_ends_after_the_last_day_still_runs():
    one, other = (
        contract_rows(opened({"transactions": orders(), "subscriptions": subscriptions(ended)}))
        for ended in (None, "2024-07-01")
    )
    pd.testing.assert_frame_equal(one.frame, other.frame)


def test_a_first_order_after_the_contract_began_is_not_known_at_it():
    discounted = orders().assign(discount=[float(i % 2) for i in range(len(orders()))])
    rows = contract_rows(opened({"transactions": discounted, "subscriptions": subscriptions()},
                                group_floor=1))  # fmt: skip
    assert rows.frame["first_order_discounted_missing"].tolist() == [0] * 5 + [1]


def test_a_study_without_contracts_says_so():
    assert obstacle_to_contracts(opened({"transactions": orders()})) == (
        "The study has no table of subscriptions."
    )


def test_customers_are_counted_by_what_their_first_purchase_told():
    rows = birth_rows(opened({"transactions": orders(), "customers": people()}, segments=["town"]))
    assert rows.frame["customers"].sum() == 12
    cell = rows.frame[(rows.frame["town"] == "A") & (rows.frame["frequency"] == 4)]
    assert cell[["recency", "T", "customers"]].to_numpy().tolist() == [[121 / 7, 150 / 7, 3]]


def test_a_column_named_like_a_driver_gets_another_name():
    frames = {"transactions": orders(), "customers": people().rename(columns={"town": "plan"})}
    assert "customers_plan" in names(landmark_rows(opened(frames, segments=["plan"])))


def wide(**columns):
    """The study of twelve customers who are told of in these columns too."""
    told = people().assign(**columns)
    return opened({"transactions": orders(), "customers": told},
                  drivers=SETTINGS["drivers"] | {"columns": list(columns)})  # fmt: skip


def test_sixty_columns_of_customers_are_looked_at():
    workspace = wide(**{f"col{place}": ["a", "b", "b"] * 4 for place in range(60)})
    wanted = {f"col{place}" for place in range(60)}
    for rows in (landmark_rows(workspace), next_order_rows(workspace)):
        assert wanted <= names(rows)


def test_a_column_that_is_blank_throughout_is_not_known_of_any_customer():
    workspace = wide(colour=[None] * 12)
    for rows in (landmark_rows(workspace), next_order_rows(workspace), birth_rows(workspace)):
        assert rows.left_out["colour"] == "It is not known of any customer."


def test_a_column_of_dates_is_left_out_and_said():
    workspace = wide(met=pd.to_datetime(["2024-01-02", "2024-01-03", None] * 4))
    for rows in (landmark_rows(workspace), next_order_rows(workspace), birth_rows(workspace)):
        assert rows.left_out["met"] == "It holds dates, and a date is no group of customers."
        assert "met" not in rows.frame.columns


def thirty(**columns):
    """Thirty customers who bought shortly before the landmark, and what is told of them."""
    ids = [f"c{c:02d}" for c in range(30)]
    rows = [(c, pd.Timestamp(day), 5.0) for c in ids for day in ("2024-02-01", "2024-05-01")]
    bought = pd.DataFrame(rows, columns=["customer_id", "timestamp", "amount"])
    frames = {"transactions": bought, "customers": pd.DataFrame({"customer_id": ids, **columns})}
    return opened(frames, drivers=SETTINGS["drivers"] | {"columns": list(columns)})


def test_a_column_of_many_numbers_is_an_amount():
    workspace = thirty(age=[None, np.inf, *np.arange(-4, 24) / 2])
    for rows in (landmark_rows(workspace), birth_rows(workspace)):
        age = next(driver for driver in rows.drivers if driver.name == "age")
        assert (age.kind, age.missing) == ("amount", "age_missing")
    told = landmark_rows(workspace).frame["age"]
    assert told.isna().tolist() == [True, True] + [False] * 28
    assert told[2:].tolist() == (np.arange(-4, 24) / 2).tolist()


def test_numbers_of_few_values_and_codes_stay_levels():
    workspace = thirty(size=[1.5, 2.5] * 15, code=[f"0{c % 10}" for c in range(20)] + ["99"] * 10)
    kinds = {driver.name: driver.kind for driver in landmark_rows(workspace).drivers}
    assert (kinds["size"], kinds["code"]) == ("level", "level")
