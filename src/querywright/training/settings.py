"""How models are trained, in our words; `libraries.py` says them in the libraries'."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

from querywright.errors import SettingsError

METHODS: Final = ("full", "lora", "qlora")
SPLITS: Final = ("database", "question", "none")


@dataclass(frozen=True, slots=True)
class Adapter:
    """A low-rank adapter on all linear layers (source 003, section 8.2; CHESS trains with rank 128)."""

    rank: int = 64
    alpha: int = 0
    """0: twice the rank."""
    dropout: float = 0.0

    @property
    def scale(self) -> int:
        """What the library calls alpha."""
        return self.alpha or 2 * self.rank


@dataclass(frozen=True, slots=True)
class Course:
    """What every training by gradient has: how long, how fast, how often it looks up."""

    method: str = "lora"
    """`full`, `lora`, or `qlora`: an adapter on weights of 4 bits."""
    rank: int = 64
    alpha: int = 0
    """0: twice the rank."""
    dropout: float = 0.0
    learning_rate: float = 1e-4
    warmup: float = 0.05
    """The share of the steps in which the rate rises; then it falls as a cosine does."""
    batch: int = 8
    """Lessons (or prompts) of one step, over all devices and accumulated passes."""
    device_batch: int = 1
    """Lessons of one pass on one device."""
    epochs: float = 3.0
    steps: int = 0
    """At most so many; 0: as the epochs say."""
    patience: int = 2
    """Stop where the held-out loss did not fall so many times in a row; 0: never."""
    clip: float = 1.0
    """Gradients are scaled down to this norm."""
    weight_decay: float = 0.0
    check_every: int = 0
    """Steps between checkpoints and looks at the held-out part; 0: once an epoch."""
    keep: int = 2
    """Checkpoints that stay."""
    log_every: int = 10
    """Steps."""
    checkpointing: str = "auto"
    """Compute activations again in the place of keeping them: `on`, `off`, or `auto`, on a GPU."""
    seed: int = 0
    split: str = "database"
    """What is held out: whole `database`s, `question`s, or `none`."""
    held_out: float = 0.1
    """The share of the examples."""
    questions: int = 100
    """Held-out questions that are answered and executed at each look; 0: none."""

    def __post_init__(self) -> None:
        """Raises SettingsError."""
        if self.split not in SPLITS:
            raise SettingsError(f"a split is by {', '.join(SPLITS)}, not {self.split!r}")
        if self.method not in METHODS:
            raise SettingsError(f"there is no method {self.method!r}: choose from {', '.join(METHODS)}")
        if self.checkpointing not in ("auto", "on", "off"):
            raise SettingsError(f"checkpointing is auto, on or off, not {self.checkpointing!r}")
        at_least = {
            "rank": 1,
            "batch": 1,
            "device_batch": 1,
            "keep": 1,
            "log_every": 1,
            "steps": 0,
            "patience": 0,
            "questions": 0,
        }
        for name, least in at_least.items():
            if getattr(self, name) < least:
                raise SettingsError(f"{name} is {least} or more, not {getattr(self, name)}")
        if not 0 < self.learning_rate < 1 or not 0 <= self.warmup < 1 or self.epochs <= 0 or self.clip <= 0:
            raise SettingsError("learning_rate lies between 0 and 1, warmup from 0 to below 1, epochs and clip above 0")
        if self.batch % self.device_batch:
            raise SettingsError(f"batch ({self.batch}) has to be a multiple of device_batch ({self.device_batch})")

    @property
    def adapter(self) -> Adapter | None:
        """What is trained in the place of the weights; None: they are."""
        return None if self.method == "full" else Adapter(self.rank, self.alpha, self.dropout)


@dataclass(frozen=True, slots=True)
class Sft(Course):
    """Supervised fine-tuning."""

    packing: bool = False
    """Several lessons in one row, told apart by their positions: needs an attention that looks at those."""


@dataclass(frozen=True, slots=True)
class Grpo(Course):
    """Learning by reward: a group of completions of each prompt, each judged against the mean of its group."""

    learning_rate: float = 1e-6
    epochs: float = 1.0
    completions: int = 8
    """Of each prompt (K)."""
    batch: int = 64
    """Completions of one step."""
    device_batch: int = 8
    temperature: float = 1.0
    max_new_tokens: int = 512
    pull: float = 0.0
    """How strongly it is held to where it started (the KL term)."""
    executes: float = 0.3
    rows: float = 0.5
    schema: float = 0.1
    structure: float = 0.1

    def __post_init__(self) -> None:
        """Raises SettingsError."""
        Course.__post_init__(self)
        if self.completions < 2:
            raise SettingsError("a group has 2 completions or more: a reward counts against the mean of its group")
        if self.batch % self.completions:
            raise SettingsError(f"batch ({self.batch}) has to be a multiple of completions ({self.completions})")


Settings = TypeVar("Settings")
Others = TypeVar("Others")


def configured(default: Settings, path: Path | None, given: Mapping[str, Any]) -> Settings:
    """Settings from a TOML file, with what was said on the command line in the place of what it says.

    Args:
        default: the settings that hold where nothing is said.
        path: a file of `name = value` lines.
        given: what was said; None is nothing.

    Raises:
        SettingsError: the file cannot be read, or says what there is not; the nearest name is said.
    """
    said = _read(path, [default]) if path else {}
    return _with(default, {**said, **_without_none(given)}, path)


def configured_both(
    first: Settings, second: Others, path: Path | None, of_first: Mapping[str, Any], of_second: Mapping[str, Any]
) -> tuple[Settings, Others]:
    """As `configured`, for two kinds of settings that stand in one file; a name that both have goes to both."""
    said = _read(path, [first, second]) if path else {}

    def taken(default: Any, given: Mapping[str, Any]) -> dict[str, Any]:
        names = {each.name for each in fields(default)}
        return {**{name: value for name, value in said.items() if name in names}, **_without_none(given)}

    return _with(first, taken(first, of_first), path), _with(second, taken(second, of_second), path)


def _without_none(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _with(default: Settings, values: Mapping[str, Any], path: Path | None) -> Settings:
    found = dict(values)
    for name, value in values.items():
        wanted = type(getattr(default, name))
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            found[name] = float(value)
        elif not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            where = f"{path}: " if path else ""
            raise SettingsError(f"{where}{name} must be {wanted.__name__}, not {value!r}")
    return replace(default, **found)  # type: ignore[type-var]


def told(settings: Any) -> dict[str, Any]:
    """Settings as they stand in a record."""
    return asdict(settings)


def _read(path: Path, defaults: Sequence[Any]) -> dict[str, Any]:
    """What a file says, by our names."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"the settings {path} cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings {path} are no TOML: {error}") from error
    known = dict.fromkeys(each.name for default in defaults for each in fields(default))
    for name in said:
        if name.replace("-", "_") not in known:
            near = get_close_matches(name.replace("-", "_"), known, 1)
            hint = f"; did you mean {near[0]}?" if near else f" (there are {', '.join(known)})"
            raise SettingsError(f"{path} has a setting {name!r}, which there is not{hint}")
    return {name.replace("-", "_"): value for name, value in said.items()}
