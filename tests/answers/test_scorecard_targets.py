"""Targets: numbers, dated paths and levels, judged by the interval."""

from datetime import date

import pytest

from retention_research.answers.scorecard_targets import judge, stand
from retention_research.study_sections import Target
from retention_research.values import estimate, fact, missing

SHARE = estimate(0.86, 0.84, 0.88, 900)
MAY = date(2025, 5, 31)


@pytest.mark.parametrize(
    ("target", "direction", "status"),
    [
        (0.90, "higher is better", "behind"),
        (0.88, "higher is better", "on"),
        (0.84, "higher is better", "on"),
        (0.80, "higher is better", "ahead"),
        (0.90, "lower is better", "ahead"),
        (0.80, "lower is better", "behind"),
    ],
)
def test_a_status_is_claimed_only_where_the_range_excludes_the_target(target, direction, status):
    assert judge(target, SHARE, direction).status == status


def test_a_missing_value_is_not_computable_and_says_why():
    judged = judge(0.9, missing("estimate", "There is no table of surveys."), "higher is better")
    assert (judged.status, judged.reason) == ("not computable", "There is no table of surveys.")


def test_a_value_without_a_range_is_not_judged():
    assert judge(0.9, fact(0.8, "share"), "higher is better").status == "not computable"


def test_a_path_gives_the_target_in_force_at_the_end_of_the_period():
    path = Target(path={"2025-03": 0.80, "2025-06": 0.95})
    assert stand(path, MAY, SHARE, {}, "higher is better").target == 0.80
    assert stand(path, date(2025, 6, 30), SHARE, {}, "higher is better").status == "behind"


def test_before_its_path_begins_there_is_no_target():
    judged = stand(Target(path={"2025-06": 0.9}), MAY, SHARE, {}, "higher is better")
    assert (judged.status, judged.target) == ("no target", None)
    assert "2025-06" in judged.reason


def test_no_target_is_no_status():
    assert stand(None, MAY, SHARE, {}, "higher is better").status == "no target"


def test_a_target_by_level_is_as_good_as_its_worst_level():
    target = Target(by="region", levels={"north": 0.90, "south": 0.80})
    levels = {"north": SHARE, "south": SHARE}
    judged = stand(target, MAY, SHARE, levels, "higher is better")
    assert judged.status == "behind"
    assert judged.reason == "behind in north; ahead in south"
    assert judged.levels["south"].status == "ahead"


def test_a_level_that_is_not_there_is_not_computable():
    target = Target(by="region", levels={"east": 0.90})
    judged = stand(target, MAY, SHARE, {"north": SHARE}, "higher is better")
    assert judged.status == "not computable"
    assert "too small" in judged.levels["east"].reason
