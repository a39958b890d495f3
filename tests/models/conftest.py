"""CDNOW's purchases, read from the file that ships them."""

from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from retention_research.models.bg_nbd import BgNbdFit, fit_bg_nbd
from retention_research.models.gamma_gamma import GammaGammaFit, fit_gamma_gamma

CALIBRATION_END = pd.Timestamp("1997-09-30")
HOLDOUT_END = pd.Timestamp("1998-06-30")

Floats = npt.NDArray[np.float64]


class Cdnow(NamedTuple):
    """One row per customer, in order of customer number; times in weeks."""

    frequency: Floats
    recency: Floats
    T: Floats
    monetary_value: Floats
    holdout: Floats
    birth: Floats

    @property
    def history(self) -> tuple[Floats, Floats, Floats]:
        """What a purchase model is fitted to."""
        return self.frequency, self.recency, self.T

    @property
    def spend(self) -> tuple[Floats, Floats]:
        """What a spend model is fitted to: repeat buyers only."""
        again = self.frequency > 0
        return self.frequency[again], self.monetary_value[again]


def _days() -> pd.DataFrame:
    """Spend per customer and day: orders of one day are one purchase."""
    package = find_spec("lifetimes")
    assert package is not None
    assert package.origin is not None
    path = Path(package.origin).parent / "datasets" / "CDNOW_sample.txt"
    names = ["master", "customer", "date", "items", "spend"]
    rows = pd.read_csv(path, sep=r"\s+", names=names, dtype={"customer": "str", "date": "str"})
    rows["date"] = pd.to_datetime(rows["date"], format="%Y%m%d")
    return rows.groupby(["customer", "date"], as_index=False)["spend"].sum()


@pytest.fixture(scope="session")
def cdnow() -> Cdnow:
    days = _days()
    early = days[days["date"] <= CALIBRATION_END]
    dates = early.groupby("customer")["date"]
    first = dates.min()
    repeats = early[early["date"] > early["customer"].map(first)]
    late = days[(days["date"] > CALIBRATION_END) & (days["date"] <= HOLDOUT_END)]
    columns = (
        dates.count() - 1,
        (dates.max() - first).dt.days / 7,
        (CALIBRATION_END - first).dt.days / 7,
        repeats.groupby("customer")["spend"].mean().reindex(first.index),
        late.groupby("customer")["date"].count().reindex(first.index, fill_value=0),
        (first - first.min()).dt.days / 7,
    )
    return Cdnow(*(column.to_numpy(dtype=np.float64) for column in columns))


@pytest.fixture(scope="session")
def bg_nbd(cdnow: Cdnow) -> BgNbdFit:
    return fit_bg_nbd(*cdnow.history)


@pytest.fixture(scope="session")
def gamma_gamma(cdnow: Cdnow) -> GammaGammaFit:
    return fit_gamma_gamma(*cdnow.spend)
