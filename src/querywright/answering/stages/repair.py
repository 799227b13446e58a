"""Repair: a candidate that failed, ran too long or gave no rows is asked for again, with its error and its context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from querywright.answering.cleaning import plain_sql
from querywright.answering.desk import Desk, Wish
from querywright.answering.executing import attempt_of, grade, is_good
from querywright.answering.judging import LONGEST_ERROR, named_by, query_text, with_selected
from querywright.answering.known import Attempt, Candidate, Known
from querywright.answering.prompting import Part, fitted
from querywright.answering.showing import dialect_of, question_text, schema_part
from querywright.answering.stages.contract import Stage
from querywright.databases import Result
from querywright.errors import ModelFailed, QueryError
from querywright.models.templates import as_data


@dataclass(frozen=True, slots=True)
class Settings:
    """How candidates are repaired."""

    attempts: int = 3
    """At most so many times a candidate."""
    temperature: float = 0.0


def repair(known: Known, desk: Desk, settings: Settings) -> Known:
    """Mend what has no rows, all candidates at the same time, in rounds.

    Each round goes on from a candidate's last attempt. What was once made of a text is not asked for again, and a
    candidate that comes back to a text of its own is done. Only a better outcome takes the candidate's place.
    """
    candidates = list(known.candidates)
    waiting = [place for place, candidate in enumerate(candidates) if not is_good(candidate)]
    if not waiting:
        return known
    broken, made, failed, saved = len(waiting), _Made(), [], 0
    for _ in range(settings.attempts):
        texts = _texts(candidates, waiting)
        asked = [place for text, place in texts.items() if text not in made]
        saved += len(waiting) - len(asked)
        failed += _ask(known, desk, settings, [candidates[place] for place in asked], made)
        waiting = [place for place in waiting if _goes_on(candidates[place], made)]
        mended = [made.get(_last(candidates[place])) for place in waiting]
        outcomes = desk.each(desk.execute, list(dict.fromkeys(text for text in mended if text is not None)))
        by_text = dict(zip(dict.fromkeys(text for text in mended if text is not None), outcomes, strict=True))
        for place, text in zip(waiting, mended, strict=True):
            if text is not None:
                candidates[place] = _with(candidates[place], text, by_text[text])
        waiting = [place for place in waiting if not is_good(candidates[place])]
        if not waiting:
            break
    good = sum(is_good(candidate) for candidate in candidates) - (len(candidates) - broken)
    notes = [f"{broken} of {len(candidates)} candidates failed or had no rows; {good} of them have rows now"]
    if saved:
        notes.append(f"{saved} requests saved: the same text had been asked about")
    notes += [f"no repair: {reason}" for reason in dict.fromkeys(failed)]
    return replace(known, candidates=tuple(candidates), notes=tuple(notes))


_Made = dict[str, str]
"""What was made of a text, by the text."""


def _last(candidate: Candidate) -> str:
    return candidate.attempts[-1].SQL if candidate.attempts else candidate.SQL


def _texts(candidates: Sequence[Candidate], waiting: Sequence[int]) -> dict[str, int]:
    """The texts that wait, each with the first candidate that has it."""
    found: dict[str, int] = {}
    for place in waiting:
        found.setdefault(_last(candidates[place]), place)
    return found


def _ask(known: Known, desk: Desk, settings: Settings, asked: Sequence[Candidate], made: _Made) -> list[str]:
    """Ask about the last text of each of these candidates; the reasons of what was not answered."""
    from querywright.answering.answers import RepairedSQL

    wishes = [Wish(_prompt(known, desk, candidate), settings.temperature) for candidate in asked]
    failed = []
    for candidate, answer in zip(asked, desk.ask_each("repair", wishes, RepairedSQL), strict=True):
        if isinstance(answer, ModelFailed):
            failed.append(answer.reason)
        else:
            made[_last(candidate)] = plain_sql(answer[0].sql)
    return failed


def _goes_on(candidate: Candidate, made: _Made) -> bool:
    """Whether another attempt may bring something: the model did not answer, or with a text that was not tried."""
    text = made.get(_last(candidate))
    return text is None or (bool(text) and text not in {candidate.SQL, *(each.SQL for each in candidate.attempts)})


def _with(candidate: Candidate, text: str, outcome: Result | QueryError) -> Candidate:
    """The candidate with an attempt more, which takes its place where it is better."""
    candidate = replace(candidate, attempts=(*candidate.attempts, attempt_of(text, outcome, "repair")))
    if grade(outcome) > grade(candidate.outcome):
        return replace(candidate, SQL=text, outcome=outcome)
    return candidate


def _prompt(known: Known, desk: Desk, candidate: Candidate) -> str:
    attempts = [_attempt_text(attempt) for attempt in reversed(candidate.attempts)]
    shown = replace(known, columns=with_selected([named_by(_last(candidate), desk)], known, desk))
    text, left_out = fitted(
        "repair",
        desk.prompt_tokens,
        (
            Part("attempts", attempts, lambda kept: "\n\n".join(reversed(kept)), 1),
            schema_part(shown, desk, None),
        ),
        dialect=dialect_of(desk),
        question=question_text(known),
    )
    desk.account.left_out += left_out
    return text


def _attempt_text(attempt: Attempt) -> str:
    outcome = f"error: {as_data(attempt.error[:LONGEST_ERROR])}" if attempt.error else f"rows: {attempt.rows}"
    return f"{query_text(attempt.SQL)}\n<result>\n{outcome}\n</result>"


REPAIR = Stage("repair", Settings, repair, ("candidates",))
