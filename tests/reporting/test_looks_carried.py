"""Looks at experiments go from run to run, beside the study that notebooks read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from retention_research.reporting.results import Run, baseline_of
from retention_research.reporting.run import Outcome
from tests.reporting import small_studies as small

NAME = "program.mail.look.{}.treated"
EARLIER = """import json, pathlib
kept = pathlib.Path("baseline.json")
known = json.loads(kept.read_text())["values"] if kept.exists() else {}"""
CARRY = """looks = {name: one["value"] for name, one in known.items() if ".look." in name}
for name, value in looks.items(): report.record(name, fact(value, "count"))"""
LOOK = f'report.record("{NAME}", fact({{}}, "count"))'


def _cells(day: str, customers: int) -> dict[str, tuple[str, ...]]:
    cells = (small.SPEAK, EARLIER, CARRY, LOOK.format(day, customers), small.ANSWER)
    return {"01_programs": cells}


def _run_of(day: str, values: dict[str, Any], tiles: tuple[str, ...] = ()) -> Run:
    shown = [{"label": name, "value_text": "1", "value_name": name} for name in tiles]
    report = {"status": "ok", "tiles": shown, "values": values}
    results = {"run": day, "as_of": day, "reports": {"programs": report}}
    return Run(results, {"outcome": "ok", "started": day})


def test_a_baseline_holds_headlines_and_looks_and_nothing_else() -> None:
    values = {"program.mail.roi": 1, "program.mail.look.2024-01-31.treated": 2, "other": 3}
    kept = baseline_of([_run_of("2024-01-31", values, ("program.mail.roi",))], "2024-02-29")
    assert kept is not None
    assert set(kept["values"]) == {"program.mail.roi", "program.mail.look.2024-01-31.treated"}


def test_a_program_called_look_is_no_look() -> None:
    kept = baseline_of([_run_of("2024-01-31", {"program.look.roi": 1})], "2024-02-29")
    assert kept is not None
    assert kept["values"] == {}


@pytest.mark.slow
def test_a_third_run_knows_of_the_looks_of_both_before(
    tmp_path: Path, run: Callable[..., Outcome]
) -> None:
    days = ("1998-03-31", "1998-04-30", "1998-05-31")
    for customers, day in enumerate(days, start=600):
        study = small.write_study(tmp_path, _cells(day, customers))
        last = run(study, prepare=small.prepared(as_of=date.fromisoformat(day)))
    folder = last.page.parent  # type: ignore[union-attr]
    baseline, results = (small.read_json(folder / f"{n}.json") for n in ("baseline", "results"))
    assert list(baseline["values"]) == [NAME.format(day) for day in days[:2]]
    told = results["reports"]["programs"]["values"]
    assert {name: one["value"] for name, one in told.items()} == {
        NAME.format(day): n for n, day in enumerate(days, start=600)
    }


def test_the_same_looks_give_the_same_run(tmp_path: Path, run: Callable[..., Outcome]) -> None:
    first = small.write_study(tmp_path, _cells("1998-03-31", 600))
    run(first, prepare=small.prepared(as_of=date(1998, 3, 31)))
    second = small.write_study(tmp_path, _cells("1998-04-30", 700))
    made, again = (run(second, prepare=small.prepared(as_of=date(1998, 4, 30))) for _ in range(2))
    assert (again.status, again.run) == ("unchanged", made.run)
