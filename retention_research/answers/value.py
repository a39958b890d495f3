"""What customers are worth: in total, each, and who holds the value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.holdout import Holdout, holdout
from retention_research.answers.purchase_fits import (
    Fits,
    PurchaseModel,
    fit_apart,
    fit_values,
    fits,
    model_values,
)
from retention_research.answers.recorded import recorded
from retention_research.answers.value_segments import value_by_segment
from retention_research.customer_codes import customer_codes
from retention_research.models.fit import Estimate, Fit
from retention_research.models.lifetime_value import (
    LifetimeValue,
    expected_customer_lifetime_value,
)
from retention_research.models.lifetimes_check import LifetimesCheck, check_against_lifetimes
from retention_research.periods import DAYS_PER_UNIT, discount_per_unit
from retention_research.summaries.purchases import MOST_MERGED
from retention_research.values import Value, diagnostic, fact, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

_TENTHS = ("top tenth", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "last tenth")
_SHOWN = 20  # customers named by code on the page


@dataclass(frozen=True, slots=True)
class CustomerValue:
    """The answer of the value report.

    Attributes:
        values: by glossary name.
        tenths: group, customers, value and share with intervals, most valuable first.
        groups: the same by level of each segment.
        top: the most valuable customers by code, with intervals.
        test: the hold-out.
        fits: the fitted models.
        parameters: model, term, estimate, std_error, conf_low, conf_high.
        frequencies: frequency, counted, expected: customers by repeat purchases.
        check: ours and lifetimes' estimates.
        fitted_everybody: in the test or in the valuation, customers of unknown birth were
            fitted too, for want of others.
    """

    values: Mapping[str, Value]
    tenths: pd.DataFrame
    groups: pd.DataFrame
    top: pd.DataFrame
    test: Holdout
    fits: Fits
    parameters: pd.DataFrame
    frequencies: pd.DataFrame
    check: pd.DataFrame
    fitted_everybody: bool


def customer_value(workspace: Workspace) -> CustomerValue:
    """Fit, forecast, test and value; raises nothing where `obstacle_to_value` is empty."""
    found = fits(workspace)
    known = _known_customers(workspace)
    worth = _worth(workspace, found, known, workspace.in_units(workspace.study.horizon.days))
    test = holdout(workspace, found.purchases)
    compared = _compared(workspace)
    values = _counts(workspace) | model_values(workspace, found) | test.values
    values |= _totals(workspace, found, known, worth) | _check_value(compared)
    groups, by_group = value_by_segment(workspace, known, worth)
    values |= by_group
    apart = _apart(workspace, values)
    values |= fit_values(apart, f"{apart.name}_apart") if apart else {}
    return CustomerValue(
        values,
        _tenths(worth),
        groups,
        _top(workspace, known, worth),
        test,
        found,
        _parameters(found, apart),
        _frequencies(workspace, found.purchases),
        _check_frame(compared),
        any(map(workspace.fits_everybody, (workspace.window, workspace.current))),
    )


def _known_customers(workspace: Workspace) -> pd.DataFrame:
    """Everybody who bought up to as_of, times in the model's unit, in the order of their ids."""
    rows = workspace.summary(workspace.current).order_by("customer_id").to_pandas()
    units = {name: workspace.in_units(rows[name]) for name in ("recency", "T")}
    return rows.assign(**units)


def _worth(workspace: Workspace, found: Fits, known: pd.DataFrame, horizon: float) -> LifetimeValue:
    money = workspace.study.money
    return expected_customer_lifetime_value(
        found.purchases_current,
        found.spend_current,
        known["frequency"],
        known["recency"],
        known["T"],
        known["monetary_value"],
        horizon=horizon,
        discount=discount_per_unit(money.annual_discount_rate, workspace.study.time.unit),
        margin=money.margin,
    )


def _counts(workspace: Workspace) -> dict[str, Value]:
    rows = workspace.fitted_rows(workspace.window)
    sums = rows.aggregate(
        customers=rows.count(),
        repeaters=(rows.frequency > 0).sum(),
        repeats=rows.frequency.sum(),
        orders=rows.orders.sum(),
    ).to_pandas().iloc[0].astype(int)  # fmt: skip
    merged = 1 - (sums.customers + sums.repeats) / sums.orders
    return {
        "purchases.customers": fact(int(sums.customers), "count"),
        "purchases.repeaters": fact(int(sums.repeaters), "count"),
        "purchases.frequency_total": fact(int(sums.repeats), "count"),
        "purchases.merged_share": fact(float(merged), "share", n=int(sums.orders)),
    }


def _totals(
    workspace: Workspace, found: Fits, known: pd.DataFrame, worth: LifetimeValue
) -> dict[str, Value]:
    n, total = len(known), worth.total()
    once, before = known["frequency"] == 0, ~known["birth_known"].astype(bool)
    return {
        "purchases.scored_customers": fact(n, "count"),
        "clv.total": recorded(total, n, "money"),
        "clv.mean": recorded(worth.total(np.full(n, 1 / n)), n, "money"),
        "clv.purchases": recorded(_purchases_to_come(workspace, found, known), n, "count"),
        "clv.top_10_share": recorded(worth.share(_tenth(worth) == 0), n, "share"),
        "clv.one_time_buyers_share": recorded(worth.share(once), n, "share"),
        "clv.acquired_before_share": _share_before(worth, before, n),
        "base.value": recorded(_worth(workspace, found, known, inf).total(), n, "money"),
    }


def _share_before(worth: LifetimeValue, before: pd.Series, n: int) -> Value:
    if not before.any():
        return missing("estimate", "Every customer's first purchase lies inside the data.")
    return recorded(worth.share(before), n, "share")


