"""The section `programs` of a study."""

import pytest

from retention_research.study import StudyError, new_study, read_study, write_study

SHOP = {"study": "shop", "currency": "EUR", "sources": {"transactions": {"frame": True}}}


def test_a_program_that_was_written_out_is_read_again(tmp_path):
    drawn = {"id": "mail", "kind": "experiment", "experiment_id": "m", "control": "none",
             "window": "4W"}  # fmt: skip
    study = new_study(**SHOP, programs=[drawn])
    settings = study.model_dump(mode="json")
    settings.pop("origins")
    write_study(settings, tmp_path / "study.yml")
    assert read_study(tmp_path / "study.yml").programs == study.programs


def test_two_programs_of_one_id_are_refused():
    points = {"id": "points", "kind": "rewards", "program_id": "club"}
    with pytest.raises(StudyError, match="two programs called points"):
        new_study(**SHOP, programs=[points, points])


def test_a_key_of_another_kind_is_refused_with_those_there_are():
    points = {"id": "points", "kind": "rewards", "program_id": "club", "control": "none"}
    with pytest.raises(StudyError, match="kind rewards, which has no `control`: there are `id`"):
        new_study(**SHOP, programs=[points])


def test_segments_are_of_drawn_programs_alone():
    club = {"id": "club", "kind": "enrolment", "program_id": "club", "window": "4W",
            "segments": ["region"]}  # fmt: skip
    with pytest.raises(StudyError, match="kind enrolment, which has no `segments`"):
        new_study(**SHOP, programs=[club])


def test_a_program_names_what_it_lacks():
    with pytest.raises(StudyError, match=r"`programs\.mail` is of kind experiment and needs"):
        new_study(**SHOP, programs=[{"id": "mail", "kind": "experiment", "window": "4W"}])


def test_an_enrolment_program_is_of_members_or_of_a_campaign():
    with pytest.raises(StudyError, match="either `program_id`"):
        new_study(**SHOP, programs=[{"id": "club", "kind": "enrolment", "window": "4W"}])


def test_a_mistyped_key_of_a_program_is_told_with_its_program_and_the_nearest_key():
    points = {"id": "points", "kind": "rewards", "program_idd": "club"}
    with pytest.raises(StudyError, match=r"`program_idd` is not a key in `programs\.points`\. Did "
                                         "you mean `program_id`"):  # fmt: skip
        new_study(**SHOP, programs=[points])


def test_a_mistyped_kind_is_told_with_the_nearest_one():
    with pytest.raises(StudyError, match=r"`programs\.a\.kind`.* Did you mean rewards\?"):
        new_study(**SHOP, programs=[{"id": "a", "kind": "reward", "program_id": "club"}])


def test_a_program_without_an_id_is_told_by_its_place():
    with pytest.raises(StudyError, match=r"`programs\[0\]` needs `id`"):
        new_study(**SHOP, programs=[{"kind": "rewards", "program_id": "club"}])


def test_an_unknown_outcome_is_told_once():
    odd = {"id": "a", "kind": "referral", "outcomes": ["retaned"]}
    with pytest.raises(StudyError) as told:
        new_study(**SHOP, programs=[odd])
    assert str(told.value).count("\n") == 0
    assert str(told.value).endswith("Did you mean retained?")


LINES = """extends: _defaults.yml
study: shop
currency: EUR
sources: {transactions: {path: orders.csv}}
programs:
  - {id: friends, kind: referral}
  - id: mail
    kind: experiment
    control: none
    windw: 4W
"""


def test_a_fault_of_a_program_is_told_with_its_line(tmp_path):
    (tmp_path / "shop.yml").write_text(LINES)
    with pytest.raises(StudyError, match=r"^shop\.yml, line 10: `windw` is not a key"):
        read_study(tmp_path / "shop.yml")


