"""The truth of a simulated company: many companies of the same parameters, and paired worlds."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from retention_research.events.simulate import company as kinds
from retention_research.events.simulate.company import Company
from retention_research.events.simulate.drivers import LEVELS
from retention_research.events.simulate.reading import Reading
from retention_research.events.simulate.truth_drivers import DECOYS, HORIZON, driver_effects
from retention_research.events.simulate.truth_kpis import all_kpis, first_customers
from retention_research.events.simulate.truth_programs import ABOUT, Effects, program_effects
from retention_research.events.simulate.weeks import simulate_company

SCHEMA = 1
_SEED = 7_000_000  # far from the seeds of companies that are shown
_PART = 4  # a company's first quarter is a company too: how the spread falls with size
_PLACE = "retention_research"
_NOT_TRUTH = ("tables", "write", "demo")  # what they do changes no truth


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is simulated.

    Attributes:
        companies: for KPIs, each of as many customers as asked for, at most `most`.
        pairs: for effects, each of `paired` customers.
    """

    companies: int = 40
    most: int = 10_000
    pairs: int = 16
    paired: int = 10_000


FULL = Effort()
READING = Reading()


def company_truth(
    company: Company,
    customers: int,
    reading: Reading = READING,
    *,
    effort: Effort = FULL,
    workers: int = 1,
    folder: Path | None = None,
) -> dict[str, Any]:
    """All that is true of a company of these parameters, with its Monte Carlo error.

    Computed once per parameters, reading, effort and source; then read from the cache.

    Args:
        company: the parameters.
        customers: of the company that is shown; the spread of one company depends on it.
        reading: the study's settings.
        effort: how much is simulated; the default takes some minutes.
        workers: processes.
        folder: the cache; by default retention_research in the user's cache folder.

    Returns:
        Plain values for truth.json: schema, parameters, reading, kpis, programs, drivers, decoys.
    """
    home = folder or cache_folder()
    size = min(customers, effort.most)
    kpis = partial(_kpi_record, company, size, reading, effort, workers)
    effects = partial(_effect_record, company, reading, effort, workers)
    settings = [asdict(company), _plain(reading), asdict(effort)]
    found = _kept(home, [*settings, size, "kpis"], kpis)
    return {
        "schema": SCHEMA,
        "parameters": asdict(company),
        "reading": _plain(reading),
        "customers": customers,
        "kpis": {name: _at_size(kpi, customers) for name, kpi in found.items()},
        **_kept(home, [*settings, "effects"], effects),
        "decoys": list(DECOYS),
    }


def cache_folder() -> Path:
    """Where truths are kept: $XDG_CACHE_HOME or ~/.cache.

    Example:
        >>> cache_folder().name
        'retention_research'
    """
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path.home() / ".cache") / _PLACE


def _plain(reading: Reading) -> dict[str, Any]:
    return json.loads(json.dumps(asdict(reading), default=str))


