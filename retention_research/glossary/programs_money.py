"""Names of the programs report: what programs cost and bring, points, and referrals."""

from __future__ import annotations

from retention_research.glossary.entry import BY_CUSTOMER, HOUSE, Direction, Entry

_UP: Direction = "higher is better"
_DOWN: Direction = "lower is better"
_DRAWS = "percentile interval over draws of customers, of whom margin, cost and all else go along"
_ET = "Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 13.3"
_POINTS = "points by the customers who own them; percentile interval over draws of customers"

# fmt: off
_MONEY: tuple[Entry, ...] = (
    Entry("incremental_margin", "Margin brought", "Margin in the window beyond what the same customers would have brought without <program>", "money", "estimate", f"customers treated times the effect on margin; {_DRAWS}", _ET, _UP),
    Entry("margin_per_customer", "Margin brought, each", "The same margin per customer treated by <program>", "money", "estimate", f"effect on margin; {_DRAWS}", _ET, _UP),
    Entry("cost", "Cost", "What <program> cost in the window, the fixed cost included", "money", "estimate", f"cost of customers plus the fixed cost; {_DRAWS}", _ET, _DOWN),
    Entry("cost_per_customer", "Cost, each", "What <program> cost per customer treated, the fixed cost spread over all", "money", "estimate", f"cost / customers treated; {_DRAWS}", _ET, _DOWN),
    Entry("profit", "Margin less cost", "What is left of the margin that <program> brought in the window when its cost is paid", "money", "estimate", f"margin - cost; {_DRAWS}", _ET, _UP),
    Entry("roi", "Return", "What each unit of money spent on <program> brought within the window beyond itself; 0 is break-even", "number", "estimate", f"(margin - cost) / cost; {_DRAWS}", _ET, _UP),
    Entry("margin_per_spent", "Margin per unit spent", "Margin that <program> brought within the window per unit of money spent; 1 is break-even", "number", "estimate", f"margin / cost; {_DRAWS}", _ET, _UP),
    Entry("break_even_probability", "Chance that it pays", "Share of draws of customers in which the margin that <program> brought in the window exceeds its cost", "share", "diagnostic", "draws with margin above cost / draws", _ET, _UP),
    Entry("break_even_cost", "Break-even cost", "What a customer treated by <program> may cost, beyond the fixed cost, for its margin in the window to equal its cost", "money", "estimate", f"margin per customer - fixed cost per customer; {_DRAWS}", _ET),
    Entry("cost_to_keep", "Cost up to which it is kept", "Cost per customer, all counted, that the margin of <program> exceeds in nine draws of ten", "money", "diagnostic", "tenth percentile of the margin per customer over draws", _ET),
    Entry("payback_weeks", "Weeks to pay back", "Whole weeks after the start until the margin that <program> brought covers its cost; missing where that is beyond the window", "number", "estimate", f"first week from which the summed margin covers the cost to the end of the window; {_DRAWS}, what a draw adds spread evenly over the weeks", _ET, _DOWN),
    Entry("kept", "More customers buying in the window", "Customers who bought in the window and would not have without <program>", "number", "estimate", f"customers treated times the effect on buying at all; {_DRAWS}", _ET, _UP),
    Entry("cost_per_kept", "Cost per customer kept", "What <program> cost per customer kept", "money", "estimate", f"cost / customers kept; {_DRAWS}, draws in which none was kept counting as without limit", _ET, _DOWN),
    Entry("bought_anyway", "Would have bought anyway", "Of the customers of <program> who bought in the window, the share that would have without it, if it kept nobody from buying", "share", "estimate", "1 / (1 + lift of buying at all); its interval from that of the lift", HOUSE, _DOWN),
    Entry("cost_anyway", "Cost of those", "The part of the cost of a buyer that went to those who would have bought without <program>", "money", "estimate", "cost per customer times the share that would have bought anyway; its interval from that share", HOUSE, _DOWN),
    Entry("margin_after", "Margin after the window", "Margin that <program> brought or took in as long a time after the window; below 0 where purchases were only moved forward", "money", "estimate", f"customers treated times the effect on margin after the window; {_DRAWS}", _ET, _UP),
    Entry("projected_margin.<persistence>", "Margin up to the horizon", "Margin up to the study's horizon if the effect of <program> went on like this: none, half_life (halves in every further time as long as the window) or full; an assumption that no data test", "money", "estimate", f"margin in the window times a multiple, discounted beyond it; {_DRAWS}", HOUSE, _UP),
    Entry("projected_roi.<persistence>", "Return up to the horizon", "Return up to the study's horizon if the effect of <program> went on like this: none, half_life or full; an assumption that no data test", "number", "estimate", f"(projected margin - cost) / cost; {_DRAWS}", HOUSE, _UP),
    Entry("cost_per_acquired", "Cost per new customer", "Mean acquisition cost of new customers, to hold the cost per customer kept by <program> against", "money", "estimate", BY_CUSTOMER, HOUSE, _DOWN),
    Entry("acquired_margin_per_spent", "Margin per unit spent on new customers", "Margin of new customers' first days, as many as the window of <program>, per unit of money spent on winning them", "number", "estimate", BY_CUSTOMER, HOUSE, _UP),
    Entry("decision", "What to do", "keep, stop or test <program>: keep from a chance that it pays of 0.9 on, stop up to 0.1; test between, and wherever the effect is not proved", "text", "label"),
)
_POINT: tuple[Entry, ...] = (
    Entry("points.members", "Members with points", "Customers who earned points of <program> up to the study's last day", "count", "fact"),
    Entry("points.earned", "Points earned", "Points of <program> earned up to the study's last day", "count", "fact"),
    Entry("points.redeemed", "Points redeemed", "Points of <program> redeemed up to then", "count", "fact"),
    Entry("points.expired", "Points expired", "Points of <program> that expired up to then", "count", "fact"),
    Entry("points.outstanding", "Points outstanding", "Points of <program> that members still have", "count", "fact"),
    Entry("points.worth", "Worth of a point", "Money that a redeemed point of <program> was worth", "money", "estimate", f"value of redemptions / points redeemed; {BY_CUSTOMER}"),
    Entry("points.redeemed_cost", "Cost of redemptions", "What the redeemed points of <program> cost", "money", "fact", "", HOUSE, _DOWN),
    Entry("points.redemption_rate", "Redeemed in the end", "Share of points of <program> that are redeemed by the age at which they expire, or by the study's horizon where they do not", "share", "estimate", f"Aalen-Johansen over {_POINTS}", "Aalen and Johansen (1978), Scandinavian J. of Statistics 5, 141-150"),
    Entry("points.breakage_rate", "Expired in the end", "Share of points of <program> that expire unredeemed; missing where points do not expire", "share", "estimate", f"Aalen-Johansen over {_POINTS}", "Aalen and Johansen (1978), Scandinavian J. of Statistics 5, 141-150"),
    Entry("points.liability", "Liability", "What the outstanding points of <program> will cost, less those expected to expire", "money", "estimate", "outstanding points by age, times the chance that they are still redeemed, times what one costs; percentile interval over draws of customers, the open points as they are", _ET, _DOWN),
    Entry("points.liability_at_most", "Liability at most", "What the outstanding points of <program> would cost if every one of them were redeemed", "money", "estimate", "outstanding points times what one costs; percentile interval over draws of customers, who tell what one costs", _ET, _DOWN),
    Entry("points.on_schedule", "Redeemed on a usual visit", "Share of redemptions of <program> made no later after the member's last purchase than the member's own usual gap allows: such purchases need no reward to happen, but that is no proof that they would have", "share", "estimate", BY_CUSTOMER),
    Entry("points.on_schedule_without", "Purchases on a usual visit without a reward", "The same share among members' purchases of <program> at which nothing was redeemed", "share", "estimate", BY_CUSTOMER),
)
_REFERRAL: tuple[Entry, ...] = (
    Entry("referral.customers", "Customers brought", "New customers whom <program> brought: those who name who referred them", "count", "fact"),
    Entry("referral.share", "Share of new customers", "Customers whom <program> brought / new customers in the table of customers", "share", "estimate", "Wilson interval"),
    Entry("referral.referrers", "Customers who referred", "Customers named by somebody whom <program> brought", "count", "fact"),
    Entry("referral.margin_sofar", "Margin so far", "Margin of a customer whom <program> brought, from the first purchase to the study's last day", "money", "estimate", BY_CUSTOMER, HOUSE, _UP),
    Entry("referral.value", "Value within the horizon", "Margin expected of a customer whom <program> brought, from now within the study's horizon", "money", "estimate", "mean of the value model's expectations; delta method over its parameters", HOUSE, _UP),
    Entry("referral.cost_per_customer", "Cost per customer brought", "What <program> costs per customer brought, the fixed cost included", "money", "fact", "", HOUSE, _DOWN),
    Entry("referral.acquisition_cost_others", "Cost of other new customers", "Mean acquisition cost of new customers who name nobody, to hold <program> against", "money", "estimate", BY_CUSTOMER),
    Entry("referral.cost", "Cost of all brought", "What <program> cost for all customers brought", "money", "fact", "", HOUSE, _DOWN),
    Entry("referral.margin_per_spent", "Margin per unit spent", "Margin so far of the customers whom <program> brought per unit of money spent on it: no return, as some would have come anyway", "number", "estimate", BY_CUSTOMER, HOUSE, _UP),
    Entry("referral.break_even_share", "Share that must be new", "Share of the customers whom <program> brought that must not have come otherwise for their margin so far to equal its cost", "share", "estimate", f"cost / margin so far; {BY_CUSTOMER}", HOUSE, _DOWN),
    Entry("referral.referrers_again", "Referrers who bought again", "Share of referrers who bought in the window after the first customer whom they brought", "share", "estimate", "Wilson interval"),
)
# fmt: on


