"""Names of the customer-value report."""

from __future__ import annotations

from retention_research.glossary.entry import DELTA, FH25, FHL, LOGIT, WALD, Entry

# fmt: off
VALUES: tuple[Entry, ...] = (
    # purchases
    Entry("purchases.customers", "Customers", "Customers that the model was fitted on: first purchase in the calibration window, and known to be the first", "count", "fact"),
    Entry("purchases.repeaters", "Repeat buyers", "Fitted customers with a second purchase in the calibration window", "count", "fact", direction="higher is better"),
    Entry("purchases.frequency_total", "Repeat purchases", "Purchases of fitted customers after the first, in the calibration window", "count", "fact", direction="higher is better"),
    Entry("purchases.merged_share", "Merged orders", "1 - purchases / orders in the calibration window: orders joined with another of the same customer and day", "share", "fact"),
    Entry("purchases.scored_customers", "Customers valued", "Customers whose future is valued, bought up to as_of", "count", "fact"),
    # purchase models; <model> is bg_nbd, bg_nbd_current, nbd, nbd_current, or bg_nbd_apart
    Entry("<model>.r", "r", "Shape of the purchase rates over customers", "number", "estimate", WALD, FHL),
    Entry("<model>.alpha", "alpha", "Scale of the purchase rates, in units of time; mean rate r / alpha", "number", "estimate", WALD, FHL),
    Entry("<model>.a", "a", "Weight of leaving after a purchase", "number", "estimate", WALD, FHL),
    Entry("<model>.b", "b", "Weight of staying; mean probability of leaving a / (a + b)", "number", "estimate", WALD, FHL),
    Entry("<model>.log_likelihood", "Log-likelihood", "Log-likelihood at the optimum, original scale", "number", "diagnostic", "summed over customers", FHL),
    Entry("<model>.aic", "AIC", "2 x parameters - 2 x log-likelihood", "number", "diagnostic", "", "Akaike (1974)", "lower is better"),
    Entry("<model>.verdict", "Verdict", "Whether the fit converged, lies at a boundary or is not identifiable", "text", "label"),
    Entry("gamma_gamma.p", "p", "Shape of a customer's order values", "number", "estimate", WALD, FH25),
    Entry("gamma_gamma.q", "q", "Shape of their scale over customers", "number", "estimate", WALD, FH25),
    Entry("gamma_gamma.v", "v", "Scale of their scale over customers", "number", "estimate", WALD, FH25),
    Entry("gamma_gamma.n", "Customers", "Customers with repeat spend that the spend model was fitted on", "count", "fact", "", FH25),
    Entry("gamma_gamma.log_likelihood", "Log-likelihood", "Log-likelihood at the optimum", "number", "diagnostic", "", FH25),
    Entry("gamma_gamma.mean_spend", "Mean order value", "Mean order value over all customers", "money", "estimate", f"p v / (q - 1); {DELTA}", FH25),
    Entry("gamma_gamma.correlation", "Correlation", "Pearson correlation of purchase count and mean order value among repeat buyers; the spend model takes it as 0", "small", "diagnostic", "", FH25),
    Entry("gamma_gamma.verdict", "Verdict", "Whether the fit converged", "text", "label"),
    Entry("gamma_gamma_current.p", "p", "The same, fitted on start..as_of", "number", "estimate", WALD, FH25),
    Entry("gamma_gamma_current.q", "q", "The same, fitted on start..as_of", "number", "estimate", WALD, FH25),
    Entry("gamma_gamma_current.v", "v", "The same, fitted on start..as_of", "number", "estimate", WALD, FH25),
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
    Entry("clv.total", "Margin expected from known customers", "Discounted margin expected of known customers within the horizon, beyond as_of", "money", "estimate", f"expected purchases x spend x margin, discounted; {DELTA}", FH25, "higher is better"),
    Entry("clv.mean", "Value per customer", "clv.total / customers", "money", "estimate", DELTA, FH25, "higher is better"),
    Entry("clv.<segment>.<level>.total", "<level>: expected value", "clv.total of customers in group <level> of <segment>", "money", "estimate", DELTA, FH25, "higher is better"),
    Entry("clv.<segment>.<level>.mean", "<level>: value per customer", "clv.mean of customers in group <level> of <segment>", "money", "estimate", DELTA, FH25, "higher is better"),
    Entry("clv.purchases", "Purchases to come", "Purchases expected of known customers within the horizon, not discounted", "count", "estimate", DELTA, FHL, "higher is better"),
    Entry("clv.top_10_share", "Held by the top tenth", "Share of clv.total held by the tenth of customers that the model values highest", "share", "estimate", LOGIT),
    Entry("clv.one_time_buyers_share", "Held by one-time buyers", "Share of clv.total held by customers who bought once", "share", "estimate", LOGIT),
    Entry("clv.acquired_before_share", "Held by customers acquired before the data", "Share of clv.total held by customers whose first purchase is unknown", "share", "estimate", LOGIT),
    Entry("base.value", "Value without a horizon", "As clv.total, over all future", "money", "estimate", DELTA, FH25, "higher is better"),
)

COLUMNS: tuple[Entry, ...] = (
    Entry("value", "Value", "Expected value within the horizon", "money", "column"),
    Entry("expected_value", "Expected value", "Value expected within the horizon; what one customer will spend varies far more", "money", "column"),
    Entry("purchases", "Purchases so far", "Purchases up to as_of", "count", "column"),
    Entry("last_purchase", "Last purchase", "Day of the last purchase", "date", "column"),
    Entry("counted", "Counted", "Customers counted", "count", "column"),
    Entry("expected", "Expected", "Customers that the model expects", "count", "column"),
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
)
# fmt: on
