"""Which groups of customers hold the value: by how they buy, and by the study's own columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from retention_research.answers.recorded import recorded
from retention_research.answers.segments import segment_words
from retention_research.glossary.names import slug, slugs
from retention_research.models.lifetime_value import LifetimeValue
from retention_research.values import Value
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["group", "grouped_by", "customers", "value", "money_low", "money_high",
           "share", "share_low", "share_high"]  # fmt: skip


def value_by_segment(
    workspace: Workspace, known: pd.DataFrame, worth: LifetimeValue
) -> tuple[pd.DataFrame, dict[str, Value]]:
    """The expected value that each level of each segment holds.

    Args:
        workspace: names the segments.
        known: the customers who are valued, with customer_id.
        worth: their values, in the same order.

    Returns:
        group, grouped_by, customers, value and share with intervals, the most valuable group of
        each segment first; and the same as values `clv.<segment>.<level>.total` and `.mean`.
    """
    import pandas as pd

    rows, values = [], {}
    for segment, levels in _levels(workspace, known):
        names = slugs(sorted(levels.unique()))
        for level, name in names.items():
            held = (levels == level).to_numpy()
            n, total, share = int(held.sum()), worth.total(held), worth.share(held)
            rows.append((level, segment_words(segment), n, *_range(total), *_range(share)))
            key = f"clv.{slug(segment)}.{name}"
            values[f"{key}.total"] = recorded(total, n, "money")
            values[f"{key}.mean"] = recorded(worth.total(held / n), n, "money")
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(["grouped_by", "value"], ascending=[True, False]), values


def _levels(workspace: Workspace, known: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    for segment, table in workspace.segments().items():
        levels = table.to_pandas().set_index("customer_id")["level"]
        yield segment, levels.reindex(known["customer_id"])


def _range(found: tuple[object, ...]) -> tuple[object, ...]:
    """Estimate, low and high end."""
    return found[1], found[3], found[4]
