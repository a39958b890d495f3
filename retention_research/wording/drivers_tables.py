"""Tables of the drivers report before "For analysts": result frames in words and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.drivers import Drivers
from retention_research.answers.drivers.finding import Finding
from retention_research.models.fit import Estimate
from retention_research.wording.drivers_scenarios import moved_to, offered
from retention_research.wording.drivers_sections import stepped
from retention_research.wording.drivers_words import (
    HOW_SURE,
    agreement_of,
    amounts,
    clear,
    compared,
    name_of,
    of_every_hundred,
    phrase,
    sides,
)
from retention_research.wording.numbers import Wording

if TYPE_CHECKING:
    import pandas as pd


_ARM = "arm_"  # begins the names of experiments among drivers


def effects(found: Drivers, wording: Wording) -> pd.DataFrame:
    """Every driver in numbers: what is compared, silence with and without, how sure.

    Returns:
        driver, compared, customers, risk_with, risk_without, risk_difference, share_low,
        share_high, evidence, p_adjusted; by rank.
    """
    import pandas as pd

    rows = [_effect(one, wording) for one in found.findings]
    columns = ["driver", "compared", "customers", "risk_with", "risk_without", "risk_difference",
               "share_low", "share_high", "evidence", "p_adjusted"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _effect(one: Finding, wording: Wording) -> tuple[object, ...]:
    effect, contrast = one.main.effect, one.main.contrast
    gap = effect.difference
    return (
        name_of(one), compared(contrast, one.driver.kind, wording), one.main.customers,
        effect.risk_high.estimate, effect.risk_low.estimate,
        gap.estimate, gap.conf_low, gap.conf_high, HOW_SURE[one.evidence.grade], one.p_adjusted,
    )  # fmt: skip


def effects_told(found: Drivers, wording: Wording) -> pd.DataFrame:
    """The same for a narrow page: driver, by_silence, evidence, customers, p_adjusted."""
    import pandas as pd

    rows = [
        (phrase(one, wording), of_every_hundred(one.main.effect.difference, wording),
         HOW_SURE[one.evidence.grade], one.main.customers, one.p_adjusted)
        for one in found.findings
    ]  # fmt: skip
    columns = ["driver", "by_silence", "evidence", "customers", "p_adjusted"]
    return pd.DataFrame(rows, columns=columns)


def told(frame: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    """A table of differences with one cell for the difference and its range, of 100 customers.

    Args:
        frame: with risk_difference, share_low and share_high side by side.
        wording: writes the numbers.

    Returns:
        by_silence in their place.
    """
    ends = ["risk_difference", "share_low", "share_high"]
    cells = [
        of_every_hundred(Estimate("difference", size, None, low, high), wording)
        for size, low, high in frame[ends].itertuples(index=False)
    ]
    place = frame.columns.get_loc("risk_difference")
    rest = frame.drop(columns=ends)
    rest.insert(place, "by_silence", cells)
    return rest


def lacking(found: Drivers, wording: Wording) -> pd.DataFrame:
    """What keeps each clear association from a better grade.

    Returns:
        driver, evidence, agreement, lacking.
    """
    import pandas as pd

    rows = [
        (phrase(one, wording), HOW_SURE[one.evidence.grade], agreement_of(one),
         "; ".join(one.evidence.lacks) or "nothing")
        for one in clear(found.findings)
        if not one.driver.randomised
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["driver", "evidence", "agreement", "lacking"])


def levels(found: Drivers, wording: Wording) -> pd.DataFrame:
    """Levels of what has several, and what is not known: driver, compared, customers, range."""
    import pandas as pd

    rows = []
    for one in found.findings:
        several = one.levels if len(one.levels) > 1 else ()
        told = [(compared(x.contrast, one.driver.kind, wording), x.effect) for x in several]
        told += [("not known rather than known", one.not_known)] if one.not_known else []
        for words, effect in told:
            gap = effect.difference
            rows.append(
                (name_of(one), words, effect.customers, gap.estimate, gap.conf_low, gap.conf_high)
            )
    columns = ["driver", "compared", "customers", "risk_difference", "share_low", "share_high"]
    return pd.DataFrame(rows, columns=columns)


def doses(found: Drivers, wording: Wording) -> pd.DataFrame:
    """Silence by amount: driver, amount_of_it, customers, risk_there, share_low, share_high."""
    import pandas as pd

    rows = [
        (name_of(one), amounts(one.driver.name, dose.lowest, dose.highest, wording),
         dose.customers,
         dose.risk.estimate, dose.risk.conf_low, dose.risk.conf_high)
        for one in stepped(found)
        for dose in one.doses
    ]  # fmt: skip
    columns = ["driver", "amount_of_it", "customers", "risk_there", "share_low", "share_high"]
    return pd.DataFrame(rows, columns=columns)


def by_date(found: Drivers, wording: Wording) -> pd.DataFrame:
    """The difference on each date: driver, landmark_day, risk_difference, share_low, share_high."""
    import pandas as pd

    rows = [
        (phrase(one, wording), day, at.estimate, at.conf_low, at.conf_high)
        for one in clear(found.findings)
        for day, at in one.by_landmark.items()
        if isinstance(at, Estimate)
    ]
    columns = ["driver", "landmark_day", "risk_difference", "share_low", "share_high"]
    return pd.DataFrame(rows, columns=columns)


def curves(found: Drivers, wording: Wording) -> pd.DataFrame:
    """Adjusted curves in words: driver, side, after_weeks, not_back, share_low, share_high."""
    named = {one.driver.name: phrase(one, wording) for one in found.findings}
    names = {one.driver.name: sides(one, wording) for one in found.findings}
    frame = found.curves
    called = [names[row.driver][str(row.side)] for row in frame.itertuples()]
    return frame.assign(driver=frame["driver"].map(named), side=called)


def scenarios(found: Drivers, wording: Wording) -> pd.DataFrame:
    """Scenarios: moved_to, customers, customers_moved, silence and margin, with ranges."""
    import pandas as pd

    rows = []
    for one in offered(found):
        then, change, value = one.effect.risk_high, one.effect.difference, one.value_change
        money = (None,) * 3 if value is None else (value.estimate, value.conf_low, value.conf_high)
        rows.append((moved_to(one, wording), one.customers, one.moved, then.estimate,
                     change.estimate, change.conf_low, change.conf_high, *money))  # fmt: skip
    columns = ["moved_to", "customers", "customers_moved", "silent_then", "risk_difference",
               "share_low", "share_high", "value_change", "money_low", "money_high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def scenarios_told(frame: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    """The same for a narrow page: without the share silent then, differences in one cell."""
    return told(frame.drop(columns="silent_then"), wording)


def left_out(found: Drivers) -> str:
    """What could not be looked at, each with its reason; empty where nothing was left out."""
    told = [f"{_plain(name)}: {reason}" for name, reason in found.left_out.items() if reason]
    lapsed = (
        ["An experiment among customers who had not bought lately is no matter of this page."]
        if any(name.startswith(_ARM) for name in found.left_out)
        else []
    )
    return f"Could not be looked at. {' '.join(told + lapsed)}" if told else ""


def _plain(name: str) -> str:
    experiment = name.removeprefix(_ARM)
    words = experiment.replace("_", " ").replace(":", ": ")
    words = f"the experiment {words}" if experiment != name else words
    return words[:1].upper() + words[1:]
