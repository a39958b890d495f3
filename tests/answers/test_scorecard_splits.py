"""The change of a KPI in two parts, by the levels of a segment."""

from dataclasses import replace

import pytest

from retention_research.answers.scorecard_rows import Measured
from retention_research.answers.scorecard_splits import split_kpi
from retention_research.models.proportion import proportion
from retention_research.values import estimate, fact, missing


def share(successes, n):
    found = proportion(successes, n)
    value = estimate(found.estimate, found.conf_low, found.conf_high, n, "share", found.std_error)
    return Measured(value, successes, n)


def withheld(successes, n):
    return Measured(missing("estimate", "Too few."), successes, n)


THEN = {"north": share(80, 100), "south": share(20, 100)}
NOW = {"north": share(72, 80), "south": share(12, 120)}


def test_a_change_is_split_as_by_hand():
    split = split_kpi("crr", "region", (share(100, 200), share(84, 200)), (THEN, NOW))
    # mix (-0.1)(0.85) + (0.1)(0.15); within 0.45(0.1) + 0.55(-0.1)
    assert split.mix.value == pytest.approx(-0.07)
    assert split.within.value == pytest.approx(-0.01)
    assert split.change == pytest.approx(0.42 - 0.50)
    assert split.mix.conf_low < split.mix.value < split.mix.conf_high


def test_levels_keep_their_shares_and_values():
    split = split_kpi("crr", "region", (share(100, 200), share(84, 200)), (THEN, NOW))
    north = split.levels[0]
    assert (north.level, north.share_then, north.share_now) == ("north", 0.5, 0.4)
    assert (north.then, north.now) == (0.8, 0.9)


def test_a_level_of_one_period_alone_is_pooled_into_other():
    then = {"north": share(80, 100), "old": share(20, 60), "other": share(5, 40)}
    now = {"north": share(72, 80), "new": share(6, 70), "other": share(6, 50)}
    split = split_kpi("crr", "region", (share(105, 200), share(84, 200)), (then, now))
    assert [level.level for level in split.levels] == ["north", "other"]
    assert split.change == pytest.approx(84 / 200 - 105 / 200)
    assert split.levels[1].then == pytest.approx(25 / 100)


def test_a_level_without_an_interval_leaves_a_fact():
    now = {"north": share(72, 80), "south": withheld(12, 120)}
    split = split_kpi("crr", "region", (share(100, 200), share(84, 200)), (THEN, now))
    assert split.within == fact(split.within.value, "share", 200)
    assert split.change == pytest.approx(-0.08)


def test_levels_that_do_not_add_up_are_not_split():
    assert split_kpi("crr", "region", (share(101, 200), share(84, 200)), (THEN, NOW)) is None


def test_a_kpi_that_is_no_ratio_is_not_split():
    median = Measured(estimate(4.0, 3.0, 5.0, 90, "number"))
    assert split_kpi("first_response_hours", "region", (median, median), ({}, {})) is None


def test_a_value_that_is_not_its_numerator_by_its_denominator_is_not_split():
    bent = {"north": Measured(share(72, 80).value, 60, 80), "south": share(24, 120)}
    assert split_kpi("crr", "region", (share(100, 200), share(84, 200)), (THEN, bent)) is None


def test_a_ratio_by_the_thousand_is_split_in_its_own_unit():
    def rate(tickets, orders):
        value = estimate(1000 * tickets / orders, 0.0, 1000.0, orders, "number", 1.0)
        return Measured(value, tickets, orders)

    then, now = {"a": rate(5, 100), "b": rate(10, 100)}, {"a": rate(5, 50), "b": rate(15, 150)}
    split = split_kpi("problem_rate", "region", (rate(15, 200), rate(20, 200)), (then, now))
    assert split.change == pytest.approx(25.0)


def test_a_missing_kpi_is_not_split():
    gone = Measured(missing("estimate", "There is no table of tickets."))
    assert split_kpi("csat", "region", (gone, gone), ({}, {})) is None


def test_a_level_where_nothing_was_counted_adds_nothing():
    empty = Measured(missing("estimate", "Nothing was counted in this period."))
    sides = {**THEN, "east": empty}, {**NOW, "east": empty}
    split = split_kpi("crr", "region", (share(100, 200), share(84, 200)), sides)
    assert split.change == pytest.approx(-0.08)


def test_a_level_withheld_for_being_small_leaves_the_rest_unsplit():
    small = Measured(missing("estimate", "It rests on fewer than 10, too few to show."))
    sides = {**THEN, "east": small}, {**NOW, "east": small}
    assert split_kpi("crr", "region", (share(104, 207), share(88, 208)), sides) is None


def test_a_kpi_whose_customers_count_more_than_once_is_split_without_ranges():
    def rate(satisfied, ratings):
        one = share(satisfied, ratings)
        return Measured(replace(one.value, n=ratings // 2), satisfied, ratings)

    then = {name: rate(m.numerator, m.denominator) for name, m in THEN.items()}
    split = split_kpi("csat", "region", (rate(100, 200), rate(84, 200)), (then, NOW))
    assert split.mix == fact(pytest.approx(-0.07), "share", 100)
