"""A shop in several towns in which something starts at different times."""

import numpy as np
import pandas as pd

from retention_research.answers.programs.rollout import rollout_report
from retention_research.study import new_study
from retention_research.workspace import open_workspace

FIRST, WEEKS = pd.Timestamp("2024-01-01"), 40


def towns(count):
    """Names in order: town_00, town_01, ..."""
    return [f"town_{place:02d}" for place in range(count)]


def rows_of(starts, *, count, customers=20, lift=0.0, seed=11):
    """Orders and customers: each buys in a week with chance 0.3, and `lift` more from its start.

    Everybody's first order is in the first week; starts are weeks, by town.
    """
    rng = np.random.default_rng(seed)
    town = np.repeat(np.arange(count), customers)
    begun = np.array([starts.get(name, WEEKS) for name in towns(count)])[town]
    week = np.arange(WEEKS)
    chance = 0.3 + lift * (week >= begun[:, None])
    buys = rng.random((town.size, WEEKS)) < chance
    buys[:, 0] = True
    who, when = np.nonzero(buys)
    ids = np.array([f"c{place:04d}" for place in range(town.size)])
    orders = pd.DataFrame({
        "customer_id": ids[who],
        "timestamp": FIRST + pd.to_timedelta(7 * when + rng.integers(0, 7, who.size), unit="D"),
        "amount": 10.0,
    })  # fmt: skip
    return orders, pd.DataFrame({"customer_id": ids, "town": np.array(towns(count))[town]})


def day(week):
    """The first day of a week."""
    return (FIRST + pd.Timedelta(days=7 * week)).date()


def workspace_of(orders, customers, tickets=None, **program):
    """A workspace whose study has the roll-out and nothing else."""
    frames = {"transactions": orders, "customers": customers}
    frames |= {} if tickets is None else {"tickets": tickets}
    settings = {"id": "desk", "kind": "rollout", "unit": "town", "window": "8W",
                "outcomes": ["retained", "purchases", "revenue"]} | program  # fmt: skip
    study = new_study(
        study="towns", currency="EUR", as_of=day(WEEKS - 1) + pd.Timedelta(days=6),
        sources={name: {"frame": True} for name in frames}, programs=[settings],
    )  # fmt: skip
    return open_workspace(study, frames)


def report_of(starts, *, count=24, tickets=None, named=None, lift=0.0, seed=11, customers=20,
              **program):  # fmt: skip
    """The report on towns that start in these weeks; `named`: other starts than happened."""
    orders, people = rows_of(starts, count=count, lift=lift, seed=seed, customers=customers)
    told = named or {name: day(week) for name, week in starts.items()}
    workspace = workspace_of(orders, people, tickets, starts=told, **program)
    return rollout_report(workspace, workspace.study.programs[0])
