"""A read-only session on a PostgreSQL table, view or query, and errors that give nothing away.

What the server or its driver says is shown only where it
cannot hold an address, a password or a customer's data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from retention_research.environment import expand_environment
from retention_research.events.engine import identifier
from retention_research.events.layouts import shorten
from retention_research.study import Source, StudyError

CONNECT_SECONDS, QUERY_LIMIT = 10, "30min"
_SCHEMES = ("postgresql://", "postgres://")

# The driver tells why it could not connect in words only; those of the server may be translated.
_REFUSALS = {
    "password authentication failed": "the user or the password is wrong",
    "no password supplied": "it wants a password and the address has none",
    "no pg_hba.conf entry": "the server does not let this user in from this machine",
    "permission denied": "this user may not open that database",
    'role ".*" does not exist': "the user is not known there",
    'database ".*" does not exist': "there is no database of that name",
    "too many (clients|connections)": "the server has no connection free: try again later",
    "(starting up|shutting down)": "the server is starting or stopping: try again later",
    "(could not translate|failed to resolve) host": "there is no server of that name",
    "refused": "nothing answers at that host and port",
    "timeout": f"nothing answered within {CONNECT_SECONDS} seconds",
}


@dataclass(frozen=True, slots=True)
class DatabaseColumn:
    """A column as the server describes it: its name, its type and the type's category letter."""

    name: str
    type: str
    category: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What a source selects, before any row of it is read.

    Attributes:
        columns: of the table or query, in its order.
        where: what messages call it.
        sql: the table's name or the query in brackets, as it may follow FROM.
        connection: the open read-only session.
    """

    columns: tuple[DatabaseColumn, ...]
    where: str
    sql: str = field(repr=False)
    connection: Any = field(repr=False)

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.columns)


@contextmanager
def select_from(source: Source, table: str) -> Iterator[Selection]:
    """Open a read-only session on what a source names, and describe it.

    Args:
        source: has a `url`, and a `table`, a `query` or neither (then a table called as ours).
        table: the event table.

    Raises:
        StudyError: if the extra `postgres` is missing, the server cannot be reached or refuses,
            or there is no such table; no message holds an address.
    """
    psycopg, named = _driver(table), f"{table}: the database in `sources.{table}.url`"
    connection = _connect(psycopg, source.url or "", named)
    try:
        connection.read_only = True
        connection.execute(f"SET statement_timeout = '{QUERY_LIMIT}'")
        connection.execute("SET client_encoding = 'UTF8'; SET datestyle = 'ISO'")
        yield _described(connection, source, table)
    except psycopg.Error as error:
        raise StudyError(f"{named}: {_in_words(error)}") from None
    finally:
        connection.close()


def _driver(table: str) -> Any:
    try:
        import psycopg
    except ImportError:
        raise StudyError(
            f"sources.{table}.url needs the extra postgres, which is not here: "
            'pip install "retention-research[postgres]"'
        ) from None
    return psycopg


def _connect(psycopg: Any, url: str, named: str) -> Any:
    address = expand_environment(url)
    if not address.startswith(_SCHEMES):
        raise StudyError(
            f"{named} is no PostgreSQL address: it begins with postgresql:// "
            "(postgresql://user:password@host:5432/name), and no other kind is read yet."
        )
    try:
        return psycopg.connect(address, connect_timeout=CONNECT_SECONDS)
    except psycopg.ProgrammingError:
        words = "the address cannot be read. Write %40 for an @ in a password, %2F for a slash"
    except psycopg.OperationalError as error:
        words = _refusal(str(error))
    raise StudyError(f"{named} cannot be opened: {words}.")


def _refusal(said: str) -> str:
    found = (words for sign, words in _REFUSALS.items() if re.search(sign, said))
    return next(found, "the server refused, or nothing answers there")


def _in_words(error: Any) -> str:
    state = error.sqlstate or ""
    if state == "57014":
        return (
            f"the query ran for more than {QUERY_LIMIT} and was stopped. "
            "Read a table or view that holds the rows ready."
        )
    # Of errors of this class the message names tables, columns and types; others quote values.
    if state.startswith(("42", "25")):
        hint = error.diag.message_hint
        return _one_line(f"{error.diag.message_primary}." + (f" {hint}" if hint else ""))
    if state.startswith("0A"):
        return "it is no query that only reads. Write a SELECT."
    if not state.startswith(("57", "08", "53")):
        return f"the server refused it ({type(error).__name__}). Its log says why."
    return f"the server stopped ({type(error).__name__}). Its log says why."


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]


def _described(connection: Any, source: Source, table: str) -> Selection:
    if source.query:
        where, sql = f"the query for {table}", f"({source.query.strip().rstrip(';')}\n) AS q"
    else:
        where, sql = _named_table(connection, source.table or table)
    # prepared, so that the server takes one statement and no more
    cursor = connection.execute(
        f"SELECT * FROM {sql} LIMIT 0",  # noqa: S608 - the study's own query, read-only
        prepare=True,
    )
    oids = [column.type_code for column in cursor.description]
    wanted = "SELECT oid, typname, typcategory FROM pg_type WHERE oid = ANY(%s)"
    types = {oid: kind for oid, *kind in connection.execute(wanted, [oids]).fetchall()}
    columns = (
        DatabaseColumn(column.name, *types[oid])
        for column, oid in zip(cursor.description, oids, strict=True)
    )
    return Selection(tuple(columns), where, sql, connection)


def _named_table(connection: Any, wanted: str) -> tuple[str, str]:
    listed = connection.execute(
        "SELECT n.nspname, c.relname, pg_table_is_visible(c.oid) FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r','p','v','m','f') "
        "AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1, 2"
    ).fetchall()
    tables = {f"{s}.{t}": (s, t) for s, t, _ in listed} | {
        t: (s, t) for s, t, seen in listed if seen
    }
    if wanted not in tables:
        raise StudyError(_no_table(wanted, list(tables)))
    schema, name = tables[wanted]
    return f"table {shorten(wanted)}", f"{identifier(schema)}.{identifier(name)}"


def _no_table(wanted: str, tables: list[str]) -> str:
    near = get_close_matches(wanted, tables, 3, 0.4) or [t for t in tables if "." in t][:10]
    listed = f"It has: {', '.join(map(shorten, near))}." if near else "This user sees none."
    return (
        f"the database has no table or view {shorten(wanted)}. {listed} "
        "Name one with `table:` in the study, as schema.table where it is not on the search path."
    )
