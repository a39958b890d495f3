"""Tenure of customers won before the data begin, and the main curve as analysts see it."""

import pandas as pd
import pytest

from retention_research.answers.churn_window import churn_window
from retention_research.answers.survival import survival
from retention_research.answers.survival_shape import shape_of
from retention_research.answers.survival_tenure import tenure_values, tenures
from retention_research.figures import survival as figures
from retention_research.figures import survival_groups
from retention_research.models.kaplan_meier import fit_kaplan_meier
from retention_research.wording import survival as sentences
from retention_research.wording import survival_analysts as analysts
from retention_research.wording import survival_contracts, survival_orders, survival_segments
from retention_research.wording.numbers import Wording
from tests.answers.contract_shop import ANY, MIXED, buyers, shop
from tests.wording.test_sentences import JARGON

BORN = [*buyers(20, first="2024-03-01"), *buyers(40, first="2024-03-01", orders=6)[120:]]
NEW = [(f"n{who}", day, amount) for who, day, amount in BORN]  # 20 stay 20 days, 20 stay 50
OLD = [(f"o{who}", day, amount) for who, day, amount in buyers(20, gap=15)]
WON = pd.DataFrame(
    {"customer_id": sorted({row[0] for row in OLD}), "acquired_at": pd.Timestamp("2023-12-01")}
)
SPAN = {"survival": {"tau": "8W"}, "cohort_complete": False}


@pytest.fixture(scope="module")
def late():
    return survival(shop([*NEW, *OLD, ("z", "2024-12-31", 1)], people=WON, **SPAN))


def test_customers_won_before_the_data_enter_tenure_at_the_age_they_had(late):
    # the data begin on 1 January, 31 days after all of them were won; three orders 15 days apart
    ages = [31 + place + 30 for place in range(20)]
    tenure, entry = [20] * 20 + [50] * 20 + ages, [0] * 40 + [31] * 20
    by_hand = fit_kaplan_meier(tenure, [True] * 60, entry=entry)
    assert late.values["tenure.entered_late"].value == 20
    assert late.values["km.median"].n == 60
    assert late.values["km.probability_56d"].value == by_hand.survival_at(56).estimate


def test_they_are_left_out_of_what_needs_a_first_purchase(late):
    assert late.values["second_purchase.customers"].value == 40
    assert late.values["tenure.one_order_share"].n == 40
    assert late.values["next_order.after_1.probability_13w"].n == 40


def test_the_page_says_that_they_entered_late(late, say):
    study = shop([*NEW, ("z", "2024-12-31", 1)], people=WON, **SPAN).study
    so_what = sentences.tenure(late, study, say).so_what
    assert "20 customers won before the data begin are followed" in so_what
    assert "the scorecard leaves them out" in so_what


def test_who_was_won_before_but_first_seen_after_a_long_silence_does_not_enter():
    seen_late = [(f"s{i}", "2024-02-20", 1) for i in range(5)]
    won = pd.DataFrame({"customer_id": [row[0] for row in seen_late],
                        "acquired_at": pd.Timestamp("2023-12-01")})  # fmt: skip
    orders = [*NEW, *seen_late, ("z", "2024-01-01", 1), ("z", "2024-12-31", 1)]
    assert tenures(shop(orders, people=won, **SPAN)).late == 0


def test_nobody_leaving_leaves_every_number_open_with_a_reason(say):
    steady = [(f"c{i:02d}", pd.Timestamp("2024-01-01") + pd.Timedelta(days=20 * step), 1)
              for i in range(40) for step in range(19)]  # fmt: skip
    found = survival(shop(steady))
    assert found.values["km.probability_28d"].value == 1
    assert found.values["tenure.reactivated_share"].reason == "Nobody has fallen silent yet."
    assert "Fewer than 10 ends" in found.values["tenure_shape.best"].reason
    claim = survival_orders.returned(found, "4 weeks", say)
    assert claim.title == "Nobody has been silent for 4 weeks yet"


def test_nothing_is_drawn_or_recorded_beyond_the_longest_time_watched(cdnow_stay, late):
    for found in (cdnow_stay, late):
        longest = found.values["tenure_shape.watched_until"].value
        assert found.shape.curve["after_weeks"].max() * 7 <= longest
        for name, value in found.values.items():
            if name.startswith("tenure_shape") and value.kind == "estimate":
                raise AssertionError(name)


