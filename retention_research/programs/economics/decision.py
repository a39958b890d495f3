"""Keep, stop or test: from how likely a program pays, and how well its effect is proved."""

from __future__ import annotations

from retention_research.models.fit import Missing
from retention_research.programs.economics.reckoning import KEEP_AT
from retention_research.programs.economics.result import Money
from retention_research.programs.effects import Decision, Grade

STOP_AT = 0.1  # break-even probability up to which a program is stopped
_NOT_PROVED: tuple[Grade, ...] = ("associated", "no evidence")


def decide(money: Money | Missing, grade: Grade) -> Decision | Missing:
    """What to do with a program.

    Args:
        money: what it brought and cost, or why that is not known.
        grade: how well its effect is proved.

    Returns:
        test where the effect is not proved, whatever the money; else keep from a break-even
        probability of 0.9 on, stop up to 0.1, test between, and where nothing says how sure the
        margin is. Missing where the cost is not known, or nobody had the program.

    Example:
        >>> decide(Missing("money", "No cost is given."), "randomised").reason
        'No cost is given.'
        >>> decide(Missing("money", "No cost is given."), "associated")
        'test'
    """
    if grade in _NOT_PROVED:
        return "test"
    if isinstance(money, Missing):
        return Missing("decision", money.reason)
    chance = money.break_even_probability
    if isinstance(chance, Missing):
        known = not isinstance(money.cost, Missing)
        return "test" if known else Missing("decision", chance.reason)
    if chance >= KEEP_AT:
        return "keep"
    return "stop" if chance <= STOP_AT else "test"
