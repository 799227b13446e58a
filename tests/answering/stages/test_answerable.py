from __future__ import annotations

from answering_table import BROKEN, NOTHING, database, desk, known, prompt_of, query, roles, said
from model_server import ModelServer

from querywright.answering import Preset, ask
from querywright.answering.prompting import tokens_of
from querywright.answering.stages.answerable import Settings, answerable

NO = said(reasoning="It is about music.", answerable=False, missing="there is nothing about the weather")
YES = said(reasoning="", answerable=True, missing="")


def test_it_is_asked_only_where_no_candidate_has_rows(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, {"Answerability": NO}) as (at, server):
        assert answerable(known(at, [BROKEN, NOTHING, query(1)]), at, Settings()).problem == ""
        assert server.tally.calls == 0
        after = answerable(known(at, [BROKEN, NOTHING]), at, Settings())
        assert server.tally.calls == 1
    assert after.problem == "the database cannot answer this: there is nothing about the weather"


def test_a_right_answer_without_rows_stays(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, {"Answerability": YES}) as (at, _):
        asked = known(at, [NOTHING])
        assert answerable(asked, at, Settings()) == asked


def test_a_failure_is_noted_and_says_nothing(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, {}, faults={"filter": 1.0}) as (at, _):
        after = answerable(known(at, [NOTHING]), at, Settings())
    assert (after.problem, after.notes) == ("", ("whether it can be answered is not known: content filter",))


def test_it_sees_the_whole_schema_or_is_not_asked(tmp_path) -> None:
    seen: list[str] = []

    def answer(messages, schema, sample):
        seen.append(prompt_of(messages))
        return NO(messages, schema, sample)

    with database(tmp_path) as things, desk(things, {"Answerability": answer}) as (at, _):
        answerable(known(at, [NOTHING]), at, Settings())
        assert "CREATE TABLE song" in seen[0]
        at.prompt_tokens = tokens_of(seen[0]) - 1
        answerable(known(at, [NOTHING]), at, Settings())
        assert "\nsong (id, singer_id, title, plays)" in seen[1]
        at.prompt_tokens = tokens_of(seen[1]) - 1
        after = answerable(known(at, [NOTHING]), at, Settings())
    assert len(seen) == 2
    assert after.problem == ""
    assert "does not fit" in after.notes[0]


def test_a_question_that_the_database_cannot_answer_says_why(tmp_path) -> None:
    preset = Preset.parse(
        '[[stages]]\nuse = "generate"\n[[stages]]\nuse = "answerable"\n[[stages]]\nuse = "select"\n', "mine", "mine"
    )
    written = said(reasoning="", sql="")
    with database(tmp_path) as things, ModelServer({"WrittenSQL": written, "Answerability": NO}) as server:
        answer = ask("Will it rain tomorrow?", things, model=roles(server), preset=preset)
    assert (answer.SQL, answer.result) == ("", None)
    assert answer.problem == "the database cannot answer this: there is nothing about the weather"
    assert [record.stage for record in answer.trace] == ["generate", "answerable"]
