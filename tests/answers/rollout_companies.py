"""The service desk over independent simulated companies: ours, and two-way fixed effects.

`python -m tests.answers.rollout_companies` simulates them and keeps what comes out beside this
file. Seeds and sizes were written down before the first run.
"""

import json
from pathlib import Path

from retention_research.answers.programs.rollout import rollout_report
from retention_research.events.simulate.company import Company
from retention_research.events.simulate.tables import company_tables
from retention_research.events.simulate.weeks import simulate_company
from retention_research.study import new_study, read_study
from retention_research.workspace import open_workspace

COMPANIES, CUSTOMERS, FIRST_SEED = 24, 20_000, 5_100_000
OUTCOMES = ("retained", "purchases", "revenue", "margin")
KEPT = Path(__file__).with_name("rollout_companies.json")


def report_of(customers, seed, company=None):
    """The roll-out's report on one company's orders and customers."""
    made = company_tables(simulate_company(company or Company(), customers, seed))
    frames = {name: made[name].to_pandas() for name in ("transactions", "customers")}
    kept = read_study("params/company.yml")
    study = new_study(
        study="rollout", currency="EUR", as_of=kept.as_of, money=kept.money,
        sources={name: {"frame": True} for name in frames}, programs=[desk()],
    )  # fmt: skip
    workspace = open_workspace(study, frames)
    return rollout_report(workspace, workspace.study.programs[0])


def desk():
    """The roll-out as the simulated company's study declares it."""
    programs = read_study("params/company.yml").programs
    return next(program for program in programs if program.kind == "rollout").model_dump()


def told(report):
    """Each outcome's effect with its interval, the warning's, and the course before."""
    ours = {one.outcome: one.difference for one in report.effects}
    rows = {name: [found.estimate, found.std_error, found.conf_low, found.conf_high]
            for name, found in {**ours, "two_way": report.detail.two_way}.items()}  # fmt: skip
    return {"effects": rows, "pre_trend": report.detail.pre_trend.p_value, "grade": report.grade}


def main():
    """Simulate all companies and keep what is told of them."""
    rows = [told(report_of(CUSTOMERS, FIRST_SEED + each)) for each in range(COMPANIES)]
    about = {"companies": COMPANIES, "customers": CUSTOMERS, "first_seed": FIRST_SEED}
    KEPT.write_text(json.dumps(about | {"rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
