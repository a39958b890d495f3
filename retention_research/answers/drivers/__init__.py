"""What goes with falling silent: each driver in three views, graded, and what would change."""

from __future__ import annotations

from retention_research.answers.drivers.answer import Drivers, drivers
from retention_research.answers.drivers.obstacle import obstacle_to_drivers

__all__ = ["Drivers", "drivers", "obstacle_to_drivers"]
