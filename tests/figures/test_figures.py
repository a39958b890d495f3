"""Every figure: alt text that says what it shows, the same bytes twice, small, light and dark."""

import re

import pytest

from retention_research.answers.quality import data_quality
from retention_research.answers.survival import survival
from retention_research.answers.value import customer_value
from retention_research.figures import quality, value
from retention_research.figures import survival as stay
from retention_research.figures.canvas import draw, to_svg
from retention_research.wording.numbers import Wording

SAY = Wording("en_GB", "USD")
NAMES = (
    "orders-by-week",
    "value-by-tenth",
    "test-of-forecast",
    "forecast-against-actual",
    "fit-by-frequency",
    "holdout-by-frequency",
    "bought-again",
    "still-customers",
    "bought-again-by-month",
)


@pytest.fixture(scope="module")
def pictures(cdnow):
    def draw():
        worth, stayed = customer_value(cdnow), survival(cdnow)
        drawn = [
            quality.orders_by_week(data_quality(cdnow).weeks, SAY),
            value.value_by_tenth(worth.tenths, SAY),
            value.test_of_forecast(worth.test.test, worth.values["holdout.predicted"], SAY),
            value.forecast_against_actual(worth.test.track, worth.test.known_until, SAY),
            value.fit_by_frequency(worth.frequencies, SAY),
            value.holdout_by_frequency(worth.test.groups, SAY),
            stay.bought_again(stayed.bought_again, stayed.marks, 0.95, SAY),
            stay.still_customers(stayed.still, stayed.tau, 0.95, SAY),
            stay.share_by_month(stayed.months, SAY),
        ]
        return {picture.name: picture for picture in drawn}

    return draw(), draw()


@pytest.mark.parametrize("name", NAMES)
def test_the_alt_text_is_a_sentence_with_numbers(pictures, name):
    alt = pictures[0][name].alt
    assert len(alt) > 60
    assert any(character.isdigit() for character in alt)
    assert alt.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_drawing_twice_gives_the_same_bytes(pictures, name):
    first, second = (drawn[name] for drawn in pictures)
    assert first.svg == second.svg == first.svg


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_small_and_calls_for_nothing_outside(pictures, name):
    svg = pictures[0][name].svg
    assert len(svg) < 25_000
    assert "http" not in svg.replace("http://www.w3.org/", "")
    assert "<script" not in svg


@pytest.mark.parametrize("name", NAMES)
def test_colours_follow_the_readers_light_or_dark_setting(pictures, name):
    svg = pictures[0][name].svg
    assert "prefers-color-scheme:dark" in svg
    body = svg.split("</style>", 1)[1]
    for light in ("#1b1f24", "#5b6470", "#0067a5"):
        assert light not in body


def test_two_lines_differ_by_more_than_colour(pictures):
    assert "stroke-dasharray" in pictures[0]["forecast-against-actual"].svg


def test_the_alt_text_of_the_forecast_says_how_far_it_fell_short(pictures):
    assert "12% below what customers bought" in pictures[0]["test-of-forecast"].alt


def test_numbers_in_a_figure_are_read_as_they_were_written():
    def paint(axes):
        axes.text(0.123456, 0.5, "5.4876")

    svg = to_svg(draw(paint))
    assert ">5.4876<" in svg
    assert not re.search(r"\d\.\d\d", re.sub(r">[^<]*<", "><", svg))


def test_a_dollar_sign_in_a_name_is_one():
    def paint(axes):
        axes.plot([0, 1], [0, 1], label=r"$\frac$ from $5 to $10")
        axes.legend()

    assert r"$\frac$ from $5 to $10" in to_svg(draw(paint))
