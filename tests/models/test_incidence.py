"""Competing ends against R (see tests/published/survival.py), statsmodels and by hand."""

import json

import numpy as np
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight

from retention_research.models.fit import Estimate, Missing
from retention_research.models.incidence import IncidenceFit, fit_incidence
from retention_research.models.kaplan_meier import fit_kaplan_meier
from tests.published import survival as published


def known(fit: IncidenceFit | Missing) -> IncidenceFit:
    assert isinstance(fit, IncidenceFit)
    return fit


def estimate(told: Estimate | Missing) -> Estimate:
    assert isinstance(told, Estimate)
    return told


@pytest.fixture(scope="module")
def mgus2() -> IncidenceFit:
    rows = published.mgus2()
    first = rows["ptime"].where(rows["pstat"] == 1, rows["futime"])
    cause = np.where(rows["pstat"] == 1, 1, 2 * rows["death"])
    return known(fit_incidence(first, cause, unit="month"))


@pytest.mark.parametrize(("key", "numbers"), published.MGUS2.items())
def test_shares_and_errors_are_those_of_r(
    mgus2: IncidenceFit, key: tuple[int, int], numbers: tuple[float, float]
) -> None:
    # nine digits are published
    assert estimate(mgus2.incidence_at(*key))[1:3] == pytest.approx(numbers, rel=5e-9)


def test_one_end_alone_says_twice_as_much(mgus2: IncidenceFit) -> None:
    naive, true = mgus2.naive_at(1, 240), mgus2.incidence_at(1, 240)
    # nine digits are published
    assert estimate(naive).estimate == pytest.approx(
        published.MGUS2_NAIVE_PROGRESSION_AT_240, rel=5e-9
    )
    assert estimate(naive).estimate > 2 * estimate(true).estimate


def test_the_record_counts_patients_and_ends(mgus2: IncidenceFit) -> None:
    assert (mgus2.n, mgus2.causes, mgus2.events) == (1384, (1, 2), (115, 860))
    assert mgus2.at_risk([0.0, 1000.0]).tolist() == [1384, 0]


def test_points_are_those_of_statsmodels() -> None:
    rng = np.random.default_rng(14)
    time, cause = rng.integers(1, 50, 400), rng.integers(0, 4, 400)
    fit, theirs = known(fit_incidence(time, cause)), CumIncidenceRight(time, cause)
    for one in (1, 2, 3):
        curve = fit.curve(one)
        place = np.searchsorted(curve.time, theirs.times)
        ours = np.array(curve.incidence)[place]
        assert ours == pytest.approx(theirs.cinc[one - 1], rel=1e-12)


def test_two_ends_by_hand() -> None:
    # day 1: 1 of 4 by end 1; day 2: 1 of 3 by end 2; day 3: 1 of 2 by end 1
    fit = known(fit_incidence([1, 2, 3, 4], [1, 2, 1, 0]))
    assert fit.curve(1).incidence == pytest.approx((1 / 4, 1 / 4, 1 / 2, 1 / 2))
    assert fit.curve(2).incidence == pytest.approx((0, 1 / 4, 1 / 4, 1 / 4))
    # end 1 alone: 1 - (3/4) (1/2)
    assert estimate(fit.naive_at(1, 3.5)).estimate == pytest.approx(5 / 8)


def test_without_censoring_the_share_has_a_shares_error() -> None:
    cause = np.array([1] * 30 + [2] * 70)
    told = estimate(known(fit_incidence(np.arange(1, 101) % 7 + 1, cause)).incidence_at(1, 9))
    assert told[1:3] == pytest.approx((0.3, np.sqrt(0.3 * 0.7 / 100)))


def test_shares_and_those_still_there_make_one(mgus2: IncidenceFit) -> None:
    still = np.array(mgus2.any_end.survival)
    shares = sum(np.array(mgus2.curve(one).incidence) for one in mgus2.causes)
    assert shares + still == pytest.approx(1.0, abs=1e-12)


def test_one_end_only_is_kaplan_meier_with_its_interval() -> None:
    rows = published.lung()
    fit = known(fit_incidence(rows["time"], rows["status"] - 1))
    told = estimate(fit.incidence_at(1, 365))
    theirs = estimate(fit_kaplan_meier(rows["time"], rows["status"] == 2).survival_at(365))
    assert told[1:3] == pytest.approx((1 - theirs[1], theirs.std_error))
    assert told[3:] == pytest.approx([1 - (end or 0.0) for end in theirs[:2:-1]])
    assert estimate(fit.naive_at(1, 365))[1:] == pytest.approx(told[1:])


def test_counted_cells_give_the_fit_of_their_customers() -> None:
    cells = np.array([1, 2, 2, 3, 7]), np.array([1, 1, 2, 0, 2])
    counts = np.array([3, 2, 4, 1, 5])
    whole = known(fit_incidence(*(np.repeat(column, counts) for column in cells)))
    told = known(fit_incidence(*cells, weights=counts))
    for one in (1, 2):
        assert told.curve(one).incidence == pytest.approx(whole.curve(one).incidence)
        errors = told.incidence_at(one, 4), whole.incidence_at(one, 4)
        assert estimate(errors[0])[1:] == pytest.approx(estimate(errors[1])[1:])


def test_before_the_first_end_nobody_has_come_to_it() -> None:
    fit = known(fit_incidence([5, 6], [1, 0]))
    assert fit.incidence_at(1, 2.0)[1:] == (0.0, 0.0, 0.0, 0.0)


def test_beyond_the_last_watched_nothing_is_said() -> None:
    told = known(fit_incidence([5, 6], [1, 0])).incidence_at(1, 7.0)
    assert told == Missing("incidence_1_at_7", "Nobody was watched for more than 6 days.")


def test_after_a_gap_nothing_is_said() -> None:
    fit = known(fit_incidence([3, 8, 9], [1, 2, 0], entry=[0, 5, 6]))
    assert isinstance(fit.incidence_at(2, 8.0), Missing)
    assert fit.curve(2).incidence == (None, None, None)


def test_where_nobody_came_to_an_end_there_is_no_fit() -> None:
    told = fit_incidence([5, 6], [0, 0])
    assert told == Missing("incidence", "Nobody came to any end while watched.")


def test_an_end_that_was_not_seen_is_refused(mgus2: IncidenceFit) -> None:
    with pytest.raises(ValueError, match="cause 3 was not seen"):
        mgus2.incidence_at(3, 10.0)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (([1, 2], [1, 0.5]), "cause is not a whole number in 1 of 2"),
        (([1, 2], [1, -1]), "cause is below 0"),
        (([-1, 2], [1, 0]), "duration is below 0"),
        (([1, 2, 3], [1, 0]), "columns differ in length"),
        (([], []), "there are no customers"),
    ],
)
def test_impossible_ends_are_refused(columns: tuple[list[float], list[float]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fit_incidence(*columns)


def test_parts_of_customers_are_refused() -> None:
    with pytest.raises(ValueError, match="weights are not whole customers"):
        fit_incidence([1, 2], [1, 0], weights=[1, 0.5])


def test_a_fit_survives_its_record_in_json(mgus2: IncidenceFit) -> None:
    record = json.dumps(mgus2.to_dict(), allow_nan=False)
    assert IncidenceFit.from_dict(json.loads(record)) == mgus2


def test_a_missing_time_is_refused() -> None:
    fit = known(fit_incidence([4, 5, 6], [1, 2, 0]))
    for share in (fit.incidence_at, fit.naive_at):
        with pytest.raises(ValueError, match="t is missing"):
            share(1, np.nan)
