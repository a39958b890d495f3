"""What is told of an experiment made by hand: its arms, and what reached customers."""

from dataclasses import replace

from retention_research.figures.programs_experiment import pictures
from retention_research.models.fit import Missing
from retention_research.tables import make_tables
from retention_research.wording import programs_experiment
from retention_research.wording.numbers import Wording
from tests.wording.program_reports import arms, effect, mail

EUROS = Wording("en_GB", "EUR")


def told(**more):
    return " ".join(programs_experiment.notes(mail(detail=arms(**more)), EUROS))


def test_arms_are_told_with_their_sizes_and_the_control_group_by_its_plain_name():
    assert "Drawn by lot: 1,670 for own, 1,665 for generic and 1,665 for the control group." in (
        told()
    )
    assert "holdout" not in told()


def test_every_version_is_held_against_the_control_group():
    assert (
        "of 100 customers: generic 4 more (2.5 to 5.5 more) and own 5 more (3.5 to 6.5 more)."
        in told()
    )


def test_versions_that_do_not_differ_beyond_chance_are_told_so():
    assert "Own rather than generic: 1 more" in told()
    assert "that is not told apart from chance" in told()


def test_what_messages_bring_is_told_of_a_hundred():
    assert "Every 100 messages bring 3.1 (2 to 4.1) more actions" in told()


def test_what_the_data_do_not_say_is_left_out():
    none = Missing("per_contact", "Nobody counted actions.")
    quiet = told(incremental_per_contact=none, complier=none)
    assert "messages" not in quiet
    assert "reached" not in quiet


def test_personalised_messages_are_held_against_general_ones():
    found = replace(effect("retained", 0.01, 0.016), treated="personalised", control="general")
    acts = replace(effect("actions", 0.02, 0.01), outcome="actions_per_contact")
    words = told(personalised=(found,), actions_per_contact=acts)
    assert "Personalised rather than general messages: 1 more of every 100" in words
    assert "They bring 2 more (1 to 3 more) actions for every 100 messages." in words
    assert "Own rather than" not in words


def test_who_is_not_counted_is_told():
    words = told(in_two_arms=12, unfinished=300, window_days=28)
    assert "Not counted: 12 drawn into two groups and 300 not watched for 4 weeks yet." in words


def test_a_win_back_tells_who_was_drawn_and_whether_they_stay():
    words = told(lapsed=0.97, second_order=effect("second_order", 0.03, 0.02))
    assert "Drawn by lot among customers of whom 97% had stopped buying:" in words
    assert "bought once more as soon, of every 100: 3 more (1 to 5 more)." in words


def test_with_one_version_the_claim_is_not_told_twice():
    alone = {"arms": {"own": 10, "holdout": 10}, "pairs": arms().pairs[1:2]}
    assert "Each against" not in told(**alone)
    assert programs_experiment.tables(mail(detail=arms(**alone)), EUROS) == ()
    assert len(pictures(mail(detail=arms(**alone)), EUROS)) == 1


def test_the_table_of_arms_names_who_is_held_against_whom():
    (rows,) = make_tables(programs_experiment.tables(mail(), EUROS), EUROS)
    assert "own against the control group" in rows.html
    assert "holdout" in rows.csv


def test_each_version_has_a_row_in_the_picture():
    picture = pictures(mail(), EUROS)[1]
    labels = [each.get_text() for each in picture.figure.axes[0].get_yticklabels()]
    assert labels == ["generic", "own"]
    assert "own 5 more (3.5 to 6.5 more)." in picture.alt


def test_analysts_get_the_sample_ratio_and_the_balance():
    notes, rows = programs_experiment.analysts(mail(), EUROS)
    assert notes[0].startswith("Sample ratio: chi-square 0.0100 on 2 df, p ")
    assert make_tables(rows, EUROS)[-1].csv.startswith("covariate,mean_with")
