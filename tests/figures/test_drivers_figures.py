"""Pictures of the drivers report: whole labels, every link, ranges."""

from datetime import date

import pandas as pd

from retention_research.figures import drivers as figures
from retention_research.wording.numbers import Wording

EUROS = Wording("en_GB", "EUR")


def effects(*rows):
    return pd.DataFrame(rows, columns=["driver", "compared", "risk_difference", "share_low",
                                       "share_high", "evidence"])  # fmt: skip


def test_labels_are_wrapped_and_none_is_cut_short():
    long = "how soon a ticket of any category at all was answered lately by the service desk"
    frame = effects((long, "late rather than in time", 0.1, 0.05, 0.15, "associated"))
    axes = figures.forest(frame, 0.95, EUROS).figure.axes[0]
    label = axes.get_yticklabels()[0].get_text()
    assert label.replace("\n", " ") == f"{long}: late rather than in time"
    assert "\n" in label


def test_a_cross_clear_of_no_difference_is_explained():
    row = ("country", "IE rather than RO", 0.03, 0.01, 0.06)
    assert "The range of country lies clear" in (
        figures.forest(effects((*row, "not clear of chance")), 0.95, EUROS).caption
    )
    assert "lies clear" not in figures.forest(effects((*row, "associated")), 0.95, EUROS).caption


def test_every_link_has_a_panel_with_ranges():
    days = [date(2024, 1, 1), date(2024, 4, 1)]
    rows = [(f"link {n}", day, 0.05, 0.02, 0.08) for n in range(7) for day in days]
    columns = ["driver", "landmark_day", "risk_difference", "share_low", "share_high"]
    picture = figures.by_date(pd.DataFrame(rows, columns=columns), EUROS)
    assert [axes.get_title(loc="left") for axes in picture.figure.axes] == [
        f"link {n}" for n in range(7)
    ]
    assert all(len(axes.containers) == 1 for axes in picture.figure.axes)


def test_a_curve_carries_the_names_of_both_sides_and_their_ranges():
    rows = [("a complaint", side, week, at, at - 0.01, at + 0.01)
            for side, at in (("slowly", 0.2), ("fast", 0.1)) for week in (0, 13, 26)]  # fmt: skip
    columns = ["driver", "side", "after_weeks", "not_back", "share_low", "share_high"]
    picture = figures.next_orders(pd.DataFrame(rows, columns=columns), EUROS)[0]
    assert "slowly 20% (19% to 21%) and fast 10% (9% to 11%)" in picture.caption
    assert {text.get_text() for text in picture.figure.axes[0].texts} == {"slowly", "fast"}
