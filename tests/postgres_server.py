"""A private PostgreSQL server on loopback, from Debian's packages, for the tests of a session."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSWORD = "a-Secret/of the:tests@home"
QUOTED = "a-Secret%2Fof%20the%3Atests%40home"


@dataclass(frozen=True)
class Server:
    """Where the server listens; `user` may do anything there."""

    port: int
    user: str = "owner"
    password: str = PASSWORD

    def url(self, password: str = QUOTED, user: str = "", database: str = "postgres") -> str:
        return f"postgresql://{user or self.user}:{password}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, query: str) -> list[Any]:
        import psycopg

        with psycopg.connect(self.url()) as connection:
            return connection.execute(query).fetchall()


def binaries() -> Path | None:
    """The folder of Debian's newest server binaries."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def server(bin_folder: Path) -> Iterator[Server]:
    """Start a cluster of its own in a temporary folder, and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # sockets want a short path
    try:
        port = _started(bin_folder, folder)
        try:
            yield Server(port)
        finally:
            _call(bin_folder / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _started(bin_folder: Path, folder: Path) -> int:
    (folder / "password").write_text(PASSWORD)
    _give_away(folder)
    data = folder / "data"
    _call(bin_folder / "initdb", "-D", data, "-U", "owner", "-A", "scram-sha-256", "-E", "UTF8",
          "--locale=C.UTF-8", "--no-sync", f"--pwfile={folder / 'password'}")  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c jit=off -c lc_messages=C"
    _call(bin_folder / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start")
    return port


def _give_away(folder: Path) -> None:
    # The server refuses to run as root; Debian's package brings a user for it.
    if os.getuid() == 0:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, "postgres")


def _call(*words: object) -> None:
    as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    command = [*as_user, *map(str, words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60)


def why_not() -> str | None:
    """Why no server can be started here, if so."""
    if binaries() is None:
        return "no PostgreSQL server here: apt-get install postgresql"
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        return "no user postgres here to run the server as" if os.getuid() == 0 else None
    return None
