"""Nothing after as_of reaches a number: whole tables tell the same as tables cut off at the day."""

import math
from datetime import date

import pandas as pd
import pytest

from retention_research import (
    churn_window,
    cohorts,
    customer_voice,
    drivers,
    lost_customers,
    new_study,
    open_workspace,
    program_results,
    read_study,
    scorecard,
    survival,
)
from retention_research.events.simulate.company import Company
from retention_research.events.simulate.tables import company_tables
from retention_research.events.simulate.weeks import simulate_company

DAY = date(2023, 9, 30)
SINCE = {
    "transactions": "timestamp", "contacts": "sent_at", "assignments": "assigned_at",
    "memberships": "enrolled_at", "rewards": "timestamp", "tickets": "opened_at",
    "activity": "timestamp", "subscriptions": "started_at", "consents": "given_at",
    "customers": "acquired_at",
}  # fmt: skip
FACTS = {
    "contacts": {"opened_at": [], "responded_at": ["actions"], "unsubscribed_at": []},
    "memberships": {"left_at": []},
    "tickets": {"first_response_at": [], "resolved_at": ["csat", "handled_minutes"],
                "reopened_at": []},
    "surveys": {"timestamp": ["score", "reason", "comment"]},
    "subscriptions": {"ended_at": ["end_reason"], "payment_failed_at": []},
    "consents": {"withdrawn_at": []},
}  # fmt: skip


def cut(name: str, frame: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """A table as an export at the end of the day would have given it."""
    after = pd.Timestamp(DAY) + pd.Timedelta(days=1)
    if name == "order_lines":
        return frame[frame["order_id"].isin(orders["order_id"])]
    if name == "surveys":
        frame = frame[(frame["invited_at"] < after) | (frame["timestamp"] < after)]
    if name in SINCE:
        frame = frame[frame[SINCE[name]] < after]
    frame = frame.copy()
    for time, others in FACTS.get(name, {}).items():
        later = frame[time] >= after
        for column in [*others, time]:
            if column in frame:
                frame[column] = frame[column].mask(later)
    return frame


def opened(frames: dict[str, pd.DataFrame]):
    declared = read_study("params/company.yml").model_dump(mode="json")["programs"]
    study = new_study(
        study="s", currency="EUR", as_of=str(DAY), cohort_complete=True, segments=["channel"],
        sources={name: {"frame": True} for name in frames},
        tickets={"targets": {"delivery": 8, "payment": 4}, "business_hours": None},
        programs=declared,
    )  # fmt: skip
    return open_workspace(study, frames)


@pytest.fixture(scope="module")
def workspaces():
    made = company_tables(simulate_company(Company(), 900, 3))
    whole = {name: table.to_pandas() for name, table in made.items()}
    orders = cut("transactions", whole["transactions"], whole["transactions"])
    return opened(whole), opened({k: cut(k, frame, orders) for k, frame in whole.items()})


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer", [scorecard, cohorts, survival, drivers, program_results, customer_voice]
)
def test_an_answer_is_the_same_on_tables_cut_off_at_the_day(workspaces, answer):
    one, other = (answer(workspace).values for workspace in workspaces)
    assert one.keys() == other.keys()
    assert len(one) > 20
    assert not [name for name in one if not alike(one[name].value, other[name].value)]


@pytest.mark.slow
def test_the_silence_and_the_lost_are_the_same_on_tables_cut_off_at_the_day(workspaces):
    whole, cut = workspaces
    assert whole.silence_by_data() == cut.silence_by_data()
    assert len(whole.silence_by_data().looked_at) > 1
    for answer in (churn_window, lost_customers):
        one, other = answer(whole).values, answer(cut).values
        assert one.keys() == other.keys()
        assert not [name for name in one if not alike(one[name].value, other[name].value)]


def alike(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12)
    return one == other
