"""On the simulated company: rows of a landmark are the same on tables cut off at the landmark."""

from datetime import date

import pandas as pd
import pytest

from retention_research import new_study, open_workspace
from retention_research.answers.driver_rows import landmark_rows, next_order_rows
from retention_research.events.simulate.company import Company
from retention_research.events.simulate.tables import company_tables
from retention_research.events.simulate.weeks import simulate_company

DAY, AS_OF = date(2023, 7, 8), date(2023, 9, 30)  # twelve weeks apart
SINCE = {
    "transactions": "timestamp", "contacts": "sent_at", "assignments": "assigned_at",
    "memberships": "enrolled_at", "tickets": "opened_at", "activity": "timestamp",
    "subscriptions": "started_at", "customers": "acquired_at", "surveys": "timestamp",
}  # fmt: skip
FACTS = {
    "contacts": {"opened_at": [], "responded_at": ["actions"], "unsubscribed_at": []},
    "memberships": {"left_at": []},
    "tickets": {"first_response_at": [], "resolved_at": ["csat", "handled_minutes"],
                "reopened_at": []},
    "subscriptions": {"ended_at": ["end_reason"], "payment_failed_at": []},
}  # fmt: skip


def cut(name, frame, day):
    """A table as an export at the end of the day would have given it."""
    after = pd.Timestamp(day) + pd.Timedelta(days=1)
    frame = frame[frame[SINCE[name]] < after].copy()
    for time, others in FACTS.get(name, {}).items():
        later = frame[time] >= after
        for column in [*others, time]:
            frame[column] = frame[column].mask(later)
    return frame


def opened(frames):
    study = new_study(
        study="s", currency="EUR", as_of=str(AS_OF), cohort_complete=True,
        segments=["channel"], sources={name: {"frame": True} for name in frames},
        tickets={"targets": {"delivery": 8, "payment": 4}, "business_hours": None},
        drivers={"horizon": "12W", "lookback": "12W", "slow_after": "48h", "columns": ["colour"]},
    )  # fmt: skip
    return open_workspace(study, frames)


@pytest.fixture(scope="module")
def tables():
    made = company_tables(simulate_company(Company(), 600, 5))
    return {name: made[name].to_pandas() for name in SINCE}


@pytest.fixture(scope="module")
def whole(tables):
    return opened(tables)


@pytest.mark.slow
def test_no_driver_of_a_landmark_knows_a_later_row(tables, whole):
    early = opened({name: cut(name, frame, DAY) for name, frame in tables.items()})
    one, other = landmark_rows(whole), landmark_rows(early)
    assert one.landmarks[-1] == DAY
    assert len(one.drivers) > 20
    assert one.drivers == other.drivers
    assert other.frame.loc[other.frame["landmark"] == pd.Timestamp(DAY), "silent"].eq(1).all()
    own = ["customer", "silent"]
    pd.testing.assert_frame_equal(one.frame.drop(columns=own), other.frame.drop(columns=own))


@pytest.mark.slow
def test_every_driver_of_a_landmark_takes_part(whole):
    rows = landmark_rows(whole)
    assert set(rows.left_out) <= {"contacts_win_back", "arm_come_back"}
    assert {d.source for d in rows.drivers} == set(SINCE)


@pytest.mark.slow
def test_no_row_up_to_the_last_order_knows_a_later_row(tables, whole):
    early = opened({
        name: frame if name == "transactions" else cut(name, frame, DAY)
        for name, frame in tables.items()
    })  # fmt: skip
    one, other = next_order_rows(whole), next_order_rows(early)
    settled = [d.name for d in one.drivers if d.source != "memberships"]
    frames = [
        rows.frame[rows.frame["start"] == 0].set_index(["customer", "order_number"])
        for rows in (one, other)
    ]
    dated = orders_by(whole)
    keys = frames[0].index.isin(list(dated))
    left, right = (frame.loc[keys, settled] for frame in frames)
    assert len(left) > 500
    for name in settled:
        a, b = left[name].astype("object"), right[name].astype("object")
        pd.testing.assert_series_equal(a.where(a.notna(), None), b.where(b.notna(), None))


def orders_by(workspace):
    """Customer and number of the orders up to the day."""
    bought = workspace.purchases(AS_OF).to_pandas().sort_values(["customer_id", "day"])
    number = bought.groupby("customer_id").cumcount() + 1
    ids = workspace.kept_table("driver-customers", lambda: None).to_pandas()
    customer = bought["customer_id"].map(ids.set_index("customer_id")["customer"])
    early = pd.to_datetime(bought["day"]) <= pd.Timestamp(DAY)
    return zip(customer[early], number[early], strict=True)
