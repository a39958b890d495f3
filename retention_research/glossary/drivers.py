"""Names of the drivers report."""

from __future__ import annotations

from retention_research.glossary.entry import WILSON, Entry

_G = "Lane and Nelder (1982), Biometrics 38, 613-621"
_COX = "Cox (1972), J. Royal Statistical Society B 34, 187-220"
_BH = "Benjamini and Hochberg (1995), J. Royal Statistical Society B 57, 289-300"
_EV = "VanderWeele and Ding (2017), Annals of Internal Medicine 167, 268-274"
_FH = "Fader and Hardie (2007), brucehardie.com note 019"
_DELONG = "DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, 837-845"
_CALIBRATION = "Cox (1958), Biometrika 45, 562-565"
_PH = "Grambsch and Therneau (1994), Biometrika 81, 515-526"
_MARGINAL = "everybody's probability by logistic regression with <driver> set high, less set low, other covariates as they are; delta method by influence functions, clustered by customer"
_ENDS = "of an amount from the first to the third quartile of the known, of what one has or has not from none to one, of levels against the reference"
_BESIDE = "covariates: those that may have brought <driver> about, and past behaviour"

# fmt: off
VALUES: tuple[Entry, ...] = (
    Entry("drivers.customers", "Customers", "Customers active at one of the dates that are looked at", "count", "fact"),
    Entry("drivers.rows", "Customers by date", "Customers active at each date, summed over dates", "count", "fact"),
    Entry("drivers.landmarks", "Dates", "Dates at which customers are looked at", "count", "fact"),
    Entry("drivers.silent_share", "Fall silent", "Share of active customers without a purchase in the horizon after the last date", "share", "estimate", WILSON, direction="lower is better"),
    Entry("drivers.clear", "Clear of chance", "Drivers whose association with silence is clear of chance once all that were looked at are counted", "count", "fact"),
    Entry("drivers.looked_at", "Looked at", "Drivers that were looked at", "count", "fact"),
    Entry("drivers.auc", "Ranked rightly", "Chance that who fell silent after the last date had been given a higher risk than who did not, by a regression on the earlier dates", "number", "estimate", "area under the curve, DeLong's interval on the logit scale", _DELONG, "higher is better"),
    Entry("drivers.calibration_slope", "Calibration slope", "Slope of the log odds of silence on the log odds foretold for the last date; 1 is right", "number", "estimate", "logistic regression; Wald interval", _CALIBRATION),
    Entry("drivers.calibration_intercept", "Calibration intercept", "Log odds that all risks foretold for the last date lack; 0 is right", "number", "estimate", "slope held at 1; Wald interval", _CALIBRATION),
    Entry("drivers.observed_to_expected", "Silent, of those foretold", "Customers silent after the last date / as many as the risks foretold", "number", "estimate", "Wald interval of the ratio", _CALIBRATION),
    Entry("drivers.<driver>.rank", "Rank of <driver>", "Place of <driver> by the size of its effect on silence, those clear of chance first", "count", "fact"),
    Entry("drivers.<driver>.evidence", "Evidence on <driver>", "Grade of the evidence: randomised, quasi-experimental, robust association, associated, or no clear association", "text", "label", "randomised: chance decided; robust: clear of no effect after Benjamini-Hochberg, the same sign at every date, of which each could be judged; of the other views (next order, ends of contracts, buying and leaving) one at least is clear of no effect on the same side and none on the other, those whose interval holds no effect or that lack it not counting, more of it always with more of the effect over three amounts or more if it comes in amounts, E-value of the nearer limit beyond the strongest measured covariate"),
    Entry("drivers.<driver>.risk_difference", "Silence with <driver>", "Share silent within the horizon with <driver> high, less with it low; of an experiment, with all its arms together less with the control; n: customers, each counted once", "share", "estimate", f"{_MARGINAL}; {_ENDS}; {_BESIDE}", _G),
    Entry("drivers.<driver>.<level>.risk_difference", "Silence with <driver>: <level>", "The same of one level of <driver> against its reference; of two arms of an experiment, one against the other", "share", "estimate", f"{_MARGINAL}", _G),
    Entry("drivers.<driver>.risk_high", "Silent with <driver> high", "Share silent within the horizon if everybody had <driver> high", "share", "estimate", "as the difference; interval on the logit scale", _G),
    Entry("drivers.<driver>.risk_low", "Silent with <driver> low", "Share silent within the horizon if everybody had <driver> low", "share", "estimate", "as the difference; interval on the logit scale", _G),
    Entry("drivers.<driver>.risk_ratio", "Risk ratio of <driver>", "Share silent with <driver> high / with it low", "number", "estimate", "as the difference; interval on the log scale", _G),
    Entry("drivers.<driver>.p_value", "p value of <driver>", "Probability of as large an effect of <driver> if it had none, adjusted over all drivers", "small", "diagnostic", "Wald; Bonferroni over its levels; Benjamini-Hochberg over drivers", _BH),
    Entry("drivers.<driver>.e_value", "E-value of <driver>", "Risk ratio that an unmeasured cause would need with both <driver> and silence to explain the risk ratio", "number", "diagnostic", "RR + sqrt(RR (RR - 1)); grades nothing by itself", _EV),
    Entry("drivers.<driver>.e_value_limit", "E-value of the limit of <driver>", "The same for the end of the interval nearer to no effect; 1 where the interval holds it", "number", "diagnostic", "RR + sqrt(RR (RR - 1))", _EV),
    Entry("drivers.<driver>.strongest_measured", "Strongest measured beside <driver>", "The strongest measured covariate that may have brought <driver> about, on the scale of the E-value", "number", "diagnostic", "the smaller of its risk ratios with silence and with <driver>, largest over covariates", _EV),
    Entry("drivers.<driver>.curvature_p_value", "Bend of <driver>", "Probability of as large a bend if the log odds of silence were a straight line in <driver>", "small", "diagnostic", "Wald test of a squared term, clustered by customer"),
    Entry("drivers.<driver>.purchase_rate_ratio", "Purchase rate with <driver>", "Purchase rate while a customer with <driver> high / low, known at the first purchase; n: customers in the model", "number", "estimate", "BG/NBD with covariates, exp(gamma1 x difference); Wald interval on the log scale", _FH, "higher is better"),
    Entry("drivers.<driver>.dropout_odds_ratio", "Leaving with <driver>", "Odds of leaving after a purchase with <driver> high / low, known at the first purchase; n: customers in the model", "number", "estimate", "BG/NBD with covariates; Wald interval on the log scale", _FH, "lower is better"),
    Entry("drivers.<driver>.naive_hazard_ratio", "Ever in <driver>", "Pace of the next order of whoever ever joins <driver>, over all their orders, against the others: wrong, shown to teach; n: customers whose orders are looked at", "number", "estimate", "Cox regression; Wald interval on the log scale, clustered by customer", _COX),
    Entry("drivers.<driver>.<level>.customers", "Customers of <driver>: <level>", "Customers compared in an arm of an experiment", "count", "fact"),
    Entry("drivers.<driver>.scenario.moved", "Moved, if <driver> moved", "Scenario: customers whose level of <driver> changes", "count", "fact"),
    Entry("drivers.<driver>.scenario.silent_share", "Silent, if <driver> moved", "Scenario: share silent within the horizon if all were at the better end of <driver>: of customers active on the last date, or of those drawn", "share", "estimate", "standardised risk; interval on the logit scale, clustered by customer", _G, "lower is better"),
    Entry("drivers.<driver>.scenario.silent_change", "Change of silence, if <driver> moved", "Scenario: that share less the share as they are; of those drawn, less the share if none had it", "share", "estimate", "delta method by influence functions, clustered by customer", _G, "lower is better"),
    Entry("drivers.<driver>.scenario.value", "Margin, if <driver> moved", "Scenario: margin within the horizon of these customers at the better end of <driver>", "money", "estimate", "customers x (1 - share silent) x margin per buyer, which is purchases x spend x margin of those who bought after the last date; delta method, both factors as independent", _G, "higher is better"),
    Entry("drivers.<driver>.scenario.value_change", "Change of margin, if <driver> moved", "Scenario: margin within the horizon at the better end of <driver> less as they are; of those drawn, less if none had it", "money", "estimate", "customers x less silence x margin per buyer; delta method, both factors as independent", _G, "higher is better"),
    Entry("cox.<driver>.hazard_ratio", "Pace of the next order with <driver>", "Pace at which the next order comes with <driver> high / low; above 1 it comes sooner; n: customers whose orders are looked at", "number", "estimate", f"Cox regression by order, strata by order number, Efron's ties; covariates as at the order before, membership from joining on; Wald interval on the log scale, clustered by customer; {_BESIDE}", _COX, "higher is better"),
    Entry("cox.<driver>.ph_test.p_value", "Steady effect of <driver>", "Probability of as large a drift of the effect of <driver> on the next order if it were steady over time", "small", "diagnostic", "score test, Kaplan-Meier time", _PH),
    Entry("cox.ph_test.p_value", "Steady effects", "Probability of as large drifts of all effects on the next order if all were steady over time", "small", "diagnostic", "score test, Kaplan-Meier time", _PH),
    Entry("cox.concordance", "Orders ranked rightly", "Chance that the order foretold to come sooner came sooner", "number", "estimate", "Harrell's concordance; interval on the logit scale by the infinitesimal jackknife, clustered by customer", "Harrell et al. (1996), Statistics in Medicine 15, 361-387", "higher is better"),
    Entry("cox_ends.<driver>.hazard_ratio", "Pace of a contract's end with <driver>", "Pace at which contracts end with <driver> high / low; n: customers whose contracts are looked at", "number", "estimate", "Cox regression from start to end, covariates as at the start; Wald interval on the log scale, clustered by customer", _COX, "lower is better"),
    Entry("cox_ends.ph_test.p_value", "Steady effects on ends", "Probability of as large drifts of all effects on contracts' ends if all were steady over time", "small", "diagnostic", "score test, Kaplan-Meier time", _PH),
    Entry("cox_ends.concordance", "Ends ranked rightly", "Chance that the contract foretold to end sooner ended sooner", "number", "estimate", "Harrell's concordance; interval on the logit scale by the infinitesimal jackknife, clustered by customer", "Harrell et al. (1996), Statistics in Medicine 15, 361-387", "higher is better"),
)

