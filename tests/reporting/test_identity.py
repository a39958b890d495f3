"""What makes two runs the same run."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from retention_research.reporting import identity


def test_files_are_hashed_by_name_and_content_whatever_their_order(tmp_path: Path) -> None:
    one, two = tmp_path / "1", tmp_path / "2"
    one.write_text("one")
    two.write_text("two")
    pairs = [("a", one), ("b", two)]
    assert identity.hash_files(pairs) == identity.hash_files(pairs[::-1])
    assert identity.hash_files(pairs) != identity.hash_files([("a", two), ("b", one)])


def test_the_order_of_parameters_makes_no_other_run() -> None:
    day = date(2024, 1, 31)
    assert identity.run_id(day, {"a": 1, "b": 2}) == identity.run_id(day, {"b": 2, "a": 1})


def test_a_number_that_is_not_finite_has_no_spelling() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        identity.canonical({"a": math.nan})


def test_the_packages_of_a_run_are_those_installed_with_their_needs() -> None:
    installed = identity.installed()
    assert {"python", "numpy", "papermill", "nbclient"} <= set(installed)
    assert "pytest" not in installed


def test_templates_are_part_of_the_package_and_compiled_files_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(identity, "PACKAGE", tmp_path)
    (tmp_path / "page.html.j2").write_text("old")
    before = identity.package_hash()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("")
    assert identity.package_hash() == before
    (tmp_path / "page.html.j2").write_text("new")
    assert identity.package_hash() != before
