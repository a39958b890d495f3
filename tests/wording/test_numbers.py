"""Numbers as readers see them, in more than one locale."""

from datetime import date

import pytest

from retention_research.values import estimate, missing
from retention_research.wording.numbers import Wording, above_or_below, listed

POLISH = Wording("pl_PL", "PLN")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "US$0.00"),
        (8.766, "US$8.77"),
        (99.996, "US$100"),
        (20666.3, "US$20,666"),
        (-5, "\u2212\u2060US$5.00"),
    ],
)
def test_money_has_cents_below_a_hundred_only(say, value, written):
    assert say.money(value) == written


def test_a_locale_puts_its_own_marks():
    assert POLISH.money(12345.6) == "12\u00a0346\u00a0zł"
    assert POLISH.number(0.2425945) == "0,243"
    assert Wording("cs_CZ", "CZK").share(0.123) == "12\u00a0%"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.012, "1.2%"),
        (0.63, "63%"),
        (0.998, "99.8%"),
        (0.0001, "under 0.1%"),
        (0.935, "94%"),
        (-0.1215, "\u2212\u206012%"),
    ],
)
def test_shares_show_a_decimal_at_the_ends_only(say, value, written):
    assert say.share(value) == written


def test_a_tiny_number_is_never_written_as_zero(say):
    assert say.small(0.0) == "under 0.001"
    assert say.small(0.0312) == "0.031"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (3, "3 days"),
        (182, "26 weeks"),
        (52, "7.4 weeks"),
        (136.45, "19.5 weeks"),
        (1461, "4 years"),
    ],
)
def test_lengths_of_time_read_in_the_largest_fitting_unit(say, value, written):
    assert say.days(value) == written


def test_a_missing_value_is_words_and_never_zero(say):
    assert say.value(missing("estimate", "too few")) == "not available"
    assert say.interval(missing("estimate", "too few")) == ""


def test_an_estimate_is_written_with_its_interval(say):
    assert say.with_interval(estimate(0.45, 0.43, 0.48, 100, "share")) == "45% (43% to 48%)"


def test_a_miss_is_put_in_words(say):
    assert above_or_below(0.003, say) == "level with"
    assert above_or_below(0.25, say) == "25% above"


def test_days_and_lists(say):
    assert say.day(date(1998, 6, 30)) == "30 Jun 1998"
    assert listed(["a"]) == "a"
    assert listed([]) == ""
