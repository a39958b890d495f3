"""Names of the window of silence and of the five ways to count a lost customer."""

from __future__ import annotations

from retention_research.glossary.entry import HOUSE, KM, LOGIT, WILSON, Entry

_SILENT = "Silent for w at a month end: a purchase before, and none in the w up to it"
_DRAWN = "returns / silences over month ends followed by 52 weeks of data; interval by customer bootstrap, percentiles of 2,000 draws; Wilson interval where none or all return"
_INVERTED = "smallest multiple of four weeks whose returned_share is at most 10%; its interval holds the lengths whose own interval does not lie wholly on one side of 10%"

# fmt: off
VALUES: tuple[Entry, ...] = (
    Entry("churn_window.days", "Silence that counts as gone", "churn.inactive_for in days: after so long without a purchase a customer counts as inactive", "days", "fact", "set by the study, or `auto`: the smallest multiple of four weeks after which at most 10% of silent customers buy again within 52 weeks; where there is none, the largest with at least 100 silent customers; where that is none either, 26 weeks"),
    Entry("churn_window.chosen_by", "Set by", "Whether the study sets the silence or leaves it to the data", "text", "label"),
    Entry("churn_window.few_return_days", "Few return after", "The shortest silence, in steps of four weeks, after which at most 10% of customers buy again within 52 weeks", "days", "estimate", _INVERTED),
    Entry("churn_window.silent_customers_<n>d", "Silent for <n> days", f"Customers silent for <n> days at a month end that is followed by 52 weeks of data. {_SILENT}; everybody seen in the data counts, whether or not their first purchase is known, so that the length is settled before anything depends on it", "count", "fact"),
    Entry("churn_window.returned_share_<n>d", "Came back within a year after <n> days of silence", "Share of silences of <n> days at a month end that a purchase within 52 weeks followed", "share", "estimate", _DRAWN),
    Entry("churn_window.churn_rate_<n>d", "Lost over the last period, at <n> days", "1 - CRR over the month or week up to as_of, if <n> days of silence made a customer inactive", "share", "estimate", WILSON, direction="lower is better"),
    Entry("churn_window.one_order_share_<n>d", "Silent after one order, at <n> days", "Customers silent for <n> days right after their first purchase / customers of known first purchase followed for as long", "share", "estimate", WILSON, direction="lower is better"),
    Entry("lost_customers.base", "Customers so far", "Everybody who has bought up to as_of", "count", "fact"),
    Entry("lost_customers.bought_once", "Bought once", "Customers with one purchase up to as_of", "count", "fact"),
    Entry("lost_customers.crr.share", "No longer active after a period", "1 - CRR over the month or week up to as_of", "share", "estimate", WILSON, direction="lower is better"),
    Entry("lost_customers.silence.share", "Silent", "Share of all customers so far without a purchase in the last churn.inactive_for", "share", "estimate", WILSON, direction="lower is better"),
    Entry("lost_customers.tenure.share", "Left before a first long silence", "Mean of 1 - S(age) over customers of known first purchase, S being the curve of tenure, flat beyond the longest time watched", "share", "estimate", "Kaplan-Meier, Greenwood error of the weighted mean (delta method), interval on the logit scale; ages taken as given", KM, "lower is better"),
    Entry("lost_customers.not_alive.share", "Expected never to buy again", "Mean of 1 - P(alive) over customers with a repeat purchase; under BG/NBD P(alive) is 1 for everybody who bought once, which is not informative: they are left out", "share", "estimate", LOGIT, HOUSE, "lower is better"),
    Entry("lost_customers.no_purchase.share", "Expected to buy nothing soon", "Mean probability of no purchase within drivers.horizon after as_of, over all customers so far", "share", "estimate", LOGIT, HOUSE, "lower is better"),
)

COLUMNS: tuple[Entry, ...] = (
    Entry("silent_for", "Silent for", "Time without a purchase, at a month end", "days", "column"),
    Entry("silent_customers", "Customers", "Customers silent for so long at least once", "count", "column"),
    Entry("back_in_a_year", "Came back", "Share of silences that a purchase within 52 weeks followed", "share", "column"),
    Entry("not_kept", "Lost", "Customers active before the last month or week who are not at its end, if this silence made a customer inactive", "share", "column"),
    Entry("not_kept_low", "Range", "Lower end of the interval", "share", "column"),
    Entry("not_kept_high", "To", "Upper end of the interval", "share", "column"),
    Entry("one_order", "One order", "Customers silent for so long right after their first purchase, of those followed for as long", "share", "column"),
    Entry("one_order_low", "Range", "Lower end of the interval", "share", "column"),
    Entry("one_order_high", "To", "Upper end of the interval", "share", "column"),
    Entry("lost_as", "Lost means", "How a lost customer is counted", "text", "column"),
    Entry("lost", "Lost", "Customers counted as lost", "count", "column"),
    Entry("counted_of", "Of customers", "Customers it is counted of", "count", "column"),
    Entry("lost_share", "Share lost", "Customers counted as lost, of those it is counted of", "share", "column"),
    Entry("who_counts", "In words", "Who counts as lost", "text", "column"),
    Entry("used_for", "Used for", "Where reports count this way", "text", "column"),
)
# fmt: on
