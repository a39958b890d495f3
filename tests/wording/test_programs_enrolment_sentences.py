"""What is told and drawn of customers who chose a program, proved and not."""

from dataclasses import replace
from datetime import date

import pytest

from retention_research.answers.programs.enrolment_detail import Counted, EnrolmentDetail
from retention_research.answers.programs.shape import Check
from retention_research.figures.canvas import FAINT
from retention_research.figures.programs_enrolment import pictures
from retention_research.figures.programs_parts import pictures as part_pictures
from retention_research.models.fit import Missing
from retention_research.tables import make_tables
from retention_research.wording import programs_claims, programs_money, programs_parts
from retention_research.wording.numbers import Wording
from tests.wording.program_reports import club, effect, mail, program

EUROS = Wording("en_GB", "EUR")
NONE = Missing("", "Not looked at.")
WHO = Counted("week", 0.9, 0.95, 1000, 900, 0, 0, 0, 4100, 90_000, 84, date(2022, 1, 1),
              date(2023, 6, 1), 1.0, 0, 30, "fitted", {})  # fmt: skip
APART = Check("alike beforehand", False, "They differ.")


def test_the_cost_of_a_club_says_what_it_is_made_of():
    one = club()
    priced = replace(one, program=program("enrolment", "club", "Club", cost_per_member=2.5))
    told = programs_money.money_notes(priced, EUROS)[0]
    assert "That is €2.50 for joining and what the members redeemed within the window" in told
    assert "for joining" not in programs_money.money_notes(one, EUROS)[0]


def purchases(gap, half=0.05):
    return effect("purchases", gap, half, without=1.2, n=(900, 4100))


def joined(grade="adjusted comparison", checks=(), targeted=False, **more):
    """Customers who joined a club, the naive comparison larger than the adjusted one."""
    detail = EnrolmentDetail(
        targeted=targeted, counted=WHO, before=NONE, ever=(purchases(2.4),),
        plain=(purchases(0.9),), per_protocol=NONE, landmark=NONE, pace=NONE, overlap=None,
        balance=(), placebos={}, e_value=NONE, model_check=NONE, headings={}, not_looked_at=(),
    )  # fmt: skip
    found = (effect("retained", 0.031, 0.02, n=(900, 4100)), purchases(0.4),
             effect("revenue", -89.0, 100.0, without=300.0))  # fmt: skip
    given = {"effects": found, "checks": checks, "detail": detail}
    return replace(club(**(given | more)), grade=grade)


def colours(picture):
    """Filling of each mark of a picture."""
    marks = [line for line in picture.figure.axes[0].lines if line.get_marker() == "o"]
    return [line.get_markerfacecolor() for line in marks]


def test_the_corrected_comparison_is_filled_where_its_checks_hold():
    (picture,) = pictures(joined(), EUROS)
    assert colours(picture)[:2] == ["white", "white"]
    assert colours(picture)[2] not in ("white", FAINT)
    assert "Filled: against customers who are alike" in picture.caption


def test_an_adjusted_comparison_that_is_not_proved_is_hollow_and_called_so():
    (picture,) = pictures(joined("associated", (APART,)), EUROS)
    assert colours(picture) == ["white"] * 3
    assert "none of them is shown to be an effect" in picture.caption
    assert "Filled" not in picture.caption
    assert "Adjusted, still not alike: 40" in picture.alt


@pytest.mark.parametrize(
    ("checks", "name"), [((APART,), "Adjusted, still not alike"), ((), "Adjusted, not proved")]
)
def test_nobody_is_called_alike_who_is_not(checks, name):
    part = programs_parts.part(joined("associated", checks), EUROS)
    tables = {rows[0]: rows[2] for rows in part.tables}
    assert name in tables["club-comparisons"]["comparison"].tolist()
    assert "with like customers" not in " ".join(rows[1] for rows in part.tables)


def test_those_who_still_differ_are_not_told_to_be_alike():
    notes = " ".join(programs_parts.part(joined("associated", (APART,)), EUROS).notes)
    assert "others made as alike in what was known before as can be, which is not enough" in notes
    assert "others who are alike" in " ".join(programs_parts.part(joined(), EUROS).notes)


def test_where_it_is_not_proved_no_column_says_what_there_would_be_without():
    first = programs_parts.part(joined("associated"), EUROS).tables[0]
    assert list(first[2].columns)[1:3] == ["mean_had", "mean_weighted"]
    assert first[1].endswith("those who had it and others")
    (table, *_) = make_tables([first], EUROS)
    assert "Others, weighted" in table.html
    assert ">Without it<" not in table.html
    sure = programs_parts.part(joined(), EUROS).tables[0]
    assert list(sure[2].columns)[1:3] == ["mean_with", "mean_without"]


def test_outcomes_that_point_the_other_way_are_named_where_none_is_proved():
    told = programs_claims.claim(joined("associated"), EUROS).so_what
    assert "Revenue points the other way." in told
    assert "the other way" not in programs_claims.claim(joined(), EUROS).so_what


def test_a_campaign_is_headed_by_whom_the_company_chose():
    part = programs_parts.part(joined("associated", targeted=True), EUROS)
    assert part.claim.title == (
        "Loyalty club: sent to chosen customers, so whom it chose cannot be told apart from what "
        "it changed"
    )


def test_outcomes_that_are_not_proved_are_drawn_hollow():
    (picture, *_) = part_pictures(mail("associated"), EUROS)
    assert set(colours(picture)) == {"white"}
    assert "than others, which is not proved to be due to it" in picture.caption
    (sure, *_) = part_pictures(mail(), EUROS)
    assert "white" not in colours(sure)
