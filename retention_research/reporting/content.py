"""An executed notebook read as a report: opening, sections, limits, analysts' part, values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from retention_research.reporting.notebooks import title_of
from retention_research.reporting.payloads import MIME, Payload

Kind = Literal["prose", "figure", "table", "note", "points", "text", "image", "finding"]

_PICTURES: Final = ("image/svg+xml", "image/png", "image/jpeg")
_BLOCKS: Final = ("figure", "table", "note", "points")


class RecordedTwice(Exception):  # noqa: N818
    """A name that may be recorded once was recorded again."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a page.

    Attributes:
        kind: what it is: prose (Markdown), figure, table, note, points, text, image or finding.
        data: a payload, or {"text": ...} or {"mime": ..., "body": ..., "alt": ...}.
    """

    kind: Kind
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A finding and the figures, tables and words that belong to it."""

    finding: Payload
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """The source of one code cell: its number as the page counts it, and what it showed."""

    number: int
    source: str
    shows: str


@dataclass(frozen=True, slots=True)
class Content:
    """All that one report says, in the order of its page.

    Attributes:
        title: the first heading of the notebook.
        opening: payload with answer, money and decision, or None.
        tiles: payloads of the headline numbers.
        introduction: blocks before the first finding.
        sections: one per finding.
        limits: sentences.
        analysts: blocks of the analysts' part; findings there are blocks.
        code: the code cells.
        values: glossary name to value payload.
        tables: payloads of all tables, with their CSV text.
    """

    title: str
    opening: Payload | None
    tiles: tuple[Payload, ...]
    introduction: tuple[Block, ...]
    sections: tuple[Section, ...]
    limits: tuple[str, ...]
    analysts: tuple[Block, ...]
    code: tuple[Code, ...]
    values: dict[str, Payload]
    tables: tuple[Payload, ...]


def read_content(notebook: Any, report: str) -> Content:
    """Read an executed notebook.

    Args:
        notebook: an nbformat node.
        report: the report's name, used where the notebook has no heading.

    Raises:
        RecordedTwice: if a value, finding, figure or table name occurs twice.

    Example:
        >>> import nbformat
        >>> cells = [nbformat.v4.new_markdown_cell("# Who stays")]
        >>> read_content(nbformat.v4.new_notebook(cells=cells), "survival").title
        'Who stays'
    """
    payloads = [p for cell in notebook.cells for p in _payloads(cell)]
    _check_unique(payloads)
    title = title_of(notebook.cells, report)
    public, analysts = _parts(notebook.cells, title)
    introduction, sections = _sections(public)
    return Content(
        title=title,
        opening=next(_of_kind("opening", payloads), None),
        tiles=tuple(tile for p in _of_kind("tiles", payloads) for tile in p["tiles"]),
        introduction=introduction,
        sections=sections,
        limits=tuple(text for p in _of_kind("limits", payloads) for text in p["sentences"]),
        analysts=analysts,
        code=tuple(_code(notebook.cells)),
        values={k: v for p in _of_kind("values", payloads) for k, v in p["values"].items()},
        tables=tuple(_of_kind("table", payloads)),
    )


def _payloads(cell: Mapping[str, Any]) -> list[Payload]:
    outputs = cell.get("outputs", [])
    return [out["data"][MIME] for out in outputs if MIME in out.get("data", {})]


def _of_kind(kind: str, payloads: Iterable[Payload]) -> Iterator[Payload]:
    return (payload for payload in payloads if payload["kind"] == kind)


def _check_unique(payloads: list[Payload]) -> None:
    names = [("value", name) for p in _of_kind("values", payloads) for name in p["values"]]
    names += [("finding", p["id"]) for p in _of_kind("finding", payloads)]
    names += [(k, p["name"]) for k in ("figure", "table") for p in _of_kind(k, payloads)]
    twice = sorted(f"{kind} {name}" for (kind, name), n in Counter(names).items() if n > 1)
    if twice:
        raise RecordedTwice(f"recorded twice: {', '.join(twice)}")


def _parts(
    cells: Iterable[Mapping[str, Any]], title: str
) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    parts: tuple[list[Block], list[Block]] = ([], [])
    reached = 0
    for cell in cells:
        for found in _blocks(cell, title):
            if found is None:
                reached = 1
            else:
                parts[reached].append(found)
    return tuple(parts[0]), tuple(parts[1])


def _blocks(cell: Mapping[str, Any], title: str) -> Iterator[Block | None]:
    """The blocks of a cell in order; None marks where the analysts' part begins."""
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield from _prose(source, title)
    for output in cell.get("outputs", []):
        payload = output.get("data", {}).get(MIME)
        if payload is None:
            yield from _foreign(output)
        elif payload["kind"] == "analysts":
            yield None
        elif payload["kind"] in (*_BLOCKS, "finding"):
            yield Block(payload["kind"], payload)


def _prose(source: str, title: str) -> Iterator[Block]:
    lines = source.strip().splitlines()
    if lines and lines[0].lstrip("# ").strip() == title and lines[0].startswith("# "):
        lines = lines[1:]
    text = "\n".join(lines).strip()
    if text:
        yield Block("prose", {"text": text})


def _foreign(output: Mapping[str, Any]) -> Iterator[Block]:
    """What an analyst's own cell displayed: pictures and plain text, never its HTML."""
    data = output.get("data", {})
    picture = next((mime for mime in _PICTURES if mime in data), None)
    if picture:
        alt = output.get("metadata", {}).get("alt", "")
        yield Block("image", {"mime": picture, "body": "".join(data[picture]), "alt": alt})
    elif "text/plain" in data:
        yield Block("text", {"text": "".join(data["text/plain"])})
    elif output.get("name") == "stdout":
        yield Block("text", {"text": "".join(output["text"])})


def _sections(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    starts = [i for i, block in enumerate(blocks) if block.kind == "finding"]
    ends = [*starts, len(blocks)][1:]
    sections = tuple(
        Section(dict(blocks[start].data), blocks[start + 1 : end])
        for start, end in zip(starts, ends, strict=True)
    )
    return blocks[: starts[0] if starts else len(blocks)], sections


def _code(cells: Iterable[Mapping[str, Any]]) -> Iterator[Code]:
    code = (cell for cell in cells if cell["cell_type"] == "code")
    for number, cell in enumerate(code, 1):
        yield Code(number, "".join(cell["source"]).strip(), ", ".join(map(_named, _payloads(cell))))


def _named(payload: Payload) -> str:
    if payload["kind"] == "finding":
        return str(payload["title"])
    return str(payload.get("caption") or payload["kind"])
