"""Names of the programs report: roll-outs."""

from __future__ import annotations

from retention_research.glossary.entry import Entry

_CS = "Callaway and Sant'Anna (2021), Journal of Econometrics 225, 200-230"
_RR = "Rambachan and Roth (2023), Review of Economic Studies 90, 2555-2591"
_GB = "Goodman-Bacon (2021), Journal of Econometrics 225, 254-277"
_MW = "MacKinnon and Webb (2020), Journal of Econometrics 218, 435-450"

# fmt: off
VALUES: tuple[Entry, ...] = (
    Entry("program.<id>.units_treated", "Units with <id>", "Units whose start with <id> is told", "count", "fact"),
    Entry("program.<id>.units_compared", "Units without <id>", "Units that had not started <id> by the end of some told window, and serve as comparison", "count", "fact"),
    Entry("program.<id>.pre_trend.p_value", "Chance of such a course before <id>", "Probability of as large differences between units before they started <id>, if they went alike", "small", "diagnostic", "joint F test of the moves between neighbouring windows before the start, at most the latest three, clustered by unit", _CS),
    Entry("program.<id>.pre_trend.breakdown", "Drift that undoes <id>", "How many times the largest drift between units before the start they would have to drift apart with it, until no effect can be excluded", "number", "diagnostic", "relative magnitudes, the union of intervals over every drift that may have been largest", _RR),
    Entry("program.<id>.bounded.<outcome>", "<outcome> by <id>, were units to drift", "Effect of <id> on <outcome> in its window if units drift apart with it by no more than the largest drift before; the middle of the bounds; n: units", "number", "estimate", "relative magnitudes of 1; interval from the union over every drift that may have been largest", _RR),
    Entry("program.<id>.two_way.<outcome>", "<outcome> by <id>, a wrong way", "What two-way fixed effects say of <id> and <outcome>, per window: a warning and not a result, as units that have the program are held against each other; n: units", "number", "estimate", "least squares with a level for every unit and week; interval clustered by unit", _GB),
    Entry("program.<id>.reassignments", "Ways to give the starts of <id>", "Distinct ways to give the start dates of <id> to its units; with fewer than 40 no range is given", "count", "fact", "", _MW),
)
COLUMNS: tuple[Entry, ...] = (
    Entry("wave", "Started", "The day on which units started", "text", "column"),
    Entry("units_started", "Units", "How many started on that day", "count", "column"),
    Entry("customers_there", "Customers", "Customers of these units who had bought before", "count", "column"),
    Entry("wave_told", "Effect", "The program's effect in its window, with its range", "text", "column"),
    Entry("wave_effect", "Effect", "The program's effect in its window, per customer", "number", "column"),
    Entry("wave_low", "Low", "Lower end of its range", "number", "column"),
    Entry("wave_high", "High", "Upper end of its range", "number", "column"),
    Entry("since_start", "Since the start", "When, counted from a unit's start", "text", "column"),
    Entry("days_since_start", "Days since", "First day of the span, counted from a unit's start", "number", "column"),
    Entry("course_told", "Effect", "How much more the units that started did, with a range that holds all spans at once", "text", "column"),
    Entry("course_effect", "Effect", "How much more the units that started did, per customer", "number", "column"),
    Entry("course_low", "Low", "Lower end of a range that holds all spans at once", "number", "column"),
    Entry("course_high", "High", "Upper end of a range that holds all spans at once", "number", "column"),
    Entry("course_error", "Standard error", "Of the span alone", "number", "column"),
    Entry("span_from", "From", "First day of a span of the calendar", "text", "column"),
    Entry("drift_allowed", "Drift allowed", "Times the largest drift between neighbouring windows before the start", "number", "column"),
    Entry("drift_span", "Window", "Windows before the start, counted back from it", "number", "column"),
    Entry("drift", "Drift", "How much more units that started later moved since the window before", "number", "column"),
    Entry("drift_error", "Standard error", "Of the drift", "number", "column"),
)
# fmt: on
