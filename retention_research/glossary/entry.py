"""What an entry of the glossary holds, whom entries cite, and how intervals are made."""

from __future__ import annotations

from typing import Literal, NamedTuple

Direction = Literal["higher is better", "lower is better", "neither"]

FHL = "Fader, Hardie and Lee (2005), Marketing Science 24, 275-284"
FH25 = "Fader and Hardie (2013), brucehardie.com note 025"
KM = "Kaplan and Meier (1958), J. American Statistical Association 53, 457-481"
HOUSE = "retention_research"


class Entry(NamedTuple):
    """One name: what it means and how it is got.

    Attributes:
        name: a value's name, `<...>` standing for a slug, or a column's name.
        heading: a few words above a table column or in a tile.
        meaning: one sentence for a reader.
        unit: money, share, count, days, date, number, small (near 0) or text.
        kind: estimate, fact, label, diagnostic, or column.
        formula: how it is computed and where its interval comes from.
        source: who defined it.
        direction: which way is good.
    """

    name: str
    heading: str
    meaning: str
    unit: str
    kind: str
    formula: str = ""
    source: str = HOUSE
    direction: Direction = "neither"


WALD = "maximum likelihood; Wald interval on the log scale, profile likelihood where wide"
DELTA = "delta method over all parameters, on the log scale"
LOGIT = (
    "delta method over all parameters, on the logit scale; the group of customers taken as given"
)
LOGLOG = "Kaplan-Meier, Greenwood error, log-log interval"
WILSON = "Wilson interval"
BY_CUSTOMER = "ratio of sums over customers; delta method, clustered by customer"
