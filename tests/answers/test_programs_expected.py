"""What the value model expected before a program began, against what happened."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from retention_research.answers.programs.expected import model_check, model_check_values
from retention_research.answers.purchase_fits import forecasting_fit
from retention_research.glossary import lookup
from retention_research.models.fit import Missing
from retention_research.periods import ObservationWindow

START, WINDOW = date(2024, 3, 15), 28


@pytest.fixture(scope="module")
def shop(workspace_of, faithful):
    return workspace_of(faithful, as_of="2024-04-29", cohort_complete=True)


def _starts(customers, treated, day=START):
    """Memberships of a program, one row per customer."""
    return ibis.memtable(pd.DataFrame(
        {"customer_id": customers, "start": [day] * len(customers), "treated": treated}
    ))  # fmt: skip


@pytest.fixture(scope="module")
def drawn():
    ids = [f"f{one:03d}" for one in range(300)]
    return ids, np.random.default_rng(8).random(300) < 0.5


@pytest.fixture(scope="module")
def found(shop, drawn):
    return model_check(shop, _starts(*drawn), WINDOW)


def _bought(rows, first, last):
    frame = pd.DataFrame(rows, columns=["customer", "at", "amount"])
    frame["day"] = frame["at"].dt.normalize()
    days = frame.drop_duplicates(["customer", "day"])
    inside = days["day"].between(pd.Timestamp(first), pd.Timestamp(last))
    return days[inside].groupby("customer").size()


def test_purchases_counted_are_those_of_the_window(found, faithful, drawn):
    made = _bought(faithful, "2024-03-16", "2024-04-12")
    for group, flag in zip(found.groups, (True, False), strict=True):
        ids = [one for one, mine in zip(*drawn, strict=True) if mine == flag]
        assert group.counted == made.reindex(ids).fillna(0).sum()


def test_the_expectation_is_the_model_s_given_purchases_up_to_the_start(
    shop, found, faithful, drawn
):
    fit = forecasting_fit(shop, ObservationWindow(shop.window.start, *[date(2024, 3, 14)] * 2))
    frame = pd.DataFrame(faithful, columns=["customer", "at", "amount"])
    frame["day"] = frame["at"].dt.normalize()
    past = frame[frame["day"] <= pd.Timestamp(START)].drop_duplicates(["customer", "day"])
    by = past.groupby("customer")["day"].agg(["min", "max", "size"])
    recency = (by["max"] - by["min"]).dt.days / 7
    age = (pd.Timestamp(START) - by["min"]).dt.days / 7
    expected = fit.expected_purchases(4.0, by["size"] - 1, recency, age)
    told = sum(group.expected.estimate for group in found.groups)
    assert told == pytest.approx(expected.sum(), rel=1e-9)
    assert found.left_out == 300 - len(by)
    assert found.n == len(by)


def test_parameters_know_nothing_of_the_day_of_the_first_start_or_later(found):
    assert found.fitted_to == date(2024, 3, 14)


def test_without_an_effect_the_groups_lie_alike_beyond_the_forecast(found):
    assert found.surplus.conf_low < 0.0 < found.surplus.conf_high


def test_the_surplus_is_the_difference_of_mean_residuals(found):
    both = [group.counted - group.expected.estimate for group in found.groups]
    sizes = [group.rows for group in found.groups]
    assert found.surplus.estimate == pytest.approx(both[0] / sizes[0] - both[1] / sizes[1])


def test_purchases_that_a_program_brought_lie_beyond_the_forecast(workspace_of, faithful, drawn):
    ids, treated = drawn
    more = [(one, pd.Timestamp("2024-03-20 23:00"), 9.0)
            for one, mine in zip(ids, treated, strict=True) if mine]  # fmt: skip
    shop = workspace_of([*faithful, *more], as_of="2024-04-29", cohort_complete=True)
    found = model_check(shop, _starts(*drawn), WINDOW)
    assert 0.5 < found.surplus.conf_low < found.surplus.estimate < 1.1


def test_a_customer_in_several_windows_counts_once_in_the_error(shop, drawn):
    ids, treated = drawn
    once = model_check(shop, _starts(ids, treated, date(2024, 3, 15)), 14)
    again = model_check(
        shop,
        _starts(ids, treated, date(2024, 3, 15)).union(_starts(ids, treated, date(2024, 3, 16))),
        14,
    )
    assert again.n == once.n
    assert again.groups[0].rows > 1.9 * once.groups[0].rows
    assert again.surplus.std_error == pytest.approx(once.surplus.std_error, rel=0.1)


def test_what_was_given_back_after_the_start_was_not_known_then(
    workspace_of, found, faithful, drawn
):
    last = pd.DataFrame(faithful).sort_values(1).groupby(0).tail(1)
    gone = last[last[1] < pd.Timestamp(START)]
    back = [(who, pd.Timestamp("2024-04-28"), -amount) for who, _, amount in gone.to_numpy()]
    later = workspace_of([*faithful, *back], as_of="2024-04-29", cohort_complete=True)
    told = model_check(later, _starts(*drawn), WINDOW)
    assert len(back) > 10
    assert told.left_out == found.left_out
    for mine, same in zip(told.groups, found.groups, strict=True):
        assert mine.expected.estimate == pytest.approx(same.expected.estimate)


def test_windows_that_are_not_over_are_left_out(shop, drawn):
    found = model_check(shop, _starts(*drawn, date(2024, 4, 20)), WINDOW)
    assert isinstance(found, Missing)
    assert "too few" in found.reason


def test_a_program_as_old_as_the_data_cannot_be_checked(shop, drawn):
    found = model_check(shop, _starts(*drawn, date(2024, 1, 1)), WINDOW)
    assert isinstance(found, Missing)


def test_a_group_of_a_few_is_too_small(shop):
    ids = [f"f{one:03d}" for one in range(40)]
    found = model_check(shop, _starts(ids, [True] * 3 + [False] * 37), WINDOW)
    assert isinstance(found, Missing)


def test_every_value_is_in_the_glossary_and_has_its_kind(found):
    for told in (found, Missing("model_check", "No.")):
        for name, value in model_check_values("club", told).items():
            assert lookup(name).kind == value.kind
    assert model_check_values("club", found)["program.club.expected.with.counted"].value > 0
