"""A silence of `auto`: chosen once, from the data up to as_of, before anything reads it."""

from datetime import date, timedelta

import ibis
import pandas as pd
import pytest
import yaml

from retention_research.opening import USUAL, WATCHED, choose_silence
from retention_research.study import new_study
from retention_research.summaries.silence import silence_cells, silences, silent_gaps
from retention_research.workspace import check_study, open_workspace, prepare_run

AS_OF = date(2024, 12, 31)  # so that month ends up to 31 December 2023 are followed for 52 weeks


def opened(rows, silence="auto", as_of=AS_OF):
    frame = pd.DataFrame(rows, columns=["customer_id", "timestamp"]).assign(amount=10.0)
    frame["timestamp"] = pd.to_datetime(frame["timestamp"])
    sources = {"transactions": {"frame": True}}
    study = new_study(
        study="s", currency="EUR", sources=sources, as_of=as_of, churn={"inactive_for": silence}
    )
    return open_workspace(study, {"transactions": frame})


@pytest.fixture(scope="module")
def chosen():
    """What the data choose, without a workspace around it."""
    engine = ibis.duckdb.connect()

    def choose(rows):
        frame = pd.DataFrame(rows, columns=["customer_id", "day"])
        frame["day"] = pd.to_datetime(frame["day"]).dt.date
        bought = engine.create_table(ibis.util.gen_name("bought"), frame)

        def cells(spans):
            gaps = silent_gaps(bought, AS_OF, min(spans), WATCHED)
            return silence_cells(silences(gaps, spans, WATCHED), spans).to_pandas()

        return choose_silence(cells, frame["day"].min(), AS_OF)

    return choose


def came_back(n, start, gap):
    """Customers who buy on a day and again after a gap."""
    first = pd.Timestamp(start)
    return [(f"b{gap}-{i}", first + timedelta(days=d)) for i in range(n) for d in (0, gap)]


def gone(n, start):
    return [(f"g{i}", start) for i in range(n)]


# Nine customers who bought on 3 October 2023 for good: at 31 October (28 days), 30 November (58)
# and 31 December (89) silent for 4 weeks. One who was back after 61 days, on 3 December: silent
# for 4 weeks at the first two, both with a return, and at 31 December (28 days) without one.
TINY = [*gone(9, "2023-10-03"), *came_back(1, "2023-10-03", 61), ("last", "2024-12-31")]


def test_the_rule_on_a_table_worked_by_hand(chosen):
    # 4 weeks: 27 + 3 silences, 2 returns (6.7%), so that 4 weeks it is
    found = chosen(TINY)
    assert found.looked_at[0] == (28, 10, 30, 2)
    assert found.looked_at[1] == (56, 10, 19, 1)  # 9 x 2, and the one at 30 November
    assert found.choice == (28, "few return")


def test_one_more_return_makes_it_eight_weeks(chosen):
    # two who were back: 4 weeks 27 + 6 silences and 4 returns (12%); 8 weeks 18 + 2 and 2 (10%)
    found = chosen([*TINY, ("b-2", "2023-10-03"), ("b-2", "2023-12-03")])
    assert found.looked_at[:2] == ((28, 11, 33, 4), (56, 11, 20, 2))
    assert found.choice == (56, "few return")


def test_everything_that_reads_the_silence_sees_its_length_and_who_chose_it():
    workspace = opened(TINY)
    assert workspace.study.churn.inactive_for.days == 28
    assert str(workspace.study.churn.inactive_for) == "auto (4W)"


def test_before_a_workspace_opens_there_is_no_length_to_read():
    sources = {"transactions": {"frame": True}}
    study = new_study(study="s", currency="EUR", sources=sources, churn={"inactive_for": "auto"})
    with pytest.raises(ValueError, match="open a workspace"):
        study.churn.inactive_for.days  # noqa: B018


def test_a_length_that_the_study_sets_is_left_alone():
    assert opened(TINY, "13W").silence_days == 91
    assert opened(TINY, "13W").silence_by_data().choice.days == 28


