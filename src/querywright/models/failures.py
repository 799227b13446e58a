"""What can go wrong with a request to a model's server, and what follows from each: again, a reject, or the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from querywright.errors import ModelError, ModelFailed, ModelOutage, ModelUnavailable
from querywright.models.settings import ModelSettings

LONGEST_WAIT_SECONDS = 120.0
"""A server that asks for a longer pause is out for now."""
DETAIL_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of failure: how it is called in messages and counts, and whether asking again may help."""

    reason: str
    again: bool = False
    outcome: type[ModelError] = ModelFailed


UNREACHABLE = Kind("its server cannot be reached", again=True, outcome=ModelOutage)
BROKEN_OFF = Kind("connection broken off", again=True)
CUT_BODY = Kind("answer broken off", again=True)
TOO_SLOW = Kind("no answer in time", again=True)
SERVER_ERROR = Kind("server error", again=True)
TOO_MANY = Kind("too many requests", again=True)
NOT_PROTOCOL = Kind("answer is no chat completion", again=True)
TOO_LONG_PAUSE = Kind("its server asks for a long pause", outcome=ModelOutage)
TOO_LARGE = Kind("answer too large")
BAD_REQUEST = Kind("request refused")
FILTERED = Kind("content filter")
REFUSED = Kind("refusal")
EMPTY = Kind("empty answer")
CUT_OFF = Kind("answer cut off")
UNTRUSTED = Kind("its server's certificate cannot be trusted", outcome=ModelUnavailable)
NO_KEY = Kind("no key", outcome=ModelUnavailable)
NOT_ALLOWED = Kind("not allowed", outcome=ModelUnavailable)
UNKNOWN = Kind("unknown", outcome=ModelUnavailable)
NO_CREDIT = Kind("no credit", outcome=ModelUnavailable)
ENDED = Kind("its server ended", outcome=ModelUnavailable)
"""Said in the place of a server of ours that died, by whoever watched it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with one attempt."""

    kind: Kind
    detail: str = ""
    wait: float | None = None
    """Seconds that the server asks to wait."""


class AttemptFailed(Exception):
    """One attempt to get an answer went wrong; `failure` says how."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.kind.reason)
        self.failure = failure


def of_status(status: int, headers: Mapping[str, str], body: bytes) -> Failure:
    """What a response that is no 200 says. Names of headers are in lower case."""
    message, code = _said(body)
    detail = f"{status} {message}".strip()
    if "content_filter" in code or "content_policy" in code or "responsibleaipolicy" in code:
        return Failure(FILTERED, detail)
    if "server_ended" in code:
        return Failure(ENDED, message)
    if status == 402 or "insufficient_quota" in code or "billing_hard_limit" in code:
        return Failure(NO_CREDIT, detail)
    if status == 429:
        wait = asked_to_wait(headers)
        kind = TOO_MANY if wait is None or wait <= LONGEST_WAIT_SECONDS else TOO_LONG_PAUSE
        return Failure(kind, detail, wait)
    if status >= 500 or status in (408, 409, 425):
        wait = asked_to_wait(headers)
        return Failure(SERVER_ERROR, detail, None if wait is None else min(wait, LONGEST_WAIT_SECONDS))
    known = {401: NO_KEY, 403: NOT_ALLOWED, 404: UNKNOWN}
    return Failure(known.get(status, BAD_REQUEST), detail)


def asked_to_wait(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that the headers ask to wait: a number, a date, or milliseconds; None where they do not say."""
    try:
        if (milliseconds := headers.get("retry-after-ms")) is not None:
            return max(0.0, float(milliseconds) / 1000)
    except ValueError:
        pass
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def error(failure: Failure, settings: ModelSettings, attempts: int = 1) -> ModelError:
    """The error that ends a request: one line of what happened, and what to do."""
    kind, detail = failure.kind, failure.detail
    if kind.outcome is ModelFailed:
        tried = f" (asked {attempts} times)" if attempts > 1 else ""
        return RequestFailed(replace(failure, detail=detail + tried), settings.name)
    where = settings.base_url or settings.provider
    variable = settings.key_variable
    said = f" ({detail})" if detail else ""
    # What a server says of a key may hold the key.
    messages = {
        NO_KEY: f"{where} does not accept the key in {variable}: put a valid one there"
        if variable
        else f"{where} wants a key: name the variable that holds it, as key_variable of the model",
        NOT_ALLOWED: f"the key in {variable} may not use {settings.model} at {where}{said}"
        if variable
        else f"{where} does not let us use {settings.model}{said}",
        UNKNOWN: f"{where} knows no model {settings.model}, or is no such address{said}: "
        "check the model's name and base_url",
        ENDED: detail,
        NO_CREDIT: f"the account at {where} has no credit left{said}",
        UNREACHABLE: f"its server at {where} cannot be reached{said}: start it, or check base_url",
        TOO_LONG_PAUSE: f"{where} asks for a pause of {failure.wait or 0:.0f} seconds{said}",
    }
    return kind.outcome(messages.get(kind, f"{kind.reason}{said}, at {where}"), settings.name)


class RequestFailed(ModelFailed):
    """A ModelFailed that still knows the failure it came from."""

    def __init__(self, failure: Failure, model: str) -> None:
        super().__init__(failure.kind.reason, failure.detail, model)
        self.failure = failure


def _said(body: bytes) -> tuple[str, str]:
    """The message of an error's body on one line, and all its codes in lower case."""
    import orjson

    try:
        told: Any = orjson.loads(body)
    except ValueError:
        return _line(body[: 4 * DETAIL_CHARACTERS].decode("utf-8", "replace")), ""
    if isinstance(told, list) and told:  # some of Google's
        told = told[0]
    problem = told.get("error", told) if isinstance(told, dict) else told
    if not isinstance(problem, dict):
        return _line(str(problem)), ""
    inner = problem.get("innererror")
    codes = [problem.get("code"), problem.get("type"), inner.get("code") if isinstance(inner, dict) else None]
    message = problem.get("message") or problem.get("detail") or ""
    return _line(str(message)), " ".join(str(code) for code in codes if code).lower()


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= DETAIL_CHARACTERS else line[:DETAIL_CHARACTERS] + "…"
