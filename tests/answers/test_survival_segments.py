"""Who stays longer: groups against each other, small ones together, nothing said without enough."""

import pandas as pd
import pytest

from retention_research.answers.survival import survival
from retention_research.answers.survival_segments import _drawn
from retention_research.figures import survival_groups as figures
from retention_research.models.log_rank import log_rank
from retention_research.wording import survival_segments as sentences
from retention_research.wording import survival_tables as tables
from tests.answers.contract_shop import ANY, MIXED, buyers, plans, shop

LONG = [(f"l{i:03d}", pd.Timestamp("2024-01-01") + pd.Timedelta(days=i % 15 + 12 * step), 10)
        for i in range(60) for step in range(8 if i < 40 else 3)]  # fmt: skip
SHORT = [*buyers(40, gap=12, orders=2), *buyers(20, gap=12, orders=4)]


def people(of, **levels):
    """Customers of a table of orders with their region: level to the start of their ids."""
    ids = sorted({row[0] for row in of})
    region = [next(name for name, mark in levels.items() if one.startswith(mark)) for one in ids]
    return pd.DataFrame({"customer_id": ids, "region": region})


@pytest.fixture(scope="module")
def found():
    west = [(f"w{who}", day, amount) for who, day, amount in buyers(12, gap=15)]
    three = [(f"t{i}", f"2024-01-1{day}", 1) for i in range(3) for day in (1, 5)]
    orders = [*LONG, *SHORT, *west, *three, ("z", "2024-12-31", 1)]
    who = people(orders, north="l", south="b", west="w", island="t", far="z")
    return survival(shop(orders, people=who, segments=["region"]))


def test_the_difference_is_between_means_and_from_the_largest_group(found):
    one = found.segments[0]
    assert one.reference == "north"
    rows = one.levels.set_index("group")
    gap = rows["tenure_mean"]["south"] - rows["tenure_mean"]["north"]
    value = found.values["km.region.south.difference_28d"]
    assert value.value == pytest.approx(gap)
    assert value.conf_low < value.value < value.conf_high < 0
    assert "largest group" in found.values["km.region.north.difference_28d"].reason


def test_the_test_is_of_the_same_tenures_as_the_curves(found):
    # tenure by hand: 84 days after eight orders, 24 after three; 12 after two, 36 after four
    tenure = [84] * 40 + [24] * 20 + [12] * 20 + [36] * 20
    expected = log_rank(tenure, [1] * 100, ["n"] * 60 + ["s"] * 40)
    value = found.values["logrank.region.p_value"]
    assert found.segments[0].pairs["p_alone"].min() == pytest.approx(expected.p_value)
    assert value.n == 115
    assert value.value < 1e-6


def test_a_segment_of_three_is_told_with_the_other_small_ones_or_not_at_all(found):
    assert set(found.segments[0].levels["group"]) == {"north", "south", "other"}
    assert not [name for name in found.values if ".island." in name]


def test_a_segment_with_one_group_is_not_tested(say):
    who = people(ANY, all="b", rest="z")
    found = survival(shop(ANY, people=who, segments=["region"]))
    assert "no two groups" in found.values["logrank.region.p_value"].reason
    (claim,) = sentences.by_segment(found, say)
    assert claim.title == "How long customers stay cannot be compared between groups yet"


def test_all_leaving_on_one_day_cannot_be_told_apart(say):
    orders = [(f"{'l' if i % 2 else 'b'}{i:03d}", day, 1) for i in range(80)
              for day in ("2024-01-01", "2024-01-20")] + [("z", "2024-12-31", 1)]  # fmt: skip
    found = survival(shop(orders, people=people(orders, one="l", two="b", far="z"),
                          segments=["region"]))  # fmt: skip
    value = found.values["logrank.region.p_value"]
    assert value.value is None or value.value == pytest.approx(1)
    assert "no clear difference" in sentences.by_segment(found, say)[0].title or value.reason


def test_three_customers_with_contracts_are_not_held_against_each_other(say):
    rows = plans((3, 10, "left"))
    who = pd.DataFrame({"customer_id": [row[0] for row in rows], "region": ["a", "a", "b"]})
    found = survival(shop(ANY, rows, people=who, segments=["region"]))
    of_contracts = found.segments[0]
    assert "Only 3 customers of these groups were followed" in of_contracts.withheld
    claim = sentences.by_segment(found, say)[0]
    assert claim.title == "How long contracts last cannot be compared between groups yet"
    assert "only 3 customers" in claim.so_what


def test_contracts_and_purchases_are_compared_apart(say):
    who = pd.DataFrame({"customer_id": [f"p{i:03d}" for i in range(40)],
                        "region": ["a"] * 20 + ["b"] * 20})  # fmt: skip
    found = survival(shop(ANY, MIXED, people=who, segments=["region"]))
    assert [one.of_contracts for one in found.segments] == [True, False]
    assert found.values["logrank.region.p_value"].value < 0.05  # ten end on day 10, of group a
    assert "logrank.region.purchases_p_value" in found.values
    titles = [claim.title for claim in sentences.by_segment(found, say)]
    assert titles[0] == "How long contracts last differs by region"
    assert titles[1].startswith("How long customers stay, by their purchases,")


def test_a_curve_of_a_group_stops_where_few_are_followed(found):
    assert found.segments[0].curves["n_at_risk"].min() >= 10


def test_the_picture_names_groups_and_says_how_many_are_followed(found, say):
    one = found.segments[0]
    given = {"of_contracts": False, "groups_in_all": 4, "tau_days": 14, "confidence": 0.95}
    picture = figures.by_group(one.curves, one.name, one.heading, say, **given)
    assert picture.svg == figures.by_group(one.curves, one.name, one.heading, say, **given).svg
    assert "with 95% ranges after 2 weeks; 1 group is left out" in picture.caption
    for text in ("of those followed so long", "north", "south", ">60<"):
        assert text in picture.svg
    assert "%" in picture.alt
    assert len(picture.svg) < 40_000


def test_the_longest_and_the_shortest_are_drawn_however_small():
    sizes = [90, 80, 70, 60, 50, 40, 30, 20]
    means = [50.0, 51, 52, 53, 54, 55, 10, 99]
    levels = pd.DataFrame({"group": list("abcdefgh"), "customers": sizes, "tenure_mean": means})
    ordered = levels.sort_values("tenure_mean", ascending=False, ignore_index=True)
    assert _drawn(ordered) == set("abcdgh")


def test_each_group_is_told_apart_from_the_largest_or_not(found, say):
    told = tables.group_rows(found.segments[0], say).set_index("group")
    assert told.loc["south", "told_apart"] == "differs"
    assert told.loc["north", ["mean_difference", "told_apart"]].tolist() == ["the largest", "–"]
    assert told["mean_difference"].drop("north").str.endswith(" weeks").all()
