"""When customers enrolled in a program, what enrolling goes with, and each week's trial of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from retention_research.answers.driver_rows.landmarks import customer_numbers
from retention_research.events.engine import hold
from retention_research.models.fit import Missing
from retention_research.periods import day_in_words
from retention_research.study_programs import Program
from retention_research.summaries import trials
from retention_research.summaries.next_order import sold_by_day
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_ROWS = 50_000
_USUALLY = 0.9  # of enrolments: what they go with


@dataclass(frozen=True, slots=True)
class Starts:
    """Every trial of a program: who enrolled in a week, and who could have and did not.

    Attributes:
        table: customer_id, customer, start, trial, treated, enrolled; a row per customer and week.
        habit: what enrolling goes with: an order on the day, one in the week, or neither.
        enrolled: customers who ever enrolled by as_of.
        without_order: of them, those who had not ordered by then.
        unfinished: of them, those whose outcome window is not over.
        apart: of them, those who enrolled without the order that enrolling usually goes with.
        on_day, in_week: share of enrolments with an order on the day, and in the seven days to it.
        others_drawn: share of the rows of the others that was drawn; 1 if all are there.
        first, last: days between which trials start.
    """

    table: ir.Table
    habit: trials.Habit
    enrolled: int
    without_order: int
    unfinished: int
    apart: int
    on_day: float
    in_week: float
    others_drawn: float
    first: date
    last: date


def starts_of(workspace: Workspace, program: Program) -> Starts | Missing:
    """The trials of an enrolment program, or why there are none.

    Args:
        workspace: the study.
        program: of kind enrolment.
    """
    rows = enrolment_rows(workspace, program)
    if isinstance(rows, Missing):
        return rows
    orders, people = hold(order_days(workspace)), hold(people_of(workspace))
    enrolments = hold(trials.first_enrolments(rows, time_of(program), people))
    calendar = _calendar(workspace, program, enrolments)
    habits = trials.enrolment_habits(enrolments, orders, calendar).to_pyarrow().to_pylist()[0]
    if reason := _none_to_follow(workspace, program, habits, calendar):
        return Missing("starts", reason)
    habit = "any" if program.campaign_id else _habit(habits)
    weekdays = [habits[f"weekday_{n}"] for n in range(7)]
    # never held: they are every customer's weeks, of which far fewer are drawn
    every = trials.trial_rows(enrolments, orders, people, calendar, habit=habit, weekdays=weekdays)
    some = hold(trials.some_of(every, MOST_ROWS, calendar.seed))
    return _told(some, enrolments, habits, habit, calendar)


def order_days(workspace: Workspace) -> ir.Table:
    """customer_id, day of every day with an order, given back since or not."""
    rows = workspace.table("transactions")
    assert rows is not None
    return sold_by_day(rows).select("customer_id", "day")


def people_of(workspace: Workspace) -> ir.Table:
    """customer_id, customer (whole number) and first_day of everybody who ordered."""
    orders = order_days(workspace)
    firsts = orders.group_by("customer_id").agg(first_day=orders.day.min())
    known = firsts.inner_join(customer_numbers(workspace), "customer_id")
    return known.select("customer_id", "customer", "first_day")


def time_of(program: Program) -> str:
    """The column that tells when a customer enrolled, or was first contacted."""
    return "enrolled_at" if program.program_id else "sent_at"


def enrolment_rows(workspace: Workspace, program: Program) -> ir.Table | Missing:
    """The rows of memberships, or of contacts, that are the program's; missing if none are."""
    table, column = (
        ("memberships", "program_id") if program.program_id else ("contacts", "campaign_id")
    )
    rows, wanted = workspace.table(table), program.program_id or program.campaign_id
    if rows is None:
        return Missing("starts", f"The study names no table of {table}, so nobody can be seen.")
    mine = rows.filter(rows[column] == wanted)
    if not int(mine.count().execute()):
        until = day_in_words(workspace.window.as_of)
        return Missing("starts", f"No row of {table} up to {until} has {column} {wanted}.")
    return mine


def _calendar(workspace: Workspace, program: Program, enrolments: ir.Table) -> trials.Calendar:
    ends = enrolments.aggregate(first=enrolments.enrolled.min(), last=enrolments.enrolled.max())
    found = ends.to_pyarrow().to_pylist()[0]
    watched = workspace.window.as_of - timedelta(days=program.window_days)
    origin = trials.monday(workspace.events.first_day)
    last = min(watched, trials.monday(found["last"]) + timedelta(days=6))
    return trials.Calendar(origin, found["first"], last, workspace.study.seed)


def _habit(habits: dict[str, Any]) -> trials.Habit:
    ordered = max(habits["enrolled"] - habits["without_order"], 1)
    if habits["on_day"] >= _USUALLY * ordered:
        return "day"
    return "week" if habits["in_week"] >= _USUALLY * ordered else "any"


def _none_to_follow(
    workspace: Workspace, program: Program, habits: dict[str, Any], calendar: trials.Calendar
) -> str:
    if habits["without_order"] == habits["enrolled"]:
        return (
            f"None of the {habits['enrolled']:,} who enrolled had ordered by then, so there is "
            "no behaviour from before to compare on."
        )
    if calendar.last < calendar.first:
        return (
            f"The first customers enrolled on {day_in_words(calendar.first)}: their "
            f"{program.window_days} days are not over on {day_in_words(workspace.window.as_of)}."
        )
    return ""


def _told(
    rows: ir.Table,
    enrolments: ir.Table,
    habits: dict[str, Any],
    habit: trials.Habit,
    calendar: trials.Calendar,
) -> Starts:
    bought = (enrolments.first_day <= enrolments.enrolled).fill_null(False)
    open_ended = bought & (enrolments.enrolled > calendar.last)
    counts = enrolments.aggregate(unfinished=enrolments.count(where=open_ended))
    unfinished = int(counts.to_pyarrow()["unfinished"][0].as_py())
    seen = rows.aggregate(members=rows.count(where=rows.treated), drawn=rows.others_drawn.max())
    found = seen.to_pyarrow().to_pylist()[0]
    enrolled, never = int(habits["enrolled"]), int(habits["without_order"])
    members = int(found["members"] or 0)
    return Starts(
        table=rows.drop("others_drawn"),
        habit=habit,
        enrolled=enrolled,
        without_order=never,
        unfinished=unfinished,
        apart=enrolled - never - unfinished - members,
        on_day=habits["on_day"] / enrolled,
        in_week=habits["in_week"] / enrolled,
        others_drawn=float(found["drawn"] or 1.0),
        first=calendar.first,
        last=calendar.last,
    )
