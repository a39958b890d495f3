"""Channels: where customers answer, how often they are contacted, and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers.customer_voice.measures import (
    Measured,
    ends,
    measured,
    of_levels,
    ratio,
    value_of,
)
from retention_research.answers.customer_voice.spans import Spans
from retention_research.answers.recorded import recorded
from retention_research.glossary.names import slugs
from retention_research.models.fit import Estimate
from retention_research.models.proportion import proportion
from retention_research.summaries import contacts as summaries
from retention_research.summaries.voice import small_merged
from retention_research.values import Value, fact
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

BANDS = (*(name for _, name in summaries.BANDS), summaries.MORE)
_SHARES = ["response", "share_low", "share_high"]


@dataclass(frozen=True, slots=True)
class Channels:
    """Contacts of the year.

    Attributes:
        values: by glossary name.
        answering: channel, customers, share of the customers reached, with interval.
        response: channel, contacts, response with interval.
        frequency: contacts_in_period (band), contacts, response with interval, in order.
        both: channel, contacts_in_period, contacts, response with interval.
        delivered_known: the source says which contacts arrived.
    """

    values: Mapping[str, Value]
    answering: pd.DataFrame
    response: pd.DataFrame
    frequency: pd.DataFrame
    both: pd.DataFrame
    delivered_known: bool


def channels(workspace: Workspace, times: Spans) -> Channels | None:
    """How customers are contacted and answer; None where that is not known of the year."""
    contacts = workspace.table("contacts")
    if contacts is None or not summaries.tells_answers(contacts):
        return None
    rows = _rows(workspace, contacts, times)
    reached = int(rows.customer_id.nunique().execute())
    if reached < workspace.study.group_floor:
        return None
    answering = _answering(workspace, rows, reached)
    response = measured(workspace, summaries.answers_by(rows, "channel"))
    frequency = measured(workspace, summaries.answers_by(rows, "band"))
    both = measured(workspace, summaries.answers_by(_with_both(rows), "both"))
    values = {"channels.reached": fact(reached, "count")}
    values |= value_of("channels.pressure", measured(workspace, summaries.pressure(rows), ratio))
    values |= of_levels("channels.{}.response", response) | _answering_values(answering, reached)
    values |= of_levels("channels.frequency.{}.response", frequency)
    known = "delivered" in contacts.columns
    frames = _by(response, "channel"), _by(_in_order(frequency), "contacts_in_period")
    return Channels(values, answering, *frames, _by_both(both), known)


def _rows(workspace: Workspace, contacts: ir.Table, times: Spans) -> ir.Table:
    def compute() -> ir.Table:
        told = summaries.delivered(contacts, times.twelve)
        return small_merged(told, "channel", workspace.study.group_floor)

    return workspace.kept_table("voice-contacts", compute)


def _with_both(rows: ir.Table) -> ir.Table:
    return rows.mutate(both=rows.channel + "|" + rows.band)


def _answering(workspace: Workspace, rows: ir.Table, reached: int) -> pd.DataFrame:
    study = workspace.study
    frame = summaries.answering_channel(rows, study.group_floor).to_pandas()
    found = [proportion(int(n), reached, study.confidence) for n in frame["customers"]]
    return frame.rename(columns={"level": "channel"}).assign(
        share=[one.estimate for one in found],
        share_low=[one.conf_low for one in found],
        share_high=[one.conf_high for one in found],
    )


def _answering_values(answering: pd.DataFrame, reached: int) -> dict[str, Value]:
    values: dict[str, Value] = {}
    named = slugs(answering["channel"])
    for row in answering.itertuples(index=False):
        found = proportion(int(row.customers), reached)._replace(
            conf_low=row.share_low, conf_high=row.share_high
        )
        values[f"channels.answering.{named[row.channel]}.share"] = recorded(found, reached, "share")
    return values


def _shown(rows: Sequence[Measured]) -> list[Measured]:
    """Those of customers enough to be shown."""
    return [row for row in rows if isinstance(row.found, Estimate)]


def _in_order(rows: Sequence[Measured]) -> list[Measured]:
    return sorted(rows, key=lambda row: BANDS.index(row.level))


def _by(rows: Sequence[Measured], name: str) -> pd.DataFrame:
    import pandas as pd

    cells = [(row.level, row.x, *ends(row.found)) for row in _shown(rows)]
    frame = pd.DataFrame(cells, columns=[name, "contacts", *_SHARES])
    return frame.astype(dict.fromkeys(_SHARES, "float64"))


def _by_both(rows: Sequence[Measured]) -> pd.DataFrame:
    import pandas as pd

    split = [(*row.level.rsplit("|", 1), row.x, *ends(row.found)) for row in _shown(rows)]
    split.sort(key=lambda row: (row[0], BANDS.index(row[1])))
    columns = ["channel", "contacts_in_period", "contacts", *_SHARES]
    return pd.DataFrame(split, columns=columns).astype(dict.fromkeys(_SHARES, "float64"))
