"""The one place that meets the fitters of `lifetimes`: an independent check, and a way over."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, checked, same_length
from retention_research.models.bg_nbd import BgNbdFit, fit_bg_nbd
from retention_research.models.gamma_gamma import GammaGammaFit, fit_gamma_gamma
from retention_research.models.histories import checked_histories

AT_MOST = 20_000  # customers; lifetimes takes half a minute for a million


class CheckRow(NamedTuple):
    """One parameter, fitted twice.

    Attributes:
        model: "bg_nbd" or "gamma_gamma".
        term: the parameter's name.
        estimate: ours.
        lifetimes: theirs.
        relative_difference: |ours / theirs - 1|.
    """

    model: str
    term: str
    estimate: float
    lifetimes: float
    relative_difference: float


@dataclass(frozen=True, slots=True)
class LifetimesCheck:
    """Our fits beside those of `lifetimes` on the same customers.

    Attributes:
        rows: one per parameter; none of a model that one side could not fit.
        n: customers compared.
        sampled: whether they are a sample.
        reasons: why a model is missing from the rows, one sentence each.
    """

    rows: tuple[CheckRow, ...]
    n: int
    sampled: bool
    reasons: tuple[str, ...]

    @property
    def max_relative_difference(self) -> float | None:
        """The largest relative difference of any parameter, or None without rows."""
        return max((row.relative_difference for row in self.rows), default=None)


def check_against_lifetimes(
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    monetary_value: npt.ArrayLike,
    *,
    rng: np.random.Generator,
) -> LifetimesCheck:
    """Fit BG/NBD and Gamma-Gamma with both packages and compare.

    Args:
        frequency: repeat purchases, one row per customer, shape (n,).
        recency: time from first to last purchase, shape (n,).
        T: time from first purchase to the window's end, shape (n,).
        monetary_value: mean spend of repeat purchases, shape (n,); may be missing without any.
        rng: draws the sample where there are more than 20,000 customers.

    Returns:
        The comparison.

    Raises:
        ValueError: on impossible histories or too few customers for a fit.
    """
    x, t_x, window = checked_histories(frequency, recency, T)
    spend = np.atleast_1d(np.asarray(monetary_value, dtype=np.float64))
    same_length(frequency=x, monetary_value=spend)
    some = _sample(x.size, rng)
    x, t_x, window, spend = (column[some] for column in (x, t_x, window, spend))
    spenders = (x > 0) & (spend > 0)
    checks = (
        _compared(fit_bg_nbd(x, t_x, window), (x, t_x, window)),
        _compared(fit_gamma_gamma(x[spenders], spend[spenders]), (x[spenders], spend[spenders])),
    )
    rows = tuple(row for found, _ in checks for row in found)
    reasons = tuple(reason for _, reason in checks if reason)
    return LifetimesCheck(rows, x.size, x.size < np.size(frequency), reasons)


def _sample(n: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    if n <= AT_MOST:
        return np.arange(n)
    return np.sort(rng.choice(n, AT_MOST, replace=False))


def _compared(
    fit: BgNbdFit | GammaGammaFit, columns: tuple[Floats, ...]
) -> tuple[list[CheckRow], str]:
    if fit.verdict.status != "converged":
        return [], f"{fit.name} is not compared: {fit.verdict.words}"
    with _quiet():
        from lifetimes.utils import ConvergenceError

        try:
            theirs = _fitter(fit).fit(*columns).params_
        except ConvergenceError:
            return [], f"{fit.name} is not compared: lifetimes found no maximum."
    return [
        CheckRow(fit.name, term, ours, float(theirs[term]), abs(ours / float(theirs[term]) - 1.0))
        for term, ours in fit.parameters._asdict().items()
    ], ""


def to_lifetimes(fit: BgNbdFit | GammaGammaFit, *columns: npt.ArrayLike) -> Any:
    """Turn a fit into a fitter of `lifetimes`, for its plots and predictions.

    Args:
        fit: a BG/NBD or Gamma-Gamma fit.
        *columns: the fitted data, one row per customer, for plots that show data: frequency,
            recency, T for BG/NBD; frequency, monetary_value for Gamma-Gamma.

    Returns:
        A BetaGeoFitter or GammaGammaFitter that carries our parameters.

    Examples:
        >>> fit = fit_gamma_gamma([1, 2, 5, 1, 3, 4], [20.0, 25.0, 60.0, 35.0, 31.0, 12.0])
        >>> type(to_lifetimes(fit)).__name__
        'GammaGammaFitter'
    """
    import pandas as pd

    with _quiet():
        fitter = _fitter(fit)
        fitter.params_ = pd.Series(fit.parameters._asdict())
        if isinstance(fit, BgNbdFit):
            fitter.predict = fitter.conditional_expected_number_of_purchases_up_to_time
        if columns:
            _give_data(fitter, fit, [checked("column", column) for column in columns])
    return fitter


def _give_data(fitter: Any, fit: BgNbdFit | GammaGammaFit, columns: list[Floats]) -> None:
    import pandas as pd
    from lifetimes.generate_data import beta_geometric_nbd_model

    spend = isinstance(fit, GammaGammaFit)
    names = ["frequency", "monetary_value"] if spend else ["frequency", "recency", "T"]
    fitter.data = pd.DataFrame(dict(zip(names, columns, strict=True))).assign(weights=1)
    if not spend:
        fitter.generate_new_data = lambda size=1: beta_geometric_nbd_model(
            fitter.data["T"].to_numpy(), *fit.parameters, size=size
        )


def _fitter(fit: BgNbdFit | GammaGammaFit) -> Any:
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    return BetaGeoFitter() if isinstance(fit, BgNbdFit) else GammaGammaFitter()


@contextmanager
def _quiet() -> Iterator[None]:
    """Hide what lifetimes, written for older versions, makes its dependencies warn about."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
