"""The built wheel in an empty environment outside the repository starts and runs a study."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def call(*words, cwd=None, **settings):
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, **settings},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def constraints(folder: Path) -> Path:
    """The versions of the lock: the empty environment gets what the project was tested on."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?(==[^\s\\]+)([^\n\\]*)", lock, flags=re.M)
    file = folder / "constraints.txt"
    file.write_text("\n".join(name + version + marker for name, version, marker in pins))
    return file


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The command of a wheel installed in an environment of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    call(sys.executable, "-m", "venv", folder / "env")
    pip = folder / "env" / "bin" / "pip"
    wheel = next(folder.glob("*.whl"))
    call(pip, "install", "--quiet", "-c", constraints(folder), wheel, cwd=folder)
    return folder / "env" / "bin" / "retention-research"


@pytest.mark.slow
def test_the_wheel_starts_and_runs_a_study_from_the_users_own_file(installed, tmp_path):
    rows = "".join(
        f"k{c:03d};{1 + (c * 3 + m) % 28:02d}.{1 + m:02d}.2024;{10 + c % 50},90 zł\n"
        for c in range(120)
        for m in range(0, 12, 1 + c % 7)
    )
    (tmp_path / "zamówienia.csv").write_text("Klient;Data;Kwota\n" + rows, encoding="utf-8")
    told = call(
        installed, "init", "shop", "--transactions", "zamówienia.csv", "--yes", cwd=tmp_path
    )
    assert "shop/params/shop.yml" in told
    call(installed, "run", "shop/params/shop.yml", "--set", "cohort_complete=true", cwd=tmp_path)
    latest = tmp_path / "reports" / "shop" / "latest"
    results = json.loads((latest / "results.json").read_text(encoding="utf-8"))
    assert set(results["reports"]) == {
        "data_quality",
        "scorecard",
        "cohorts",
        "customer_value",
        "survival",
    }
    assert all(report["status"] in ("ok", "skipped") for report in results["reports"].values())
    assert results["reports"]["data_quality"]["status"] == "ok"
    assert (latest / "index.html").is_file()


@pytest.mark.slow
def test_the_wheel_publishes_the_demo_without_a_checkout(installed, tmp_path):
    study = tmp_path / "params" / "demo.yml"
    study.parent.mkdir()
    study.write_text(
        "extends: _defaults.yml\nstudy: demo\nas_of: 1998-06-30\ncalibration_end: 1997-09-30\n"
        "cohort_complete: true\ncurrency: USD\nsources: {transactions: {demo: cdnow}}\n"
    )
    call(installed, "run", study, cwd=tmp_path)
    results = json.loads((tmp_path / "reports/demo/latest/results.json").read_text())
    values = results["reports"]["customer_value"]["values"]
    assert round(values["holdout.predicted"]["value"]) == 1653
