"""The groups of customers that reports use: their names, meaning and sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.summaries.segments import NO_PURCHASE, OTHER, RFM_GROUPS, UNKNOWN
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

RFM, CATEGORY = "rfm", "category"  # of customers by how they buy; of tickets
_WORDS = {RFM: "how they buy", CATEGORY: "category of ticket"}
MEANINGS = {
    **{group.name: group.meaning for group in RFM_GROUPS},
    NO_PURCHASE: "have not bought yet",
    OTHER: "groups too small to show",
    UNKNOWN: "have no value in the table of customers",
}


def segment_words(segment: str) -> str:
    """What pages call a segment.

    Example:
        >>> segment_words("rfm"), segment_words("home_region")
        ('how they buy', 'home region')
    """
    return _WORDS.get(segment, segment.replace("_", " "))


def segment_sizes(workspace: Workspace) -> pd.DataFrame:
    """How many customers each level of each segment holds at as_of.

    Returns:
        segment, group, meaning (empty for a level of the study's own), customers, share.
    """
    import pandas as pd

    counted = [
        levels.group_by("level").agg(customers=levels.count()).to_pandas().assign(segment=name)
        for name, levels in workspace.segments().items()
    ]
    rows = pd.concat(counted, ignore_index=True).sort_values("level", kind="stable")
    rows = rows.sort_values(["segment", "customers"], ascending=[True, False], kind="stable")
    total = rows.groupby("segment")["customers"].transform("sum")
    meaning = rows["level"].map(MEANINGS).fillna("")
    named = rows.assign(group=rows["level"], meaning=meaning, share=rows["customers"] / total)
    return named[["segment", "group", "meaning", "customers", "share"]].reset_index(drop=True)
