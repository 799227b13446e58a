"""JSON as models write it: in prose, in fences, with trailing commas, with the words of Python."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

LONGEST = 400_000
"""Characters that are looked through."""
MOST_CANDIDATES = 12

_FENCE = re.compile(r"```[A-Za-z0-9_-]*[ \t]*\r?\n?(.*?)```", re.S)
_BRACKET = re.compile(r"""[{}\[\]]|"(?:[^"\\]|\\.)*\"""", re.S)
_LOOSE = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\b(true|false|null)\b|,(?=\s*[}\]])""", re.S)
_PYTHON = {"true": "True", "false": "False", "null": "None"}


def values(text: str) -> Iterator[Any]:
    """The lists and objects that a text holds, the likeliest first: all of it, what is fenced, what is bracketed."""
    text = text[:LONGEST].strip().removeprefix("\ufeff")
    for candidate in _candidates(text):
        try:
            value = json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            value = _loosely(candidate)
        if isinstance(value, dict | list):
            yield value


def _candidates(text: str) -> Iterator[str]:
    yield text
    # What a model thought aloud goes before its answer.
    _, thought, answer = text.rpartition("</think>")
    if thought:
        yield answer.strip()
    body = answer if thought else text
    fenced = [found.group(1) for found in _FENCE.finditer(body)]
    yield from reversed(fenced[-MOST_CANDIDATES:])
    yield from _bracketed(body)


def _bracketed(text: str) -> list[str]:
    """The outermost bracketed parts, the longest first."""
    parts: list[str] = []
    depth = start = 0
    for found in _BRACKET.finditer(text):
        if found.group() in "{[":
            if not depth:
                start = found.start()
            depth += 1
        elif found.group() in "}]" and depth:
            depth -= 1
            if not depth:
                parts.append(text[start : found.end()])
    if depth:  # an odd quote or bracket in the prose: from the first to the last
        first = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=0)
        parts.append(text[first : max(text.rfind("}"), text.rfind("]")) + 1])
    return sorted(parts, key=len, reverse=True)[:MOST_CANDIDATES]


def _loosely(text: str) -> Any:
    """The value of JSON with trailing commas, single quotes, or `True` and `None`; None where it is none."""

    def plain(found: re.Match[str]) -> str:
        string, word = found.groups()
        if string:
            return string.replace("\\/", "/").replace("\n", "\\n")
        return _PYTHON[word] if word else ""

    try:
        return ast.literal_eval(_LOOSE.sub(plain, text.strip()))
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None
