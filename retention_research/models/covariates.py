"""Covariates of a regression: checked, counted, centred and scaled; idle ones left out by name."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, Integers, refuse, tally
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile

MOST_CODES = 2**62  # row codes are whole numbers of 64 bits
FEWEST = 10  # cases for each covariate (Peduzzi et al., 1995)
SAME = 1e-7  # a scaled column with less of its own than this follows from those before it


@dataclass(frozen=True, slots=True, eq=False)
class Covariates:
    """The columns that a regression can use.

    Attributes:
        names: those kept, in order.
        values: centred at the customers' mean and divided by their spread, shape (n, k).
        means: of the kept columns, shape (k,), in their own units.
        scales: standard deviations of the kept columns, shape (k,), in their own units.
        left_out: the columns that cannot tell customers apart, each with the reason.
    """

    names: tuple[str, ...]
    values: Floats
    means: Floats
    scales: Floats
    left_out: tuple[Missing, ...]


def checked_covariates(
    covariates: npt.ArrayLike | None, names: Sequence[str], length: int
) -> Floats:
    """Covariates as a table of finite floats, or what is wrong with them.

    Args:
        covariates: shape (n, k), or (n,) for one name, or None for no covariate.
        names: one per column.
        length: the number of customers' rows, n.

    Returns:
        A table of shape (n, k); the input itself is never changed.

    Raises:
        ValueError: on missing or infinite values, or shapes and names that do not fit.

    Examples:
        >>> checked_covariates([1, 0], ["member"], 2)
        array([[1.],
               [0.]])
    """
    table = np.empty((length, 0)) if covariates is None else np.array(covariates, np.float64)
    table = table.reshape(-1, 1) if table.ndim == 1 else table
    if table.shape != (length, len(names)):
        raise ValueError(
            f"covariates have shape {table.shape}; {length} rows and {len(names)} names are given"
        )
    if len(set(names)) < len(names):
        raise ValueError(f"names of covariates are given twice: {', '.join(names)}")
    for name, column in zip(names, table.T, strict=True):
        refuse(~np.isfinite(column), f"{name} is missing or infinite")
    return table


def distinct_rows(table: Floats) -> tuple[Floats, Integers]:
    """The distinct rows of a table.

    Args:
        table: shape (n, k).

    Returns:
        The distinct rows in sorted order, and for each of the n rows the place of its own.

    Examples:
        >>> distinct_rows(np.array([[2.0, 0.0], [1.0, 5.0], [2.0, 0.0]]))[1]
        array([1, 0, 1])
    """
    _, first, place = np.unique(_row_codes(table), return_index=True, return_inverse=True)
    return table[first], place


def count_rows(table: Floats, customers: Floats) -> tuple[Floats, Floats]:
    """The distinct rows of a table, and how many customers share each.

    Args:
        table: shape (n, k).
        customers: per row, shape (n,).

    Returns:
        The distinct rows in sorted order, those of nobody left out, and their customers.

    Examples:
        >>> count_rows(np.array([[2.0, 0.0], [1.0, 5.0], [2.0, 0.0]]), np.ones(3))
        (array([[1., 5.],
               [2., 0.]]), array([1., 2.]))
    """
    rows, place = distinct_rows(table)
    counted = tally(place, customers, rows.shape[0])
    return rows[counted > 0], counted[counted > 0]


def _row_codes(table: Floats) -> Integers:
    """One whole number per row, in the order of the rows."""
    code, size = np.zeros(table.shape[0], dtype=np.int64), 1
    for column in table.T:
        values, place = np.unique(column, return_inverse=True)
        if size * values.size >= MOST_CODES:
            known, code = np.unique(code, return_inverse=True)
            size = known.size
        code, size = code * values.size + place, size * values.size
    return code


def standardise(table: Floats, names: Sequence[str], customers: Floats) -> Covariates:
    """Centre and scale the columns, and leave out those that cannot tell customers apart.

    Args:
        table: shape (n, k), finite.
        names: one per column.
        customers: per row, shape (n,).

    Returns:
        The usable columns; a column that is the same for everybody, or that follows from
        columns before it, is left out with the reason.

    Examples:
        >>> columns = np.array([[1.0, 5.0], [3.0, 5.0]])
        >>> found = standardise(columns, ["age", "shop"], np.ones(2))
        >>> found.names, found.values.ravel(), found.left_out[0].reason
        (('age',), array([-1.,  1.]), 'Everybody has the same shop.')
    """
    share = customers / customers.sum()
    means = share @ table
    centred = table - means
    scales = np.sqrt(share @ centred**2)
    kept, left_out, basis = [], [], np.empty((table.shape[0], 0))
    for place, name in enumerate(names):
        if np.ptp(table[:, place]) == 0.0:
            left_out.append(Missing(name, f"Everybody has the same {name}."))
            continue
        own = np.sqrt(share) * centred[:, place] / scales[place]
        for _ in range(2):  # the second pass takes out what rounding left of the first
            own = own - basis @ (basis.T @ own)
        length = np.sqrt(own @ own)
        if length < SAME:
            left_out.append(Missing(name, f"{name} follows from the columns before it."))
            continue
        kept.append(place)
        basis = np.column_stack([basis, own / length])
    return Covariates(
        tuple(names[place] for place in kept),
        centred[:, kept] / scales[kept],
        means[kept],
        scales[kept],
        tuple(left_out),
    )


def doubt_of_few(cases: float, kind: str, covariates: int) -> str:
    """A sentence for a verdict where there are too few cases for the covariates.

    Args:
        cases: those that say something of the coefficients, such as events.
        kind: their name, in the plural.
        covariates: how many.

    Returns:
        The sentence; empty with at least 10 cases for each covariate.

    Examples:
        >>> doubt_of_few(12.0, "events", 2)
        'Only 12 events for 2 covariates: with fewer than 10 each, effects are overstated.'
        >>> doubt_of_few(20.0, "events", 2)
        ''
    """
    if cases >= FEWEST * max(1, covariates):
        return ""
    if covariates == 0:
        return f"Only {cases:g} {kind}: with fewer than {FEWEST}, intervals are too short."
    told = f"{cases:g} {kind} for {covariates} covariate{'s' if covariates > 1 else ''}"
    return f"Only {told}: with fewer than {FEWEST} each, effects are overstated."


def wald(term: str, value: float, std_error: float | None, confidence: float) -> Estimate:
    """The interval of a coefficient, symmetric about it.

    Args:
        term: its name.
        value: its estimate, of either sign.
        std_error: its standard error, or None where there is none.
        confidence: the level of the interval.

    Examples:
        >>> low, high = wald("purchase.member", 0.5, 0.1, 0.95)[3:]
        >>> round(low, 4), round(high, 4)
        (0.304, 0.696)
    """
    if std_error is None:
        return Estimate(term, value)
    reach = quantile(confidence) * std_error
    return Estimate(term, value, std_error, value - reach, value + reach)


def exponentiated(row: Estimate, term: str) -> Estimate:
    """A ratio from the estimate of its logarithm.

    Args:
        row: the logarithm, with its interval.
        term: the ratio's name.

    Returns:
        The ratio; its standard error by the delta method, its interval from the logarithm's.

    Examples:
        >>> exponentiated(Estimate("x", 0.0, 0.1, -0.2, 0.2), "ratio").std_error
        0.1
    """
    ratio = float(np.exp(row.estimate))
    error = None if row.std_error is None else ratio * row.std_error
    low, high = (None if end is None else float(np.exp(end)) for end in row[3:])
    return Estimate(term, ratio, error, low, high)
