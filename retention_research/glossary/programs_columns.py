"""Columns of the programs report: all programs side by side, and one program's effects."""

from __future__ import annotations

from retention_research.glossary.entry import Entry

VALUES: tuple[Entry, ...] = ()

# fmt: off
COLUMNS: tuple[Entry, ...] = (
    Entry("program", "Program", "Retention program", "text", "column"),
    Entry("decision", "Decision", "Keep, stop or test: keep from a chance of 9 in 10 that it brings more margin than it costs, stop up to 1 in 10", "text", "column"),
    Entry("effect_told", "Of 100 customers, buy again", "How many more or fewer of 100 customers buy again within the program's own window, with range; windows differ between programs", "text", "column"),
    Entry("back_told", "Back for money spent", "Margin that the program brought within its window, for each unit of money spent, with range", "text", "column"),
    Entry("outcome", "Outcome", "What is looked at within the program's window", "text", "column"),
    Entry("mean_with", "With it", "What customers with the program did", "text", "column"),
    Entry("mean_without", "Without it", "What they would have done without it", "text", "column"),
    Entry("mean_had", "Had it", "What customers did whom the program reached or who came by it; it is not proved to be due to it", "text", "column"),
    Entry("mean_weighted", "Others, weighted", "What the others did, weighted to be as alike in what was known before as can be", "text", "column"),
    Entry("mean_others", "Others", "What the others did, who differ in more than the program", "text", "column"),
    Entry("difference_told", "Difference", "The first less the second, and its range; of 100 customers where it is counted, else per customer", "text", "column"),
    Entry("lift_told", "In per cent", "The difference over the second, and its range", "text", "column"),
    Entry("arms_told", "Compared", "Who is held against whom", "text", "column"),
    Entry("n_with", "n with", "Customers with the program", "count", "column"),
    Entry("n_without", "n without", "Customers they are held against", "count", "column"),
    Entry("p_plain", "p value", "Of no difference, two-sided, of this comparison alone", "small", "column"),
    Entry("p_over_programs", "p, Holm", "The same, adjusted over all comparisons that it stands among", "small", "column"),
    Entry("method_told", "Method", "How the difference was estimated", "text", "column"),
    Entry("covariate", "Known before", "Something known of customers before the program", "text", "column"),
    Entry("standardised", "In standard deviations", "Difference of means over the root of the mean variance", "number", "column"),
)
# fmt: on
