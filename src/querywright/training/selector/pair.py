"""`Pair`: a right query and a wrong one for a question, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from querywright.answering.selection.comparing import Comparison
from querywright.datasets.example import Example
from querywright.datasets.seeds import sayable
from querywright.errors import TrainingError
from querywright.training.lessons.lesson import Lesson
from querywright.writing import replacing

CANDIDATE, HINTED, GOLD = "candidate", "hinted", "gold"
"""Where a right query comes from: a strategy wrote it, one wrote it with the gold query as a hint, it is gold."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One right and one wrong query."""

    key: str
    """Of the gold row."""
    db_id: str
    question: str
    asked: Comparison
    turned: Comparison
    """The same two in the other order."""
    answer: str
    """A or B, of `asked`."""
    right: str = CANDIDATE
    """Where the right query comes from."""

    @property
    def lesson(self) -> Lesson:
        """What a chat model is told and should answer: the tournament's own prompt."""
        return Lesson(self.key, self.db_id, self.asked.prompt, self.answer)

    @property
    def example(self) -> Example:
        """Whose pair it is, as splits ask."""
        return Example(self.db_id, self.question, id=self.key)

    @property
    def sides(self) -> tuple[str, str]:
        """The right query and the wrong one, each as a judge reads it alone."""
        first, second = self.asked.sides
        return (first, second) if self.answer == "A" else (second, first)


def write_pairs(path: Path, pairs: Iterable[Pair]) -> None:
    """Write pairs as lines of JSON, which also are lessons: `prompt` and `completion` as messages."""
    with replacing(path, alone=True) as file:
        for pair in pairs:
            row = pair.lesson.to_dict() | {
                "question": pair.question, "answer": pair.answer, "right": pair.right,
                "asked": asdict(pair.asked), "turned": asdict(pair.turned),
            }  # fmt: skip
            del row["asked"]["prompt"]  # stands in `prompt`
            file.write(orjson.dumps(sayable(row), option=orjson.OPT_APPEND_NEWLINE))


def read_pairs(path: Path) -> Iterator[Pair]:
    """The pairs of a file that `write_pairs` wrote. Raises TrainingError: it is none, or damaged."""
    try:
        for line in path.read_bytes().splitlines():
            yield _pair(orjson.loads(line))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise TrainingError(f"the pairs in {path} cannot be read ({error}): choose another folder") from error


def _pair(row: Mapping[str, Any]) -> Pair:
    asked = Comparison(prompt=row["prompt"][-1]["content"], **row["asked"])
    return Pair(
        row["id"], row["db_id"], row["question"], asked, Comparison(**row["turned"]), row["answer"], row["right"]
    )
