"""What the reports say: it follows the numbers, and no trade term comes before For analysts."""

from dataclasses import replace

import pytest

from retention_research.answers.quality import data_quality
from retention_research.answers.survival import survival
from retention_research.answers.value import customer_value
from retention_research.values import estimate, missing
from retention_research.wording import quality, value, value_caveats
from retention_research.wording import survival as stay

JARGON = ("hold-out", "holdout", "BG/NBD", "P(alive)", "Kaplan", "calibration", "hazard", "CLV",
          "frequency", "p value", "censor")  # fmt: skip


@pytest.fixture(scope="module")
def worth(cdnow):
    return customer_value(cdnow)


def with_bias(worth, bias, low, high):
    values = dict(worth.values)
    values["holdout.bias"] = estimate(bias, low, high, 2357, "share")
    values["holdout.predicted"] = estimate(
        1882 * (1 + bias), 1882 * (1 + low), 1882 * (1 + high), 2357
    )
    return replace(worth, values=values)


def test_the_page_says_in_words_that_the_forecast_was_twelve_per_cent_low(worth, say):
    claim = value.forecast_test(worth, say)
    assert claim.title == "The forecast was 12% below what customers bought"
    assert "The forecast was 12% low." in claim.so_what
    assert "outside the range" in claim.so_what
    assert claim.status == "warn"


def test_a_forecast_within_its_range_is_said_to_be(worth, say):
    claim = value.forecast_test(with_bias(worth, 0.03, -0.05, 0.1), say)
    assert claim.title == "The forecast was 3% above what customers bought"
    assert "within the range" in claim.so_what
    assert claim.status == "ok"


def test_a_forecast_that_matched_is_said_to_match(worth, say):
    claim = value.forecast_test(with_bias(worth, 0.001, -0.05, 0.1), say)
    assert claim.title == "The forecast matched what customers bought"


def test_an_untested_forecast_is_said_to_be_untested(worth, say):
    untested = dict.fromkeys(
        ["holdout.bias", "holdout.predicted"], missing("estimate", "Too short.")
    )
    values = worth.values | untested
    claim = value.forecast_test(replace(worth, values=values), say)
    assert "could not be tested" in claim.title
    assert claim.so_what == "Too short."
    assert claim.status == "warn"


def test_a_stakeholder_meets_no_term_of_the_trade(cdnow, worth, say):
    looked, stayed = data_quality(cdnow), survival(cdnow)
    texts = [
        *value.opening(worth, cdnow.study, say),
        *value.holders(worth, say)[1:3],
        *value.forecast_test(worth, say)[1:3],
        *value_caveats.limits(worth, cdnow.study, cdnow.window, say),
        *quality.opening(looked, say),
        *quality.rows(looked, say)[1:3],
        *quality.coverage(looked, say)[1:3],
        *quality.merged(looked, say)[1:3],
        *stay.opening(stayed, say),
        *stay.again(stayed, say)[1:3],
        *stay.silent(stayed, cdnow.study, say)[1:3],
        *stay.tenure(stayed, cdnow.study, say)[1:3],
        *stay.months(stayed, say)[1:3],
        *stay.limits(cdnow.study, say),
    ]
    for text in texts:
        for term in JARGON:
            assert term.lower() not in text.lower(), text


def test_survival_sentences_follow_the_numbers(cdnow, say):
    found = survival(cdnow)
    assert stay.again(found, say).title == "45% buy again within 52 weeks (43% to 48%)"
    assert stay.months(found, say).title.startswith("The data show no clear difference")
    assert "only 23 in 100 come back by week 52 (21% to 25%)" in stay.opening(found, say)[2]
    silent = stay.silent(found, cdnow.study, say)
    assert silent.title.startswith("62% did not come back within 26 weeks")
    assert "249 of the 1,467 have bought again" in silent.so_what
    assert "about 38 buy again within half a year (36% to 40%)" in stay.opening(found, say)[0]


def test_the_reader_is_told_that_vat_is_unknown(cdnow):
    sentences = quality.limits(data_quality(cdnow), cdnow.study)
    assert any("Whether amounts include VAT is not stated" in text for text in sentences)


def test_tiles_are_labelled_and_carry_their_interval(worth, cdnow, say):
    total, *_ = value.tiles(worth, cdnow.study, say)
    assert (total.label, total.value_name) == ("Margin expected from known customers", "clv.total")
    assert " to " in total.interval_text


def test_a_tile_without_value_gives_the_reason(worth, cdnow, say):
    values = worth.values | {"clv.total": missing("estimate", "These data give no range for it.")}
    total, *_ = value.tiles(replace(worth, values=values), cdnow.study, say)
    assert (total.value_text, total.note) == ("not available", "These data give no range for it.")
