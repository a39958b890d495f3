"""What the words of the drivers report stand for, from the study's settings."""

from __future__ import annotations

from retention_research.answers.drivers import Drivers
from retention_research.periods import Duration
from retention_research.study import Study
from retention_research.summaries.engagement.reached import RECENT
from retention_research.wording.drivers_words import name_of, sentence
from retention_research.wording.numbers import Wording, listed, plural


def definitions(found: Drivers, study: Study, wording: Wording) -> str:
    """What the words of this page stand for, from the study's settings."""
    names = {one.driver.name for one in found.findings}
    slow = study.drivers.slow_after
    lately = wording.days(study.drivers.lookback.days)
    told = {
        "slow_resolution": (
            f"Resolved slowly: a complaint open for more than {_length(slow)}; fast: within that."
        ),
        "late_response": _late(study),
        "plan": "Plan last taken: of the last contract.",
        "activity_change": (
            "Times as active as before: how often in the last "
            f"{wording.days(min(RECENT, study.drivers.lookback.days // 2))} over how often in the "
            "weeks before those, per week."
        ),
    }
    parts = [words for name, words in told.items() if name in names]
    events = [
        name_of(one)
        for one in found.findings
        if one.driver.source == "activity" and one.driver.kind == "yes_no"
    ]
    if events:
        parts.append(f"{sentence(listed(events))}: as the table of activity records it.")
    return " ".join([f"Lately: in the {lately} before a date.", *parts])


def _length(duration: Duration) -> str:
    units = {"h": "hour", "D": "day", "W": "week", "M": "month", "Y": "year"}
    return f"{duration.count} {plural(duration.count, units[duration.unit])}"


def _late(study: Study) -> str:
    hours = "business hours" if study.tickets.business_hours else "hours"
    allowed = [f"{name} {limit:g}" for name, limit in study.tickets.targets.items()]
    return f"Answered late: a first answer later than the target in {hours} ({listed(allowed)})."
