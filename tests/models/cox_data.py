"""The published survival data as rows of Cox regressions, and small made-up ones."""

import numpy as np
import pandas as pd

from retention_research.models.cox import CoxFit, CoxRows, fit_cox
from tests.published import survival


def rows_of(
    frame: pd.DataFrame, time: str, event: str, names: tuple[str, ...], **more: str
) -> CoxRows:
    """Rows of the frame's columns; entry, strata and cluster by their columns' names."""
    table = frame[list(names)].to_numpy(np.float64)
    columns = {key: frame[column].to_numpy() for key, column in more.items()}
    return CoxRows.of(frame[time], frame[event], table, names=names, **columns)


ROSSI_NAMES = ("fin", "age", "race", "wexp", "mar", "paro", "prio")
LUNG_NAMES = ("age", "sex", "ph.ecog")


def frame_of(name: str) -> pd.DataFrame:
    """A published data set, as it is on disk."""
    return pd.read_csv(survival.DATA / f"{name}.csv")


def rossi(names: tuple[str, ...] = ROSSI_NAMES, **more: str) -> CoxRows:
    """432 prisoners, in weeks to arrest; `person` numbers them."""
    frame = frame_of("rossi")
    return rows_of(frame.assign(person=frame.index), "week", "arrest", names, **more)


def lung(**more: str) -> CoxRows:
    """Patients without a missing value, in days to death."""
    frame = frame_of("lung").dropna(subset=[*LUNG_NAMES, *more.values()])
    return rows_of(frame.assign(died=frame["status"] == 2), "time", "died", LUNG_NAMES, **more)


def veteran() -> CoxRows:
    """137 veterans, in days to death; squamous cells are the reference."""
    frame = frame_of("veteran")
    cells = {kind: frame["celltype"] == kind for kind in ("smallcell", "adeno", "large")}
    names = ("trt", *cells, "karno", "diagtime", "age", "prior")
    return rows_of(frame.assign(**cells), "time", "status", names)


def heart() -> CoxRows:
    """Stanford's heart patients, in days, before and after their transplant."""
    names = ("age", "surgery", "transplant")
    return rows_of(frame_of("heart"), "stop", "event", names, entry="start")


def bladder() -> CoxRows:
    """Recurrences of bladder cancer, by their number, in months."""
    names, more = ("rx", "number", "size"), {"strata": "enum", "cluster": "id"}
    return rows_of(frame_of("bladder2"), "stop", "event", names, entry="start", **more)


class Made:
    """Made-up columns with ties, late entry, strata and clusters."""

    def __init__(self, size: int = 120, seed: int = 5) -> None:
        rng = np.random.default_rng(seed)
        self.x = np.column_stack([rng.normal(50.0, 20.0, size), rng.random(size) < 0.4])
        self.duration = np.ceil(rng.exponential(8.0 * np.exp(-0.02 * (self.x[:, 0] - 50.0))))
        self.entry = np.floor(0.5 * self.duration * rng.random(size))
        self.event = rng.random(size) < 0.7
        self.strata = rng.integers(0, 2, size)
        self.cluster = rng.integers(0, 40, size)
        self.weights = rng.integers(0, 4, size)

    def rows(self, *keys: str, take: np.ndarray | None = None, **given: np.ndarray) -> CoxRows:
        """Rows with some of entry, strata, cluster and weights; of a choice of the columns."""
        chosen = np.arange(self.duration.size) if take is None else take
        more = {key: getattr(self, key)[chosen] for key in keys} | given
        told = (column[chosen] for column in (self.duration, self.event, self.x))
        return CoxRows.of(*told, names=("age", "member"), **more)


def fitted(rows: CoxRows, **more: object) -> CoxFit:
    """The fit, which must not be missing."""
    fit = fit_cox(rows, **more)
    assert isinstance(fit, CoxFit), fit
    return fit
