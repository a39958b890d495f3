"""What comparing everybody who ever joined with everybody else does, beside the right rows.

Kept apart on purpose: who joined had to stay long enough to join, so that the column `ever_member`
makes any program look good. It is for showing this, and for nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers.driver_rows.asked import existing
from retention_research.answers.driver_rows.frames import columns_of
from retention_research.answers.driver_rows.landmarks import customer_numbers, joined
from retention_research.answers.driver_rows.vocabulary import vocabulary
from retention_research.summaries import next_order as summaries
from retention_research.summaries.tenure import tenure
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


@dataclass(frozen=True, slots=True)
class NaiveEverMemberRows:
    """Tenure of customers, told apart in the wrong and in the right way.

    Attributes:
        program: its id in the memberships.
        driver: the name of the right driver in other rows, and of its column here.
        frame: customer, start, stop (days since the first purchase, half-open), left (0 or 1: the
            last purchase before the first silence came at stop), ever_member (the wrong column: 1
            all the time for who joins at any time), and the right column, 1 from joining on.
    """

    program: str
    driver: str
    frame: pd.DataFrame


def naive_ever_member_rows(workspace: Workspace) -> tuple[NaiveEverMemberRows, ...]:
    """Rows for showing, program by program, what comparing ever-members with the others does."""
    words = vocabulary(workspace)
    if not words.programs:
        return ()
    spells = _spells(workspace)
    return tuple(
        NaiveEverMemberRows(program, name, _frame(workspace, spells, name, program))
        for name, program in words.programs.items()
    )


def _spells(workspace: Workspace) -> ir.Table:
    as_of = workspace.window.as_of
    bought = workspace.purchases(as_of)
    rows = workspace.with_birth(tenure(bought, as_of, workspace.silence_days))
    known = rows.filter(rows.birth_known, rows.duration > 0)
    return joined(known, customer_numbers(workspace)).select(
        "customer_id", "customer", day="first_day", order_number=1, stop="duration",
        ordered="event_observed",
    )  # fmt: skip


def _frame(workspace: Workspace, spells: ir.Table, name: str, program: str) -> pd.DataFrame:
    import pandas as pd

    memberships = existing(workspace, "memberships")
    mine = memberships.filter(memberships.program_id == program).select("customer_id").distinct()
    split = summaries.split_at_switches(spells, memberships, {name: program})
    rows = joined(split, mine.mutate(ever=True))
    told = rows.select(
        "customer", "start", "stop", name, left="ordered", ever_member=rows.ever.fill_null(False)
    )
    return pd.DataFrame(columns_of(told.order_by(["customer", "start"])))
