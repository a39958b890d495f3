"""What is told of an experiment made by hand: its arms, and what reached customers."""

from dataclasses import replace

from retention_research.figures.programs_experiment import pictures
from retention_research.models.fit import Estimate, Missing
from retention_research.tables import make_tables
from retention_research.wording import (
    programs,
    programs_claims,
    programs_experiment,
    programs_versions,
)
from retention_research.wording.numbers import Wording
from tests.wording.program_reports import answer, arms, effect, mail, program

EUROS = Wording("en_GB", "EUR")


def told(**more):
    return " ".join(programs_experiment.notes(mail(detail=arms(**more)), EUROS))


def test_arms_are_told_with_their_sizes_and_the_control_group_by_its_plain_name():
    assert "Drawn by lot: 1,670 for own, 1,665 for generic and 1,665 for the control group." in (
        told()
    )
    assert "holdout" not in told()


def test_everybody_drawn_is_compared_or_counted_among_those_who_are_not():
    one = mail(detail=arms(assigned=5493, unfinished=133, in_two_arms=4, window_days=28))
    planned = replace(one, program=program(planned_n=5000))
    assert programs_experiment.drawn(planned, EUROS).endswith(
        "Not counted: 4 drawn into two groups, 133 not watched for 4 weeks yet and 356 drawn after "
        "the planned number had been."
    )
    assert "356" not in programs_experiment.drawn(one, EUROS)


def many(**more):
    """An experiment with twelve versions, which differ where that is asked for."""
    names = [f"v{n}" for n in range(12)]
    pair = effect("retained", 0.04, 0.05, p_adjusted=0.6)
    pairs = [replace(pair, treated=name) for name in names]
    pairs += [
        replace(pair, treated=one, control=other, **(more if (one, other) == ("v1", "v0") else {}))
        for place, one in enumerate(names) for other in names[:place]
    ]  # fmt: skip
    sizes = dict.fromkeys([*names, "holdout"], 300)
    return arms(arms=sizes, pairs=tuple(pairs), window_days=28)


def test_many_versions_and_pairs_of_them_are_left_to_the_table():
    words = " ".join(programs_experiment.notes(mail(detail=many()), EUROS))
    assert "and 7 more groups." in words
    assert "; 7 more in the table." in words
    assert "Of 66 pairs of versions, none is told apart from chance." in words
    assert "rather than" not in words


def test_of_many_pairs_those_that_differ_are_named():
    apart = effect("retained", 0.2, 0.05, p_adjusted=0.001)
    found = many(difference=apart.difference, p_adjusted=0.001)
    words = " ".join(programs_experiment.notes(mail(detail=found), EUROS))
    assert "Of 66 pairs of versions, 1 is told apart from chance: v1 and v0." in words


def test_every_version_is_held_against_the_control_group():
    assert (
        "of 100 customers: generic 4 more (2.5 to 5.5 more); own 5 more (3.5 to 6.5 more)."
        in told()
    )


def test_versions_that_do_not_differ_beyond_chance_are_told_so():
    assert "The version own rather than generic: 1 more" in told()
    assert "that is not told apart from chance" in told()


def test_a_version_that_is_not_told_from_chance_says_so():
    doubted = replace(arms().pairs[0], difference=Estimate("d", 0.01, None, -0.01, 0.03))
    words = told(pairs=(doubted, *arms().pairs[1:]))
    assert "generic 1 more (1 fewer to 3 more), not told apart from chance; own 5 more" in words


def better(gap, half, **more):
    """A comparison of the general version with the own one, and what is said of it."""
    pair = replace(effect("retained", gap, half, **more), treated="generic", control="own")
    return programs_versions.better_version(mail(detail=arms(pairs=(pair,))), EUROS)


def test_the_better_version_is_named_whichever_way_it_was_compared():
    assert better(0.03, 0.01) == (
        "Use generic rather than own: 3 more of every 100 customers buy again (2 to 4 more)."
    )
    assert better(-0.03, 0.01) == (
        "Use own rather than generic: 3 more of every 100 customers buy again (2 to 4 more)."
    )


def test_no_version_is_named_that_is_not_proved_the_better_one():
    assert better(0.03, 0.04) == ""
    assert better(0.03, 0.01, p_adjusted=0.2) == ""
    pair = replace(effect("retained", 0.03, 0.01), treated="generic", control="own")
    chosen = mail("associated", detail=arms(pairs=(pair,)))
    assert programs_versions.better_version(chosen, EUROS) == ""


def test_of_versions_not_told_apart_the_only_one_that_works_is_used():
    own, rest = arms().pairs[1], arms().pairs[2]
    weak = replace(arms().pairs[0], difference=Estimate("d", 0.02, None, -0.01, 0.05))
    one = mail(detail=arms(pairs=(weak, own, rest)))
    assert programs_versions.better_version(one, EUROS) == (
        "Until one version is proved the better one, use the version own: it alone is told apart "
        "from none at all."
    )
    assert (
        "Use the version own for Promotions by mail, the only one"
        in programs.opening(answer(one), EUROS)[2]
    )
    both = mail(detail=arms())
    assert programs_versions.better_version(both, EUROS) == ""


def test_the_version_to_use_stands_in_the_claim_and_in_the_opening():
    found = replace(effect("retained", 0.036, 0.02), treated="personalised", control="general")
    one = mail(detail=arms(personalised=(found,)))
    assert programs_claims.claim(one, EUROS).so_what.endswith(
        "Use personalised messages rather than general ones: 3.6 more of every 100 customers buy "
        "again (1.6 to 5.6 more)."
    )
    _, _, decision = programs.opening(answer(one), EUROS)
    assert "Use personalised messages rather than general ones for Promotions by mail" in decision


def test_nobody_drawn_is_not_a_list_of_nothing():
    assert told(arms={"own": 0}, pairs=()).startswith("Nobody who was drawn is compared.")


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
    assert "Of every 100 customers, 3 more (1 to 5 more) came back and then bought" in words


def test_with_one_version_the_claim_is_not_told_twice():
    alone = {"arms": {"own": 10, "holdout": 10}, "pairs": arms().pairs[1:2]}
    assert "Each against" not in told(**alone)
    assert programs_experiment.tables(mail(detail=arms(**alone)), EUROS) == ()
    assert len(pictures(mail(detail=arms(**alone)), EUROS)) == 1


def test_the_table_of_arms_names_who_is_held_against_whom():
    (rows,) = make_tables(programs_experiment.tables(mail(), EUROS), EUROS)
    assert "own against the control group" in rows.html
    assert "holdout" in rows.csv
    assert ">With it<" not in rows.html  # adjusted pair by pair, an arm would have several means
    assert "mean_with" not in rows.csv


def test_each_version_has_a_row_in_the_picture():
    picture = pictures(mail(), EUROS)[1]
    labels = [each.get_text() for each in picture.figure.axes[0].get_yticklabels()]
    assert labels == ["generic", "own"]
    assert "own 5 more (3.5 to 6.5 more)." in picture.alt


def test_analysts_get_the_sample_ratio_and_the_balance():
    notes, rows = programs_experiment.analysts(mail(), EUROS)
    assert notes[0].startswith("Sample ratio: chi-square 0.0100 on 2 df, p ")
    assert make_tables(rows, EUROS)[-1].csv.startswith("covariate,mean_with")
