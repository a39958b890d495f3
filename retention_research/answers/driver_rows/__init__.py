"""The rows that drivers of staying and leaving are looked at in, each as known on its own day."""

from retention_research.answers.driver_rows.kinds import (
    BORN,
    GIVEN,
    HAPPENED,
    SAID,
    SERVED,
    BirthRows,
    ContractRows,
    Driver,
    LandmarkRows,
    NextOrderRows,
)
from retention_research.answers.driver_rows.landmarks import landmark_rows
from retention_research.answers.driver_rows.moments import obstacle_to_landmarks

__all__ = [
    "BORN", "GIVEN", "HAPPENED", "SAID", "SERVED", "BirthRows", "ContractRows", "Driver",
    "LandmarkRows", "NextOrderRows", "landmark_rows", "obstacle_to_landmarks",
]  # fmt: skip
