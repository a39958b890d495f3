"""Whether groups of customers stay for different times: curves, means and tests by segment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from retention_research.answers import curves
from retention_research.answers.recorded import recorded
from retention_research.answers.segments import segment_words
from retention_research.answers.survival_groups import counted, fit_cells, levels_of
from retention_research.glossary.names import slug, slugs
from retention_research.models.fit import Missing
from retention_research.models.kaplan_meier import KaplanMeierFit
from retention_research.models.log_rank import log_rank, pairwise_log_rank
from retention_research.models.restricted_mean import restricted_mean_difference
from retention_research.values import Value, diagnostic, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

DRAWN = 6  # levels with a curve of their own: more cannot be told apart
LEVELS = ["group", "customers", "tenure_mean", "days_low", "days_high", "mean_difference",
          "difference_low", "difference_high"]  # fmt: skip
PAIRS = ["group", "other_group", "p_alone", "p_holm"]


@dataclass(frozen=True, slots=True)
class Segment:
    """How long the groups of one segment stay.

    Attributes:
        name: the column of customers.
        heading: it in words.
        curves: group, after_weeks, n_at_risk, survival, share_low, share_high; of the longest
            and the shortest mean and of the largest others, `DRAWN` in all.
        levels: `LEVELS`, the longest mean first; `mean_difference` is from the largest group.
        pairs: `PAIRS`, each two groups once.
        reference: the largest group.
        withheld: why nothing is said of a group, or of all; empty where everything is.
        of_contracts: whether this is of first contracts, or of customers by their purchases.
        test_name: under which name the test of all groups goes.
        values: by glossary name.
    """

    name: str
    heading: str
    curves: pd.DataFrame
    levels: pd.DataFrame
    pairs: pd.DataFrame
    reference: str
    withheld: str
    of_contracts: bool
    test_name: str
    values: dict[str, Value]

    @property
    def test(self) -> Value:
        """The p value of the test that the groups do not differ."""
        return self.values[self.test_name]


class Kind(NamedTuple):
    """What curves by group are of, and under which names they go.

    Attributes:
        curve: first part of the names of means.
        test: last part of the name of the test.
        of_contracts: whether they are of first contracts, or of customers by their purchases.
    """

    curve: str
    test: str
    of_contracts: bool


CONTRACTS = Kind("km", "p_value", of_contracts=True)
CUSTOMERS = Kind("km", "p_value", of_contracts=False)
CUSTOMERS_TOO = Kind("tenure", "purchases_p_value", of_contracts=False)  # beside contracts


def segments(
    workspace: Workspace, rows: ir.Table, among: ir.Table, tau: int, kind: Kind
) -> tuple[Segment, ...]:
    """Curves by the study's own segments.

    Args:
        workspace: names the segments and the smallest group.
        rows: customer_id, duration, event_observed; entry where some are watched late.
        among: customer_id of those among whom small levels are merged.
        tau: age in days to which means run.
        kind: what the curves are of.
    """
    found = levels_of(workspace, among)
    return tuple(_segment(workspace, name, rows, by, tau, kind) for name, by in found.items())


def _segment(
    workspace: Workspace, name: str, rows: ir.Table, by: ir.Table, tau: int, kind: Kind
) -> Segment:
    cells = counted(rows.join(by, "customer_id"), "level")
    sizes = cells.groupby("level")["customers"].sum().sort_values(ascending=False, kind="stable")
    floor = workspace.study.group_floor
    told = cells[cells["level"].isin(sizes.index[sizes >= floor])]
    fits = {str(name): _fit(workspace, told, str(name)) for name in sizes.index[sizes >= floor]}
    prefix, test = f"{kind.curve}.{slug(name)}", f"logrank.{slug(name)}.{kind.test}"
    values = _level_values(prefix, fits, tau)
    levels = _levels(prefix, values, fits, tau)
    return Segment(
        name, segment_words(name), _curves(fits, _drawn(levels), floor), levels,
        _pairs(told), next(iter(fits), ""), _withheld(sizes, floor), kind.of_contracts, test,
        values | {test: _test(told)},
    )  # fmt: skip


def _fit(workspace: Workspace, cells: pd.DataFrame, level: str) -> KaplanMeierFit:
    fit = fit_cells(cells[cells["level"] == level], workspace)
    assert fit is not None  # a level has rows
    return fit


def _withheld(sizes: pd.Series, floor: int) -> str:
    small = [str(name) for name in sizes.index[sizes < floor]]
    if sizes.empty:
        return "Nobody in these groups was followed."
    if len(small) == len(sizes):
        return (
            f"Only {int(sizes.sum())} customers of these groups were followed; {floor} are needed "
            "to say anything of a group."
        )
    return f"Fewer than {floor} were followed of: {', '.join(small)}." if small else ""


def _level_values(prefix: str, fits: Mapping[str, KaplanMeierFit], tau: int) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for level, short in slugs(fits).items():
        fit, key = fits[level], f"{prefix}.{short}"
        values[f"{key}.median"] = recorded(fit.median(), fit.n, "days")
        values[f"{key}.rmst_{tau}d"] = recorded(fit.restricted_mean(tau), fit.n, "days")
        values[f"{key}.difference_{tau}d"] = _difference(fits, level, tau)
    return values


def _difference(fits: Mapping[str, KaplanMeierFit], level: str, tau: int) -> Value:
    reference = next(iter(fits))
    if level == reference:
        return missing("estimate", "This is the largest group: others are held against it.")
    one, other = fits[level], fits[reference]
    return recorded(restricted_mean_difference(one, other, tau), one.n + other.n, "days")


def _test(cells: pd.DataFrame) -> Value:
    """Whether the groups leave at the same pace."""
    if len(set(cells["level"])) < 2:
        reason = "There are no two groups large enough to be held against each other."
        return missing("diagnostic", reason)
    found = log_rank(*_columns(cells), **_options(cells))
    if isinstance(found, Missing):
        return missing("diagnostic", found.reason)
    return diagnostic(found.p_value, "small", n=int(cells["customers"].sum()))


def _columns(cells: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    return cells["duration"], cells["event_observed"], cells["level"]


def _options(cells: pd.DataFrame) -> dict[str, pd.Series]:
    late = {"entry": cells["entry"]} if "entry" in cells.columns else {}
    return {"weights": cells["customers"], **late}


def _pairs(cells: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    found = pairwise_log_rank(*_columns(cells), **_options(cells)) if len(cells) else ()
    rows = [(str(t.one), str(t.other), t.p_value, t.p_adjusted) for t in found]
    return pd.DataFrame(rows, columns=PAIRS)


def _drawn(levels: pd.DataFrame) -> set[str]:
    """The groups with a curve: the two ends that sentences name, then the largest."""
    means = levels.dropna(subset="tenure_mean")["group"]
    named = list(means.iloc[[0, -1]]) if len(means) else []
    largest = levels.sort_values("customers", ascending=False, kind="stable")["group"]
    return set(list(dict.fromkeys([*named, *largest]))[:DRAWN])


def _curves(fits: Mapping[str, KaplanMeierFit], names: Collection[str], floor: int) -> pd.DataFrame:
    """Some groups by the week, the largest first, for as long as enough are followed."""
    import pandas as pd

    drawn = [
        curves.still_customers(fit).assign(group=name)
        for name, fit in fits.items()
        if name in names
    ]
    columns = ["group", "after_weeks", "n_at_risk", "survival", "share_low", "share_high"]
    if not drawn:
        return pd.DataFrame(columns=columns)
    rows = pd.concat(drawn, ignore_index=True)[columns]
    return rows[rows["n_at_risk"] >= floor].reset_index(drop=True)


def _levels(
    prefix: str, values: Mapping[str, Value], fits: Mapping[str, KaplanMeierFit], tau: int
) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for level, short in slugs(fits).items():
        key = f"{prefix}.{short}"
        two = values[f"{key}.rmst_{tau}d"], values[f"{key}.difference_{tau}d"]
        ends = (x for v in two for x in (v.value, v.conf_low, v.conf_high))
        rows.append((level, fits[level].n, *ends))
    frame = pd.DataFrame(rows, columns=LEVELS)
    return frame.sort_values("tenure_mean", ascending=False, kind="stable", ignore_index=True)
