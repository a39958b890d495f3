"""How interval coverage is counted, kept and held against its band.

A study simulates data with a known truth many times, fits, and counts how often each interval
holds the truth. Its result is a JSON file beside this one, stamped with the sha256 of the
source it speaks for: when that source changes, the result says nothing until it is run again.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import binom

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "retention_research"
BAND = 0.999  # of the binomial count that a right interval would give


@dataclass(frozen=True, slots=True)
class EvidenceStudy:
    """A simulation written down before it is run.

    Attributes:
        name: the JSON file's name.
        seed: of the random numbers; never exchanged.
        datasets: how many data sets the full run simulates.
        truth: the true values and sizes, for the record.
        nominal: the share wanted of each quantity that is asserted.
        sources: the estimator's modules, in the models room; `programs:<module>` for those of
            the programs room.
        once: simulates and fits one data set; says for each quantity whether it is a hit, and
            under "boundary" whether the fit had no interior maximum.
        at_most: quantities of which less than the nominal share is as good.
        at_least: quantities of which more is as good.
    """

    name: str
    seed: int
    datasets: int
    truth: Mapping[str, Any]
    nominal: Mapping[str, float]
    sources: tuple[str, ...]
    once: Callable[[np.random.Generator], Mapping[str, bool]]
    at_most: tuple[str, ...] = ()
    at_least: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where the result is kept."""
        return HERE / f"{self.name}.json"

    def stamp(self) -> str:
        """The sha256 of the estimator's source, file after file."""
        digest = hashlib.sha256()
        for name in sorted(self.sources):
            room, _, module = name.rpartition(":")
            file = PACKAGE / (room or "models") / f"{module}.py"
            digest.update(file.read_text(encoding="utf-8").encode())
        return digest.hexdigest()

    def run(self, datasets: int) -> dict[str, Any]:
        """Simulate the first so many data sets and count the hits."""
        seeds = np.random.SeedSequence(self.seed).spawn(datasets)
        hits = _count(self.once(np.random.default_rng(seed)) for seed in seeds)
        return {
            "study": self.name,
            "seed": self.seed,
            "datasets": datasets,
            "truth": dict(self.truth),
            "boundary_share": hits["boundary"] / datasets,
            "shares": {name: hits[name] / datasets for name in self.nominal},
            "bands": {name: self._band(name, datasets) for name in self.nominal},
            "sources": sorted(self.sources),
            "stamp": self.stamp(),
        }

    def _band(self, name: str, datasets: int) -> list[float]:
        low, high = band(self.nominal[name], datasets)
        return [0.0 if name in self.at_most else low, 1.0 if name in self.at_least else high]

    def write(self, datasets: int) -> dict[str, Any]:
        """Run and keep the result."""
        result = self.run(datasets)
        self.path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        return result

    def kept(self) -> dict[str, Any]:
        """The result that was kept."""
        return dict(json.loads(self.path.read_text(encoding="utf-8")))


def _count(outcomes: Iterable[Mapping[str, bool]]) -> Counter[str]:
    hits: Counter[str] = Counter()
    for outcome in outcomes:
        hits.update(name for name, hit in outcome.items() if hit)
    return hits


def band(share: float, datasets: int) -> list[float]:
    """The shares between which 99.9% of right procedures would land."""
    low, high = binom.interval(BAND, datasets, share)
    return [low / datasets, high / datasets]


def outside(result: Mapping[str, Any]) -> dict[str, float]:
    """The quantities whose share lies outside its band."""
    bands = result["bands"]
    return {
        name: share
        for name, share in result["shares"].items()
        if not bands[name][0] <= share <= bands[name][1]
    }


def holds(low: float | None, high: float | None, truth: float) -> bool:
    """Whether an interval holds the truth; one with an open end, which is not printed, does not."""
    return low is not None and high is not None and low <= truth <= high
