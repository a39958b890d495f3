"""Names of the scorecard beside its KPIs."""

from __future__ import annotations

from retention_research.glossary.entry import Entry

_MOVER = (
    "difference of both values; interval recovered from theirs, the periods taken as independent; "
    "of purchases a year by the delta method over customers, each with both periods' sums, of "
    "points by a bootstrap of customers; missing for other KPIs that sum up all time so far"
)
_NEWCOMBE = "Newcombe (1998), Statistics in Medicine 17, 873-890, method 10"
_KITAGAWA = "Kitagawa (1955), J. American Statistical Association 50, 1168-1194"
_SPLIT = (
    "interval recovered from those of the levels, joined with the multinomial variance of their "
    "shares in both periods (delta method)"
)

# fmt: off
VALUES: tuple[Entry, ...] = (
    Entry("scorecard.<kpi>.change", "<kpi>: change since the period before", "<kpi> in the last full period less in the one before", "number", "estimate", _MOVER, _NEWCOMBE),
    Entry("scorecard.<kpi>.year_change", "<kpi>: change since a year ago", "<kpi> in the last full period less in the same period a year earlier", "number", "estimate", _MOVER, _NEWCOMBE),
    Entry("scorecard.<kpi>.target", "<kpi>: target", "Target of <kpi> in force at the end of the period", "number", "fact", "as the study says"),
    Entry("scorecard.<kpi>.status", "<kpi>: status", "Behind or ahead where the interval of <kpi> leaves its target out, on where it holds it, or not computable", "text", "label"),
    Entry("scorecard.<kpi>.<segment>.mix", "<kpi> by <segment>: mix", "Change of <kpi> since the period before because levels of <segment> have another share; a fact without an interval where customers count more than once or a level has no interval", "number", "estimate", f"sum over levels of (w' - w) (r + r') / 2; {_SPLIT}", _KITAGAWA),
    Entry("scorecard.<kpi>.<segment>.within", "<kpi> by <segment>: within", "Change of <kpi> since the period before inside the levels of <segment>; a fact without an interval where customers count more than once or a level has no interval", "number", "estimate", f"sum over levels of (w + w') / 2 (r' - r); {_SPLIT}", _KITAGAWA),
)

COLUMNS: tuple[Entry, ...] = (
    Entry("kpi", "KPI", "Name of a KPI", "text", "column"),
    Entry("now", "Now", "Value in the last full period", "text", "column"),
    Entry("in_period", "Period", "Month or week", "text", "column"),
    Entry("kpi_range", "Range", "Interval of the value", "text", "column"),
    Entry("basis", "Basis", "What was counted: numerator of denominator, or how many the value rests on", "text", "column"),
    Entry("target", "Target", "Target and how the value stands to it", "text", "column"),
    Entry("since_before", "Since the period before", "Change since the period before, with its interval", "text", "column"),
    Entry("since_year", "Since a year ago", "Change since the same period a year earlier, with its interval", "text", "column"),
    Entry("why_not", "Why not", "Why a KPI could not be computed", "text", "column"),
    Entry("grouped_by", "Grouped by", "Segment whose levels are looked at", "text", "column"),
    Entry("in_words", "Who they are", "Who is in a group, in plain words", "text", "column"),
    Entry("moved", "Change", "Change since the period before", "text", "column"),
    Entry("by_mix", "By mix", "Part of the change because groups have another share", "text", "column"),
    Entry("mix_range", "Range", "Interval of the part by mix", "text", "column"),
    Entry("by_within", "Within groups", "Part of the change inside the groups", "text", "column"),
    Entry("within_range", "Range", "Interval of the part within groups", "text", "column"),
    Entry("definition", "Definition", "What a KPI means", "text", "column"),
    Entry("computed", "How computed", "How a KPI is computed and where its interval comes from", "text", "column"),
    Entry("defined_by", "Source", "Who defined a KPI", "text", "column"),
)
# fmt: on
