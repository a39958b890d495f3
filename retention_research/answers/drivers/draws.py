"""Whether the draw of an experiment is plain enough for its arms to be held against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from scipy.stats import chi2

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_MISMATCH = 0.001  # p value below which arms are not as large as the draw should have made them
_OPTIONAL = {"stratum": "string", "cluster": "string", "probability": "float64"}


def flawed_draws(assignments: ir.Table) -> dict[str, str]:
    """Experiments whose arms the plain difference of shares does not fit, each with the reason.

    Args:
        assignments: customer_id, experiment_id, arm, perhaps stratum, cluster and probability.
    """
    blank = {name: ibis.null(kind) for name, kind in _OPTIONAL.items()
             if name not in assignments.columns}  # fmt: skip
    rows = assignments.mutate(**blank)
    by_arm = rows.group_by("experiment_id", "arm").agg(
        n=rows.customer_id.nunique(),
        strata=rows.stratum.nunique(),
        clusters=rows.cluster.nunique(),
        least=rows.probability.min(),
        most=rows.probability.max(),
    )
    arms = by_arm.order_by("experiment_id", "arm").to_pandas()
    told = {str(name): _flaw(some) for name, some in arms.groupby("experiment_id")}
    return {name: reason for name, reason in told.items() if reason}


def _flaw(arms: pd.DataFrame) -> str:
    if (arms["clusters"] > 0).any():
        return "Groups of customers were drawn together: a plain difference would look too sure."
    if (arms["strata"] > 1).any():
        return "It was drawn within strata, which a plain difference does not take into account."
    if (arms["most"] - arms["least"] > 1e-9).any():
        return "Customers of one arm were drawn with different probabilities."
    if arms["least"].isna().any() or len(arms) < 2:
        return ""
    return _mismatch(arms["n"], arms["least"])


def _mismatch(customers: pd.Series, probability: pd.Series) -> str:
    expected = customers.sum() * probability / probability.sum()
    distance = float(((customers - expected) ** 2 / expected).sum())
    if chi2.sf(distance, len(customers) - 1) >= _MISMATCH:
        return ""
    return "Its arms are not as large as the draw should have made them: something else chose."
