"""Names of the programs report: looks, groups, ranking, and the check by the value model."""

from __future__ import annotations

from retention_research.glossary.entry import Entry

_SEQUENCE = "Waudby-Smith et al. (2024), Annals of Statistics 52, 2613-2640"
_Q = "Cochran (1954), Biometrics 10, 101-129"
_SHRUNKEN = "Daniels (1999), Canadian J. Statistics 27, 567-578"
_QINI = "Yadlowsky et al. (2025), J. American Statistical Association 120, 38-51"
_FHL = "Fader, Hardie and Lee (2005), Marketing Science 24, 275-284"
_OUT_OF_FOLD = "doubly robust scores ranked by a ridge regression learnt on other customers; interval by influence functions"
_RESIDUAL = (
    "mean over customers of purchases less those expected; delta method, clustered by customer"
)

# fmt: off
VALUES: tuple[Entry, ...] = (
    Entry("program.<id>.look.<day>.treated", "With <id>, look of <day>", "Customers with <id> whose window was over at the look of <day>", "count", "fact"),
    Entry("program.<id>.look.<day>.control", "Without <id>, look of <day>", "Customers of the control group whose window was over at the look of <day>", "count", "fact"),
    Entry("program.<id>.look.<day>.difference.<outcome>", "<outcome> by <id>, look of <day>", "Difference in <outcome> per customer seen at the look of <day>; n: customers of both groups", "number", "estimate", "as the effect; where looks at any time were declared, an asymptotic confidence sequence, whose intervals hold at all looks together", _SEQUENCE),
    Entry("program.<id>.by.<segment>.<level>.<outcome>", "<outcome> by <id>: <level>", "Difference in <outcome> per customer in the group <level> of <segment>, drawn towards the middle of all groups", "number", "estimate", "posterior mean, shrinkage uniform between none and all; interval from the posterior", _SHRUNKEN),
    Entry("program.<id>.alike.<segment>.<outcome>", "Alike in all <segment>: <outcome>", "Probability of as large differences between groups of <segment> if <id> did the same in all", "small", "diagnostic", "Cochran's Q", _Q),
    Entry("program.<id>.qini", "Worth of a ranking for <id>", "Area between the gain from reaching customers by expected effect and from reaching as many at random, outcome per customer; 0: the ranking is of no use", "number", "estimate", _OUT_OF_FOLD, _QINI, "higher is better"),
    Entry("program.<id>.qini_p_value", "Chance of such a ranking for <id>", "Probability of as large an area, either way, if the ranking were of no use", "small", "diagnostic", "Wald test", _QINI),
    Entry("program.<id>.first_fifth", "Effect on those ranked first for <id>", "Mean effect over the fifth of customers expected to be moved most", "number", "estimate", _OUT_OF_FOLD, _QINI),
    Entry("program.<id>.expected.<group>.purchases", "Purchases expected, <group>", "Purchases expected of the group in its window by the value model fitted before <id> began", "count", "estimate", "BG/NBD given purchases up to the start; predictive interval on the log scale", _FHL),
    Entry("program.<id>.expected.<group>.counted", "Purchases counted, <group>", "Purchases of the same group in the same window", "count", "fact"),
    Entry("program.<id>.expected.surplus", "Beyond what was expected, <id>", "Purchases per customer beyond expectation with <id>, less the same without", "number", "estimate", _RESIDUAL, _FHL),
)

COLUMNS: tuple[Entry, ...] = (
    Entry("look_day", "Look", "Last day that the look knew of", "date", "column"),
    Entry("with_program", "With", "Customers with the program whose window was over", "count", "column"),
    Entry("without_program", "Without", "Customers of the control group whose window was over", "count", "column"),
    Entry("level_alone", "Alone", "Difference in this group alone, and its range", "text", "column"),
    Entry("level_shrunken", "Drawn to the middle", "The same, less what chance may have added, and its range", "text", "column"),
    Entry("share_reached", "Reached", "Share of customers reached, those expected to be moved most first", "share", "column"),
    Entry("gain_by_ranking", "Gain", "Per customer of the whole list, and its range", "text", "column"),
    Entry("gain_at_random", "At random", "Gain from reaching as many in random order", "text", "column"),
    Entry("expected_text", "Expected", "Purchases expected by the value model, and their range", "text", "column"),
    Entry("purchases_counted", "Happened", "Purchases counted", "count", "column"),
    Entry("counted_to_expected", "Happened / expected", "Purchases counted / expected", "number", "column"),
)
# fmt: on
