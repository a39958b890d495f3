"""Pages made from results.json and run.json alone, and the words of progress."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest

from retention_research.reporting.content import Block, Content, Section
from retention_research.reporting.frame import Frame, SourceLine
from retention_research.reporting.pages import absent_page, index_page, summary_page
from retention_research.reporting.progress import Event, show_progress
from retention_research.reporting.report_page import picture_address, prose, render_report
from retention_research.reporting.results import Run, baseline_of

FRAME = Frame("small", "A <shop>", "30 Jun 1998", "r1", (SourceLine("t", "f.csv", "ab"),), "1", ())


def _with(run: Run, **entries: Any) -> Run:
    """The run with these entries among its reports, before its own."""
    reports = {**entries, **run.results["reports"]}
    return Run({**run.results, "reports": reports}, run.record)


def _found(*statuses: str) -> dict[str, Any]:
    found = [{"id": s, "title": f"It is {s}", "status": s} for s in statuses]
    return {"status": "ok", "findings": found}


def _run(as_of: str, value: float, outcome: str = "ok", started: str = "") -> Run:
    tile = {"label": "Customers", "value_text": f"{value:g} people", "value_name": "n"}
    entry = {"status": "ok", "tiles": [tile], "values": {"n": {"value": value}}}
    record = {"outcome": outcome, "started": started or as_of, "parameters": {"title": "A <shop>"}}
    name = f"{as_of}-{outcome}"
    return Run({"run": name, "as_of": as_of, "study": "s", "reports": {"a": entry}}, record)


def test_the_index_shows_a_headline_over_the_good_runs() -> None:
    runs = [_run("2024-01-31", 10), _run("2024-02-29", 99, "failed"), _run("2024-03-31", 30)]
    page = index_page({"s": runs})
    assert "Customers: 10 people, 30 people in 2 runs, oldest first." in page
    assert "99 people" not in page
    assert "A &lt;shop&gt;" in page


def test_the_index_says_when_the_last_run_failed_and_when_not() -> None:
    good, bad = _run("2024-01-31", 10), _run("2024-02-29", 9, "failed")
    later = _run("2024-01-31", 11, started="2024-03-01")
    assert "The last run" in index_page({"s": [good, bad]})
    assert "The last run" not in index_page({"s": [good, later, bad]})


def test_the_index_shows_how_sure_a_headline_is() -> None:
    run = _run("2024-01-31", 10)
    tile = run.results["reports"]["a"]["tiles"][0]
    tile |= {"interval_text": "8 to 12 people", "note": "in 39 weeks"}
    page = index_page({"s": [run]})
    assert "8 to 12 people" in page
    assert "in 39 weeks" in page


def test_the_index_names_the_reports_that_were_skipped() -> None:
    absent = {"status": "skipped", "reason": "No tickets."}
    named = absent | {"title": "What <customers> say"}
    one, two = (
        _with(_run("2024-01-31", 1), b=named),
        _with(_run("2024-01-31", 1), b=named, c_d=absent),
    )
    assert "1 report skipped: What &lt;customers&gt; say." in index_page({"s": [one]})
    assert "2 reports skipped: What &lt;customers&gt; say; C d." in index_page({"s": [two]})
    assert "skipped" not in index_page({"s": [_run("2024-01-31", 1)]}).partition("</style>")[2]


def test_what_the_study_wants_said_is_on_every_page() -> None:
    told = replace(FRAME, notes=("The data are <simulated>.",))
    run, entry = _run("2024-01-31", 10), {"status": "skipped", "reason": "No tickets."}
    for page in (summary_page(run, None, told), absent_page("a", entry, told)):
        assert "The data are &lt;simulated&gt;." in page
    assert 'role="note"' not in summary_page(run, None, FRAME).partition("</style>")[2]


def test_a_headline_shows_its_target_and_what_changed() -> None:
    run = _run("2024-01-31", 10)
    run.results["reports"]["a"]["tiles"][0] |= {
        "target": "Target 12: behind",
        "changes": ["2 up on Dec 2023", "1 down on Jan 2023"],
    }
    page = summary_page(run, None, FRAME)
    assert re.search("Target 12: behind.*2 up on Dec 2023.*1 down on Jan 2023", page, re.DOTALL)


def test_the_summary_puts_problems_and_warnings_first() -> None:
    run = _with(_run("2024-01-31", 1), b=_found("info", "ok", "warn", "bad"))
    page = summary_page(run, None, FRAME)
    places = [page.index(f"It is {status}") for status in ("bad", "warn", "info", "ok")]
    assert places == sorted(places)
    assert "For information" not in page


@pytest.mark.parametrize(
    ("entry", "order"),
    [
        (_found("ok", "info"), ["a", "data_quality"]),
        ({"status": "skipped", "reason": ""}, ["a", "data_quality"]),
        (_found("ok", "warn"), ["data_quality", "a"]),
        (_found("bad"), ["data_quality", "a"]),
        ({"status": "failed", "error": {"words": ""}}, ["data_quality", "a"]),
    ],
)
def test_data_quality_comes_last_unless_it_is_in_doubt(
    entry: dict[str, Any], order: list[str]
) -> None:
    page = summary_page(_with(_run("2024-01-31", 1), data_quality=entry), None, FRAME)
    assert re.findall(r'<h2 id="(\w+)">', page) == order


def test_the_index_leaves_out_folders_without_runs() -> None:
    assert "No runs yet" in index_page({"empty": []})


def test_the_baseline_is_the_newest_good_run_with_an_earlier_day() -> None:
    runs = [_run("2024-01-31", 1), _run("2024-02-29", 2), _run("2024-03-15", 3, "failed")]
    assert baseline_of(runs, "2024-03-31")["as_of"] == "2024-02-29"  # type: ignore[index]
    assert baseline_of(runs, "2024-02-29")["as_of"] == "2024-01-31"  # type: ignore[index]
    assert baseline_of(runs, "2024-01-31") is None


def test_a_failed_report_has_a_page_in_plain_words() -> None:
    error = {"type": "KeyError", "cell": 4, "words": "Not published."}
    page = absent_page("survival", {"status": "failed", "error": error}, FRAME)
    assert "This report could not be made." in page
    assert "<code>KeyError</code> in code cell 4" in page


def test_a_page_shows_lists_escaped_and_unfolds_the_tables_that_ask_for_it() -> None:
    claim = {"id": "a", "title": "A", "so_what": "", "status": "info", "values": []}
    table = {"name": "t", "caption": "T", "html": "<table></table>", "csv": ""}
    listed = Block("points", {"sentences": ["1 < 2"], "heading": ""})
    hidden = Block("points", {"sentences": ["Yes."], "heading": "Checks"})
    seen, folded = Block("table", {**table, "unfolded": True}), Block("table", table)
    section = Section(claim, (listed, hidden, seen, folded))
    page = render_report("a", Content("T", None, (), (), (section,), (), (), (), {}, ()), FRAME)
    assert '<ul class="points"><li>1 &lt; 2</li></ul>' in page
    assert '<details class="more"><summary>Checks</summary><ul class="points">' in page
    assert page.count('<details class="table" open>') == 1
    assert page.count('<details class="table">') == 1


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("![a picture](https://x.org/p.png)", "<p>a picture</p>"),
        ("[run](javascript:alert(1))", "run"),
        ("[the paper](https://doi.org/10.1/2)", "the paper (doi.org/10.1/2)"),
        ("## A heading", "<h3>A heading</h3>"),
        ("<img src=x onerror=y>", "&lt;img src=x onerror=y&gt;"),
    ],
)
def test_prose_keeps_its_words_and_loses_its_markup(text: str, html: str) -> None:
    made = prose(text)
    assert html in made
    assert "<script" not in made
    assert "<img" not in made
    assert "href" not in made


def test_a_displayed_picture_cannot_break_out_of_its_attribute() -> None:
    assert picture_address("image/png", 'aGk="><script>') == "data:image/png;base64,aGk=script"


def test_progress_is_plain_lines_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    with show_progress(stream) as tell:
        tell(Event("reading the data"))
        tell(Event("working", "survival", 3, 9))
        tell(Event("done", "survival", ended="ok"))
    lines = [line.split(" ", 1)[1] for line in stream.getvalue().splitlines()]
    assert lines == ["reading the data", "survival: done"]


def test_progress_is_a_bar_on_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream: Any = Terminal()
    with show_progress(stream) as tell:
        tell(Event("working", "survival", 3, 9))
        tell(Event("done", "survival", ended="ok"))
    assert "survival: done" in stream.getvalue()
    assert "9/9" in stream.getvalue()
