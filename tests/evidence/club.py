"""The club of many simulated companies against what is true of it: seeds and sizes, then the run.

`python -m tests.evidence.club` simulates companies that share nothing but their parameters,
estimates what enrolling did in each as the report does, and keeps what came out in club.json. The
mean over companies must lie near the truth, while the naive comparison overstates it; with an
unrecorded cause switched on, the check of what came before, or the grade, must say so.
"""

import hashlib
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow.parquet as pq

from retention_research.answers.draws import draws_of
from retention_research.answers.programs.enrolment import corrected
from retention_research.answers.programs.enrolment_beside import ever_against_never, plain
from retention_research.answers.programs.enrolment_detail import PlaceboResult
from retention_research.answers.programs.enrolment_followed import Followed, followed
from retention_research.answers.programs.enrolment_placebos import placebos
from retention_research.answers.programs.enrolment_starts import Starts, starts_of
from retention_research.events.simulate.company import Company
from retention_research.events.simulate.tables import company_tables
from retention_research.events.simulate.weeks import simulate_company
from retention_research.models.fit import Estimate, Missing
from retention_research.study import read_study
from retention_research.study_programs import Program
from retention_research.workspace import Workspace, open_workspace

PACKAGE = Path(__file__).parents[2] / "retention_research"
FILE = Path(__file__).with_name("club.json")
SEED, LATENT_SEED = 5_200_000, 5_300_000  # of the first company; the others follow
COMPANIES, CUSTOMERS = 30, 4_000
LATENT_COMPANIES, LATENT_CUSTOMERS = 6, 20_000  # a check needs numbers to find what it looks for
WINDOW = "26W"
SOURCES = (
    "summaries/trials.py",
    "summaries/trial_history.py",
    "answers/programs/enrolment_starts.py",
    "answers/programs/enrolment_covariates.py",
    "answers/programs/enrolment_followed.py",
    "answers/programs/enrolment_placebos.py",
    "programs/enrolment/rows.py",
    "programs/enrolment/nuisances.py",
    "programs/enrolment/propensity.py",
    "programs/enrolment/scores.py",
    "programs/enrolment/doubly_robust.py",
)


class Truth(NamedTuple):
    """An effect over 26 weeks, and its Monte Carlo error."""

    value: float
    error: float


# truth.json's: sixteen pairs of companies of 10,000 customers, seeds 7,000,000 on
TRUTH = {
    "retained": Truth(0.031554702, 0.001206640),
    "purchases": Truth(0.547801841, 0.006798678),
    "revenue": Truth(21.081361124, 0.250477014),
}
PARAMETERS = "8452e442c481"  # of the hash of the company's: with others, another truth


@dataclass(frozen=True, slots=True)
class Found:
    """What one company's report says.

    Attributes:
        effect: outcome to the estimate. error: to its standard error.
        ever: outcome to whoever ever joined less the others. plain: to members less the others of
            the same weeks.
        members: compared. failed: whether a placebo outcome did.
    """

    effect: dict[str, float]
    error: dict[str, float]
    ever: dict[str, float]
    plain: dict[str, float]
    members: int
    failed: bool


def stamp() -> str:
    """The sha256 of the sources that the record speaks for, and of the parameters."""
    digest = hashlib.sha256(repr(Company()).encode())
    for name in SOURCES:
        digest.update((PACKAGE / name).read_text(encoding="utf-8").encode())
    return digest.hexdigest()


def opened(company: Company, customers: int, seed: int, folder: Path) -> Workspace:
    """The study of a company of its own, with its tables in a folder."""
    for name, table in company_tables(simulate_company(company, customers, seed)).items():
        pq.write_table(table, folder / f"{name}.parquet")
    study = read_study("params/company.yml")
    sources = {
        name: type(source).model_validate({"path": str(folder / f"{name}.parquet")})
        for name, source in study.sources.items()
    }
    return open_workspace(study.model_copy(update={"sources": sources}))


