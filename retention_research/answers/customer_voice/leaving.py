"""Why customers say they leave, by what they had spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

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
    """Reasons for leaving in the year, of customers who have not bought since.

    Attributes:
        values: by glossary name.
        reasons: of exit surveys: reason, customers, share with interval, value_lost; most value
            first; empty where fewer customers than the floor are told of.
        plans: the same by the reasons recorded when subscriptions ended.
    """

    values: Mapping[str, Value]
    reasons: pd.DataFrame
    plans: pd.DataFrame


def leaving(workspace: Workspace, times: Spans) -> Leaving | None:
    """The reasons that customers gave; None where fewer than the floor gave one in the year."""
    said = voice.stated_reasons(workspace.table("surveys"), times.year)
    ended = voice.plan_ends(workspace.table("subscriptions"), times.year)
    values: dict[str, Value] = {}
    frames: list[pd.DataFrame] = []
    for name, told in (("voice.leaving", said), ("voice.plans_ended", ended)):
        rows, counted = _told(workspace, name, told)
        values |= counted
        frames.append(rows)
    if all(rows.empty for rows in frames):
        return None
    return Leaving(values | _coverage(workspace, times, said, ended), *frames)


def _told(
    workspace: Workspace, name: str, told: ir.Table | None
) -> tuple[pd.DataFrame, dict[str, Value]]:
    """The reasons of one table; no rows where too few customers are told of."""
    import pandas as pd

    nothing = pd.DataFrame(columns=_COLUMNS)
    if told is None:
        return nothing, {}
    purchases, floor = workspace.purchases(workspace.window.as_of), workspace.study.group_floor
    frame = voice.value_lost(told, purchases, floor).to_pandas()
    gone = int(frame["customers"].sum())
    if gone < floor:
        return nothing, {}
    back = int(voice.bought_again(told, purchases).count().execute())
    rows = _with_shares(frame, gone, workspace.study.confidence)
    counts = {f"{name}.customers": fact(gone + back, "count"),
              f"{name}.bought_again": fact(back, "count", n=gone + back)}  # fmt: skip
    return rows, counts | _values(name, rows, gone)


def _with_shares(frame: pd.DataFrame, n: int, confidence: float) -> pd.DataFrame:
    found = [proportion(int(count), n, confidence) for count in frame["customers"]]
    return frame.assign(
        share=[one.estimate for one in found],
        share_low=[one.conf_low for one in found],
        share_high=[one.conf_high for one in found],
    )[_COLUMNS]


_COLUMNS = ["reason", "customers", "share", "share_low", "share_high", "value_lost"]


def _values(name: str, rows: pd.DataFrame, n: int) -> dict[str, Value]:
    lost = float(rows["value_lost"].sum())
    values = {f"{name}.value_lost": fact(lost, "money", n=n)}
    for reason, slug in slugs(rows["reason"]).items():
        row = rows[rows["reason"] == reason].iloc[0]
        values[f"{name}.{slug}.value_lost"] = fact(
            float(row["value_lost"]), "money", n=int(row["customers"])
        )
    return values


def _coverage(
    workspace: Workspace, times: Spans, said: ir.Table | None, ended: ir.Table | None
) -> dict[str, Value]:
    """Of the customers who fell silent over the year, those who gave a reason in either table."""
    purchases = workspace.purchases(workspace.window.as_of)
    gone = voice.fallen_silent(purchases, times.year, workspace.silence_days)
    n = int(gone.count().execute())
    if n < workspace.study.group_floor:
        reason = f"Fewer than {workspace.study.group_floor} customers fell silent in the year."
        return {"voice.leaving.told_share": missing("estimate", reason)}
    told = [rows.select("customer_id") for rows in (said, ended) if rows is not None]
    heard = gone.semi_join(ibis.union(*told) if len(told) > 1 else told[0], "customer_id")
    share = recorded(
        proportion(int(heard.count().execute()), n, workspace.study.confidence), n, "share"
    )
    return {"voice.leaving.told_share": share}
