"""KPIs of contacts: what follows them, against no contact where customers were assigned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from retention_research.answers.kpis.inputs import Inputs
from retention_research.answers.kpis.rows import Row, noted
from retention_research.models.lift import Arms, pooled_lift
from retention_research.periods import Period
from retention_research.summaries.kpis import contacts as summaries
from retention_research.summaries.kpis.known_then import known_then

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


UNDATED = "Actions bear no day: contacts of earlier periods have had longer to be acted on."


def contact_rows(inputs: Inputs) -> list[Row]:
    """contact_conversion_rate, unsubscribe_rate, actions_per_engagement; and the increment."""
    return _contacts(inputs) + _increments(inputs)


def _days(inputs: Inputs) -> int:
    return round(inputs.workspace.study.contacts.conversion_window.days)


def _contacts(inputs: Inputs) -> list[Row]:
    contacts = inputs.workspace.table("contacts")
    if contacts is None:
        return []
    whole = summaries.whole(contacts)
    ripe = summaries.conversions(
        whole, inputs.purchases(), inputs.periods, _days(inputs), inputs.as_of
    )
    found = _matured(inputs, inputs.rows_of(ripe), "Contacts")
    told = _sendings(inputs, whole, contacts.columns)
    if "delivered" in contacts.columns:
        return found + told
    return noted(found + told, "All contacts count as delivered: the source does not say.")


def _sendings(inputs: Inputs, whole: ir.Table, columns: Sequence[str]) -> list[Row]:
    """What came of contacts by the end of the period that they were sent in."""
    then = known_then(whole, "contacts", whole.sent_at.date(), inputs.periods)
    sent = inputs.rows_of(summaries.sendings(then, inputs.periods))
    has = {"unsubscribe_rate": "unsubscribed_at", "actions_per_engagement": "actions"}
    told = [row for row in sent if has[row.kpi] in columns]
    if "responded_at" in columns:
        return told
    acted = [row for row in told if row.kpi == "actions_per_engagement"]
    return [row for row in told if row not in acted] + noted(acted, UNDATED)


def _matured(inputs: Inputs, rows: Sequence[Row], what: str) -> list[Row]:
    """With a note on periods of which the last days are not over yet."""
    days = _days(inputs)
    note = f"{what} of the last {days} days before {inputs.as_of} left out."
    young = {i for i, p in enumerate(inputs.periods) if _days_known(inputs, p) < days}
    return [replace(r, note=note) if r.period in young else r for r in rows]


def _days_known(inputs: Inputs, period: Period) -> int:
    return (inputs.as_of - period.end).days


def _increments(inputs: Inputs) -> list[Row]:
    assigned = inputs.workspace.table("assignments")
    if assigned is None:
        return []
    window = _days(inputs), inputs.as_of
    wide = summaries.arms(assigned, inputs.purchases(), inputs.periods, *window, inputs.by)
    frame = wide.to_pandas()
    found = []
    for (period, level), rows in frame.groupby(["period", "level"]):
        experiments = [_arms(one) for _, one in rows.groupby("experiment_id")]
        lift = pooled_lift(experiments, inputs.confidence)
        n = int(rows["n"].sum())
        found.append(Row("contact_conversion_incremental", int(period), str(level), lift, n))
    return _matured(inputs, found, "Assignments")


def _arms(rows: pd.DataFrame) -> Arms:
    sums = rows.set_index("is_control")
    one, other = sums.loc[False], sums.loc[True]
    return Arms(int(one.bought), int(one.n), int(other.bought), int(other.n))
