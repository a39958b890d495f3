"""From each order to the next, counted on paper."""

from datetime import date

from retention_research.summaries import next_order
from tests.summaries.test_engagement import at, table

AS_OF = date(2024, 3, 31)


def rows_of(expression, *names):
    order = [name for name in ("customer_id", "day", "start") if name in expression.columns]
    rows = expression.order_by(order).to_pyarrow().to_pylist()
    return [tuple(row[name] for name in names) for row in rows]


def bought():
    return table(
        customer_id=["a", "a", "a", "b"],
        day=[date(2024, 1, 1), date(2024, 1, 11), date(2024, 3, 1), date(2024, 3, 31)],
    )


def test_a_spell_runs_to_the_next_order_or_is_censored():
    rows = next_order.order_spells(bought(), AS_OF)
    assert rows_of(rows, "order_number", "days_since_previous", "stop", "ordered") == [
        (1, None, 10, True), (2, 10, 50, True), (3, 50, 30, False), (1, None, 0, False),
    ]  # fmt: skip


def test_what_was_paid_is_as_it_was_before_anything_was_given_back():
    rows = table(customer_id=["a", "a", "a"], day=[date(2024, 1, 1)] * 3, amount=[10.0, 5.0, -10.0])
    assert rows_of(next_order.sold_by_day(rows), "amount") == [(15.0,)]


def test_an_event_counts_up_to_the_day_of_the_order():
    events = table(
        customer_id=["a", "a", "b"], late=[True, False, True],
        day=[date(2024, 1, 2), date(2024, 2, 20), date(2024, 4, 1)],
    ).rename(at="day")  # fmt: skip
    rows = next_order.had_lately(bought(), events, 84, ["late"])
    assert rows_of(rows, "day", "late") == [(date(2024, 1, 11), True), (date(2024, 3, 1), True)]
    near = next_order.had_lately(bought(), events, 28, ["late"])
    assert rows_of(near, "day", "late") == [(date(2024, 1, 11), True), (date(2024, 3, 1), False)]


def test_a_resolution_after_the_order_is_not_known_at_it():
    tickets = table(
        customer_id=["a"], opened_at=[at("01-10 12:00")], resolved_at=[at("01-20 12:00")]
    )
    rows = next_order.resolution_then(bought(), tickets, 84, 48 * 3600)
    assert rows_of(rows, "slow_resolution") == [("not known yet",), ("resolved slowly",)]


def test_the_score_at_an_order_is_the_last_one_given_by_then():
    surveys = table(
        customer_id=["a", "a", "a"], score=[3, 8, 5],
        timestamp=[at("01-11 09:00"), at("01-11 21:00"), at("03-02 09:00")],
    )  # fmt: skip
    rows = next_order.score_then(bought(), surveys)
    assert rows_of(rows, "day", "survey_score") == [(date(2024, 1, 11), 8), (date(2024, 3, 1), 8)]


def test_an_arm_counts_from_the_first_order_after_its_assignment():
    assigned = table(
        customer_id=["a"], experiment_id=["mail"], arm=["letter"], assigned_at=[at("01-05 09:00")]
    )
    rows = next_order.arms_then(bought(), assigned, {"mail": "mail"})
    assert rows_of(rows, "day", "mail") == [
        (date(2024, 1, 11), "letter"), (date(2024, 3, 1), "letter"),
    ]  # fmt: skip


def pieces(**membership):
    spells = next_order.order_spells(bought(), AS_OF)
    rows = table(customer_id=["a"], program_id=["club"],
                 **{name: [at(day)] for name, day in membership.items()})  # fmt: skip
    mine = spells.filter(spells.customer_id == "a")
    split = next_order.split_at_switches(mine, rows, {"member": "club"})
    return rows_of(split, "order_number", "start", "stop", "ordered", "member")


def test_rows_are_split_at_enrolling_and_leaving():
    assert pieces(enrolled_at="01-21 23:00", left_at="03-06 09:00") == [
        (1, 0, 10, True, False),
        (2, 0, 10, False, False), (2, 10, 50, True, True),
        (3, 0, 5, False, True), (3, 5, 30, False, False),
    ]  # fmt: skip


def test_an_order_on_the_day_of_enrolling_is_no_members_order():
    assert pieces(enrolled_at="01-11 10:00")[:2] == [
        (1, 0, 10, True, False),
        (2, 0, 50, True, True),
    ]


def test_enrolling_after_the_last_day_changes_nothing():
    assert not any(row[-1] for row in pieces(enrolled_at="03-31 10:00", left_at=""))


def test_a_contract_that_runs_has_no_reason_to_end():
    contracts = table(
        customer_id=["a", "b", "c"], plan=["x", "", "x"], end_reason=["price", None, None],
        started_at=[at("01-01"), at("02-01"), at("03-01")],
        ended_at=[at("01-01"), None, at("03-11")],
    )  # fmt: skip
    rows = next_order.contract_spells(contracts, AS_OF, date(2024, 1, 21))
    assert rows_of(rows, "duration", "entry", "ended", "end_reason", "plan") == [
        (0.5, 20, True, "price", "x"), (59.0, 0, False, None, None),
        (10.0, 0, True, "not stated", "x"),
    ]  # fmt: skip


def test_purchases_before_a_day_include_those_of_the_day():
    asked = table(customer_id=["a", "b"], day=[date(2024, 1, 11), date(2024, 1, 1)])
    rows = next_order.bought_before(asked, bought())
    assert rows_of(rows, "customer_id", "purchases_before", "tenure_days") == [("a", 2, 10)]
