"""The stage: candidates like any others, every step in the trace, and a preset that can be taken apart."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from answering_table import database, roles
from model_server import ModelServer
from pipe_speaker import Knowing, Speaker

import querywright as qw
from querywright import pipes
from querywright.answering import ask
from querywright.answering.predict import predict
from querywright.answering.preset import Preset
from querywright.datasets import Example
from querywright.errors import SettingsError
from querywright.retrieval import ValueIndex

ROME = ("FROM singer", "|> WHERE city = 'Rome'", "|> SELECT name", "<END>")
QUESTION = "Which singers live in Rome?"


@pytest.fixture
def things(tmp_path: Path):
    with database(tmp_path) as opened:
        yield opened


def asked(things, model, preset: str | Preset = "pipe-agent", **more):
    with ModelServer({"": model}) as server:
        return ask(QUESTION, things, model=roles(server), preset=preset, **more)


def test_a_question_is_answered_operator_by_operator(things) -> None:
    answer = asked(things, Speaker(*ROME))
    assert (answer.problem, answer.result.rows) == ("", [("Ada",), ("Cy",)])
    assert answer.SQL == "SELECT name FROM singer WHERE city = 'Rome'"
    [candidate] = answer.known.candidates
    assert (candidate.strategy, candidate.sample) == ("pipe-agent", 0)
    assert candidate.reasoning == "\n".join(ROME[:3])
    assert [(attempt.SQL, attempt.rows) for attempt in candidate.attempts] == [(answer.SQL, 2)]
    assert answer.usage.calls == 4


def test_every_step_is_in_the_trace(things) -> None:
    answer = asked(things, Speaker("FROM singer", "|> WHERE city = 'Roma'", "|> SELECT nme", *ROME[1:]))
    [record] = [record for record in answer.trace if record.stage == "pipe-agent"]
    steps = record.output["extra"]["pipe_steps"]
    assert [step["became"] for step in steps] == ["taken", "no rows", "went back", "refused", "taken", "taken", "ended"]
    assert steps[0]["columns"] == ["id INT64", "name STRING", "age INT64", "city STRING"]
    assert steps[4]["rows"] == ['[1, "Ada", 30, "Rome"]', '[3, "Cy", 30, "Rome"]']
    assert "did you mean name?" in steps[3]["said"]
    assert record.notes == ("FROM singer |> WHERE city = 'Rome' |> SELECT name (6 answers, 1 mistake, 1 dead end)",)
    assert (record.calls, record.failed) == (6, 0)
    json.dumps(answer.to_dict())


def test_a_real_value_index_helps_before_and_in_between(things, tmp_path: Path) -> None:
    with ValueIndex.build(things, tmp_path / "values") as index:
        model = Speaker("FROM singer", "|> WHERE city = 'Rom'", *ROME[1:])
        answer = asked(things, model, values=index)
    assert 'Evidence: singer.city has "Rome"' in model.prompts[0]
    assert 'singer.city has "Rome"' in model.last_said[2]
    assert answer.result.rows == [("Ada",), ("Cy",)]


def test_several_candidates_are_walked_for_and_the_majority_decides(things) -> None:
    model = Knowing({QUESTION: pipes.parse("\n".join(ROME[:3]), "sqlite")})
    answer = asked(things, model, Preset.load("pipe-agent").drawing(3))
    assert [candidate.sample for candidate in answer.known.candidates] == [0, 1, 2]
    assert answer.confidence == 1.0
    assert {step.sample for step in answer.known.extra["pipe_steps"]} == {0, 1, 2}


def test_it_may_stand_beside_candidates_in_sql(things) -> None:
    text = '[[stages]]\nuse = "generate"\n[[stages]]\nuse = "pipe-agent"\n[[stages]]\nuse = "select"\n'
    direct = json.dumps({"reasoning": "so", "sql": "SELECT name FROM singer WHERE city = 'Rome' ORDER BY 1"})
    with ModelServer({"": Speaker(*ROME), "WrittenSQL": lambda *_: direct}) as server:
        answer = ask(QUESTION, things, model=roles(server), preset=Preset.parse(text, "both", "both"))
    assert [candidate.strategy for candidate in answer.known.candidates] == ["direct", "pipe-agent"]
    assert answer.confidence == 1.0


def test_what_the_model_refuses_to_begin_is_no_answer_with_the_reason(things) -> None:
    answer = asked(things, Speaker("I cannot."))
    assert "no candidate was written" in answer.problem
    assert "no operator in it" in answer.problem


def test_a_model_that_fails_half_way_leaves_the_best_beginning(things) -> None:
    model = Speaker(*ROME)
    with ModelServer({"": model}, script=["ok", "ok", "refusal", "refusal"]) as server:
        answer = ask(QUESTION, things, model=roles(server), preset="pipe-agent")
    assert answer.SQL == "SELECT * FROM singer WHERE city = 'Rome'"
    assert any("the model did not answer" in note for record in answer.trace for note in record.notes)


def test_of_an_answer_that_is_cut_off_what_is_whole_is_taken(things) -> None:
    model = Speaker("FROM singer\n|> WHERE city = 'Rome'\n" + "|> SELECT name\n" * 3, "<END>")
    with ModelServer({"": model}, script=["cut"]) as server:
        answer = ask(QUESTION, things, model=roles(server), preset="pipe-agent")
    assert answer.known.candidates[0].reasoning.startswith("FROM singer\n|> WHERE city = 'Rome'")
    assert answer.problem == ""


def test_an_answer_of_ten_million_letters_is_one_that_cannot_be_used(things) -> None:
    with ModelServer({"": Speaker(*ROME)}, script=["ok", "huge"]) as server:
        answer = ask(QUESTION, things, model=roles(server), preset="pipe-agent")
    assert answer.SQL == "SELECT * FROM singer"


def test_a_dry_run_executes_nothing(things) -> None:
    answer = asked(things, Speaker("FROM singer", "|> WHERE city = 'Roma'", "|> SELECT name", "<END>"), dry_run=True)
    assert answer.SQL == "SELECT name FROM singer WHERE city = 'Roma'"
    assert answer.result is None


def test_tools_can_be_left_out() -> None:
    preset = Preset.load("pipe-agent").without(["sample-rows", "similar-values"])
    [agent] = [each for each in preset.stages if each.stage.name == "pipe-agent"]
    assert agent.settings.tools == ("active-columns", "check")
    assert Preset.load("pipe-agent").without(["active-columns", "sample-rows", "check", "similar-values"])
    with pytest.raises(SettingsError, match=r"has no sample-row: it has .*sample-rows"):
        Preset.load("pipe-agent").without(["sample-row"])
    with pytest.raises(SettingsError, match="without pipe-agent nobody writes a candidate"):
        Preset.load("pipe-agent").without(["pipe-agent"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('tools = ["crystal-ball"]', "there is no tool 'crystal-ball'"),
        ('rows_after = ["having"]', "there is no operator 'having'"),
        ('style = "prose"', "there is no style 'prose'"),
        ('mode = "spark"', "there is no mode 'spark'"),
        ("steps = 0", "steps must be 1 or more"),
        ("backtracks = -1", "backtracks must be 0 or more"),
        ("step = 3", "did you mean steps?"),
    ],
)
def test_a_setting_that_cannot_be_is_one_line(things, line: str, said: str) -> None:
    text = f'[[stages]]\nuse = "pipe-agent"\n{line}\n[[stages]]\nuse = "select"\n'

    def ask_with_it() -> None:
        asked(things, Speaker(*ROME), Preset.parse(text, "mine", "mine"))

    with pytest.raises(SettingsError, match=re.escape(said)):
        ask_with_it()


def test_a_preset_without_any_stage_that_writes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "none.toml").write_text('[[stages]]\nuse = "select"\n')
    with pytest.raises(SettingsError, match="has no stage generate or pipe-agent"):
        Preset.load(str(tmp_path / "none.toml"))
    (tmp_path / "mine.toml").write_text('[[stages]]\nuse = "pipe-agent"\n[[stages]]\nuse = "select"\n')
    assert Preset.load(str(tmp_path / "mine.toml")).at_once == 1


@pytest.mark.parametrize(
    ("mode", "length", "first"), [("portable", "strlen(name)", "Ada"), ("googlesql", "CHAR_LENGTH(name)", "Bo")]
)
def test_it_compiles_to_the_databases_dialect(tmp_path: Path, mode: str, length: str, first: str) -> None:
    """In DuckDB's own words NULL comes last, as DuckDB has it; in GoogleSQL's first, whatever DuckDB does."""
    duckdb = pytest.importorskip("duckdb")
    with closing(duckdb.connect(str(tmp_path / "things.duckdb"))) as connection:
        connection.execute("CREATE TABLE singer (name TEXT, city TEXT)")
        connection.execute("INSERT INTO singer VALUES ('Ada', 'Rome'), ('Bo', NULL)")
    text = f'[[stages]]\nuse = "pipe-agent"\nmode = "{mode}"\n[[stages]]\nuse = "select"\n'
    model = Speaker("FROM singer", "|> ORDER BY city", f"|> SELECT name, {length} AS n", "<END>")
    with qw.Catalog.open(tmp_path / "things.duckdb") as catalog:
        answer = asked(catalog["things"], model, Preset.parse(text, "mine", "mine"))
    assert answer.result.rows[0][0] == first
    assert sorted(answer.result.rows) == [("Ada", 3), ("Bo", 2)]
    assert "|>" not in answer.SQL


def test_predictions_are_scored_like_any_others(things, tmp_path: Path) -> None:
    gold = {QUESTION: "SELECT name FROM singer WHERE city = 'Rome'", "How many songs?": "SELECT COUNT(*) FROM song"}
    queries = {question: pipes.decompile(sql, dialect="sqlite", schema=things.schema) for question, sql in gold.items()}
    examples = [Example("things", question, sql, id=str(n)) for n, (question, sql) in enumerate(gold.items())]
    (tmp_path / "indexes").mkdir()
    catalog = qw.Catalog.open(tmp_path / "things.sqlite")
    with catalog, ModelServer({"": Knowing(queries)}) as server:
        predict(
            examples, catalog, tmp_path / "run", roles=roles(server), preset="pipe-agent", indexes=tmp_path / "indexes"
        )
        system = qw.evaluate(tmp_path / "run", examples, catalog, metrics=["ex"], cached=False).summary().systems[0]
    assert (system.ex.count, system.ex.of) == (2, 2)


def test_the_database_is_as_it_was(things, tmp_path: Path) -> None:
    before = (tmp_path / "things.sqlite").read_bytes()
    asked(things, Speaker("FROM singer", "|> WHERE id = 1; DROP TABLE singer", *ROME[1:]))
    assert (tmp_path / "things.sqlite").read_bytes() == before
    with closing(sqlite3.connect(tmp_path / "things.sqlite")) as connection:
        assert connection.execute("SELECT COUNT(*) FROM singer").fetchone() == (3,)
