"""E-values against the printed ones."""

import pytest

from retention_research.models.e_value import e_value, e_values


def test_the_published_example():
    # VanderWeele and Ding (2017): RR 3.9 (1.8 to 8.7), E-values 7.26 and 3.0
    found = e_values(3.9, 1.8, 8.7)
    assert round(found.estimate, 2) == 7.26
    assert round(found.limit, 1) == 3.0


def test_a_protective_ratio_is_turned_round():
    # 1.25 + sqrt(1.25 * 0.25), and the same of 1 / 0.91
    found = e_values(0.80, 0.71, 0.91)
    assert (round(found.estimate, 2), round(found.limit, 2)) == (1.81, 1.43)


def test_an_interval_that_holds_no_effect_needs_no_other_cause():
    assert e_values(1.3, 0.9, 1.9).limit == 1.0


def test_no_effect_needs_no_other_cause():
    assert e_value(1.0) == 1.0


@pytest.mark.parametrize("ratio", [0.0, -1.0, float("nan")])
def test_what_is_no_ratio_is_refused(ratio):
    with pytest.raises(ValueError, match="above 0"):
        e_value(ratio)
