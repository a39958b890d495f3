"""Pictures of programs: every program, marks told apart without colour, words where none is."""

import pytest

from retention_research.figures import programs as figures
from retention_research.figures.programs_parts import pictures
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_tables import overview
from tests.wording.program_reports import club, desk, mail, refused

EUROS = Wording("en_GB", "EUR")
ALL = (mail(), club(), desk(), refused())


@pytest.fixture(scope="module")
def both():
    return figures.side_by_side(overview(ALL, EUROS), 0.95, EUROS)


def test_every_program_has_a_row_with_how_sure_one_is_in_words(both):
    for picture in both:
        labels = [each.get_text() for each in picture.figure.axes[0].get_yticklabels()]
        assert [each.replace("\n", " ") for each in labels] == [
            "Promotions by mail (in 4 weeks, drawn by lot)",
            "Loyalty club (in 26 weeks, compared with like customers)",
            "Service desk (in 12 weeks, as good as drawn by lot)",
            "Summer letter (no evidence)",
        ]


def test_what_cannot_be_told_is_said_in_words_and_has_no_mark(both):
    axes = both[0].figure.axes[0]
    assert [text.get_text() for text in axes.texts] == ["not told"]
    marks = [line for line in axes.lines if line.get_marker() not in ("None", "")]
    assert len(marks) == 3


def test_grades_differ_in_shape_or_filling_alone():
    looks = [(shape, face == "white") for shape, _, face in figures.MARKS.values()]
    assert len(set(looks)) == len(looks)


def test_the_alt_texts_tell_every_effect_and_profit(both):
    assert (
        "Promotions by mail, in 4 weeks, drawn by lot: 4.5 more (3.2 to 5.8 more);" in both[0].alt
    )
    assert "Summer letter, no evidence: no effect told." in both[0].alt
    assert "Promotions by mail, in 4 weeks, drawn by lot: €0.48 (€0.10 to €0.86);" in both[1].alt


def test_without_any_effect_nothing_is_drawn():
    assert figures.side_by_side(overview((refused(),), EUROS), 0.95, EUROS) == []
    assert pictures(refused(), EUROS) == []


def test_pictures_are_small_the_same_twice_and_readable_on_a_phone(both):
    again = figures.side_by_side(overview(ALL, EUROS), 0.95, EUROS)
    for first, second in zip([*both, *pictures(mail(), EUROS)],
                             [*again, *pictures(mail(), EUROS)], strict=True):  # fmt: skip
        assert first.svg == second.svg
        assert len(first.svg) < 25_000
        axes = first.figure.axes[0]
        assert all(label.get_fontsize() >= 10 for label in axes.get_yticklabels())


def test_no_label_is_cut_off(both):
    for picture in both:
        figure = picture.figure
        whole = figure.bbox
        for text in [figure.axes[0].xaxis.label, *figure.axes[0].get_yticklabels()]:
            box = text.get_window_extent()
            assert whole.x0 <= box.x0
            assert box.x1 <= whole.x1 + 1
