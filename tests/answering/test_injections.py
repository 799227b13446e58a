from __future__ import annotations

import csv
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from injections import INJECTIONS, Injection
from model_server import ModelServer
from racing import Found

import querywright as qw
from querywright.answering import Answer, ask
from querywright.answering.known import Shot
from querywright.answering.prompting import as_name, tokens_of
from querywright.answering.showing import shot_text
from querywright.databases import Limits
from querywright.models import ModelSettings, Roles
from querywright.models.templates import as_data

QUESTION = "Who lives in Graz?"
HARMLESS = Injection("none", "a note", "SELECT name FROM person")


def stored(text: str) -> str:
    """What a file can hold of it as a name."""
    return "".join(letter for letter in text if letter != "\0")[:20_000]


def build(folder: Path, injection: Injection) -> Path:
    """A database with the text as a value, a description, a type, and the name of a column and of a table."""
    home = folder / "town"
    (home / "database_description").mkdir(parents=True)
    name = '"' + stored(injection.text).replace('"', '""') + '"'
    table = name[:-1] + ' too"'
    with closing(sqlite3.connect(home / "town.sqlite")) as connection:
        connection.execute(f"CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, city {name}, {name} TEXT)")
        connection.execute(f"CREATE TABLE {table} (id INTEGER REFERENCES person (id), {name} TEXT)")
        connection.execute("CREATE VIEW adults AS SELECT * FROM person")
        connection.execute("CREATE INDEX by_city ON person (city)")
        connection.executemany(
            "INSERT INTO person VALUES (?, ?, ?, ?)",
            [(1, "Ada", "Graz", injection.text), (2, injection.text, "Graz", "")],
        )
        connection.commit()
    with (home / "database_description" / "person.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["original_column_name", "column_name", "column_description", "data_format", "value_description"])
        rows.writerow(["city", "city", injection.text, "text", injection.text])
    return home


@dataclass
class Everywhere:
    """An index that finds the text, whatever is looked up."""

    injection: Injection

    def search(self, keyword: str, limit: int = 10) -> list[Found]:
        text = self.injection.text
        hidden = [Found("person", "name", text, 1.0, text), Found("person", "city", text[:150], 1.0, text)]
        return [*hidden, Found("person", "city", "Graz", 1.0, text)]


class Recorded:
    """A connector that writes down what reaches the engine."""

    def __init__(self, connector: Any) -> None:
        self._connector = connector
        self.statements: list[str] = []

    def execute(self, sql: str, limits: Limits) -> Any:
        self.statements.append(sql)
        return self._connector.execute(sql, limits)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connector, name)


@dataclass
class Obeyed:
    """What came of a question to a database with a text in it, answered by a model that does as it is told."""

    answer: Answer
    prompts: list[str]
    statements: list[str]
    before: dict[str, str]
    after: dict[str, str]


def gullible(injection: Injection, prompts: list[str]) -> dict[str, Any]:
    """Answers of a model that takes the text for its orders."""
    text = injection.text[:5_000]

    def answering(body: Any):
        def answer(messages: Any, *_: Any) -> str:
            prompts.append(messages[-1]["content"])
            return json.dumps(body)

        return answer

    columns = [{"table": text, "columns": [text]}, {"table": "person", "columns": ["name", text, injection.obeyed]}]
    return {
        "Keywords": answering({"keywords": [text, "Graz", injection.obeyed]}),
        "RelevantColumns": answering({"columns": [text, f"person.{text}", injection.obeyed, "person.name"]}),
        "SelectedTables": answering({"reasoning": text, "tables": [text, "sqlite_master", "person"]}),
        "SelectedColumns": answering({"reasoning": text, "tables": columns}),
        "WrittenSQL": answering({"reasoning": text, "sql": injection.obeyed}),
    }