def _kept(
    folder: Path, settings: list[Any], compute: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """The record from the cache; computed and written whole where it is not there."""
    words = json.dumps([SCHEMA, np.__version__, _source(), settings], sort_keys=True).encode()
    file = folder / f"truth-{hashlib.blake2b(words, digest_size=12).hexdigest()}.json"
    with suppress(OSError, ValueError):  # not there, or not whole: computed anew
        kept = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(kept, dict) and kept:
            return kept
    text = json.dumps(compute())
    with suppress(OSError):  # a cache that cannot be written loses no truth
        _write_whole(file, text)
    return json.loads(text)


def _write_whole(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".truth-")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    Path(name).replace(file)


def _source() -> str:
    """A mark that changes with the code that makes truth."""
    mark = hashlib.blake2b(digest_size=12)
    for file in sorted(Path(__file__).parent.glob("*.py")):
        if not file.stem.startswith(_NOT_TRUTH):
            mark.update(file.read_bytes())
    return mark.hexdigest()


def _kpi_record(
    company: Company, size: int, reading: Reading, effort: Effort, workers: int
) -> dict[str, Any]:
    one = partial(_one_company, company, size, reading)
    found = _each(one, range(_SEED, _SEED + effort.companies), workers)
    return {name: _spread([f[name] for f in found], size) for name in found[0]}


def _one_company(
    company: Company, size: int, reading: Reading, seed: int
) -> dict[str, tuple[float, float, int]]:
    """KPI to its value, its value among the first quarter, and the customers it rests on."""
    later = -(-reading.horizon_days // 7) + 1
    history = simulate_company(company, size, seed, weeks=kinds.WEEKS + later)
    whole = all_kpis(history, reading)
    part = all_kpis(first_customers(history, max(size // _PART, 1)), reading)
    return {name: (value, part[name][0], n) for name, (value, n) in whole.items()}


def _spread(found: list[tuple[float, float, int]], size: int) -> dict[str, Any]:
    """Mean over companies; its variance as a part all customers share and a part per customer."""
    values, parts, n = (np.array(column, dtype=np.float64) for column in zip(*found, strict=True))
    known = np.isfinite(values)
    if known.sum() < 2:
        return {"value": None, "replicates": int(known.sum()), "n_customers": float(n.mean())}
    variance = float(values[known].var(ddof=1))
    quarter = np.nanvar(parts, ddof=1) if np.isfinite(parts).sum() > 1 else _PART * variance
    own = min(max((float(quarter) - variance) / (_PART - 1), 0.0), variance)  # at this size
    return {
        "value": float(values[known].mean()),
        "mc_error": float(np.sqrt(variance / known.sum())),
        "variance_shared": variance - own,
        "variance_own": own * size,
        "n_customers": float(n[known].mean()),
        "replicates": int(known.sum()),
        "size": size,
    }


def _at_size(kpi: dict[str, Any], customers: int) -> dict[str, Any]:
    if kpi["value"] is None:
        return kpi
    variance = kpi["variance_shared"] + kpi["variance_own"] / customers
    scale = customers / kpi["size"]
    return {
        "value": kpi["value"],
        "mc_error": kpi["mc_error"],
        "sd_of_one_company": float(np.sqrt(variance)),
        "n_customers": round(kpi["n_customers"] * scale),
        "replicates": kpi["replicates"],
    }


def _effect_record(
    company: Company, reading: Reading, effort: Effort, workers: int
) -> dict[str, Any]:
    one = partial(_one_pair, company, effort.paired, reading)
    found = _each(one, range(_SEED, _SEED + effort.pairs), workers)
    programs = [programs for programs, _ in found]
    drivers = [drivers for _, drivers in found]
    return {
        "programs": _programs(_means(programs)),
        "drivers": {
            name: {f"risk_difference_{HORIZON}w": mean, "mc_error": error, "levels": LEVELS[name]}
            for name, (mean, error) in _means(drivers).items()
        },
    }


def _one_pair(
    company: Company, customers: int, reading: Reading, seed: int
) -> tuple[Effects, dict[str, float]]:
    return (
        program_effects(company, customers, seed, reading),
        driver_effects(company, customers, seed),
    )


def _means(found: list[Any]) -> dict[Any, tuple[float | None, float | None]]:
    """Mean and Monte Carlo error per key, over the companies where it is known."""
    columns = {key: np.array([f.get(key, np.nan) for f in found]) for key in found[0]}
    return {key: _mean(column[np.isfinite(column)]) for key, column in columns.items()}


def _mean(values: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float | None, float | None]:
    if values.size < 2:
        return (float(values[0]) if values.size else None), None
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size))


def _programs(means: dict[Any, tuple[float | None, float | None]]) -> dict[str, Any]:
    """Effects as a tree: program, outcome, window; other groups under heterogeneity."""
    tree: dict[str, Any] = {
        name: {"about": about, "heterogeneity": {}} for name, about in ABOUT.items()
    }
    for (program, outcome, window, group, level), (mean, error) in means.items():
        branch = tree[program]
        if group != "all":
            levels = branch["heterogeneity"].setdefault(group, {})
            branch = levels.setdefault(level, {})
        name = "customers" if outcome == "n" else outcome
        effect = mean if outcome == "n" else {"effect": mean, "mc_error": error}
        branch.setdefault(name, {})[window] = effect
    return tree


def _each(one: Callable[[int], Any], seeds: Iterable[int], workers: int) -> list[Any]:
    if workers <= 1:
        return [one(seed) for seed in seeds]
    fresh = get_context("spawn")  # a fork of a process with threads may hang
    with ProcessPoolExecutor(workers, mp_context=fresh) as pool:
        return list(pool.map(one, seeds))
