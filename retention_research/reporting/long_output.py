"""What a cell shows beyond reason, cut to a length that a page and a notebook can carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from retention_research.reporting.payloads import MIME

CELL: Final = 200_000  # characters of text that one cell may show
PAGE: Final = 5_000_000  # characters, text and pictures, that all cells may show together

_TEXT: Final = ("text/plain", "text/html", "text/latex", "text/markdown", "application/json")


def cut(cells: Iterable[Any], cell: int = CELL, page: int = PAGE) -> list[dict[str, Any]]:
    r"""The cells with outputs cut where they are too long; what reports record is left whole.

    Args:
        cells: nodes of an executed notebook; left as they are.
        cell: characters of text that one cell may show.
        page: characters that all cells may show together, pictures among them.

    Example:
        >>> out = {"output_type": "stream", "name": "stdout", "text": "12345"}
        >>> cut([{"cell_type": "code", "outputs": [out]}], cell=3)[0]["outputs"][0]["text"]
        '123\n(cut here: 2 more characters)\n'
    """
    fitting, left = list[dict[str, Any]](), page
    for one in cells:
        outputs = list(_fitting(one.get("outputs", []), min(cell, left), left))
        left = max(left - sum(map(_length, outputs)), 0)
        fitting.append({**one, "outputs": outputs} if "outputs" in one else dict(one))
    return fitting


def _fitting(outputs: Iterable[Any], text: int, page: int) -> Iterator[dict[str, Any]]:
    for output in outputs:
        short = dict(output)
        if "text" in short:
            short["text"] = _cut_text(short["text"], text)
        elif MIME not in short.get("data", {}) and "data" in short:
            short["data"] = _cut_data(short["data"], text, page)
        text, page = max(text - _words(short), 0), max(page - _length(short), 0)
        yield short


def _cut_text(text: Any, room: int) -> str:
    whole = "".join(text)
    if len(whole) <= room:
        return whole
    return f"{whole[:room]}\n{_said(len(whole) - room)}\n"


def _said(characters: int) -> str:
    return f"(cut here: {characters:,} more characters)"


def _cut_data(data: Any, text: int, page: int) -> dict[str, Any]:
    kept = {mime: body for mime, body in data.items() if mime != "text/plain"}
    kept = {m: b for m, b in kept.items() if len(str(b)) <= (text if m in _TEXT else page)}
    lost = sum(len("".join(map(str, data[mime]))) for mime in data if mime not in kept)
    if "text/plain" in data:
        return kept | {"text/plain": _cut_text(data["text/plain"], text)}
    return kept if kept or not lost else {"text/plain": _said(lost)}


def _words(output: Any) -> int:
    if MIME in output.get("data", {}):
        return 0
    texts = (body for mime, body in output.get("data", {}).items() if mime in _TEXT)
    return len(output.get("text", "")) + sum(len(str(body)) for body in texts)


def _length(output: Any) -> int:
    if MIME in output.get("data", {}):
        return 0
    return len(output.get("text", "")) + sum(map(len, map(str, output.get("data", {}).values())))