def test_the_smooth_curve_is_the_one_of_lowest_criterion_and_stays_close(cdnow_stay):
    found = cdnow_stay
    best = found.values["tenure_shape.best"].value
    aic = {name: found.values[f"tenure_shape.{name}.aic"].value
           for name in ("weibull", "lognormal", "loglogistic")}  # fmt: skip
    assert best == min(aic, key=lambda name: aic[name]) == "weibull"
    assert found.values["tenure_shape.weibull.furthest"].value < 0.05


def test_the_band_of_the_whole_holds_more_than_the_range_of_a_time(cdnow_stay):
    curve = cdnow_stay.shape.curve.dropna(subset=["band_low"])
    assert len(curve) > 40
    assert (curve["band_low"] < curve["share_low"]).all()
    assert (curve["band_high"] > curve["share_high"]).all()


def test_a_curve_of_nobody_has_no_shape():
    shape = shape_of(tenures(shop(ANY)).beyond, None)
    assert shape.curve.empty
    assert shape.values["tenure_shape.watched_until"].reason == "Nobody was followed."


def test_a_stakeholder_meets_no_term_of_the_trade_with_contracts_and_groups(say):
    who = pd.DataFrame({"customer_id": sorted({row[0] for row in MIXED}), "region": "a"})
    workspace = shop(ANY, MIXED, people=who, segments=["region"])
    found = survival(workspace)
    claims = [sentences.tenure(found, workspace.study, say), survival_contracts.ends(found, say),
              survival_contracts.lasting(found, say), survival_orders.next_orders(found, say),
              sentences.returned(found, workspace.study, say),
              *survival_segments.by_segment(found, say)]  # fmt: skip
    groups = [survival_segments.segment_caption(one, found, say) for one in found.segments]
    captions = [survival_contracts.ends_caption(found, say), survival_orders.returned_caption(),
                survival_orders.orders_caption(found, say), *groups]  # fmt: skip
    texts = [text for claim in claims for text in claim[1:3]] + captions
    for text in [*texts, *sentences.opening(found, say)]:
        for term in (*JARGON, "incidence", "log-rank", "Aalen", "reactivat", "median", "tenure"):
            assert term.lower() not in text.lower(), text


@pytest.fixture(scope="module")
def page():
    return survival(shop(ANY, MIXED))


def test_notes_for_analysts_say_what_the_curve_is_of(late, page, say):
    found = page
    assert "the unit is the customer's first contract" in analysts.unit_note(found, say)
    assert "equals tenure" in analysts.unit_note(late, say)
    assert analysts.band_note(found, say).startswith("The 95% band of Hall and Wellner")
    running = survival(shop(ANY, [(f"p{i:02d}", "2024-01-01", None, None) for i in range(40)]))
    assert analysts.band_note(running, say).startswith("No band of the whole main curve")
    assert "nothing beyond it is drawn" in analysts.shape_note(survival(shop(ANY, [
        (f"p{i:02d}", "2024-01-01", pd.Timestamp("2024-01-02") + pd.Timedelta(days=i), "left")
        for i in range(40)])), say)  # fmt: skip


@pytest.fixture(scope="module")
def pictures(page):
    say, found = Wording("en_GB", "EUR"), page
    told, level = found.contracts, found.confidence
    return [
        figures.contracts_running(told.curve, 28, level, say),
        survival_groups.ends_by_reason(told.ends.curves, 2, level, say),
        survival_groups.smooth_curve(found.shape.curve.assign(smooth=0.5), level, say),
        figures.still_customers(found.still, 28, level, say),
    ]


def test_pictures_say_what_they_show_and_stay_small(pictures):
    for picture in pictures:
        assert any(letter.isdigit() for letter in picture.alt)
        assert picture.alt.endswith(".")
        assert len(picture.svg) < 30_000
        assert "http" not in picture.svg.replace("http://www.w3.org/", "")


def test_under_each_curve_stands_how_many_are_still_followed(pictures):
    running, ends, smooth, still = pictures
    for picture in (running, smooth, still):
        assert "of those followed so long:" in picture.svg
    assert ">40<" in running.svg  # 40 contracts at their start
    assert "followed so long" not in ends.svg


def test_one_born_a_silence_ago_to_the_day_has_not_fallen_silent():
    # as_of less four weeks is 3 December: ten born that day, thirty long before, none came back
    orders = [(f"c{i:02d}", "2024-12-03" if i < 10 else "2024-01-01", 1) for i in range(40)]
    workspace = shop([*orders, ("z", "2024-12-31", 1)])
    here = tenure_values(workspace, tenures(workspace), None, 28)["tenure.one_order_share"]
    there = churn_window(workspace).values["churn_window.one_order_share_28d"]
    assert (here.value, here.n) == (there.value, there.n)
