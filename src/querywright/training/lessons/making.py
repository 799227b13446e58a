"""`LessonMaker`: examples become lessons; what cannot is counted by its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from querywright.databases import Catalog
from querywright.datasets.example import Example
from querywright.runs import Input, Rejected
from querywright.synthesis.pipe_trajectories import Checking
from querywright.synthesis.piping.desk import PipeDesks
from querywright.training.lessons.fitting import Measure, longest
from querywright.training.lessons.formats import FORMATS, PIPED, CannotTeach
from querywright.training.lessons.lesson import Lesson
from querywright.training.lessons.room import Room
from querywright.training.lessons.settings import LessonSettings

SHARES = (0.5, 0.25, 0.1, 0.0)
"""What is left of the unread schema, step by step, where a lesson is too long."""
NO_QUESTION, NO_SQL = "no question", "no SQL"


@dataclass(slots=True)
class Tally:
    """What became of the examples."""

    examples: int = 0
    taught: int = 0
    lessons: int = 0
    shortened: int = 0
    """Examples whose schema had to shrink."""
    left_out: Counter[str] = field(default_factory=Counter)
    """By reason."""
    first: dict[str, str] = field(default_factory=dict)
    """By reason the first example it happened to, and what was said."""

    def leave_out(self, example: Example, reason: str, detail: str = "") -> None:
        """Count one that teaches nothing."""
        self.left_out[reason] += 1
        self.first.setdefault(reason, f"{example.id or example.question[:60]!r}{f': {detail}' if detail else ''}")


class LessonMaker:
    """Makes lessons with the databases of a catalog, which stays the caller's."""

    def __init__(
        self, catalog: Catalog, settings: LessonSettings, measure: Measure | None = None, *, verify: bool = True
    ) -> None:
        """
        Args:
            catalog: the databases that the examples ask about.
            settings: how they become lessons.
            measure: how many tokens a lesson is; None: none is too long.
            verify: execute each example's SQL, and leave out those that fail.
        """
        self.catalog, self.settings, self.tally = catalog, settings, Tally()
        self._measure, self._verify = measure, verify
        self._write = FORMATS[settings.format]
        piped = settings.format in PIPED or settings.only_piped
        self._pipes = Checking(PipeDesks(catalog.__getitem__, settings.mode)) if piped else None  # type: ignore[arg-type]
        self._rooms: dict[str, Room] = {}

    def lessons(self, examples: Iterable[Example]) -> Iterator[tuple[Example, tuple[Lesson, ...]]]:
        """Each example that teaches something, as it was found, with its lessons, in order; `tally` counts the others.

        An example of the formats with pipes has its proven pipe query.

        Raises DatabaseUnavailable: a database is gone.
        """
        for given in examples:
            self.tally.examples += 1
            try:
                example, made = self._made(given)
            except CannotTeach as reason:
                said, _, detail = str(reason).partition(": ")
                self.tally.leave_out(given, said, detail)
                continue
            self.tally.taught += 1
            self.tally.lessons += len(made)
            yield example, made

    def _made(self, example: Example) -> tuple[Example, tuple[Lesson, ...]]:
        for text, reason in ((example.question, NO_QUESTION), (example.SQL, NO_SQL)):
            if not text.strip():
                raise CannotTeach(reason)
        if example.db_id not in self.catalog:
            raise CannotTeach(f"there is no database {example.db_id!r}")
        room = self._room(example.db_id)
        example = self._checked(example)
        example = room.told(example)
        for number, share in enumerate(self._shares()):
            made = self._write(example, room.schema(example, share), room.database.dialect)
            if self._measure is None or longest(made, self._measure) <= self.settings.max_tokens:
                self.tally.shortened += number > 0
                return example, made
        raise CannotTeach("longer than the window, with no more of the schema than its query reads")

    def _checked(self, example: Example) -> Example:
        """The example with its pipe query where there has to be one; its SQL was executed."""
        if self._pipes is not None:
            found = self._pipes.checked(Input(example.id or "", example))
            if isinstance(found, Rejected):
                raise CannotTeach(f"no proven pipe query: {found.reason}")
            return found
        if self._verify and (problem := self._room(example.db_id).problem(example.SQL)):
            raise CannotTeach(f"its SQL fails: {problem}")
        return example

    def _shares(self) -> Iterator[float]:
        """How much to show of what is not read: as the settings say, then less and less of it."""
        noise = self.settings.noise
        yield noise
        if self._measure is not None:
            yield from (share for share in SHARES if share < noise)

    def _room(self, db_id: str) -> Room:
        if db_id not in self._rooms:
            self._rooms[db_id] = Room(self.catalog, db_id, self.settings)
        return self._rooms[db_id]
