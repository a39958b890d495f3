"""The KPIs: names `kpi.<name>` and `kpi.<name>.<segment>.<level>`."""

from __future__ import annotations

from retention_research.glossary.entry import BY_CUSTOMER, HOUSE, KM, WILSON, Direction, Entry

_REICHHELD = "Reichheld (2003), Harvard Business Review 81(12), 46-54"
_ROCKS = "Rocks (2016), The American Statistician 70, 365-372"
_CLUSTERED_KM = (
    "Kaplan-Meier median, tickets that are still open taken for waiting; log-log interval "
    "clustered by customer"
)
_EFFECTIVE = f"{BY_CUSTOMER}; Wilson interval at the effective number"
_POINTS = (
    "points matched first-in-first-out; Aalen-Johansen over points at the study's horizon; "
    "percentile interval of a seeded bootstrap of customers"
)
_AJ = "Aalen and Johansen (1978), Scandinavian J. of Statistics 5, 141-150"
_UP: Direction = "higher is better"
_DOWN: Direction = "lower is better"

# fmt: off
_KPIS: tuple[Entry, ...] = (
    Entry("kpi.crr", "Customers kept", "Customers active at the start and at the end of the period / customers active at its start; active means a purchase within the study's time of silence, and who came back counts as neither new nor kept", "share", "estimate", WILSON, HOUSE, _UP),
    Entry("kpi.churn_rate", "Customers lost", "Customers active at the start of the period and no longer at its end / customers active at its start", "share", "estimate", f"1 - kpi.crr; {WILSON}", HOUSE, _DOWN),
    Entry("kpi.repeat_purchase_rate", "Second purchase within 90 days", "Customers with a second purchase within 90 days of the first / customers who reached day 90 in the period", "share", "estimate", WILSON, HOUSE, _UP),
    Entry("kpi.repeat_purchase_rate_<n>d", "Second purchase within <n> days", "Customers with a second purchase within <n> days of the first / customers who reached day <n> in the period", "share", "estimate", WILSON, HOUSE, _UP),
    Entry("kpi.purchase_frequency", "Purchases a year", "Purchases up to the end of the period / customer-years from each customer's first purchase to it", "number", "estimate", f"{BY_CUSTOMER}, on the log scale", HOUSE, _UP),
    Entry("kpi.tenure_mean", "Weeks as a customer, repeat buyers", "Mean days from first purchase to the last before a silence, up to the study's survival.tau, of customers who stayed beyond one order, as known at the end of the period", "days", "estimate", "area under S(t), Wald interval", KM, _UP),
    Entry("kpi.existing_revenue_share", "Revenue from existing customers", "Revenue in the period from customers whose first purchase was before it / revenue in the period, after refunds", "share", "estimate", _EFFECTIVE, HOUSE),
    Entry("kpi.clv_to_cac", "Value to acquisition cost", "Margin on first purchases of the period's new customers and on what they are expected to buy within the study's horizon, discounted / what acquiring them cost; new customers whose cost is known", "number", "estimate", "ratio of sums over customers with the model's mean for later purchases; delta method, clustered by customer, with the model's error added, on the log scale", HOUSE, _UP),
    Entry("kpi.nps", "Recommendation score (NPS)", "100 x (customers who answer 9 or 10 less customers who answer 0 to 6) / customers who answer, each by the latest answer of the period", "number", "estimate", "adjusted Wald interval, 3/4, 3/2 and 3/4 pseudo-responses", _ROCKS, _UP),
    Entry("kpi.nps_weighted", "Recommendation score, weighted", "The score if all who were invited had answered like those of their group by recency, frequency and money who did", "number", "estimate", "shares of groups among the invited; stratified, adjusted Wald interval", _REICHHELD, _UP),
    Entry("kpi.nps_non_response", "Did not answer", "Invitations of the period without an answer by its end / invitations", "share", "estimate", _EFFECTIVE, HOUSE, _DOWN),
    Entry("kpi.csat", "Satisfied with the answer", "Ratings of 4 or 5 / ratings of tickets resolved in the period", "share", "estimate", _EFFECTIVE, HOUSE, _UP),
    Entry("kpi.first_response_hours", "Hours to the first answer", "Hours by which half of the period's tickets were answered; hours of the clock, or business hours where the study sets them; n counts tickets", "number", "estimate", _CLUSTERED_KM, KM, _DOWN),
    Entry("kpi.resolution_hours", "Hours to the solution", "Hours by which half of the period's tickets were resolved; hours of the clock, or business hours where the study sets them; n counts tickets", "number", "estimate", _CLUSTERED_KM, KM, _DOWN),
    Entry("kpi.sla_share", "Answered within target", "Share of the period's tickets answered within the target of their category; n counts tickets of categories with a target", "share", "estimate", "Kaplan-Meier share by category, weighted by tickets; log-log interval clustered by customer", KM, _UP),
    Entry("kpi.problem_rate", "Tickets (questions included) per 1,000 orders", "1,000 x tickets opened in the period / orders in the period", "number", "estimate", f"{BY_CUSTOMER}, on the log scale", HOUSE, _DOWN),
    Entry("kpi.resolved_without_reopening", "Resolved for good", "Tickets not reopened / tickets opened in the period and resolved; both by its end", "share", "estimate", _EFFECTIVE, HOUSE, _UP),
    Entry("kpi.handling_minutes", "Minutes of work a ticket", "Minutes handled / tickets opened in the period and resolved by its end that have them; where the source does not say what is resolved, all that have them", "number", "estimate", f"{BY_CUSTOMER}, on the log scale", HOUSE, _DOWN),
    Entry("kpi.escalated_share", "Passed on", "Tickets at service level 2 or above / tickets opened in the period that have a level", "share", "estimate", _EFFECTIVE, HOUSE, _DOWN),
    Entry("kpi.self_service_complaints", "Complaints left in self-service", "Complaints unresolved in self-service at the end of the period / complaints opened in it", "share", "estimate", _EFFECTIVE, HOUSE, _DOWN),
    Entry("kpi.contact_conversion_rate", "Bought after a contact", "Customers who purchase within the study's conversion window after a delivered contact of the period / customers with a delivered contact; it is not what contacts bring about", "share", "estimate", WILSON, HOUSE, _UP),
    Entry("kpi.contact_conversion_incremental", "Bought because of a contact", "Share of assigned customers who purchase within the conversion window, less that of the control group, over the period's experiments by their treated customers", "share", "estimate", "difference of proportions, Newcombe interval, experiments joined by recovered variances", "Newcombe (1998), Statistics in Medicine 17, 873-890, method 10", _UP),
    Entry("kpi.unsubscribe_rate", "Unsubscribes", "Unsubscribes by the end of the period / delivered contacts of the period", "share", "estimate", _EFFECTIVE, HOUSE, _DOWN),
    Entry("kpi.actions_per_engagement", "Actions per engaged customer", "Actions by the end of the period on its contacts / customers with at least one action or open among them by then", "number", "estimate", f"{BY_CUSTOMER}, on the log scale", HOUSE, _UP),
    Entry("kpi.redemption_rate", "Points redeemed", "Share of points issued up to the end of the period that are redeemed within the study's horizon; n counts the customers who earned them", "share", "estimate", _POINTS, _AJ, _UP),
    Entry("kpi.breakage_rate", "Points expired", "Share of points issued up to the end of the period that expire within the study's horizon; n counts the customers who earned them", "share", "estimate", _POINTS, _AJ),
    Entry("kpi.referral_share", "Came by referral", "New customers of the period who were referred / new customers of the period who are in the table of customers", "share", "estimate", WILSON, HOUSE, _UP),
)
# fmt: on


def _by_level(entry: Entry) -> Entry:
    return entry._replace(
        name=f"{entry.name}.<segment>.<level>", meaning=f"{entry.meaning}; by <segment>: <level>"
    )


VALUES: tuple[Entry, ...] = (*_KPIS, *map(_by_level, _KPIS))

# fmt: off
COLUMNS: tuple[Entry, ...] = ()
# fmt: on
