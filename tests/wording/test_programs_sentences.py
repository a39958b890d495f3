"""What the programs report says of reports that are made by hand."""

from dataclasses import replace

import pytest

from retention_research.answers.programs.shape import Check, NextTest
from retention_research.models.fit import Estimate, Missing
from retention_research.study import new_study
from retention_research.tables import make_table, make_tables
from retention_research.wording import (
    programs,
    programs_analysts,
    programs_claims,
    programs_parts,
    programs_tables,
)
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_words import between_of, said
from tests.wording.program_reports import (
    answer,
    arms,
    club,
    desk,
    effect,
    mail,
    program,
    refused,
    worth,
)

EUROS = Wording("en_GB", "EUR")
NONE = Missing("", "It may not be told yet.")
ALL = (refused(), desk(), club(), mail())


def test_programs_to_keep_come_first_and_the_better_proved_before_the_others():
    assert [one.program.id for one in programs.ordered(ALL)] == [
        "mail", "club", "service_desk", "summer",
    ]  # fmt: skip


def test_the_page_opens_with_what_to_keep_and_stop_and_the_best_proved_effect():
    told, _, _ = programs.opening(answer(*ALL), EUROS)
    assert told == (
        "Keep Promotions by mail and Loyalty club. Stop Service desk. With Promotions by mail, 4.5 "
        "more of every 100 customers buy again within 4 weeks (3.2 to 5.8 more)."
    )


def test_money_is_told_with_its_range_and_with_what_it_rests_on():
    _, money, _ = programs.opening(answer(*ALL), EUROS)
    assert "Promotions by mail €1,601 (€334 to €2,868) in 4 weeks;" in money
    assert "in 26 weeks, if like was compared with like" in money


def test_the_next_experiments_and_what_stays_open_are_told():
    _, _, decision = programs.opening(answer(*ALL), EUROS)
    assert (
        "Next, draw by lot 4,200 customers for Loyalty club and 2,000 customers for Summer letter."
    ) in decision
    assert decision.endswith("No decision on Summer letter: no effect can be told.")


def test_a_page_with_nothing_to_tell_still_opens():
    told, money, decision = programs.opening(answer(refused()), EUROS)
    assert told == ("No decision on any program. No program is shown to change what customers do.")
    assert money.startswith("No amount of money")
    assert "Go on" not in decision


def test_an_effect_of_customers_who_chose_it_is_never_the_best_proved():
    told, _, _ = programs.opening(answer(club()), EUROS)
    assert "No program is shown to change what customers do." in told


@pytest.mark.parametrize(
    ("one", "title"),
    [
        (mail(), "Promotions by mail: 4.5 more of every 100 customers buy again within 4 weeks"),
        (mail(gap=-0.03), "Promotions by mail: 3 fewer of every 100 customers buy again within "
         "4 weeks"),
        (desk(), "Service desk: no effect on how many customers buy again within 12 weeks is told "
         "apart from chance"),
        (club(), "Loyalty club: 3.1 more of every 100 customers buy again within 26 weeks, "
         "compared with like customers"),
        (replace(desk(), grade="associated"), "Service desk: these data do not show what it "
         "changes"),
        (replace(club(), grade="associated"), "Loyalty club: 3.1 more of every 100 customers buy "
         "again within 26 weeks, but that is not proved to be its effect"),
    ],
)  # fmt: skip
def test_a_claim_says_no_more_than_its_design_shows(one, title):
    assert programs_claims.claim(one, EUROS).title == title


def test_a_refused_program_says_what_is_wrong_and_what_to_do():
    part = programs_parts.part(refused(), EUROS)
    assert part.claim.title == "Summer letter: no effect can be told"
    assert "come back by themselves" in part.claim.so_what
    assert part.claim.so_what.endswith("Draw by lot who gets the next letter.")
    assert part.tables == []


def test_a_program_whose_cost_is_not_given_says_that_no_decision_can_be_made():
    one = mail(earned=worth(cost=None), decision=Missing("decision", "No cost is given."))
    told = programs_claims.claim(one, EUROS).so_what
    assert told.endswith("Decision: give its cost. No cost is given.")
    assert programs_tables.side_by_side([one], EUROS).iloc[0].to_dict() == {
        "program": "Promotions by mail", "decision": "give its cost", "evidence": "drawn by lot",
        "effect_told": "4.5 more in 4 weeks (3.2 to 5.8 more)", "back_told": "cost not given",
    }  # fmt: skip


