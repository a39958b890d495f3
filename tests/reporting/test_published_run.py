"""A published run: its files, its pages, and what they never hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.reporting import small_studies as small


def _page(run: Path, name: str = "comes_back") -> str:
    return (run / f"{name}.html").read_text(encoding="utf-8")


def test_results_hold_values_findings_and_statuses(good_run: Path) -> None:
    results = small.read_json(good_run / "results.json")
    report = results["reports"]["comes_back"]
    assert (results["schema"], results["study"], results["as_of"]) == (1, "small", "1998-06-30")
    assert results["run"] == good_run.name
    assert report["status"] == "ok"
    assert report["values"]["bg_nbd.r"] == {
        "value": 0.2426, "kind": "estimate", "unit": "",
        "conf_low": 0.219, "conf_high": 0.268, "n": 2357,
    }  # fmt: skip
    assert report["findings"] == [
        {"id": "again", "title": "Half of them come back", "so_what": "Write to them early.",
         "status": "warn", "values": ["purchases.frequency_total"]}
    ]  # fmt: skip


def test_a_skipped_report_has_its_reason_in_results_and_on_its_page(good_run: Path) -> None:
    entry = small.read_json(good_run / "results.json")["reports"]["programs"]
    reason = "This study has no programs."
    assert entry == {"status": "skipped", "title": "Programs", "reason": reason}
    assert "This study has no programs." in _page(good_run, "programs")


def test_the_run_record_says_what_made_the_run(good_run: Path) -> None:
    record = small.read_json(good_run / "run.json")
    assert record["parameters"] == {"study": "small", "seed": 1}
    assert record["origins"] == {"study": "small.yml, line 1"}
    assert record["data"] == {"transactions": "ab" * 32}
    assert {"papermill", "nbconvert", "numpy"} <= set(record["packages"])
    assert record["reports"]["comes_back"]["status"] == "ok"
    assert record["started"] <= record["ended"]


def test_the_rows_of_a_table_are_beside_the_page(good_run: Path) -> None:
    assert (good_run / "tables" / "comes_back-weeks.csv").read_text() == "week,n\n1,90\n"
    assert 'href="tables/comes_back-weeks.csv"' in _page(good_run)


def test_the_executed_notebook_has_no_clock_and_a_fixed_injected_cell(good_run: Path) -> None:
    text = (good_run / "notebooks" / "01_comes_back.ipynb").read_text(encoding="utf-8")
    cells = json.loads(text)["cells"]
    assert [c["id"] for c in cells if "injected-parameters" in c["metadata"].get("tags", [])] == [
        "injected-parameters"
    ]
    assert cells[1]["source"] == ["# Parameters\n", 'study = "study.yml"\n']
    assert "papermill" not in text
    assert not re.search(r"20\d\d-\d\d-\d\dT\d\d:", text)


def test_a_page_comes_in_the_order_that_readers_need(good_run: Path) -> None:
    page = _page(good_run)
    marks = ["Customers come back.", "Repeat purchases", "On this page", "A line of prose",
             'id="again"', "data:image/svg+xml", "weeks.csv", "Limits and assumptions</h2>",
             'id="analysts"', "The method is in the paper.", "The code behind this page",
             "Where this comes from"]  # fmt: skip
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)


def test_no_page_holds_a_script_or_an_address_outside_it(good_run: Path) -> None:
    for path in good_run.glob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "<script" not in re.sub(r'src="data:[^"]*"', "", page)
        addresses = re.findall(r"""(?:href|src)=["']?([^"'\s>]*)|url\(([^)]*)""", page)
        outside = [a for pair in addresses for a in pair if re.match(r"\w+:|//", a)]
        assert all(a.startswith("data:") for a in outside), outside
        assert "@import" not in page


def test_every_page_allows_nothing_but_its_own_style_and_pictures(good_run: Path) -> None:
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    for path in [*good_run.glob("*.html"), good_run.parent.parent / "index.html"]:
        page = path.read_text(encoding="utf-8")
        assert page.index(policy) < page.index("<title>")


def test_markup_in_prose_notes_titles_and_output_is_shown_as_text(good_run: Path) -> None:
    page = _page(good_run)
    assert "&lt;b&gt;markup&lt;/b&gt;" in page
    assert "<h1>Who &lt;comes&gt; back?</h1>" in page
    assert page.count("&lt;script&gt;") >= 2
    assert "link (x.org)" in page


def test_no_page_holds_a_clock_time(good_run: Path) -> None:
    started = small.read_json(good_run / "run.json")["started"][:10]
    for path in good_run.glob("*.html"):
        assert started not in path.read_text(encoding="utf-8")


def test_the_pages_name_run_source_and_hash(good_run: Path) -> None:
    for name in ("comes_back", "programs", "index"):
        page = _page(good_run, name)
        assert good_run.name in page
        assert "orders.csv <code>abababababab</code>" in page


def test_the_summary_leads_to_every_report_and_shows_headlines(good_run: Path) -> None:
    page = _page(good_run, "index")
    parts = ('href="comes_back.html"', 'href="programs.html"', "2,457", "Customers come back.")
    for part in (*parts, "comes_back.html#again", "Worth watching", "Skipped"):
        assert part in page


def test_the_index_leads_to_the_latest_run_and_to_every_run(good_run: Path) -> None:
    page = (good_run.parent.parent / "index.html").read_text(encoding="utf-8")
    assert 'href="small/latest/index.html"' in page
    assert f'href="small/{good_run.name}/index.html"' in page


@pytest.mark.parametrize("part", ['lang="en-GB"', "<main id", 'href="#main"', "<h1>"])
def test_every_page_has_landmarks_a_language_and_one_title(good_run: Path, part: str) -> None:
    for path in [*good_run.glob("*.html"), good_run.parent.parent / "index.html"]:
        assert path.read_text(encoding="utf-8").count(part) == 1, path.name
