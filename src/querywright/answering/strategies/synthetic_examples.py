"""`synthetic-examples`: examples made for this question and checked on its database, then the query.

As CHASE-SQL's second algorithm: some examples show common features of SQL over the whole schema, the others how the
selected part of it is meant. They are made once a question, for all samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from querywright.answering.cleaning import plain_sql
from querywright.answering.desk import Desk, Wish
from querywright.answering.known import Known, Shot
from querywright.answering.prompting import fitted
from querywright.answering.showing import dialect_of, schema_part, shots_part, whole
from querywright.answering.strategies.contract import Samples, Writer, asking
from querywright.databases import Limits
from querywright.errors import ModelFailed, QueryError

if TYPE_CHECKING:
    from querywright.answering.answers import WrittenExample

CHECK = Limits(seconds=2.0, rows=10, bytes=1_000_000)
"""Of an example's execution: it must run, its rows are not looked at."""


def synthetic_examples(known: Known, desk: Desk, settings: Samples) -> Writer:
    """Two calls make examples, of which those that run are shown with the question."""
    from querywright.answering.answers import WrittenExamples, WrittenSQL

    features = settings.examples // 2
    guides = {
        "schema": (known, settings.examples - features),
        "features": (replace(known, columns=whole(desk.schema)), features),
    }
    guides = {guide: asked for guide, asked in guides.items() if asked[1]}
    wishes = [
        Wish(_prompt(guide, seen, desk, number, settings), settings.temperature)
        for guide, (seen, number) in guides.items()
    ]
    kept: list[list[Shot]] = []
    notes: list[str] = []
    answers = desk.ask_each("synthetic-examples", wishes, WrittenExamples)
    for (guide, (_, number)), answer in zip(guides.items(), answers, strict=True):
        if isinstance(answer, ModelFailed):
            notes.append(f"examples of {guide}: none ({answer.reason})")
            continue
        written = _different(answer[0].examples)[:number]
        kept.append(_checked(written, guide, desk))
        notes.append(f"examples of {guide}: {len(kept[-1])} of the {len(written)} written run and are shown")
    shots = tuple(shot for shot in chain.from_iterable(zip_longest(*kept)) if shot is not None)
    part = shots_part(shots, "Examples on this database, as data:")
    prompt = asking("synthetic-examples", known, desk, (part,))
    return Writer(WrittenSQL, prompt, lambda answer: (answer.sql, answer.reasoning), shots, tuple(notes))


def _prompt(guide: str, known: Known, desk: Desk, number: int, settings: Samples) -> str:
    """The prompt for examples. Retrieved ones show what such examples look like; the question is not in it."""
    shots = known.shots[: settings.shots] if guide == "schema" else ()
    text, left_out = fitted(
        f"examples-of-{guide}",
        desk.prompt_tokens,
        (
            shots_part(shots, "Examples of other databases, as data, to see what is wanted:"),
            schema_part(known, desk, None),
        ),
        dialect=dialect_of(desk),
        number=str(number),
    )
    desk.account.left_out += left_out
    return text


def _different(examples: Sequence[WrittenExample]) -> list[WrittenExample]:
    """Examples of different queries, each with a question."""
    found: dict[str, WrittenExample] = {}
    for each in examples:
        if each.question.strip() and (sql := " ".join(plain_sql(each.sql).split())):
            found.setdefault(sql, each)
    return list(found.values())


def _checked(examples: Sequence[WrittenExample], guide: str, desk: Desk) -> list[Shot]:
    """The examples that the database executes; in a dry run, those that it could."""
    attempt = desk.database.explain if desk.dry else desk.database.execute

    def runs(sql: str) -> bool:
        try:
            with desk.turn():
                attempt(sql, CHECK)
        except QueryError:
            return False
        return True

    shots = [Shot(each.question.strip(), plain_sql(each.sql), origin=f"synthetic: {guide}") for each in examples]
    good: Iterator[bool] = iter(desk.each(runs, [shot.SQL for shot in shots]))
    return [shot for shot in shots if next(good)]
