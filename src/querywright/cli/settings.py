"""Settings from `querywright.toml` in the current folder: one table a command, keys as the flags without dashes.

Flags win over the environment (`QUERYWRIGHT_SYNTHESIZE_COUNT=100`), which wins over the file.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any

import click

from querywright.errors import SettingsError

ENVIRONMENT = "QUERYWRIGHT"
FILE = Path("querywright.toml")


def from_file(command: click.Command) -> dict[str, dict[str, Any]]:
    """The file's tables as default values for the sub-commands of `command`; empty where there is no file.

    Raises:
        SettingsError: the file cannot be read, or has a table or key that no command knows; the nearest is named.
    """
    if not FILE.is_file():
        return {}
    try:
        tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{FILE}: {error}") from error
    commands = command.commands if isinstance(command, click.Group) else {}
    found: dict[str, dict[str, Any]] = {}
    for name, values in tables.items():
        if name not in commands or not isinstance(values, dict):
            raise SettingsError(f"{FILE}: [{name}] is no command{_nearest(name, list(commands))}")
        known = {(p.name or "").replace("_", "-"): p.name or "" for p in commands[name].params}
        for key in values:
            if key.replace("_", "-") not in known:
                raise SettingsError(f"{FILE}: [{name}] has no setting {key!r}{_nearest(key, list(known))}")
        found[name] = {known[key.replace("_", "-")]: value for key, value in values.items()}
    return found


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {near[0]!r}?" if near else f" (there are {', '.join(known)})"
