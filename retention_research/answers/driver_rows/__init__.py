"""The rows that drivers of staying and leaving are looked at in, each as known on its own day."""

from retention_research.answers.driver_rows.births import birth_rows
from retention_research.answers.driver_rows.contracts import contract_rows, obstacle_to_contracts
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
from retention_research.answers.driver_rows.next_orders import next_order_rows

__all__ = [
    "BORN", "GIVEN", "HAPPENED", "SAID", "SERVED", "BirthRows", "ContractRows", "Driver",
    "LandmarkRows", "NextOrderRows", "birth_rows", "contract_rows",
    "landmark_rows", "next_order_rows", "obstacle_to_contracts",
    "obstacle_to_landmarks",
]  # fmt: skip
