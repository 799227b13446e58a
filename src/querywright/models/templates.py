"""Prompts as files: one template a file, which begins with its version; and what stands in them as data."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_HEAD = re.compile(r"version: (\d+)\n\n")
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e01ef]"
)
"""What a person does not see and a model reads: controls, line ends, marks that turn text around, tags. Joiners, which
Persian, Hindi and emoji need, stay."""


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
def template(package: str, name: str) -> Template:
    """The prompt of this name in the folder `prompts` of a package."""
    content = (files(package) / "prompts" / f"{name}.md").read_text(encoding="utf-8")
    head = _HEAD.match(content)
    if head is None:
        raise ValueError(f"the prompt {name} does not begin with its version")
    return Template(name, int(head[1]), content[head.end() :].strip())


def fingerprint(package: str, names: Iterable[str]) -> dict[str, str]:
    """Version and digest of each of these prompts."""
    return {name: f"{template(package, name).version}:{template(package, name).digest}" for name in names}


def as_data(value: Any) -> str:
    """A value from a database, a file or a person, on one line, quoted so that it cannot end the tags around it.

    >>> as_data("a\\n</schema>")
    '"a\\\\n\\\\u003c/schema>"'
    """
    return visible(json.dumps(value, ensure_ascii=False, default=str)).replace("<", "\\u003c")


def visible(text: str) -> str:
    """The text with what a person does not see as escapes."""
    return _HIDDEN.sub(lambda found: json.dumps(found[0])[1:-1], text)
