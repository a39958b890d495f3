"""The words of a study's own tables that drivers are named after: columns, programs, events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from retention_research.answers.driver_rows.frames import MOST_LEVELS
from retention_research.answers.driver_rows.kinds import MISSING
from retention_research.answers.driver_rows.moments import Moment, landmark_days, moment
from retention_research.glossary.names import slug
from retention_research.summaries.as_known import as_known
from retention_research.summaries.engagement import reached, told
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

OWN_NAMES = frozenset({
    "customer", "customer_id", "day", "first_day", "birth_known", "at", "landmark", "silent",
    "start", "stop", "ordered", "order_number", "entry", "duration", "ended", "end_reason",
    "customers", "frequency", "recency", "t", "recent_purchases", "days_since_last", "tenure_days",
    "mean_spend", "usual_gap", "amount", "days_since_previous", "purchases_before",
    "first_order_discounted", "discount_share", "orders_lately", "returned", "activity_change",
    "complaint", "slow_resolution", "late_response", "ticket_channel", "csat", "survey_score",
    "plan", "rank", "evidence",
})  # fmt: skip
MOST_VALUES = 8  # purposes, programs, experiments, kinds of activity that are looked at
# Share of active customers with a kind of activity. What more of them do is a habit, which tells
# above all that a customer is still there: of habits, only their change is looked at.
_RARE = 0.25


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names of drivers to the words of the tables that they are named after.

    Attributes:
        columns: of customers: the study's segments and the columns its drivers name.
        amounts: names of columns that are numbers of many different values.
        dates: names of columns that are dates.
        rare: kinds of activity that fewer than a quarter of active customers have in the lookback.
        often: the other kinds of activity, by themselves.
        purposes: of contacts; one name for None where the source tells none.
        programs: that have members.
        experiments: that have arms.
    """

    columns: Mapping[str, str]
    amounts: Sequence[str]
    dates: Sequence[str]
    rare: Mapping[str, str]
    often: Sequence[str]
    purposes: Mapping[str, str | None]
    programs: Mapping[str, str]
    experiments: Mapping[str, str]


def vocabulary(workspace: Workspace) -> Vocabulary:
    """The words that a study's drivers are named after, as its last landmark knows them.

    Raises:
        StudyError: if `drivers.columns` names a column that customers lack.
    """
    return Vocabulary(**workspace.kept_record("driver-vocabulary", lambda: _read(workspace)))


def _read(workspace: Workspace) -> dict[str, Any]:
    taken = set(OWN_NAMES)
    moments = [moment(workspace, day) for day in landmark_days(workspace)]
    shares = _user_shares(workspace, moments)
    rare = [event for event, share in shares.items() if share < _RARE]
    columns = named_after(_columns(workspace), "customers", "", taken)
    return {
        "columns": columns,
        **_amounts_and_dates(workspace, columns),
        "rare": named_after(sorted(rare), "activity", "", taken),
        "often": sorted(set(shares) - set(rare)),
        "purposes": _purposes(workspace, taken),
        "programs": _named(workspace, "memberships", "program_id", "member_", taken),
        "experiments": _named(workspace, "assignments", "experiment_id", "arm_", taken),
    }


def fresh(wanted: str, source: str, taken: Collection[str]) -> str:
    """A name of a driver that no other one has.

    Example:
        >>> fresh("Home region", "customers", ()), fresh("plan", "customers", {"plan"})
        ('home-region', 'customers_plan')
    """
    name = slug(wanted)
    name = f"{source}_{name}" if name in taken or name.endswith(MISSING) else name
    while name in taken or name.endswith(MISSING):
        name = f"{name}_again"
    return name


def named_after(values: Sequence[str], source: str, prefix: str, taken: set[str]) -> dict[str, str]:
    """Names of drivers to the values that they are named after; the names are added to `taken`."""
    names = {}
    for value in values:
        name = fresh(f"{prefix}{slug(value)}", source, taken)
        taken.add(name)
        names[name] = value
    return names


def has(workspace: Workspace, table: str, *names: str) -> bool:
    """Whether the study has a table with these columns."""
    rows = workspace.events.table(table)
    return rows is not None and set(names) <= set(rows.columns)


def _columns(workspace: Workspace) -> list[str]:
    return list(dict.fromkeys((*workspace.study.segments, *workspace.study.drivers.columns)))


def _amounts_and_dates(workspace: Workspace, columns: Mapping[str, str]) -> dict[str, list[str]]:
    customers, segments = workspace.table("customers"), workspace.study.segments
    if customers is None:
        return {"amounts": [], "dates": []}
    kinds = told.kinds_of(customers, list(columns.values()), MOST_LEVELS)
    # a segment is a group because the study says so, even where its name is a number
    numbers = [n for n, c in columns.items() if kinds[c] == "amount" and c not in segments]
    return {"amounts": numbers, "dates": [n for n, c in columns.items() if kinds[c] == "date"]}


def _user_shares(workspace: Workspace, moments: Sequence[Moment]) -> Mapping[str, float]:
    """Kinds of activity to the share of active customers who have one, the most frequent ones."""
    if not has(workspace, "activity", "event"):
        return {}
    users: dict[str, int] = {}
    for at in moments:
        rows = reached.event_users(at.table("activity"), at.active, at.day, at.lookback)
        for row in rows.to_pyarrow().to_pylist():
            users[row["event"]] = users.get(row["event"], 0) + row["customers"]
    everybody = sum(int(at.active.count().execute()) for at in moments)
    top = sorted(users, key=lambda event: (-users[event], event))[:MOST_VALUES]
    return {event: users[event] / max(everybody, 1) for event in top}


def _purposes(workspace: Workspace, taken: set[str]) -> dict[str, str | None]:
    if not has(workspace, "contacts"):
        return {}
    named = _named(workspace, "contacts", "purpose", "contacts_", taken)
    return {**named} if named else {fresh("contacts", "received", taken): None}


def _named(
    workspace: Workspace, table: str, column: str, prefix: str, taken: set[str]
) -> dict[str, str]:
    if not has(workspace, table, column):
        return {}
    day = (*landmark_days(workspace), workspace.window.as_of)[-2:][0]
    rows = as_known(workspace.events.tables[table], table, day)
    return named_after(_values(rows, column), table, prefix, taken)


def _values(rows: ir.Table, column: str) -> list[str]:
    told = rows.filter(rows[column].notnull())
    counted = told.group_by(value=told[column]).agg(n=told.count())
    top = counted.order_by([counted.n.desc(), counted.value]).limit(MOST_VALUES)
    return sorted(str(v) for v in top.to_pyarrow()["value"].to_pylist())
