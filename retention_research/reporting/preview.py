"""What JupyterLab shows for a recorded payload; the published page is made elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape

from retention_research.reporting.payloads import Payload

_SHOWN = ("value", "conf_low", "conf_high", "n", "reason")


def render(payload: Payload) -> str:
    """A payload as a small piece of HTML, with every text escaped.

    Example:
        >>> render({"kind": "note", "text": "2 < 3"})
        '<p>2 &lt; 3</p>'
    """
    return _RENDERERS[payload["kind"]](payload)


def svg_address(svg: str) -> str:
    r"""An SVG text as a data address for a quoted attribute; scripts do not run in an image.

    Percent signs spell out only what an attribute or an address would misread: shorter than base64.

    Example:
        >>> svg_address('<svg width="9">\n</svg>')
        'data:image/svg+xml,<svg width=%229%22> </svg>'
    """
    spelt = re.sub(r'[%#"&]', lambda found: f"%{ord(found[0]):02X}", re.sub(r"\s+", " ", svg))
    return f"data:image/svg+xml,{spelt.replace('://', '%3A//')}"


def _values(payload: Payload) -> str:
    rows = ((name, *map(entry.get, _SHOWN)) for name, entry in payload["values"].items())
    return _table(("value", *_SHOWN), rows)


def _table(header: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    cells = ("".join(f"<td>{_text(cell)}</td>" for cell in row) for row in rows)
    titles = "".join(f"<th>{_text(title)}</th>" for title in header)
    return f"<table><tr>{titles}</tr>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def _text(cell: object) -> str:
    return "" if cell is None else escape(str(cell))


def _opening(payload: Payload) -> str:
    parts = (payload[key] for key in ("answer", "money", "decision") if payload[key])
    return "".join(f"<p><strong>{escape(part)}</strong></p>" for part in parts)


def _tiles(payload: Payload) -> str:
    columns = ("label", "value_text", "interval_text", "note")
    return _table(
        ("tile", "value", "interval", "note"), (map(t.get, columns) for t in payload["tiles"])
    )


def _finding(payload: Payload) -> str:
    return f"<h3>{escape(payload['title'])}</h3><p>{escape(payload['so_what'])}</p>"


def _figure(payload: Payload) -> str:
    picture = f'<img src="{svg_address(payload["svg"])}" alt="{escape(payload["alt"])}">'
    return f"<figure>{picture}<figcaption>{escape(payload['caption'])}</figcaption></figure>"


def _limits(payload: Payload) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in payload['sentences'])}</ul>"


_RENDERERS: dict[str, Callable[[Payload], str]] = {
    "values": _values,
    "opening": _opening,
    "tiles": _tiles,
    "finding": _finding,
    "figure": _figure,
    "table": lambda payload: str(payload["html"]),
    "limits": _limits,
    "points": lambda payload: f"{escape(payload['heading'])}{_limits(payload)}",
    "note": lambda payload: f"<p>{escape(payload['text'])}</p>",
    "analysts": lambda _: "<hr><p><em>For analysts</em></p>",
    "skip": lambda payload: f"<p>Skipped: {escape(payload['reason'])}</p>",
}
