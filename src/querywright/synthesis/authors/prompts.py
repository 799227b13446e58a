"""The prompts: one template a file, each with a version, all of them part of a run's fingerprint."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

NAMES = ("augment", "write", "ask", "correspond", "explain", "directions", "styles")
_HEAD = re.compile(r"version: (\d+)\n\n")
_SECTION = re.compile(r"^## (\S+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Template:
    """One prompt. `{name}` in it is a place to fill; nothing that fills one is read again."""

    name: str
    version: int
    text: str

    @property
    def digest(self) -> str:
        """Another one when the text changes, whether or not somebody thought of the version."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]

    def fill(self, **values: str) -> str:
        """The prompt with its places filled."""
        return self.text.format(**values)


@cache
def template(name: str) -> Template:
    """The prompt of this name."""
    content = (files(__package__) / "prompts" / f"{name}.md").read_text(encoding="utf-8")
    head = _HEAD.match(content)
    if head is None:
        raise ValueError(f"the prompt {name} does not begin with its version")
    return Template(name, int(head[1]), content[head.end() :].strip())


@cache
def sections(name: str) -> Mapping[str, str]:
    """The texts of a file that holds one below each heading."""
    _, *parts = _SECTION.split(template(name).text)
    return {heading: text.strip() for heading, text in zip(parts[::2], parts[1::2], strict=True)}


def fingerprint() -> dict[str, str]:
    """Version and digest of every prompt."""
    return {name: f"{template(name).version}:{template(name).digest}" for name in NAMES}
