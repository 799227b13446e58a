"""Addresses of database servers: `postgresql://user@host/db`, `mysql://user@host:3307/`.

A password in an address stays in memory: it is in no text that an address gives of itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal, Self
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from querywright.errors import DatabaseUnavailable

Engine = Literal["postgresql", "mysql"]

SCHEMES: Final[dict[str, Engine]] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
}
PORTS: Final[dict[Engine, int]] = {"postgresql": 5432, "mysql": 3306}
_SECRET: Final = frozenset(("password", "passwd", "sslpassword"))


def is_address(location: object) -> bool:
    """Whether a location is the address of a server (has a scheme), not a path."""
    return isinstance(location, Address) or "://" in str(location)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is and who asks. What is empty or None is for the driver to find, as its own client would."""

    engine: Engine
    host: str = ""
    port: int | None = None
    user: str = ""
    database: str = ""
    """Empty: every database that the user may read."""
    options: tuple[tuple[str, str], ...] = ()
    """The driver's own settings (`sslmode`, `unix_socket`, …)."""
    password: str | None = field(default=None, repr=False)
    secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Options that hold a secret."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URL. Raises DatabaseUnavailable, without the password, where it is none we know."""
        try:
            parts = urlsplit(text)
            port = parts.port
            options = parse_qsl(parts.query, keep_blank_values=True)
        except ValueError:  # its text may hold a part of the password
            raise DatabaseUnavailable(
                f"the address cannot be read: {_HOW}; @, : and / in a password as %40, %3A, %2F"
            ) from None
        engine = SCHEMES.get(parts.scheme.lower())
        if engine is None:
            raise DatabaseUnavailable(f"there are no databases at {parts.scheme}:// addresses: {_HOW}")
        path = parts.path.removeprefix("/")
        if "/" in path:
            raise DatabaseUnavailable(f"an address names one database behind the host: {_HOW}; / in a name as %2F")
        given = dict(options)
        password = unquote(parts.password) if parts.password is not None else given.get("password")
        return cls(
            engine,
            unquote(parts.hostname or ""),
            port,
            unquote(parts.username or ""),
            unquote(path),
            tuple((k, v) for k, v in options if k not in _SECRET),
            password,
            tuple((k, v) for k, v in options if k in _SECRET and k != "password"),
        )

    def __str__(self) -> str:
        """The URL without any secret."""
        user = quote(self.user, safe="") + "@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else quote(self.host, safe=".-_")
        port = f":{self.port}" if self.port else ""
        query = "?" + urlencode(self.options) if self.options else ""
        return f"{self.engine}://{user}{host}{port}/{quote(self.database, safe='')}{query}"

    @property
    def server(self) -> str:
        """The machine, for a message."""
        return f"{self.host or 'localhost'}:{self.port or PORTS[self.engine]}"

    def naming(self, database: str) -> Self:
        """The same server and user, another database."""
        return replace(self, database=database)

    def with_password(self, password: str) -> Self:
        """The same address, and what lets one in."""
        return replace(self, password=password)


_HOW: Final = "write postgresql://user@host:5432/database or mysql://user@host:3306/database"
