"""What every model of the package keeps to, whatever it models."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from retention_research.models.fit import Estimate

Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class ModelCase:
    """One model, ready for the contract.

    Attributes:
        name: the model's name in the glossary.
        fit: fits columns given by name, and weights.
        columns: data, one row per customer.
        estimates: what is estimated, given the fit and the length of the unit; each finite.
        powers: how each term scales with the unit (1, -1; 0 if left out).
        in_units: the columns that are measured in the unit.
        curve: a prediction over growing times or amounts, that never falls or never rises.
        rebuild: makes a fit from its record.
    """

    name: str
    fit: Callable[..., Any]
    columns: Columns
    estimates: Callable[[Any, float], list[Estimate]]
    powers: Mapping[str, float]
    in_units: tuple[str, ...]
    curve: Callable[[Any], np.ndarray]
    rebuild: Callable[[Mapping[str, Any]], Any]

    def fitted(self) -> Any:
        """The fit to the columns as they are."""
        return self.fit(**self.columns)
