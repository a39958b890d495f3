"""Reproducible customer-retention research: from event tables to published reports.

The rooms, ground floor first; a room knows only those above it.

values, glossary, periods, study   what numbers mean, time, and the validated parameter file
events       event tables come in: contracts, sources, demos, a simulated company
summaries    events to small frames: purchases, cohorts, KPIs, segments, what customers say
models       arrays to frozen fits: purchase models, lifetime value, Kaplan-Meier, ratios, themes
programs     did a program work, did it pay: experiments, enrolment, roll-outs, economics
opening_names  names that a study uses, held against the data
opening      what is settled before a workspace opens: the window, a silence of `auto`
workspace    what one study has, computed once and shared by a run's notebooks
answers      a workspace's answer to one report's question
wording      values to words: the number formatter and the sentences
tables       result frames to HTML and CSV
figures      result frames to pictures with alt text
reporting    runs notebooks, publishes pages; the only writer under reports/
cli          the command line

Notebooks use the names below; nothing is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "open_workspace": "retention_research.workspace",
    "new_study": "retention_research.study",
    "read_study": "retention_research.study",
    "data_quality": "retention_research.answers.quality",
    "customer_value": "retention_research.answers.value",
    "obstacle_to_value": "retention_research.answers.purchase_fits",
    "scorecard": "retention_research.answers.scorecard",
    "cohorts": "retention_research.answers.cohorts",
    "obstacle_to_cohorts": "retention_research.answers.cohorts",
    "customer_voice": "retention_research.answers.customer_voice",
    "obstacle_to_customer_voice": "retention_research.answers.customer_voice",
    "survival": "retention_research.answers.survival",
    "obstacle_to_survival": "retention_research.answers.survival",
    "churn_window": "retention_research.answers.churn_window",
    "lost_customers": "retention_research.answers.lost_customers",
    "drivers": "retention_research.answers.drivers",
    "obstacle_to_drivers": "retention_research.answers.drivers",
    "program_results": "retention_research.answers.programs",
    "obstacle_to_programs": "retention_research.answers.programs",
    "make_table": "retention_research.tables",
    "make_tables": "retention_research.tables",
    "wording_of": "retention_research.wording.numbers",
    "run_study": "retention_research.reporting.run",
}
_MODULES = {"report": "retention_research.reporting.record"}

__all__ = ["__version__", *sorted([*_PUBLIC, *_MODULES])]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'retention_research' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
