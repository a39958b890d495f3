"""A new study from the user's own file: guessed, confirmed, written; and a first notebook."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from retention_research.yaml_origins import StudyError

if TYPE_CHECKING:
    from retention_research.events.guess import Guess
    from retention_research.events.stated import Stated

_NEEDED = ("customer_id", "timestamp", "amount")
_ASKED = {
    "decimal": "Decimal sign of amounts (. or ,)",
    "date_format": "Format of dates (dd/mm/yyyy, mm/dd/yyyy)",
    "rows": "Is each amount the line's own (line) or the order's total (total)",
}
_TOTALS = (
    "totals that stand on each line would be summed several times: export one row per order, and "
    "start again with that file."
)


class _NoStudyError(StudyError):
    """The answers say that the file cannot carry a study: asking again would not help."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A study that is not written yet.

    Attributes:
        folder: where it goes.
        slug: its name.
        file: the user's orders.
        stated: what the user says of them.
        guess: what the file seems to be, with that.
    """

    folder: Path
    slug: str
    file: Path
    stated: Stated
    guess: Guess

    @property
    def currency(self) -> str:
        """ISO code, "" while unknown."""
        return self.guess.currency or ""

    @property
    def columns(self) -> Mapping[str, str]:
        """Canonical name to their column."""
        return {ours: found.column for ours, found in self.guess.columns.items()}

    @property
    def options(self) -> Mapping[str, Any]:
        """How to read the file, as the study's source keys."""
        guessed = {
            key: getattr(self.guess, key)
            for key in ("rows", "encoding", "delimiter", "decimal", "date_format")
            if getattr(self.guess, key) and key not in self.guess.questions
        }
        sales = [status.value for status in self.guess.statuses if status.is_sale]
        if sales and len(sales) < len(self.guess.statuses):
            guessed["counts_as_sale"] = sales
        vat = {"amounts": {"vat": self.guess.vat}} if self.guess.vat else {}
        return guessed | dict(self.stated.options) | vat

    def preview(self) -> list[str]:
        """What was guessed and why, and five rows as they will be read."""
        from retention_research.events.preview import preview_lines

        head = f"{self.file.name}: {self.guess.encoding or 'Parquet'}"
        lines = preview_lines(self.guess, self.options.get("counts_as_sale", ()))
        return [f"{head}, {len(self.guess.header)} columns", *lines, "", *self.questions()]

    def questions(self) -> list[str]:
        """What only the user can decide, and how to say it."""
        asked = list(self.guess.questions.values())
        home = self.guess.home_currency
        if not self.currency and home:
            asked.append(f"The currency is not in the file; its headings suggest --currency {home}")
        elif not self.currency:
            asked.append("The currency is not in the file: --currency EUR")
        return asked


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
    from retention_research.events.stated import stated_in_words

    stated = stated_in_words(currency, columns, options)
    guess = guess_source(transactions, stated)
    return Draft(folder, _slug(name or folder.resolve().name), transactions, stated, guess)


def _slug(text: str) -> str:
    # NFKD takes ą apart into a and its tail; ł has no parts.
    plain = unicodedata.normalize("NFKD", text.lower().replace("ł", "l"))
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")[:60].strip("_") or "study"


def confirm(draft: Draft, ask: Callable[..., Any]) -> Draft:
    """Ask for what was guessed; an empty answer keeps the guess, a wrong one is asked again.

    Args:
        draft: the guess.
        ask: called with a question and `default`; None where nothing may be taken unasked.

    Raises:
        StudyError: if no study can be made of the file.
    """
    for ours in _NEEDED:
        default = None if ours in draft.guess.questions else draft.columns.get(ours)
        question = _words(f"Column of {ours}", ours, draft)
        draft = _asked(ask, question, default, draft, partial(_with_column, ours))
    for key in [key for key in _ASKED if key in draft.guess.questions]:
        question = _words(_ASKED[key], key, draft)
        draft = _asked(ask, question, None, draft, partial(_with_option, key))
    proposed = draft.currency or draft.guess.home_currency
    draft = _asked(ask, "Currency", proposed, draft, _with_currency)
    return _with_sales_asked(draft, ask)


def _words(question: str, about: str, draft: Draft) -> str:
    doubt = draft.guess.questions.get(about)
    return f"{doubt}\n{question}" if doubt else question


def _with_sales_asked(draft: Draft, ask: Callable[..., Any]) -> Draft:
    statuses = [status.value for status in draft.guess.statuses if status.value]
    if not statuses:
        return draft
    unsure = "counts_as_sale" in draft.guess.questions
    default = None if unsure else ",".join(draft.options.get("counts_as_sale", statuses))
    question = f"Status values that count as a sale, of {', '.join(statuses)}"
    return _asked(ask, question, default, draft, partial(_with_option, "counts_as_sale"))


def _asked(
    ask: Callable[..., Any],
    question: str,
    default: str | None,
    draft: Draft,
    answered: Callable[[Draft, str], Draft],
) -> Draft:
    told = question
    while True:
        try:
            return answered(draft, str(ask(told, default=default)).strip())
        except _NoStudyError:
            raise
        except StudyError as error:
            told = f"{error}\n{question}"


def _with_column(ours: str, draft: Draft, theirs: str) -> Draft:
    if draft.columns.get(ours) == theirs and ours not in draft.guess.questions:
        return draft
    return _redrafted(draft, columns={**draft.stated.columns, ours: theirs})


def _with_option(key: str, draft: Draft, value: str) -> Draft:
    if (key, value.lower()) == ("rows", "total"):
        raise _NoStudyError(_TOTALS)
    from retention_research.events.stated import options_in_words

    read = options_in_words([f"{key}={value}"])
    if draft.options.get(key) == read.get(key):
        return draft
    return _redrafted(draft, options={**draft.stated.options, **read})


def _with_currency(draft: Draft, text: str) -> Draft:
    from retention_research.events.stated import currency_code

    code = currency_code(text)
    return draft if code == draft.currency else _redrafted(draft, currency=code)


def _redrafted(draft: Draft, **said: Any) -> Draft:
    from retention_research.events.guess import guess_source

    stated = replace(draft.stated, **said)
    return replace(draft, stated=stated, guess=guess_source(draft.file, stated))


def write_draft(draft: Draft) -> list[str]:
    """Write DIR/params/<slug>.yml and say what to do next.

    Raises:
        StudyError: if something is still open, or the study is there already.
    """
    if draft.questions():
        raise StudyError("Not written yet. Say: " + "; ".join(draft.questions()))
    file = draft.folder / "params" / f"{draft.slug}.yml"
    if file.exists():
        raise StudyError(f"{file} is there already: give another --name, or edit it.")
    file.parent.mkdir(parents=True, exist_ok=True)
    _write_checked(_study_text(draft), file)
    return [
        f"Wrote {file}",
        f"Next: retention-research check {file}",
        f"Then: retention-research run {file}",
    ]


def _write_checked(text: str, file: Path) -> None:
    from retention_research.study import read_study

    trial = file.with_name(f"{file.name}.new")
    try:
        trial.write_text(text, encoding="utf-8")
        read_study(trial.resolve())
        trial.replace(file)
    except StudyError as error:
        raise StudyError(f"Not written. {str(error).replace(trial.name, file.name)}") from None
    finally:
        trial.unlink(missing_ok=True)


def _study_text(draft: Draft) -> str:
    source = {"path": _path_from(draft.folder, draft.file), "columns": dict(draft.columns)}
    settings = {
        "extends": "_defaults.yml",
        "study": draft.slug,
        "title": draft.slug.replace("_", " ").capitalize(),
        "currency": draft.currency,
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
