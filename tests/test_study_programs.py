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
