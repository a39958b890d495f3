"""Log-rank against R: see tests/published/survival.py for the sources."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from statsmodels.duration.survfunc import survdiff

from retention_research.models.fit import Missing
from retention_research.models.log_rank import Kind, LogRank, log_rank, pairwise_log_rank
from tests.published import survival as published

COLUMNS = {"lung": ("time", "status"), "waltons": ("T", "E"), "veteran": ("time", "status")}


@pytest.mark.parametrize("case", published.LOG_RANK, ids=lambda case: f"{case.data}-{case.group}")
def test_the_test_is_that_of_r(case: published.LogRankTest) -> None:
    rows = getattr(published, case.data)()
    time, status = COLUMNS[case.data]
    event = rows[status] == rows[status].max()  # lung codes death as 2
    told = log_rank(rows[time], event, rows[case.group])
    assert isinstance(told, LogRank)
    # eight digits are published
    assert told == pytest.approx(case[2:], rel=1e-7)


def test_a_tiny_p_value_is_not_0() -> None:
    rows = published.waltons()
    told = log_rank(list(rows["T"]) * 5, list(rows["E"]) * 5, list(rows["group"]) * 5)
    assert isinstance(told, LogRank)
    assert 0.0 < told.p_value < 1e-100


def test_the_statistic_of_four_by_hand() -> None:
    # a, a, b, b die in turn: O - E of a is 2 - (1/2 + 1/3), its variance 1/4 + 2/9
    told = log_rank([1, 2, 3, 4], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert isinstance(told, LogRank)
    assert told.statistic == pytest.approx((2 - 5 / 6) ** 2 / (1 / 4 + 2 / 9))


def test_one_group_is_no_comparison() -> None:
    assert log_rank([1, 2], [1, 1], ["a", "a"]) == Missing(
        "log_rank", "There is only one group to compare."
    )


def test_without_events_there_is_no_comparison() -> None:
    assert isinstance(log_rank([1, 2], [0, 0], ["a", "b"]), Missing)


@pytest.mark.parametrize(("kind", "numbers"), published.LUNG_BY_SEX.items())
def test_relatives_of_the_test_are_those_of_others(
    kind: Kind, numbers: tuple[float, float]
) -> None:
    rows = published.lung()
    told = log_rank(rows["time"], rows["status"] == 2, rows["sex"], kind=kind, rho=1.0)
    assert isinstance(told, LogRank)
    # nine digits are published
    assert (told.statistic, told.p_value) == pytest.approx(numbers, rel=5e-9)


def test_the_stratified_test_is_that_of_r() -> None:
    rows = published.lung().dropna(subset="ph.ecog")
    told = log_rank(rows["time"], rows["status"] == 2, rows["sex"], strata=rows["ph.ecog"])
    assert isinstance(told, LogRank)
    # nine digits are published
    assert told.statistic == pytest.approx(published.LUNG_BY_SEX_WITHIN_PH_ECOG, rel=5e-9)


class Rows(NamedTuple):
    """Simulated customers of three groups, with ties."""

    time: npt.NDArray[np.float64]
    event: npt.NDArray[np.bool_]
    group: npt.NDArray[np.int64]
    entry: npt.NDArray[np.float64]
    strata: npt.NDArray[np.int64]


@pytest.fixture
def rows() -> Rows:
    rng, n = np.random.default_rng(15), 300
    time = rng.integers(2, 30, n).astype(float)
    entry = np.where(rng.random(n) < 0.5, np.floor(time * rng.random(n) * 0.5), 0.0)
    return Rows(time, rng.random(n) < 0.6, rng.integers(0, 3, n), entry, rng.integers(0, 4, n))


THEIRS: dict[str, dict[str, Any]] = {
    "log-rank": {},
    "gehan": {"weight_type": "gb"},
    "tarone-ware": {"weight_type": "tw"},
    "fleming-harrington": {"weight_type": "fh", "fh_p": 0.5},
}
each_kind = pytest.mark.parametrize("kind", THEIRS)


@each_kind
def test_statistics_within_strata_are_those_of_statsmodels(rows: Rows, kind: Kind) -> None:
    told = log_rank(*rows[:3], strata=rows.strata, kind=kind, rho=0.5)
    theirs = survdiff(*rows[:3], strata=rows.strata, **THEIRS[kind])[0]
    assert isinstance(told, LogRank)
    assert told.statistic == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("kind", ["log-rank", "gehan", "tarone-ware"])
def test_statistics_with_late_entry_are_those_of_statsmodels(rows: Rows, kind: Kind) -> None:
    told = log_rank(*rows[:3], entry=rows.entry, kind=kind)
    theirs = survdiff(*rows[:3], entry=rows.entry, **THEIRS[kind])[0]
    assert isinstance(told, LogRank)
    assert told.statistic == pytest.approx(theirs, rel=1e-9)


@each_kind
def test_late_entry_within_strata_is_late_entry_with_strata_apart(rows: Rows, kind: Kind) -> None:
    # strata shifted in time never meet, so that one unstratified test compares within them; its
    # number at risk is that of the stratum
    apart = 100.0 * rows.strata
    told = log_rank(*rows[:3], entry=rows.entry, strata=rows.strata, kind=kind)
    theirs = log_rank(rows.time + apart, *rows[1:3], entry=rows.entry + apart, kind=kind)
    assert isinstance(told, LogRank)
    assert told == pytest.approx(theirs, rel=1e-9)


@each_kind
def test_counts_give_the_test_of_their_customers(rows: Rows, kind: Kind) -> None:
    counts = np.arange(rows.time.size) % 4
    whole = Rows(*(np.repeat(column, counts) for column in rows))
    told = log_rank(*rows[:3], weights=counts, strata=rows.strata, entry=rows.entry, kind=kind)
    theirs = log_rank(*whole[:3], strata=whole.strata, entry=whole.entry, kind=kind)
    assert isinstance(told, LogRank)
    assert told == pytest.approx(theirs, rel=1e-9)


def test_the_names_and_order_of_groups_do_not_matter(rows: Rows) -> None:
    names = np.array(["zebra", "ape", "mole"])[rows.group]
    told, theirs = log_rank(*rows[:2], names), log_rank(*rows[:3])
    assert isinstance(told, LogRank)
    assert told == pytest.approx(theirs, rel=1e-9)


def test_pairs_are_tested_alone_and_adjusted_together(rows: Rows) -> None:
    found = pairwise_log_rank(*rows[:3], entry=rows.entry, strata=rows.strata)
    assert [(test.one, test.other) for test in found] == [("0", "1"), ("0", "2"), ("1", "2")]
    pair = rows.group != 1
    alone = log_rank(
        *(column[pair] for column in rows[:3]), entry=rows.entry[pair], strata=rows.strata[pair]
    )
    assert isinstance(alone, LogRank)
    assert found[1][2:4] == (alone.statistic, alone.p_value)
    raw = sorted(test.p_value for test in found if test.p_value is not None)
    adjusted = sorted(test.p_adjusted for test in found if test.p_adjusted is not None)
    assert adjusted == pytest.approx(
        np.maximum.accumulate(np.minimum(1.0, np.array([3, 2, 1]) * raw))
    )


def test_a_pair_without_events_is_named_and_left_out_of_the_adjusting() -> None:
    found = pairwise_log_rank([1, 2, 3, 4, 9, 9, 9], [1, 1, 1, 1, 0, 0, 0], list("aabbbcd"))
    untested = [test for test in found if test.statistic is None]
    assert [(test.one, test.other) for test in untested] == [("c", "d")]
    assert untested[0][2:] == (None, None, None)


def test_a_group_that_left_before_the_first_event_is_not_compared() -> None:
    told = log_rank([1, 1, 2, 3, 4, 5], [0, 0, 1, 1, 1, 1], list("ccabab"))
    theirs = log_rank([2, 3, 4, 5], [1, 1, 1, 1], list("abab"))
    assert isinstance(told, LogRank)
    assert told == pytest.approx(theirs)


def test_groups_that_never_meet_in_a_stratum_are_not_compared() -> None:
    time, event, group = [1, 2, 3, 4] * 2, [1] * 8, list("ababcdcd")
    told = log_rank(time, event, group, strata=[1] * 4 + [2] * 4)
    pairs = [log_rank(time[:4], event[:4], group[part : part + 4]) for part in (0, 4)]
    assert isinstance(told, LogRank)
    # a against b, and c against d: two degrees of freedom of four groups
    assert told.degrees_of_freedom == 2
    assert told.statistic == pytest.approx(
        sum(test.statistic for test in pairs if isinstance(test, LogRank))
    )


@pytest.mark.parametrize(
    "columns",
    [([4, 4, 4], [1, 1, 1], [1, 1, 2]), ([4], [1], [1]), ([1, 2, 3], [0, 0, 0], [1, 2, 2])],
    ids=["all on one day", "one customer", "no event"],
)
def test_too_little_to_compare_is_missing(columns: tuple[list[int], ...]) -> None:
    assert isinstance(log_rank(*columns), Missing)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"weights": [1, 0.5]}, "weights are not whole customers in 1 of 2 rows"),
        ({"entry": [0, 5]}, "entry is not before the end of watching in 1 of 2 rows"),
        ({"strata": [1]}, "columns differ in length"),
        ({"strata": ["a", None]}, "strata is missing in 1 of 2 rows"),
        ({"kind": "peto"}, "kind 'peto'"),
        ({"kind": "fleming-harrington", "rho": -1.0}, "rho"),
    ],
)
def test_impossible_options_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        log_rank([3, 5], [1, 1], ["a", "b"], **options)


@pytest.mark.parametrize("labels", [["a", None], [1.0, np.nan]])
def test_a_customer_of_no_group_is_refused(labels: list[object]) -> None:
    for test in (log_rank, pairwise_log_rank):
        with pytest.raises(ValueError, match="group is missing in 1 of 2 rows, first in row 1"):
            test([3, 5], [1, 1], labels)


def test_labels_of_two_kinds_are_refused_in_words() -> None:
    group = np.array([1, "a", 1, "a"], dtype=object)
    for test in (log_rank, pairwise_log_rank):
        with pytest.raises(ValueError, match="group has labels that cannot be put in order"):
            test([1, 2, 3, 4], [1, 1, 1, 1], group)


def test_a_power_that_is_no_number_is_refused() -> None:
    for rho in (np.nan, np.inf, -1.0):
        with pytest.raises(ValueError, match="is none of"):
            log_rank([1, 2], [1, 1], ["a", "b"], kind="fleming-harrington", rho=rho)
