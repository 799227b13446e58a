"""Value retrieval: the values of the database that keywords may mean, and where they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from querywright.answering.desk import Desk, FoundValue
from querywright.answering.known import Known, ValueHint
from querywright.answering.looking_up import failures, looked_up
from querywright.answering.places import Place, place_of, some
from querywright.answering.stages.contract import Stage
from querywright.errors import ModelFailed, QuerywrightError
from querywright.models.hashed import HashedEmbedding
from querywright.retrieval.values.ranking import edit_similarity

LONGEST = 200
"""Letters of a value that is shown: a part of a longer one would equal nothing in the database."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Which values are near enough."""

    limit: int = 10
    """Values that the index gives for a keyword."""
    edit: float = 0.3
    """The least likeness to the keyword, by letters."""
    cosine: float = 0.6
    """The least likeness to the keyword in meaning; asked of an embedding model that is named, not of the embedded one,
    which sees letters only, as `edit` does."""
    of_best: float = 0.9
    """The least likeness as a share of the best one in the same column, whichever keyword that was for."""


def retrieve_values(known: Known, desk: Desk, settings: Settings) -> Known:
    """Look each keyword up, and keep what is near it: one value of a column for each keyword, the nearest first."""
    if desk.values is None:
        return replace(known, values=(), notes=("there is no value index",))
    index = desk.values
    found = [looked_up(lambda each: index.search(each, settings.limit), keyword) for keyword in known.keywords]
    near: dict[tuple[str, Place], ValueHint] = {}
    lost: list[str] = []
    for keyword, matches in zip(known.keywords, found, strict=True):
        for match in () if isinstance(matches, QuerywrightError) else list(matches)[: settings.limit]:
            hint, place = _hint(keyword, match, desk)
            if place is None:
                lost.append(f"{match.table}.{match.column}")
            elif hint is not None and hint.score >= settings.edit:
                before = near.get((keyword, place))
                if before is None or hint.score > before.score:
                    near[keyword, place] = hint
    near, unasked = _meant(near, desk, settings.cosine)
    best: dict[Place, float] = {}
    for (_, place), hint in near.items():
        best[place] = max(best.get(place, 0.0), hint.score)
    kept = [hint for (_, place), hint in near.items() if hint.score >= settings.of_best * best[place]]
    notes = (*failures(found), *unasked)
    if lost:
        notes += (f"the value index knows what is no longer there: {some(list(dict.fromkeys(lost)))}",)
    return replace(known, values=tuple(sorted(kept, key=lambda hint: -hint.score)), notes=notes)


def _meant(
    near: dict[tuple[str, Place], ValueHint], desk: Desk, cosine: float
) -> tuple[dict[tuple[str, Place], ValueHint], tuple[str, ...]]:
    """The hints that are near in meaning, too; all of them, with a note, where that cannot be told."""
    if desk.models is None or isinstance(desk.models.embedding, HashedEmbedding) or not near:
        return near, ()
    texts = list(dict.fromkeys(text for hint in near.values() for text in (hint.keyword, hint.value)))
    try:
        vectors = dict(zip(texts, desk.models.embed(texts, "value-retrieval"), strict=True))
    except ModelFailed as failed:
        return near, (f"values are compared by their letters only: {failed}",)
    alike = {key: hint for key, hint in near.items() if float(vectors[hint.keyword] @ vectors[hint.value]) >= cosine}
    return alike, ()


def _hint(keyword: str, match: FoundValue, desk: Desk) -> tuple[ValueHint | None, Place | None]:
    """The match as a hint, None if it is too long to be one; and where it is, None if that is not there."""
    place = place_of(desk.schema, match.table, match.column)
    if place is None or len(match.value) > LONGEST:
        return None, place
    return ValueHint(keyword, *place, match.value, round(edit_similarity(keyword, match.value), 4)), place


VALUE_RETRIEVAL = Stage("value-retrieval", Settings, retrieve_values, ("values",))
