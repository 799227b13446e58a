"""From questions to queries that can be executed, in the form that a model was taught."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from querywright import pipes
from querywright.answering.completion import query_in
from querywright.databases import Catalog, Database
from querywright.datasets.example import Example
from querywright.errors import PipeError
from querywright.pipes.scope import Active
from querywright.pipes.trajectories import END, Task
from querywright.pipes.tree import PipeQuery
from querywright.synthesis.piping.columns import dialect_of
from querywright.training.decoding.asking import Prompt, Pupil
from querywright.training.lessons.formats import PIPED, reasoning_prompt, sql_prompt
from querywright.training.lessons.room import Room
from querywright.training.lessons.settings import LessonSettings

OPERATORS = 24
"""Of a query that is written step by step; one that has no end by then is taken as it is."""


def decoded(pupil: Pupil, examples: Sequence[Example], catalog: Catalog, settings: LessonSettings) -> list[str]:
    """What the model answers to each question, as standard SQL of its database; what cannot be said so stays as it is.

    Args:
        pupil: the model.
        examples: whose questions are asked. Their SQL is looked at only where the lessons showed a part of the schema
            (noise below 1): then it says which part, as it did in the lessons, and what is measured is the writing
            alone, as if a selection of the schema had gone before.
        catalog: the databases.
        settings: of the lessons that it was taught with: the format decides how it is asked.
    """
    rooms = _Rooms(catalog, settings)
    examples = [rooms.told(example) for example in examples]
    if settings.format == "pipe-steps":
        return _stepped(pupil, examples, catalog, settings, rooms)
    answers = pupil.answers([_prompt(example, catalog[example.db_id], settings, rooms) for example in examples])
    if settings.format not in PIPED:
        return [query_in(answer) for answer in answers]
    return [
        _standard(query_in(answer, "pipe"), catalog[example.db_id], settings)
        for example, answer in zip(examples, answers, strict=True)
    ]


class _Rooms:
    """The databases as the lessons showed them."""

    def __init__(self, catalog: Catalog, settings: LessonSettings) -> None:
        self._catalog, self._settings = catalog, settings
        self._known: dict[str, Room] = {}

    def shown(self, example: Example) -> str:
        """The schema for a question: with noise, only what its gold query reads and what is like it."""
        return self._room(example).schema(example, self._settings.noise)

    def told(self, example: Example) -> Example:
        """The example with the values that its question may mean, where lessons had them."""
        return self._room(example).told(example)

    def _room(self, example: Example) -> Room:
        if example.db_id not in self._known:
            self._known[example.db_id] = Room(self._catalog, example.db_id, self._settings)
        return self._known[example.db_id]


def _prompt(example: Example, database: Database, settings: LessonSettings, rooms: _Rooms) -> Prompt:
    if settings.format in PIPED:
        return _messages(*_task(example, database, settings, rooms).whole())
    write = reasoning_prompt if settings.format == "reasoning" else sql_prompt
    return [{"role": "user", "content": write(example, rooms.shown(example), database.dialect)}]


def _task(example: Example, database: Database, settings: LessonSettings, rooms: _Rooms) -> Task:
    dialect = dialect_of(settings.mode, database.dialect)
    return Task(dialect, example.question, rooms.shown(example), example.evidence)


def _messages(system: str, user: str) -> Prompt:
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]


def _standard(text: str, database: Database, settings: LessonSettings) -> str:
    """A pipe query in the database's SQL; the text itself where it is none."""
    try:
        query = pipes.parse(text, dialect_of(settings.mode, database.dialect))
        return pipes.compile(query, dialect=database.dialect, schema=database.schema)
    except PipeError:
        return text


# ── operator by operator ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Walk:
    """One query while it grows."""

    task: Task
    lines: list[str] = field(default_factory=list)
    active: Active | None = None
    done: bool = False


def _stepped(
    pupil: Pupil, examples: Sequence[Example], catalog: Catalog, settings: LessonSettings, rooms: _Rooms
) -> list[str]:
    """All queries grow together, an operator a round: a batch is as cheap as one of them."""
    walks = [_Walk(_task(example, catalog[example.db_id], settings, rooms)) for example in examples]
    schema_of: Callable[[int], Database] = lambda place: catalog[examples[place].db_id]  # noqa: E731
    for _ in range(OPERATORS):
        places = [place for place, walk in enumerate(walks) if not walk.done]
        if not places:
            break
        asked = [_messages(*walks[place].task.next(walks[place].lines, walks[place].active)) for place in places]
        for place, answer in zip(places, pupil.answers(asked), strict=True):
            _grow(walks[place], answer.strip(), schema_of(place))
    return [_standard("\n".join(walk.lines), schema_of(place), settings) for place, walk in enumerate(walks)]


def _grow(walk: _Walk, answer: str, database: Database) -> None:
    """Add what the model said; what cannot be read, or names what is not there, ends the query as it was taught to."""
    if not answer or END in answer:
        walk.done = True
        return
    walk.lines.append(answer)
    try:
        walk.active = _active(pipes.parse("\n".join(walk.lines), walk.task.dialect), database)
    except PipeError:
        walk.done = True  # the query is wrong as it is, and stays so: there is nobody here to say what is wrong


def _active(query: PipeQuery, database: Database) -> Active:
    return pipes.columns(query, database.schema)[-1]
