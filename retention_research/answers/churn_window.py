"""After how long a silence a customer counts as gone, and what another length would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from retention_research.answers.draws import draws_of
from retention_research.answers.recorded import recorded
from retention_research.events.engine import hold
from retention_research.models.churn_window import Choice, returned_share, window_range
from retention_research.models.fit import Estimate, Missing
from retention_research.models.proportion import proportion
from retention_research.opening import YEAR, silent_rows
from retention_research.periods import Duration, Period, day_in_words
from retention_research.study_spans import AutoSpan
from retention_research.summaries import silence, tenure
from retention_research.values import Value, fact, label
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "silent_for", "silent_customers", "back_in_a_year", "share_low", "share_high", "not_kept",
    "not_kept_low", "not_kept_high", "one_order", "one_order_low", "one_order_high",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChurnWindow:
    """The length of silence in use, beside others.

    Attributes:
        values: by glossary name.
        spans: one row per length: silent_for (days), silent_customers, and with both ends each
            back_in_a_year, not_kept (customers lost over the last period) and one_order (silent
            after one purchase).
        days: the length in use.
        by_data: whether the study left it to the data.
        choice: what the data choose, and why.
        before: the day before the period that `not_kept` counts over; as_of: its last day.
        confidence: level of the intervals.
    """

    values: Mapping[str, Value]
    spans: pd.DataFrame
    days: int
    by_data: bool
    choice: Choice
    before: date
    as_of: date
    confidence: float


def churn_window(workspace: Workspace) -> ChurnWindow:
    """What becomes of customers who have been silent for 4 to 52 weeks, and for the length in use.

    Example:
        >>> from retention_research.workspace import open_workspace
        >>> found = churn_window(open_workspace("params/cdnow.yml"))
        >>> found.days, found.choice
        (182, Choice(days=168, why='most silent'))
    """
    days, choice = workspace.silence_days, workspace.silence_by_data().choice
    spans = tuple(sorted({*YEAR, days, choice.days}))
    returned = _returned(workspace, spans)
    measured = {
        "returned_share": {w: share for w, (share, _) in returned.items()},
        "churn_rate": not_kept(workspace, spans),
        "one_order_share": _one_order(workspace, spans),
    }
    values = {
        f"churn_window.{what}_{w}d": v for what, of in measured.items() for w, v in of.items()
    }
    values |= {f"churn_window.silent_customers_{w}d": n for w, (_, n) in returned.items()}
    return ChurnWindow(
        values | _chosen(workspace, values, spans),
        _frame(values, spans),
        days,
        isinstance(workspace.study.churn.inactive_for, AutoSpan),
        choice,
        period_before(workspace),
        workspace.window.as_of,
        workspace.study.confidence,
    )


def period_before(workspace: Workspace) -> date:
    """The last day before the month or week that ends at as_of."""
    as_of, unit = workspace.window.as_of, workspace.study.period
    period = Period.holding(as_of, unit)
    if period.end == as_of:
        return period.start - timedelta(days=1)
    return Duration(1, "W" if unit == "week" else "M").before(as_of)


def _returned(workspace: Workspace, spans: Sequence[int]) -> dict[int, tuple[Value, Value]]:
    """The share of silences with a return, and how many customers were silent, by length."""
    import pandas as pd

    more = [(w,) for w in spans if w not in YEAR]
    cells = pd.concat([workspace.silence_cells(block) for block in (YEAR, *more)])
    customers = {row.days: row.customers for row in silent_rows(cells, spans)}
    return {
        w: (_share(workspace, cells[cells["silent_days"] == w], w), fact(customers[w], "count"))
        for w in spans
    }


def _share(workspace: Workspace, cells: pd.DataFrame, days: int) -> Value:
    rng = draws_of(workspace.study, f"churn_window.returned_share_{days}d")
    found = returned_share(
        cells["returns"], cells["silences"], cells["customers"], rng, workspace.study.confidence
    )
    return recorded(found, int(cells["customers"].sum()), "share")


def not_kept(workspace: Workspace, spans: Sequence[int]) -> dict[int, Value]:
    """The share of customers active before the last period who are not at its end, by length.

    Args:
        workspace: the study and its purchases.
        spans: lengths of silence in days that make a customer inactive, ascending.
    """
    before, cells = period_before(workspace), standing(workspace, spans)
    shares: dict[int, Value] = {}
    for place, w in enumerate(spans):
        active = cells[cells["before"] <= place]
        n = int(active["customers"].sum())
        lost = int(active.loc[active["now"] > place, "customers"].sum())
        found = _counted(lost, n, workspace)
        if workspace.window.start + timedelta(days=w) > before:
            found = Missing(
                "share", f"The data begin less than that before {day_in_words(before)}."
            )
        shares[w] = recorded(found, n, "share")
    return shares


def standing(workspace: Workspace, spans: Sequence[int]) -> pd.DataFrame:
    """Customers by how many of the spans their silence had reached: see `standing_cells`."""
    before, as_of = period_before(workspace), workspace.window.as_of
    return silence.standing_cells(workspace.purchases(as_of), before, as_of, spans).to_pandas()


def _counted(y: int, n: int, workspace: Workspace) -> Estimate | Missing:
    if not n:
        return Missing("share", "There is nobody to count.")
    return proportion(y, n, workspace.study.confidence)


def _one_order(workspace: Workspace, spans: Sequence[int]) -> dict[int, Value]:
    """The share silent for so long after one purchase, of customers whose first is known."""
    as_of = workspace.window.as_of
    waits = workspace.with_birth(tenure.second_purchase(workspace.purchases(as_of), as_of))
    known = hold(waits.filter(waits.birth_known))
    cells = silence.first_silences(known, as_of, spans).to_pandas()
    shares: dict[int, Value] = {}
    for place, w in enumerate(spans):
        n = int(cells.loc[cells["followed"] > place, "customers"].sum())
        silent = int(cells.loc[cells["waited"] > place, "customers"].sum())
        shares[w] = recorded(_counted(silent, n, workspace), n, "share")
    return shares


def _chosen(
    workspace: Workspace, values: Mapping[str, Value], spans: Sequence[int]
) -> dict[str, Value]:
    """The length in use, who chose it, and the length that few enough come back after."""
    by_data = isinstance(workspace.study.churn.inactive_for, AutoSpan)
    return {
        "churn_window.days": fact(workspace.silence_days, "days"),
        "churn_window.chosen_by": label("the data" if by_data else "the study"),
        "churn_window.few_return_days": _few_return(values, spans),
    }


def _few_return(values: Mapping[str, Value], spans: Sequence[int]) -> Value:
    """The smallest multiple of four weeks after which at most a tenth come back."""
    steps = [w for w in spans if w % YEAR[0] == 0]
    shares = {w: values[f"churn_window.returned_share_{w}d"] for w in steps}
    customers = max((share.n or 0 for share in shares.values()), default=0)
    found = window_range([(w, _as_estimate(share)) for w, share in shares.items()])
    return recorded(found, customers, "days", "No length up to the longest is clear of a tenth.")


def _as_estimate(value: Value) -> Estimate | Missing:
    if value.value is None:
        return Missing("share", value.reason or "")
    return Estimate("share", value.number, value.std_error, value.conf_low, value.conf_high)


def _frame(values: Mapping[str, Value], spans: Sequence[int]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (
            w,
            int(values[f"churn_window.silent_customers_{w}d"].number),
            *_cells(values[f"churn_window.returned_share_{w}d"]),
            *_cells(values[f"churn_window.churn_rate_{w}d"]),
            *_cells(values[f"churn_window.one_order_share_{w}d"]),
        )
        for w in spans
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _cells(value: Value) -> tuple[object, object, object]:
    return value.value, value.conf_low, value.conf_high
