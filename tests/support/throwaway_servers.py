"""Real PostgreSQL and MariaDB servers for tests and benchmarks, started from the installed binaries.

Each lives in a temporary folder, listens on a free port of this machine and takes its superuser without a password.
`with PostgresServer() as server:` … `server.url("name")`, `server.stop()`, `server.start()`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Self
from urllib.parse import urlsplit, urlunsplit

START_SECONDS = 60.0


_LEASH = 'read _; kill -QUIT "$1"; sleep 1; kill -KILL "$1"; rm -rf "$2"'
"""Ends a server whose tests were killed: what it reads from ends with them."""


class Missing(Exception):
    """A server's binary is not installed."""


class Server:
    """One server process and its folder; the two engines differ in how a folder is made and a process is started."""

    scheme: ClassVar[str]
    superuser: ClassVar[str]
    account: ClassVar[str]
    """Who runs it where we are root, whom neither server wants to be run by."""

    def __init__(self, *settings: str) -> None:
        """`settings` are passed to the server's command line. Raises Missing."""
        self._binaries()
        self._settings = settings
        self._folder = Path(tempfile.mkdtemp(prefix="qw-"))  # short: a socket's path has at most 107 bytes
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._leash: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            shutil.chown(self._folder, self.account)
        self._folder.chmod(0o755)
        try:
            self._make()
            self.start()
        except BaseException:
            self.close()
            raise

    def url(self, database: str = "", user: str = "", password: str = "") -> str:
        """The address of one of its databases, as its superuser unless told."""
        secret = f":{password}" if password else ""
        return f"{self.scheme}://{user or self.superuser}{secret}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it unless it runs, and wait until it answers."""
        if self._process is not None:
            return
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._user()
            )
        self._leash = subprocess.Popen(
            ["sh", "-c", _LEASH, "sh", str(self._process.pid), self._folder],
            stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{type(self).__name__} did not start:\n{self.log()}")
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it; killed unless told otherwise."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(how)
            self._process.wait(30)
            self._process = None
        if self._leash is not None:
            self._leash.kill()
            self._leash.communicate()
            self._leash = None

    def close(self) -> None:
        """End it and delete its folder."""
        self.stop(signal.SIGQUIT if self.scheme == "postgresql" else signal.SIGKILL)
        shutil.rmtree(self._folder, ignore_errors=True)

    def log(self) -> str:
        """What the server said."""
        path = self._folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _user(self) -> dict[str, str]:
        return {"user": self.account, "group": self.account} if os.geteuid() == 0 else {}

    def _run(self, command: Sequence[str | Path]) -> None:
        done = subprocess.run(command, capture_output=True, text=True, cwd=self._folder, **self._user())
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}\n{done.stderr}")

    def _binaries(self) -> None:
        raise NotImplementedError

    def _make(self) -> None:
        raise NotImplementedError

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError


class RunningServer:
    """A server that runs already, at an address of somebody who may create databases there."""

    def __init__(self, address: str) -> None:
        self._parts = urlsplit(address)
        self.scheme = self._parts.scheme

    def url(self, database: str = "") -> str:
        """The address of one of its databases."""
        return urlunsplit(self._parts._replace(path="/" + database))


class PostgresServer(Server):
    """PostgreSQL, without fsync, with a C locale and UTF-8."""

    scheme, superuser, account = "postgresql", "postgres", "postgres"

    def _binaries(self) -> None:
        beside = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
        self._initdb = find("initdb", beside)
        self._postgres = find("postgres", beside)

    def _make(self) -> None:
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run([self._initdb, "-D", self._folder / "data", *options])

    def _command(self) -> list[str]:
        given = ["listen_addresses=127.0.0.1", f"unix_socket_directories={self._folder}", "fsync=off", *self._settings]
        options = [word for setting in given for word in ("-c", setting)]
        return [str(self._postgres), "-D", str(self._folder / "data"), "-p", str(self.port), *options]

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            return True
        except psycopg.OperationalError:
            return False


class PostgresStandby(PostgresServer):
    """A replica of a running PostgreSQL server, in recovery as long as it lives."""

    def __init__(self, primary: PostgresServer, *settings: str) -> None:
        self._primary = primary
        super().__init__(*settings)

    def _binaries(self) -> None:
        super()._binaries()
        self._basebackup = find("pg_basebackup", [self._postgres.parent])

    def _make(self) -> None:
        options = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        self._run([self._basebackup, "-d", self._primary.url(), "-D", self._folder / "data", *options])


class MariaDBServer(Server):
    """MariaDB, which takes root without a password."""

    scheme, superuser, account = "mysql", "root", "mysql"

    def _binaries(self) -> None:
        sbin = [Path("/usr/sbin"), Path("/usr/local/sbin"), Path("/usr/libexec")]
        self._install = find("mariadb-install-db", sbin)
        self._mariadbd = find("mariadbd", sbin)

    def _make(self) -> None:
        data = self._folder / "data"
        options = ["--auth-root-authentication-method=normal", "--skip-test-db"]
        self._run([self._install, "--no-defaults", f"--datadir={data}", f"--tmpdir={self._folder}", *options])

    def _command(self) -> list[str]:
        return [
            str(self._mariadbd),
            "--no-defaults",
            f"--datadir={self._folder / 'data'}",
            f"--tmpdir={self._folder}",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            f"--socket={self._folder / 'socket'}",
            f"--pid-file={self._folder / 'pid'}",
            "--innodb-flush-log-at-trx-commit=2",
            "--skip-name-resolve",
            *self._settings,
        ]

    def _answers(self) -> bool:
        import pymysql

        try:
            pymysql.connect(host="127.0.0.1", port=self.port, user="root", connect_timeout=2).close()
            return True
        except pymysql.Error:
            return False


def find(name: str, beside: Sequence[Path]) -> Path:
    """A binary on the PATH or in one of these folders. Raises Missing."""
    found = shutil.which(name, path=os.pathsep.join([*map(str, beside), os.environ.get("PATH", os.defpath)]))
    if found is None:
        raise Missing(f"{name} is not installed")
    return Path(found)


def free_port() -> int:
    """A port that nothing listened on a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":  # a server to play with: python throwaway_servers.py postgresql
    kinds = {"postgresql": PostgresServer, "mysql": MariaDBServer}
    with kinds[sys.argv[1]]() as running:
        print(running.url(), flush=True)
        signal.pause()
