"""Each notebook runs by itself, with plain papermill, from the repository and its own folder."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MIME = "application/vnd.retention-research+json"
PROMISED = {
    "01_data_quality": {"data.orders": 6919, "data.customers": 2357},
    "02_scorecard": {"kpi.crr": 480 / 545},
    "03_cohorts": {"cohorts.customers": 2357, "cohorts.count": 3},
    "04_customer_value": {"purchases.frequency_total": 2457, "gamma_gamma.n": 946,
                          "holdout.actual": 1882},
    "05_survival": {"second_purchase.customers": 2357},
    "06_drivers": {"drivers.landmarks": 6},
    "07_programs": {"program.mail.evidence": "randomised", "program.mail.decision": "keep",
                    "program.service_desk.evidence": "natural experiment"},
    "09_customer_voice": {},  # CDNOW has no table it could speak of: its study is the company's
}  # fmt: skip
OF_THE_COMPANY = ("06_drivers", "07_programs", "09_customer_voice")
STUDIES = dict.fromkeys(OF_THE_COMPANY, "params/company.yml")


def recorded(notebook: Path) -> dict[str, object]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [out for cell in cells for out in cell.get("outputs", [])]
    payloads = [out["data"][MIME] for out in outputs if MIME in out.get("data", {})]
    values = [payload["values"] for payload in payloads if payload["kind"] == "values"]
    return {name: value["value"] for group in values for name, value in group.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", PROMISED)
def test_a_notebook_runs_with_plain_papermill_and_records_its_values(name, tmp_path):
    done = tmp_path / "done.ipynb"
    papermill = Path(sys.executable).parent / "papermill"
    study = STUDIES.get(name, "params/cdnow.yml")
    words = [papermill, f"notebooks/{name}.ipynb", done, "-p", "study", study]
    subprocess.run([str(word) for word in words], cwd=ROOT, check=True, capture_output=True)
    values = recorded(done)
    assert values
    for value, expected in PROMISED[name].items():
        assert values[value] == expected


@pytest.mark.slow
def test_a_notebook_runs_as_it_is_from_its_own_folder(tmp_path):
    jupyter = Path(sys.executable).parent / "jupyter"
    words = [jupyter, "nbconvert", "--to", "notebook", "--execute", "01_data_quality.ipynb",
             "--output-dir", tmp_path]  # fmt: skip
    subprocess.run([str(word) for word in words], cwd=ROOT / "notebooks", check=True,
                   capture_output=True)  # fmt: skip
    assert recorded(tmp_path / "01_data_quality.ipynb")["data.orders"] == 6919
