"""Each step on its own: what it adds to an example, and what it rejects."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from querywright.databases import Catalog, Result
from querywright.datasets import Example
from querywright.datasets.jsonl import example_id
from querywright.runs import Reject
from querywright.synthesis import PromptSettings, Scale
from querywright.synthesis.authors import grammar
from querywright.synthesis.authors.grammar import GrammarAuthor
from querywright.synthesis.desk import Desks
from querywright.synthesis.english import CannotSay
from querywright.synthesis.grammar import profile
from querywright.synthesis.steps import (
    DRAW,
    AskQuestion,
    Explain,
    Finish,
    Grade,
    GradeByExecution,
    MakePrompt,
    WriteQuery,
)

BY_RULE = GrammarAuthor()

OLDEST = "SELECT name FROM pet WHERE age > 8"


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    folder = tmp_path_factory.mktemp("pets")
    kinds = ("cat", "dog", "owl", "eel")
    with closing(sqlite3.connect(folder / "pets.sqlite")) as connection:
        connection.execute("CREATE TABLE pet (pet_id INTEGER PRIMARY KEY, name TEXT, kind TEXT, age INTEGER)")
        rows = [(n, f"Pet {n}", kinds[n % 4], n % 11) for n in range(1, 61)]
        connection.executemany("INSERT INTO pet VALUES (?, ?, ?, ?)", rows)
        connection.commit()
    desks = Desks(Catalog.open(folder), profile("sqlflow"), PromptSettings())
    yield desks
    desks.close()


def draw(number: int) -> Example:
    return Example("pets", extra={DRAW: number})


def only(made: Iterator[Example]) -> Example:
    [example] = made
    return example


def written(step: WriteQuery, number: int) -> str:
    try:
        return only(step(draw(number))).SQL
    except Reject as reject:
        return reject.reason


def test_a_draw_becomes_the_same_query_whatever_was_drawn_before(desks: Desks) -> None:
    step, numbers = WriteQuery(desks, BY_RULE, seed=3), list(range(12))
    in_order = {number: written(step, number) for number in numbers}
    random.Random(0).shuffle(numbers)
    assert {number: written(WriteQuery(desks, BY_RULE, seed=3), number) for number in numbers} == in_order
    assert {number: written(WriteQuery(desks, BY_RULE, seed=4), number) for number in numbers} != in_order


def test_a_written_query_brings_all_of_its_rows(desks: Desks) -> None:
    desk = desks["pets"]
    for number in range(5):
        sql = only(WriteQuery(desks, BY_RULE, seed=0)(draw(number))).SQL
        assert desk.rows(sql).rows == desk.database.execute(sql).rows


def test_a_question_is_about_its_query_and_names_its_style(desks: Desks) -> None:
    asked = only(AskQuestion(desks, BY_RULE, seed=0)(Example("pets", SQL=OLDEST)))
    assert "pet" in asked.question.lower()
    assert "8" in asked.question + asked.evidence
    assert asked.question_style
    assert asked.question_type == "list"
    assert only(AskQuestion(desks, BY_RULE, seed=0)(Example("pets", SQL=OLDEST))) == asked


def test_a_question_nobody_would_ask_in_one_breath_is_rejected(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "LONGEST", 2)
    with pytest.raises(Reject, match="question too long"):
        only(AskQuestion(desks, BY_RULE, seed=0)(Example("pets", SQL=OLDEST)))


@pytest.mark.parametrize(("name", "step"), [("ask", AskQuestion), ("explain", Explain)])
def test_a_query_without_words_is_rejected_with_what_has_none(
    desks: Desks, monkeypatch: pytest.MonkeyPatch, name: str, step: type
) -> None:
    def speechless(*_: object) -> None:
        raise CannotSay("LATERAL")

    monkeypatch.setattr(grammar, name, speechless)
    made = step(desks, BY_RULE, 0)
    with pytest.raises(Reject, match="no words for the") as reject:
        only(made(Example("pets", SQL=OLDEST)))
    assert reject.value.detail == "LATERAL"


def test_a_trace_ends_in_the_query_and_is_kept(desks: Desks) -> None:
    explained = only(
        Explain(desks, BY_RULE, retries=0)(Example("pets", question="Which pets are older than 8?", SQL=OLDEST))
    )
    assert explained.cot_reasoning is not None
    assert explained.cot_reasoning.endswith(f"```sql\n{OLDEST}\n```")


@pytest.mark.parametrize(
    ("trace", "reason"),
    [
        ("1. No query at all.", "reasoning holds no query"),
        ("```sql\n\n```", "reasoning holds no query"),
        ("```sql\nSELECT name FROM pet WHERE age > 7\n```", "reasoning ends in another result"),
        ("```sql\nSELECT name, age FROM pet WHERE age > 8\n```", "reasoning ends in another result"),
        ("```sql\nSELECT nickname FROM pet\n```", "reasoning ends in a query that fails"),
        ("```sql\nDELETE FROM pet\n```", "reasoning ends in a query that fails"),
        (f"```sql\n{OLDEST}\n```\nNo: ```sql\nSELECT 1\n```", "reasoning ends in another result"),
    ],
)
def test_a_trace_whose_query_does_not_give_the_gold_rows_is_rejected(
    desks: Desks, monkeypatch: pytest.MonkeyPatch, trace: str, reason: str
) -> None:
    monkeypatch.setattr(grammar, "explain", lambda *_: trace)
    with pytest.raises(Reject, match=reason):
        only(Explain(desks, BY_RULE, retries=0)(Example("pets", question="Which?", SQL=OLDEST)))


def test_another_spelling_with_the_gold_rows_is_kept(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "explain", lambda *_: "```sql\nSELECT name FROM pet WHERE NOT age <= 8\n```")
    assert only(Explain(desks, BY_RULE, retries=0)(Example("pets", question="Which?", SQL=OLDEST))).cot_reasoning


def test_a_query_whose_rows_change_from_run_to_run_is_rejected(desks: Desks) -> None:
    desks["pets"].remember(OLDEST, Result(("name",), [("Pet 999",)]))
    with pytest.raises(Reject, match="another result"):
        only(Explain(desks, BY_RULE, retries=0)(Example("pets", question="Which?", SQL=OLDEST)))
    desks["pets"].remember("SELECT 1", Result(("1",), [(1,)]))


def test_the_prompt_holds_what_was_asked(desks: Desks) -> None:
    filled = only(MakePrompt(desks)(Example("pets", question="How many pets?", SQL=OLDEST, evidence="A pet is a row.")))
    assert filled.prompt is not None
    assert "Note: A pet is a row.\nQuestion: How many pets?" in filled.prompt


def test_a_finished_record_has_its_grade_and_id_and_no_trace_of_its_draw(desks: Desks) -> None:
    rough = Example("pets", question="Which?", SQL=OLDEST, extra={DRAW: 7, "source": "mine"})
    graded = only(Finish()(only(Grade(desks)(rough))))
    assert graded.sql_component_difficulty == "easy"
    assert graded.id == example_id(graded)
    assert graded.extra == {"source": "mine"}


def test_a_reference_that_fails_has_a_label_of_its_own_and_asks_nobody(desks: Desks) -> None:
    step = GradeByExecution(desks, None, 10, Scale())  # type: ignore[arg-type]
    graded = only(step(Example("pets", question="?", SQL="SELECT nothing FROM pet", prompt="?")))
    assert graded.sql_execution_difficulty == "gold failed"
