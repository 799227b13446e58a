"""Word lists are kept as running text: easy to read, to sort by eye, and to extend."""

from __future__ import annotations


def listed(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


def paired(text: str) -> dict[str, str]:
    """`a=b c=d` as a mapping."""
    return dict(pair.split("=", 1) for pair in text.split())