def test_margin_that_is_brought_is_told_though_its_cost_is_not_given():
    one = mail(earned=worth(cost=None), decision=Missing("decision", "No cost is given."))
    _, money, decision = programs.opening(answer(one), EUROS)
    assert money == (
        "Promotions by mail brought €2,601 (€1,334 to €3,869) of margin in 4 weeks; what it cost "
        "is not given."
    )
    assert decision == "Give the cost of Promotions by mail: the decision follows."
    tile = programs.tiles(answer(one), EUROS)[1]
    assert (tile.label, tile.note) == (
        "More margin in 4 weeks", "Promotions by mail, drawn by lot; its cost is not given",
    )  # fmt: skip


def test_of_many_programs_the_opening_names_the_first():
    many = [
        replace(refused(), program=program("before_after", f"p{n}", f"Letter {n}"), decision="test")
        for n in range(16)
    ]
    told, _, decision = programs.opening(answer(*many), EUROS)
    assert told.startswith("Test Letter 0, Letter 1, Letter 2, Letter 3, Letter 4, Letter 5 and 10")
    assert decision.endswith("; 14 more draws are told below.")


def test_an_experiment_larger_than_there_are_customers_says_what_these_could_show():
    test = NextTest("retained", 7838, 0.02, 0.8, "Draw.", 5000, 0.025)
    told = programs_claims.next_note(club(next_test=test), EUROS)
    assert told == (
        "Next experiment: Draw. It takes 7,838 customers to find 2 more or fewer of every 100 "
        "customers buying again; the 5,000 there are show no less than 2.5."
    )
    assert programs_claims.next_in_full(club(next_test=test), EUROS)[-1] == (
        "There are 5,000 customers to draw: with all of them, 2.5 more or fewer of every 100 "
        "customers buying again would be found with a chance of 80%. To find 2 more or fewer of "
        "every 100 customers buying again, it takes 7,838 customers: more than there are now."
    )
    _, _, decision = programs.opening(answer(club(next_test=test)), EUROS)
    assert decision.endswith(
        "There are too few to settle Loyalty club by a draw now: what all of them could show "
        "stands below."
    )
    assert "draw by lot" not in decision


def test_units_of_a_roll_out_are_drawn_as_units():
    test = NextTest("purchases", 88, 0.062, 0.8, "Draw.", 120, None, "regions")
    assert "It takes 88 regions" in programs_claims.next_note(desk(next_test=test), EUROS)
    _, _, decision = programs.opening(answer(desk(next_test=test)), EUROS)
    assert "Next, draw by lot 88 regions for Service desk." in decision


def test_an_experiment_that_only_has_to_go_on_is_not_drawn_anew():
    step = "Wait until the windows of 5,639 more customers are over."
    early = mail(effects=(), withheld="It may be looked at from 10,000 customers on.",
                 next_step=step, decision=NONE)  # fmt: skip
    part = programs_parts.part(early, EUROS)
    assert part.claim.so_what.endswith(f"customers on. {step}")
    early = replace(early, decision="test")
    told, _, todo = programs.opening(answer(early), EUROS)
    assert "Test" not in told
    assert todo == "Not told yet: Promotions by mail; what is lacking stands below."
    assert not [each for each in part.notes if each.startswith("Next experiment")]


def test_a_check_that_heads_the_part_is_not_told_twice():
    why = "The arms are not as large as the draw should have made them."
    split = mail(effects=(), withheld=why, checks=(Check("The draw", False, why),))
    assert programs_claims.checks(split) == ["\u25a0 Fails: the draw. It is told above."]


def test_an_unproved_program_is_tested_whatever_it_seems_to_bring():
    one = replace(club(), grade="associated", decision="test")
    assert programs_claims.decision(one, EUROS) == "Test it before acting on it."


def test_an_effect_that_is_not_told_apart_from_chance_is_still_given_with_its_range():
    assert programs_claims.claim(desk(), EUROS).so_what.startswith(
        "Seen: 0.4 more of every 100 customers buy again (0.8 fewer to 1.6 more). "
    )


def test_of_an_experiment_whose_effect_is_withheld_only_counts_are_told():
    counts = arms(pairs=(), incremental_per_contact=NONE, complier=NONE)
    why = "It may be looked at from 10,000 customers on."
    early = mail(effects=(), withheld=why, detail=counts)
    part = programs_parts.part(early, EUROS)
    assert part.notes[0].startswith("Drawn by lot: 1,670 for own")
    assert len(part.notes) == 2
    assert part.tables == []
    assert [heading for heading, _ in part.folds] == ["Checks: 1 of 2 hold, 1 cannot be made"]
    told = programs_parts.analysts(early, EUROS)
    assert [name for name, *_ in told.tables] == ["mail-balance"]


