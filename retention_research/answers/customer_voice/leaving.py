"""Why customers say they leave, by what they had spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers.customer_voice.spans import Spans
from retention_research.answers.recorded import recorded
from retention_research.glossary.names import slugs
from retention_research.models.proportion import proportion
from retention_research.summaries import voice
from retention_research.values import Value, fact, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Leaving:
    """Stated reasons for leaving in the year.

    Attributes:
        values: by glossary name.
        reasons: reason, customers, share with interval, value_lost; most value first.
    """

    values: Mapping[str, Value]
    reasons: pd.DataFrame


def leaving(workspace: Workspace, times: Spans) -> Leaving | None:
    """The reasons that customers gave; None where fewer than the floor gave one in the year."""
    tables = workspace.table("surveys"), workspace.table("subscriptions")
    told = voice.reasons(*tables, times.year)
    if told is None:
        return None
    purchases, floor = workspace.purchases(workspace.window.as_of), workspace.study.group_floor
    frame = voice.value_lost(told, purchases, floor).to_pandas()
    n = int(frame["customers"].sum())
    if n < floor:
        return None
    rows = _with_shares(frame, n, workspace.study.confidence)
    values = _values(rows, n) | _coverage(workspace, times, told, purchases)
    return Leaving(values, rows)


def _with_shares(frame: pd.DataFrame, n: int, confidence: float) -> pd.DataFrame:
    found = [proportion(int(count), n, confidence) for count in frame["customers"]]
    return frame.assign(
        share=[one.estimate for one in found],
        share_low=[one.conf_low for one in found],
        share_high=[one.conf_high for one in found],
    )[["reason", "customers", "share", "share_low", "share_high", "value_lost"]]


def _values(rows: pd.DataFrame, n: int) -> dict[str, Value]:
    lost = float(rows["value_lost"].sum())
    values = {
        "voice.leaving.customers": fact(n, "count"),
        "voice.leaving.value_lost": fact(lost, "money", n=n),
    }
    for reason, name in slugs(rows["reason"]).items():
        row = rows[rows["reason"] == reason].iloc[0]
        values[f"voice.leaving.{name}.value_lost"] = fact(
            float(row["value_lost"]), "money", n=int(row["customers"])
        )
    return values


def _coverage(
    workspace: Workspace, times: Spans, told: ir.Table, purchases: ir.Table
) -> dict[str, Value]:
    """Of the customers who fell silent over the year, those who gave a reason."""
    gone = voice.fallen_silent(purchases, times.year, workspace.silence_days)
    n = int(gone.count().execute())
    if not n:
        return {"voice.leaving.told_share": missing("estimate", "Nobody fell silent in the year.")}
    said = int(gone.semi_join(told, "customer_id").count().execute())
    share = recorded(proportion(said, n, workspace.study.confidence), n, "share")
    return {"voice.leaving.told_share": share}
