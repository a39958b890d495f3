"""A program's money from draws of customers: intervals, and the chance that it pays.

Customers have an activity of their own that moves margin, contacts and so cost alike; margin is
skewed and often nothing. Two fixed costs are held against the same customers: one with which the
program pays, one with which margin and cost are truly equal. There the chance that it pays must be
uniform: it lies below a tenth, and above nine tenths, in a tenth of data sets each.
"""

from collections.abc import Mapping

import numpy as np

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.economics import decide, money
from retention_research.programs.effects import MoneyDraws
from tests.evidence.study import EvidenceStudy, holds

EACH, DRAWS = 1500, 1000  # customers of an arm; draws of customers
BUYS, LIFT = 0.30, 0.10  # share who buy without the program; more of them with it
SPEND, SPREAD = 2.0, 0.7  # log of margin of who buys, at activity 1; its standard deviation
CONTACTS, EACH_COST = 3.0, 0.15  # per treated customer, times activity; money of each
ACTIVITY = 4.0  # shape of the gamma distribution of activity, mean 1
FIXED = 500.0  # of the program that pays
WEEKS = 4

_MEAN = float(np.exp(SPEND + SPREAD**2 / 2.0))
MARGIN = LIFT * _MEAN  # per treated customer: activity has mean 1
COST = CONTACTS * EACH_COST
EVEN = (MARGIN - COST) * EACH  # fixed cost with which margin equals cost
ROI = (MARGIN - COST - FIXED / EACH) / (COST + FIXED / EACH)
PER_KEPT = (COST + FIXED / EACH) / LIFT


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate both arms and reckon."""
    held = _draws(rng)
    pays = money(held, window_days=7 * WEEKS, fixed_cost=FIXED)
    even = money(held, window_days=7 * WEEKS, fixed_cost=EVEN)
    if isinstance(pays, Missing) or isinstance(even, Missing):
        return {"boundary": True}
    chance = even.break_even_probability
    assert isinstance(chance, float)
    return {
        "incremental_margin": _holds(pays.margin, EACH * MARGIN),
        "cost": _holds(pays.cost, EACH * COST + FIXED),
        "profit": _holds(pays.profit, EACH * (MARGIN - COST) - FIXED),
        "roi": _holds(pays.return_on_investment, ROI),
        "roi_at_break_even": _holds(even.return_on_investment, 0.0),
        "kept": _holds(pays.kept, EACH * LIFT),
        "cost_per_kept": _holds(pays.cost_per_kept, PER_KEPT),
        "chance_below_a_tenth": chance <= 0.1,
        "chance_below_a_half": chance <= 0.5,
        "chance_above_nine_tenths": chance >= 0.9,
        "kept_at_break_even": decide(even, "randomised") == "keep",
        "stopped_at_break_even": decide(even, "randomised") == "stop",
    }


def _holds(found: Estimate | Missing, truth: float) -> bool:
    """What is missing is a miss."""
    return not isinstance(found, Missing) and holds(*found[3:], truth)


def _draws(rng: np.random.Generator) -> MoneyDraws:
    treated, control = _arm(rng, BUYS + LIFT), _arm(rng, BUYS)
    contacts = rng.poisson(CONTACTS * treated[0])
    columns = np.column_stack([treated[1], treated[2], EACH_COST * contacts])
    with_it, without = _drawn(rng, columns), _drawn(rng, np.column_stack(control[1:]))
    margin = columns[:, 0].mean() - control[1].mean()
    return MoneyDraws(
        margin=with_it[:, 0] - without[:, 0],
        margin_point=float(margin),
        customers=EACH,
        cost=with_it[:, 2],
        cost_point=float(columns[:, 2].mean()),
        kept=with_it[:, 1] - without[:, 1],
        kept_point=float(columns[:, 1].mean() - control[2].mean()),
    )


def _arm(rng: np.random.Generator, share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Activity, margin and whether they bought, of each customer of an arm."""
    activity = rng.gamma(ACTIVITY, 1.0 / ACTIVITY, EACH)
    buys = rng.random(EACH) < share
    margin = buys * activity * np.exp(rng.normal(SPEND, SPREAD, EACH))
    return activity, margin, buys.astype(np.float64)


def _drawn(rng: np.random.Generator, columns: np.ndarray) -> np.ndarray:
    """Means of the columns over customers drawn with replacement, shape (draws, k)."""
    times = rng.multinomial(EACH, np.full(EACH, 1.0 / EACH), size=DRAWS)
    return times @ columns / EACH


COVERED = ("incremental_margin", "cost", "profit", "roi", "roi_at_break_even", "kept",
           "cost_per_kept")  # fmt: skip
TENTHS = ("chance_below_a_tenth", "chance_above_nine_tenths", "kept_at_break_even",
          "stopped_at_break_even")  # fmt: skip
STUDY = EvidenceStudy(
    name="economics",
    seed=51709,
    datasets=2000,
    truth={
        "customers_each_arm": EACH,
        "draws": DRAWS,
        "buys": BUYS,
        "lift": LIFT,
        "log_margin": [SPEND, SPREAD],
        "contacts": CONTACTS,
        "cost_of_each": EACH_COST,
        "activity_shape": ACTIVITY,
        "fixed_costs": [FIXED, EVEN],
        "margin_per_customer": MARGIN,
        "roi": ROI,
        "cost_per_kept": PER_KEPT,
    },
    nominal=dict.fromkeys(COVERED, 0.95)
    | dict.fromkeys(TENTHS, 0.1)
    | {"chance_below_a_half": 0.5},
    sources=(
        "programs:economics/budget",
        "programs:economics/costed",
        "programs:economics/decision",
        "programs:economics/money",
        "programs:economics/projections",
        "programs:economics/reckoning",
        "programs:economics/result",
        "programs:economics/spans",
    ),
    once=once,
)