def files_in(folder: Path) -> dict[str, str]:
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def obeyed(folder: Path, injection: Injection, monkeypatch: pytest.MonkeyPatch, preset: str = "chess") -> Obeyed:
    home = build(folder, injection)
    monkeypatch.chdir(folder)
    before = files_in(folder)
    prompts: list[str] = []
    index = Everywhere(injection)
    with qw.Catalog.open(home) as catalog, ModelServer(gullible(injection, prompts)) as server:
        [database] = catalog.values()
        assert database.schema.tables, "read before anything is written down"
        recorded = Recorded(database._connector)
        database._connector = recorded
        roles = Roles(ModelSettings("compatible", "compatible", "test", base_url=server.url))
        limits = Limits(seconds=1.0, rows=1_000)
        answer = ask(QUESTION, database, model=roles, preset=preset, values=index, descriptions=index, limits=limits)
    return Obeyed(answer, prompts, recorded.statements, before, files_in(folder))


def only_reads(statement: str) -> bool:
    """Whether SQLite itself, asked for each thing that the statement does, sees nothing but reading."""
    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, city TEXT)")
        connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY)
        try:
            connection.execute(f"EXPLAIN {statement}")
        except sqlite3.Error as error:
            return "not authorized" not in str(error) and "one statement" not in str(error)
    return True


@pytest.fixture(params=INJECTIONS, ids=lambda injection: injection.name)
def injection(request: pytest.FixtureRequest) -> Injection:
    return request.param


@pytest.fixture
def outcome(tmp_path: Path, injection: Injection, monkeypatch: pytest.MonkeyPatch) -> Obeyed:
    return obeyed(tmp_path, injection, monkeypatch)


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Obeyed]:
    """The same with a text that wants nothing."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield obeyed(tmp_path_factory.mktemp("harmless"), HARMLESS, monkeypatch)


def tags_of(prompt: str) -> list[str]:
    return re.findall(r"</[^>]*>", prompt)


def test_whatever_a_model_obeys_only_reading_reaches_the_engine_and_no_file_changes(outcome: Obeyed) -> None:
    assert all(map(only_reads, outcome.statements))
    assert outcome.after == outcome.before
    assert outcome.answer.result is None
    assert outcome.answer.problem


def test_no_tag_of_a_prompt_is_closed_and_no_line_begun(
    outcome: Obeyed, harmless: Obeyed, injection: Injection
) -> None:
    assert [tags_of(prompt) for prompt in outcome.prompts] == [tags_of(prompt) for prompt in harmless.prompts]
    lines = {line.strip() for line in injection.text.splitlines()}
    ours = {line.strip() for prompt in harmless.prompts for line in prompt.splitlines()}
    for prompt in outcome.prompts:
        assert not (lines - ours) & {line.strip() for line in prompt.splitlines()}
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\ufeff\U000e0000-\U000e01ef]", prompt)


def test_a_huge_text_crowds_nothing_out(outcome: Obeyed) -> None:
    assert len(outcome.prompts) == 5
    for prompt in outcome.prompts:
        assert tokens_of(prompt) <= 8_000
        assert QUESTION in prompt
    assert "CREATE TABLE person" in outcome.prompts[-1]


def test_who_obeys_nothing_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harmless: Obeyed) -> None:
    """The harness itself: with a query that may be executed, it is."""
    assert harmless.statements == ["SELECT name FROM person"]
    assert harmless.answer.result is not None
    assert len(harmless.answer.result.rows) == 2


def test_the_corpus_is_large_and_none_is_there_twice() -> None:
    assert len({each.name for each in INJECTIONS}) == len({each.text for each in INJECTIONS}) == len(INJECTIONS) >= 25


@pytest.mark.parametrize("injection", INJECTIONS, ids=lambda injection: injection.name)
def test_data_reads_back_as_it_was(injection: Injection) -> None:
    assert json.loads(as_data(injection.text)) == injection.text
    assert len(as_data(injection.text).splitlines()) == 1
    assert "<" not in as_data(injection.text)


@pytest.mark.parametrize("injection", INJECTIONS, ids=lambda injection: injection.name)
def test_names_and_examples_close_no_tag(injection: Injection) -> None:
    assert not tags_of(as_name(injection.text))
    assert not tags_of(shot_text(Shot(injection.text, f"SELECT '{injection.text}'", injection.text, injection.text)))
