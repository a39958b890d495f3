"""Finding the notebook of a report, and refusing one that cannot take the study."""

from __future__ import annotations

from pathlib import Path

import pytest

from retention_research.reporting.notebooks import find_notebooks
from retention_research.study import StudyError
from tests.reporting import small_studies as small


def test_reports_come_in_the_order_of_the_study(tmp_path: Path) -> None:
    study = small.write_study(tmp_path, {"02_b": ("1",), "01_a": ("# Title", "1", "2")})
    found = find_notebooks(study)
    assert [(n.report, n.title, n.code_cells) for n in found] == [("b", "B", 2), ("a", "Title", 3)]


def test_the_studys_own_notebook_comes_before_the_one_that_ships(tmp_path: Path) -> None:
    study = small.write_study(tmp_path, {"07_survival": ("1",)})
    assert find_notebooks(study)[0].path == tmp_path / "notebooks" / "07_survival.ipynb"


def test_a_report_that_ships_is_found_from_anywhere(tmp_path: Path) -> None:
    study = small.write_study(tmp_path, {}, reports=["survival"])
    assert find_notebooks(study)[0].path.name == "05_survival.ipynb"


@pytest.mark.parametrize(
    ("reports", "words"),
    [
        (["survivel"], "no notebook for 'survivel'"),
        (["mine/own.ipynb"], "no notebook mine/own.ipynb"),
        (["survival", "survival"], "survival is named twice"),
    ],
)
def test_a_report_without_its_one_notebook_is_refused(
    tmp_path: Path, reports: list[str], words: str
) -> None:
    with pytest.raises(StudyError, match=words):
        find_notebooks(small.write_study(tmp_path, {}, reports=reports))


def test_only_a_report_of_the_study_can_be_asked_for(tmp_path: Path) -> None:
    study = small.write_study(tmp_path, {"01_a": ("1",)})
    with pytest.raises(StudyError, match=r"no report b\. The study's reports are a"):
        find_notebooks(study, only=["b"])


def test_a_notebook_without_a_parameters_cell_is_refused(tmp_path: Path) -> None:
    study = small.write_study(tmp_path, {"01_a": ()})
    small.write_notebook(tmp_path / "notebooks" / "01_a.ipynb", tag="other")
    with pytest.raises(StudyError, match=r"01_a\.ipynb has no cell tagged `parameters`"):
        find_notebooks(study)


def test_a_notebook_that_does_not_know_the_parameter_is_refused(tmp_path: Path) -> None:
    study = small.write_study(tmp_path, {"01_a": ()})
    path = tmp_path / "notebooks" / "01_a.ipynb"
    path.write_text(path.read_text().replace("study = ", "stdy = "))
    with pytest.raises(StudyError, match="does not set `study`"):
        find_notebooks(study)


def test_a_notebook_named_like_the_summary_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="name of the summary page"):
        find_notebooks(small.write_study(tmp_path, {"09_index": ("1",)}))


@pytest.mark.parametrize("text", ["not json", "{}", "[]"])
def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path, text: str) -> None:
    study = small.write_study(tmp_path, {"01_a": ()})
    (tmp_path / "notebooks" / "01_a.ipynb").write_text(text)
    with pytest.raises(StudyError, match="not a notebook that can be read"):
        find_notebooks(study)
