"""Which model, where, and how it is asked: plain values that travel to worker processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    input: float
    output: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """One model, as a name, a table of `querywright.toml` or a folder described it.

    It holds no key, only the name of the variable that does: it is pickled to workers and written into runs.
    """

    name: str
    """What the person called it: `openai:gpt-5-mini`, the name of a table, a folder."""
    provider: str
    """A key of `PROVIDERS`; `hashed` and `folder` are embedded."""
    model: str
    """What the server calls it."""
    base_url: str | None = None
    key_variable: str | None = None
    """The environment variable that holds the key; None where the server wants none."""
    temperature: float | None = None
    """None: the server's own."""
    concurrency: int = 100
    """Requests in flight, at most, in one process; fewer where the server cannot take them."""
    timeout: float = 120.0
    """Seconds for one request."""
    retries: int = 6
    """How often a request that failed in passing is sent again."""
    price: Price | None = None
    """Where the built-in price list is wrong or silent."""
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    """Sent with every request."""

    def fingerprint(self) -> dict[str, Any]:
        """What decides the answers: not where the server listens today, nor how fast it is asked."""
        return {
            "provider": self.provider,
            "model": self.model,
            "temperature": self.temperature,
            "extra_body": dict(self.extra_body),
        }