def club_of(workspace: Workspace) -> Program:
    """The club as the study declares it."""
    found = {one.id: one for one in workspace.study.programs}["club"]
    return Program.model_validate(found.model_dump() | {"window": WINDOW})


def one_company(company: Company, customers: int, seed: int) -> Found:
    """Simulate a company and estimate what its club did."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = opened(company, customers, seed, Path(folder))
        program = club_of(workspace)
        starts = starts_of(workspace, program)
        assert isinstance(starts, Starts)
        return _found(workspace, program, starts, followed(workspace, program, starts))


def _found(workspace: Workspace, program: Program, starts: Starts, rows: Followed) -> Found:
    effects = corrected(workspace, program, rows)
    assert not isinstance(effects, Missing)
    results = {name: effects.results[name].effect.difference for name in TRUTH}
    told = {name: one for name, one in results.items() if isinstance(one, Estimate)}
    checked = placebos(rows, starts.habit, draws_of(workspace.study, f"{program.id}.placebo"))
    return Found(
        effect={name: one.estimate for name, one in told.items()},
        error={name: float(one.std_error or 0.0) for name, one in told.items()},
        ever=_naive(ever_against_never(workspace, program)),
        plain=_naive(plain(rows, workspace.study.confidence)),
        members=int(rows.treated.sum()),
        failed=any(isinstance(p, PlaceboResult) and not p.passed for p in checked.values()),
    )


def _naive(effects: Any) -> dict[str, float]:
    return {
        one.outcome: one.difference.estimate
        for one in effects
        if one.outcome in TRUTH and isinstance(one.difference, Estimate)
    }


def told(found: list[Found], outcome: str) -> dict[str, float]:
    """What the companies say together of an outcome.

    Returns:
        mean; sd between companies; allowed, 3 sqrt(sd^2 / R + mc^2); away, from the truth; the
        mean standard error; and the means of the naive comparisons.
    """
    values = np.array([one.effect[outcome] for one in found])
    sd, truth = float(values.std(ddof=1)), TRUTH[outcome]
    return {
        "mean": float(values.mean()),
        "sd": sd,
        "allowed": 3.0 * float(np.sqrt(sd**2 / values.size + truth.error**2)),
        "away": float(values.mean()) - truth.value,
        "std_error": float(np.mean([one.error[outcome] for one in found])),
        "ever": float(np.mean([one.ever[outcome] for one in found])),
        "plain": float(np.mean([one.plain[outcome] for one in found])),
    }


def companies(first: int, count: int, customers: int, *, latent: bool = False) -> list[Found]:
    """So many companies, the seeds one after the other."""
    return [one_company(Company(latent_cause=latent), customers, first + n) for n in range(count)]


def record() -> dict[str, Any]:
    """The whole run."""
    begun = stamp()
    found = companies(SEED, COMPANIES, CUSTOMERS)
    latent = companies(LATENT_SEED, LATENT_COMPANIES, LATENT_CUSTOMERS, latent=True)
    assert begun == stamp(), "the sources changed while the study ran"
    return {
        "study": "club",
        "seed": SEED,
        "companies": COMPANIES,
        "customers": CUSTOMERS,
        "window": WINDOW,
        "truth": {name: one._asdict() for name, one in TRUTH.items()},
        "outcomes": {name: told(found, name) for name in TRUTH},
        "members": float(np.mean([one.members for one in found])),
        "placebo_fails": float(np.mean([one.failed for one in found])),
        "latent": {
            "seed": LATENT_SEED,
            "companies": LATENT_COMPANIES,
            "customers": LATENT_CUSTOMERS,
            "placebo_fails": float(np.mean([one.failed for one in latent])),
            "outcomes": {name: told(latent, name)["mean"] for name in TRUTH},
        },
        "sources": list(SOURCES),
        "stamp": begun,
    }


def kept() -> dict[str, Any]:
    """The record as it was kept."""
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


if __name__ == "__main__":
    FILE.write_text(json.dumps(record(), indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(FILE.read_text(encoding="utf-8"))
