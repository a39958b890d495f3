"""What to do where a report has too little to go on."""

from __future__ import annotations

from retention_research.workspace import Workspace


def remedy(workspace: Workspace) -> str:
    """What to do where customers were left out for want of a known first purchase."""
    if workspace.study.cohort_complete:
        return ""
    return (
        " Customers who may have bought before the data begin were left out: if these data hold "
        "every customer from the first order on, set cohort_complete: true in the study."
    )
