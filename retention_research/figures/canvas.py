"""One visual language: sizes, colours that colour-blind readers tell apart, light and dark."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure

from retention_research.wording.numbers import Wording

# hex codes stand in the drawing for names that light and dark pages fill in
INK, FAINT, LINE, ACCENT, SECOND, BAND = (
    "#1b1f24", "#5b6470", "#d5d9de", "#0067a5", "#b34700", "#bcd9ec",
)  # fmt: skip
_DARK = {INK: "#e8eaed", FAINT: "#aab2bd", LINE: "#3d444d", ACCENT: "#63b5ee", SECOND: "#f0a04b",
         BAND: "#1f4460"}  # fmt: skip
TEXT = 10  # points: a phone shows them as 11 pixels
_SIZE = (4.1, 2.8)  # inches: text stays readable when a phone shrinks it to 330 pixels

_STYLE: Any = {
    "svg.fonttype": "none",  # text stays text: small files, and readers can search it
    "svg.hashsalt": "retention_research",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.parse_math": False,  # a dollar sign in a name is one
    "axes.edgecolor": FAINT,
    "axes.labelcolor": FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "lines.linewidth": 1.8,
    "path.simplify_threshold": 0.5,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn result: what a page shows and what a screen reader says.

    Attributes:
        name: file-like name, unique in its report.
        caption: what is drawn, in a sentence.
        alt: what the picture shows, for those who cannot see it.
        figure: the matplotlib figure.
    """

    name: str
    caption: str
    alt: str
    figure: Figure

    @property
    def svg(self) -> str:
        """The drawing as SVG text, the same bytes every time."""
        return to_svg(self.figure)


def draw(paint: Callable[[Axes], None], height: float = _SIZE[1]) -> Figure:
    """A figure of the house's size and style, painted on by `paint`."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_SIZE[0], height), layout="constrained")
        axes = figure.subplots()
        paint(axes)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # laying out again would move it by less than a pixel
    return figure


def to_svg(figure: Figure) -> str:
    """The figure as SVG whose colours follow the reader's light or dark setting."""
    text = io.StringIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(
            text, format="svg", metadata={"Date": None, "Creator": None}, transparent=True
        )
    body = re.sub(
        r"<metadata>.*?</metadata>|<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->",
        "",
        text.getvalue(),
        flags=re.S,
    )
    for light in _DARK:
        body = body.replace(light, f"var(--c{light[1:]})")
    body = body.replace("'DejaVu Sans'", "system-ui, sans-serif")
    return _squeezed(body.replace("<defs>", f"<style>{_palette()}</style><defs>", 1))


def _palette() -> str:
    light = ";".join(f"--c{key[1:]}:{key}" for key in _DARK)
    dark = ";".join(f"--c{key[1:]}:{value}" for key, value in _DARK.items())
    text = "text{font:9.5px system-ui,sans-serif}"
    return f"{text}:root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _squeezed(svg: str) -> str:
    """Leave out what no reader sees: names of groups, turns by nothing, digits below 0.1 pixel."""
    for pattern, instead in (
        (r'<g id="[^"]*">', "<g>"),
        (r'<g id="[^"]*"/>', ""),
        (r' transform="rotate\(-0 [^"]*\)"', ""),
        (r"font-size: 9.5px; font-family: system-ui, sans-serif; ", ""),
        (r"\s*\n\s*", " "),
    ):
        svg = re.sub(pattern, instead, svg)
    return re.sub(r"<[^>]*>", _shortened, svg).strip()


def _shortened(tag: re.Match[str]) -> str:
    """A tag's coordinates to a tenth; what readers read stands between tags and stays."""
    return re.sub(r"(\d+\.\d)\d+", r"\1", tag[0])


def count_axis(axis: Axis, wording: Wording) -> None:
    """Write the axis in whole numbers."""
    axis.set_major_formatter(lambda value, _: wording.count(value))


def share_axis(axis: Axis, wording: Wording) -> None:
    """Write the axis in per cent."""
    axis.set_major_formatter(lambda value, _: wording.share(round(value, 4)))


def readable(axes: Axes) -> None:
    """Write the axes large enough for a phone."""
    axes.tick_params(labelsize=TEXT)
    axes.xaxis.label.set_fontsize(TEXT)
    axes.yaxis.label.set_fontsize(TEXT)


def name_rows(axes: Axes, names: Iterable[str], wide: int, label: str) -> None:
    """Name the rows of marks that stand at 0, -1, -2 ..., the first on top, and what they show.

    Args:
        axes: with the marks.
        names: one per row.
        wide: characters of a line of a name.
        label: under the axis that the marks lie along.
    """
    folded = [textwrap.fill(name, wide) for name in names]
    axes.set_yticks([float(-place) for place in range(len(folded))], folded)
    axes.set_ylim(-len(folded) + 0.4, 0.6)
    axes.set_xlabel(label)
    axes.grid(visible=False, axis="y")
    axes.locator_params(axis="x", nbins=4)
    readable(axes)
