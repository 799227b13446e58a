"""Column filter: each column is judged by itself, many in one call or each in its own; what clearly has nothing to do
with the question goes. Keys and columns that retrieval found stay, so nobody is asked about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from querywright.answering.desk import Desk, Wish
from querywright.answering.keeping import keys_between, retrieved, whole_tables
from querywright.answering.known import Known
from querywright.answering.places import Names, Place
from querywright.answering.prompting import Part, as_name, fitted, tagged, tokens_of
from querywright.answering.showing import column_line, question_text
from querywright.answering.stages.contract import Stage
from querywright.databases.literals import qualified
from querywright.errors import ModelFailed

_AROUND = 400
"""Tokens of a prompt that neither the question nor the columns take."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How columns are judged."""

    batch: int = 40
    """Columns of a call; fewer where they do not fit into the prompt."""
    one_by_one: bool = False
    """Each column in a call of its own, as the paper does it."""
    descriptions: int = 1
    """So many columns that a keyword's descriptions lead to stay without being judged."""


def filter_columns(known: Known, desk: Desk, settings: Settings) -> Known:
    """Leave out the columns that a model judges needless; a batch that it gives no answer for stays."""
    stays = keys_between(desk.schema, known.columns) | retrieved(known, settings.descriptions)
    places = [(table, column) for table, columns in known.columns.items() for column in columns]
    open_ones = [place for place in places if place not in stays]
    if not open_ones:
        return replace(known, notes=("every column is a key or was retrieved: none was judged",))
    batches = _batches(open_ones, known, desk, 1 if settings.one_by_one else max(1, settings.batch))
    judge = _one_by_one if settings.one_by_one else _by_list
    names = Names(desk.schema, known.columns)
    chosen: set[Place] = set()
    notes: list[str] = []
    for batch, needed in zip(batches, judge(batches, known, desk, names), strict=True):
        if isinstance(needed, ModelFailed):
            chosen |= set(batch)
            notes.append(f"{len(batch)} columns stay unjudged, because {needed.reason}")
        else:
            chosen |= needed & set(open_ones)
    notes += names.complaints()
    if not chosen:
        return replace(known, notes=(*notes, "no column was judged to matter: all stay"))
    columns = whole_tables(desk.schema, known.columns, chosen | (stays & set(places)), known.columns)
    left = sum(map(len, columns.values()))
    notes.append(f"{left} of {len(places)} columns stay, {len(places) - len(open_ones)} of them unasked")
    return replace(known, columns=columns, notes=tuple(dict.fromkeys(notes)))


def _by_list(
    batches: Sequence[Sequence[Place]], known: Known, desk: Desk, names: Names
) -> list[set[Place] | ModelFailed]:
    from querywright.answering.answers import RelevantColumns

    wishes = [Wish(_prompt("column-filter", batch, known, desk), 0.0) for batch in batches]
    return [
        answers
        if isinstance(answers, ModelFailed)
        else {place for answer in answers for text in answer.columns if (place := names.place(text)) is not None}
        for answers in desk.ask_each("column-filter", wishes, RelevantColumns)
    ]


def _one_by_one(
    batches: Sequence[Sequence[Place]], known: Known, desk: Desk, names: Names
) -> list[set[Place] | ModelFailed]:
    from querywright.answering.answers import ColumnJudgement

    wishes = [Wish(_prompt("column-judgement", batch, known, desk), 0.0) for batch in batches]
    return [
        answers if isinstance(answers, ModelFailed) else set(batch if answers[0].relevant else ())
        for batch, answers in zip(batches, desk.ask_each("column-filter", wishes, ColumnJudgement), strict=True)
    ]


def _batches(places: Sequence[Place], known: Known, desk: Desk, most: int) -> list[list[Place]]:
    """The columns in their order, so many together as may be and as fit into a prompt."""
    room = desk.prompt_tokens - tokens_of(question_text(known)) - _AROUND
    batches: list[list[Place]] = [[]]
    filled = 0
    for place in places:
        tokens = tokens_of(_line(place, desk))
        if batches[-1] and (len(batches[-1]) >= most or filled + tokens > room):
            batches.append([])
            filled = 0
        batches[-1].append(place)
        filled += tokens
    return batches


def _prompt(name: str, batch: Sequence[Place], known: Known, desk: Desk) -> str:
    lines = [_line(place, desk) for place in batch]
    part = Part("columns", lines, tagged("columns", "The columns:"), least=1)
    prompt, left_out = fitted(name, desk.prompt_tokens, (part,), question=question_text(known))
    desk.account.left_out += left_out
    return prompt


def _line(place: Place, desk: Desk) -> str:
    """A column as a query names it, with its type and what is said of it."""
    table = desk.schema.table(place[0])
    column = table.column(place[1]) if table is not None else None
    assert table is not None
    assert column is not None
    dialect = desk.schema.dialect
    return column_line(column, (), dialect, before=f"{as_name(qualified(table, dialect))}.")


COLUMN_FILTER = Stage("column-filter", Settings, filter_columns, ("columns",))
