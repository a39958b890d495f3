"""Every page of a published run in Chromium with the network off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_core_python
import pytest
from playwright.sync_api import Browser, Page

AXE = next(Path(axe_core_python.__file__).parent.rglob("axe.min.js"))
PHONE, DESK = 360, 1280
Open = Callable[..., Any]
Pages = tuple[Path, ...]

# elements that stick out of the page, unless they are inside a box that scrolls
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll')
    && !e.closest('.skip')).map(e => e.outerHTML.slice(0, 120))"""
# the rows of a table are alike, and axe takes its time over each
FEWER_ROWS = (
    """() => document.querySelectorAll('tbody tr:nth-child(n+6)').forEach(r => r.remove())"""
)
IMAGES = "() => [...document.images].map(i => [i.alt, i.complete && i.naturalWidth > 0])"


@pytest.fixture
def opened(chromium: Browser) -> Open:
    """Opens a page and keeps what it requested and what it said on the console."""

    @contextmanager
    def opened(path: Path, width: int = DESK, **options: Any) -> Iterator[Page]:
        given = {"viewport": {"width": width, "height": 800}, "offline": True} | options
        context = chromium.new_context(**given)
        page = context.new_page()
        page.goto(path.as_uri())
        yield page
        context.close()

    return opened


def test_a_page_requests_nothing_and_logs_no_error(
    chromium: Browser, published_pages: Pages
) -> None:
    requested, said = [], []
    for path in published_pages:
        page = chromium.new_page()
        page.on("request", lambda request: requested.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())
        page.close()
    outside = [url for url in requested if not url.startswith(("file:", "data:"))]
    assert (outside, said) == ([], [])
    assert len(requested) >= len(published_pages)


def test_every_page_has_a_heading_that_is_seen(opened: Open, published_pages: Pages) -> None:
    for path in published_pages:
        with opened(path, java_script_enabled=False) as page:
            assert page.locator("h1").is_visible(), path.name


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_no_violation(
    opened: Open, published_pages: Pages, width: int, colours: str
) -> None:
    found: list[tuple[str, str, str]] = []
    for path in published_pages:
        with opened(path, width, color_scheme=colours, bypass_csp=True) as page:
            _open_details(page)
            page.evaluate(FEWER_ROWS)
            page.evaluate(AXE.read_text(encoding="utf-8"))
            checked = page.evaluate("() => axe.run()")
            assert len(checked["passes"]) > 10, "axe has looked at nothing"
            found += [(path.name, v["id"], v["nodes"][0]["html"]) for v in checked["violations"]]
    assert found == []


def test_nothing_sticks_out_on_a_phone(opened: Open, published_pages: Pages) -> None:
    for path in published_pages:
        with opened(path, PHONE) as page:
            _open_details(page)
            assert page.evaluate(TOO_WIDE) == [], path.name
            assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE


def test_every_picture_is_drawn_and_says_what_it_shows(
    opened: Open, published_pages: Pages
) -> None:
    pictures = []
    for path in published_pages:
        with opened(path) as page:
            _open_details(page)
            pictures += page.evaluate(IMAGES)
    assert pictures
    for alt, drawn in pictures:
        assert drawn, alt
        assert len(alt) > 20
        assert " " in alt.strip()


def test_hostile_text_does_not_run(opened: Open, published_pages: Pages) -> None:
    for path in published_pages:
        with opened(path) as page:
            _open_details(page)
            assert page.title() != "run"
            assert page.locator("script").count() == 0
            assert page.locator("img[onerror]").count() == 0


def test_a_reader_without_a_mouse_reaches_the_content_first(
    opened: Open, published_pages: Pages
) -> None:
    with opened(published_pages[0]) as page:
        page.keyboard.press("Tab")
        focused = page.evaluate("() => document.activeElement.textContent")
        assert focused == "Skip to the content"


def test_in_print_everything_is_open_but_the_code(opened: Open, published_pages: Pages) -> None:
    report = next(path for path in published_pages if path.name == "comes_back.html")
    with opened(report, java_script_enabled=False) as page:
        page.emulate_media(media="print")
        assert page.get_by_text("The method is in the paper.", exact=True).is_visible()
        assert page.locator("table").first.is_visible()
        assert not page.get_by_text("The code behind this page").is_visible()


def test_the_way_to_the_analysts_part_opens_it(opened: Open, published_pages: Pages) -> None:
    report = next(path for path in published_pages if path.name == "comes_back.html")
    with opened(report, java_script_enabled=False) as page:
        words = page.get_by_text("The method is in the paper.", exact=True)
        assert not words.is_visible()
        page.get_by_role("link", name="For analysts").click()
        words.wait_for(state="visible", timeout=5000)


LINES = """() => [...document.querySelectorAll('.value')].map(e => {
  const range = document.createRange(); range.selectNodeContents(e);
  const box = e.closest('li').getBoundingClientRect(), text = range.getBoundingClientRect();
  return [e.textContent, range.getClientRects().length, text.right <= box.right]})"""


def test_a_headline_number_stays_on_one_line_of_a_phone(
    opened: Open, published_pages: Pages
) -> None:
    summary = next(path for path in published_pages if "small" in path.parts)
    with opened(summary.parent / "index.html", PHONE) as page:
        page.evaluate("() => document.querySelector('.value').textContent = 'US$244,092'")
        for text, lines, inside in page.evaluate(LINES):
            assert (lines, inside) == (1, True), text


def test_a_long_table_stays_out_of_print(opened: Open, published_pages: Pages) -> None:
    report = next(path for path in published_pages if path.name == "comes_back.html")
    with opened(report) as page:
        page.evaluate(LENGTHEN)
        assert not page.locator(".in-file").is_visible()
        page.emulate_media(media="print")
        assert page.locator(".in-file").is_visible()
        assert not page.locator("table").first.is_visible()


# the small study's one table is short: it gets the marks of a long one
LENGTHEN = """() => { const table = document.querySelector('details.table');
  table.classList.add('long'); const words = document.createElement('p');
  words.className = 'in-file'; words.textContent = '41 rows, in the CSV file.';
  table.querySelector('summary').after(words); table.open = true; }"""


def _open_details(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
