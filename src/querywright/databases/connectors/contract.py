"""What every engine's connector does; `tests/databases/test_contract.py` holds each one to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from querywright.databases.results import Limits, Result
from querywright.databases.schema import Schema


class Connector(Protocol):
    """A read-only door to one database. Safe to use from several threads; owns its connections.

    A connector executes what it is given under the engine's own means of staying read-only; the statement guard
    (`querywright.sql.guard`) stands in front of it, in `Database`.
    """

    dialect: str

    def introspect(self) -> Schema:
        """Read the whole schema in a handful of catalogue queries. Raises DatabaseUnavailable."""

    def execute(self, sql: str, limits: Limits) -> Result:
        """Run one SELECT-like statement. Raises QueryTimeout, QueryFailed, DatabaseUnavailable."""

    def explain(self, sql: str, limits: Limits) -> str:
        """The engine's plan as text; compiles the statement without running it. Raises as `execute`."""

    def version(self) -> str:
        """Engine name and version, for `run.json`."""

    def fingerprint(self) -> str:
        """A digest that changes when the content does: of a file's bytes; of a server's schema and its tables' first
        rows, for nobody reads all of a server. Holds no location or secret."""

    def close(self) -> None:
        """Give back every connection. A later call opens them anew."""


class Server(Protocol):
    """A server, and the connections to it that the databases of a catalog share."""

    def names(self) -> tuple[list[str], Mapping[str, str]]:
        """The databases that may be read, by name, and those that may not with the reason.

        Raises DatabaseUnavailable.
        """

    def connector(self, database: str) -> Connector:
        """A door to one of them; nothing is asked yet."""

    def close(self) -> None:
        """Give back every connection. A later call opens them anew."""
