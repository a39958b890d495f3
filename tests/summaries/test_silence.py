"""Silences and returns, counted on paper."""

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
import pytest

from retention_research.summaries import silence, tenure

AS_OF = date(2024, 7, 31)
WATCHED = 60  # month ends from 31 January to 31 May have as much follow-up


@pytest.fixture
def bought(engine):
    """Make purchases of (customer, day)."""

    def make(*rows):
        frame = pd.DataFrame(rows, columns=["customer_id", "day"])
        frame["day"] = pd.to_datetime(frame["day"]).dt.date
        return engine.create_table(ibis.util.gen_name("bought"), frame)

    return make


def silent(purchases, spans):
    gaps = silence.silent_gaps(purchases, AS_OF, min(spans), WATCHED)
    return silence.silences(gaps, spans, WATCHED)


def by_customer(purchases, spans=(28, 56)):
    found = silent(purchases, spans).to_pandas()
    return {row[0]: tuple(map(int, row[1:])) for row in found.itertuples(index=False)}


@pytest.mark.parametrize(
    ("as_of", "last"),
    [
        (date(2024, 7, 31), date(2024, 5, 31)),  # 61 days of follow-up
        (date(2024, 7, 30), date(2024, 5, 31)),  # just 60
        (date(2024, 7, 29), date(2024, 4, 30)),
    ],
)
def test_an_origin_needs_its_follow_up(as_of, last):
    assert silence.last_origin(as_of, WATCHED) == last


def test_who_never_comes_back_is_silent_at_every_origin_from_w_on(bought):
    # last purchase 3 February: 29 February is 26 days later, 31 March 57, then April and May
    assert by_customer(bought(("a", "2024-02-03"))) == {"a": (3, 0, 3, 0)}


def test_a_silence_of_exactly_w_counts(bought):
    # 31 March is 28 days after 3 March, 27 after the 4th
    assert by_customer(bought(("a", "2024-03-03")), (28,)) == {"a": (3, 0)}
    assert by_customer(bought(("b", "2024-03-04")), (28,)) == {"b": (2, 0)}


def test_who_comes_back_is_silent_until_then_and_back_after_the_origins_close_enough(bought):
    # 1 January to 20 May: silent at the ends of January (30 days), February, March and April;
    # of these 31 March (50 days before the return) and 30 April (20) are followed by it in time
    rows = bought(("a", "2024-01-01"), ("a", "2024-05-20"))
    assert by_customer(rows) == {"a": (4, 2, 3, 2)}


def test_a_return_on_the_day_of_the_origin_ends_the_silence_before_it(bought):
    rows = bought(("a", "2024-01-01"), ("a", "2024-03-31"), ("a", "2024-04-20"))
    # silent at the ends of January and February, and at the end of May (41 days)
    assert by_customer(rows, (28,)) == {"a": (3, 2)}


def test_a_return_counts_up_to_the_last_day_that_is_watched(bought):
    last = date(2024, 3, 31) + timedelta(days=WATCHED)
    on, after = bought(("a", "2024-02-20"), ("a", last)), last + timedelta(days=1)
    assert by_customer(on, (28,)) == {"a": (2, 2)}  # after 31 March and 30 April
    assert by_customer(bought(("a", "2024-02-20"), ("a", after)), (28,)) == {"a": (2, 1)}


def test_who_buys_every_month_is_never_silent_and_not_there(bought):
    days = [(("a"), f"2024-0{month}-15") for month in range(1, 8)]
    assert by_customer(bought(*days), (28,)) == {}


def test_purchases_after_the_last_origin_only_say_who_came_back(bought):
    rows = bought(("a", "2024-05-01"), ("a", "2024-07-30"), ("b", "2024-06-02"))
    assert by_customer(rows, (28,)) == {"a": (1, 1)}  # 31 May to 30 July is 60 days


def test_many_random_histories_agree_with_a_count_day_by_day(bought):
    rng = np.random.default_rng(20240731)
    start = date(2023, 5, 17)
    days = {(f"c{c}", start + timedelta(days=int(d)))
            for c in range(60) for d in rng.integers(0, 441, rng.integers(1, 9))}  # fmt: skip
    found, spans = by_customer(bought(*sorted(days)), (28, 63, 112)), (28, 63, 112)
    origins = [d.date() for d in pd.date_range(start, "2024-05-31", freq="ME")]
    for customer in sorted({c for c, _ in days}):
        own = sorted(day for c, day in days if c == customer)
        wanted = [count for w in spans for count in by_hand(own, origins, w)]
        assert list(found.get(customer, [0] * 6)) == wanted


def by_hand(days, origins, w):
    silent = back = 0
    for origin in origins:
        before = [day for day in days if day <= origin]
        if before and (origin - before[-1]).days >= w:
            silent += 1
            back += any(0 < (day - origin).days <= WATCHED for day in days)
    return silent, back


def test_customers_alike_are_counted_together(bought):
    rows = bought(("a", "2024-02-03"), ("b", "2024-02-04"), ("c", "2024-04-01"))
    spans = (28, 56)
    cells = silence.silence_cells(silent(rows, spans), spans)
    assert cells.to_pandas().to_numpy().tolist() == [
        [28, 2, 0, 1], [28, 3, 0, 2], [56, 1, 0, 1], [56, 3, 0, 2],
    ]  # fmt: skip


def test_standing_counts_the_spans_that_a_silence_reached_on_both_days(bought):
    rows = bought(("a", "2024-06-20"), ("b", "2024-06-02"), ("b", "2024-07-30"), ("c", "2024-07-5"))
    cells = silence.standing_cells(rows, date(2024, 6, 30), AS_OF, (28, 40)).to_pandas()
    # a: 10 and 41 days; b: 28 and 1 day; c: not yet, and 26 days
    found = cells.astype(object).where(cells.notna(), None).to_numpy().tolist()
    assert sorted(found, key=str) == sorted([[0, 2, 1], [1, 0, 1], [None, 0, 1]], key=str)


def test_first_silences_count_the_spans_followed_and_waited(bought):
    rows = bought(
        ("a", "2024-06-01"), ("b", "2024-06-01"), ("b", "2024-07-01"), ("c", "2024-07-20")
    )
    waits = tenure.second_purchase(rows, AS_OF)
    cells = silence.first_silences(waits, AS_OF, (28, 56)).to_pandas()
    # a: 60 days without a second; b: 60 days, second after 30; c: 11 days
    assert cells.to_numpy().tolist() == [[0, 0, 1], [2, 1, 1], [2, 2, 1]]
