"""The prompts: one a file, each with a version and two parts, what is said once and what is asked."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

NAMES = ("step", "whole")
_PROMPT = re.compile(r"version: (?P<version>\d+)\n\n## system\n(?P<system>.*?)\n## user\n(?P<user>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wording:
    """One prompt. `{name}` in it is a place to fill; nothing that fills one is read again."""

    version: int
    system: str
    user: str

    @property
    def digest(self) -> str:
        """Another one when a text changes, whether or not somebody thought of the version."""
        return hashlib.sha256(f"{self.system}\n{self.user}".encode()).hexdigest()[:12]


@cache
def wording(name: str) -> Wording:
    """The prompt of this name."""
    content = (files(__package__) / "prompts" / f"{name}.md").read_text(encoding="utf-8")
    found = _PROMPT.fullmatch(content)
    if found is None:
        raise ValueError(f"the prompt {name} is not a version, a part `system` and a part `user`")
    return Wording(int(found["version"]), found["system"].strip(), found["user"].strip())


def fingerprint() -> dict[str, str]:
    """Version and digest of every prompt."""
    return {name: f"{wording(name).version}:{wording(name).digest}" for name in NAMES}
