"""`Evaluation`: a finished one, to be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import orjson

from querywright.errors import RunError
from querywright.evaluation.records import Row
from querywright.evaluation.summary import Excluded, Summary, summarise
from querywright.runs import Run
from querywright.runs.folders import FIGURES, storing


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Rows, what could not be scored, and the figures that are made of them."""

    run: Run
    changed: tuple[str, ...] = ()
    """Databases whose content is not what it was when the evaluation began."""
    held: Held | None = None
    """What is needed of the folder where that is gone; None: it is read when asked for."""

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """Read the evaluation in a folder. Raises RunError where there is none, or it is not finished."""
        run = Run.open(folder)
        path = run.folder / FIGURES
        if run.fingerprint.get("job") != "evaluate" or not path.is_file():
            raise RunError(f"{folder} holds no finished evaluation: there is no {FIGURES} of one in it")
        with storing(run.folder):
            figures: dict[str, Any] = orjson.loads(path.read_bytes())
        return cls(run, tuple(figures["changed"]))

    @property
    def folder(self) -> Path | None:
        """Where `results.jsonl` is; None where nothing was left on disk."""
        return None if self.held else self.run.folder

    def rows(self) -> Iterator[Row]:
        """Every gold row that was scored, in order."""
        return iter(self.held.rows) if self.held else map(Row.of, self.run.examples())

    def excluded(self) -> tuple[Excluded, ...]:
        """The gold rows that could not be scored, and why."""
        if self.held:
            return self.held.excluded
        return tuple(Excluded(r.key, r.example.db_id, r.reason, _short(r.detail)) for r in self.run.rejects())

    def summary(self) -> Summary:
        """Every figure."""
        asked, about = self.run.fingerprint, self.run.about
        return summarise(
            self.rows(),
            systems=list(asked["systems"]),
            rule=asked["rule"],
            metrics=asked["metrics"],
            gold_rows=about["gold_rows"],
            excluded=self.excluded(),
            problems=tuple(about["problems"]),
            changed=self.changed,
            databases=len(asked["databases"]),
        )

    def without_folder(self) -> Self:
        """The same, held in memory."""
        return replace(self, held=Held(tuple(self.rows()), self.excluded()))


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of an evaluation whose folder is gone."""

    rows: tuple[Row, ...]
    excluded: tuple[Excluded, ...]


def _short(words: str, longest: int = 400) -> str:
    if words.startswith("Traceback"):
        return words.strip().splitlines()[-1]
    return words if len(words) <= longest else f"{words[: longest - 1]}…"
