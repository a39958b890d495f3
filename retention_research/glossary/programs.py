"""Names of the programs report: effects, how they were proved, and experiments."""

from __future__ import annotations

from retention_research.glossary.entry import HOUSE, Entry

_LIN = "Lin (2013), Annals of Applied Statistics 7, 295-318"
_HOLM = "Holm (1979), Scandinavian J. Statistics 6, 65-70"
_FIELLER = "Fieller (1954), J. Royal Statistical Society B 16, 175-185"
_IA = "Imbens and Angrist (1994), Econometrica 62, 467-475"
_SRM = "Fabijan et al. (2019), KDD, 2156-2164"
_DENG = "Deng, Knoblich and Lu (2018), KDD, 233-242"
_BY_KIND = "of an experiment all arms together against the control arm over whole windows, adjusted by behaviour before; of an enrolment doubly robust over sequential trials; of a roll-out by group and time"
_RANGE = "interval by Student's t, of revenue and margin over draws of customers, of sequential experiments for all looks together"
_ADJUSTED = "difference of means adjusted by behaviour before within arms and by strata; interval by Student's t"

# fmt: off
VALUES: tuple[Entry, ...] = (
    Entry("program.<id>.evidence", "How sure of <id>", "Grade of the evidence on <id>: randomised, natural experiment, adjusted comparison, associated, or no evidence", "text", "label", "randomised: chance decided and shared customers out as planned; natural experiment: a roll-out with a clean course before; adjusted comparison: every check of an enrolment holds; associated: a check fails or units are few; no evidence: no effect can be told"),
    Entry("program.<id>.effect.<outcome>", "<outcome> by <id>", "Effect of <id> on <outcome> per customer in its window: retained is the share who buy at all; n: customers with and without", "number", "estimate", f"{_BY_KIND}; {_RANGE}", _LIN),
    Entry("program.<id>.lift.<outcome>", "<outcome> by <id>, in per cent", "The same over what the same customers would have done without <id>; 0.1 is a tenth more", "share", "estimate", "difference / mean without; delta method on the log scale", _DENG),
    Entry("program.<id>.p_value.<outcome>", "p value of <outcome> by <id>", "Probability of as large an effect of <id> on <outcome>, either way, if there were none", "small", "diagnostic", "of this comparison alone"),
    Entry("program.<id>.p_adjusted.<outcome>", "p value of <outcome> by <id>, all programs counted", "The same, adjusted over all programs that tell of <outcome>", "small", "diagnostic", "Holm over programs", _HOLM),
    Entry("program.<id>.srm.p_value", "Draw of <id> as planned", "Probability of arms as far from their planned sizes by chance alone; effects are withheld below .001", "small", "diagnostic", "Pearson's chi-square of customers (or clusters) against the logged probabilities, by stratum; equal arms where none are logged", _SRM),
    Entry("program.<id>.drawn", "Drawn for <id>", "Customers drawn into an arm of <id> up to the last day that is looked at", "count", "fact"),
    Entry("program.<id>.compared", "Compared for <id>", "Customers of one arm whose whole window is over", "count", "fact"),
    Entry("program.<id>.in_two_arms", "In two arms of <id>", "Customers drawn into two arms of <id>, who are left out", "count", "fact"),
    Entry("program.<id>.window_open", "Window not over, <id>", "Customers drawn for <id> whose window is not over", "count", "fact"),
    Entry("program.<id>.arm.<arm>.drawn", "Drawn into <arm>", "Customers drawn into <arm> of <id>; small arms are together as other", "count", "fact"),
    Entry("program.<id>.plain.<outcome>", "<outcome> by <id>, unadjusted", "The main comparison without adjustment by behaviour before", "number", "estimate", "difference of means; shares with Newcombe's interval, revenue and margin with percentile intervals over draws of customers", "Newcombe (1998), Statistics in Medicine 17, 873-890"),
    Entry("program.<id>.arms.<pair>.<outcome>", "<outcome>: <pair>", "One arm of <id> against another in <outcome> per customer", "number", "estimate", f"{_ADJUSTED}; p values adjusted over the pairs", _LIN),
    Entry("program.<id>.personalised.<outcome>", "<outcome>, personalised against general", "Arms of <id> whose messages were personalised against those with general ones, in <outcome> per customer; actions_per_contact: actions per delivered message", "number", "estimate", f"{_ADJUSTED}; of actions per message a ratio of sums, delta method by customer", _DENG),
    Entry("program.<id>.winsorised.revenue", "Revenue by <id>, large amounts cut", "Effect of <id> on revenue with amounts above the declared threshold counted as the threshold; another quantity than revenue, and never used for money", "money", "estimate", _ADJUSTED, _LIN),
    Entry("program.<id>.actions_per_contact", "Actions by a message of <id>", "Actions that each delivered message of <id> brings beyond those without", "number", "estimate", "difference in actions / difference in delivered messages; Fieller's interval", _FIELLER, "higher is better"),
    Entry("program.<id>.purchases_per_contact", "Purchases by a message of <id>", "Purchases that each delivered message of <id> brings beyond those without", "number", "estimate", "difference in purchases / difference in delivered messages; Fieller's interval", _FIELLER, "higher is better"),
    Entry("program.<id>.reached.<outcome>", "<outcome> of those whom <id> reached", "Effect of <id> on <outcome> of customers whom a message reached because they were drawn for it", "number", "estimate", "difference in the outcome / difference in the share reached; Anderson and Rubin's interval", _IA),
    Entry("program.<id>.second_order", "Second order by <id>", "Effect of <id> on the share who came back in the window and bought once more as soon after that", "share", "estimate", _ADJUSTED, HOUSE, "higher is better"),
)
COLUMNS: tuple[Entry, ...] = ()
# fmt: on
