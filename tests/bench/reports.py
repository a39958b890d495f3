"""The reports of `cdnow`: one command, against papermill and nbconvert chained by hand.

`python -m tests.bench.reports` prints seconds, their ratio and the peak memory of all children.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def chained(folder: Path) -> None:
    """Each notebook by papermill, then by nbconvert, as the two command lines do it."""
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        done = folder / notebook.name
        study = str(ROOT / "params" / "cdnow.yml")
        call(BIN / "papermill", notebook, done, "-p", "study", study, "--no-progress-bar")
        call(BIN / "jupyter", "nbconvert", "--to", "html", done)


def one_command(folder: Path) -> None:
    """The same reports, published."""
    call(BIN / "retention-research", "run", ROOT / "params" / "cdnow.yml", "--out", folder)


def call(*words: object) -> None:
    """Run a command quietly, here, with one thread of linear algebra."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    settings = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    subprocess.run([str(word) for word in words], check=True, cwd=ROOT, env=settings, **quiet)


def main() -> None:
    """Take turns, three times each, and print the medians."""
    times: dict[str, list[float]] = {"one_command": [], "chained": []}
    for _ in range(3):
        for work in (one_command, chained):
            with tempfile.TemporaryDirectory() as folder:
                began = time.perf_counter()
                work(Path(folder))
                times[work.__name__].append(time.perf_counter() - began)
    here, there = (sorted(times[name])[1] for name in ("one_command", "chained"))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print("The reports of cdnow, from the study file to HTML (medians of 3)")
    print(f"{'retention-research':>20}: {here:6.2f} s")
    print(f"{'papermill, nbconvert':>20}: {there:6.2f} s;  {peak:.0f} MB in the largest process")
    print(f"{'ratio':>20}: {here / there:6.2f} of the time (0.50 allowed)")


if __name__ == "__main__":
    main()
