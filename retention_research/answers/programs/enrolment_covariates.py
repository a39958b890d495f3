"""What was known of customers on the day on which a trial of a program starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from retention_research.answers.driver_rows.asked import asked_of, candidates_of, with_answers
from retention_research.answers.driver_rows.candidates import adjuster
from retention_research.answers.driver_rows.frames import Candidate, columns_of, settled
from retention_research.answers.driver_rows.kinds import MISSING
from retention_research.answers.driver_rows.next_orders import births
from retention_research.answers.driver_rows.vocabulary import has, vocabulary
from retention_research.answers.drivers.design import make_design
from retention_research.answers.programs.enrolment_starts import Starts
from retention_research.answers.purchase_fits import PurchaseModel, forecasting_fit, too_few_to_fit
from retention_research.events.engine import hold
from retention_research.models.fit import Missing
from retention_research.periods import ObservationWindow
from retention_research.study_programs import Program
from retention_research.summaries.next_order import sold_by_day
from retention_research.summaries.program_outcomes import KEYS, behaviour_before
from retention_research.summaries.trial_history import counted_before
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from retention_research.answers.driver_rows.kinds import Driver
    from retention_research.models.arrays import Floats

LATELY, HALF_YEAR = 28, 182  # days over which what came before the start is counted
OLDER = "older_orders"  # of the half-year before the last one: a placebo, never a covariate
# what tells of the time before the last half-year: the test of that time must do without
LONG_AGO = ("frequency", "recency_days", "age_days", "probability_alive", "expected_purchases")
_KEPT = ("customer", "trial", "treated")
_PROMOTER, _DETRACTOR = 9, 6  # of a score from 0 to 10


@dataclass(frozen=True, slots=True, eq=False)
class Covariates:
    """What was known at the start of each trial, one row per row of the trials.

    Attributes:
        frame: customer, trial, treated (bool), start, enrolled (dates), before (days with an order
            in the half-year before), and OLDER.
        x: shape (n, k). names: of its columns. owner: column to what it is of.
        drivers: what is taken into account, with their headings.
        left_out: name to why it is not.
        model: the value model's fit on the time before the first trial, or why there is none.
    """

    frame: pd.DataFrame
    x: Floats
    names: tuple[str, ...]
    owner: Mapping[str, str]
    drivers: tuple[Driver, ...]
    left_out: Mapping[str, str]
    model: PurchaseModel | Missing

    def headings(self) -> dict[str, str]:
        """Column to what it is called: the driver's heading, and the level after a colon."""
        words = {one.name: one.heading for one in self.drivers}
        return {name: _heading(name, words[self.owner[name]]) for name in self.names}

    def without(self, some: tuple[str, ...]) -> tuple[Floats, tuple[str, ...]]:
        """The columns, and their names, that are of nothing among some."""
        kept = [place for place, name in enumerate(self.names) if self.owner[name] not in some]
        return self.x[:, kept], tuple(self.names[place] for place in kept)


def _heading(column: str, words: str) -> str:
    _, _, level = column.partition(":")
    unknown = ", not known" if column.endswith(MISSING) else ""
    return f"{words}: {level}" if level else f"{words}{unknown}"


def covariates_at(workspace: Workspace, program: Program, starts: Starts) -> Covariates:
    """Everything that was known on the day of each start.

    Behaviour is of the days up to and with the start, before anything was given back later;
    messages are of the days before it, since one of the day may be the program's own.

    Args:
        workspace: the study.
        program: of kind enrolment.
        starts: of `starts_of`.
    """
    offered = asked_of(workspace, vocabulary(workspace), births(workspace))
    rows = hold(_behaviour(workspace, starts.table).rename(day="start"))
    wide = with_answers(rows, offered).order_by("customer", "trial")
    columns = columns_of(wide.drop("customer_id"))
    model = model_before(workspace, starts)
    columns |= _expected(workspace, program, columns, model)
    candidates = [*_own(columns), *candidates_of(offered)]
    frame, drivers, left_out = settled(columns, candidates, _KEPT, workspace.study.group_floor)
    design = make_design(frame, drivers)
    x, names, owner = design.x, design.names, dict(design.owner)
    flags = _opinions(frame)
    own = dict.fromkeys(flags, "survey_score")
    told = frame[list(_KEPT)].assign(
        treated=frame["treated"].astype(bool),
        start=columns["day"],
        enrolled=columns["enrolled"],
        before=columns["pre_purchases"].astype(np.float64),
        **{OLDER: columns[OLDER].astype(np.float64)},
    )
    return Covariates(
        told,
        np.column_stack([x, *flags.values()]),
        (*names, *flags),
        owner | own,
        drivers,
        left_out,
        model,
    )


