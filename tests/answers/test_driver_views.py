"""Drivers on small tables: what is compared, what is left out and why, and the grade."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from retention_research.answers.driver_rows import BORN, HAPPENED, SAID, SERVED, Driver
from retention_research.answers.drivers.cox_view import direction_of, fit_cox_view
from retention_research.answers.drivers.design import make_design
from retention_research.answers.drivers.findings import all_findings
from retention_research.answers.drivers.forms import Dose, doses, in_order
from retention_research.answers.drivers.grades import Evidence
from retention_research.answers.drivers.grading import graded
from retention_research.answers.drivers.landmark_view import LandmarkView, design_of, fit_view
from retention_research.answers.drivers.prediction import judged_on_the_last
from retention_research.answers.drivers.stages import beside, may_cause
from retention_research.answers.drivers.strength import strongest_covariates
from retention_research.answers.drivers.value_view import BothSides
from retention_research.answers.drivers.views import Views
from retention_research.models.fit import Estimate, Missing

LATE = Driver("late", "a late delivery", "yes_no", stage=HAPPENED)
SCORE = Driver("score", "last score", "amount", missing="score_missing", stage=SAID)
CHANNEL = Driver("channel", "channel", "level", "search", levels=("social", "shop"), stage=BORN)
BOUGHT = Driver("bought", "purchases", "count", role="adjuster", scale="log1p", stage=HAPPENED)
DRIVERS = (CHANNEL, LATE, SCORE, BOUGHT)


def rows(customers=600, dates=3, seed=1):
    """Late raises silence, score lowers it, the channel does nothing."""
    rng = np.random.default_rng(seed)
    n = customers * dates
    late = rng.random(n) < 0.3
    score = rng.integers(0, 11, n).astype(float)
    odds = -0.8 + 1.0 * late - 0.15 * (score - 5)
    frame = pd.DataFrame({
        "customer": np.tile(np.arange(customers), dates),
        "landmark": np.repeat(pd.date_range("2024-01-01", periods=dates, freq="84D"), customers),
        "silent": (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(np.int8),
        "late": late.astype(np.int8),
        "score": np.where(rng.random(n) < 0.3, np.nan, score),
        "channel": np.repeat(rng.choice(["search", "social", "shop"], customers)[None], dates, 0)
                     .ravel(),
        "bought": rng.poisson(3, n).astype(float),
    })  # fmt: skip
    return frame.assign(score_missing=frame["score"].isna().astype(np.int8))


@pytest.fixture(scope="module")
def frame():
    return rows()


@pytest.fixture(scope="module")
def views(frame):
    nothing = Missing("cox", "nothing")
    fitted = {
        stage: fit_view(frame, design_of(frame, beside(DRIVERS, stage)), 0.95)
        for stage in (BORN, HAPPENED, SAID)
    }
    pace = fit_cox_view(orders(), DRIVERS, 0.95, event="ordered", strata="order_number")
    return Views(DRIVERS, fitted, {HAPPENED: pace}, {}, nothing, {})


@pytest.fixture(scope="module")
def found(frame, views):
    return {one.driver.name: one for one in all_findings(frame, views, (), 0.95, 10)}


def contrast(design, key):
    return next(one for one in design.contrasts if one.key == key)


def test_what_one_has_or_not_is_compared_from_none_to_one(frame):
    late = contrast(make_design(frame, DRIVERS), "late")
    assert (late.low_at, late.high_at, late.over) == (0.0, 1.0, None)


def test_an_amount_is_compared_between_the_quartiles_of_the_known(frame):
    score = contrast(make_design(frame, DRIVERS), "score")
    known = frame["score"].dropna()
    assert (score.low_at, score.high_at) == tuple(known.quantile([0.25, 0.75]))
    assert score.over.sum() == known.size


def test_the_unknown_is_a_column_of_its_own(frame):
    design = make_design(frame, DRIVERS)
    assert "score_missing" in design.names
    assert np.isfinite(design.x).all()


def test_counts_enter_by_their_logarithm_and_are_compared_on_their_own_scale(frame):
    design = make_design(frame, DRIVERS)
    bought = contrast(design, "bought")
    assert bought.high["bought"] == pytest.approx(np.log1p(bought.high_at))
    assert design.column("bought").max() == pytest.approx(np.log1p(frame["bought"].max()))


def test_a_level_is_held_against_the_reference_with_all_others_at_none(frame):
    social = contrast(make_design(frame, DRIVERS), "channel:social")
    assert social.high == {"channel:social": 1.0, "channel:shop": 0.0}
    assert set(social.low.values()) == {0.0}


def test_who_has_nothing_to_compare_is_no_level_of_comparison(frame):
    phone = Driver("by", "by", "level", "no ticket", levels=("phone", "chat"))
    told = frame.assign(by=np.resize(["no ticket", "phone", "chat", "chat"], len(frame)))
    design = make_design(told, [phone])
    assert [one.key for one in design.contrasts] == ["by:phone"]
    assert design.contrasts[0].reference == "chat"
    assert design.contrasts[0].over.sum() == (told["by"] != "no ticket").sum()
    assert "by:no ticket" in design.names


def test_what_comes_later_is_not_taken_into_account():
    assert [one.name for one in beside(DRIVERS, BORN)] == ["channel", "bought"]
    assert may_cause(LATE, SCORE)
    assert not may_cause(SCORE, LATE)
    assert not may_cause(BOUGHT, CHANNEL)


def test_the_effect_of_a_late_delivery_and_its_grade_come_out(found):
    late = found["late"]
    assert late.main.effect.difference.conf_low > 0.0
    assert late.p_adjusted < 0.001
    assert late.evidence.landmarks == [1, 1, 1]
    assert late.evidence.agrees == {"time to the next order": "yes"}
    assert late.evidence.grade == "robust association"


def test_what_is_clear_of_chance_is_ranked_by_size_before_the_rest(found):
    order = sorted(("late", "score"), key=lambda name: -abs(found[name].difference))
    assert [found[name].rank for name in (*order, "channel")] == [1, 2, 3]


def test_what_does_nothing_is_not_clear_of_chance(found):
    assert found["channel"].evidence.grade == "no clear association"
    assert found["channel"].rank == 3


def test_not_being_known_is_shown_as_a_level(found):
    unknown = found["score"].not_known
    assert unknown.n == 1800
    assert unknown.difference.conf_low < 0.0 < unknown.difference.conf_high
    assert found["late"].not_known is None


def test_several_levels_are_one_test(found):
    channel = found["channel"]
    smallest = min(level.p_value for level in channel.levels)
    assert channel.p_value == pytest.approx(min(1.0, 2 * smallest))


def test_risk_moves_in_step_with_a_score(found):
    score = found["score"]
    assert len(score.doses) == 4
    assert score.evidence.in_order is True
    assert sum(dose.n for dose in score.doses) == score.main.effect.n


def test_steps_that_turn_round_are_not_in_order():
    risks = [Estimate("risk", risk) for risk in (0.4, 0.2, 0.3)]
    steps = tuple(Dose(0.0, 0.0, 9, 9, risk) for risk in risks)
    assert in_order(steps, -1) is False
    assert in_order(steps[:2], -1) is None


@pytest.mark.parametrize(
    ("changed", "grade"),
    [
        ({}, "robust association"),
        ({"p_adjusted": 0.06}, "no clear association"),
        ({"agrees": {"ends": "yes", "time to the next order": "no"}}, "associated"),
        (
            {"agrees": {"ends": "yes", "time to the next order": "cannot tell"}},
            "robust association",
        ),
        ({"agrees": {"ends": "cannot tell"}}, "associated"),
        ({"agrees": {}}, "associated"),
        ({"landmarks": (1, -1)}, "associated"),
        ({"landmarks": (1,)}, "associated"),
        ({"in_order": False}, "associated"),
        ({"e_value": 1.3}, "associated"),
        ({"randomised": True, "landmarks": ()}, "randomised"),
    ],
)
def test_one_failed_check_keeps_a_link_from_being_robust(changed, grade):
    sound = {"randomised": False, "p_adjusted": 0.01, "sign": 1, "agrees": {"ends": "yes"},
             "landmarks": (1, 1), "in_order": None, "e_value": 2.0, "strongest": 1.4}  # fmt: skip
    assert Evidence(**(sound | changed)).grade == grade


def test_a_date_that_could_not_be_judged_keeps_a_link_from_being_robust(found):
    dates = {**found["late"].by_landmark, date(2030, 1, 1): Missing("late", "Too few.")}
    late = graded(replace(found["late"], by_landmark=dates))
    assert late.evidence.lacks == ("on some dates it could not be judged",)
    assert late.evidence.grade == "associated"


def test_a_column_without_a_date_is_never_robust(frame, views):
    told = all_findings(frame, views, (), 0.95, 10, undated={"late"})
    late = next(one for one in told if one.driver.name == "late")
    assert late.evidence.lacks == (
        "it has no date: it may have been written after the dates looked at",
    )


def test_a_column_of_which_nothing_can_be_compared_leaves_nothing_in_the_design(frame):
    junk = Driver("junk", "junk", "level", "x", levels=("other",))
    told = frame.assign(junk=np.resize(["x", "other"], len(frame)))
    design = make_design(told, (junk, LATE))
    assert design.names == ("late",)
    assert "too small to tell apart" in design.left_out["junk"]


def test_an_amount_without_groups_is_not_taken_to_be_in_step(found):
    lacks = graded(replace(found["score"], doses=())).evidence.lacks
    assert "too few amounts of it differ to see whether more goes with more" in lacks


def ratio(estimate, low, high):
    return Estimate("ratio", estimate, None, low, high)


def test_a_view_whose_interval_holds_no_effect_cannot_tell_the_direction():
    assert direction_of(ratio(0.992, 0.939, 1.05), turned=True) == 0
    assert direction_of(ratio(0.9, 0.85, 0.95), turned=True) == 1
    assert direction_of(ratio(0.9, 0.85, 0.95), turned=False) == -1
    assert direction_of(Missing("late", "nothing"), turned=True) is None


@pytest.mark.parametrize(
    ("purchase", "dropout", "told"),
    [
        (ratio(0.8, 0.7, 0.9), ratio(1.0, 0.9, 1.1), "yes"),
        (ratio(1.0, 0.9, 1.1), ratio(1.0, 0.9, 1.1), "cannot tell"),
        (ratio(0.8, 0.7, 0.9), ratio(0.8, 0.7, 0.9), "cannot tell"),  # slower, but staying longer
    ],
)
def test_buying_and_leaving_agree_only_where_what_is_clear_of_them_points_one_way(
    found, purchase, dropout, told
):
    late = replace(found["late"], both=BothSides(purchase, dropout, 1))
    assert graded(late).evidence.agrees["buying and leaving"] == told


def test_a_common_cause_is_as_strong_as_the_weaker_of_its_two_ratios():
    # old is twice as common among the late (1 against 1/2), and silent 1.5 times as often
    flags = {"late": np.array([1.0, 1, 0, 0]), "old": np.array([1.0, 1, 1, 0])}
    assert strongest_covariates(flags, {"late": 3.0, "old": 1.5})["late"] == ("old", 1.5)
    assert strongest_covariates(flags, {"late": 3.0, "old": 0.2})["late"] == ("old", 2.0)


def test_levels_of_one_column_are_no_causes_of_each_other():
    flags = {"by:a": np.array([1.0, 0, 0]), "by:b": np.array([0.0, 1, 0])}
    assert strongest_covariates(flags, {"by:a": 2.0, "by:b": 2.0})["by:a"] == ("", 1.0)


def test_a_driver_that_separates_perfectly_is_left_out_with_the_reason(frame):
    gone = Driver("gone", "gone", "yes_no")
    told = frame.assign(gone=frame["silent"])
    view = fit_view(told, design_of(told, (LATE, gone)), 0.95)
    assert isinstance(view, LandmarkView)
    assert "gone" in view.design.left_out
    assert [one.key for one in view.design.contrasts] == ["late"]


def test_a_level_of_three_customers_who_all_fell_silent_is_left_out_alone(frame):
    silent = frame.index[(frame["silent"] == 1) & (frame["channel"] == "search")][:3]
    told = frame.assign(channel=frame["channel"].mask(frame.index.isin(silent), "fair"))
    few = Driver("channel", "channel", "level", "search", levels=("social", "shop", "fair"))
    view = fit_view(told, design_of(told, (few,)), 0.95)
    assert set(view.design.left_out) == {"channel:fair"}
    assert {one.key for one in view.design.contrasts} == {"channel:social", "channel:shop"}
    assert all(np.isfinite(e.difference.estimate) for e in view.effects().values())


def test_what_is_missing_throughout_is_left_out_with_the_reason(frame):
    design = make_design(frame.assign(score=np.nan), (SCORE, LATE))
    assert design.left_out == {"score": "It is not known of any customer."}


@pytest.mark.parametrize("outcome", [0, 1])
def test_without_any_silence_or_with_nothing_else_there_is_no_view(frame, outcome):
    view = fit_view(frame.assign(silent=outcome), design_of(frame, DRIVERS), 0.95)
    assert view == Missing("logistic", "Everybody has the same outcome.")


def test_fewer_than_ten_events_per_covariate_is_told(frame):
    few = frame.groupby("landmark").head(20).reset_index(drop=True)
    view = fit_view(few, design_of(few, DRIVERS), 0.95)
    assert "for each covariate" in view.fit.verdict.words


def orders(customers=400, seed=2):
    rng = np.random.default_rng(seed)
    late = rng.random(customers) < 0.4
    waits = rng.exponential(np.where(late, 60.0, 40.0)).round() + 1
    frame = rows(customers, 1).drop(columns=["late", "silent", "landmark"])
    return frame.assign(late=late.astype(np.int8), start=0, stop=np.minimum(waits, 120),
                        ordered=(waits <= 120).astype(np.int8), order_number=1)  # fmt: skip


def test_the_next_order_comes_later_after_a_late_delivery(frame):
    view = fit_cox_view(orders(), DRIVERS, 0.95, event="ordered", strata="order_number")
    ratio = view.hazard_ratio(contrast(make_design(frame, DRIVERS), "late"))
    assert ratio.conf_high < 1.0


def test_a_view_compares_the_same_levels_whatever_its_own_reference_is(frame):
    other = Driver("channel", "channel", "level", "shop", levels=("search", "social"))
    mine = contrast(make_design(frame, (CHANNEL,)), "channel:social")
    one = fit_cox_view(orders(), (CHANNEL,), 0.95, event="ordered").hazard_ratio(mine)
    two = fit_cox_view(orders(), (other,), 0.95, event="ordered").hazard_ratio(mine)
    assert one.estimate == pytest.approx(two.estimate, rel=1e-8)
    assert one.conf_low == pytest.approx(two.conf_low, rel=1e-8)


def test_a_view_without_the_driver_says_so(frame):
    view = fit_cox_view(orders(), (LATE,), 0.95, event="ordered")
    score = contrast(make_design(frame, DRIVERS), "score")
    assert view.hazard_ratio(score) == Missing("score", "This view does not have it.")


def test_no_event_is_told(frame):
    quiet = orders().assign(ordered=0)
    assert isinstance(fit_cox_view(quiet, DRIVERS, 0.95, event="ordered"), Missing)


def test_all_events_on_one_day_are_told():
    same = orders().assign(stop=30, ordered=np.arange(400) % 2)
    view = fit_cox_view(same, DRIVERS, 0.95, event="ordered")
    assert isinstance(view, Missing) or "one time" in view.fit.verdict.words


def test_a_column_that_is_the_same_within_strata_or_events_is_left_out():
    told = orders()
    told = told.assign(order_number=np.resize([1, 2], 400))
    never = np.where(told["ordered"] == 1, 0, np.resize([0, 1], 400))
    first = Driver("first", "first", "yes_no"), Driver("never", "never", "yes_no")
    told = told.assign(first=(told["order_number"] == 1).astype(np.int8), never=never)
    view = fit_cox_view(told, (LATE, *first), 0.95, event="ordered", strata="order_number")
    assert set(view.design.left_out) == {"first", "never"}


def test_the_last_date_is_foretold_from_the_others_only(frame):
    days = [date(2024, 1, 1), date(2024, 3, 25), date(2024, 6, 17)]
    judged = judged_on_the_last(frame, DRIVERS, days, 0.95)
    assert judged.n == 600
    assert judged.auc.conf_low > 0.5
    assert judged.calibration.slope.conf_low < 1.0 < judged.calibration.slope.conf_high
    assert isinstance(judged_on_the_last(frame, DRIVERS, days[:1], 0.95), Missing)


def test_stages_stand_in_order():
    assert BORN < HAPPENED < SERVED < SAID


def test_doses_of_what_has_two_values_are_none(frame, views):
    view = views.landmark[HAPPENED]
    assert doses(frame, view, contrast(view.design, "late"), 0.95, 10) == ()
