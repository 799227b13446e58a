"""`Run`: a run folder, opened to be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import orjson

from querywright.datasets.example import Example
from querywright.datasets.jsonl import from_record, read_jsonl, read_lines
from querywright.errors import RunError
from querywright.models.usage import Ledger, Usage
from querywright.runs.chains import INTERNAL_ERROR
from querywright.runs.folders import REJECTS
from querywright.runs.locking import holder
from querywright.runs.manifest import Counts, Manifest, Status


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One line of `rejects.jsonl`: which input, dropped where and why, and the example as it was then."""

    key: str
    step: str
    reason: str
    detail: str
    example: Example


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder as it was when opened. Examples and rejects are read one at a time, however many there are."""

    folder: Path
    manifest: Manifest

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """Read a run folder. Raises RunError where it holds no run or `run.json` is damaged."""
        folder = Path(folder)
        return cls(folder, Manifest.load(folder))

    @property
    def status(self) -> Status:
        """How it ended; a run that was killed before it could say so counts as interrupted."""
        if self.manifest.status == "running" and holder(self.folder) is None:
            return "interrupted"
        return self.manifest.status

    @property
    def settings(self) -> dict[str, Any]:
        """`count`, `patience`, `workers` as last asked for."""
        return self.manifest.settings

    @property
    def fingerprint(self) -> dict[str, Any]:
        """What decided the output: the recipe's settings, inputs, databases and versions."""
        return self.manifest.fingerprint

    @property
    def about(self) -> dict[str, Any]:
        """What else was good to know: where the databases lay when the run was last worked on, engine versions."""
        return self.manifest.about

    @property
    def counts(self) -> Counts:
        """What became of the inputs."""
        return self.manifest.counts

    @property
    def funnel(self) -> dict[str, dict[str, int]]:
        """Step → reason → examples dropped: with `counts.kept`, everything that came in or was added."""
        return self.manifest.funnel

    @property
    def usage(self) -> Ledger:
        """What models were asked, by step, role and model; empty where none was."""
        return Ledger(Usage(**entry) for entry in self.manifest.usage)

    @property
    def internal_errors(self) -> dict[str, int]:
        """`step: error` → how often a step failed in a way nobody planned."""
        return {
            f"{step}: {reason.removeprefix(INTERNAL_ERROR + ': ')}": number
            for step, reasons in self.funnel.items()
            for reason, number in reasons.items()
            if reason.startswith(INTERNAL_ERROR)
        }

    def examples(self) -> Iterator[Example]:
        """The kept examples, in the order of their inputs. Raises RunError if none were written yet."""
        return read_jsonl(self._file(self.manifest.dataset))

    def rejects(self) -> Iterator[RejectedRow]:
        """The rejects, in the order of their inputs. Raises RunError if none were written yet."""
        path = self._file(REJECTS)
        for line, text in read_lines(path):
            row = orjson.loads(text)
            example = from_record(row["example"], path, line)
            yield RejectedRow(row["key"], row["step"], row["reason"], row["detail"], example)

    def summary(self) -> str:
        """How the run ended, in a few lines; internal errors stand out."""
        counts = self.counts
        lines = [
            f"{self.status}: {counts.kept:,} examples kept, {counts.rejected:,} rejected, from {counts.inputs:,} inputs"
            f" in {self.manifest.times['seconds']:,.1f} s ({self.folder})"
        ]
        if self.manifest.message:
            lines.append(self.manifest.message)
        if asked := list(self.usage):
            lines.append(f"models: {self.usage.total()}")
            lines.extend(f"  {u.step} ({u.role}: {u.model}): {u}" for u in asked)
        if errors := self.internal_errors:
            told = ", ".join(f"{number} × {error}" for error, number in errors.items())
            lines.append(f"INTERNAL ERRORS: {told}; tracebacks are in {self.folder / REJECTS}. Please report them.")
        return "\n".join(lines)

    def _file(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_file():
            raise RunError(f"{self.folder} has no {name} yet: the run was cut off before it wrote one; resume it")
        return path
