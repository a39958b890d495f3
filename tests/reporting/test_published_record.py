"""What run.json says of the parameters."""

from datetime import date

from retention_research.reporting.published_record import published_parameters
from retention_research.study import new_study


def published(**source):
    study = new_study(study="s", currency="EUR", sources={"transactions": source})
    return published_parameters(study.resolved(date(2024, 1, 31)), study)["sources"]["transactions"]


def test_a_query_is_a_mark_that_changes_with_it_and_tells_nothing():
    of = {"url": "${WAREHOUSE}"}
    one, two = (
        published(**of, query=f"select * from o where who = '{n}'") for n in ("Smith", "Li")
    )
    assert one["query"] != two["query"]
    assert "Smith" not in str(one)
    assert "url" not in one


def test_ids_left_out_are_counted_and_not_named():
    shown = published(path="orders.csv", exclude_ids=["T1", "T2"])["exclude_ids"]
    assert shown["count"] == 2
    assert "T1" not in str(shown)
