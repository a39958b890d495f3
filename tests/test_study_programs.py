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


def test_a_program_names_what_it_lacks():
    with pytest.raises(StudyError, match=r"\(mail\) is of kind experiment and needs"):
        new_study(**SHOP, programs=[{"id": "mail", "kind": "experiment", "window": "4W"}])


def test_an_enrolment_program_is_of_members_or_of_a_campaign():
    with pytest.raises(StudyError, match="either `program_id`"):
        new_study(**SHOP, programs=[{"id": "club", "kind": "enrolment", "window": "4W"}])