def _behaviour(workspace: Workspace, starts: ir.Table) -> ir.Table:
    """The rows with what customers had bought, and how often they were in touch, by the start."""
    sold = hold(sold_by_day(_table(workspace, "transactions")))
    rows = behaviour_before(starts, sold, HALF_YEAR)
    spans = {"orders_lately": (-1, LATELY), OLDER: (HALF_YEAR - 1, 2 * HALF_YEAR - 1)}
    rows = _with_counts(rows, counted_before(starts, sold, spans), spans)
    for table, time in (("contacts", "sent_at"), ("tickets", "opened_at")):
        if has(workspace, table):
            events = _table(workspace, table)
            dated = events.select("customer_id", day=events[time].date())
            name = {f"{table}_lately": (0, LATELY)}
            rows = _with_counts(rows, counted_before(starts, dated, name), name)
    return rows


def _table(workspace: Workspace, name: str) -> ir.Table:
    rows = workspace.table(name)
    assert rows is not None
    return rows


def _with_counts(rows: ir.Table, counts: ir.Table, names: Mapping[str, Any]) -> ir.Table:
    both = rows.left_join(counts, list(KEYS)).drop(*(f"{key}_right" for key in KEYS))
    return both.mutate(**{name: both[name].fill_null(0) for name in names})


def model_before(workspace: Workspace, starts: Starts) -> PurchaseModel | Missing:
    """The model of purchases fitted on what was known before the first trial."""
    end = starts.first - timedelta(days=1)
    begin = workspace.window.start
    if end <= begin:
        return Missing("model", "There is no time before the program on which to fit a model.")
    window = ObservationWindow(begin, end, end)
    if reason := too_few_to_fit(workspace, window):
        return Missing("model", reason)
    # parameters that are hardly known still rank customers by their history alone
    return forecasting_fit(workspace, window)


def _expected(
    workspace: Workspace,
    program: Program,
    columns: Mapping[str, Any],
    model: PurchaseModel | Missing,
) -> dict[str, Any]:
    """What the model expects of each customer at the start; nothing where there is no model."""
    if isinstance(model, Missing):
        return {}
    x = np.asarray(columns["frequency"], dtype=np.float64)
    t_x, age = (
        np.asarray(workspace.in_units(columns[name].astype(np.float64)))
        for name in ("recency_days", "age_days")
    )
    ahead = workspace.in_units(program.window_days)
    alive = model.probability_alive(x, t_x, age)
    return {
        "probability_alive": alive.astype(np.float32),
        "expected_purchases": model.expected_purchases(ahead, x, t_x, age).astype(np.float32),
    }


def _own(columns: Mapping[str, Any]) -> list[Candidate]:
    found = [
        adjuster("pre_purchases", "days with an order in the half-year before", "count"),
        adjuster("orders_lately", "days with an order in the four weeks before", "count"),
        adjuster("pre_revenue", "money spent in the half-year before", "amount"),
        adjuster("frequency", "repeat orders so far", "count"),
        adjuster("recency_days", "days from the first order to the last", "count"),
        adjuster("age_days", "days since the first order", "count"),
        adjuster("contacts_lately", "messages in the four weeks before", "count"),
        adjuster("tickets_lately", "tickets in the four weeks before", "count"),
        adjuster("expected_purchases", "purchases expected by the model", "amount"),
        adjuster("probability_alive", "likely to buy again, by the model", "amount"),
    ]
    return [one for one in found if one.driver.name in columns]


def _opinions(frame: pd.DataFrame) -> dict[str, Floats]:
    """Who recommends and who warns: a score's effect is rarely a straight line."""
    if "survey_score" not in frame:
        return {}
    score = frame["survey_score"].to_numpy(dtype=np.float64)
    flags = {"survey_score:9-10": score >= _PROMOTER, "survey_score:0-6": score <= _DETRACTOR}
    told = {name: flag.astype(np.float64) for name, flag in flags.items()}
    return {name: flag for name, flag in told.items() if np.ptp(flag)}