def test_purchases_after_as_of_do_not_reach_the_choice():
    rows = [*gone(9, "2023-10-03"), *came_back(1, "2023-10-03", 61)]
    later = [(f"g{i}", "2025-01-15") for i in range(9)]
    near = ("last", "2024-12-31")
    cut, whole = opened([*rows, near]), opened([*rows, near, *later])
    assert whole.silence_by_data() == cut.silence_by_data()


def test_where_too_many_return_the_longest_with_a_hundred_silent_customers_is_taken(chosen):
    # silent at the ends of September to December (28, 59, 89, 120 days), all back in January
    rows = [*came_back(120, "2023-09-02", 130), ("last", "2024-12-31")]
    found = chosen(rows)
    assert [row[1:] for row in found.looked_at[:5]] == [
        (120, 480, 480), (120, 360, 360), (120, 240, 240), (120, 120, 120), (0, 0, 0)
    ]  # fmt: skip
    assert found.choice == (112, "most silent")


def test_a_longer_block_is_looked_at_where_a_year_of_silence_does_not_suffice(chosen):
    # 150 customers silent for 500 days and then back: at every length up to a year many return
    rows = [*came_back(150, "2022-01-31", 500), ("last", "2024-12-31")]
    found = chosen(rows)
    assert found.looked_at[-1].days > 364
    assert found.choice.days > 0


@pytest.mark.parametrize(
    "rows",
    [
        [("a", "2024-12-31")],
        [("a", "2024-06-01"), ("b", "2024-12-31")],
        [(f"c{i}", f"2024-{m:02d}-15") for i in range(200) for m in range(1, 13)],
    ],
    ids=["one customer", "two", "a year, and nobody silent with a year after it"],
)
def test_data_that_are_too_little_get_the_usual_length(chosen, rows):
    assert chosen(rows).choice == (USUAL, "too little")


def test_where_nobody_returns_four_weeks_suffice(chosen):
    found = chosen([*gone(30, "2023-01-05"), ("last", "2024-12-31")])
    assert found.choice == (28, "few return")


ORDERS = "customer_id,timestamp,amount\n"
STUDY = """extends: _defaults.yml
study: shop
currency: EUR
as_of: 2024-12-31
cohort_complete: true
churn: {inactive_for: auto}
sources: {transactions: {path: orders.csv}}
"""


@pytest.fixture
def shop(tmp_path):
    from retention_research.study import read_study

    lines = [f"{customer},{pd.Timestamp(day):%Y-%m-%d},10\n" for customer, day in TINY]
    (tmp_path / "orders.csv").write_text(ORDERS + "".join(lines), encoding="utf-8")
    file = tmp_path / "shop.yml"
    file.write_text(STUDY, encoding="utf-8")
    return lambda *texts: read_study(file, texts)


def test_a_run_keeps_the_length_and_who_chose_it_and_its_notebooks_read_it(shop, tmp_path):
    from retention_research.study import read_study

    folder = tmp_path / "run"
    folder.mkdir()
    prepared = prepare_run(shop(), folder)
    assert prepared.resolved["churn"] == {"inactive_for": "auto (4W)"}
    written = yaml.safe_load((folder / "study.yml").read_text(encoding="utf-8"))
    assert written["churn"] == {"inactive_for": "auto (4W)"}
    assert read_study(folder / "study.yml").churn.inactive_for.days == 28


def test_a_length_set_by_hand_is_another_run_than_the_same_chosen(shop, tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    chosen = prepare_run(shop(), tmp_path / "one").resolved
    by_hand = prepare_run(shop("churn.inactive_for=4W"), tmp_path / "other").resolved
    assert chosen["churn"] != by_hand["churn"]


def test_the_check_of_a_study_tells_the_length(shop):
    assert "churn.inactive_for: auto (4W)" in check_study(shop())
    assert not [line for line in check_study(shop("churn.inactive_for=4W")) if "churn" in line]
