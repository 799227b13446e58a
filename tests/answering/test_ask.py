from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from model_server import ModelServer

import querywright as qw
from querywright.answering import ask
from querywright.errors import ModelUnavailable, SettingsError
from querywright.models import ModelSettings, Roles


@pytest.fixture
def bands(tmp_path: Path):
    path = tmp_path / "bands.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript("""
        CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);
        INSERT INTO singer VALUES (1, 'Ada', 30), (2, 'Bo', 25);
    """)
    connection.close()
    with qw.Catalog.open(path) as catalog:
        yield catalog["bands"]


def test_a_question_is_answered_with_rows(bands) -> None:
    written = '{"reasoning": "count them", "sql": "```sql\\nSELECT COUNT(*) FROM singer;\\n```"}'
    with ModelServer({"WrittenSQL": lambda *_: written}) as server:
        roles = Roles(ModelSettings("compatible", "compatible", "test", base_url=server.url))
        answer = ask("How many singers are there?", bands, model=roles)
    assert (answer.SQL, answer.problem) == ("SELECT COUNT(*) FROM singer", "")
    assert answer.result is not None
    assert answer.result.rows == [(2,)]
    assert [record.stage for record in answer.trace][-3:] == ["generate", "answerable", "select"]


def test_without_a_model_one_line_says_how_to_get_one(bands) -> None:
    with pytest.raises(ModelUnavailable, match="--model"):
        ask("How many?", bands)


@pytest.mark.parametrize("question", ["", "  \n", "x" * 10_001])
def test_what_is_no_question_is_refused(bands, question: str) -> None:
    with pytest.raises(SettingsError, match="question"):
        ask(question, bands)
