"""Names that programs of a study use are held against the data before anything is computed."""

import pandas as pd
import pytest

from retention_research.events.sources import open_events
from retention_research.opening_names import (
    meant_by,
    program_lines,
    refuse_mistyped_names,
    refuse_unknown_segments,
)
from retention_research.study import StudyError, new_study
from retention_research.workspace import open_workspace

DAYS = pd.to_datetime(["2024-01-01", "2024-03-01", "2024-06-30"])
IDS = ["a", "b", "c"]
FRAMES = {
    "transactions": pd.DataFrame({"customer_id": IDS, "timestamp": DAYS, "amount": 10.0}),
    "customers": pd.DataFrame({"customer_id": IDS, "region": ["north", "south", "south"]}),
    "assignments": pd.DataFrame({
        "customer_id": ["a", "b", "c", "a"], "experiment_id": ["mail"] * 3 + ["calls"],
        "arm": ["holdout", "generic", "personal", "nobody"], "assigned_at": DAYS[0],
    }),
    "contacts": pd.DataFrame({
        "customer_id": IDS, "campaign_id": "spring", "channel": "email", "sent_at": DAYS[1],
        "purpose": "promotion",
    }),
    "memberships": pd.DataFrame({"customer_id": IDS, "program_id": "club", "enrolled_at": DAYS[1]}),
    "tickets": pd.DataFrame({
        "customer_id": IDS, "ticket_id": IDS, "opened_at": DAYS[0], "category": "billing",
        "team": ["team1", "team1", "team2"],
    }),
}  # fmt: skip
MAIL = {"id": "post", "kind": "experiment", "experiment_id": "mail", "control": "holdout",
        "window": "4W"}  # fmt: skip


def study_of(*programs):
    return new_study(
        study="s", currency="EUR", as_of="2024-06-30", sources={t: {"frame": True} for t in FRAMES},
        programs=list(programs),
    )  # fmt: skip


@pytest.fixture(scope="module")
def events():
    return open_events(study_of(), frames=FRAMES)


@pytest.fixture(scope="module")
def opened(events):
    def look(**program):
        study = study_of(program)
        refuse_unknown_segments(study, events)
        refuse_mistyped_names(study, events)
        return study

    return look


@pytest.mark.parametrize(("change", "told"), [
    ({"experiment_id": "mial"}, r"programs\.post\.experiment_id: .* no mial \(did you mean mail"),
    ({"control": "hold_out"}, r"programs\.post\.control: .* no hold_out \(did you mean holdout"),
    ({"purpose": "promotions"}, r"programs\.post\.purpose: .* \(did you mean promotion\?"),
    ({"segments": ["regoin"]}, r"programs\.post\.segments: regoin: .* Did you mean region\?"),
])  # fmt: skip
def test_a_mistyped_name_of_an_experiment_is_refused_with_the_nearest(opened, change, told):
    with pytest.raises(StudyError, match=told):
        opened(**(MAIL | change))


@pytest.mark.parametrize(("program", "told"), [
    ({"program_id": "culb"}, r"programs\.x\.program_id: .* \(did you mean club\?"),
    ({"campaign_id": "sprung"}, r"programs\.x\.campaign_id: .* \(did you mean spring\?"),
])  # fmt: skip
def test_a_mistyped_program_or_campaign_is_refused_with_the_nearest(opened, program, told):
    with pytest.raises(StudyError, match=told):
        opened(id="x", kind="enrolment", window="4W", **program)


def test_a_mistyped_column_or_unit_of_a_roll_out_is_refused_with_the_nearest(opened):
    desk = {"id": "desk", "kind": "rollout", "unit": "region", "window": "4W"}
    with pytest.raises(StudyError, match=r"programs\.desk\.unit: regon: .* Did you mean region\?"):
        opened(**(desk | {"unit": "regon", "starts": {"north": "2024-02-01"}}))
    with pytest.raises(StudyError, match=r"programs\.desk\.starts: .* \(did you mean south\?"):
        opened(**(desk | {"starts": {"sooth": "2024-02-01"}}))


def test_an_error_says_where_the_program_stands(opened):
    with pytest.raises(StudyError, match=r"^given in Python: "):
        opened(**(MAIL | {"experiment_id": "mial"}))


def test_a_name_that_is_nothing_like_the_data_is_left_to_the_report(opened):
    assert opened(**(MAIL | {"experiment_id": "loyalty week"})).programs[0].id == "post"


def test_the_control_of_another_experiment_is_no_slip(opened):
    assert opened(**(MAIL | {"control": "nobody"})).programs[0].control == "nobody"


def test_a_workspace_does_not_open_with_a_mistyped_name():
    with pytest.raises(StudyError, match="did you mean holdout"):
        open_workspace(study_of(MAIL | {"control": "hold_out"}), FRAMES)


@pytest.mark.parametrize(("name", "there", "meant"), [
    ("mail_2025", "mail_2024", ""), ("fine2", "fine", ""), ("region_29", "region_28", ""),
    ("region_north", "region_south", ""), ("mail_b", "mail_a", ""), ("mail_vip", "mail", ""),
    ("mial_2024", "mail_2024", "mail_2024"), ("Mail 2024", "mail_2024", "mail_2024"),
    ("team_1", "team1", "team1"), ("hold_out", "holdout", "holdout"),
    ("holdot", "holdout", "holdout"),
])  # fmt: skip
def test_a_slip_is_of_case_marks_or_letters_and_never_of_numbers(name, there, meant):
    assert meant_by(name, ["other", there]) == meant


def test_a_program_may_be_declared_before_its_rows_are_there(opened):
    assert opened(**(MAIL | {"experiment_id": "mail2"})).programs[0].experiment_id == "mail2"


def test_a_mistyped_team_of_a_roll_out_is_refused_with_the_nearest(opened):
    desk = {"id": "desk", "kind": "rollout", "unit": "team", "window": "4W"}
    with pytest.raises(StudyError, match=r"programs\.desk\.starts: .* \(did you mean team1\?"):
        opened(**(desk | {"starts": {"team_1": "2024-02-01"}}))


CLUB = {"id": "club", "kind": "enrolment", "window": "4W"}
DESK = {"id": "desk", "kind": "rollout", "window": "4W"}


@pytest.mark.parametrize(("program", "told"), [
    (MAIL, "program post: 3 rows of assignments"),
    (MAIL | {"control": "nobody"},
     "program post: 3 rows of assignments, none of the control arm nobody"),
    (MAIL | {"experiment_id": "mail2"},
     "program post: assignments hold no row of mail2 yet, so no effect will be told"),
    (CLUB | {"program_id": "club"}, "program club: 3 rows of memberships"),
    (CLUB | {"campaign_id": "spring"}, "program club: 3 rows of contacts"),
    ({"id": "p", "kind": "rewards", "program_id": "x"},
     "program p: the study has no table of rewards with program_id, so no effect will be told"),
    ({"id": "p", "kind": "referral"},
     "program p: the study has no table of customers with referred_by, so nothing will be told"),
    ({"id": "p", "kind": "before_after"},
     "program p: before against after tells no effect, so none will be shown"),
    (DESK | {"unit": "region", "starts": {"north": "2024-02-01", "east": "2024-02-01"}},
     "program desk: 1 of 2 starts are of units in the data; not there: east"),
    (DESK | {"unit": "team", "starts": {"team1": "2024-02-01"}},
     "program desk: 1 of 1 starts are of units in the data"),
])  # fmt: skip
def test_a_check_says_of_each_program_what_is_in_the_data(events, program, told):
    assert program_lines(study_of(program), events) == [told]
