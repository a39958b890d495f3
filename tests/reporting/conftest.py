"""What reporting tests share: one published run, and a place to capture what is recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from retention_research.reporting import identity
from retention_research.reporting.payloads import MIME
from retention_research.reporting.run import Outcome, run_study
from retention_research.study import Study
from tests.reporting import small_studies as small


@pytest.fixture(autouse=True)
def _unedited_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package stays the same between the runs of a test, even while somebody edits it."""
    monkeypatch.setattr(identity, "package_hash", lambda: "0" * 64)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The payloads that calls of `record` display."""
    payloads: list[dict[str, Any]] = []

    def keep(data: dict[str, Any], raw: bool) -> None:
        payloads.append(data[MIME])

    monkeypatch.setattr("IPython.display.display", keep)
    return payloads


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Outcome]:
    """Runs a study of these notebooks under tmp_path."""

    def run(study: Study, **options: Any) -> Outcome:
        given = {"out": tmp_path / "reports", "prepare": small.prepared()} | options
        return run_study(study, **given)

    return run


@pytest.fixture(scope="session")
def good_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a published run: one report that speaks, one that is skipped."""
    root = tmp_path_factory.mktemp("good")
    study = small.write_study(root, small.GOOD_REPORTS, title="A small shop")
    outcome = run_study(study, out=root / "reports", prepare=small.prepared())
    assert outcome.status == "published", outcome
    return root / "reports" / "small" / outcome.run
