"""The rules of the rooms, as far as a machine can see them."""

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "retention_research"
MODULES = sorted(PACKAGE.rglob("*.py"))

# ground floor first: a room may import from rooms above it in this list, and from itself
ROOMS = [
    "values", "glossary", "periods", "yaml_origins", "study_errors", "environment",
    "study_spans", "study_sections", "study_programs", "study_sources", "study",
    "customer_codes", "events", "summaries", "models", "programs", "opening_names", "opening",
    "workspace", "answers", "wording", "tables", "figures", "reporting", "starter", "cli",
]  # fmt: skip
KNOWN_TO = {
    "ibis": {"events", "summaries", "workspace", "answers"},
    "papermill": {"reporting"},
    "nbconvert": {"reporting"},
    "lifetimes": {"models"},
}


def room(module: Path) -> str:
    parts = module.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imported(module: Path) -> set[str]:
    """Names of modules imported anywhere in a file, those for type checking only left out."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    names: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_a_room_imports_only_from_rooms_above_it(module):
    if module.name == "__init__.py" and module.parent == PACKAGE:
        return
    here = ROOMS.index(room(module))
    for name in imported(module):
        parts = name.split(".")
        if parts[0] == "retention_research" and len(parts) > 1:
            assert ROOMS.index(parts[1]) <= here, f"{module.name} imports {name}"


@pytest.mark.parametrize("library", KNOWN_TO)
def test_a_library_is_known_to_its_rooms_only(library):
    rooms = {room(m) for m in MODULES if any(n.split(".")[0] == library for n in imported(m))}
    assert rooms <= KNOWN_TO[library]


def test_lifetimes_is_met_in_two_files_only():
    files = {m.name for m in MODULES if any(n.split(".")[0] == "lifetimes" for n in imported(m))}
    assert files <= {"demos.py", "lifetimes_check.py"}


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_a_module_fits_on_its_page(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 400


def test_no_module_has_a_name_that_says_nothing():
    nothing = {"utils", "util", "core", "base", "common", "helpers", "misc"}
    assert not nothing & {m.stem for m in MODULES}


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_nothing_is_set_on_self_outside_its_birth(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
        if function.name in ("__init__", "__post_init__"):
            continue
        for node in ast.walk(function):
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                held = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
                assert not (held and target.value.id == "self"), f"{module.name}:{node.lineno}"


def test_nothing_asks_for_today_outside_reporting():
    asked = ("today(", ".now(", "time.time(")
    for module in MODULES:
        if room(module) != "reporting":
            text = module.read_text(encoding="utf-8")
            assert not [word for word in asked if word in text], module.name


NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda n: n.stem)
def test_a_notebook_is_prose_and_short_calls(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)
    assert [c["source"] for c in code if "parameters" in c["metadata"].get("tags", [])]
    for cell in code:
        text = "".join(cell["source"])
        assert len([line for line in text.splitlines() if line.strip()]) <= 3
        assert not {"def", "class", "open(", "lambda"} & set(text.split())


def requirements(texts):
    return {text.split(";")[0].strip().replace(" ", "") for text in texts}


def test_environment_yml_holds_what_pyproject_holds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    theirs = {"ibis-framework[duckdb]": "ibis-duckdb", "duckdb": "python-duckdb"}
    wanted = set()
    for text in requirements(project["dependencies"]):
        name = next(i for i, c in enumerate(text) if c in "<>=~!") if set(text) & set("<>=") else 0
        wanted.add(theirs.get(text[:name], text[:name]) + text[name:])
    wanted.add("python" + project["requires-python"])
    listed = {text for text in conda["dependencies"] if isinstance(text, str)}
    assert requirements(listed) - {"pip"} == wanted


def test_the_lock_holds_every_dependency_with_hashes_and_names_no_server():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in project["dependencies"] + project["optional-dependencies"]["dev"]:
        name = text.split("[")[0].split(">")[0].split("<")[0].split("=")[0].strip().lower()
        assert any(line.startswith(f"{name}==") or line.startswith(f"{name}[") for line in
                   lock.lower().splitlines()), name  # fmt: skip
    pins = [line for line in lock.splitlines() if "==" in line and not line.startswith(" ")]
    assert lock.count("--hash=sha256:") >= len(pins)


def modules_after(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}


HEAVY = {"pandas", "matplotlib", "statsmodels", "lifetimes", "papermill", "numpy", "scipy", "ibis",
         "duckdb", "nbconvert", "pydantic"}  # fmt: skip


def test_help_imports_nothing_heavy():
    code = "import sys\nsys.argv = ['retention-research', '--help']\n"
    code += (
        "from retention_research.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass"
    )
    assert not HEAVY & modules_after(code)


def test_importing_the_package_imports_nothing_heavy():
    assert not HEAVY & modules_after("import retention_research")


def test_the_public_names_are_these():
    import retention_research

    assert sorted(retention_research.__all__) == [
        "__version__", "churn_window", "cohorts", "customer_value", "customer_voice",
        "data_quality", "drivers", "lost_customers", "make_table", "make_tables", "new_study",
        "obstacle_to_cohorts", "obstacle_to_customer_voice", "obstacle_to_drivers",
        "obstacle_to_programs", "obstacle_to_survival", "obstacle_to_value", "open_workspace",
        "program_results", "read_study", "report", "run_study", "scorecard", "survival",
        "wording_of",
    ]  # fmt: skip
    for name in retention_research.__all__:
        assert getattr(retention_research, name) is not None


def test_the_project_names_no_machine():
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in names.stdout.splitlines():
        file = ROOT / name
        if (
            file.suffix in {".py", ".md", ".yml", ".toml", ".ipynb", ".j2", ".css", ""}
            and file.is_file()
        ):
            text = file.read_text(encoding="utf-8")
            assert str(ROOT.parent) + "/" not in text, name
