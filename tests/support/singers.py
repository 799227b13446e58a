"""A small database, questions about it, and a model that knows the answers: for tests of answering as a whole."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from model_server import ModelServer

from querywright.models import ModelSettings, Roles

QUESTION = re.compile(r'Question: ("(?:[^"\\]|\\.)*")')
NUMBER = re.compile(r"number (\d+)")


def make_singers(folder: Path) -> Path:
    """`bands.sqlite` in the folder: ninety singers."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "bands.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT, age INTEGER)")
        rows = [(n, f"Singer {n}", 18 + n * 7 % 50) for n in range(1, 91)]
        connection.executemany("INSERT INTO singer VALUES (?, ?, ?)", rows)
        connection.commit()
    return path


def gold(number: int) -> str:
    """The query that answers the question about a singer."""
    return f"SELECT age FROM singer WHERE id = {number}"


def questions(count: int) -> list[dict[str, Any]]:
    """So many questions, as rows of ours."""
    return [
        {"id": f"q{n}", "db_id": "bands", "question": f"How old is singer number {n}?", "SQL": gold(n), "evidence": ""}
        for n in range(1, count + 1)
    ]


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Rows as JSONL."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


class Oracle:
    """Answers with the right query, and counts how often it was asked each question."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.prompts: list[str] = []

    def __call__(self, messages: Sequence[Mapping[str, str]], schema: Any, sample: int) -> str:
        prompt = messages[0]["content"]
        question = json.loads(QUESTION.findall(prompt)[-1])
        self.asked[question] += 1
        self.prompts.append(prompt)
        found = NUMBER.search(question)
        sql = gold(int(found[1])) if found else "SELECT COUNT(*) AS singers FROM singer"
        return json.dumps({"reasoning": "by number", "sql": sql})


def roles_at(server: ModelServer, cache: Path | None = None, **settings: Any) -> Roles:
    """The model of a server."""
    return Roles(ModelSettings("compatible:test", "compatible", "test", base_url=server.url, **settings), cache=cache)


def settings_for(server: ModelServer, folder: Path, more: str = "") -> None:
    """A `querywright.toml` in which the server's model is called `mine`."""
    (folder / "querywright.toml").write_text(
        f'[models.mine]\nprovider = "compatible"\nmodel = "test"\nbase-url = "{server.url}"\n'
        f"price = {{input = 1.0, output = 2.0}}\n{more}"
    )
