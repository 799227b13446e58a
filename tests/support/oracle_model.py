"""A model for tests that knows the gold queries: right always, or in a known share of its candidates.

What it answers is a plain function of the prompt: it finds the question there, and says what the gold query says. Where
it is not to be right it answers with another query, the same one each time it is asked the same.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model_server import Answer, Messages, Schema

_QUESTION = re.compile(r'^Question: ("(?:[^"\\]|\\.)*")', re.MULTILINE)
_PAIR = re.compile(r"Query ([AB]):\s*<query>\s*(.*?)\s*</query>", re.DOTALL)


@dataclass(frozen=True)
class Gold:
    """What the oracle knows of a question."""

    SQL: str
    tables: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()


class Oracle:
    """Answers for every shape that answering asks for.

    Args:
        gold: by the question's text.
        share: how many of its candidates are right, from 0 to 1; of one question in four all are then, and of one none.
        wrong: how many different wrong answers it has.
    """

    def __init__(self, gold: Mapping[str, Gold], share: float = 1.0, wrong: int = 3) -> None:
        self._gold, self._share, self._wrong = gold, share, wrong

    def answers(self) -> dict[str, Answer]:
        """By the name of the shape, as the test model server takes them."""
        write = self._writing
        return {
            "WrittenSQL": write(lambda sql: {"reasoning": "so", "sql": sql}),
            "RepairedSQL": write(lambda sql: {"reasoning": "so", "sql": sql}),
            "RevisedSQL": write(lambda sql: {"reasoning": "so", "sql": sql}),
            "DividedSQL": write(
                lambda sql: {
                    "parts": [{"question": "all of it", "sql": sql}],
                    "assembled": sql,
                    "optimisation": "none",
                    "sql": sql,
                }
            ),
            "PlannedSQL": write(lambda sql: {"find": "a", "operate": "b", "deliver": "c", "sql": sql}),
            "WrittenExamples": self._examples,
            "Keywords": lambda *_: json.dumps({"keywords": ["name"]}),
            "RelevantColumns": self._named(lambda gold: {"columns": [f"{t}.{c}" for t, c in gold.columns]}),
            "ColumnJudgement": lambda *_: json.dumps({"reasoning": "perhaps", "relevant": True}),
            "SelectedTables": self._named(lambda gold: {"reasoning": "so", "tables": list(gold.tables)}),
            "SelectedColumns": self._named(
                lambda gold: {
                    "reasoning": "so",
                    "tables": [
                        {"table": table, "columns": [c for t, c in gold.columns if t == table]} for table in gold.tables
                    ],
                }
            ),
            "Answerability": lambda *_: json.dumps({"reasoning": "so", "answerable": True, "missing": ""}),
            "PickedQuery": self._picked,
        }

    def candidate(self, question: str, prompt: str, sample: int) -> str:
        """The query that it writes for a prompt: the gold one, or a wrong one."""
        number, kind = _number(f"{prompt}\0{sample}"), _number(question) % 4
        share = self._share if self._share in (0.0, 1.0) or kind > 1 else float(kind)
        if number / 2**64 < share:
            return self._gold[question].SQL
        return wrong_query(question, number % self._wrong)

    def _writing(self, shape: Any) -> Answer:
        def answer(messages: Messages, schema: Schema, sample: int) -> str:
            prompt = messages[-1]["content"]
            return json.dumps(shape(self.candidate(question_in(prompt), prompt, sample)))

        return answer

    def _named(self, shape: Any) -> Answer:
        return lambda messages, *_: json.dumps(shape(self._gold[question_in(messages[-1]["content"])]))

    def _examples(self, messages: Messages, schema: Schema, sample: int) -> str:
        return json.dumps({"examples": [{"question": "What is one?", "sql": "SELECT 1"}]})

    def _picked(self, messages: Messages, schema: Schema, sample: int) -> str:
        prompt = messages[-1]["content"]
        gold = " ".join(self._gold[question_in(prompt)].SQL.split())
        said = {name: " ".join(text.split()) for name, text in _PAIR.findall(prompt)}
        better = "A" if said.get("A") == gold else "B" if said.get("B") == gold else "AB"[_number(prompt) % 2]
        return json.dumps({"reasoning": "so", "better": better})


def question_in(prompt: str) -> str:
    """The question of a prompt: the last one that it shows, behind all examples."""
    return str(json.loads(_QUESTION.findall(prompt)[-1]))


def wrong_query(question: str, number: int) -> str:
    """A query that runs and is wrong, another one for each number."""
    mark = hashlib.sha256(question.encode()).hexdigest()[:6]
    return f"SELECT 'wrong {number} {mark}'"


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
