"""Doubly robust effects: by hand, by brute force, and by statsmodels."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit
from statsmodels.treatment.treatment_effects import TreatmentEffect

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.enrolment import (
    DoublyRobust,
    TrialRows,
    aipw,
    doubly_robust,
    enrolment_effects,
    fit_propensity,
    naive_difference,
)
from retention_research.programs.enrolment.propensity import Propensity
from tests.programs.enrolment_data import Floats, rows_of, volunteers


def found(rows: TrialRows, **options: object) -> DoublyRobust:
    """The effect, which must not be missing."""
    result = doubly_robust(rows, **{"folds": 0} | options)  # type: ignore[arg-type]
    assert isinstance(result, DoublyRobust)
    return result


def told(quantity: Estimate | Missing) -> Estimate:
    """The estimate, which must not be missing."""
    assert isinstance(quantity, Estimate)
    return quantity


def numbers(effect: Effect) -> list[float]:
    """Point, error and both means."""
    difference = told(effect.difference)
    error = difference.std_error
    assert error is not None
    return [difference.estimate, error, effect.mean_treated, effect.mean_control]


# two kinds of customers: (orders, enrolled, outcome, customers)
KINDS = [
    (0.0, 1, 2.0, 10), (0.0, 1, 4.0, 10), (0.0, 0, 1.0, 30), (0.0, 0, 3.0, 50),
    (1.0, 1, 6.0, 30), (1.0, 1, 8.0, 30), (1.0, 0, 5.0, 10), (1.0, 0, 7.0, 10),
]  # fmt: skip


def test_of_two_kinds_the_effect_on_the_enrolled_is_each_kinds_in_their_shares() -> None:
    effect = found(rows_of(KINDS)).effect
    # of the first kind 3 against 2.25, of the second 7 against 6; 20 and 60 of them enrolled
    assert effect.mean_treated == pytest.approx((20 * 3.0 + 60 * 7.0) / 80)
    assert effect.mean_control == pytest.approx((20 * 2.25 + 60 * 6.0) / 80, abs=1e-6)
    assert told(effect.difference).estimate == pytest.approx((20 * 0.75 + 60 * 1.0) / 80, abs=1e-6)


def test_of_two_kinds_the_effect_on_all_is_each_kinds_in_everybodys_shares() -> None:
    effect = found(rows_of(KINDS), estimand="ate").effect
    assert told(effect.difference).estimate == pytest.approx(
        (100 * 0.75 + 80 * 1.0) / 180, abs=1e-6
    )


def test_the_plain_difference_of_the_two_kinds_is_far_from_it() -> None:
    effect = naive_difference(rows_of(KINDS))
    assert isinstance(effect, Effect)
    assert told(effect.difference).estimate == pytest.approx(480 / 80 - 300 / 100)


def test_the_closed_form_agrees_with_statsmodels_to_five_digits() -> None:
    rows = volunteers(300)
    y, t, x = np.asarray(rows.outcome), np.asarray(rows.treated), np.asarray(rows.covariates)
    design = sm.add_constant(x)
    chance = sm.Logit(t.astype(float), design).fit(disp=0)
    theirs = TreatmentEffect(sm.OLS(y, design), t.astype(float), results_select=chance).aipw()
    ours = aipw(y, t, x)
    assert isinstance(ours, Effect)
    point, error, treated, control = numbers(ours)
    assert [point, control, treated] == pytest.approx(theirs.effect.tolist(), rel=1e-5)
    # theirs has no factor for a small number of customers
    assert error * (299 / 300) ** 0.5 == pytest.approx(theirs.sd[0], rel=1e-5)


def test_the_closed_form_on_the_enrolled_is_the_formula_written_out() -> None:
    rows = volunteers(400)
    y, t = np.asarray(rows.outcome), np.asarray(rows.treated)
    design = sm.add_constant(np.asarray(rows.covariates))
    e = sm.Logit(t.astype(float), design).fit(disp=0).predict()
    without = sm.OLS(y[~t], design[~t]).fit().predict(design)
    by_hand = (t * (y - without) - (1 - t) * e / (1 - e) * (y - without)).sum() / t.sum()
    assert told(found(rows).effect.difference).estimate == pytest.approx(by_hand, rel=1e-6)


def test_the_error_on_the_enrolled_is_the_sandwich_over_all_equations() -> None:
    rows = volunteers(400, each=2)
    y, t = np.asarray(rows.outcome), np.asarray(rows.treated, dtype=np.float64)
    x = sm.add_constant(np.asarray(rows.covariates))
    e = sm.Logit(t, x).fit(disp=0).params
    b = sm.OLS(y[t == 0], x[t == 0]).fit().params

    def equations(at: Floats) -> Floats:
        chance, left = expit(x @ at[1:4]), y - x @ at[4:]
        score = t * left - (1 - t) * chance / (1 - chance) * left - t * at[0]
        return np.column_stack([score, x * (t - chance)[:, None], x * ((1 - t) * left)[:, None]])

    at = np.concatenate([[told(found(rows, by_trial=False).effect.difference).estimate], e, b])
    steps = 1e-5 * np.eye(at.size)
    bread = np.column_stack(
        [(equations(at + s) - equations(at - s)).sum(axis=0) / 2e-5 for s in steps]
    )
    by_customer = equations(at).reshape(200, 2, -1).sum(axis=1)
    inverse = np.linalg.inv(bread)
    by_hand = (inverse @ (by_customer.T @ by_customer) @ inverse.T)[0, 0] * 200 / 199
    error = told(found(rows, by_trial=False).effect.difference).std_error
    assert error == pytest.approx(by_hand**0.5, rel=1e-5)


def test_cross_fitting_tells_each_fold_by_the_others() -> None:
    rows = volunteers(300)
    y, t = np.asarray(rows.outcome), np.asarray(rows.treated)
    x = sm.add_constant(np.asarray(rows.covariates))
    shared = fit_propensity(rows, folds=3, rng=np.random.default_rng(1))
    assert isinstance(shared, Propensity)
    e, without = np.empty(300), np.empty(300)
    for fold in range(3):
        here = shared.fold == fold
        e[here] = sm.Logit(t[~here] * 1.0, x[~here]).fit(disp=0).predict(x[here])
        rest = ~here & ~t
        without[here] = sm.OLS(y[rest], x[rest]).fit().predict(x[here])
    by_hand = (t * (y - without) - (1 - t) * e / (1 - e) * (y - without)).sum() / t.sum()
    ours = found(rows, folds=3, rng=np.random.default_rng(1)).effect
    assert told(ours.difference).estimate == pytest.approx(by_hand, rel=1e-5)


def test_rows_that_a_customer_repeats_add_nothing_to_what_is_known() -> None:
    rows = volunteers(300)
    twice = TrialRows(
        np.repeat(rows.outcome, 2), np.repeat(rows.treated, 2), np.repeat(rows.covariates, 2, 0),
        rows.names, np.repeat(rows.customer, 2), np.tile([0, 1], 300),
    )  # fmt: skip
    once, again = found(rows), found(twice, by_trial=False)
    assert numbers(again.effect) == pytest.approx(numbers(once.effect), rel=1e-6)


def test_the_order_of_rows_and_the_unit_of_a_covariate_change_nothing() -> None:
    rows = volunteers(300)
    order = np.random.default_rng(2).permutation(300)
    other = replace(
        rows,
        outcome=rows.outcome[order],
        treated=rows.treated[order],
        covariates=rows.covariates[order] * [1000.0, 0.01],
        customer=rows.customer[order],
        trial=rows.trial[order],
    )
    assert numbers(found(other).effect) == pytest.approx(numbers(found(rows).effect), rel=1e-8)


def test_a_covariate_that_is_the_same_for_all_or_told_twice_changes_nothing() -> None:
    rows = volunteers(300)
    x = np.asarray(rows.covariates, dtype=np.float64)
    more = replace(
        rows, covariates=np.column_stack([x, np.ones(300), x[:, 0]]), names=tuple("abcd")
    )
    assert numbers(found(more).effect) == pytest.approx(numbers(found(rows).effect), rel=1e-6)


def test_rows_are_not_changed() -> None:
    rows = volunteers(200)
    before = [np.array(column) for column in (rows.outcome, rows.treated, rows.covariates)]
    found(rows)
    after = (rows.outcome, rows.treated, rows.covariates)
    assert all(np.array_equal(one, two) for one, two in zip(before, after, strict=True))


def test_several_outcomes_share_their_chances_to_enrol_and_stay_what_they_are_alone() -> None:
    rows = volunteers(300)
    both = enrolment_effects(
        rows, {"a": rows.outcome, "b": 2.0 * np.asarray(rows.outcome, float)}, folds=0
    )
    assert not isinstance(both, Missing)
    assert numbers(both.effects[0]) == pytest.approx(numbers(found(rows).effect), rel=1e-12)
    assert both.influence[:, 1] == pytest.approx(2.0 * both.influence[:, 0])
    assert both.points[1] == pytest.approx(2.0 * both.points[0])


def test_an_enrolment_that_levels_of_the_season_explain_has_no_effect() -> None:
    """In the busy half of the year more enrol and all buy more; within it nothing happens."""
    rng = np.random.default_rng(3)
    trial = np.repeat(np.arange(8), 100)
    busy = trial >= 4
    treated = rng.random(800) < np.where(busy, 0.7, 0.35)
    outcome = 3.0 * busy + rng.normal(size=800)
    rows = TrialRows(outcome, treated, rng.normal(size=(800, 1)), ("x",), np.arange(800), trial)
    assert told(found(rows, by_trial=False).effect.difference).estimate > 1.0
    assert abs(told(found(rows).effect.difference).estimate) < 0.2


def test_lift_is_the_difference_as_a_share_with_the_error_of_a_ratio() -> None:
    result = found(volunteers(400))
    lift, means = told(result.effect.lift), result.means
    assert lift.estimate == pytest.approx(means.treated / means.control - 1.0)
    ratio = means.influence_treated - means.treated / means.control * means.influence_control
    by_hand = (ratio @ ratio * 400 / 399) ** 0.5 / means.control
    assert lift.std_error == pytest.approx(by_hand)


def test_a_lift_lies_as_far_from_its_ends_in_either_direction_times_over() -> None:
    lift = told(found(volunteers(400)).effect.lift)
    assert lift.conf_low is not None
    assert lift.conf_high is not None
    times = np.array([lift.conf_low, lift.estimate, lift.conf_high]) + 1.0
    assert times[1] / times[0] == pytest.approx(times[2] / times[1])


def test_a_lift_of_few_buyers_is_nowhere_less_than_all_of_them() -> None:
    bought = [(0.0, 1, 1.0, 12), (0.0, 1, 0.0, 88), (0.0, 0, 1.0, 12), (0.0, 0, 0.0, 88)]
    lift = told(found(rows_of(bought)).effect.lift)
    # on the log scale the error is sqrt(2 (1 / 12 - 1 / 100) 200 / 199), of Student's t with 99
    away = float(np.exp(1.98422 * (2.0 * (1 / 12 - 1 / 100) * 200 / 199) ** 0.5))
    assert [lift.conf_low, lift.conf_high] == pytest.approx([1 / away - 1, away - 1], rel=1e-4)


def test_a_plain_difference_has_the_error_of_two_means_of_customers() -> None:
    y, t = np.tile([3.0, 1.0, 1.0, 0.0, 2.0], 10), np.tile([1, 1, 0, 0, 0], 10)
    who = np.tile([7, 8, 9, 9, 4], 10) + 10 * np.repeat(np.arange(10), 5)
    rows = TrialRows(y, t, np.zeros((50, 1)), ("x",), who, np.zeros(50))
    effect = naive_difference(rows)
    assert isinstance(effect, Effect)
    # customers' sums of (y - mean) / n: enrolled .5, -.5; of the others (0 - 1) / 3 and 1 / 3
    squares = 10 * (0.5**2 + 0.5**2 + (1 / 3) ** 2 + (1 / 3) ** 2) / 10**2
    assert told(effect.difference).std_error == pytest.approx((squares * 40 / 39) ** 0.5)
    assert (effect.n_treated, effect.n_control) == (20, 20)


@pytest.mark.slow
def test_boosting_finds_an_effect_that_a_line_misses() -> None:
    """Enrolling and buying both rise with the square of a covariate."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(3000, 1))
    treated = rng.random(3000) < expit(-1.5 + x[:, 0] ** 2)
    outcome = x[:, 0] ** 2 + 0.5 * treated + rng.normal(size=3000)
    rows = TrialRows(outcome, treated, x, ("x",), np.arange(3000), np.zeros(3000))
    line = told(found(rows).effect.difference)
    bent = told(found(rows, nuisance="boosting", folds=5, rng=rng).effect.difference)
    assert line.estimate > 1.0
    assert abs(bent.estimate - 0.5) < 0.2
