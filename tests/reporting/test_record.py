"""What a notebook may record, and what is refused when it is recorded."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from retention_research.reporting import record as report
from retention_research.values import Value, estimate, fact, missing

Shown = list[dict[str, Any]]
PICTURE = {"name": "weeks", "svg": "<svg/>", "caption": "By week."}


def test_a_value_is_shown_as_plain_numbers_without_empty_keys(shown: Shown) -> None:
    report.record("bg_nbd.r", estimate(0.24, 0.22, 0.27, n=2357))
    assert shown[0]["values"] == {
        "bg_nbd.r": {
            "value": 0.24, "kind": "estimate", "unit": "",
            "conf_low": 0.22, "conf_high": 0.27, "n": 2357,
        }
    }  # fmt: skip


def test_numbers_of_numpy_become_numbers_of_python(shown: Shown) -> None:
    report.record("purchases.frequency_total", Value(np.int64(3), "fact"))
    assert type(shown[0]["values"]["purchases.frequency_total"]["value"]) is int


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_a_number_that_is_not_finite_is_refused(shown: Shown, number: float) -> None:
    with pytest.raises(ValueError, match="a missing value is None with a reason"):
        report.record("purchases.frequency_total", Value(number, "fact"))


@pytest.mark.parametrize("lacking", ["conf_low", "conf_high", "n"])
def test_an_estimate_without_interval_or_n_is_refused(shown: Shown, lacking: str) -> None:
    given = {"conf_low": 0.1, "conf_high": 0.3, "n": 10} | {lacking: None}
    with pytest.raises(ValueError, match=f"estimate without {lacking}"):
        report.record("bg_nbd.r", Value(0.2, "estimate", **given))


def test_a_missing_estimate_needs_a_reason_and_no_interval(shown: Shown) -> None:
    report.record("bg_nbd.r", missing("estimate", "too few customers"))
    entry = shown[0]["values"]["bg_nbd.r"]
    assert (entry["value"], entry["reason"]) == (None, "too few customers")


def test_a_missing_value_without_reason_is_refused(shown: Shown) -> None:
    with pytest.raises(ValueError, match="missing without a reason"):
        report.record("bg_nbd.r", Value(None, "estimate"))


def test_a_name_that_the_glossary_does_not_know_is_refused(shown: Shown) -> None:
    with pytest.raises(KeyError, match="glossary"):
        report.record("made.up", fact(1))


def test_a_finding_about_an_unknown_value_is_refused(shown: Shown) -> None:
    with pytest.raises(KeyError, match="glossary"):
        report.finding("again", "They come back", values=["made.up"])


def test_a_finding_has_one_of_four_statuses(shown: Shown) -> None:
    with pytest.raises(ValueError, match="not one of ok, warn, bad, info"):
        report.finding("again", "They come back", status="great")  # type: ignore[arg-type]


@pytest.mark.parametrize("alt", ["", "a chart", "forecast_against_actual.svg"])
def test_a_figure_whose_alt_text_says_nothing_is_refused(shown: Shown, alt: str) -> None:
    with pytest.raises(ValueError, match="does not say in a sentence"):
        report.figure(SimpleNamespace(alt=alt, **PICTURE))


@pytest.mark.parametrize("name", ["../up", "With Space", "", "<b>"])
def test_a_name_that_cannot_be_a_file_name_is_refused(shown: Shown, name: str) -> None:
    with pytest.raises(ValueError, match="is not a name"):
        report.table(SimpleNamespace(name=name, html="", csv="", caption=""))


def test_a_section_shows_its_pictures_first_and_its_tables_last(shown: Shown) -> None:
    rows = SimpleNamespace(name="rows", html="<table></table>", csv="", caption="Rows")
    picture = SimpleNamespace(alt="Forecast and actual weekly purchases.", **PICTURE)
    report.section(
        ("again", "They come back"), figures=[picture], notes=["So."],
        folds=[("Checks", ["It holds."])], tables=[rows],
    )  # fmt: skip
    assert [each["kind"] for each in shown] == ["finding", "figure", "note", "points", "table"]


def test_a_list_of_nothing_is_not_shown(shown: Shown) -> None:
    report.points([])
    assert shown == []


def test_a_table_is_folded_unless_it_is_to_be_seen_at_once(shown: Shown) -> None:
    rows = SimpleNamespace(name="rows", html="", csv="", caption="Rows")
    report.table(rows)
    report.table(rows, unfolded=True)
    assert ["unfolded" in each for each in shown] == [False, True]


def test_an_opening_without_an_answer_is_refused(shown: Shown) -> None:
    with pytest.raises(ValueError, match="opens with an answer"):
        report.opening(" ", "", "")


def test_skipping_shows_the_reason_before_it_ends_the_notebook(shown: Shown) -> None:
    with pytest.raises(report.ReportSkipped, match="no repeat buyers"):
        report.skip("no repeat buyers")
    assert shown == [{"kind": "skip", "reason": "no repeat buyers"}]


def test_the_preview_escapes_every_text(monkeypatch: pytest.MonkeyPatch) -> None:
    previews: list[str] = []

    def keep(data: dict[str, Any], raw: bool) -> None:
        previews.append(data["text/html"])

    monkeypatch.setattr("IPython.display.display", keep)
    hostile = "<script>alert(1)</script>"
    report.opening(hostile, hostile, hostile)
    report.tiles([report.Tile(hostile, hostile, hostile, hostile)])
    report.finding("again", hostile, hostile)
    report.limits([hostile])
    report.note(hostile)
    report.points([hostile])
    report.figure(SimpleNamespace(alt=hostile, name="x", svg="<svg/>", caption=hostile))
    report.record("purchases.frequency_total", fact(hostile))
    assert len(previews) == 8
    assert not [text for text in previews if "<script" in text]