def _purchases_to_come(workspace: Workspace, found: Fits, known: pd.DataFrame) -> Estimate:
    ahead = float(workspace.in_units(workspace.study.horizon.days))
    history = known["frequency"], known["recency"], known["T"]
    return found.purchases_current.expected_purchases_total(ahead, *history)


def _tenth(worth: LifetimeValue) -> np.ndarray:
    """0 for the most valuable tenth of customers to 9 for the least; ties by place."""
    rank = np.empty(worth.value.size, dtype=int)
    rank[np.argsort(-worth.value, kind="stable")] = np.arange(worth.value.size)
    return rank * 10 // worth.value.size


def _tenths(worth: LifetimeValue) -> pd.DataFrame:
    import pandas as pd

    tenth, rows = _tenth(worth), []
    for place in range(10):
        held = tenth == place
        part, share = worth.total(held), worth.share(held)
        rows.append((_TENTHS[place], int(held.sum()), part.estimate, part.conf_low, part.conf_high,
                     share.estimate, share.conf_low, share.conf_high))  # fmt: skip
    columns = ["group", "customers", "value", "money_low", "money_high",
               "share", "share_low", "share_high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _top(workspace: Workspace, known: pd.DataFrame, worth: LifetimeValue) -> pd.DataFrame:
    import pandas as pd

    place = np.argsort(-worth.value, kind="stable")[:_SHOWN]
    best, ends = known.iloc[place], worth.interval()
    low, high = ends if ends else (worth.value * np.nan, worth.value * np.nan)
    born = pd.to_datetime(best["first_day"])
    silent_from = np.rint(best["recency"] * DAYS_PER_UNIT[workspace.study.time.unit])
    frame = pd.DataFrame(
        {
            "customer": customer_codes(best["customer_id"], workspace.study),
            "purchases": best["frequency"].to_numpy() + 1,
            "last_purchase": (born + pd.to_timedelta(silent_from, unit="D")).dt.date,
            "expected_value": worth.value[place],
            "money_low": low[place],
            "money_high": high[place],
            "note": np.where(best["birth_known"], "", "acquired before the data"),
        }
    )
    return frame if frame["note"].any() else frame.drop(columns="note")


def _apart(workspace: Workspace, values: Mapping[str, Value]) -> PurchaseModel | None:
    """Where merging by day joins many orders, the fit with the orders kept apart."""
    merged = values["purchases.merged_share"].number
    return fit_apart(workspace) if merged > MOST_MERGED else None


def _parameters(found: Fits, apart: PurchaseModel | None) -> pd.DataFrame:
    import pandas as pd

    named: list[tuple[str, Fit]] = [
        (f"{found.purchases.name}, calibration", found.purchases),
        (f"{found.purchases_current.name}, up to as_of", found.purchases_current),
        ("gamma_gamma, calibration", found.spend),
        ("gamma_gamma, up to as_of", found.spend_current),
    ]
    named += [(f"{apart.name}, orders of one day kept apart", apart)] if apart else []
    rows = [(name, *_closed(row)) for name, fit in named for row in fit.estimates]
    columns = ["model", "term", "estimate", "std_error", "conf_low", "conf_high"]
    return pd.DataFrame(rows, columns=columns)


def _closed(row: Estimate) -> Estimate:
    """An estimate that the data do not bound from both sides is not printed."""
    if row.conf_low is None or row.conf_high is None:
        return Estimate(row.term, float("nan"))
    return row


def _frequencies(workspace: Workspace, fit: PurchaseModel) -> pd.DataFrame:
    """Customers with 0..6 and 7 or more repeat purchases: counted, and expected by the model."""
    import pandas as pd

    cells = workspace.cells(workspace.window)
    capped = np.minimum(cells["frequency"].to_numpy(dtype=int), 7)
    actual = np.bincount(capped, weights=cells["customers"], minlength=8)
    windows = cells.groupby("T")["customers"].sum()
    expected = np.array([_expected_with(fit, windows, k) for k in range(7)])
    predicted = np.append(expected, windows.sum() - expected.sum())
    labels = [*map(str, range(7)), "7 or more"]
    return pd.DataFrame({"frequency": labels, "counted": actual, "expected": predicted})


def _expected_with(fit: PurchaseModel, windows: pd.Series, k: int) -> float:
    times = windows.index.to_numpy(dtype=float)
    chance = fit.probability_of_purchases_new_customer(np.full(times.size, float(k)), times)
    return float(windows.to_numpy() @ chance)


def _compared(workspace: Workspace) -> LifetimesCheck:
    columns = ("frequency", "recency", "T", "monetary_value")
    rows = workspace.fitted_rows(workspace.window).order_by("customer_id")
    frame = rows.select(*columns).to_pandas()
    rng = np.random.default_rng([workspace.study.seed, 0])
    times = workspace.in_units(frame["recency"]), workspace.in_units(frame["T"])
    return check_against_lifetimes(frame["frequency"], *times, frame["monetary_value"], rng=rng)


def _check_value(check: LifetimesCheck) -> dict[str, Value]:
    name, largest = "lifetimes_check.max_relative_difference", check.max_relative_difference
    if largest is None:
        return {name: missing("diagnostic", " ".join(check.reasons))}
    return {name: diagnostic(largest, "small", n=check.n)}


def _check_frame(check: LifetimesCheck) -> pd.DataFrame:
    import pandas as pd

    columns = ["model", "term", "ours", "theirs", "relative_difference"]
    return pd.DataFrame(list(check.rows), columns=columns)
