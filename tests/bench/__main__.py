"""`python -m tests.bench` prints every ratio, each measured in this one run."""

from tests.bench import (
    bg_nbd,
    cox,
    enrolment,
    everyday,
    experiment,
    purchases,
    reports,
    simulate,
    survival,
)

if __name__ == "__main__":
    for bench in (
        bg_nbd,
        survival,
        cox,
        experiment,
        enrolment,
        purchases,
        reports,
        simulate,
        everyday,
    ):
        bench.main()
        print()