COLUMNS: tuple[Entry, ...] = (
    Entry("driver", "What was looked at", "A thing that may go with falling silent", "text", "column"),
    Entry("compared", "Compared", "Which customers are held against which", "text", "column"),
    Entry("evidence", "How sure", "Grade of the evidence", "text", "column"),
    Entry("risk_with", "Silent with it", "Share silent if everybody had it", "share", "column"),
    Entry("risk_without", "Silent without", "Share silent if nobody had it", "share", "column"),
    Entry("risk_difference", "Difference", "Share silent with it, less without", "share", "column"),
    Entry("lacking", "What it lacks", "What keeps it from a better grade", "text", "column"),
    Entry("by_silence", "Falling silent", "Difference in the share silent, and its range", "text", "column"),
    Entry("by_next_order", "Next order", "Hazard ratio of the next order, and its range; above 1 it comes sooner", "text", "column"),
    Entry("by_ends", "Contract ends", "Hazard ratio of a contract's end, and its range", "text", "column"),
    Entry("by_purchase", "Purchase rate", "Ratio of purchase rates while a customer, and its range", "text", "column"),
    Entry("by_dropout", "Leaving", "Odds ratio of leaving after a purchase, and its range", "text", "column"),
    Entry("agreement", "Agree", "Whether the views that have it agree on its direction", "text", "column"),
    Entry("landmark_day", "Date", "Date at which customers are looked at", "date", "column"),
    Entry("amount_of_it", "How much of it", "Values of the group of customers", "text", "column"),
    Entry("risk_there", "Silent", "Share silent if everybody were in the group", "share", "column"),
    Entry("p_adjusted", "p value", "Adjusted over all drivers", "small", "column"),
    Entry("risk_ratio_text", "Risk ratio", "Share silent with it / without, and its range", "text", "column"),
    Entry("e_values_text", "E-value", "Of the risk ratio, and of the end of its range nearer to no effect", "text", "column"),
    Entry("strongest_text", "Strongest measured", "The strongest measured covariate beside it, on the same scale", "text", "column"),
    Entry("curvature", "Bend", "p value of a squared term", "text", "column"),
    Entry("ph_p_value", "Drift", "p value of a drift of the effect on the next order", "text", "column"),
    Entry("side", "Side", "With more of it or with less", "text", "column"),
    Entry("not_back", "Not back yet", "Share without a next order yet", "share", "column"),
    Entry("customers_moved", "Moved", "Customers whose level the scenario changes", "count", "column"),
    Entry("moved_to", "If", "Where the scenario puts everybody active on the last date", "text", "column"),
    Entry("silent_then", "Silent then", "Share silent in the scenario", "share", "column"),
    Entry("silent_change", "Change", "Share silent in the scenario less as they are", "share", "column"),
    Entry("value_change", "Margin", "Change of margin within the horizon", "money", "column"),
    Entry("why_left_out", "Why nothing is said", "Why it could not be looked at", "text", "column"),
    Entry("foretold", "Foretold", "Mean risk foretold for the group", "share", "column"),
    Entry("observed", "Happened", "Share of the group who fell silent", "share", "column"),
)
# fmt: on