def _of_program(entry: Entry) -> Entry:
    return entry._replace(name=f"program.<program>.{entry.name}")


VALUES: tuple[Entry, ...] = tuple(map(_of_program, (*_MONEY, *_POINT, *_REFERRAL)))
# fmt: off
COLUMNS: tuple[Entry, ...] = (
    Entry("money_item", "Money", "What is counted", "text", "column"),
    Entry("money_told", "Amount", "The amount, and its range", "text", "column"),
    Entry("assumption", "If", "What the effect is taken to do after the window", "text", "column"),
    Entry("later_margin", "Margin", "Margin up to the horizon under this assumption, discounted beyond the window, with range", "text", "column"),
    Entry("later_back", "Back for 1 spent", "That margin for each unit of money spent, with range", "text", "column"),
    Entry("issued_in", "Earned in", "Quarter in which the points were earned", "text", "column"),
    Entry("points_earned", "Points earned", "Points earned in the quarter", "count", "column"),
    Entry("points_redeemed", "Redeemed", "Share of them redeemed by now", "share", "column"),
    Entry("points_expired", "Expired", "Share of them that has expired by now", "share", "column"),
    Entry("points_open", "Open", "Share of them that members still have", "share", "column"),
    Entry("redeemed_in_end", "Redeemed in the end", "Share redeemed by the age at which they expire, with range; not known of quarters whose points have not been watched so long", "text", "column"),
)
# fmt: on
