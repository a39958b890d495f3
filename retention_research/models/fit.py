"""What every fit carries: its estimates, how sure they are, and a verdict in words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple, Self

import numpy as np

from retention_research.models.arrays import Floats

Status = Literal["converged", "at a boundary", "not identifiable"]


class Estimate(NamedTuple):
    """One estimated quantity with its interval.

    Attributes:
        term: its name in the field.
        estimate: its value, in the unit of the quantity.
        std_error: its standard error, or None where none can be given.
        conf_low: the interval's lower end, or None where the data set none.
        conf_high: the interval's upper end, or None where the data set none.
    """

    term: str
    estimate: float
    std_error: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None


class Missing(NamedTuple):
    """A quantity that these data cannot give, and why.

    Attributes:
        term: its name in the field.
        reason: a sentence for readers.
    """

    term: str
    reason: str


class Verdict(NamedTuple):
    """Can the estimates be relied on?

    Attributes:
        status: "converged", "at a boundary" or "not identifiable".
        words: a sentence for readers.
    """

    status: Status
    words: str


@dataclass(frozen=True, slots=True)
class Fit:
    """What every fit by maximum likelihood carries.

    Attributes:
        name: the model's name in the glossary, such as "bg_nbd".
        estimates: one per parameter, in the order of the model's equations.
        covariance: of the *logarithms* of the parameters, (k, k) in their order. At a boundary,
            parameters that ran away are taken as known; empty if nothing is known of any.
        log_likelihood: on the original scale, summed over customers.
        n: customers.
        n_cells: distinct histories among them.
        unit: the unit of time or money of the parameters.
        confidence: the level of the intervals, such as 0.95.
        verdict: whether the estimates can be relied on.
    """

    name: str
    estimates: tuple[Estimate, ...]
    covariance: tuple[tuple[float, ...], ...]
    log_likelihood: float
    n: int
    n_cells: int
    unit: str
    confidence: float
    verdict: Verdict

    @property
    def values(self) -> Floats:
        """The parameters, shape (k,), in the order of the estimates."""
        return np.array([row.estimate for row in self.estimates])

    @property
    def covariance_matrix(self) -> Floats | None:
        """The covariance of the log-parameters, shape (k, k), or None where there is none."""
        return np.array(self.covariance) if self.covariance else None

    @property
    def aic(self) -> float:
        """Akaike's information criterion, 2k - 2 log-likelihood; lower is better."""
        return 2.0 * len(self.estimates) - 2.0 * self.log_likelihood

    def to_dict(self) -> dict[str, Any]:
        """The fit as plain lists, numbers and words that JSON keeps without loss."""
        return asdict(self) | {
            "estimates": [list(row) for row in self.estimates],
            "verdict": list(self.verdict),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """The fit that `to_dict` wrote down.

        Args:
            record: what `to_dict` returned, before or after a round trip through JSON.
        """
        parts = dict(record) | {
            "estimates": tuple(Estimate(*row) for row in record["estimates"]),
            "covariance": tuple(tuple(row) for row in record["covariance"]),
            "verdict": Verdict(*record["verdict"]),
        }
        return cls(**parts)
