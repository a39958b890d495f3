"""One call of each public function of what new customers, points and referrals bring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from retention_research.summaries import new_customers
from tests.summaries.engine_cases import AS_OF, bought
from tests.summaries.kpi_cases import lives

CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    new_customers.first_revenue: lambda t: new_customers.first_revenue(
        lives(t), t.customers, bought(t), 28, AS_OF
    ),
}
