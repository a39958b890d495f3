"""The command line: parse, call, print. Nothing else."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="From event tables to published reports: who stays, what they are worth, why they leave.",
)

StudyFile = Annotated[Path, typer.Argument(metavar="STUDY.yml", help="The study file.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Overrule a key of the study (repeatable)."),
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Last day that any number looks at.")
]


@app.command()
def run(
    study: StudyFile,
    out: Annotated[Path, typer.Option(help="Where reports are published.")] = Path("reports"),
    only: Annotated[
        str | None, typer.Option(metavar="NAME,...", help="Make these reports only; latest stays.")
    ] = None,
    as_of: AsOf = None,
    settings: Settings = None,
    force: Annotated[
        bool, typer.Option("--force", help="Run even if these inputs are published already.")
    ] = False,
) -> None:
    """Make a study's reports and publish them."""
    from retention_research.reporting.workers import warm_up

    warm_up()  # the workers' libraries load while this process loads its own
    from retention_research.reporting.progress import show_progress
    from retention_research.reporting.run import run_study
    from retention_research.study import read_study

    parameters = read_study(study, _overrides(as_of, settings))
    wanted = _names(only)
    with show_progress() as progress:
        outcome = run_study(parameters, out=out, only=wanted, force=force, progress=progress)
    typer.echo(outcome.words, err=outcome.exit_code != 0)
    if outcome.page:
        typer.echo(f"Open {outcome.page}")
    raise typer.Exit(outcome.exit_code)


@app.command()
def check(study: StudyFile, as_of: AsOf = None, settings: Settings = None) -> None:
    """Look at a study and its data, without any model: what is wrong, where, what to do."""
    from retention_research.reporting.notebooks import find_notebooks
    from retention_research.study import read_study
    from retention_research.workspace import check_study

    wanted = read_study(study, _overrides(as_of, settings))
    find_notebooks(wanted, ())
    for line in check_study(wanted):
        typer.echo(line)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the new study.")],
    transactions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your orders, as CSV or Parquet.")
    ] = None,
    name: Annotated[str, typer.Option(help="Slug of the study; from the folder if left out.")] = "",
    currency: Annotated[str, typer.Option(help="Currency code; guessed if left out.")] = "",
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="OURS=THEIRS", help="customer_id=Cust, amount=Total (repeatable)."),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="KEY=VALUE", help="rows=line, decimal=',' (repeatable)."),
    ] = None,
    notebook: Annotated[
        str, typer.Option(metavar="NAME", help="Write a template of your own report instead.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Take every guess, ask nothing.")] = False,
) -> None:
    """Start a study from your own file: columns, dates and amounts are guessed, you confirm."""
    from retention_research import starter

    if notebook:
        typer.echo(f"Wrote {starter.write_notebook(folder, notebook)}")
        return
    if transactions is None:
        raise typer.BadParameter("say where your orders are: --transactions FILE")
    draft = starter.draft_study(folder, transactions, name, currency, column or (), source or ())
    for line in draft.preview():
        typer.echo(line)
    if not yes and sys.stdin.isatty():
        draft = starter.confirm(draft, typer.prompt)
    typer.echo("\n".join(starter.write_draft(draft)))


@app.command()
def simulate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    customers: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, max=1_000_000, help="How many; 100,000 take 1 GB of memory."
        ),
    ] = 10_000,
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="Start of every draw.")] = 1,
    latent_cause: Annotated[
        bool, typer.Option("--latent-cause", help="Add a cause of staying that no table records.")
    ] = False,
) -> None:
    """Write the tables of a made-up company, and the truth that reports should find."""
    from retention_research.events.simulate.write import write_company

    write_company(folder, customers, seed, latent_cause, tell=typer.echo)
    typer.echo(f"Wrote {folder}: a Parquet file per table, and truth.json beside them.")


def _names(only: str | None) -> list[str]:
    names = [name.strip() for name in (only or "").split(",") if name.strip()]
    if only is not None and not names:
        raise typer.BadParameter("--only names no report: leave it out to make all")
    return names


def _overrides(as_of: str | None, settings: list[str] | None) -> list[str]:
    return [*(settings or []), *([f"as_of={as_of}"] if as_of else [])]


def main() -> None:
    """Run the command line; a person never sees a traceback."""
    from retention_research.yaml_origins import StudyError

    try:
        app()
    except StudyError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("Stopped; nothing published has changed.", err=True)
        sys.exit(130)
    except Exception as error:  # the last door: everything else is our own fault
        if os.environ.get("RETENTION_RESEARCH_DEBUG"):
            raise
        typer.echo(_our_fault(error), err=True)
        sys.exit(1)


def _our_fault(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return (
        f"retention-research failed inside ({type(error).__name__} at {place}); what was published "
        "is unchanged. Please report it. RETENTION_RESEARCH_DEBUG=1 shows the details."
    )


if __name__ == "__main__":
    main()
