"""Revision: each candidate is looked at again, with rules and what it gave; several revisions vote."""

from __future__ import annotations

from dataclasses import dataclass, replace

from querywright.answering.cleaning import plain_sql
from querywright.answering.desk import Desk, Wish
from querywright.answering.executing import attempt_of, grade
from querywright.answering.judging import named_by, query_text, result_part, with_selected
from querywright.answering.known import Candidate, Known
from querywright.answering.prompting import fitted
from querywright.answering.selection.clusters import clusters_of
from querywright.answering.showing import dialect_of, question_text, schema_part
from querywright.answering.stages.contract import Stage
from querywright.databases import Result
from querywright.errors import ModelFailed


@dataclass(frozen=True, slots=True)
class Settings:
    """How candidates are revised."""

    samples: int = 3
    """Revisions of each candidate, which vote by their results."""
    temperature: float = 0.5


def revise(known: Known, desk: Desk, settings: Settings) -> Known:
    """Revise the candidates, those of one text together.

    The revisions' results vote. A tie, or a majority that gives what the candidate gave, leaves it as it is; so does
    one that came less far: no rows where there are some, an error where it ran.
    """
    from querywright.answering.answers import RevisedSQL

    texts = {candidate.SQL: candidate for candidate in known.candidates}
    wishes = [Wish(_prompt(known, desk, each), settings.temperature, settings.samples) for each in texts.values()]
    notes, revised = [], {}
    for candidate, answers in zip(texts.values(), desk.ask_each("revise", wishes, RevisedSQL), strict=True):
        if isinstance(answers, ModelFailed):
            notes.append(f"no revision: {answers.reason}")
        else:
            revised[candidate.SQL] = [plain_sql(answer.sql) for answer in answers]
    desk.each(desk.execute, list(dict.fromkeys(text for all_ in revised.values() for text in all_)))
    winners = {sql: _winner(texts[sql], found, desk) for sql, found in revised.items()}
    candidates = tuple(_with(candidate, winners.get(candidate.SQL)) for candidate in known.candidates)
    changed = sum(old.SQL != new.SQL for old, new in zip(known.candidates, candidates, strict=True))
    notes.insert(0, f"{changed} of {len(candidates)} candidates were changed")
    return replace(known, candidates=candidates, notes=tuple(dict.fromkeys(notes)))


def _winner(candidate: Candidate, texts: list[str], desk: Desk) -> Candidate | None:
    """The revision that won the vote; None where the candidate stays as it is."""
    voters = [Candidate(text, "revise", number, outcome=desk.execute(text)) for number, text in enumerate(texts)]
    clusters = sorted(clusters_of(tuple(voters), desk), key=lambda cluster: -len(cluster.members))
    if not clusters or (len(clusters) > 1 and len(clusters[0].members) == len(clusters[1].members)):
        return None
    best = voters[clusters[0].members[0]]
    same = isinstance(candidate.outcome, Result) and len(clusters_of((candidate, best), desk)) == 1
    return None if same or grade(best.outcome) < grade(candidate.outcome) else best


def _with(candidate: Candidate, winner: Candidate | None) -> Candidate:
    if winner is None or not isinstance(winner.outcome, Result):
        return candidate
    attempts = (*candidate.attempts, attempt_of(winner.SQL, winner.outcome, "revise"))
    return replace(candidate, SQL=winner.SQL, outcome=winner.outcome, attempts=attempts)


def _prompt(known: Known, desk: Desk, candidate: Candidate) -> str:
    shown = replace(known, columns=with_selected([named_by(candidate.SQL, desk)], known, desk))
    text, left_out = fitted(
        "revise",
        desk.prompt_tokens,
        (result_part("result", candidate.outcome), schema_part(shown, desk, None)),
        dialect=dialect_of(desk),
        question=question_text(known),
        query=query_text(candidate.SQL),
    )
    desk.account.left_out += left_out
    return text


REVISE = Stage("revise", Settings, revise, ("candidates",))
