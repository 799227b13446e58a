"""`Comparison`: two queries for one question as a judge gets them; whoever learns to judge learns from the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from querywright.answering.desk import Desk
from querywright.answering.judging import named_by, query_text, result_part, union
from querywright.answering.known import Candidate, Known
from querywright.answering.prompting import Part, fitted
from querywright.answering.showing import dialect_of, question_text, schema_part

Duel = tuple[int, int]
"""Two candidates or clusters by their places, the one that is shown first first."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two queries for one question, in the order in which they are shown."""

    prompt: str
    """All that is asked, with the part of the schema that both read: for a judge that reads it as one text."""
    question: str
    first: str
    """The query that is called A, what it gave and the schema that it reads: for a judge that looks at each alone."""
    second: str

    @property
    def sides(self) -> tuple[str, str]:
        """The two as a judge reads them alone."""
        return self.first, self.second


def prompts(
    known: Known, desk: Desk, candidates: Sequence[Candidate], duels: Sequence[Duel], budget: int | None = None
) -> Iterator[str]:
    """The prompt of each duel, with the part of the schema that its two queries read (CHASE-SQL, appendix A.8).

    Args:
        known: the question.
        desk: its database.
        candidates: executed ones, which duels name by their places.
        duels: who is compared with whom.
        budget: tokens of a prompt; None: those of the desk.
    """
    named = [named_by(candidate.SQL, desk) for candidate in candidates]
    results = [result_part("result", candidate.outcome) for candidate in candidates]
    queries = [query_text(candidate.SQL) for candidate in candidates]
    schemas: dict[object, Part] = {}  # most pairs read the same part of it
    for first, second in duels:
        columns = union([named[first], named[second]], desk) or known.columns
        key = tuple((table, tuple(names)) for table, names in columns.items())
        if key not in schemas:
            schemas[key] = schema_part(replace(known, columns=columns), desk, None)
        text, left_out = fitted(
            "tournament",
            desk.prompt_tokens if budget is None else budget,
            (replace(results[first], name="result_a"), replace(results[second], name="result_b"), schemas[key]),
            dialect=dialect_of(desk),
            question=question_text(known),
            query_a=queries[first],
            query_b=queries[second],
        )
        desk.account.left_out += left_out
        yield text


def comparisons(
    known: Known, desk: Desk, candidates: Sequence[Candidate], duels: Sequence[Duel], budget: int | None = None
) -> list[Comparison]:
    """Each duel as a trained judge gets it. Args as `prompts`."""
    question = question_text(known)
    sides = {place: _side(candidates[place], known, desk) for place in {place for duel in duels for place in duel}}
    asked = prompts(known, desk, candidates, duels, budget)
    return [Comparison(text, question, sides[a], sides[b]) for text, (a, b) in zip(asked, duels, strict=True)]


def _side(candidate: Candidate, known: Known, desk: Desk) -> str:
    """One query alone: itself first, then what it gave, then what it reads, so that what is cut off matters least."""
    result = result_part("result", candidate.outcome)
    columns = union([named_by(candidate.SQL, desk)], desk) or known.columns
    schema = schema_part(replace(known, columns=columns), desk, None)
    return "\n".join((query_text(candidate.SQL), result.write(result.items), schema.write(schema.items)))
