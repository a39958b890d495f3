"""Where event tables come from: the part of a study file under `sources`."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from retention_research.environment import holds_password
from retention_research.study_sections import Section

EVENT_TABLES = (
    "transactions", "order_lines", "customers", "contacts", "assignments", "memberships",
    "rewards", "tickets", "surveys", "activity", "subscriptions", "consents",
)  # fmt: skip


def _event_table(name: str) -> str:
    if name not in EVENT_TABLES:
        near = get_close_matches(name, EVENT_TABLES, 1, 0.5)
        hint = f" (did you mean `{near[0]}`?)" if near else f": there are {', '.join(EVENT_TABLES)}"
        raise ValueError(f"is no event table{hint}")
    return name


EventTable = Annotated[str, AfterValidator(_event_table)]


class Amounts(Section):
    """What the amounts hold."""

    vat: Literal["included", "excluded"] | None = None


class Source(Section):
    """Where one event table comes from and how to read it; None means: found out from the file."""

    demo: str | None = None
    path: str | None = None
    url: str | None = None
    frame: bool = False
    table: str | None = None
    query: str | None = None
    columns: dict[str, str] = Field(default={})
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Literal[".", ","] | None = None
    date_format: str | None = None
    rows: Literal["order", "line"] = "order"
    counts_as_sale: tuple[str, ...] = ()
    amounts: Amounts = Amounts()
    exclude_ids: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        named = [k for k in ("demo", "path", "url", "frame") if getattr(self, k)]
        if len(named) != 1:
            raise ValueError("needs exactly one of demo, path, url or frame")
        if self.query and (self.table or not self.url):
            raise ValueError("has a query, which goes with a url and without a table")
        if any(holds_password(text) for text in (self.url, self.path) if text):
            raise ValueError('holds a password: write "${NAME}" and set NAME in the environment')
        return self

    @property
    def place(self) -> str:
        """Where the table comes from, in words for readers: no folder, no address.

        Example:
            >>> Source(path="/srv/exports/orders.csv").place
            'orders.csv'
        """
        if self.path:
            return Path(self.path).name
        if self.demo:
            return f"demo {self.demo}"
        return "a database" if self.url else "a pandas frame"
