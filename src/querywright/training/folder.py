"""`TrainingFolder`: where a training keeps its record, its log, its lessons, checkpoints and weights."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import orjson

from querywright.errors import SettingsError, TrainingError
from querywright.runs.folders import LOCK
from querywright.runs.locking import locked
from querywright.runs.manifest import differences, jsonable
from querywright.writing import replacing

RECORD: Final = "training.json"
LOG: Final = "log.jsonl"
FORMAT: Final = 1
_LIBRARIES: Final = ("querywright", "torch", "transformers", "trl", "peft", "sentence-transformers", "accelerate")


@dataclass(frozen=True, slots=True)
class TrainingFolder:
    """One training on disk. `model` is what any server loads; `adapter` is there where one was trained."""

    path: Path

    @property
    def model(self) -> Path:
        """The weights that came of it, as `save_pretrained` leaves them."""
        return self.path / "model"

    @property
    def adapter(self) -> Path:
        """The low-rank adapter, which `model` has merged."""
        return self.path / "adapter"

    @property
    def checkpoints(self) -> Path:
        """Of the training while it runs."""
        return self.path / "checkpoints"

    @property
    def lessons(self) -> Path:
        """What was learnt and what was held out, as files."""
        return self.path / "lessons"

    @contextmanager
    def at_work(self, kind: str, decided_by: Mapping[str, Any], *, resume: bool) -> Iterator[bool]:
        """Hold the folder for one training of this kind; says whether there is something to go on from.

        Args:
            kind: `sft`, `grpo`, `selector` or `retriever`.
            decided_by: everything that decides what comes of it.
            resume: go on with what is there.

        A training that fails before it noted anything leaves no record, so that the next one may be asked otherwise.

        Raises:
            SettingsError: something is there and is not to be resumed, or is something else; the difference is named.
            RunError: another process is at work in it, or it cannot be written.
        """
        wanted = jsonable(dict(decided_by))
        with locked(self.path):
            before = self._found()
            if before is not None and not resume:
                raise SettingsError(
                    f"{self.path} holds a training already ({before['kind']}, {before['status']}): "
                    "go on with it by --resume, or choose another folder"
                )
            if before is not None and before["kind"] != kind:
                raise SettingsError(f"{self.path} holds a training of kind {before['kind']}, not {kind}")
            if before is not None and (differ := differences(before["decided_by"], wanted)):
                raise SettingsError(f"{self.path} cannot be resumed, since {'; '.join(differ[:5])}")
            begun = self._begin(kind, wanted) if before is None else None
            try:
                yield before is not None
            except BaseException:
                if begun is not None and self._found() == begun:  # a mistake in a setting must not take the folder
                    (self.path / RECORD).unlink()
                raise

    def record(self) -> dict[str, Any]:
        """What `training.json` says. Raises TrainingError where there is none or it is damaged."""
        found = self._found()
        if found is None:
            raise TrainingError(f"{self.path} holds no training: there is no {RECORD} in it")
        return found

    def note(self, **figures: Any) -> None:
        """Put these into the record, in the place of what it said of them; written whole."""
        record = {**self.record(), **jsonable(figures), "at": _now()}
        with replacing(self.path / RECORD, alone=True) as file:
            file.write(orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

    def log(self, entry: Mapping[str, Any]) -> None:
        """Append a line to the log."""
        with (self.path / LOG).open("ab") as file:
            file.write(orjson.dumps(dict(entry), option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY))

    def logged(self) -> list[dict[str, Any]]:
        """The lines of the log, without one that a killed process left half."""
        found = []
        path = self.path / LOG
        for line in path.read_bytes().splitlines() if path.is_file() else ():
            try:
                found.append(orjson.loads(line))
            except orjson.JSONDecodeError:
                continue
        return found

    def forget_after(self, step: int) -> None:
        """Drop from the log what was logged after this step: it is done again."""
        kept = [entry for entry in self.logged() if entry.get("step", 0) <= step]
        with replacing(self.path / LOG, alone=True) as file:
            file.writelines(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE) for entry in kept)

    def last_checkpoint(self) -> Path | None:
        """The last whole checkpoint; half ones, which a full disk or a kill left, are removed."""
        found: list[tuple[int, Path]] = []
        for path in self.checkpoints.glob("checkpoint-*"):
            # The trainer writes its state last.
            if path.name.rpartition("-")[2].isdigit() and _readable(path / "trainer_state.json"):
                found.append((int(path.name.rpartition("-")[2]), path))
            else:
                shutil.rmtree(path, ignore_errors=True)
        return max(found)[1] if found else None

    def _begin(self, kind: str, decided_by: Mapping[str, Any]) -> dict[str, Any]:
        if any(each.name != LOCK for each in self.path.iterdir()):
            raise SettingsError(f"{self.path} is not empty and holds no training: choose another folder")
        record: dict[str, Any] = {
            "format": FORMAT,
            "kind": kind,
            "status": "running",
            "decided_by": decided_by,
            "versions": _versions(),
            "begun": _now(),
            "at": _now(),
        }
        with replacing(self.path / RECORD, alone=True) as file:
            file.write(orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        return record

    def _found(self) -> dict[str, Any] | None:
        path = self.path / RECORD
        if not path.is_file():
            return None
        try:
            record = orjson.loads(path.read_bytes())
            if not _is_record(record):
                raise ValueError("it is damaged, or of another version")
        except (ValueError, OSError) as error:
            raise TrainingError(f"{path} cannot be read ({error}): choose another folder") from error
        return dict(record)


def _is_record(record: Any) -> bool:
    """Whether something read from a file is what we write there, as far as others look."""
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        return False
    parts = (record.get("decided_by"), record.get("figures", {}), record.get("split", {}))
    words = (record.get("kind"), record.get("status"))
    return all(isinstance(part, dict) for part in parts) and all(isinstance(word, str) for word in words)


def _readable(path: Path) -> bool:
    try:
        return isinstance(orjson.loads(path.read_bytes()), dict)
    except (OSError, ValueError):
        return False


def _versions() -> dict[str, str]:
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
