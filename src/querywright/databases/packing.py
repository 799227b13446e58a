"""A result as bytes and back: every value returns as what it was, whatever its type."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from querywright.databases.results import Result

_MARK: Final = "\0"
"""The one key of an object that stands for a value JSON has no word for."""

_WORDS: Final[dict[type, tuple[str, Callable[[Any], Any]]]] = {
    bytes: ("bytes", lambda value: base64.b64encode(value).decode()),
    Decimal: ("decimal", str),
    datetime: ("datetime", datetime.isoformat),
    date: ("date", date.isoformat),
    time: ("time", time.isoformat),
    timedelta: ("timedelta", lambda value: [value.days, value.seconds, value.microseconds]),
    UUID: ("uuid", str),
    tuple: ("tuple", lambda value: list(map(_said, value))),
    dict: ("dict", lambda value: [[_said(key), _said(item)] for key, item in value.items()]),
}
_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "bytes": base64.b64decode,
    "decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda value: timedelta(*value),
    "uuid": UUID,
    "tuple": tuple,
    "dict": lambda value: {key: item for key, item in value},  # noqa: C416 - pairs come as lists
}
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})


def pack(result: Result) -> bytes | None:
    """The result as bytes, but for its time; None where a value is of a type that is not known here."""
    try:
        rows = [row if _PLAIN.issuperset(map(type, row)) else list(map(_said, row)) for row in result.rows]
        return json.dumps([result.columns, rows, result.truncated], separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError):
        return None


def unpack(packed: bytes) -> Result:
    """The result in the bytes. Raises ValueError where they hold none."""
    try:
        columns, rows, truncated = json.loads(packed, object_hook=_heard)
        return Result(tuple(columns), list(map(tuple, rows)), truncated)
    except (TypeError, KeyError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"no result: {error}") from error


def _said(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is list:
        return list(map(_said, value))
    if kind not in _WORDS:
        raise TypeError(f"a value of type {kind.__name__}")
    word, say = _WORDS[kind]
    return {_MARK: [word, say(value)]}


def _heard(found: dict[str, Any]) -> Any:
    word, value = found[_MARK]
    return _READERS[word](value)
