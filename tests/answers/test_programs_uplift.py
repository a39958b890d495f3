"""Groups of an experiment's customers, and a ranking of them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from retention_research.answers.programs.uplift import (
    _merged,
    before_of,
    chance_of,
    ranking,
    segment_effects,
    uplift_values,
)
from retention_research.glossary import lookup
from retention_research.models.fit import Estimate, Missing
from retention_research.study import new_study
from retention_research.study_programs import Program
from retention_research.workspace import open_workspace

N = 1200
PROGRAM = Program.model_validate({
    "id": "mail", "kind": "experiment", "experiment_id": "m", "control": "none", "window": "4W",
    "segments": ["region"],
})  # fmt: skip


@pytest.fixture(scope="module")
def shop():
    ids = [f"c{one:04d}" for one in range(N)]
    orders = pd.DataFrame(
        {"customer_id": ids, "timestamp": pd.Timestamp("2024-01-02"), "amount": 5.0}
    )
    place = np.arange(N) % 100
    regions = np.select([place < 60, place < 99], ["north", "south"], "island")
    customers = pd.DataFrame({"customer_id": ids, "region": regions})
    sources = {"transactions": {"frame": True}, "customers": {"frame": True}}
    study = new_study(study="small", currency="EUR", sources=sources, as_of="2024-06-30")
    return open_workspace(study, {"transactions": orders, "customers": customers})


@pytest.fixture(scope="module")
def rows():
    """Customers whom the program moves in the south alone, and the more the more they bought."""
    rng = np.random.default_rng(4)
    treated, bought = rng.random(N) < 0.5, rng.poisson(2.0, N)
    south = (np.arange(N) % 100 >= 60) & (np.arange(N) % 100 < 99)
    purchases = rng.poisson(0.5 + 0.5 * treated * south * bought)
    return pd.DataFrame({
        "customer_id": [f"c{one:04d}" for one in range(N)], "treated": treated,
        "retained": purchases > 0, "purchases": purchases, "revenue": 9.0 * purchases,
        "pre_purchases": bought, "pre_revenue": 9.0 * bought, "frequency": bought,
        "recency_days": 40.0 * (bought > 0), "age_days": 60.0,
    })  # fmt: skip


@pytest.fixture(scope="module")
def by_region(shop, rows):
    return segment_effects(shop, PROGRAM, rows)[0]


def test_the_effect_is_found_in_the_group_that_has_it(by_region):
    effects = {row.level: row.shrunken for row in by_region.by_outcome["purchases"].levels}
    north, south = (effects[name] for name in ("north", "south"))
    assert south.conf_low > 0.5
    assert north.conf_low < 0.0 < north.conf_high
    assert by_region.by_outcome["purchases"].p_value < 0.001


def test_a_group_under_the_floor_is_shown_with_the_next_smallest():
    levels = pd.Series(["north"] * 60 + ["south"] * 39 + ["island"])
    names, code = _merged(levels, 10)
    assert names == ["north", "other"]
    assert code.tolist() == [0] * 60 + [1] * 40


def test_more_than_a_dozen_groups_are_the_largest_dozen_and_the_rest():
    levels = pd.Series(np.repeat([f"l{one:02d}" for one in range(20)], np.arange(40, 20, -1)))
    names, code = _merged(levels, 10)
    assert names == [*(f"l{one:02d}" for one in range(12)), "other"]
    assert (code == 12).sum() == sum(range(21, 29))


def test_outcomes_are_those_that_the_program_names(shop, rows):
    program = PROGRAM.model_copy(update={"outcomes": ("revenue", "satisfaction")})
    assert list(segment_effects(shop, program, rows)[0].by_outcome) == ["revenue"]


def test_logged_chances_weigh_customers_of_a_group(shop, rows, by_region):
    place = np.arange(N)
    weighed = rows.assign(probability=np.where(place % 2, 0.25, 0.5))
    found = segment_effects(shop, PROGRAM, weighed)[0].by_outcome["purchases"]
    assert found.levels[0].estimate != by_region.by_outcome["purchases"].levels[0].estimate


def test_groups_without_an_effect_show_none_where_chance_was_larger_for_better_customers(shop):
    # chances of .8 and .3 by what customers do anyway: plain means differ by about .25
    rng = np.random.default_rng(6)
    better = rng.random(N) < 0.5
    chance = np.where(better, 0.8, 0.3)
    treated = rng.random(N) < chance
    rows = pd.DataFrame({
        "customer_id": [f"c{one:04d}" for one in range(N)], "treated": treated,
        "retained": rng.random(N) < np.where(better, 0.75, 0.25),
        "probability": np.where(treated, chance, 1.0 - chance),
    })  # fmt: skip
    program = PROGRAM.model_copy(update={"outcomes": ("retained",)})
    found = segment_effects(shop, program, rows)[0].by_outcome["retained"]
    for row in found.levels[:2]:  # the third is too small to compare
        assert abs(row.estimate.estimate) < 2.5 * row.estimate.std_error


def test_one_group_of_all_is_not_compared(shop, rows):
    few = rows[:12]
    assert "one group" in segment_effects(shop, PROGRAM, few)[0].reason


def test_a_column_that_customers_lack_says_so(shop, rows):
    program = PROGRAM.model_copy(update={"segments": ("colour",)})
    assert "no column colour" in segment_effects(shop, program, rows)[0].reason


def test_customers_are_ranked_by_what_was_known_before(shop, rows):
    found = ranking(shop, PROGRAM, rows)
    seen = ~np.isnan(found.rank)
    assert np.corrcoef(found.rank[seen], rows["pre_purchases"][seen])[0, 1] < -0.5


def test_clusters_that_chance_was_drawn_for_are_ranked_as_such(shop, rows):
    few = rows.assign(cluster=[f"shop {one % 40}" for one in range(N)])
    assert "at least 100 of them" in ranking(shop, PROGRAM, few).reason


def test_the_ranking_is_the_same_every_time(shop, rows):
    assert ranking(shop, PROGRAM, rows).qini == ranking(shop, PROGRAM, rows).qini


def test_another_seed_divides_customers_otherwise(shop, rows):
    other = replace(shop, study=shop.study.model_copy(update={"seed": shop.study.seed + 1}))
    assert ranking(other, PROGRAM, rows).qini != ranking(shop, PROGRAM, rows).qini


def test_without_a_history_nothing_ranks(shop, rows):
    bare = rows.drop(columns=["age_days"])
    assert isinstance(ranking(shop, PROGRAM, bare), Missing)


def test_one_group_alone_is_not_ranked(shop, rows):
    assert isinstance(ranking(shop, PROGRAM, rows[rows["treated"]]), Missing)


def test_who_had_bought_nothing_before_is_told_apart(rows):
    new = rows[:2].astype({"frequency": float}).copy()
    new.loc[0, ["frequency", "recency_days", "age_days"]] = np.nan
    known = before_of(new)
    assert known[:, -1].tolist() == [1.0, 0.0]
    assert np.isfinite(known).all()


def test_the_chance_is_the_share_of_the_stratum():
    drawn = np.array([True, False, True, True, True, False])
    rows = pd.DataFrame({"customer_id": list("abcdef"), "stratum": ["x", "x", "y", "y", "y", "y"]})
    assert chance_of(rows.assign(treated=drawn)).tolist() == [0.5, 0.5, 0.75, 0.75, 0.75, 0.75]


def test_a_logged_chance_that_varies_is_taken():
    drawn = np.array([True, True, False])
    rows = pd.DataFrame({"customer_id": list("abc"), "probability": [0.2, 0.5, 0.9]})
    assert chance_of(rows.assign(treated=drawn)) == pytest.approx([0.2, 0.5, 0.1])


def test_a_logged_chance_that_is_the_same_in_an_arm_is_not_needed():
    drawn = np.array([True, True, False])
    rows = pd.DataFrame({"customer_id": list("abc"), "probability": [0.4, 0.4, 0.2]})
    assert chance_of(rows.assign(treated=drawn)) == pytest.approx([2 / 3] * 3)


def test_every_value_is_in_the_glossary_and_has_its_kind(shop, rows, by_region):
    ranked = ranking(shop, PROGRAM, rows)
    for told in (ranked, Missing("qini", "No.")):
        for name, value in uplift_values("mail", (by_region,), told).items():
            assert lookup(name).kind == value.kind
    values = uplift_values("mail", (by_region,), ranked)
    shrunken = by_region.by_outcome["retained"].levels[0].shrunken
    assert isinstance(shrunken, Estimate)
    assert shrunken.estimate in [one.value for one in values.values()]
