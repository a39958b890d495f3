"""A shop with many experiments, small enough to count by hand; each shows one thing.

Everybody bought once, on 10 January. Draws are on 1 March unless it says otherwise, windows of
four weeks. Customers a000 to a099 get what is tried, b000 to b099 are the control group; of the
first 40 bought in March, of the second 20, for 10 each; who bought did so once more in April.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from retention_research.study import new_study
from retention_research.workspace import Workspace, open_workspace

TREATED = [f"a{i:03d}" for i in range(100)]
CONTROL = [f"b{i:03d}" for i in range(100)]
FIRST, DRAWN, IN_MARCH, IN_APRIL = "2024-01-10", "2024-03-01 20:00", "2024-03-15", "2024-04-10"
LAST_DAY, TOO_LATE = "2024-03-29", "2024-03-30"  # of the window, and the day after it
AS_OF = "2024-06-30"


def drawn(
    experiment: str,
    arms: dict[str, list[str]],
    at: str = DRAWN,
    share: dict[str, float] | None = None,
) -> list[dict[str, Any]]:
    """Rows of assignments; half and half where no share is given."""
    share = share or dict.fromkeys(arms, 1.0 / len(arms))
    return [
        {"customer_id": who, "experiment_id": experiment, "arm": arm, "assigned_at": at,
         "probability": share.get(arm)}
        for arm, customers in arms.items() for who in customers
    ]  # fmt: skip


def orders() -> pd.DataFrame:
    """All purchases, those of which no window may know among them."""
    rows = [(who, FIRST, 10.0) for who in TREATED + CONTROL]
    for who in TREATED[:40] + CONTROL[:20]:
        rows += [(who, IN_MARCH, 10.0), (who, IN_APRIL, 10.0)]
    rows += [(who, TOO_LATE, 10.0) for who in TREATED[40:60]]  # after the window
    rows += [(who, "2024-03-01 23:00", 10.0) for who in CONTROL[30:40]]  # on the day of the draw
    rows += [("z", AS_OF, 10.0)]
    return pd.DataFrame(rows, columns=["customer_id", "timestamp", "amount"])


def contacts() -> pd.DataFrame:
    """The offer reached 50 of those drawn for it, was lost on 10, and news went to all."""
    sent = [(who, "offer", "2024-03-02", True, 2) for who in TREATED[:50]]
    sent += [(who, "offer", "2024-03-02", False, 0) for who in TREATED[50:60]]
    sent += [(who, "news", "2024-03-05", True, 0) for who in TREATED + CONTROL]
    sent += [(who, "news", "2024-03-06", True, 1) for who in CONTROL[:50]]
    sent += [(who, "offer", "2024-05-01", True, 9) for who in TREATED]  # after the window
    columns = ["customer_id", "purpose", "sent_at", "delivered", "actions"]
    return pd.DataFrame(sent, columns=columns).assign(
        campaign_id="c", channel="email", personalised=False
    )


def surveys() -> pd.DataFrame:
    """Of each group 40 answer in the window: 9 with what is tried, 8 without, every other."""
    rows = [(who, "2024-03-10", 9 - i % 2) for i, who in enumerate(TREATED[:40])]
    rows += [(who, "2024-03-10", 8 - i % 2) for i, who in enumerate(CONTROL[:40])]
    rows += [(who, "2024-05-10", 0) for who in TREATED]
    return pd.DataFrame(rows, columns=["customer_id", "timestamp", "score"])


def shop(
    assignments: list[dict[str, Any]], programs: list[dict[str, Any]], *, as_of: str = AS_OF,
    known_until: str | None = None, **settings: Any,
) -> Workspace:  # fmt: skip
    """A workspace of the shop with these draws and programs.

    Args:
        assignments: as `drawn` gives them.
        programs: as `experiment` gives them.
        as_of: the study's last day.
        known_until: tables are cut off at the end of this day.
        settings: of the study.
    """
    frames = {
        "transactions": orders(), "contacts": contacts(), "surveys": surveys(),
        "assignments": pd.DataFrame(assignments),
    }  # fmt: skip
    told = {name: _until(frame, known_until) for name, frame in frames.items()}
    study = new_study(
        study="shop", currency="EUR", as_of=as_of, cohort_complete=True, programs=programs,
        sources={name: {"frame": True} for name in frames}, **settings,
    )  # fmt: skip
    return open_workspace(study, told)


def _until(frame: pd.DataFrame, day: str | None) -> pd.DataFrame:
    """A table with its times read, cut off at the end of a day."""
    time = next(name for name in ("timestamp", "sent_at", "assigned_at") if name in frame)
    read = frame.assign(**{time: pd.to_datetime(frame[time], format="mixed")})
    if day is None:
        return read
    return read[read[time] < pd.Timestamp(day) + pd.Timedelta(days=1)].reset_index(drop=True)


def experiment(name: str, **more: Any) -> dict[str, Any]:
    """A program of that experiment."""
    given = {"id": name, "kind": "experiment", "experiment_id": name, "control": "holdout",
             "window": "4W"}  # fmt: skip
    return given | more
