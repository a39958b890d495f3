"""The page of one report, exported by nbconvert through our own template."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import Any

from retention_research.reporting.content import Content
from retention_research.reporting.frame import Frame
from retention_research.reporting.preview import svg_address
from retention_research.reporting.templating import STATUS_WORDS, TEMPLATES


def render_report(report: str, content: Content, frame: Frame) -> str:
    """A report as one self-contained HTML page: no script, no address outside it, no clock.

    Args:
        report: its name.
        content: what it says.
        frame: what surrounds it.
    """
    import nbformat

    page = {"report": report, "content": content, "frame": frame}
    body, _ = _exporter().from_notebook_node(nbformat.v4.new_notebook(), {"page": page})
    return str(body)


def prose(text: str) -> str:
    """Markdown as HTML: raw HTML is shown as text, links and pictures become their words.

    A page must not hold an address: what a reader should open is printed beside its name.

    Example:
        >>> print(prose("Read [the paper](https://doi.org/10.1/2) & <b>more</b>"))
        <p>Read the paper (doi.org/10.1/2) &amp; &lt;b&gt;more&lt;/b&gt;</p>
    """
    from markupsafe import Markup

    return Markup(_markdown()(text))  # noqa: S704  (escaped by the renderer)


def picture_address(mime: str, body: str) -> str:
    """A displayed picture as a data address for a quoted attribute.

    Args:
        mime: such as image/png.
        body: base64, or SVG text.

    Example:
        >>> picture_address("image/png", "aGk=")
        'data:image/png;base64,aGk='
    """
    if mime == "image/svg+xml":
        return svg_address(body)
    return f"data:{mime};base64,{re.sub('[^A-Za-z0-9+/=]', '', body)}"


def highlighted(source: str) -> str:
    """Python code as HTML with the classes of its kinds of words.

    Example:
        >>> '<span class="mi">1</span>' in highlighted("a = 1")
        True
    """
    from markupsafe import Markup
    from nbconvert.filters.highlight import Highlight2HTML

    return Markup(Highlight2HTML(pygments_lexer="python")(source))  # noqa: S704


def row_count(table: str) -> int:
    """How many rows the body of an HTML table has.

    Example:
        >>> row_count("<table><thead><tr></tr></thead><tbody><tr></tr><tr></tr></tbody></table>")
        2
    """
    return len(re.findall(r"<tr\b", table.partition("<tbody")[2]))


@cache
def _exporter() -> Any:
    from nbconvert.exporters import TemplateExporter

    class ReportExporter(TemplateExporter):
        """nbconvert's exporter with our template, every value escaped."""

        def _create_environment(self) -> Any:
            environment = super()._create_environment()
            environment.autoescape = True
            environment.globals["status_words"] = STATUS_WORDS
            environment.filters |= {"prose": prose, "highlighted": highlighted}
            environment.filters["row_count"] = row_count
            environment.globals |= {"svg_address": svg_address, "picture_address": picture_address}
            return environment

    return ReportExporter(
        template_paths=[str(TEMPLATES)], template_file="report.html.j2", file_extension=".html"
    )


@cache
def _markdown() -> Any:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class PlainLinks(IPythonRenderer):
        """Prose without live addresses, headings one level down: the page's title is level 1."""

        def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
            plain = re.sub(r"^(https?://|mailto:)", "", url)
            return text if plain in text else f"{text} ({escape(plain)})"

        def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
            return text

        def heading(self, text: str, level: int, **attrs: Any) -> str:  # noqa: ARG002
            depth = min(level + 1, 6)
            return f"<h{depth}>{text}</h{depth}>\n"

    return MarkdownWithMath(renderer=PlainLinks(escape=True))
