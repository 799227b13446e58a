"""The author that asks chat models: each of its texts is the answer to one prompt."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from querywright.datasets.example import Example
from querywright.datasets.prompts import DIALECTS
from querywright.models import Message, Request
from querywright.models.opened import Models
from querywright.runs import Reject
from querywright.synthesis.augment import Variant
from querywright.synthesis.authors import wishes
from querywright.synthesis.authors.contract import Agreement, Asked, Refused
from querywright.synthesis.authors.prompts import sections, template
from querywright.synthesis.correspondence import Candidate, check, choose
from querywright.synthesis.desk import Desk
from querywright.synthesis.english import STYLES
from querywright.synthesis.quoting import plainly
from querywright.synthesis.reasoning import final_sql

if TYPE_CHECKING:
    from pydantic import BaseModel

    from querywright.synthesis.authors.answers import AskedQuestion

    Shape = TypeVar("Shape", bound=BaseModel)


class ModelAuthor:
    """Writes, varies, asks and judges with the default model, and explains with the reasoning one.

    Args:
        models: open, with a default and a reasoning model as far as they are used.
        name: what the records say who wrote them.
        candidates: how many questions are made for a query, one of which is kept.
    """

    def __init__(self, models: Models, name: str, candidates: int) -> None:
        self.name = name
        self._models, self._candidates = models, candidates

    def write(self, desk: Desk, draw: int, rng: random.Random, refused: Sequence[Refused] = ()) -> str:
        from querywright.synthesis.authors.answers import WrittenQuery

        focus, features = wishes.focus(desk.database.schema, rng), wishes.features(desk.aim.draw(rng, draw))
        prompt = template("write").fill(
            **_common(desk), rows=desk.sampled_rows.shown(rng), focus=focus, features=features
        )
        return _unquoted(self._one("write", prompt, WrittenQuery, refused).sql)

    def vary(
        self, desk: Desk, example: Example, direction: str, rng: random.Random, refused: Sequence[Refused] = ()
    ) -> Variant:
        from querywright.synthesis.authors.answers import VariedQuery

        prompt = template("augment").fill(
            **_common(desk),
            rows=desk.sampled_rows.shown(rng),
            sql=example.SQL,
            direction=sections("directions")[direction],
        )
        return Variant(_unquoted(self._one("augment", prompt, VariedQuery, refused).sql), direction, "")

    def ask(self, desk: Desk, example: Example, rng: random.Random) -> Asked:
        from querywright.synthesis.authors.answers import AskedQuestions

        styles = rng.sample(tuple(STYLES), min(self._candidates, len(STYLES)))
        told = sections("styles")
        prompt = template("ask").fill(
            **_common(desk),
            sql=example.SQL,
            number="one question" if len(styles) == 1 else f"{len(styles)} questions",
            styles="\n".join(f"{number}. {told[style]}" for number, style in enumerate(styles, start=1)),
        )
        answer = self._one("ask", prompt, AskedQuestions)
        candidates = [
            Candidate(each.question.strip(), each.evidence.strip(), style)
            for style, each in _styled(styles, answer.questions)
            if each.question.strip()
        ]
        if not candidates:
            raise Reject("no question came back", str(answer))
        findings = [check(c.question, c.evidence, desk.tree(example.SQL), desk.lexicon) for c in candidates]
        vectors = self._models.embed([c.question for c in candidates], "ask") if len(candidates) > 1 else None
        choice = choose(candidates, vectors, findings)
        best = candidates[choice.index]
        return Asked(best.question, best.evidence, best.style, score=round(choice.score, 4))

    def judge(self, desk: Desk, example: Example, step: str) -> Agreement:
        from querywright.synthesis.authors.answers import JudgedQuestion

        prompt = template("correspond").fill(**_common(desk), **_quoted(example), sql=example.SQL)
        answer = self._one(step, prompt, JudgedQuestion)
        return Agreement(answer.agrees, answer.reason)

    def explain(self, desk: Desk, example: Example, refused: Sequence[Refused] = ()) -> str:
        prompt = template("explain").fill(**_common(desk), **_quoted(example), sql=example.SQL)
        request = Request(_turns(prompt, refused), step="explain")
        return self._models.ask("reasoning", request)[0]

    def _one(self, step: str, prompt: str, shape: type[Shape], refused: Sequence[Refused] = ()) -> Shape:
        request = Request(_turns(prompt, refused), step=step)
        return self._models.ask_for("default", request, shape)[0]


def _styled(styles: list[str], questions: list[AskedQuestion]) -> list[tuple[str, AskedQuestion]]:
    """Each question with its style: as it says, or, where not all of them name one that was asked for, by its place."""
    said = [question.style.strip().lower() for question in questions]
    return list(zip(said if set(said) <= set(styles) else styles, questions, strict=False))


def _common(desk: Desk) -> dict[str, str]:
    return {"schema": desk.schema_text, "dialect": DIALECTS.get(desk.database.dialect, desk.database.dialect)}


def _quoted(example: Example) -> dict[str, str]:
    return {"question": plainly(example.question), "evidence": plainly(example.evidence)}


def _turns(prompt: str, refused: Sequence[Refused]) -> tuple[Message, ...]:
    """The prompt, then each attempt with what was wrong with it."""
    turns = [Message("user", prompt)]
    for attempt in refused:
        turns.append(Message("assistant", attempt.text))
        turns.append(Message("user", f"That cannot be used: {attempt.why}. Answer again, in the same form."))
    return tuple(turns)


def _unquoted(sql: str) -> str:
    """The query without the fence and the semicolon that models like to put around one."""
    return (final_sql(sql) or sql).strip().rstrip(";").rstrip()
