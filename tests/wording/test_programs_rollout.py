"""What readers and analysts are told of a roll-out."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from retention_research.figures.programs_rollout import pictures
from retention_research.glossary import column
from retention_research.models.fit import Missing
from retention_research.tables import make_table
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_rollout import analysts, further_notes, notes, tables
from tests.wording.rollout_reports import detail, report

SAY = Wording("en_GB", "EUR")
TRADE = ("pre-trend", "fixed effects", "hold-out", "holdout", "bootstrap", "influence", "cohort")


@pytest.fixture(scope="module")
def found():
    return report(detail())


def test_readers_are_told_who_is_held_against_whom(found):
    assert notes(found, SAY)[0] == (
        "12 regions began between 1 Jan 2024 and 4 Mar 2024. Each is held against those that had "
        "not begun by the end of its 12 weeks (18 regions at one start or another, those that "
        "began later among them), over customers who had bought there before it began; each side "
        "against its own mean of the 48 weeks before."
    )
    once = replace(found, detail=replace(found.detail, last=found.detail.first))
    assert (
        "held against 18 regions that had not begun by the end of its 12 weeks"
        in (notes(once, SAY)[0])
    )


def test_readers_are_told_what_a_drift_could_do(found):
    assert "still clear of none" in further_notes(found, SAY)[0]
    assert "it could then also be none at all" in further_notes(report(detail(gain=0.0)), SAY)[0]


def test_readers_are_told_where_the_telling_ends():
    last = notes(report(detail(told_until=date(2024, 3, 4))), SAY)[-1]
    assert last.startswith("On 4 Mar 2024 the last of them began")


def test_readers_meet_no_term_of_the_trade(found):
    said = " ".join([*notes(found, SAY), *further_notes(found, SAY),
                     *(check.told for check in found.checks),
                     *(caption for _, caption, _, _ in tables(found, SAY)),
                     *(picture.caption for picture in pictures(found, SAY))])  # fmt: skip
    assert not [word for word in TRADE if word in said.lower()]


def test_small_waves_show_no_range_of_their_own(found):
    waves = next(rows for name, _, rows, _ in tables(found, SAY) if name.endswith("waves"))
    assert waves["wave"].tolist() == ["1 Jan 2024", "other days"]
    assert waves["wave_told"].tolist() == ["5 (3 to 7)", "7"]


def test_the_course_is_told_in_weeks_and_of_100_customers(found):
    shown, numbers = next(rows[2:] for rows in tables(found, SAY) if rows[0].endswith("course"))
    assert shown["since_start"].tolist()[2:4] == ["4 to 0 weeks before", "0 to 4 weeks after"]
    assert len(shown) == len(numbers) == 6


def test_every_column_is_in_the_glossary_and_every_table_can_be_made(found):
    _, own = analysts(found, SAY)
    for name, caption, shown, numbers in (*tables(found, SAY), *own):
        for frame in (shown, numbers):
            assert frame is None or all(column(each).meaning for each in frame.columns)
        assert make_table(name, caption, shown, SAY, numbers).html


def test_analysts_are_told_that_two_way_fixed_effects_are_a_warning(found):
    told, _ = analysts(found, SAY)
    warning = next(note for note in told if "two-way fixed effects" in note)
    assert warning.startswith("A warning, not a result")
    assert "9 (7 to 11)" in warning


def test_analysts_are_told_why_there_is_no_interval():
    few = report(detail(reassigned=Missing("randomisation", "Only 10 ways."), treated=2))
    told, _ = analysts(few, SAY)
    assert "No interval: Only 10 ways." in told
    assert few.grade == "associated"


def test_analysts_are_told_of_how_many_ages_no_band_is_given():
    course = detail().course
    low = course.low.copy()
    low[[0, -1]] = np.nan
    told = " ".join(analysts(report(detail(course=course._replace(low=low))), SAY)[0])
    assert f"all {low.size - 2} ages that have one at once" in told
    assert "Of 2 ages no band is given" in told


def test_a_course_that_cannot_be_judged_is_said_to_be_so():
    unknown = report(detail(pre_trend=Missing("pre_trend", "One span alone.")))
    assert "It cannot be checked. One span alone." in [check.told for check in unknown.checks]
    assert unknown.grade == "associated"
    assert further_notes(unknown, SAY) == ()


def test_the_picture_says_what_it_shows(found):
    (picture,) = pictures(found, SAY)
    assert picture.name == "service_desk-course"
    assert "0 to 4 weeks after" in picture.alt
    assert "<svg" in picture.svg


def test_a_report_without_a_course_has_nothing_to_show(found):
    none = replace(found, detail=None)
    told = (notes(none, SAY), further_notes(none, SAY), tables(none, SAY), pictures(none, SAY))
    assert told == ((), (), (), ())
    assert analysts(none, SAY) == ((), ())
