"""Which levels are withheld: those of too few customers, and what would give them away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from retention_research.answers.kpis.rows import Row

Place = tuple[str, int, str]
AWAY = "Shown beside the total, it would give away a level that is too small to show."


def withheld(rows: Iterable[Row], floor: int, marks: Sequence[str] = ("",)) -> Mapping[Place, str]:
    """Why rows of levels are withheld.

    Levels of fewer customers than the floor are. Where these together stay under the floor, the
    next smallest level is too: what is left of the total would give them away.

    Args:
        rows: of levels, each KPI, period and level once.
        floor: the study's group_floor.
        marks: beginnings of levels, one for each segment; levels of one segment make up a total.

    Returns:
        KPI, period and level to the reason.

    Example:
        >>> from retention_research.models.fit import Missing
        >>> sizes = {"north": 50, "south": 20, "west": 3}
        >>> rows = [Row("crr", 0, level, Missing("crr", ""), n) for level, n in sizes.items()]
        >>> sorted(level for _, _, level in withheld(rows, 10))
        ['south', 'west']
    """
    totals: defaultdict[tuple[str, int, str], list[Row]] = defaultdict(list)
    for row in rows:
        mark = next(mark for mark in marks if row.level.startswith(mark))
        totals[row.kpi, row.period, mark].append(row)
    return {place: why for parts in totals.values() for place, why in _of_total(parts, floor)}


def _of_total(parts: Sequence[Row], floor: int) -> list[tuple[Place, str]]:
    few = [row for row in parts if 0 < row.owners < floor]
    found = [(row.place, f"It rests on fewer than {floor}, too few to show.") for row in few]
    shown = [row for row in parts if row.owners >= floor]
    if shown and 0 < sum(row.owners for row in few) < floor:
        next_smallest = min(shown, key=lambda row: (row.owners, row.level))
        found.append((next_smallest.place, AWAY))
    return found
