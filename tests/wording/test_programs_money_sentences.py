"""What pages say of a program's money, of points and of referrals."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from retention_research.answers.programs.referral import ReferralDetail
from retention_research.answers.programs.rewards import RewardsDetail
from retention_research.answers.programs.rewards_issued import Issued
from retention_research.answers.programs.shape import ProgramReport
from retention_research.figures.programs_money import money_pictures
from retention_research.figures.programs_rewards import pictures
from retention_research.models.fit import Estimate, Missing
from retention_research.models.open_points import OpenPoints
from retention_research.models.points import Fates
from retention_research.programs.economics import Acquiring, money
from retention_research.programs.effects import Effect, MoneyDraws
from retention_research.study_programs import Program
from retention_research.tables import make_table
from retention_research.wording import (
    programs_money,
    programs_money_tables,
    programs_referral,
    programs_rewards,
)
from retention_research.wording.numbers import Wording

EUROS = Wording("en_GB", "EUR")
MAIL = Program(id="mail", kind="experiment", experiment_id="mail", control="none", window="4W")
STEPS = np.linspace(0.0, 1.0, 1001)
JARGON = re.compile(r"bootstrap|percentile|hold-?out|lift|p value|incremental|\bnan\b|None", re.I)


def estimate(value, low=None, high=None):
    return Estimate("x", value, None, low, high)


def paid(grade="randomised", settings=None, **draws):
    """A report on 200 customers, margin 1 to 3 each, cost 1 each."""
    made = {"margin": 1.0 + 2.0 * STEPS, "margin_point": 2.0, "customers": 200,
            "cost": np.ones(1001), "cost_point": 1.0, "kept": 0.1 + 0.2 * STEPS,
            "kept_point": 0.2, "by_week": np.full(4, 0.5)}  # fmt: skip
    found = money(MoneyDraws(**(made | draws)), **({"window_days": 28} | (settings or {})))
    return ProgramReport(MAIL, grade, money=found)


def said(report):
    return " ".join(programs_money.money_notes(report, EUROS))


def test_margin_and_cost_are_told_with_ranges_and_what_does_not_vary_without():
    assert said(paid()).startswith(
        "In the 4 weeks after it reached them, the 200 customers with it brought €400 (€210 to "
        "€590) of margin beyond what they would have brought without. It cost €200, €1.00 for each."
    )


def test_without_costs_the_reason_stands_in_their_place():
    report = paid(cost=None, cost_point=None, settings={"no_cost": "Add `cost_per_contact`."})
    assert "It cost" not in said(report)
    assert "Add `cost_per_contact`." in said(report)
    assert "It breaks even at €2.00 (€1.05 to €2.95)" in said(report)


def test_of_an_effect_that_is_not_proved_the_difference_in_margin_alone_is_told():
    (only,) = programs_money.money_notes(paid(grade="associated"), EUROS)
    assert "which is not proved to be due to it: nothing further is reckoned from it." in only
    assert "without" not in only
    ((_, _, rows, _),) = programs_money_tables.money_tables(paid(grade="associated"), EUROS)
    assert rows["money_item"].tolist() == [
        "Margin more than the others brought, not proved to be due to it",
        "The same, per customer", "Cost",
    ]  # fmt: skip


def test_customers_who_chose_it_are_told_to_have_brought_more_than_like_ones():
    told = said(paid(grade="adjusted comparison"))
    assert "€590) of margin more than like customers brought." in told
    assert "beyond what they would have brought" not in told
    assert "What follows holds if that is what the program changed. It breaks even" in told
    assert "What follows" not in said(paid())


def test_a_program_that_loses_margin_breaks_even_at_no_cost():
    report = paid(margin=-1.0 - STEPS, margin_point=-1.5, by_week=np.full(4, -0.375))
    assert "At no cost would it break even" in said(report)
    assert "Within 4 weeks it does not pay back." in said(report)


def test_payback_is_told_in_weeks():
    assert "It pays back within 2 weeks (2 to 4)." in said(paid())
    never = paid(margin=4.0 * STEPS)
    assert "perhaps not within the window" in said(never)


def buying(gap, half=0.05, report=None):
    """The report with an effect on who buys again."""
    difference = estimate(gap, gap - half, gap + half)
    one = Effect("retained", "a", "b", 9, 9, 0.3, 0.2, difference, Missing("lift", ""))
    return replace(report or paid(), effects=(one,))


def test_keeping_is_told_beside_winning():
    report = buying(0.2)
    won = Acquiring(50, 28, estimate(11.0, 10.0, 12.0), estimate(1.5, 1.4, 1.6))
    told = said(replace(report, money=replace(report.money, acquiring=won)))
    assert "bought in the window and would not have without it cost €5.00 (" in told
    assert (
        "Winning a new one costs €11.00 (€10.00 to €12.00), which buys a whole relationship and "
        "not one purchase more."
    ) in told
    assert "Each €1 spent on keeping brought €2.00" in told
    assert "spent on winning customers, €1.50" in told
    alone = said(replace(buying(0.02), money=replace(report.money, acquiring=won)))
    assert "Winning a new one" not in alone


def test_a_customer_more_has_no_price_where_none_is_told_apart_from_chance():
    priced = "Cost of each customer more who buys in the window"
    for report, there in ((buying(0.2), True), (buying(0.02), False), (buying(-0.2), False)):
        assert ("would not have without it cost" in said(report)) is there
        (_, _, rows, _), _ = programs_money_tables.money_tables(report, EUROS)
        assert (priced in rows["money_item"].tolist()) is there


def test_a_price_without_an_upper_end_says_so():
    assert "without an upper end" in said(buying(0.2, report=paid(kept=-0.1 + 0.6 * STEPS)))


def test_what_would_have_been_bought_anyway_stands_on_its_assumption():
    lift = Effect("retained", "a", "b", 9, 9, 0.3, 0.2, Missing("d", ""),
                  Estimate("lift", 0.25, None, 0.0, 1.0))  # fmt: skip
    told = said(paid(settings={"retained": lift}))
    assert "80% (50% to 100%) would have bought without it, if it kept nobody from buying" in told
    assert "of €1.00 spent on each buyer, €0.80 (€0.50 to €1.00) went to them" in told


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(-0.7, -0.3, "missing later"), (0.1, 0.3, "went on"), (-0.1, 0.3, "neither a dip")],
)
def test_the_time_after_the_window_is_read(low, high, words):
    after = estimate((low + high) / 2.0, low, high)
    assert words in said(paid(after=after))


def test_what_lies_beyond_the_window_is_left_to_a_table_of_assumptions():
    report = paid(after=estimate(0.2, 0.1, 0.3), settings={"horizon_days": 364})
    assert "the effect went on" in said(report)
    assert "52 weeks" not in said(report)
    _, (_, caption, rows, _) = programs_money_tables.money_tables(report, EUROS)
    assert "of which the decision uses none" in caption
    assert rows["assumption"].tolist() == [
        "nothing more after the window",
        "it halves in every further time as long as the window",
        "it goes on as in the window",
    ]


def test_no_money_has_no_words():
    report = ProgramReport(MAIL, "no evidence")
    assert programs_money.money_notes(report, EUROS) == ()
    assert programs_money_tables.money_tables(report, EUROS) == ()
    assert money_pictures(report, EUROS) == []


@pytest.mark.parametrize("report", [paid(), paid(cost=None, cost_point=None)])
def test_tables_of_money_can_be_made(report):
    for name, caption, frame, numbers in programs_money_tables.money_tables(report, EUROS):
        assert make_table(name, caption, frame, EUROS, numbers).html


def test_the_budget_is_drawn_only_where_something_ranks_customers():
    report = paid()
    assert money_pictures(report, EUROS) == []
    ranked = replace(report.money.budget, ranked=True)
    (picture,) = money_pictures(replace(report, money=replace(report.money, budget=ranked)), EUROS)
    assert "those who promise most first" in picture.caption
    assert "€200" in picture.alt


POINTS = RewardsDetail(
    members=970, earned=1000.0, redeemed=600.0, expired=100.0, outstanding=300.0, redemptions=6,
    life_days=364, horizon_days=364, worth=estimate(0.05, 0.05, 0.05), given=False,
    redeemed_cost=30.0, owed=OpenPoints(estimate(12.0, 11.0, 13.0), estimate(15.0, 15.0, 15.0)),
    fates=Fates(estimate(0.8, 0.75, 0.85), estimate(0.2, 0.15, 0.25)),
    issued=(
        Issued(date(2023, 10, 1), date(2024, 3, 31), 600.0, 500.0, 100.0, 0.0,
               estimate(0.8, 0.7, 0.9), estimate(0.2, 0.1, 0.3)),
        Issued(date(2024, 4, 1), date(2024, 6, 30), 400.0, 100.0, 0.0, 300.0,
               Missing("x", "Not watched."), Missing("x", "Not watched.")),
    ),
    as_usual=estimate(0.7, 0.6, 0.8), as_usual_without=estimate(0.6, 0.5, 0.7),
)  # fmt: skip
CLUB = Program(id="points", kind="rewards", program_id="club")


def points(**changes):
    return ProgramReport(CLUB, "no evidence", ("Why not.",), detail=replace(POINTS, **changes))


def all_of(module, report):
    notes = module.notes(report, EUROS)
    told = module.analysts(report, EUROS)[0]
    return " ".join([*module.claim(report, EUROS)[1:3], *notes]), " ".join(told)


def test_points_are_headed_by_what_they_will_cost():
    claim = programs_rewards.claim(points(), EUROS)
    assert claim.title == "points: 300 points are still open and will cost about €12.00"
    assert "If every one of them is redeemed, they cost €15.00" in claim.so_what
    assert "test it before acting" in claim.so_what


def test_points_that_do_not_expire_are_all_owed():
    told, _ = all_of(programs_rewards, points(life_days=None, expired=0.0))
    assert "they do not expire" in told
    assert "less those expected to expire" not in told


def test_points_without_a_price_say_what_is_lacking():
    lacks = Missing("worth", "No redemption bears a value.")
    owed = OpenPoints(lacks, lacks)
    told, _ = all_of(programs_rewards, points(worth=lacks, redeemed_cost=lacks, owed=owed))
    assert "What they will cost is not known. No redemption bears a value." in told


def test_redemptions_on_usual_visits_are_no_proof():
    told, _ = all_of(programs_rewards, points())
    assert "70% (60% to 80%) of purchases with a redemption came no later than usual" in told
    assert "only a draw can tell" in told


def test_quarters_told_together_say_so():
    ((name, caption, frame, numbers),) = programs_rewards.tables(points(), EUROS)
    assert frame["issued_in"].tolist() == ["2023 Q4 to 2024 Q1", "2024 Q2"]
    assert frame["redeemed_in_end"].tolist() == ["80% (70% to 90%)", "not known yet"]
    assert make_table(name, caption, frame, EUROS, numbers).csv.startswith("first_day")


def test_points_are_drawn_by_quarter():
    (picture,) = pictures(points(), EUROS)
    assert "2024 Q2: 400 earned, 300 open" in picture.alt


def test_many_quarters_of_points_stay_a_small_picture():
    many = POINTS.issued * 10
    (picture,) = pictures(points(issued=many), EUROS)
    assert len(picture.svg) < 20_000
    faces = {bar.get_facecolor() for bar in picture.figure.axes[0].patches}
    assert len(faces) == 3


FRIENDS = ReferralDetail(
    customers=510, share=estimate(0.1, 0.09, 0.11), referrers=428, days=84,
    sofar=estimate(80.0, 74.0, 88.0), value=estimate(45.0, 44.0, 46.0), cost=5100.0,
    cost_per_customer=10.0, others_cost=estimate(11.0, 10.9, 11.1),
    margin_per_spent=estimate(8.0, 7.4, 8.8), break_even_share=estimate(0.125, 0.114, 0.135),
    referrers_again=estimate(0.48, 0.43, 0.53),
)  # fmt: skip
BRING = Program(id="bring", kind="referral", window="12W")


def brought(gap=None, **changes):
    effects = () if gap is None else (
        Effect("retained", "a", "b", 449, 4069, 0.7, 0.65, gap, Missing("lift", "")),
    )  # fmt: skip
    detail = replace(FRIENDS, **changes)
    return ProgramReport(BRING, "associated", ("They differ.",), effects, detail=detail)


def test_customers_brought_are_told_with_what_they_bring_and_cost():
    told, _ = all_of(programs_referral, brought())
    assert "510 new customers came by it, 10% of new customers" in told
    assert "One customer brought costs €10.00" in told
    assert "at least 12% (11% to 14%) of those brought would not have come without it" in told


def test_customers_brought_are_compared_as_an_association():
    clear, _ = all_of(programs_referral, brought(estimate(0.05, 0.01, 0.09)))
    assert "5 more of every 100 customers buy again than of other new customers" in clear
    assert "They differ." in clear
    open_, _ = all_of(programs_referral, brought(estimate(0.01, -0.03, 0.05)))
    assert "are not told apart by who buys again" in open_


def test_a_referral_that_cannot_pay_says_so():
    told, _ = all_of(programs_referral, brought(break_even_share=estimate(1.4, 1.2, 1.6)))
    assert "even if none would have come anyway" in told


@pytest.mark.parametrize(
    ("module", "report"),
    [(programs_rewards, points()), (programs_referral, brought(estimate(0.05, 0.01, 0.09)))],
)
def test_readers_meet_no_term_of_the_trade(module, report):
    assert not JARGON.search(all_of(module, report)[0])


def test_notes_on_money_hold_no_term_of_the_trade():
    after = estimate(-0.5, -0.7, -0.3)
    assert not JARGON.search(said(paid(after=after, settings={"horizon_days": 364})))
