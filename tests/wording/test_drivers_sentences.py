"""What the drivers report says of findings that are made by hand."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from retention_research.answers.driver_rows import BORN, GIVEN, SAID, SERVED, Driver
from retention_research.answers.drivers.design import Contrast
from retention_research.answers.drivers.finding import NEXT_ORDER, Finding, LevelEffect
from retention_research.answers.drivers.grades import Evidence
from retention_research.answers.drivers.scenarios import Scenario
from retention_research.answers.drivers.strength import Strength
from retention_research.models.e_value import EValue
from retention_research.models.fit import Estimate, Missing
from retention_research.models.marginal_effects import MarginalEffect
from retention_research.study import new_study
from retention_research.wording import drivers as sentences
from retention_research.wording import (
    drivers_definitions,
    drivers_scenarios,
    drivers_sections,
    drivers_tables,
)
from retention_research.wording.drivers_by_lot import by_design
from retention_research.wording.drivers_words import agreement_of, amount_of, amounts, phrase, sides
from retention_research.wording.numbers import Wording

EUROS = Wording("en_GB", "EUR")
NONE = Missing("ratio", "It is not there.")


def effect(gap, low, high, customers=100):
    risk = Estimate("risk", 0.4, 0.01, 0.35, 0.45)
    difference = Estimate("risk_difference", gap, 0.01, low, high)
    return MarginalEffect(risk, risk, difference, risk, 0.001, 3 * customers, customers)


def contrast(name, level="", reference="", high_at=None, low_at=None):
    return Contrast(name, level, reference, {}, {}, high_at, low_at, None)


def finding(driver, gap, against=None, *, agrees=("yes",), **more):
    told = LevelEffect(against or contrast(driver.name), effect(gap, gap - 0.02, gap + 0.02), 0.001)
    sign = 1 if gap > 0 else -1
    evidence = Evidence(driver.randomised, 0.001, sign, dict(zip("ab", agrees, strict=False)),
                        [sign, sign], None, 2.0, 1.5)  # fmt: skip
    return replace(
        Finding(
            driver=driver, main=told, levels=(told,), arms={}, between=(), p_value=0.001,
            p_adjusted=0.001, next_order=NONE, ends=NONE, both=NONE, customers={}, by_landmark={},
            not_known=None, doses=(), curvature=None, e_value=EValue(2.0, 1.5),
            strongest=Strength("", 1.0), evidence=evidence, rank=1,
        ),
        **more,
    )  # fmt: skip


def slow(**more):
    driver = Driver("slow_resolution", "how a complaint was resolved lately", "level",
                    stage=SERVED)  # fmt: skip
    against = contrast("slow_resolution", "resolved slowly", "resolved fast")
    return finding(driver, 0.1, against, **more)


def club(**more):
    driver = Driver("member_club", "in the program club", "yes_no", source="memberships",
                    stage=GIVEN)  # fmt: skip
    return finding(driver, -0.08, **more)


def mail(**more):
    driver = Driver("arm_mail", "group of the experiment mail", "level", randomised=True,
                    stage=GIVEN)  # fmt: skip
    arms = [LevelEffect(contrast("arm_mail", arm, "holdout"), effect(gap, gap - 0.04, gap + 0.04),
                        0.001) for arm, gap in (("plain", -0.09), ("own", -0.11))]  # fmt: skip
    pair = LevelEffect(contrast("arm_mail", "plain", "own"), effect(0.02, -0.02, 0.05), 0.4)
    both = contrast("arm_mail", "plain or own", "holdout")
    return finding(driver, -0.1, both, agrees=(), levels=tuple(arms), between=(pair,),
                   arms={"plain": 150, "own": 151, "holdout": 80}, **more)  # fmt: skip


def scenario(one, money, customers=200, moved=20):
    change = Estimate("value_change", money, 1.0, money - 2.0, money + 2.0)
    return Scenario(one, customers, moved, effect(-0.05, -0.07, -0.03), change, change)


def answer(*findings, scenarios=(), withheld=()):
    keys = {one.driver.name: one.driver.name for one in findings}
    values = {}
    for one in findings:
        gap = one.main.effect.difference
        values[f"drivers.{one.driver.name}.risk_difference"] = SimpleNamespace(
            number=gap.estimate, conf_low=gap.conf_low, conf_high=gap.conf_high
        )
    for one in scenarios:
        values[f"drivers.{one.finding.driver.name}.scenario.silent_change"] = SimpleNamespace(
            number=-0.05, conf_low=-0.07, conf_high=-0.03
        )
    return SimpleNamespace(findings=findings, keys=keys, values=values, scenarios=scenarios,
                           withheld=dict.fromkeys(withheld, "A check fails."))  # fmt: skip


def test_a_logarithm_of_a_ratio_is_told_as_the_ratio():
    assert amount_of("activity_change", math.log(1.6), EUROS) == "1.6 times"
    assert amounts("activity_change", math.log(0.4), math.log(1.6), EUROS) == "0.40 to 1.6 times"


def test_both_sides_of_a_comparison_have_names_of_their_own():
    assert sides(slow(), EUROS) == {"high": "resolved slowly", "low": "resolved fast"}
    assert sides(club(), EUROS) == {"high": "members", "low": "others"}


def test_views_that_cannot_tell_do_not_count_as_agreeing():
    assert agreement_of(slow(agrees=("yes", "cannot tell"))) == (
        "2 of 3 views (yes: a; cannot tell: b)"
    )
    assert agreement_of(slow(agrees=())) == "1 of 1 views (no other has it)"


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (slow(), "every complaint were resolved fast"),
        (club(), "everybody were in the program club"),
        (mail(), "all customers drawn for the experiment mail got plain or own, rather than none"),
        (
            finding(Driver("late", "late delivery lately", "yes_no", source="activity"), 0.1),
            "nobody had late delivery lately",
        ),
        (
            finding(Driver("survey_score", "last survey score", "amount", stage=SAID), -0.1,
                    contrast("survey_score", high_at=9.0, low_at=7.0)),
            "last survey score were 9 or more for everybody",
        ),
    ],
)  # fmt: skip
def test_a_scenario_says_in_words_of_its_own_where_everybody_goes(one, told):
    assert drivers_scenarios.moved_to(scenario(one, 5.0), EUROS) == told


def test_what_chance_decided_leads_then_what_a_company_does():
    told = [scenario(club(), 90.0), scenario(slow(), 10.0), scenario(mail(), 1.0)]
    found = answer(club(), slow(), mail(), scenarios=tuple(told))
    assert [one.finding.driver.name for one in drivers_scenarios.offered(found)] == [
        "arm_mail", "slow_resolution", "member_club",
    ]  # fmt: skip


def test_a_link_that_fails_a_check_has_no_scenario_and_is_named():
    weak = club(agrees=("no",))
    found = answer(slow(), weak, scenarios=(scenario(slow(), 1.0), scenario(weak, 9.0)),
                   withheld=("member_club",))  # fmt: skip
    claim = drivers_scenarios.moved(found, EUROS)
    assert claim.title.startswith("Scenario: if every complaint were resolved fast, 5 fewer")
    assert "No scenario is told for membership in the program club" in claim.so_what


def test_every_arm_is_told_with_its_customers_and_the_arms_against_each_other():
    claim = by_design(answer(mail()), EUROS)
    assert "with own 11 fewer of every 100 (7 to 15) and with plain 9 fewer" in claim.so_what
    assert "plain 150, own 151 and the control group 80" in claim.so_what
    assert "Plain rather than own: 2 more of every 100 (2 fewer to 5 more), no diff" in (
        claim.so_what
    )


def test_the_title_names_every_link_of_the_best_grade():
    first = finding(Driver("first_order_discounted", "first", "yes_no", stage=BORN), 0.06)
    weak = finding(Driver("returned", "gave something back lately", "yes_no"), 0.02, agrees=("no",))
    found = answer(slow(), first, club(), weak)
    found.landmarks, found.drawn_from, found.silence_days, found.horizon_days = [1], None, 84, 84
    found.values["drivers.customers"] = SimpleNamespace(value=300, unit="count")
    claim = sentences.observed(found, EUROS)
    assert claim.title == (
        "More customers fall silent with a complaint resolved slowly rather than fast and a first "
        "order at a discount; fewer with membership in the program club"
    )
    assert "Less sure, as a check failed: giving something back lately." in claim.so_what


def test_words_are_defined_from_the_settings_of_the_study():
    study = new_study(study="shop", currency="EUR", sources={"transactions": {"frame": True}},
                      drivers={"slow_after": "36h", "lookback": "8W"})  # fmt: skip
    told = drivers_definitions.definitions(answer(slow()), study, EUROS)
    assert told == (
        "Lately: in the 8 weeks before a date. Resolved slowly: a complaint open for more than 36 "
        "hours; fast: within that."
    )


def test_a_curve_tells_both_sides_with_ranges_and_of_how_many():
    one = slow(customers={NEXT_ORDER: 1234})
    rows = [("slow_resolution", side, week, at, at - 0.02, at + 0.02)
            for side, at in (("high", 0.5), ("low", 0.3)) for week in (0, 26)]  # fmt: skip
    found = answer(one)
    found.curves = pd.DataFrame(rows, columns=["driver", "side", "after_weeks", "not_back",
                                               "share_low", "share_high"])  # fmt: skip
    claim = drivers_sections.next_order(found, EUROS)
    assert claim.title.endswith("resolved slowly 50% (48% to 52%), resolved fast 30% (28% to 32%)")
    assert "of 1,234 customers" in claim.so_what


def test_a_share_of_discounts_reads_as_an_amount():
    driver = Driver("discount_share", "share of the price taken off lately", "amount")
    one = finding(driver, 0.1, contrast("discount_share", high_at=0.2, low_at=0.0))
    assert phrase(one, EUROS) == "a higher share of the price taken off lately (0.20 rather than 0)"


def test_an_experiment_that_does_harm_is_told_as_nobody_getting_it():
    one = mail()
    harm = replace(one, main=replace(one.main, effect=effect(0.1, 0.06, 0.14)))
    told = drivers_scenarios.moved_to(scenario(harm, 5.0), EUROS)
    assert told == "nobody drawn for the experiment mail got plain or own"


def test_what_was_left_out_is_told_with_its_reason():
    found = SimpleNamespace(left_out={"arm_back": "Nobody had bought lately.", "plan": ""})
    assert drivers_tables.left_out(found) == (
        "Could not be looked at. The experiment back: Nobody had bought lately. An experiment "
        "among customers who had not bought lately is no matter of this page."
    )
    assert drivers_tables.left_out(SimpleNamespace(left_out={"plan": ""})) == ""
