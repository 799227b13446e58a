"""Text of somebody else's in a prompt, where it is read as text and not as data."""

from __future__ import annotations


def plainly(text: str) -> str:
    """Text of somebody else's between tags, unable to close them."""
    return text.replace("</", "<\\/")
