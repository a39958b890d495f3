"""Customers as counted cells, with what was known of them at the first purchase."""

from __future__ import annotations

from retention_research.answers.driver_rows.asked import candidates_of, fixed, with_answers
from retention_research.answers.driver_rows.frames import columns_of, settled
from retention_research.answers.driver_rows.kinds import BirthRows
from retention_research.answers.driver_rows.landmarks import customer_numbers, joined
from retention_research.answers.driver_rows.next_orders import births
from retention_research.answers.driver_rows.sampled import count_customers, drawn
from retention_research.answers.driver_rows.vocabulary import vocabulary
from retention_research.workspace import Workspace

KEPT = ("customer", "frequency", "recency", "T")


def birth_rows(workspace: Workspace) -> BirthRows:
    """The customers that value models are fitted on, with what their first purchase told of them.

    Over start..as_of, as the fit that scores are made of; of very many customers, some.

    Example:
        >>> from retention_research.workspace import open_workspace
        >>> rows = birth_rows(open_workspace("params/cdnow.yml"))
        >>> int(rows.frame["customers"].sum()), rows.drivers
        (2357, ())
    """
    offered = fixed(workspace, vocabulary(workspace), births(workspace))
    summary = workspace.fitted_rows(workspace.current)
    own = summary.select("customer_id", "frequency", "recency", "T", day="first_day")
    some = drawn(joined(own, customer_numbers(workspace)), count_customers(own))
    rows = with_answers(some, offered)
    columns = columns_of(rows.drop("customer_id", "day").order_by("customer"))
    floor = workspace.study.group_floor
    frame, drivers, left_out = settled(columns, candidates_of(offered), KEPT, floor)
    keys = [name for name in frame.columns if name != "customer"]
    counted = frame.groupby(keys, observed=True, dropna=False).size()
    cells = counted.rename("customers").reset_index()
    told = {name: workspace.in_units(cells[name]) for name in ("recency", "T")}
    return BirthRows(cells.assign(**told), drivers, left_out, workspace.study.time.unit)
