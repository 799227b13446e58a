"""`Preset`: stages in order with their settings, read from TOML; an ablation is a preset without some of them."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from querywright.answering.stages import STAGES, Stage
from querywright.errors import SettingsError

GENERATION, SELECTION = "generate", "select"
"""The stages that write candidates and take one."""


@dataclass(frozen=True, slots=True)
class Configured:
    """A stage with its settings."""

    stage: Stage
    settings: Any


@dataclass(frozen=True, slots=True)
class Preset:
    """A way to answer."""

    name: str
    about: str
    stages: tuple[Configured, ...]

    @classmethod
    def load(cls, name: str) -> Self:
        """The preset of this name, or in the TOML file of this path.

        Raises:
            SettingsError: there is none, or it says something that no stage knows; the nearest is named.
        """
        if name.endswith(".toml"):
            path = Path(name).expanduser()
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(f"the preset {path} cannot be read: {error}") from error
            return cls.parse(text, path.stem, str(path))._whole()
        entry = files("querywright.answering") / "presets" / f"{name}.toml"
        if name not in names():
            near = get_close_matches(name, names(), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(
                f"there is no preset {name!r}: choose from {', '.join(names())}, or name a .toml file{hint}"
            )
        return cls.parse(entry.read_text(encoding="utf-8"), name, name)

    @classmethod
    def parse(cls, text: str, name: str, place: str) -> Self:
        """The preset that a TOML text describes. Raises SettingsError."""
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"the preset {place} is no TOML: {error}") from error
        if strange := set(content) - {"about", "stages"}:
            raise SettingsError(f"the preset {place} has {sorted(strange)[0]!r}: it holds about and [[stages]]")
        stages = content.get("stages")
        if not isinstance(stages, list) or not stages:
            raise SettingsError(f"the preset {place} has no [[stages]]")
        return cls(name, str(content.get("about", "")), tuple(_configured(stage, place) for stage in stages))

    def _whole(self) -> Self:
        """The preset, if it can come to an answer. Raises SettingsError."""
        used = {each.stage.name for each in self.stages}
        if missing := [name for name in (GENERATION, SELECTION) if name not in used]:
            raise SettingsError(f"the preset {self.name} has no stage {missing[0]}, without which there is no answer")
        return self

    def without(self, parts: Collection[str]) -> Self:
        """The preset without these stages or strategies; without its selector the majority decides.

        Raises:
            SettingsError: it has no such part, or nothing would be left that writes or takes a candidate.
        """
        if SELECTION in parts:
            raise SettingsError(f"without {SELECTION} nobody takes a candidate: name the selector instead")
        if GENERATION in parts:
            raise SettingsError(f"without {GENERATION} nobody writes a candidate: name a strategy instead")
        left = set(parts)
        stages: list[Configured] = []
        for each in self.stages:
            if each.stage.name in parts:
                left.discard(each.stage.name)
                continue
            strategies = getattr(each.settings, "strategies", None)
            if strategies and set(strategies) & set(parts):
                left -= set(strategies)
                kept = tuple(name for name in strategies if name not in parts)
                if not kept:
                    raise SettingsError(f"the preset {self.name} has no strategy left without {', '.join(strategies)}")
                each = replace(each, settings=replace(each.settings, strategies=kept))
            if each.stage.name == SELECTION and each.settings.by in parts:
                left.discard(each.settings.by)
                each = replace(each, settings=replace(each.settings, by="majority"))
            stages.append(each)
        if left:
            has = [each.stage.name for each in self.stages]
            has += [name for each in self.stages for name in getattr(each.settings, "strategies", ())]
            has += [each.settings.by for each in self.stages if each.stage.name == SELECTION]
            raise SettingsError(
                f"the preset {self.name} has no {sorted(left)[0]}: it has {', '.join(dict.fromkeys(has))}"
            )
        return replace(self, stages=tuple(stages))

    def drawing(self, candidates: int | None) -> Self:
        """The preset with so many candidates of each strategy; None: as many as it says. Raises SettingsError."""
        if candidates is None:
            return self
        if candidates < 1:
            raise SettingsError(f"candidates must be 1 or more, not {candidates}")
        drawn = (
            replace(each, settings=replace(each.settings, candidates=candidates))
            if each.stage.name == GENERATION
            else each
            for each in self.stages
        )
        return replace(self, stages=tuple(drawn))

    def until_generation(self) -> Self:
        """The preset without what comes after its candidates are written."""
        last = max((n for n, each in enumerate(self.stages) if each.stage.name == GENERATION), default=-1)
        return replace(self, stages=self.stages[: last + 1])

    @property
    def selector(self) -> str:
        """The rule by which it takes a candidate; empty where it takes none."""
        taking = (each.settings.by for each in reversed(self.stages) if each.stage.name == SELECTION)
        return str(next(taking, ""))

    @property
    def at_once(self) -> int:
        """How many answers it waits for at a time, about."""
        return max((each.settings.candidates for each in self.stages if each.stage.name == GENERATION), default=1)

    def fingerprint(self) -> list[dict[str, Any]]:
        """Stages and settings, as they decide an answer."""
        return [{"use": each.stage.name, **asdict(each.settings)} for each in self.stages]


def names() -> list[str]:
    """The presets that come with us."""
    return sorted(
        entry.name[:-5]
        for entry in (files("querywright.answering") / "presets").iterdir()
        if entry.name.endswith(".toml")
    )


def _configured(given: Any, place: str) -> Configured:
    if not isinstance(given, Mapping) or not isinstance(given.get("use"), str):
        raise SettingsError(f'the preset {place}: a stage needs use = "NAME"')
    name = given["use"]
    if name not in STAGES:
        near = get_close_matches(name, STAGES, 1)
        hint = f"; did you mean {near[0]}?" if near else f" (there are {', '.join(STAGES)})"
        raise SettingsError(f"the preset {place}: there is no stage {name!r}{hint}")
    settings = {key: value for key, value in given.items() if key != "use"}
    return Configured(STAGES[name], STAGES[name].configured(settings))
