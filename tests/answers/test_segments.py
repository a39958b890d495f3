"""The groups of customers that all reports use, on a small shop and on CDNOW."""

from datetime import date

import pandas as pd
import pytest

from retention_research.answers.segments import MEANINGS, segment_sizes
from retention_research.study import StudyError, new_study
from retention_research.workspace import open_workspace


def shop(regulars, segments, floor=10):
    frame = pd.DataFrame(regulars, columns=["customer_id", "timestamp", "amount"])
    frame["timestamp"] = pd.to_datetime(frame["timestamp"])
    ids = sorted(frame["customer_id"].unique())
    region = ["harbour"] * 30 + ["hill"] * 15 + ["mill"] * 3 + [None] * 2
    people = pd.DataFrame({"customer_id": [*ids, "never"], "region": [*region, "hill"]})
    sources = {"transactions": {"frame": True}, "customers": {"frame": True}}
    study = new_study(study="small", currency="EUR", sources=sources, segments=segments,
                      group_floor=floor, churn={"inactive_for": "4W"})  # fmt: skip
    return open_workspace(study, {"transactions": frame, "customers": people})


def test_levels_of_the_studys_own_are_merged_under_the_floor(regulars):
    sizes = segment_sizes(shop(regulars, ["region"]))
    own = sizes[sizes["segment"] == "region"].set_index("group")["customers"]
    # mill and unknown are 5 together: the next smallest joins them
    assert own.to_dict() == {"harbour": 30, "other": 21}


def test_without_a_floor_nothing_is_merged(regulars):
    sizes = segment_sizes(shop(regulars, ["region"], floor=1))
    own = sizes[sizes["segment"] == "region"].set_index("group")["customers"]
    assert own.to_dict() == {"harbour": 30, "hill": 16, "mill": 3, "unknown": 2}


def test_who_never_bought_is_in_a_group_of_its_own(regulars):
    sizes = segment_sizes(shop(regulars, [], floor=1))
    assert sizes.set_index("group").loc["no purchase yet", "customers"] == 1


def test_a_column_that_customers_lack_is_refused(regulars):
    with pytest.raises(StudyError, match="shoe_size"):
        shop(regulars, ["shoe_size"]).segments()


def test_groups_of_an_earlier_day_look_at_nothing_later(cdnow):
    march = cdnow.segments(date(1997, 3, 31))["rfm"].to_pandas()
    purchases = cdnow.purchases(cdnow.window.as_of).to_pandas()
    first = pd.to_datetime(purchases["day"]).groupby(purchases["customer_id"]).min()
    assert set(march["level"]) <= {"champions", "loyal", "promising", "new", "other"}
    assert len(march) == len(first)


def test_every_group_of_cdnow_has_a_meaning_and_every_customer_a_group(cdnow):
    sizes = segment_sizes(cdnow)
    assert sizes["customers"].sum() == 2357
    assert sizes["share"].sum() == pytest.approx(1)
    assert set(sizes["group"]) <= set(MEANINGS)
    assert sizes["meaning"].all()
