"""What every KPI is computed from: a workspace, the periods, and a segment to tell apart by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from retention_research.answers.kpis.rows import Row, of_sums
from retention_research.answers.lives import lives
from retention_research.periods import Period
from retention_research.summaries.kpis.sums import condense
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is asked for.

    Attributes:
        workspace: the study and its tables.
        periods: whose KPIs are wanted.
        by: customer_id and level, or None for everybody together.
        extra: a column of tickets that is the level instead, or "".
    """

    workspace: Workspace
    periods: Sequence[Period]
    by: ir.Table | None = None
    extra: str = ""

    @property
    def as_of(self) -> date:
        """Last day that is known."""
        return self.workspace.window.as_of

    @property
    def confidence(self) -> float:
        """Level of the intervals."""
        return self.workspace.study.confidence

    @property
    def overall(self) -> bool:
        """Whether everybody is taken together."""
        return self.by is None and not self.extra

    def purchases(self) -> ir.Table:
        """The purchases up to as_of."""
        return self.workspace.purchases(self.as_of)

    def lives(self) -> ir.Table:
        """Each customer's first and second purchase and first silence, with birth_known."""
        return lives(self.workspace)

    def rows_of(self, sums: ir.Table) -> list[Row]:
        """The KPIs of customers' sums."""
        return of_sums(condense(sums, self.by).to_pandas(), self.confidence)

    def unfolded(self, wide: ir.Table, names: Sequence[str]) -> pd.DataFrame:
        """A table of one column per name and period (kept_0) as one row per period and level."""
        import pandas as pd

        frame = wide.to_pandas()
        pieces = [
            frame[["level", *(f"{name}_{i}" for name in names)]]
            .set_axis(["level", *names], axis=1)
            .assign(period=i)
            for i in range(len(self.periods))
        ]
        return pd.concat(pieces, ignore_index=True)