def test_failed_checks_are_told_first():
    one = mail(checks=(Check("The draw", True, "As planned."), Check("Alike", False, "Not so.")))
    assert programs_claims.checks(one) == [
        "\u25a0 Fails: alike. Not so.", "\u2713 Holds: the draw. As planned.",
    ]  # fmt: skip
    assert programs_claims.checks_heading(one) == "Checks: 1 of 2 hold, 1 fails"
    assert programs_claims.checks_heading(mail()) == ("Checks: 1 of 2 hold, 1 cannot be made")


def test_sizes_of_arms_call_the_control_group_by_its_plain_name_and_no_other_word():
    sizes = Check("The draw", True, "Large enough: A 915 (planned 905), B 1,100 (planned 1,110).")
    reach = Check("Reached", True, "A message of the program reached 1,200: A few more.")
    one = replace(mail(checks=(sizes, reach)), program=program(control="A"))
    assert programs_claims.checks(one) == [
        "\u2713 Holds: the draw. Large enough: the control group 915 (planned 905), B 1,100 "
        "(planned 1,110).",
        "\u2713 Holds: reached. A message of the program reached 1,200: A few more.",
    ]


def test_the_next_experiment_says_how_many_customers_find_how_much():
    assert programs_claims.next_note(club(), EUROS) == (
        "Next experiment: Draw by lot who is invited to join. It takes 4,200 customers to find 3 "
        "more or fewer of every 100 customers buying again."
    )
    assert programs_claims.next_in_full(club(), EUROS) == [
        "Draw by lot who is invited to join.",
        "With 4,200 customers in all, 3 more or fewer of every 100 customers buying again would be "
        "found with a chance of 80%.",
    ]


def test_how_to_draw_is_folded_away_and_what_to_draw_is_not():
    test = NextTest("retained", 4200, 0.03, 0.8, "Draw by lot whom to invite: ask half. Compare.")
    one = club(next_test=test)
    assert programs_claims.next_note(one, EUROS).startswith(
        "Next experiment: Draw by lot whom to invite. It takes"
    )
    assert programs_claims.next_in_full(one, EUROS)[0] == test.told
    begun = test._replace(told="28 regions have begun: draw half of them. Compare.")
    assert "28 regions have begun: draw half of them. It takes" in programs_claims.next_note(
        club(next_test=begun), EUROS
    )


def waiting():
    """An experiment that is not looked at yet, though its decision is recorded as to test."""
    return mail(
        effects=(), decision="test", next_step="Wait.",
        withheld="It may be looked at from 10,000 customers on: so it was planned. Wait for them.",
    )  # fmt: skip


def test_a_program_of_which_nothing_is_told_yet_is_nowhere_counted_as_to_be_tested():
    found = answer(waiting(), club())
    assert programs.all_programs(found).title == "Of 2 programs: 1 to keep and 1 not told yet"
    told, _, todo = programs.opening(found, EUROS)
    assert "Test" not in told
    assert "Not told yet: Promotions by mail;" in todo
    assert programs.tiles(found, EUROS)[0].note == "Loyalty club; 1 not told yet"
    assert "program.mail.decision" not in programs.all_programs(found).values


def test_a_row_of_a_program_that_is_not_told_yet_says_why_in_short():
    assert programs_tables.side_by_side([waiting()], EUROS).iloc[0].to_dict() == {
        "program": "Promotions by mail", "decision": "not told yet", "evidence": "drawn by lot",
        "effect_told": "\u2013 (it may be looked at from 10,000 customers on)",
        "back_told": "\u2013",
    }  # fmt: skip
    assert programs_tables.side_by_side_in_numbers([waiting()])["decision"].item() == "\u2013"


def lacking(**more):
    """An experiment whose outcomes hold nothing that could tell."""
    bare = replace(effect("retained", 0.0, 1.0), difference=Missing("", "nobody bought."))
    given = {
        "effects": (bare,),
        "decision": NONE,
        "earned": Missing("money", "No amount is known."),
    }
    return mail(**(given | more))


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (lacking(), "Nobody bought."),
        (lacking(effects=()), "No amount is known."),
        (lacking(effects=(), earned=Missing("money", "No effect can be told, nor money.")),
         "It may not be told yet."),
        (lacking(effects=(), earned=worth(), decision="test"),
         "These data hold nothing that could tell."),
    ],
)  # fmt: skip
def test_why_nothing_is_told_is_said_as_its_outcomes_or_its_money_say_it(one, why):
    assert programs_claims.claim(one, EUROS).so_what.startswith(why)


