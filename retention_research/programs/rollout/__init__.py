"""Roll-outs that begin at different times in different units, such as regions or teams.

Units that have started are held against units that have not started yet; after the last unit
starts nothing can be told.
"""

from retention_research.programs.rollout.band import EventStudy, multiplier_draws
from retention_research.programs.rollout.group_time import GroupTime, Total, group_time_effects
from retention_research.programs.rollout.panel import NEVER, Aligned, Panel, aligned
from retention_research.programs.rollout.pre_trend import Bound, PreTrend, pre_trend
from retention_research.programs.rollout.randomisation import (
    FEWEST,
    Randomised,
    randomisation_inference,
    reassignments,
)
from retention_research.programs.rollout.two_way import two_way_fixed_effects

__all__ = [
    "FEWEST",
    "NEVER",
    "Aligned",
    "Bound",
    "EventStudy",
    "GroupTime",
    "Panel",
    "PreTrend",
    "Randomised",
    "Total",
    "aligned",
    "group_time_effects",
    "multiplier_draws",
    "pre_trend",
    "randomisation_inference",
    "reassignments",
    "two_way_fixed_effects",
]
