"""Names of the customer-voice report."""

from __future__ import annotations

from retention_research.glossary.entry import BY_CUSTOMER, KM, WILSON, Direction, Entry

_REICHHELD = "Reichheld (2003), Harvard Business Review 81(12), 46-54"
_ROCKS = "Rocks (2016), The American Statistician 70, 365-372"
_NMF = "Lee and Seung (1999), Nature 401, 788-791"
_COCHRAN = "Cochran (1954), Biometrics 10, 101-129"
_SHARE = f"{BY_CUSTOMER}; Wilson interval at the effective number"
_RATIO = f"{BY_CUSTOMER}, on the log scale"
_CLUSTERED = "Kaplan-Meier, open ones taken for waiting; log-log interval clustered by customer"
_NPS = f"adjusted Wald interval: {_ROCKS}"
_UP: Direction = "higher is better"
_DOWN: Direction = "lower is better"

# fmt: off
VALUES: tuple[Entry, ...] = (
    Entry("voice.nps", "Recommendation score (NPS)", "100 x (customers who answer 9 or 10 less customers who answer 0 to 6) / customers who answered in the year, each by the latest answer", "number", "estimate", _NPS, _REICHHELD, _UP),
    Entry("voice.nps_weighted", "Recommendation score, weighted", "The score if all who were invited in the year had answered like those of their group by how they buy who did", "number", "estimate", f"inverse response shares within groups; {_NPS}", _REICHHELD, _UP),
    Entry("voice.nps_non_response", "Did not answer", "Invitations of the year without an answer so far / invitations", "share", "estimate", _SHARE, direction=_DOWN),
    Entry("voice.nps.<segment>.<level>", "Recommendation score", "The score of customers of one group, as they were before the year", "number", "estimate", _NPS, _REICHHELD, _UP),
    Entry("voice.csat", "Satisfied with the answer", "Ratings of 4 or 5 / ratings of tickets resolved in the year", "share", "estimate", _SHARE, direction=_UP),
    Entry("voice.csat_non_response", "Tickets not rated", "Tickets resolved in the year without a rating / tickets resolved in the year", "share", "estimate", _SHARE, direction=_DOWN),
    Entry("voice.csat.<segment>.<level>", "Satisfied with the answer", "The share of customers of one group, as they were before the year", "share", "estimate", _SHARE, direction=_UP),
    Entry("voice.nps_difference.<segment>.p_value", "p value", "Probability of groups of <segment> scoring as differently if all were alike, adjusted for all segments and both scores", "small", "diagnostic", "Cochran's Q, errors as if alike; Holm", _COCHRAN),
    Entry("voice.csat_difference.<segment>.p_value", "p value", "Probability of groups of <segment> rating as differently if all were alike, adjusted for all segments and both scores", "small", "diagnostic", "Cochran's Q, errors as if alike; Holm", _COCHRAN),
    Entry("voice.leaving.customers", "Gave a reason for leaving", "Customers who gave a reason for leaving in an exit survey of the year", "count", "fact"),
    Entry("voice.leaving.bought_again", "Bought again", "Customers who gave a reason for leaving and bought after the day they gave it, up to as_of; their money is not counted as lost", "count", "fact"),
    Entry("voice.leaving.value_lost", "What they had spent", "Revenue of the 365 days before they gave it, of customers who gave a reason in an exit survey and have not bought since; n counts them", "money", "fact", direction=_DOWN),
    Entry("voice.leaving.told_share", "Of lost customers, gave a reason", "Customers active before the year and silent at its end who gave a reason, in an exit survey or when a subscription ended / customers active before the year and silent at its end", "share", "estimate", WILSON),
    Entry("voice.leaving.<reason>.value_lost", "What they had spent", "Revenue of the 365 days before they gave it, of customers who gave this reason and have not bought since; n counts them", "money", "fact", direction=_DOWN),
    Entry("voice.plans_ended.customers", "Ended a subscription for a reason", "Customers whose subscription ended in the year for a reason of theirs; failed payments, and ends without a reason, are not counted", "count", "fact"),
    Entry("voice.plans_ended.bought_again", "Bought again", "Of these, customers who bought after the subscription ended, up to as_of; their money is not counted as lost", "count", "fact"),
    Entry("voice.plans_ended.value_lost", "What they had spent", "Revenue of the 365 days before the end, of customers who ended a subscription for a reason and have not bought since; n counts them", "money", "fact", direction=_DOWN),
    Entry("voice.plans_ended.<reason>.value_lost", "What they had spent", "The same of customers with this reason; n counts them", "money", "fact", direction=_DOWN),
    Entry("service.problem_rate", "Tickets per 1,000 orders", "1,000 x tickets opened in the year / orders in the year", "number", "estimate", _RATIO, direction=_DOWN),
    Entry("service.problem_rate.product.<product>", "Tickets per 1,000 orders", "1,000 x tickets about a product / orders that hold it, in the year; n counts customers", "number", "estimate", _RATIO, direction=_DOWN),
    Entry("service.problem_rate.category.<category>", "Tickets per 1,000 orders", "1,000 x tickets about products of a category / orders that hold one, in the year", "number", "estimate", _RATIO, direction=_DOWN),
    Entry("service.problem_rate.topic.<topic>", "Tickets per 1,000 orders", "1,000 x tickets of a topic / orders of any kind, in the year", "number", "estimate", _RATIO, direction=_DOWN),
    Entry("service.return_visits", "Came back about the same", "Tickets after which the same customer opened another of the same topic within 30 days / tickets of the year older than 30 days", "share", "estimate", _SHARE, direction=_DOWN),
    Entry("service.return_visits.topic.<topic>", "Came back about the same", "The same for one topic", "share", "estimate", _SHARE, direction=_DOWN),
    Entry("service.resolved_without_reopening", "Resolved for good", "Tickets not reopened / tickets opened in the year and resolved", "share", "estimate", _SHARE, direction=_UP),
    Entry("service.resolved_without_reopening.topic.<topic>", "Resolved for good", "The same for one topic", "share", "estimate", _SHARE, direction=_UP),
    Entry("service.handling_minutes", "Minutes of work", "Mean minutes handled, of tickets opened in the year that have them", "number", "estimate", _RATIO, direction=_DOWN),
    Entry("service.escalated_share", "Passed on", "Tickets passed to the second level of service or higher / tickets with a level", "share", "estimate", _SHARE, direction=_DOWN),
    Entry("service.self_service_complaints", "Left in self-service", "Complaints still unresolved in self-service / complaints, opened in the year", "share", "estimate", _SHARE, direction=_DOWN),
    Entry("service.team.<team>.handling_minutes", "Minutes of work", "Mean minutes handled by one team", "number", "estimate", _RATIO, direction=_DOWN),
    Entry("service.team.<team>.escalated_share", "Passed on", "Share of one team's tickets passed on", "share", "estimate", _SHARE, direction=_DOWN),
    Entry("service.team.<team>.resolved_without_reopening", "Resolved for good", "Share of one team's resolved tickets not reopened", "share", "estimate", _SHARE, direction=_UP),
    Entry("service.team.<team>.csat", "Satisfied with the answer", "Ratings of 4 or 5 / ratings of one team", "share", "estimate", _SHARE, direction=_UP),
    Entry("service.team_difference.<measure>", "Do teams differ", "Whether teams differ beyond chance, four measures looked at", "text", "label", "Cochran's Q, at 0.05 / 4", _COCHRAN),
    Entry("service.team_difference.<measure>.p_value", "p value", "Probability of teams as different if all were alike", "small", "diagnostic", "Cochran's Q, shares with errors as if all were alike, chi-square upper tail", _COCHRAN),
    Entry("complaints.count", "Complaints", "Complaints opened in the year", "count", "fact", direction=_DOWN),
    Entry("complaints.per_thousand", "Complaints per 1,000 customers", "1,000 x complaints opened in the year / customers active in it", "number", "estimate", _RATIO, direction=_DOWN),
    Entry("complaints.cause.<cause>.share", "Share of complaints", "Complaints of one cause / complaints of the year; n counts customers", "share", "estimate", _SHARE, direction=_DOWN),
    Entry("complaints.resolution_hours", "Hours until half are resolved", "Hours by which half of the year's complaints were resolved; hours of the clock, or business hours where the study sets them; n counts complaints", "number", "estimate", f"{_CLUSTERED}", KM, _DOWN),
    Entry("complaints.resolved_1d", "Resolved within 24 hours", "Share of the year's complaints resolved within 24 hours, of the clock or of business; n counts complaints", "share", "estimate", f"1 - S(24 hours); {_CLUSTERED}", KM, _UP),
    Entry("complaints.resolved_7d", "Resolved within 168 hours", "Share of the year's complaints resolved within 168 hours, of the clock (seven days) or of business; n counts complaints", "share", "estimate", f"1 - S(168 hours); {_CLUSTERED}", KM, _UP),
    Entry("complaints.repeat_share", "Complained again within 90 days", "Complaints that another of the same customer followed within 90 days / complaints of the year older than 90 days", "share", "estimate", _SHARE, direction=_DOWN),
    Entry("complaints.open.count", "Open complaints", "Complaints not resolved by as_of", "count", "fact", direction=_DOWN),
    Entry("complaints.open.high_value", "Open, of high-value customers", "Complaints not resolved by as_of, of customers in the upper tenth by revenue of the last 365 days", "count", "fact", direction=_DOWN),
    Entry("complaints.open.high_value_90d", "Of these, open over 90 days", "Complaints of customers in the upper tenth by revenue that were opened more than 90 days before as_of and are not resolved", "count", "fact", direction=_DOWN),
    Entry("complaints.open.high_value_customers", "High-value customers with an open complaint", "Customers of the upper tenth by revenue with an open complaint", "count", "fact", direction=_DOWN),
    Entry("complaints.open.revenue", "Their revenue", "Revenue of the last 365 days of high-value customers with an open complaint", "money", "fact", direction=_DOWN),
    Entry("themes.count", "Themes", "Themes found in the year's comments and shown", "count", "fact"),
    Entry("themes.customers", "Customers who commented", "Customers with a comment of at least one word that can carry a theme", "count", "fact"),
    Entry("themes.comments", "Comments", "Comments that were read", "count", "fact"),
    Entry("themes.verdict", "Verdict", "Whether the themes can be relied on", "text", "label", source=_NMF),
    Entry("themes.<n>.share", "Theme <n>", "Customers with a comment mainly about theme <n> / customers who commented in its language", "share", "estimate", WILSON, _NMF),
    Entry("themes.<n>.terms", "Theme <n>", "Words that mark theme <n>, each used by as many customers as the study's floor asks", "text", "label", source=_NMF),
    Entry("themes.<n>.stability", "Theme <n>, found again", "Mean likeness (0 to 1) of theme <n> to its match in searches that start elsewhere", "number", "diagnostic", source=_NMF, direction=_UP),
    Entry("channels.reached", "Customers reached", "Customers with a delivered contact in the year", "count", "fact"),
    Entry("channels.pressure", "Contacts a customer", "Delivered contacts / customers' periods (months or weeks of the study) with at least one, in the year", "number", "estimate", _RATIO),
    Entry("channels.<channel>.response", "Answered", "Contacts by one means, such as email, that were answered / delivered, in the year; n counts customers", "share", "estimate", _SHARE, direction=_UP),
    Entry("channels.frequency.<band>.response", "Answered", "Contacts answered / delivered, of customers with so many contacts in a period", "share", "estimate", _SHARE, direction=_UP),
    Entry("channels.answering.<channel>.share", "Answer mostly here", "Customers who answer mostly when contacted by this / customers reached in the year", "share", "estimate", WILSON),
)

