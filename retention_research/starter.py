"""A new study from the user's own file: guessed, confirmed, written; and a first notebook."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from retention_research.yaml_origins import StudyError

if TYPE_CHECKING:
    from retention_research.events.guess import Guess

_NEEDED = ("customer_id", "timestamp", "amount")
_WIDEST = 24  # characters of a cell in the preview
_OPTIONS = ("encoding", "delimiter", "decimal", "date_format", "rows", "counts_as_sale")


@dataclass(frozen=True, slots=True)
class Draft:
    """A study that is not written yet.

    Attributes:
        folder: where it goes.
        slug: its name.
        file: the user's orders.
        currency: ISO code, "" while unknown.
        columns: canonical name to their column.
        options: how to read the file, as the study's source keys.
        guess: what the file seems to be.
    """

    folder: Path
    slug: str
    file: Path
    currency: str
    columns: Mapping[str, str]
    options: Mapping[str, Any]
    guess: Guess

    def preview(self) -> list[str]:
        """What was guessed and why, and five rows as they will be read."""
        guessed = self.guess.columns
        lines = [
            f"{self.file.name}: {self.guess.encoding or 'Parquet'}, "
            f"{len(self.guess.header)} columns"
        ]
        for ours, theirs in self.columns.items():
            known = ours in guessed and guessed[ours].column == theirs
            lines.append(
                f"  {ours:<12} {theirs}" + (f"  ({guessed[ours].reason})" if known else "")
            )
        lines.append(f"  one row is {_row_words(self.options)}: {self.guess.rows_reason}")
        return [*lines, *_rows_as_read(self.guess.sample), *self.questions()]

    def questions(self) -> list[str]:
        """What only the user can decide, and how to say it."""
        asked = [q for q in self.guess.questions if not _answered(q, self)]
        if not self.currency:
            asked.append("The currency is not in the file: --currency EUR")
        return asked


def _row_words(options: Mapping[str, Any]) -> str:
    return {"order": "an order", "line": "a line"}.get(options.get("rows", ""), "not clear")


def _answered(question: str, draft: Draft) -> bool:
    named = any(f"looks like {ours}:" in question for ours in draft.columns)
    given = any(draft.options.get(key) for key in ("date_format", "decimal") if key in question)
    given = given or ("rows=line" in question and "rows" in draft.options)
    dated = "date_format" in draft.options and "date" in question
    return named or given or dated


def _rows_as_read(sample: Iterable[Mapping[str, Any]]) -> list[str]:
    rows = [[_shown(value) for value in row.values()] for row in sample]
    if not rows:
        return []
    header = list(next(iter(sample)))
    wide = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    texts = [header, *rows]
    return [
        "",
        *("  " + "  ".join(t.ljust(w) for t, w in zip(row, wide, strict=True)) for row in texts),
    ]


def _shown(value: object) -> str:
    text = "" if value is None else str(value)
    printable = "".join(c if c.isprintable() else "?" for c in text)
    return printable if len(printable) <= _WIDEST else f"{printable[: _WIDEST - 1]}…"


def draft_study(
    folder: Path,
    transactions: Path,
    name: str = "",
    currency: str = "",
    columns: Iterable[str] = (),
    options: Iterable[str] = (),
) -> Draft:
    r"""Guess a study from a file of orders.

    Args:
        folder: where the study goes.
        transactions: CSV or Parquet.
        name: slug; from the folder's name if empty.
        currency: ISO code; guessed if empty.
        columns: `ours=theirs` texts that win over the guess.
        options: `key=value` texts that win over the guess, as the study's source takes them.

    Raises:
        StudyError: if the file is no table, or a text is not of its form.

    Example:
        >>> folder = getfixture("tmp_path")
        >>> _ = (folder / "orders.csv").write_text("client,date,total\n7,2024-01-25,1.50\n")
        >>> draft = draft_study(folder / "my shop", folder / "orders.csv", currency="EUR")
        >>> draft.slug, draft.columns["amount"]
        ('my_shop', 'total')
    """
    from retention_research.events.guess import guess_source

    guess = guess_source(transactions)
    named = {ours: found.column for ours, found in guess.columns.items()} | _pairs(columns)
    unknown = [theirs for theirs in named.values() if theirs not in guess.header]
    if unknown:
        raise StudyError(
            f"{transactions.name} has no column {unknown[0]!r}. It has: {', '.join(guess.header)}."
        )
    slug = _slug(name or folder.resolve().name)
    read = _guessed_options(guess, named) | _source_options(options)
    return Draft(folder, slug, transactions, currency or guess.currency or "", named, read, guess)


def _pairs(texts: Iterable[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    wrong = [key for key, equals, value in pairs if not (key and equals and value)]
    if wrong:
        raise StudyError(f"{wrong[0]!r} is not of the form name=value (timestamp=Datum).")
    return {key.strip(): value for key, _, value in pairs}


def _source_options(texts: Iterable[str]) -> dict[str, Any]:
    given = _pairs(texts)
    unknown = [key for key in given if key not in _OPTIONS]
    if unknown:
        raise StudyError(f"--source {unknown[0]} is not known. Known: {', '.join(_OPTIONS)}.")
    sales = given.pop("counts_as_sale", None)
    return {**given, **({"counts_as_sale": sales.split(",")} if sales else {})}


def _guessed_options(guess: Guess, columns: Mapping[str, str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for key in ("rows", "encoding", "delimiter", "decimal", "date_format"):
        if getattr(guess, key):
            options[key] = getattr(guess, key)
    sales = [status.value for status in guess.statuses if status.is_sale]
    if "status" in columns and sales and len(sales) < len(guess.statuses):
        options["counts_as_sale"] = sales
    return options


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:60]
    return slug or "study"


def confirm(draft: Draft, ask: Callable[..., Any]) -> Draft:
    """Ask for what was guessed; an empty answer keeps the guess.

    Args:
        draft: the guess.
        ask: called with a question and `default`.
    """
    columns = dict(draft.columns)
    for ours in _NEEDED:
        columns[ours] = _known(ask(f"Column of {ours}", default=columns.get(ours, "")), draft)
    currency = ask("Currency", default=draft.currency or "EUR")
    options = dict(draft.options)
    if not options.get("date_format") and any("date" in q for q in draft.questions()):
        options["date_format"] = ask("Format of dates (%d/%m/%Y, %m/%d/%Y)", default="%d/%m/%Y")
    if "rows" not in options:
        options["rows"] = _own_amounts(ask("Is each amount the line's own (line) or the order's"
                                           " total (total)", default="total"))  # fmt: skip
    if draft.guess.statuses and "status" in columns:
        sales = ",".join(options.get("counts_as_sale", [s.value for s in draft.guess.statuses]))
        options["counts_as_sale"] = ask("Status values that count as a sale", default=sales).split(
            ","
        )
    return replace(draft, columns=columns, currency=currency.upper(), options=options)


def _own_amounts(answer: str) -> str:
    if answer.strip().lower() != "line":
        raise StudyError(
            "totals that stand on each line would be summed several times: export one row per "
            "order, and start again with that file."
        )
    return "line"


def _known(theirs: str, draft: Draft) -> str:
    if theirs not in draft.guess.header:
        raise StudyError(f"{draft.file.name} has no column {theirs!r}.")
    return theirs


def write_draft(draft: Draft) -> list[str]:
    """Write DIR/params/<slug>.yml and say what to do next.

    Raises:
        StudyError: if something is still open, or the study is there already.
    """
    lacking = [ours for ours in _NEEDED if ours not in draft.columns]
    open_questions = draft.questions()
    if lacking or open_questions:
        told = [f"--column {ours}=THEIRS" for ours in lacking]
        raise StudyError("Not written yet. Say: " + "; ".join([*told, *open_questions]))
    file = draft.folder / "params" / f"{draft.slug}.yml"
    if file.exists():
        raise StudyError(f"{file} is there already: give another --name, or edit it.")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_study_text(draft), encoding="utf-8")
    return [
        f"Wrote {file}",
        f"Next: retention-research check {file}",
        f"Then: retention-research run {file}",
    ]


def _study_text(draft: Draft) -> str:
    source = {"path": _path_from(draft.folder, draft.file), "columns": dict(draft.columns)}
    settings = {
        "extends": "_defaults.yml",
        "study": draft.slug,
        "title": draft.slug.replace("_", " ").capitalize(),
        "currency": draft.currency.upper(),
        "sources": {"transactions": {**source, **draft.options}},
    }
    head = (
        "# Written by `retention-research init` from the first rows of your file. Worth a look:\n"
        "# money.margin (0.30 unless you say otherwise), time.zone, amounts: {vat: included}.\n"
    )
    return head + str(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True))


def _path_from(folder: Path, file: Path) -> str:
    # Beside the study as well as in it: the two are moved together, and no machine is named.
    near = folder.resolve().parent
    if file.resolve().is_relative_to(near) and near != near.parent:
        return os.path.relpath(file.resolve(), folder.resolve())
    return str(file.resolve())


def write_notebook(folder: Path, name: str) -> str:
    """Write a template of an analyst's own report and say how a study names it.

    Raises:
        StudyError: if it is there already.

    Example:
        >>> print(write_notebook(getfixture("tmp_path"), "mine").rpartition("; ")[2])
        name it in your study: reports: [..., notebooks/mine.ipynb]
    """
    file = folder / "notebooks" / f"{_slug(name.removesuffix('.ipynb'))}.ipynb"
    if file.exists():
        raise StudyError(f"{file} is there already: give another name.")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(_notebook(), indent=1) + "\n", encoding="utf-8")
    return f"{file}; name it in your study: reports: [..., notebooks/{file.name}]"


def _notebook() -> dict[str, Any]:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    cells = [_cell(f"cell-{place:02d}", *cell) for place, cell in enumerate(_CELLS)]
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _cell(name: str, kind: str, text: str, *tags: str) -> dict[str, Any]:
    cell = {"id": name, "cell_type": kind, "metadata": {"tags": list(tags)} if tags else {},
            "source": text.splitlines(keepends=True)}  # fmt: skip
    return cell if kind == "markdown" else cell | {"execution_count": None, "outputs": []}


_CELLS = (
    ("markdown", "# What does this report answer?\n\nOne question, in the reader's words."),
    ("code", 'study = "params/cdnow.yml"', "parameters"),
    ("code", "from retention_research import make_table, open_workspace, report, wording_of"),
    ("code", "workspace = open_workspace(study)\nsay = wording_of(workspace.study)\n"
             "customers = workspace.summary(workspace.current).to_pandas()"),
    ("code", 'report.opening(f"{say.count(len(customers))} customers bought at least once.", '
             '"What it is worth in money.", "The decision it supports.")'),
    ("code", 'report.finding("regulars", "The finding, as a sentence", "What it means.")'),
    ("code", 'report.table(make_table("orders", "Orders and revenue of each customer", '
             'customers[["orders", "revenue"]].head(20), say))'),
    ("code", 'report.limits(["What these data cannot say."])'),
)  # fmt: skip
