"""Outputs that are too long are cut with a word, and what reports record is left whole."""

from __future__ import annotations

from typing import Any

from retention_research.reporting.long_output import cut
from retention_research.reporting.payloads import MIME


def _cell(*outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "outputs": list(outputs)}


def _printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def _displayed(**data: str) -> dict[str, Any]:
    mimes = {"plain": "text/plain", "html": "text/html", "png": "image/png", "ours": MIME}
    return {"output_type": "display_data", "data": {mimes[k]: v for k, v in data.items()}}


def _data(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [output["data"] for cell in cells for output in cell["outputs"]]


def test_text_up_to_the_limit_is_left_whole() -> None:
    cells = [_cell(_printed("a" * 10))]
    assert cut(cells, cell=10) == cells


def test_the_text_of_a_cell_is_cut_over_all_its_outputs() -> None:
    (one,) = cut([_cell(_printed("a" * 8), _displayed(plain="b" * 8))], cell=10)
    assert one["outputs"][1]["data"]["text/plain"] == "bb\n(cut here: 6 more characters)\n"


def test_long_markup_is_dropped_for_its_plain_text() -> None:
    (data,) = _data(cut([_cell(_displayed(html="<p>" * 9, plain="p"))], cell=10))
    assert data == {"text/plain": "p"}


def test_a_picture_over_the_pages_limit_is_left_out_with_a_word() -> None:
    first, second = _data(
        cut([_cell(_displayed(png="a" * 60)), _cell(_displayed(png="b" * 60))], page=100)
    )
    assert first == {"image/png": "a" * 60}
    assert second == {"text/plain": "(cut here: 60 more characters)"}


def test_all_cells_together_keep_to_the_pages_limit() -> None:
    cells = cut([_cell(_printed("z" * 9)) for _ in range(50)], cell=10, page=100)
    texts = [cell["outputs"][0]["text"] for cell in cells]
    assert 90 <= sum(text.count("z") for text in texts) <= 100
    assert texts[-1].strip() == "(cut here: 9 more characters)"


def test_what_a_report_records_is_never_cut() -> None:
    cells = [_cell(_displayed(ours="v" * 99))]
    assert cut(cells, cell=10, page=20) == cells
