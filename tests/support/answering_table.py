"""A question at the desk: a database, a model server with scripted answers, and candidates that were executed.

The database has the table `digit` with `id` and `value` 0 to 9, so that `query(3)` gives 3, in as many spellings as
one likes; and `singer` and `song`, where things have names.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from model_server import ModelServer

import querywright as qw
from querywright.answering.desk import Desk
from querywright.answering.executing import executed
from querywright.answering.known import Candidate, Known
from querywright.answering.showing import whole
from querywright.databases import Database
from querywright.models import ModelSettings, Roles

QUESTION = "Which one is it?"
NOTHING = "SELECT value FROM digit WHERE id = 99"
BROKEN = "SELECT valeu FROM digit"

_RESULT = re.compile(r"<result>\n(.*?)\n</result>", re.DOTALL)
_QUERY = re.compile(r"<query>\n(.*?)\n</query>", re.DOTALL)
_ASKED = re.compile(r"^Question: (.*)$", re.MULTILINE)


def query(number: int, spelling: int = 0) -> str:
    """A query whose result is this number."""
    return f"SELECT value FROM digit WHERE id = {number}" + (f" AND {spelling} = {spelling}" if spelling else "")


@contextmanager
def database(folder: Path) -> Iterator[Database]:
    path = folder / "things.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript("""
        CREATE TABLE digit (id INTEGER PRIMARY KEY, value INTEGER);
        CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT, age INTEGER, city TEXT);
        CREATE TABLE song (id INTEGER PRIMARY KEY, singer_id INTEGER REFERENCES singer (id), title TEXT, plays INTEGER);
        INSERT INTO singer VALUES (1, 'Ada', 30, 'Rome'), (2, 'Bo', 25, 'Oslo'), (3, 'Cy', 30, 'Rome');
        INSERT INTO song VALUES (1, 1, 'Rain', 10), (2, 1, 'Sun', 20), (3, 2, 'Snow', 5);
    """)
    connection.executemany("INSERT INTO digit VALUES (?, ?)", [(n, n) for n in range(10)])
    connection.commit()
    connection.close()
    with qw.Catalog.open(path) as catalog:
        yield catalog["things"]


def roles(server: ModelServer) -> Roles:
    return Roles(ModelSettings("compatible", "compatible", "test", base_url=server.url))


@contextmanager
def desk(database: Database, answers: Mapping[str, Any], **behaviour: Any) -> Iterator[tuple[Desk, ModelServer]]:
    """A desk whose model answers as told."""
    with ModelServer(answers, **behaviour) as server, roles(server).open() as models:
        yield Desk(database, models), server


def known(desk: Desk, queries: Sequence[str], question: str = QUESTION) -> Known:
    """A question with these queries as its candidates, executed."""
    candidates = [executed(Candidate(sql, "scripted", n), desk, "generate") for n, sql in enumerate(queries)]
    return Known(question, question, "", whole(desk.schema), candidates=tuple(candidates))


def said(**fields: Any) -> Any:
    """An answer that is always the same."""
    return lambda *_: json.dumps(fields)


def prompt_of(messages: Sequence[Mapping[str, str]]) -> str:
    return messages[0]["content"]


def question_of(prompt: str) -> str:
    found = _ASKED.search(prompt)
    assert found is not None
    return str(json.loads(found[1]))


def queries_of(prompt: str) -> list[str]:
    """The queries that a prompt shows, in its order."""
    return _QUERY.findall(prompt)


def numbers_of(prompt: str) -> list[int]:
    """The one number that each result in a prompt holds, in its order; -1 where it holds none."""
    rows = [block.splitlines()[-1] for block in _RESULT.findall(prompt)]
    return [json.loads(row)[0] if row.startswith("[") else -1 for row in rows]