def test_the_table_over_programs_is_left_out_where_no_program_has_an_effect():
    assert programs_analysts.tables([refused()], EUROS) == ()
    assert [name for name, *_ in programs_analysts.tables([mail()], EUROS)] == ["over-programs"]


@pytest.mark.parametrize(
    ("outcome", "gap", "half", "told"),
    [
        ("retained", 0.045, 0.013, "4.5 more of every 100 customers buy again (3.2 to 5.8 more)"),
        ("purchases", -0.02, 0.01, "2 fewer purchases of every 100 customers (1 to 3 fewer)"),
        ("revenue", 2.6, 3.0, "€2.60 more revenue per customer (€0.40 less to €5.60 more)"),
        ("retained", 0.0004, 0.001, "0.04 more of every 100 customers buy again (0.1 fewer to "
         "0.1 more)"),
    ],
)  # fmt: skip
def test_an_effect_is_told_in_the_unit_of_its_outcome(outcome, gap, half, told):
    assert said(effect(outcome, gap, half), EUROS) == told


def test_an_effect_without_a_range_is_told_without_one():
    bare = replace(effect("retained", 0.045, 0.01), difference=Estimate("difference", 0.045))
    assert between_of(bare, EUROS) == ""
    assert said(bare, EUROS) == "4.5 more of every 100 customers buy again"


def test_the_first_table_holds_every_program_in_words_and_in_numbers():
    shown = programs_tables.side_by_side(ALL, EUROS)
    assert list(shown["decision"]) == ["none yet", "stop", "keep", "keep"]
    assert list(shown["effect_told"])[-1] == "4.5 more in 4 weeks (3.2 to 5.8 more)"
    assert list(shown["back_told"])[-1] == "€2.60 for €1 (€1.33 to €3.87)"
    assert list(shown["evidence"])[:2] == ["no evidence", "as good as drawn by lot"]
    numbers = programs_tables.side_by_side_in_numbers(ALL)
    assert numbers["effect"].iloc[-1] == pytest.approx(0.045)
    assert make_table("programs", "All programs", shown, EUROS, numbers).csv.count("\n") == 5


def test_every_table_of_every_part_has_columns_that_the_glossary_knows():
    for one in (mail(), refused()):
        assert make_tables(programs_parts.part(one, EUROS).tables, EUROS) is not None
        assert make_tables(programs_parts.analysts(one, EUROS).tables, EUROS) is not None


def test_the_tiles_say_what_each_program_to_keep_leaves_over_and_on_how_much_money():
    tiles = programs.tiles(answer(*ALL), EUROS)
    assert [(each.label, each.value_text) for each in tiles] == [
        ("Programs to keep", "2 of 4"), ("Margin less cost in 4 weeks", "€1,601"),
        ("Margin less cost in 26 weeks", "€2,970"),
    ]  # fmt: skip
    assert tiles[1].note == "Promotions by mail, drawn by lot; €2.60 back for €1 spent, on €1,000"
    assert tiles[1].value_name == "program.mail.profit"


def test_customers_who_buy_within_a_window_are_not_called_kept():
    earned = worth()
    with_kept = replace(earned, kept=Estimate("kept", 150.0, None, 107.0, 193.0))
    tile = programs.tiles(answer(mail(earned=with_kept)), EUROS)[-1]
    assert (tile.label, tile.value_text, tile.interval_text) == (
        "More customers buying within 4 weeks", "150", "107 to 193",
    )  # fmt: skip
    assert len(programs.tiles(answer(mail(earned=with_kept, gap=0.001)), EUROS)) == 2


def test_limits_speak_of_the_kinds_that_are_there():
    study = new_study(study="shop", currency="EUR", sources={"transactions": {"demo": "cdnow"}})
    both = " ".join(programs.limits(answer(mail(), desk()), study, EUROS))
    assert "roll-out" in both
    assert "roll-out" not in " ".join(programs.limits(answer(mail()), study, EUROS))


def test_analysts_get_the_definition_of_each_kind_and_adjusted_p_values():
    study = new_study(study="shop", currency="EUR", sources={"transactions": {"demo": "cdnow"}})
    told = " ".join(programs_analysts.definitions(answer(club()), study, EUROS))
    assert "later enrolment allowed" in told
    assert "Roll-outs" not in told
    rows = programs_analysts.over_programs([mail(), refused()], EUROS)
    assert list(rows["p_over_programs"]) == [0.0004]


def test_each_grade_on_the_page_is_explained_once():
    assert [each.partition(":")[0] for each in programs.grades(ALL)] == [
        "Drawn by lot", "As good as drawn by lot", "Compared with like customers", "No evidence",
    ]  # fmt: skip