COLUMNS: tuple[Entry, ...] = (
    Entry("answers", "Answers", "Customers who answered", "count", "column"),
    Entry("score", "Score", "100 x (share of 9 and 10 less share of 0 to 6)", "number", "column"),
    Entry("satisfied", "Satisfied", "Share of ratings of 4 or 5", "share", "column"),
    Entry("reason", "Reason", "Reason stated for leaving, or for ending a subscription", "text", "column"),
    Entry("value_lost", "Had spent", "Revenue of the 365 days before leaving", "money", "column"),
    Entry("product", "Product", "Product", "text", "column"),
    Entry("product_category", "Category", "Category of products", "text", "column"),
    Entry("topic", "Topic", "Category of ticket", "text", "column"),
    Entry("tickets", "Tickets", "Tickets opened in the year", "count", "column"),
    Entry("rate", "Per 1,000", "So many per 1,000 orders or customers, as the caption says", "number", "column"),
    Entry("came_back", "Came back", "Share after which the customer came back about the same within 30 days", "share", "column"),
    Entry("back_low", "Range", "Lower end of the interval", "share", "column"),
    Entry("back_high", "To", "Upper end of the interval", "share", "column"),
    Entry("for_good", "Resolved for good", "Share of resolved tickets not reopened", "share", "column"),
    Entry("good_low", "Range", "Lower end of the interval", "share", "column"),
    Entry("good_high", "To", "Upper end of the interval", "share", "column"),
    Entry("complaints", "Complaints", "Complaints opened", "count", "column"),
    Entry("cause", "Cause", "Category of the complaint", "text", "column"),
    Entry("hours", "Hours to half resolved", "Hours by which half were resolved", "number", "column"),
    Entry("hours_low", "Range", "Lower end of the interval", "number", "column"),
    Entry("hours_high", "To", "Upper end of the interval", "number", "column"),
    Entry("after_days", "Days after", "Days since the complaint (24 hours each)", "number", "column"),
    Entry("still_open", "Still open", "Share of complaints not yet resolved", "share", "column"),
    Entry("days_open", "Days open", "Days from the complaint to as_of", "count", "column"),
    Entry("measure", "Measure", "What teams are compared by", "text", "column"),
    Entry("team", "Team", "Team", "text", "column"),
    Entry("own_value", "Value", "The team's value, with its unit", "text", "column"),
    Entry("own_range", "Range", "Interval of the team's value", "text", "column"),
    Entry("drawn_in", "Chance taken off", "The team's value drawn to the middle by its own error", "text", "column"),
    Entry("alike", "Teams", "Whether teams differ beyond chance", "text", "column"),
    Entry("theme", "Theme", "Number of the theme", "count", "column"),
    Entry("language", "Language", "Language of the comments", "text", "column"),
    Entry("terms", "Words", "Words that mark the theme", "text", "column"),
    Entry("mean_score", "Mean score", "Mean score (0 to 10) that came with such comments", "number", "column"),
    Entry("likeness", "Likeness", "Cosine of matched themes, 0 to 1, mean", "number", "column"),
    Entry("themes_tried", "Themes tried", "Number of themes tried", "count", "column"),
    Entry("channel", "Contacted by", "How the customer was contacted; not where customers came from", "text", "column"),
    Entry("contacts", "Contacts", "Delivered contacts", "count", "column"),
    Entry("contacts_in_period", "Contacts in a period", "Delivered contacts of the customer in that month or week", "text", "column"),
    Entry("response", "Answered", "Share of delivered contacts that were answered", "share", "column"),
)
# fmt: on
