"""One call of each public function of what new customers, points and referrals bring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from retention_research.summaries import new_customers, points, referrals
from tests.summaries.engine_cases import AS_OF, bought
from tests.summaries.kpi_cases import MONTHS, fates, lives

CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    new_customers.first_revenue: lambda t: new_customers.first_revenue(
        lives(t), t.customers, bought(t), 28, AS_OF
    ),
    points.points_by_kind: lambda t: points.points_by_kind(t.rewards, AS_OF),
    points.redeemed_value: lambda t: points.redeemed_value(
        t.rewards.mutate(value=0.05 * t.rewards.points), fates(t), AS_OF
    ),
    points.owners_by_period: lambda t: points.owners_by_period(fates(t), MONTHS),
    points.longest_life: lambda t: points.longest_life(t.rewards),
    points.usual_visits: lambda t: points.usual_visits(t.rewards, bought(t), AS_OF),
    referrals.new_customers_by_referral: lambda t: referrals.new_customers_by_referral(
        lives(t), t.customers, bought(t), 60, AS_OF
    ),
    referrals.referrers: lambda t: referrals.referrers(lives(t), t.customers, bought(t), 60, AS_OF),
}
