"""What is recorded of a program of points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.recorded import recorded
from retention_research.models.fit import Missing
from retention_research.values import Value, fact, missing

if TYPE_CHECKING:
    from retention_research.answers.programs.rewards import RewardsDetail


def points_values(program: str, detail: RewardsDetail) -> dict[str, Value]:
    """The values of a program of points, by glossary name.

    Args:
        program: its id.
        detail: what it tells.
    """
    before, n = f"program.{program}.points", detail.members
    facts = {name: fact(round(getattr(detail, name)), "count", n) for name in _FACTS}
    money = {
        "worth": detail.worth,
        "liability": detail.owed.expected,
        "liability_at_most": detail.owed.at_most,
    }
    shares = {
        "redemption_rate": detail.fates.redeemed,
        "breakage_rate": detail.fates.expired,
        "on_schedule": detail.as_usual,
        "on_schedule_without": detail.as_usual_without,
    }
    told = facts | {name: recorded(one, n, "money") for name, one in money.items()}
    told |= {name: recorded(one, n, "share") for name, one in shares.items()}
    values = {f"{before}.{name}": value for name, value in told.items()}
    cost = detail.redeemed_cost
    values[f"{before}.redeemed_cost"] = (
        missing("fact", cost.reason) if isinstance(cost, Missing) else fact(cost, "money", n)
    )
    return values


_FACTS = ("members", "earned", "redeemed", "expired", "outstanding")
