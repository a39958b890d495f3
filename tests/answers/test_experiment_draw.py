"""Whether chance shared customers out as planned: by probability, stratum, day, or weights."""

import numpy as np
import pandas as pd
import pytest

from retention_research.answers.programs.experiment_draw import mixed_groups, the_draw
from retention_research.answers.programs.experiment_grade import alike
from retention_research.programs.experiment import Balance


def drawn(sizes, probability, **columns):
    """So many customers in each arm, with the probability logged for it."""
    rows = [(arm, probability.get(arm)) for arm, n in sizes.items() for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["arm", "probability"]).assign(
        start=pd.Timestamp("2024-03-01"), stratum=None, cluster=None, **columns
    )
    return frame.assign(customer_id=[f"c{i}" for i in range(len(frame))])


def both(*parts):
    return pd.concat(parts, ignore_index=True)


def test_arms_are_held_to_their_logged_probabilities():
    found = the_draw(drawn({"a": 800, "none": 200}, {"a": 0.8, "none": 0.2}))
    assert found.ratio.p_value == 1.0
    assert found.planned == pytest.approx({"a": 0.8, "none": 0.2})


def test_without_probabilities_equal_arms_are_expected_and_said_to_be():
    found = the_draw(drawn({"a": 800, "none": 200}, {}))
    assert found.check.passed is False
    assert "No probability is logged" in found.step
    assert the_draw(drawn({"a": 505, "none": 495}, {})).check.passed is True


STRATA = (
    ({"a": 100, "none": 900}, {"a": 0.1, "none": 0.9}),
    ({"a": 900, "none": 100}, {"a": 0.9, "none": 0.1}),
)


@pytest.mark.parametrize("column", ["stratum", "start"])
def test_probabilities_that_differ_by_stratum_or_day_are_checked_within_it(column):
    names = {"stratum": ["old", "new"], "start": pd.to_datetime(["2024-03-01", "2024-03-08"])}
    parts = [drawn(*given).assign(**{column: name})
             for given, name in zip(STRATA, names[column], strict=True)]  # fmt: skip
    assert the_draw(both(*parts)).ratio.p_value == 1.0
    swapped = [part.assign(probability=1.0 - part["probability"]) for part in parts]
    assert the_draw(both(*swapped)).check.passed is False


def test_probabilities_of_each_customers_own_are_checked_by_their_weights():
    rng = np.random.default_rng(20240301)
    chance = rng.uniform(0.2, 0.8, 4000)
    treated = rng.random(4000) < chance
    frame = drawn({"a": 4000}, {}).assign(
        arm=np.where(treated, "a", "none"), probability=np.where(treated, chance, 1.0 - chance)
    )
    assert the_draw(frame).check.passed is True
    lost = frame[(frame["arm"] == "none") | (np.arange(4000) % 5 > 0)]
    assert the_draw(lost).check.passed is False


def test_groups_that_were_drawn_together_are_counted_as_groups():
    frame = drawn({"a": 30, "none": 10}, {"a": 0.5, "none": 0.5})
    found = the_draw(frame.assign(cluster=["x"] * 30 + ["y"] * 10))
    assert found.ratio.expected == (1.0, 1.0)
    assert "groups that were drawn together" in found.check.told


def in_groups(sizes, groups):
    """Customers drawn one by one, whatever group they are in."""
    frame = drawn(sizes, {})
    return frame.assign(cluster=[f"g{i % groups}" for i in range(len(frame))])


def test_where_groups_are_in_several_arms_customers_are_counted():
    frame = in_groups({"a": 1000, "none": 200}, 41)
    assert the_draw(frame).check.passed is False
    assert the_draw(frame).ratio.p_value < 0.001
    assert "groups" not in the_draw(frame).check.told
    assert mixed_groups(frame) == (41, 41)


def test_a_group_with_one_customer_astray_counts_once():
    frame = drawn({"a": 40, "none": 40}, {}).assign(cluster=[f"g{i // 4}" for i in range(80)])
    astray = frame.assign(arm=["none", *frame["arm"][1:]])
    assert mixed_groups(astray) == (1, 20)
    assert sum(the_draw(astray).ratio.expected) == 20.0


def test_of_many_arms_five_are_told_and_those_under_the_floor_by_no_name():
    sizes = {f"arm{i:02d}": 100 for i in range(12)}
    told = the_draw(drawn(sizes, {})).check.told
    assert "arm04 100 (planned 100) and 7 more" in told
    found = the_draw(drawn({"a": 95, "card": 5, "none": 100},
                           {"a": 0.475, "card": 0.025, "none": 0.5}), floor=10)  # fmt: skip
    assert "card" not in found.check.told
    assert "other 5 (planned 5)" in found.check.told


def test_one_arm_alone_cannot_be_checked():
    assert the_draw(drawn({"a": 50}, {"a": 1.0})).check.passed is None


def test_an_arm_without_a_logged_probability_is_what_the_others_leave():
    found = the_draw(drawn({"a": 800, "none": 200}, {"a": 0.8}))
    assert found.planned == pytest.approx({"a": 0.8, "none": 0.2})


def test_two_arms_without_a_logged_probability_beside_one_with_cannot_be_checked():
    found = the_draw(drawn({"a": 100, "b": 100, "none": 100}, {"a": 1 / 3}))
    assert found.check.passed is False
    assert "Log the probability" in found.step


@pytest.mark.parametrize(
    ("apart", "p_value", "passed", "said"),
    [
        (0.05, 0.6, True, "bought alike"),
        (0.47, 0.0013, None, "more than is usual by chance (p = 0.0013)"),
        (0.3, 0.4, None, "in groups so small"),
        (0.3, 0.0002, False, "chance alone did not draw them"),
    ],
)
def test_groups_are_called_alike_only_where_they_are(apart, p_value, passed, said):
    found = alike((Balance("pre_revenue", 1.0 + apart, 1.0, apart, p_value),))
    assert found.passed is passed
    assert said in found.told
    assert (passed is None) == ("effects are adjusted for it" in found.told)
