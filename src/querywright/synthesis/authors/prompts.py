"""The prompts: one template a file, each with a version, all of them part of a run's fingerprint."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from querywright.models import templates
from querywright.models.templates import Template

NAMES = ("augment", "write", "ask", "correspond", "explain", "directions", "styles")
_SECTION = re.compile(r"^## (\S+)\n", re.MULTILINE)


def template(name: str) -> Template:
    """The prompt of this name."""
    return templates.template(__package__, name)


@cache
def sections(name: str) -> Mapping[str, str]:
    """The texts of a file that holds one below each heading."""
    _, *parts = _SECTION.split(template(name).text)
    return {heading: text.strip() for heading, text in zip(parts[::2], parts[1::2], strict=True)}


def fingerprint() -> dict[str, str]:
    """Version and digest of every prompt."""
    return templates.fingerprint(__package__, NAMES)
