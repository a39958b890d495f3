"""Sentences, tables and pictures of looks, groups, rankings and forecasts, from results by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from retention_research.answers.programs.expected import GroupCheck, ModelCheck
from retention_research.answers.programs.looks import Look, Looks
from retention_research.answers.programs.uplift import SegmentEffects
from retention_research.figures.programs_uplift import pictures
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.heterogeneity import Heterogeneity, LevelEffect, shrink_effects
from retention_research.programs.uplift import SHARES, Curve, Uplift
from retention_research.tables import make_tables
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_expected import check_note
from retention_research.wording.programs_segments import segment_methods
from retention_research.wording.programs_uplift import analysts, notes, tables
from tests.wording.program_reports import arms, mail

SAY = Wording("en_GB", "EUR")


def _gap(value, half):
    return Estimate("difference", value, half / 2, value - half, value + half)


def _look(day, value, half, n=(600, 600)):
    return Look(date.fromisoformat(day), *n, {"retained": _gap(value, half)})


def _looks(*past, mode="sequential"):
    return Looks(mode, _look("2024-03-31", 0.05, 0.03, (900, 800)), past, (), {})


def _groups(*effects, names=("north", "south", "west")):
    found = shrink_effects(names, [400] * len(effects), effects)
    return SegmentEffects("home_region", {"retained": found})


def _ranked(area, half):
    gain = 0.08 * SHARES + 4 * area * SHARES * (1 - SHARES)
    curve = Curve(SHARES, gain, gain - 0.02, gain + 0.02)
    first = _gap(0.08 + 3 * area, 0.05)
    qini = Estimate("qini", area, half / 2, area - half, area + half)
    none = np.zeros(3)
    return Uplift(qini, 0.03, _gap(0.08, 0.02), first, curve, 4000, none, none, "linear")


CHECK = ModelCheck(
    (
        GroupCheck("with", 900, Estimate("purchases", 400.0, 20.0, 362.0, 441.0), 452,
                   Estimate("ratio", 1.13)),
        GroupCheck("without", 800, Estimate("purchases", 350.0, 19.0, 314.0, 389.0), 343,
                   Estimate("ratio", 0.98)),
    ),
    Estimate("surplus", 0.07, 0.02, 0.03, 0.11), "bg_nbd", date(2023, 12, 31), 12, 1700,
)  # fmt: skip


def _report(**parts):
    return mail(detail=arms(**parts))


def _said(**parts):
    return " ".join(notes(_report(**parts), SAY))


def test_a_detail_without_these_parts_says_nothing():
    assert notes(_report(), SAY) == ()
    assert tables(_report(), SAY) == ()
    assert pictures(_report(), SAY) == []


def test_looks_at_any_time_are_counted_and_the_first_clear_one_named():
    early = _look("2024-01-31", 0.05, 0.06)
    said = _said(looks=_looks(early, _look("2024-02-29", 0.05, 0.04)))
    assert "this is look 3" in said
    assert "first told apart from chance on 29 Feb 2024" in said


def test_looks_that_show_nothing_say_so():
    looks = replace(_looks(_look("2024-01-31", 0.01, 0.06)), now=_look("2024-03-31", 0.01, 0.05))
    assert "At none of them" in _said(looks=looks)


def test_a_first_look_at_any_time_tells_why_ranges_are_wide():
    said = _said(looks=_looks())
    assert "hold at all looks together" in said
    assert "this is look" not in said


def test_a_second_look_at_an_experiment_for_one_look_is_warned_of():
    said = _said(looks=_looks(_look("2024-01-31", 0.05, 0.06), mode="fixed"))
    assert "looked at once" in said
    assert "31 Jan 2024" in said
    assert notes(_report(looks=_looks(mode="fixed")), SAY) == ()


def test_groups_that_differ_are_named_with_the_program_s_effect():
    said = _said(heterogeneity=(_groups(_gap(0.2, 0.04), _gap(0.0, 0.04), _gap(0.1, 0.04)),))
    assert "differs by home region beyond chance: most for north" in said
    assert "least for south" in said


def test_groups_that_do_not_differ_are_not_ranked():
    said = _said(heterogeneity=(_groups(_gap(0.1, 0.1), _gap(0.0, 0.1), _gap(0.1, 0.1)),))
    assert "not told apart between groups" in said
    assert "north" not in said


def test_groups_that_are_not_compared_say_why():
    alone = Missing("shrunken", "Chance was drawn for sets of customers.")
    level = LevelEffect("north", 400, _gap(0.1, 0.1), alone)
    apart = SegmentEffects(
        "home_region", {"retained": Heterogeneity((level,), None, 0, None, None)}
    )
    said = _said(heterogeneity=(apart,))
    assert said == "Groups by home region are not compared. Chance was drawn for sets of customers."
    assert segment_methods((apart,), SAY)[0].endswith("Chance was drawn for sets of customers.")


def test_of_many_columns_chance_is_taken_over_all_of_them():
    one = _groups(_gap(0.125, 0.08), _gap(0.0, 0.08), _gap(0.0, 0.08))
    assert 0.03 < one.by_outcome["retained"].p_value < 0.05
    assert "beyond chance" in _said(heterogeneity=(one,))
    many = tuple(replace(one, segment=f"column {place}") for place in range(3))
    assert "beyond chance" not in _said(heterogeneity=many)


@pytest.mark.parametrize(("area", "words"), [(0.02, "can be told apart"), (0.002, "does not tell")])
def test_a_ranking_is_recommended_only_where_it_is_clear_of_chance(area, words):
    assert words in _said(uplift=_ranked(area, 0.01))


def test_the_forecast_is_told_for_both_groups_and_between_them():
    said = _said(model_check=CHECK)
    assert "400 purchases forecast (362 to 441), 452 made, 13% above it" in said
    assert "343 made, 2% below it" in said
    assert "7 more (3 to 11 more) purchases beyond the forecast" in said
    assert "chance" not in said


def test_only_a_draw_makes_a_control_group():
    assert "than the control group" in check_note(CHECK, SAY)
    told = check_note(CHECK, SAY, "the others")
    assert "Of the others: " in told
    assert "control group" not in told


def test_a_surplus_that_chance_may_give_says_so():
    doubtful = replace(CHECK, surplus=Estimate("surplus", 0.02, 0.02, -0.02, 0.06))
    assert "not told apart from chance" in _said(model_check=doubtful)


def _full():
    groups = _groups(_gap(0.2, 0.04), _gap(0.0, 0.04), Missing("difference", "Nobody there."))
    return _report(
        looks=_looks(_look("2024-01-31", 0.05, 0.06)), heterogeneity=(groups,),
        uplift=_ranked(0.02, 0.01), model_check=CHECK,
    )  # fmt: skip


def test_before_the_effect_may_be_looked_at_nothing_else_is_told():
    early = _report(
        looks=replace(_looks(), now=Look(date(2024, 1, 31), 400, 100, {})),
        heterogeneity=(_groups(_gap(0.2, 0.04), _gap(0.0, 0.04), names=("a", "b")),),
        uplift=_ranked(0.02, 0.01), model_check=CHECK,
    )  # fmt: skip
    assert len(notes(early, SAY)) == 1
    assert tables(early, SAY) == ()
    assert pictures(early, SAY) == []


def test_every_table_has_its_columns_in_the_glossary_and_a_name_of_its_own():
    made = make_tables([*tables(_full(), SAY), *analysts(_full(), SAY)[1]], SAY)
    names = [table.name for table in made]
    assert names == ["mail-looks", "mail-by-home_region", "mail-forecast", "mail-ranking"]


def test_a_group_without_an_effect_stays_in_the_table():
    shown = {name: frame for name, _, frame, _ in tables(_full(), SAY)}["mail-by-home_region"]
    assert shown["level_alone"].tolist()[-1] == "not available"


def test_pictures_have_names_of_their_own_and_say_their_numbers():
    drawn = {one.name: one for one in pictures(_full(), SAY)}
    assert list(drawn) == ["mail-looks", "mail-by-home_region", "mail-ranking"]
    assert "31 Jan 2024 5 (\u22121 to 11)" in drawn["mail-looks"].alt
    assert "a random half 4," in drawn["mail-ranking"].alt
    assert all(one.svg.startswith("<svg") for one in drawn.values())


def test_analysts_are_told_why_a_part_is_missing():
    said = " ".join(analysts(_report(uplift=Missing("qini", "Too few.")), SAY)[0])
    assert "No ranking by expected effect: Too few." in said
    assert "No check by the value model" in said


def test_terms_of_the_trade_wait_for_the_part_for_analysts():
    said = " ".join(notes(_full(), SAY)).lower()
    for term in ("qini", "uplift", "hold-out", "confidence sequence", "p value", "shrunken"):
        assert term not in said
