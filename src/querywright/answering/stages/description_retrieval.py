"""Description retrieval: the columns whose names or descriptions are nearest to keywords and to the question."""

from __future__ import annotations

from dataclasses import dataclass, replace

from querywright.answering.desk import Desk
from querywright.answering.known import DescriptionHint, Known
from querywright.answering.looking_up import failures, looked_up
from querywright.answering.places import place_of, some
from querywright.answering.showing import DESCRIBED
from querywright.answering.stages.contract import Stage
from querywright.errors import QuerywrightError


@dataclass(frozen=True, slots=True)
class Settings:
    """How many descriptions are looked for."""

    limit: int = 5
    """Of each keyword, and of the whole question."""


def retrieve_descriptions(known: Known, desk: Desk, settings: Settings) -> Known:
    """Look the question and each keyword up; what is nearest to each comes first."""
    if desk.descriptions is None:
        return replace(known, descriptions=(), notes=("there is no description index",))
    index = desk.descriptions
    asked = list(dict.fromkeys((known.question, *known.keywords)))
    # One after the other: threads that scan the same vectors wait for memory, and take four times as long.
    found = [looked_up(lambda each: index.search(each, settings.limit), text) for text in asked]
    ranked: list[tuple[int, DescriptionHint]] = []
    lost: list[str] = []
    for text, matches in zip(asked, found, strict=True):
        for rank, match in enumerate(() if isinstance(matches, QuerywrightError) else list(matches)[: settings.limit]):
            place = place_of(desk.schema, match.table, match.column)
            if place is None:
                lost.append(f"{match.table}.{match.column}")
            else:
                ranked.append((rank, DescriptionHint(text, *place, match.text[:DESCRIBED], match.score)))
    ranked.sort(key=lambda each: (each[0], -each[1].score))
    notes = failures(found)
    if lost:
        notes += (f"the description index knows what is no longer there: {some(list(dict.fromkeys(lost)))}",)
    return replace(known, descriptions=tuple(hint for _, hint in ranked), notes=notes)


DESCRIPTION_RETRIEVAL = Stage("description-retrieval", Settings, retrieve_descriptions, ("descriptions",))
