"""Groups of customers: recency, frequency and money, the study's own columns, small groups."""

from datetime import date

import ibis
import pandas as pd
import pytest

from retention_research.study import StudyError
from retention_research.summaries.purchases import purchase_days
from retention_research.summaries.segments import (
    RFM_GROUPS,
    by_column,
    complete,
    everybody,
    merge_small,
    rfm,
    together,
)

AT = date(2024, 12, 31)
SILENCE = 100  # days: lately is under 50, quiet under 100


def level_of(table):
    return dict(table.to_pandas().sort_values("customer_id").itertuples(index=False, name=None))


@pytest.fixture
def table(engine):
    def make(**levels):
        frame = pd.DataFrame({"customer_id": list(levels), "level": list(levels.values())})
        return engine.create_table(ibis.util.gen_name("rows"), frame)

    return make


@pytest.fixture
def bought(transactions):
    def make(**purchases):
        rows = [
            (who, day, float(amount), None)
            for who, (dates, amount) in purchases.items()
            for day in dates.split()
        ]
        return purchase_days(transactions(*rows), AT)

    return make


SHOP = {
    "often_much": ("2024-01-01 2024-05-01 2024-09-01 2024-12-01", 90),
    "often": ("2024-01-02 2024-05-02 2024-09-02 2024-12-02", 1),
    "twice": ("2024-10-03 2024-12-03", 1),
    "first": ("2024-12-04", 1),
    "quiet": ("2024-06-05 2024-10-05", 1),
    "quiet_once": ("2024-10-06", 1),
    "gone_often": ("2024-01-07 2024-02-07 2024-03-07 2024-04-07", 1),
    "gone": ("2024-01-08 2024-02-08", 1),
    "gone_once": ("2024-01-09", 900),
}


def test_each_group_has_the_customers_that_its_words_name(bought):
    # repeat buyers' purchases are 4 4 2 2 4 2: the upper quarter begins at 4; spending at 4
    assert level_of(rfm(bought(**SHOP), AT, SILENCE)) == {
        "often_much": "champions", "often": "champions", "twice": "promising", "first": "new",
        "quiet": "at risk", "quiet_once": "undecided", "gone_often": "lapsed regulars",
        "gone": "lapsed", "gone_once": "one-time lapsed",
    }  # fmt: skip


def test_who_buys_often_for_little_is_loyal_and_no_champion(bought):
    shop = {
        **SHOP,
        "rich": ("2024-11-01 2024-12-05", 500),
        "richer": ("2024-11-02 2024-12-06", 600),
    }
    groups = level_of(rfm(bought(**shop), AT, SILENCE))
    assert (groups["often"], groups["rich"]) == ("loyal", "loyal")


def test_two_purchases_are_not_often_where_nobody_makes_more(bought):
    shop = {f"c{i}": ("2024-11-01 2024-12-01", 10 + i) for i in range(4)}
    groups = level_of(rfm(bought(**shop), AT, SILENCE))
    assert sorted(groups.values()) == ["loyal", "promising", "promising", "promising"]


def test_the_ends_of_lately_and_quiet_are_whole_days(bought):
    shop = {"d49": ("2024-11-12", 1), "d50": ("2024-11-11", 1), "d99": ("2024-09-23", 1),
            "d100": ("2024-09-22", 1)}  # fmt: skip
    assert level_of(rfm(bought(**shop), AT, SILENCE)) == {
        "d49": "new", "d50": "undecided", "d99": "undecided", "d100": "one-time lapsed"
    }  # fmt: skip


def test_purchases_after_the_day_do_not_move_anybody(bought):
    groups = level_of(rfm(bought(**SHOP), date(2024, 11, 30), SILENCE))
    assert groups["twice"] == "undecided"  # its second purchase is of December
    assert "first" not in groups


def test_every_group_is_named_and_explained_once():
    assert len({group.name for group in RFM_GROUPS}) == len(RFM_GROUPS) == 9
    assert all(group.meaning for group in RFM_GROUPS)


def test_a_missing_or_blank_value_is_unknown(engine):
    frame = pd.DataFrame({"customer_id": ["a", "b", "c"], "region": [" north ", "  ", None]})
    customers = engine.create_table(ibis.util.gen_name("people"), frame)
    assert level_of(by_column(customers, "region")) == {
        "a": "north",
        "b": "unknown",
        "c": "unknown",
    }


def test_a_segment_without_its_column_is_refused_in_words(table):
    with pytest.raises(StudyError, match="region: customers have no such column"):
        by_column(table(a="x"), "region")
    with pytest.raises(StudyError, match="no table of customers"):
        by_column(None, "region")


def test_everybody_is_in_a_segment_once(table):
    purchases, people = table(a="x", b="x"), table(b="x", c="x")
    whole = complete(table(b="north"), everybody(purchases, people), "unknown", 1)
    assert level_of(whole) == {"a": "unknown", "b": "north", "c": "unknown"}


def shop_of(table, **counts):
    return table(**{f"{level}{i}": level for level, n in counts.items() for i in range(n)})


def sizes_of(table, floor, **counts):
    merged = merge_small(shop_of(table, **counts), floor)
    return merged.to_pandas()["level"].value_counts().to_dict()


def test_levels_under_the_floor_become_other(table):
    assert sizes_of(table, 5, a=9, b=3, c=2) == {"a": 9, "other": 5}


def test_a_level_of_exactly_the_floor_stays(table):
    assert sizes_of(table, 5, a=9, b=5) == {"a": 9, "b": 5}


def test_an_other_under_the_floor_takes_the_next_smallest_level_in(table):
    assert sizes_of(table, 5, a=9, b=6, c=2) == {"a": 9, "other": 8}


def test_where_all_levels_are_small_only_other_is_left(table):
    assert sizes_of(table, 5, a=1, b=1, c=1) == {"other": 3}


def test_two_levels_of_one_size_are_merged_in_order_of_their_names(table):
    assert sizes_of(table, 5, a=6, b=6, c=2) == {"b": 6, "other": 8}


def test_inputs_are_left_as_they_are(table):
    levels = shop_of(table, a=3, b=1)
    before = levels.to_pandas()
    merge_small(levels, 2).to_pandas()
    assert levels.to_pandas().equals(before)


def test_segments_together_give_each_customer_a_level_of_each(table):
    both = together({"0:": table(a="north", b="south"), "1:": table(a="new", b="new")})
    rows = both.order_by("customer_id", "level").to_pandas().to_numpy().tolist()
    assert rows == [["a", "0:north"], ["a", "1:new"], ["b", "0:south"], ["b", "1:new"]]
