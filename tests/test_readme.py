"""What the README shows is run: its Python, its commands' names, its links."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.S)


@pytest.mark.parametrize("code", blocks("python"))
def test_the_python_of_the_readme_runs(code):
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert "customers bought again" in done.stdout or "No customer bought again" in done.stdout


def test_every_command_of_the_readme_is_there():
    from typer.main import get_command

    from retention_research.cli import app

    known = set(get_command(app).commands)
    named = set(re.findall(r"\$ retention-research (\w+)", README))
    assert named
    assert named <= known
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.M))
    assert set(re.findall(r"make ([a-z-]+)", README)) - {"for"} <= targets


def test_every_link_of_the_readme_leads_somewhere():
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_study_of_the_readme_is_a_valid_study(tmp_path):
    from retention_research.study import read_study

    (text,) = blocks("yaml")
    assert yaml.safe_load(text)["study"] == "myshop"
    file = tmp_path / "myshop.yml"
    file.write_text(text, encoding="utf-8")
    assert read_study(file).sources["transactions"].counts_as_sale == ("opłacone", "wysłane")
