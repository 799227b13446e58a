"""Settings from `querywright.toml` in the current folder: one table a command, keys as the flags without dashes.

Flags win over the environment (`QUERYWRIGHT_SYNTHESIZE_COUNT=100`), which wins over the file. Models have tables of
their own, `[models.NAME]`, which `querywright.models.naming` understands.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from querywright.errors import SettingsError

ENVIRONMENT = "QUERYWRIGHT"
FILE = Path("querywright.toml")
MODELS = "models"
"""The table whose tables are models; no command's settings stand there."""

Commands = Mapping[str, Sequence[str]]
"""What can be set: the names of each command's parameters."""


def from_file(commands: Commands) -> dict[str, dict[str, Any]]:
    """The file's tables as default values of the commands; empty where there is no file.

    Raises:
        SettingsError: the file cannot be read, or has a table or key that no command knows; the nearest is named.
    """
    return {command: _known(command, values, commands) for command, values in _tables().items() if command != MODELS}


def models_from_file() -> dict[str, dict[str, Any]]:
    """The file's `[models.NAME]` tables by their names, as they stand there; empty where there are none.

    Raises:
        SettingsError: the file cannot be read, or has something else under `models`.
    """
    models = _tables().get(MODELS, {})
    if not isinstance(models, dict):
        raise SettingsError(f"{FILE}: {MODELS} is no setting: describe a model below a line such as [models.NAME]")
    for name, table in models.items():
        if not isinstance(table, dict):
            raise SettingsError(f"{FILE}: [{MODELS}] has {name!r}: put it below a line such as [models.NAME]")
    return models


def check_environment(commands: Commands, environment: Mapping[str, str]) -> None:
    """Refuse a variable that looks like a setting of ours and is none: it would be passed over in silence.

    Raises:
        SettingsError: the nearest right one is named.
    """
    known = [f"{ENVIRONMENT}_{command}_{name}".upper() for command, names in commands.items() for name in names]
    for variable in environment:
        if variable.startswith(f"{ENVIRONMENT}_") and variable not in known:
            near = difflib.get_close_matches(variable, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ": unset it"
            raise SettingsError(f"the environment variable {variable} is no setting{hint}")


def _tables() -> dict[str, Any]:
    """What the file says; nothing where there is none."""
    if not FILE.is_file():
        return {}
    try:
        return tomllib.loads(FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{FILE} cannot be read: {error}") from error


def _known(command: str, values: Any, commands: Commands) -> dict[str, Any]:
    """The values of one table by the names of the command's parameters."""
    if not isinstance(values, dict):
        raise SettingsError(f"{FILE}: {command} stands under no command: put it below a line such as [synthesize]")
    if command not in commands:
        raise SettingsError(f"{FILE}: [{command}] is no command{_nearest(command, list(commands))}")
    names = {name.replace("_", "-"): name for name in commands[command]}
    found: dict[str, Any] = {}
    for key, value in values.items():
        flag = key.replace("_", "-")
        if flag not in names:
            raise SettingsError(f"{FILE}: [{command}] has no setting {key!r}{_nearest(flag, list(names))}")
        found[names[flag]] = value
    return found


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {near[0]!r}?" if near else f" (there are {', '.join(known)})"
