"""`python -m tests.evidence [name ...]` runs all studies, or those named, at full size."""

import sys
import time

from tests.evidence.models import STUDIES
from tests.evidence.study import outside


def main(names: list[str]) -> int:
    """Run the studies, keep their results, and print what they say."""
    missed = 0
    for study in STUDIES:
        if names and study.name not in names:
            continue
        began = time.perf_counter()
        result = study.write(study.datasets)
        told = ", ".join(f"{name} {share:.4f}" for name, share in result["shares"].items())
        seconds = time.perf_counter() - began
        print(
            f"{study.name}: {told}; at a boundary {result['boundary_share']:.4f}; {seconds:.0f} s"
        )
        for name in outside(result):
            missed += 1
            print(f"  {name} is outside its band {result['bands'][name]}")
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