def test_a_key_that_stands_twice_in_a_program_is_refused(tmp_path):
    (tmp_path / "shop.yml").write_text(LINES.replace("windw: 4W", "control: some"))
    with pytest.raises(
        StudyError, match=r"`programs\[1\]\.control` is there twice, on lines 9 and 10"
    ):
        read_study(tmp_path / "shop.yml")


def test_programs_given_on_the_command_line_are_not_told_by_the_lines_of_others(tmp_path):
    (tmp_path / "shop.yml").write_text(LINES)
    with pytest.raises(StudyError, match=r"^command line: "):
        read_study(tmp_path / "shop.yml", ["programs=[{id: mail, kind: referal}]"])


REGIONS = {"id": "desk", "kind": "rollout", "unit": "region", "window": "4W"}
MAIL = {"id": "mail", "kind": "experiment", "experiment_id": "m", "control": "none",
        "window": "4W"}  # fmt: skip


@pytest.mark.parametrize("window", ["3h", "12h", "36h"])
def test_a_window_that_is_no_whole_days_is_refused(window):
    with pytest.raises(StudyError, match=r"`programs\.mail\.window` must be whole days"):
        new_study(**SHOP, programs=[MAIL | {"window": window}])


@pytest.mark.parametrize(("window", "days"), [("48h", 2), ("1D", 1), ("1M", 30), ("10Y", 3652)])
def test_a_window_of_whole_days_is_taken_in_any_unit(window, days):
    assert new_study(**SHOP, programs=[MAIL | {"window": window}]).programs[0].window_days == days


def test_a_window_that_no_calendar_holds_is_refused():
    with pytest.raises(StudyError, match=r"`programs\.mail\.window` must be at most ten years"):
        new_study(**SHOP, programs=[MAIL | {"window": "99999Y"}])


@pytest.mark.parametrize(("change", "told"), [
    ({"cost_per_customer": 1e300}, r"cost_per_customer` must be at most 1,000,000,000\."),
    ({"cost_per_customer": -1}, r"cost_per_customer` must be at least 0\."),
    ({"cost_fixed": "1,5"}, r"cost_fixed` must be a number, .* \(did you mean 1\.5\?\)"),
    ({"cost_fixed": "cheap"}, r"cost_fixed` must be a number, with a point for .* \(1\.5\)\."),
    ({"margin": 30}, r"margin` must be at most 1 \(did you mean 0\.3\?\)"),
    ({"margin": "30%"}, r"margin` must be a number, .* \(did you mean 0\.3\?\)"),
    ({"margin": 0}, r"margin` must be above 0\."),
    ({"experiment_id": 18}, r"experiment_id` must be text: put it in quotes\."),
    ({"planned_n": 3.5}, r"planned_n` must be a whole number\."),
    ({"outcomes": []}, r"outcomes` must hold at least 1\."),
    ({"title": "a" * 101}, r"title` must have at most 100 characters\."),
])  # fmt: skip
def test_a_wrong_value_is_told_in_plain_words(change, told):
    with pytest.raises(StudyError, match=rf"`programs\.mail\.{told}"):
        new_study(**SHOP, programs=[MAIL | change])


@pytest.mark.parametrize(("starts", "told"), [
    ("2023-11-01", r"starts` must be lines of `name: value`\."),
    ({"north": "01.11.2023"}, r"starts\.north` must be a date .* \(did you mean 2023-11-01\?\)"),
    ({"north": None}, r"starts\.north` must be a date \(2024-12-31\)\."),
])  # fmt: skip
def test_wrong_starts_are_told_in_plain_words(starts, told):
    with pytest.raises(StudyError, match=rf"`programs\.desk\.{told}"):
        new_study(**SHOP, programs=[REGIONS | {"starts": starts}])


def test_programs_that_are_no_list_are_told_how_one_is_written():
    with pytest.raises(StudyError, match="`programs` must be a list: begin each program with"):
        new_study(**SHOP, programs={"mail": MAIL})
