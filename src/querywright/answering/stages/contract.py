"""What a stage is: a name, the settings that it takes, and a function from what is known to what is known then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from querywright.answering.desk import Desk
from querywright.answering.known import Known
from querywright.errors import SettingsError

Work = Callable[[Known, Desk, Any], Known]
"""Takes what is known, the desk and the stage's settings; gives what is known then. Raises ModelUnavailable,
DatabaseUnavailable, and nothing else: what a model failed to answer is a note, or the problem."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage."""

    name: str
    settings: type
    """A frozen dataclass, every field with its default."""
    work: Work
    tells: tuple[str, ...]
    """The fields of `Known` that it changes: what the trace shows as its output."""

    def configured(self, given: Mapping[str, Any]) -> Any:
        """Its settings with what a preset says. Raises SettingsError where that cannot be; the nearest is named."""
        known = {each.name: each for each in fields(self.settings)}
        named = {name.replace("-", "_"): value for name, value in given.items()}
        for name in named:
            if name not in known:
                near = get_close_matches(name, known, 1)
                hint = f"; did you mean {near[0]}?" if near else f" (there are {', '.join(known)})"
                raise SettingsError(f"the stage {self.name} has no setting {name!r}{hint}")
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in named.items()}
        defaults = self.settings()
        for name, value in values.items():
            wanted = type(getattr(defaults, name))
            if wanted is float and isinstance(value, int) and not isinstance(value, bool):
                values[name] = float(value)
            elif not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
                raise SettingsError(f"the stage {self.name}: {name} must be {wanted.__name__}, not {value!r}")
        return self.settings(**values)
