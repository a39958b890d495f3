"""Pictures of several curves at once: groups of customers, ends of contracts, smooth curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.figures.canvas import (
    ACCENT,
    BAND,
    FAINT,
    INK,
    SECOND,
    Picture,
    draw,
    share_axis,
)
from retention_research.figures.survival_rows import EACH, ROOM, followed_below
from retention_research.glossary.names import slug
from retention_research.wording.numbers import Wording, plural

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_STYLES = ((ACCENT, "-"), (SECOND, "--"), (INK, ":"), (FAINT, "-."), (ACCENT, ":"), (SECOND, "-."))
_APART = 0.012  # of the axis, between ranges that stand at one week
_LEGEND = 0.2  # inches


def by_group(
    curves: pd.DataFrame, segment: str, heading: str, wording: Wording, *,
    of_contracts: bool, groups_in_all: int, tau_days: int, confidence: float,
) -> Picture:  # fmt: skip
    """One curve for each group, with how many are still followed below.

    Args:
        curves: group, after_weeks, n_at_risk, survival, share_low, share_high; of six groups at
            most.
        segment: what tells the groups apart.
        heading: the same in words.
        wording: writes the numbers.
        of_contracts: whether the curves are of first contracts, or of customers.
        groups_in_all: how many there are, drawn or not.
        tau_days: the age at which ranges are drawn, where all groups are followed as long.
        confidence: level of the ranges.
    """
    kind = "contracts" if of_contracts else "customers"
    share = "still running" if of_contracts else "still customers"
    since = f"weeks since the {'contract began' if of_contracts else 'first purchase'}"
    groups = {str(key): rows for key, rows in curves.groupby("group", sort=False)}
    week = min(tau_days // 7, _last_week(groups))

    def paint(axes: Axes) -> None:
        for (group, rows), (color, line) in zip(groups.items(), _STYLES, strict=False):
            axes.step(rows["after_weeks"], rows["survival"], where="post", color=color, ls=line,
                      label=group, lw=1.5)  # fmt: skip
        _ranges(axes, groups, week)
        _shares(axes, since, share, wording)
        axes.set_ylim(0, 1.02)
        followed_below(axes, groups, wording, share)

    alt = f"Falling curves of the share {share} by {heading}: {_ends(groups, week, wording)}."
    caption = (
        f"Share {share}, by {heading}, with {wording.share(confidence)} ranges after {week} weeks"
        f"{_left_out(groups_in_all - len(groups))}."
    )
    height = 2.8 + ROOM + _LEGEND + EACH * (len(groups) - 1)
    return Picture(f"{kind}-by-{slug(segment)}", caption, alt, draw(paint, height))


def _left_out(groups: int) -> str:
    if groups < 1:
        return ""
    return (
        f"; {groups} {plural(groups, 'group is', 'groups are')} left out: the longest, the "
        "shortest and the largest are drawn"
    )


def _last_week(groups: dict[str, pd.DataFrame]) -> int:
    """The last week that all curves reach."""
    return min(int(rows["after_weeks"].max()) for rows in groups.values())


def _ranges(axes: Axes, groups: dict[str, pd.DataFrame], week: int) -> None:
    """The ranges of all curves at one week, side by side."""
    wide = max(int(rows["after_weeks"].max()) for rows in groups.values()) * _APART
    for place, (rows, (color, _)) in enumerate(zip(groups.values(), _STYLES, strict=False)):
        at = rows[rows["after_weeks"] == week].iloc[0]
        axes.errorbar(week + wide * (place - (len(groups) - 1) / 2), at.survival,
                      [[at.survival - at.share_low], [at.share_high - at.survival]],
                      color=color, elinewidth=1.2, capsize=2, fmt="none")  # fmt: skip


def _shares(axes: Axes, since: str, share: str, wording: Wording) -> None:
    axes.set_xlabel(since)
    axes.set_ylabel(share)
    axes.set_xlim(left=0)
    share_axis(axes.yaxis, wording)
    axes.legend(frameon=False, fontsize=8.5, ncols=2, loc="lower left",
                bbox_to_anchor=(0.0, 1.0), borderaxespad=0.2)  # fmt: skip


def _ends(groups: dict[str, pd.DataFrame], week: int, wording: Wording) -> str:
    """Where the curves stand at a week that all of them reach."""
    at = {
        name: rows.loc[rows["after_weeks"] == week, "survival"].iloc[0]
        for name, rows in groups.items()
    }
    told = ", ".join(f"{wording.share(value)} for {name}" for name, value in at.items())
    return f"after {week} weeks {told}"


def ends_by_reason(
    curves: pd.DataFrame, reasons_in_all: int, confidence: float, wording: Wording
) -> Picture:
    """The share of contracts that has ended for each of the most frequent reasons.

    Args:
        curves: end_reason, after_weeks, share_ended, share_low, share_high.
        reasons_in_all: how many there are, drawn or not.
        confidence: level of the bands.
        wording: writes the numbers.
    """
    reasons = {
        str(key).replace("_", " "): rows for key, rows in curves.groupby("end_reason", sort=False)
    }

    def paint(axes: Axes) -> None:
        for (reason, rows), (color, line) in zip(reasons.items(), _STYLES, strict=False):
            weeks = rows["after_weeks"]
            axes.fill_between(weeks, rows["share_low"], rows["share_high"], step="post",
                              color=BAND, alpha=0.4, lw=0)  # fmt: skip
            axes.step(weeks, rows["share_ended"], where="post", color=color, ls=line,
                      label=reason, lw=1.5)  # fmt: skip
        _shares(axes, "weeks since the contract began", "have ended", wording)
        axes.set_ylim(bottom=0)

    at_end = ", ".join(
        f"{wording.share(rows['share_ended'].iloc[-1])} {reason}"
        for reason, rows in reasons.items()
    )
    weeks = int(curves["after_weeks"].max())
    alt = f"Rising curves of the share of contracts ended: by week {weeks}, {at_end}."
    level = wording.share(confidence)
    more = reasons_in_all - len(reasons)
    left_out = f"; {more} rarer {plural(more, 'reason is', 'reasons are')} left out" if more else ""
    caption = (
        f"Share of first contracts that have ended, by reason, with their {level} ranges{left_out}."
    )
    return Picture("ends-of-contracts", caption, alt, draw(paint, 2.8 + _LEGEND))


def smooth_curve(curve: pd.DataFrame, confidence: float, wording: Wording) -> Picture:
    """The main curve with its band as a whole, and the smooth curve of lowest AIC over it.

    Args:
        curve: after_weeks, n_at_risk, survival, band_low, band_high, smooth; to the longest time
            watched, beyond which nothing is drawn.
        confidence: level of the band.
        wording: writes the numbers.
    """

    def paint(axes: Axes) -> None:
        axes.fill_between(curve["after_weeks"], curve["band_low"], curve["band_high"],
                          step="post", color=BAND, lw=0, label="band of the whole")  # fmt: skip
        axes.step(curve["after_weeks"], curve["survival"], where="post", color=ACCENT,
                  label="data")  # fmt: skip
        axes.plot(curve["after_weeks"], curve["smooth"], color=SECOND, ls="--", label="smooth")
        _shares(axes, "weeks since the beginning", "still there", wording)
        axes.set_ylim(0, 1.02)
        followed_below(axes, {"": curve}, wording, "still there")

    apart = (curve["survival"] - curve["smooth"]).abs().max()
    alt = (
        "Falling curve of the data in its band, and a smooth curve over it, at most "
        f"{wording.share(apart)} of all away until week {int(curve['after_weeks'].max())}."
    )
    level = wording.share(confidence)
    caption = f"The main curve, its {level} band as a whole, and the smooth curve of lowest AIC."
    return Picture("smooth-curve", caption, alt, draw(paint, 2.8 + ROOM + _LEGEND))
