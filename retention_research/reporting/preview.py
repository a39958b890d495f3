"""What JupyterLab shows for a recorded payload; the published page is made elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape

from retention_research.reporting.payloads import Payload


def render(payload: Payload) -> str:
    """A payload as a small piece of HTML, with every text escaped.

    Example:
        >>> render({"kind": "note", "text": "2 < 3"})
        '<p>2 &lt; 3</p>'
    """
    return _RENDERERS[payload["kind"]](payload)


def svg_address(svg: str) -> str:
    """An SVG text as a data address for an image element, where no script in it can run.

    Example:
        >>> svg_address("<svg/>")
        'data:image/svg+xml;base64,PHN2Zy8+'
    """
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")


def _values(payload: Payload) -> str:
    rows = (
        f"<dt>{escape(name)}</dt><dd>{escape(str(entry['value']))}</dd>"
        for name, entry in payload["values"].items()
    )
    return f"<dl>{''.join(rows)}</dl>"


def _opening(payload: Payload) -> str:
    parts = (payload[key] for key in ("answer", "money", "decision") if payload[key])
    return "".join(f"<p><strong>{escape(part)}</strong></p>" for part in parts)


def _tiles(payload: Payload) -> str:
    rows = (
        f"<dt>{escape(tile['label'])}</dt>"
        f"<dd>{escape(tile['value_text'])} <small>{escape(tile['interval_text'])}</small></dd>"
        for tile in payload["tiles"]
    )
    return f"<dl>{''.join(rows)}</dl>"


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
    "note": lambda payload: f"<p>{escape(payload['text'])}</p>",
    "analysts": lambda _: "<hr><p><em>For analysts</em></p>",
    "skip": lambda payload: f"<p>Skipped: {escape(payload['reason'])}</p>",
}
