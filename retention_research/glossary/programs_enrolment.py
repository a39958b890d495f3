"""Names of the programs report: enrolment programs."""

from __future__ import annotations

from retention_research.glossary.entry import Entry

_TRIALS = "Hernan and Robins (2016), American J. of Epidemiology 183, 758-764"
_AIPW = "Robins, Rotnitzky and Zhao (1994), J. American Statistical Association 89, 846-866"
_PLAIN = "difference of plain means; Student's interval, clustered by customer"
_WEIGHTED = "Robins and Finkelstein (2000), Biometrics 56, 779-788"
_LANDMARK = "Anderson, Cain and Gelber (1983), J. Clinical Oncology 1, 710-719"
_COX = "Cox (1972), J. Royal Statistical Society B 34, 187-220"
_PLACEBO = "Lipsitch, Tchetgen Tchetgen and Cohen (2010), Epidemiology 21, 383-388"
_E_VALUE = "VanderWeele and Ding (2017), Annals of Internal Medicine 167, 268-274"

# fmt: off
VALUES: tuple[Entry, ...] = (
    Entry("program.<id>.enrolment.enrolled", "Enrolled in <id>", "Customers who ever enrolled in <id>, or were ever contacted by it", "count", "fact"),
    Entry("program.<id>.enrolment.members", "Compared, with <id>", "Of them, customers whose window is over and who are compared", "count", "fact"),
    Entry("program.<id>.enrolment.others", "Compared, without <id>", "Customers who could have enrolled in <id> in a week and did not enrol in it", "count", "fact"),
    Entry("program.<id>.enrolment.trials", "Weeks of <id>", "Weeks in which somebody enrolled in <id> who is compared", "count", "fact", source=_TRIALS),
    Entry("program.<id>.enrolment.trimmed", "Left out of <id>", "Customers and weeks left out because nobody on the other side is like them", "count", "fact"),
    Entry("program.<id>.naive.ever.<outcome>", "Ever in <id>: <outcome>", "<outcome> per customer over the last window, whoever ever enrolled in <id> less the others; not an effect", "number", "estimate", _PLAIN),
    Entry("program.<id>.naive.plain.<outcome>", "Same weeks, <id>: <outcome>", "<outcome> per customer after enrolling in <id>, less those who could have enrolled in the same week, not adjusted; not an effect", "number", "estimate", _PLAIN),
    Entry("program.<id>.naive.orders_before", "Ordered before, <id>", "Days with an order in the half-year before, those who enrolled in <id> less the others of the same week", "number", "estimate", _PLAIN),
    Entry("program.<id>.per_protocol.<outcome>", "While in <id>: <outcome>", "<outcome> per customer of staying in <id> for the whole window, less staying out of it", "number", "estimate", "doubly robust, whoever changes sides weighted for by weeks; Student's interval by influence functions, clustered by customer", _WEIGHTED),
    Entry("program.<id>.landmark.<outcome>", "Members of <id> at some dates: <outcome>", "<outcome> after some dates of members of <id> less other active customers, adjusted for what was known then", "share", "estimate", "doubly robust; Student's interval by influence functions, clustered by customer", _LANDMARK),
    Entry("program.<id>.next_order.<side>", "Pace of orders in <id>, <side>", "Hazard ratio of the next order of members of <id>: naive counts all orders of whoever ever joined, corrected those from joining on", "number", "estimate", "Cox regression from order to order; Wald interval on the log scale, clustered by customer", _COX),
    Entry("program.<id>.placebo.<what>.p_value", "Placebo <what>, <id>", "Probability of as large an adjusted difference in <what>, which <id> cannot have made", "small", "diagnostic", "doubly robust, Student's t test clustered by customer", _PLACEBO),
    Entry("program.<id>.e_value", "E-value, <id>", "Risk ratio that an unrecorded cause would need with enrolling in <id> and with buying again to explain the effect away", "number", "diagnostic", "RR + sqrt(RR (RR - 1)) of the marginal risk ratio", _E_VALUE),
    Entry("program.<id>.e_value_nearer", "E-value of the nearer end, <id>", "The same to move the nearer end of the effect's range onto no effect", "number", "diagnostic", "RR + sqrt(RR (RR - 1)) of the end", _E_VALUE),
)

COLUMNS: tuple[Entry, ...] = (
    Entry("comparison", "Comparison", "Who is held against whom", "text", "column"),
    Entry("more_told", "Purchases of 100 customers", "More or fewer purchases of every 100 customers, with range", "text", "column"),
    Entry("revenue_told", "Revenue per customer", "More or less revenue per customer, with range", "text", "column"),
    Entry("is_effect", "An effect?", "Whether the comparison can be one, and why not", "text", "column"),
    Entry("apart_before", "Before", "Difference of means in standard deviations, before weighting", "number", "column"),
    Entry("apart_after", "After", "The same after weighting", "number", "column"),
)
# fmt: on
