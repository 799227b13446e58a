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
from querywright.models.naming import FOLDER
from querywright.models.settings import ModelSettings
from querywright.models.weights import lessons_of

GENERATION, SELECTION = "generate", "select"
"""The stages that write candidates and take one."""
AGENT, TAUGHT = "pipe-agent", "taught"
"""Those of them that ask in the words of lessons."""
WRITING = (GENERATION, AGENT, TAUGHT)
"""Every stage that writes candidates; a preset has one of them or more."""
_OF_LESSONS = ("format", "style", "examples", "values", "mode")
"""Settings that are as in the lessons of the model, where a preset does not say them."""
_PARTS = ("strategies", "tools")
"""Settings of stages whose values are parts that can be left out."""


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
        for stages in (WRITING, (SELECTION,)):
            if not used & set(stages):
                missing = " or ".join(stages)
                raise SettingsError(f"the preset {self.name} has no stage {missing}, without which there is no answer")
        return self

    def without(self, parts: Collection[str]) -> Self:
        """The preset without these stages, strategies or tools; without its selector the majority decides.

        Raises:
            SettingsError: it has no such part, or nothing would be left that writes or takes a candidate.
        """
        if SELECTION in parts:
            raise SettingsError(f"without {SELECTION} nobody takes a candidate: name the selector instead")
        writing = [each.stage.name for each in self.stages if each.stage.name in WRITING]
        if writing and set(writing) <= set(parts):
            raise SettingsError(f"without {writing[0]} nobody writes a candidate: name a strategy or a tool instead")
        left = set(parts)
        stages: list[Configured] = []
        for each in self.stages:
            if each.stage.name in parts:
                left.discard(each.stage.name)
                continue
            for kind in _PARTS:
                held = getattr(each.settings, kind, ())
                if not set(held) & set(parts):
                    continue
                left -= set(held)
                kept = tuple(name for name in held if name not in parts)
                if not kept and kind == "strategies":
                    raise SettingsError(f"the preset {self.name} has no strategy left without {', '.join(held)}")
                each = replace(each, settings=replace(each.settings, **{kind: kept}))
            if each.stage.name == SELECTION and each.settings.by in parts:
                left.discard(each.settings.by)
                each = replace(each, settings=replace(each.settings, by="majority", judge=""))
            stages.append(each)
        if left:
            has = [each.stage.name for each in self.stages]
            has += [name for kind in _PARTS for each in self.stages for name in getattr(each.settings, kind, ())]
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
            if each.stage.name in WRITING
            else each
            for each in self.stages
        )
        return replace(self, stages=tuple(drawn))

    def judged_by(self, folder: Path | str | None) -> Self:
        """The preset with a tournament in which the weights of this folder judge; None: as it is.

        Raises:
            SettingsError: it takes no candidate; ModelUnavailable: the folder holds no weights that can judge.
        """
        if folder is None:
            return self
        if not self.selector:
            raise SettingsError(f"the preset {self.name} takes no candidate, so there is nothing to judge")
        place = str(Path(folder).expanduser().resolve())
        self._require_judge(place)
        judged = (
            replace(each, settings=replace(each.settings, by="tournament", judge=place))
            if each.stage.name == SELECTION
            else each
            for each in self.stages
        )
        return replace(self, stages=tuple(judged))

    def asked_as_taught(self, model: ModelSettings | None) -> Self:
        """The preset with what the record of the model's training says of its lessons, where the preset does not say.

        As it is where the model is no folder of a training of ours.

        Raises SettingsError: the model was taught operator by operator, and a whole answer would be asked for; or the
        record says what cannot be.
        """
        lessons = lessons_of(model.model) if model is not None and model.provider == FOLDER else {}
        asked = [each.stage.name for each in self.stages]
        if model is not None and lessons.get("format") == "pipe-steps" and TAUGHT in asked:
            raise SettingsError(f"{model.name} was taught pipe queries operator by operator: ask it with {AGENT}")
        if model is None or not lessons:
            return self
        return replace(self, stages=tuple(_as_taught(each, lessons, model.model) for each in self.stages))

    def judges(self) -> dict[str, str]:
        """The judges that it names: what the weights are called by their folders.

        Raises ModelUnavailable: a folder holds no weights that can judge.
        """
        named = [each.settings.judge for each in self.stages if each.stage.name == SELECTION and each.settings.judge]
        return {folder: self._require_judge(folder) for folder in named}

    @staticmethod
    def _require_judge(folder: str) -> str:
        from querywright.answering.selection.judge import kind_of
        from querywright.models.weights import name_of, require_weights

        place = require_weights(folder)
        kind_of(place)
        return name_of(place)

    def until_generation(self) -> Self:
        """The preset without what comes after its candidates are written."""
        last = max((n for n, each in enumerate(self.stages) if each.stage.name in WRITING), default=-1)
        return replace(self, stages=self.stages[: last + 1])

    @property
    def selector(self) -> str:
        """The rule by which it takes a candidate; empty where it takes none."""
        taking = (each.settings.by for each in reversed(self.stages) if each.stage.name == SELECTION)
        return str(next(taking, ""))

    @property
    def at_once(self) -> int:
        """How many answers it waits for at a time, about."""
        return max((each.settings.candidates for each in self.stages if each.stage.name in WRITING), default=1)

    def fingerprint(self) -> list[dict[str, Any]]:
        """Stages and settings, as they decide an answer."""
        return [{"use": each.stage.name, **asdict(each.settings)} for each in self.stages]


def _as_taught(configured: Configured, lessons: Mapping[str, Any], weights: str) -> Configured:
    """A stage that asks in the words of lessons, with what these say; any other as it is. Raises SettingsError."""
    settings = configured.settings
    if configured.stage.name not in (AGENT, TAUGHT):
        return configured
    left = [name for name in _OF_LESSONS if not getattr(settings, name, True)]
    said = {name: lessons[name] for name in left if name in lessons}
    try:
        return replace(configured, settings=configured.stage.configured(asdict(settings) | said))
    except SettingsError as error:
        raise SettingsError(f"the record of the training of {weights} is damaged: {error}") from error


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
