"""What comments are about; single comments never leave this module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.customer_voice.spans import Spans
from retention_research.answers.recorded import recorded
from retention_research.models.fit import Missing
from retention_research.models.ratio import moments, ratio
from retention_research.models.themes import Theme, ThemesFit, fit_themes
from retention_research.summaries import voice
from retention_research.values import Value, diagnostic, fact, label, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

TOLD = 8  # themes of a language named on the page and in the results


@dataclass(frozen=True, slots=True)
class Comments:
    """Themes of the year's comments.

    Attributes:
        values: by glossary name.
        themes: theme (number), language, terms, customers, share of those who commented in the
            language with interval, and the mean score that went with such comments, with
            interval; language by language, at most eight of each.
        stability: theme, language, terms, likeness in repeated searches; for analysts.
        tried: language, themes tried, likeness of two halves; for analysts.
    """

    values: Mapping[str, Value]
    themes: pd.DataFrame
    stability: pd.DataFrame
    tried: pd.DataFrame


def comments(workspace: Workspace, times: Spans) -> Comments | None:
    """The themes of comments; None where no table has comments of the year."""
    tables = workspace.table("surveys"), workspace.table("tickets")
    written = voice.comments(*tables, times.year)
    frame = written.to_pandas() if written is not None else None
    if frame is None or frame.empty:
        return None
    study = workspace.study
    texts, customers = frame["comment"].tolist(), frame["customer_id"].tolist()
    fit = fit_themes(
        texts, customers, floor=study.group_floor, seed=study.seed, confidence=study.confidence
    )
    if isinstance(fit, Missing):
        reason = {"themes.count": missing("fact", fit.reason)}
        return Comments(reason, *(_no_rows(columns) for columns in _COLUMNS))
    named = named_themes(fit)
    themes = _frame(fit, named, frame, study.confidence, study.group_floor)
    return Comments(_values(fit, named), themes, _stability(fit, named), _tried(fit))


def named_themes(fit: ThemesFit) -> list[int]:
    """Places of the themes that are named: of each language those of most customers."""
    order = sorted(range(len(fit.themes)), key=lambda place: (fit.themes[place].language, place))
    first: dict[str, int] = {}
    for rank, place in enumerate(order):
        first.setdefault(fit.themes[place].language, rank)
    return [place for rank, place in enumerate(order)
            if rank - first[fit.themes[place].language] < TOLD]  # fmt: skip


_COLUMNS = (
    ["theme", "language", "terms", "customers", "share", "share_low", "share_high", "mean_score",
     "conf_low", "conf_high"],
    ["theme", "language", "terms", "likeness"],
    ["language", "themes_tried", "likeness"],
)  # fmt: skip


def _no_rows(columns: list[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns=columns)


def _frame(
    fit: ThemesFit, named: Sequence[int], written: pd.DataFrame, confidence: float, floor: int
) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for number, place in enumerate(named, 1):
        mine = written.iloc[fit.rows[fit.dominant == place]]
        rows.append((number, *_said(fit.themes[place]), *_score(mine, confidence, floor)))
    return pd.DataFrame(rows, columns=_COLUMNS[0])


def _said(theme: Theme) -> tuple[object, ...]:
    share = theme.share
    ends = share.estimate, share.conf_low, share.conf_high
    return theme.language, ", ".join(theme.terms), theme.customers, *ends


def _score(
    mine: pd.DataFrame, confidence: float, floor: int
) -> tuple[float | None, float | None, float | None]:
    """The mean score of comments that came with one."""
    scored = mine.dropna(subset="score")
    per = scored.groupby("customer_id")["score"].agg(["sum", "count"])
    if len(per) < floor:
        return None, None, None
    found = ratio(moments(per["sum"], per["count"]), confidence)
    if isinstance(found, Missing):
        return None, None, None
    return found.estimate, found.conf_low, found.conf_high


def _values(fit: ThemesFit, named: Sequence[int]) -> dict[str, Value]:
    values = {
        "themes.count": fact(len(fit.themes), "count", n=fit.n),
        "themes.customers": fact(fit.n, "count"),
        "themes.comments": fact(fit.n_comments, "count"),
        "themes.verdict": label(fit.verdict.words),
    }
    for number, place in enumerate(named, 1):
        name, theme = f"themes.{number}", fit.themes[place]
        values[f"{name}.share"] = recorded(theme.share, theme.n, "share")
        values[f"{name}.terms"] = label(", ".join(theme.terms))
        values[f"{name}.stability"] = diagnostic(theme.stability)
    return values


def _stability(fit: ThemesFit, named: Sequence[int]) -> pd.DataFrame:
    import pandas as pd

    told = [(number, fit.themes[place]) for number, place in enumerate(named, 1)]
    rows = [
        (number, theme.language, ", ".join(theme.terms), float(np.round(theme.stability, 12)))
        for number, theme in told
    ]
    return pd.DataFrame(rows, columns=_COLUMNS[1])


def _tried(fit: ThemesFit) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(fit.tried), columns=_COLUMNS[2])
