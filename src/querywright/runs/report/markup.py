"""HTML that cannot forget to escape: text is escaped unless one of our own functions made it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import TypeAlias

_VOID = frozenset({"br", "input"})
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = "str | int | Iterable[Child] | None"
"""What a tag holds: text (escaped), Markup (as it is), numbers, lists of these; None is nothing."""


def tag(name: str, /, *children: Child, **attributes: str | int | float | bool | None) -> Markup:
    """One element. An attribute `class_` becomes `class`, `data_x` becomes `data-x`; None and False leave it out."""
    parts = [_attribute(key, value) for key, value in attributes.items() if value is not None and value is not False]
    opening = f"<{' '.join([name, *parts])}>"
    return Markup(opening if name in _VOID else f"{opening}{join(*children)}</{name}>")


def join(*children: Child) -> Markup:
    """Children one after the other, what is not Markup escaped."""
    return Markup("".join(_html(child) for child in children))


def _html(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str | int):
        return escape(printable(str(child)))
    return join(*child)


def printable(text: str) -> str:
    """Text without what a page cannot hold: control characters and broken code units show as their escapes."""
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _attribute(key: str, value: str | int | float | bool) -> str:
    name = key.rstrip("_").replace("_", "-")
    return name if value is True else f'{name}="{escape(printable(str(value)))}"'
