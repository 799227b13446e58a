"""Prompts: one template a file, with a version; filled with parts of which the least important ones give way.

Nothing that fills a template is read again, and what comes from a database stands in it as data (`as_data`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from querywright.models import templates
from querywright.models.templates import Template, visible

LETTERS = 4
"""Letters that are taken for a token: of SQL and English somewhat too many rather than too few."""

PACKAGE = "querywright.answering"


def template(name: str) -> Template:
    """The prompt of this name, in the folder `prompts`."""
    return templates.template(PACKAGE, name)


def fingerprint() -> dict[str, str]:
    """Version and digest of every prompt, those that pipe queries are learnt and asked for with among them."""
    from querywright.datasets.prompts import fingerprint as of_lessons
    from querywright.pipes.trajectories import fingerprint as of_pipes

    names = sorted(entry.name[:-3] for entry in (files(PACKAGE) / "prompts").iterdir())
    pipes = {f"pipe-{name}": digest for name, digest in of_pipes().items()}
    return templates.fingerprint(PACKAGE, names) | pipes | of_lessons()


def as_name(text: str) -> str:
    """A name or type from a database as it stands in SQL, on one line; it cannot end the tags around it either.

    >>> as_name('"</schema>"'), as_name("a < b")
    ('"\\\\u003c/schema>"', 'a < b')
    """
    return visible(text).replace("</", "\\u003c/")


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
