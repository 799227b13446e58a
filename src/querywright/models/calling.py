"""One request to a model's server, sent until it is answered or given up: deadline, pauses, retries."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Any

from querywright.models.failures import (
    BROKEN_OFF,
    NOT_PROTOCOL,
    TOO_MANY,
    TOO_SLOW,
    UNREACHABLE,
    AttemptFailed,
    Failure,
    error,
    of_status,
)
from querywright.models.gate import Gate
from querywright.models.settings import ModelSettings
from querywright.models.wires import Wire, wire_to

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 20.0


def pause_before(attempt: int, chance: float) -> float:
    """Seconds before the attempt of this number, the first retry being 1: doubled each time, less up to a half."""
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** (attempt - 1)) * (1 - chance / 2)


class Caller:
    """Asks one server for one model. For one event loop; `close` it there."""

    def __init__(self, settings: ModelSettings, key: str | None, wire: Wire | None = None) -> None:
        self.settings = settings
        self.gate = Gate(settings.concurrency)
        self._key = key
        self._wire = wire or wire_to(settings, key)

    async def post(self, path: str, body: Mapping[str, Any], sent: Callable[[], None]) -> dict[str, Any]:
        """The JSON object that answers this one; `sent` is called once for each request that reached the server.

        Raises:
            ModelFailed: it was refused, or failed `settings.retries` times more than once.
            ModelUnavailable: no request can be answered; its child ModelOutage: not now.
        """
        import orjson

        payload = orjson.dumps(body)
        for attempt in range(1, self.settings.retries + 2):
            try:
                return await self._attempt(path, payload, sent)
            except AttemptFailed as failed:
                failure = failed.failure
            if not failure.kind.again or attempt > self.settings.retries:
                raise error(self._safe(failure), self.settings, attempt)
            await asyncio.sleep(max(failure.wait or 0.0, pause_before(attempt, random.random())))
        raise AssertionError("the last attempt returns or raises")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._wire.close()

    async def _attempt(self, path: str, payload: bytes, sent: Callable[[], None]) -> dict[str, Any]:
        number = await self.gate.enter()
        reached = True
        try:
            async with asyncio.timeout(self.settings.timeout):
                response = await self._wire.post(path, payload)
            if response.status != 200:
                raise AttemptFailed(of_status(response.status, response.headers, response.body))
            found = _object(response.body)
        except TimeoutError:
            raise AttemptFailed(Failure(TOO_SLOW, f"after {self.settings.timeout:g} s")) from None
        except AttemptFailed as failed:
            reached = failed.failure.kind is not UNREACHABLE
            if failed.failure.kind is TOO_MANY:
                self.gate.complain(number, failed.failure.wait)
            raise
        else:
            self.gate.good()
            return found
        finally:
            self.gate.leave()
            if reached:
                sent()

    def _safe(self, failure: Failure) -> Failure:
        """The failure without the key, which a server may have repeated."""
        if not self._key or self._key not in failure.detail:
            return failure
        return Failure(failure.kind, failure.detail.replace(self._key, "…"), failure.wait)


def _object(body: bytes) -> dict[str, Any]:
    import orjson

    try:
        found = orjson.loads(body)
    except ValueError:
        raise AttemptFailed(Failure(NOT_PROTOCOL, "its body is no JSON")) from None
    if not isinstance(found, dict):
        raise AttemptFailed(Failure(NOT_PROTOCOL, "its body is no JSON object"))
    if "error" in found and "choices" not in found and "data" not in found:  # a gateway's failure with status 200
        raise AttemptFailed(Failure(BROKEN_OFF, str(found["error"])[:300]))
    return found
