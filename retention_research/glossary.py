"""Every value and column that a report may print: meaning, unit, kind, formula, source. A table."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

Direction = Literal["higher is better", "lower is better", "neither"]

FHL = "Fader, Hardie and Lee (2005), Marketing Science 24, 275-284"
FH25 = "Fader and Hardie (2013), brucehardie.com note 025"
KM = "Kaplan and Meier (1958), J. American Statistical Association 53, 457-481"
HOUSE = "retention_research"


class Entry(NamedTuple):
    """One name: what it means and how it is got.

    Attributes:
        name: a value's name, `<...>` standing for a slug, or a column's name.
        heading: a few words above a table column or in a tile.
        meaning: one sentence for a reader.
        unit: money, share, count, days, date, number, small (near 0) or text.
        kind: estimate, fact, label, diagnostic, or column.
        formula: how it is computed and where its interval comes from.
        source: who defined it.
        direction: which way is good.
    """

    name: str
    heading: str
    meaning: str
    unit: str
    kind: str
    formula: str = ""
    source: str = HOUSE
    direction: Direction = "neither"


_WALD = "maximum likelihood; Wald interval on the log scale, profile likelihood where wide"
_DELTA = "delta method over all parameters, on the log scale"
_LOGIT = (
    "delta method over all parameters, on the logit scale; the group of customers taken as given"
)
_LOGLOG = "Kaplan-Meier, Greenwood error, log-log interval"

# fmt: off
VALUES: tuple[Entry, ...] = (
    # data quality
    Entry("data.<table>.rows_read", "Rows read", "Rows in the source of a table", "count", "fact"),
    Entry("data.<table>.rows_good", "Rows used", "Rows that passed every rule", "count", "fact"),
    Entry("data.<table>.excluded_share", "Left out", "Bad rows left out / rows read, without those the study asked to leave out", "share", "fact", direction="lower is better"),
    Entry("data.<table>.failed.<rule>", "Rows", "Rows that broke one named rule", "count", "fact", direction="lower is better"),
    Entry("data.customers", "Customers", "Customers with at least one purchase in the window", "count", "fact"),
    Entry("data.orders", "Orders", "Orders in the window that were not fully refunded", "count", "fact"),
    Entry("data.revenue", "Revenue", "Sum of order amounts after refunds, in the window", "money", "fact"),
    Entry("data.refunds", "Refunds", "Refund rows up to as_of", "count", "fact"),
    Entry("data.refunds_unmatched", "Unmatched refunds", "Refund rows that found no order, or too little of one, to reduce", "count", "fact", direction="lower is better"),
    Entry("data.zero_amounts", "Orders of amount 0", "Orders whose amount is 0; they count as purchases", "count", "fact"),
    Entry("data.first_day", "First day", "First day with an order", "date", "fact"),
    Entry("data.newest_day", "Newest day", "Newest day that belongs to the data", "date", "fact"),
    Entry("data.as_of", "As of", "Last day that any number looks at", "date", "fact"),
    Entry("data.last_order_day", "Last order", "Day of the last order in the window", "date", "fact"),
    Entry("data.days_since_last_order", "Days since the last order", "Days from the last order to as_of", "count", "fact", direction="lower is better"),
    Entry("data.weeks_without_orders", "Weeks without orders", "Full weeks of the window without any order", "count", "fact", direction="lower is better"),
    Entry("data.days_with_orders_share", "Days with orders", "Days with an order / days in the window", "share", "fact", direction="higher is better"),
    Entry("data.merged_share", "Merged orders", "1 - purchases / orders in the window: orders joined with another of the same customer and day", "share", "fact"),
    Entry("data.acquisition_unknown", "First order unknown", "Customers who may have bought before the data begin", "count", "fact", direction="lower is better"),
    Entry("data.verdict", "Verdict", "Whether the data carry the reports", "text", "label"),
    # purchases
    Entry("purchases.customers", "Customers", "Customers that the model was fitted on: first purchase in the calibration window, and known to be the first", "count", "fact"),
    Entry("purchases.repeaters", "Repeat buyers", "Fitted customers with a second purchase in the calibration window", "count", "fact", direction="higher is better"),
    Entry("purchases.frequency_total", "Repeat purchases", "Purchases of fitted customers after the first, in the calibration window", "count", "fact", direction="higher is better"),
    Entry("purchases.merged_share", "Merged orders", "1 - purchases / orders in the calibration window: orders joined with another of the same customer and day", "share", "fact"),
    Entry("purchases.scored_customers", "Customers valued", "Customers whose future is valued, bought up to as_of", "count", "fact"),
    # purchase models; <model> is bg_nbd, bg_nbd_current, nbd, nbd_current, or bg_nbd_apart
    Entry("<model>.r", "r", "Shape of the purchase rates over customers", "number", "estimate", _WALD, FHL),
    Entry("<model>.alpha", "alpha", "Scale of the purchase rates, in units of time; mean rate r / alpha", "number", "estimate", _WALD, FHL),
    Entry("<model>.a", "a", "Weight of leaving after a purchase", "number", "estimate", _WALD, FHL),
    Entry("<model>.b", "b", "Weight of staying; mean probability of leaving a / (a + b)", "number", "estimate", _WALD, FHL),
    Entry("<model>.log_likelihood", "Log-likelihood", "Log-likelihood at the optimum, original scale", "number", "diagnostic", "summed over customers", FHL),
    Entry("<model>.aic", "AIC", "2 x parameters - 2 x log-likelihood", "number", "diagnostic", "", "Akaike (1974)", "lower is better"),
    Entry("<model>.verdict", "Verdict", "Whether the fit converged, lies at a boundary or is not identifiable", "text", "label"),
    Entry("gamma_gamma.p", "p", "Shape of a customer's order values", "number", "estimate", _WALD, FH25),
    Entry("gamma_gamma.q", "q", "Shape of their scale over customers", "number", "estimate", _WALD, FH25),
    Entry("gamma_gamma.v", "v", "Scale of their scale over customers", "number", "estimate", _WALD, FH25),
    Entry("gamma_gamma.n", "Customers", "Customers with repeat spend that the spend model was fitted on", "count", "fact", "", FH25),
    Entry("gamma_gamma.log_likelihood", "Log-likelihood", "Log-likelihood at the optimum", "number", "diagnostic", "", FH25),
    Entry("gamma_gamma.mean_spend", "Mean order value", "Mean order value over all customers", "money", "estimate", f"p v / (q - 1); {_DELTA}", FH25),
    Entry("gamma_gamma.correlation", "Correlation", "Pearson correlation of purchase count and mean order value among repeat buyers; the spend model takes it as 0", "small", "diagnostic", "", FH25),
    Entry("gamma_gamma.verdict", "Verdict", "Whether the fit converged", "text", "label"),
    Entry("gamma_gamma_current.p", "p", "The same, fitted on start..as_of", "number", "estimate", _WALD, FH25),
    Entry("gamma_gamma_current.q", "q", "The same, fitted on start..as_of", "number", "estimate", _WALD, FH25),
    Entry("gamma_gamma_current.v", "v", "The same, fitted on start..as_of", "number", "estimate", _WALD, FH25),
    Entry("gamma_gamma_current.log_likelihood", "Log-likelihood", "The same, fitted on start..as_of", "number", "diagnostic", "", FH25),
    Entry("gamma_gamma_current.verdict", "Verdict", "The same, fitted on start..as_of", "text", "label"),
    # hold-out
    Entry("holdout.actual", "Bought", "Purchases in the hold-out by the customers that the model was fitted on", "count", "fact"),
    Entry("holdout.predicted", "Forecast", "Purchases that the calibration fit expected of them", "count", "estimate", "sum of conditional expectations; predictive interval: process and parameter variance", FHL),
    Entry("holdout.bias", "Test of the forecast", "Forecast / actual - 1", "share", "estimate", "interval: the predictive interval / actual - 1"),
    Entry("holdout.log_score", "Log score", "Mean log probability given to what each customer did", "number", "diagnostic", direction="higher is better"),
    Entry("holdout.new_customers", "New customers", "Customers first seen in the hold-out; forecast apart", "count", "fact"),
    Entry("holdout.new_customers_actual", "Their repeat purchases", "Repeat purchases in the hold-out of customers first seen in it", "count", "fact"),
    Entry("holdout.new_customers_predicted", "Forecast for them", "Repeat purchases the calibration fit expects of customers first seen in the hold-out", "count", "estimate", "sum of E[X(T)]; predictive interval", FHL),
    Entry("lifetimes_check.max_relative_difference", "Largest difference", "Largest relative difference of any parameter from a refit with lifetimes", "small", "diagnostic", "on the same customers, a seeded sample above 20,000", "lifetimes 0.11.3", "lower is better"),
    # value
    Entry("clv.total", "Margin expected from known customers", "Discounted margin expected of known customers within the horizon, beyond as_of", "money", "estimate", f"expected purchases x spend x margin, discounted; {_DELTA}", FH25, "higher is better"),
    Entry("clv.mean", "Value per customer", "clv.total / customers", "money", "estimate", _DELTA, FH25, "higher is better"),
    Entry("clv.purchases", "Purchases to come", "Purchases expected of known customers within the horizon, not discounted", "count", "estimate", _DELTA, FHL, "higher is better"),
    Entry("clv.top_10_share", "Held by the top tenth", "Share of clv.total held by the tenth of customers that the model values highest", "share", "estimate", _LOGIT),
    Entry("clv.one_time_buyers_share", "Held by one-time buyers", "Share of clv.total held by customers who bought once", "share", "estimate", _LOGIT),
    Entry("clv.acquired_before_share", "Held by customers acquired before the data", "Share of clv.total held by customers whose first purchase is unknown", "share", "estimate", _LOGIT),
    Entry("base.value", "Value without a horizon", "As clv.total, over all future", "money", "estimate", _DELTA, FH25, "higher is better"),
    # survival
    Entry("second_purchase.customers", "Customers", "Customers followed from their first purchase", "count", "fact"),
    Entry("second_purchase.probability_<n>w", "Buy again within <n> weeks", "Probability of a second purchase within so many weeks of the first", "share", "estimate", f"1 - S(t), {_LOGLOG}; Wilson where S is 0 or 1", KM, "higher is better"),
    Entry("second_purchase.first_purchase_month.<level>.probability_26w", "Buy again within 26 weeks", "The same by month of the first purchase", "share", "estimate", f"1 - S(182 days), {_LOGLOG}", KM, "higher is better"),
    Entry("second_purchase.revenue", "Revenue after the first purchase", "Revenue from second and later purchases, up to as_of", "money", "fact", direction="higher is better"),
    Entry("second_purchase.revenue_share", "Their share of revenue", "Revenue from second and later purchases / revenue", "share", "fact", direction="higher is better"),
    Entry("second_purchase.after_13w_probability_52w", "Still come back by week 52", "Of customers not back after 13 weeks, the share back by week 52", "share", "estimate", f"1 - S(52 weeks) / S(13 weeks): the curve of those left at 13 weeks, {_LOGLOG}", KM, "higher is better"),
    Entry("second_purchase.median", "Median time", "Days until half of the customers have bought again", "days", "estimate", "Kaplan-Meier median with plateau midpoint, log-log interval", KM, "lower is better"),
    Entry("tenure.one_order_share", "Silent after one order", "Customers who fell silent right after their first purchase / customers observed for the silence", "share", "estimate", "Wilson interval", HOUSE, "lower is better"),
    Entry("tenure.one_order_returned", "Of them, came back later", "Customers who fell silent after one purchase and bought again later", "count", "fact"),
    Entry("tenure.reactivated", "Came back", "Customers who bought again after a first silence", "count", "fact"),
    Entry("km.median", "Median tenure", "Median days from first purchase to the last before a silence, of customers who stayed beyond one order", "days", "estimate", "Kaplan-Meier median with plateau midpoint, log-log interval", KM, "higher is better"),
    Entry("km.probability_<n>d", "Still customers after <n> days", "Share still customers at an age, of customers who stayed beyond one order", "share", "estimate", _LOGLOG, KM, "higher is better"),
    Entry("km.rmst_<n>d", "Mean tenure up to <n> days", "Mean tenure up to an age, of customers who stayed beyond one order", "days", "estimate", "area under S(t), Wald interval", KM, "higher is better"),
    Entry("km.first_purchase_month.<level>.median", "Median tenure", "The same by month of the first purchase", "days", "estimate", "Kaplan-Meier median, log-log interval", KM, "higher is better"),
    Entry("km.first_purchase_month.<level>.rmst_<n>d", "Mean tenure up to <n> days", "The same by month of the first purchase", "days", "estimate", "area under S(t), Wald interval", KM, "higher is better"),
    Entry("logrank.first_purchase_month.p_value", "p value", "Log-rank test that months of first purchase do not differ in time to second purchase", "small", "diagnostic", "chi-square upper tail", "Mantel (1966)"),
)

COLUMNS: tuple[Entry, ...] = (
    Entry("customer", "Customer", "Short keyed code of a customer", "text", "column"),
    Entry("rule", "Rule", "Name of a rule that rows broke", "text", "column"),
    Entry("what", "What it means", "The rule in a sentence", "text", "column"),
    Entry("done", "What was done", "Left out, kept and said, or asked for by the study", "text", "column"),
    Entry("rows", "Rows", "Rows that broke it", "count", "column"),
    Entry("first_rows", "First rows", "First row numbers in the file", "text", "column"),
    Entry("table", "Table", "Event table", "text", "column"),
    Entry("report", "Report", "Report", "text", "column"),
    Entry("source", "Source", "Where the table came from", "text", "column"),
    Entry("content_hash", "Content", "First digits of the hash of the source's content", "text", "column"),
    Entry("week", "Week from", "First day of the week", "date", "column"),
    Entry("orders", "Orders", "Orders", "count", "column"),
    Entry("customers", "Customers", "Customers", "count", "column"),
    Entry("revenue", "Revenue", "Revenue", "money", "column"),
    Entry("group", "Group", "Group of customers", "text", "column"),
    Entry("value", "Value", "Expected value within the horizon", "money", "column"),
    Entry("expected_value", "Expected value", "Value expected within the horizon; what one customer will spend varies far more", "money", "column"),
    Entry("share", "Share", "Share of the total", "share", "column"),
    Entry("conf_low", "Range", "Lower end of the interval", "number", "column"),
    Entry("conf_high", "To", "Upper end of the interval", "number", "column"),
    Entry("money_low", "Range", "Lower end of the interval", "money", "column"),
    Entry("money_high", "To", "Upper end of the interval", "money", "column"),
    Entry("share_low", "Range", "Lower end of the interval", "share", "column"),
    Entry("share_high", "To", "Upper end of the interval", "share", "column"),
    Entry("days_low", "Range", "Lower end of the interval", "days", "column"),
    Entry("days_high", "To", "Upper end of the interval", "days", "column"),
    Entry("purchases", "Purchases so far", "Purchases up to as_of", "count", "column"),
    Entry("last_purchase", "Last purchase", "Day of the last purchase", "date", "column"),
    Entry("counted", "Counted", "Customers counted", "count", "column"),
    Entry("expected", "Expected", "Customers that the model expects", "count", "column"),
    Entry("note", "Note", "What to keep in mind", "text", "column"),
    Entry("frequency", "Repeat purchases before", "Repeat purchases in the calibration window", "text", "column"),
    Entry("actual_mean", "Bought, per customer", "Mean purchases in the hold-out", "number", "column"),
    Entry("predicted_mean", "Forecast, per customer", "Mean forecast purchases", "number", "column"),
    Entry("actual_cumulative", "Bought so far", "Repeat purchases up to the week", "count", "column"),
    Entry("predicted_cumulative", "Forecast so far", "Expected repeat purchases up to the week", "count", "column"),
    Entry("model", "Model", "Model", "text", "column"),
    Entry("term", "Parameter", "Parameter", "text", "column"),
    Entry("estimate", "Estimate", "Estimate", "number", "column"),
    Entry("std_error", "Std. error", "Standard error", "number", "column"),
    Entry("ours", "Here", "Estimate of this package", "number", "column"),
    Entry("theirs", "lifetimes", "Estimate of lifetimes", "number", "column"),
    Entry("relative_difference", "Difference", "Relative difference", "small", "column"),
    Entry("log_likelihood", "Log-likelihood", "Log-likelihood", "number", "column"),
    Entry("verdict", "Verdict", "Verdict on the fit", "text", "column"),
    Entry("after_weeks", "Weeks after", "Weeks after the first purchase", "count", "column"),
    Entry("n_at_risk", "Still followed", "Customers still followed and without the event", "count", "column"),
    Entry("events", "Events", "Customers with the event so far", "count", "column"),
    Entry("probability", "Bought again", "Probability of having bought again", "share", "column"),
    Entry("survival", "Still customers", "Probability of still being a customer", "share", "column"),
    Entry("month", "First bought in", "Month of the first purchase", "text", "column"),
    Entry("tenure_mean", "Time as a customer", "Mean tenure up to the age named in the caption", "days", "column"),
    Entry("parameter", "Setting", "Parameter of the study", "text", "column"),
    Entry("set_to", "Set to", "Its value", "text", "column"),
)
# fmt: on


def lookup(name: str) -> Entry:
    """The entry of a value's name, its heading and meaning filled in.

    Raises:
        KeyError: if no entry has that name or pattern.

    Example:
        >>> lookup("second_purchase.probability_13w").heading
        'Buy again within 13 weeks'
    """
    for pattern, entry in _patterns():
        found = pattern.fullmatch(name)
        if found:
            return _filled(entry, found.groups())
    raise KeyError(f"{name!r} is not in the glossary")


def column(name: str) -> Entry:
    """The entry of a table's column.

    Raises:
        KeyError: if no entry has that name.

    Example:
        >>> column("value").heading
        'Value'
    """
    return _columns()[name]


def _filled(entry: Entry, slugs: tuple[str, ...]) -> Entry:
    for placeholder, slug in zip(re.findall(r"<\w+>", entry.name), slugs, strict=True):
        heading = entry.heading.replace(placeholder, slug)
        entry = entry._replace(heading=heading, meaning=entry.meaning.replace(placeholder, slug))
    return entry


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Entry], ...]:
    exact_first = sorted(VALUES, key=lambda entry: "<" in entry.name)
    return tuple((re.compile(_as_regex(entry.name)), entry) for entry in exact_first)


def _as_regex(name: str) -> str:
    parts = re.split(r"(<\w+>)", name)
    return "".join("([a-z0-9_-]+)" if part.startswith("<") else re.escape(part) for part in parts)


@cache
def _columns() -> dict[str, Entry]:
    return {entry.name: entry for entry in COLUMNS}
