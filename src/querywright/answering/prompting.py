"""Prompts: one template a file, with a version; filled with parts of which the least important ones give way.

Nothing that fills a template is read again, and what comes from a database stands in it as data (`as_data`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LETTERS = 4
"""Letters that are taken for a token: of SQL and English somewhat too many rather than too few."""

_HEAD = re.compile(r"version: (\d+)\n\n")


@dataclass(frozen=True, slots=True)
class Template:
    """One prompt. `{name}` in it is a place to fill."""

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
    """The prompt of this name, in the folder `prompts`."""
    content = (files("querywright.answering") / "prompts" / f"{name}.md").read_text(encoding="utf-8")
    head = _HEAD.match(content)
    if head is None:
        raise ValueError(f"the prompt {name} does not begin with its version")
    return Template(name, int(head[1]), content[head.end() :].strip())


def fingerprint() -> dict[str, str]:
    """Version and digest of every prompt."""
    names = sorted(entry.name[:-3] for entry in (files("querywright.answering") / "prompts").iterdir())
    return {name: f"{template(name).version}:{template(name).digest}" for name in names}


def as_data(value: Any) -> str:
    """A value from a database or a person, on one line, quoted so that it cannot end the tags around it.

    >>> as_data("a\\n</schema>")
    '"a\\\\n\\\\u003c/schema>"'
    """
    return _HIDDEN.sub(_escaped, json.dumps(value, ensure_ascii=False, default=str)).replace("<", "\\u003c")


def as_name(text: str) -> str:
    """A name or type from a database as it stands in SQL, on one line; it cannot end the tags around it either.

    >>> as_name('"</schema>"'), as_name("a < b")
    ('"\\\\u003c/schema>"', 'a < b')
    """
    return _HIDDEN.sub(_escaped, text).replace("</", "\\u003c/")


_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e01ef]"
)
"""What a person does not see and a model reads: controls, line ends, marks that turn text around, tags. Joiners, which
Persian, Hindi and emoji need, stay."""


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def tokens_of(text: str) -> int:
    """About how many tokens a text takes."""
    return len(text) // LETTERS + 1


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a prompt, made of items by rank, the most important first."""

    name: str
    """Its place in the template."""
    items: Sequence[str]
    write: Callable[[Sequence[str]], str]
    """The text of the items that are left; of none, an empty text."""
    least: int = 0
    """So many items never give way."""


def fitted(name: str, budget: int, parts: Sequence[Part], **fixed: str) -> tuple[str, tuple[str, ...]]:
    """A prompt within a budget, and what was left out of it, in words.

    Args:
        name: of the template.
        budget: tokens that it may take.
        parts: what may give way, the first to do so first; in each, items go from the end.
        fixed: what stays as it is.
    """
    kept = {part.name: list(part.items) for part in parts}

    def written() -> str:
        return template(name).fill(**fixed, **{part.name: part.write(kept[part.name]) for part in parts})

    prompt = written()
    for part in parts:
        while tokens_of(prompt) > budget and len(kept[part.name]) > part.least:
            over = tokens_of(prompt) - budget
            _drop(kept[part.name], over, part.least)
            prompt = written()
    left_out = tuple(
        f"{len(part.items) - len(kept[part.name])} of {len(part.items)} {part.name} did not fit into {name}"
        for part in parts
        if len(kept[part.name]) < len(part.items)
    )
    if tokens_of(prompt) > budget:
        left_out += (f"{name} takes about {tokens_of(prompt):,} tokens, more than the {budget:,} it may",)
    return prompt, left_out


def _drop(items: list[str], tokens: int, least: int) -> None:
    """Take items from the end until about so many tokens are saved."""
    saved = 0
    while len(items) > least and saved < tokens:
        saved += tokens_of(items.pop())


def listed(items: Sequence[str]) -> str:
    """Items as lines."""
    return "\n".join(items)


def tagged(tag: str, heading: str) -> Callable[[Sequence[str]], str]:
    """A writer that puts a heading above items and tags around them; nothing where there are none."""

    def write(items: Sequence[str]) -> str:
        return f"{heading}\n<{tag}>\n{listed(items)}\n</{tag}>\n\n" if items else ""

    return write


def settings_text(settings: Mapping[str, Any]) -> str:
    """Settings as one line, for a trace."""
    return ", ".join(f"{name} = {value!r}" for name, value in settings.items())
