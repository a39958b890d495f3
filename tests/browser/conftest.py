"""Chromium with the network off, and the published run that it opens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from retention_research.reporting.run import run_study
from retention_research.study import read_study
from tests.reporting import small_studies as small

QUIET = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def published_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder reports/ with the demo study, and a small one: hostile text, a skip, a failure."""
    root = tmp_path_factory.mktemp("published")
    study = small.write_study(root, small.GOOD_REPORTS, title="A small shop")
    run_study(study, out=root / "reports", prepare=small.prepared())
    failing = small.write_study(root, {**small.GOOD_REPORTS, "03_broken": ("1/0",)})
    run_study(failing, out=root / "reports", prepare=small.prepared())
    run_study(read_study("params/cdnow.yml"), out=root / "reports")
    return root / "reports"


@pytest.fixture(scope="session")
def published_pages(published_run: Path) -> tuple[Path, ...]:
    """Every page under the folder, `latest` counted once."""
    return tuple(sorted(p for p in published_run.rglob("*.html") if "latest" not in p.parts))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium on this machine: install Debian's package `chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()
