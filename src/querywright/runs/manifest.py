"""`run.json`: what a run was asked, what decided its output, and how it ended. Time appears here and nowhere else."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

import orjson

from querywright.errors import RunError
from querywright.models.usage import Usage
from querywright.runs.folders import DATASET, MANIFEST, replacing, storing
from querywright.runs.settling import Tally

FORMAT = 1
"""Of the run folder; a folder of another format is not resumed."""

Status = Literal["running", "finished", "exhausted", "interrupted", "failed"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the inputs settled.

    `inputs == fruitful + fruitless` counts inputs: those with at least one kept example, those with rejects only.
    `inputs + added == kept + rejected` counts examples: `added` are those that steps made beyond one each.
    """

    inputs: int = 0
    fruitful: int = 0
    fruitless: int = 0
    added: int = 0
    kept: int = 0
    rejected: int = 0

    @classmethod
    def of(cls, tally: Tally) -> Self:
        return cls(tally.inputs, tally.fruitful, tally.fruitless, tally.added, tally.kept, tally.rejected)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of `run.json`."""

    settings: dict[str, Any]
    """`count`, `patience`, `workers`, `width`, `budget`: how far to go; none changes what an input becomes."""
    fingerprint: dict[str, Any]
    """The recipe's: everything that decides what an input becomes."""
    about: dict[str, Any] = field(default_factory=dict)
    """What else is good to know and decides nothing: where the inputs lie now (`location`), engine versions."""
    status: Status = "running"
    message: str = ""
    """How it ended, for a person."""
    steps: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    usage: list[dict[str, Any]] = field(default_factory=list)
    """What models were asked, by step, role and model: the fields of `models.Usage`."""
    funnel: dict[str, dict[str, int]] = field(default_factory=dict)
    """Step → reason → examples dropped; steps in the chain's order, reasons by frequency."""
    dataset: str = DATASET
    """The file of what is kept."""
    versions: dict[str, str] = field(default_factory=dict)
    times: dict[str, Any] = field(default_factory=dict)
    format: int = FORMAT

    @classmethod
    def begin(
        cls,
        settings: dict[str, Any],
        fingerprint: dict[str, Any],
        about: dict[str, Any] | None = None,
        dataset: str = DATASET,
    ) -> Self:
        """The manifest of a run that starts now."""
        times = {"started": _now(), "ended": None, "seconds": 0.0}
        return cls(
            settings, jsonable(fingerprint), jsonable(about or {}), dataset=dataset, versions=_versions(), times=times
        )

    def ended(
        self,
        status: Status,
        message: str,
        steps: list[str],
        tally: Tally,
        seconds: float,
        usage: Sequence[Usage] = (),
    ) -> Self:
        """This manifest as it is after the run worked for some more seconds."""
        times = {**self.times, "ended": _now(), "seconds": round(self.times["seconds"] + seconds, 3)}
        steps = steps or self.steps
        return replace(
            self,
            status=status,
            message=message,
            steps=steps,
            counts=Counts.of(tally),
            usage=[asdict(entry) for entry in _by_step(usage, steps)],
            funnel=_funnel(tally, steps),
            times=times,
        )

    def save(self, folder: Path) -> None:
        """Write it whole. Raises RunError where the folder cannot be written."""
        with replacing(folder / MANIFEST) as file:
            file.write(orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a folder's. Raises RunError where it holds no run, or one of another format."""
        path = folder / MANIFEST
        if not path.is_file():
            raise RunError(f"{folder} holds no run: there is no {MANIFEST} in it")
        with storing(folder):
            text = path.read_bytes()
        try:
            content = orjson.loads(text)
            found = content["format"]
            if found == FORMAT:
                return cls(**{**content, "counts": Counts(**content["counts"])})
        except (ValueError, TypeError, KeyError) as error:
            raise RunError(f"{path} is damaged ({error}): the run cannot be read; choose another folder") from error
        raise RunError(f"{folder} was made by another version of Querywright (format {found}, ours is {FORMAT})")


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What differs between two fingerprints, key by key, as `seed was 0, now 1`."""
    old, new = dict(_leaves(before)), dict(_leaves(jsonable(now)))
    return [
        f"{name} {'was ' + _shown(old[name]) if name in old else 'was not there'}, "
        f"{'now ' + _shown(new[name]) if name in new else 'now is not there'}"
        for name in dict.fromkeys([*old, *new])
        # As text, since True == 1 and 1 == 1.0 to Python.
        if name not in old or name not in new or orjson.dumps(old[name]) != orjson.dumps(new[name])
    ]


def jsonable(value: dict[str, Any]) -> dict[str, Any]:
    """The value as it would be read back from a file."""
    try:
        read: dict[str, Any] = orjson.loads(orjson.dumps(value))
    except TypeError as error:
        raise RunError(f"the recipe's fingerprint cannot be written as JSON: {error}") from error
    return read


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, child in value.items():
            yield from _leaves(child, f"{name}.{key}" if name else key)
    else:
        yield name, value


def _shown(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= 60 else text[:57] + "…"


def _by_step(usage: Sequence[Usage], steps: list[str]) -> list[Usage]:
    """In the order of the chain's steps; those that are not of it come last."""
    place = {name: number for number, name in enumerate(steps)}
    return sorted(usage, key=lambda entry: (place.get(entry.step, len(place)), entry.step, entry.role, entry.model))


def _funnel(tally: Tally, steps: list[str]) -> dict[str, dict[str, int]]:
    found = list(dict.fromkeys(step for step, _ in tally.drops))
    ordered = [s for s in dict.fromkeys(steps) if s in found] + sorted(s for s in found if s not in steps)
    by_frequency = sorted(tally.drops.items(), key=lambda item: (-item[1], item[0]))
    return {step: {reason: n for (s, reason), n in by_frequency if s == step} for step in ordered}


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {
        "querywright": version("querywright"),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "platform": platform.platform(),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
