"""Two small databases and examples about them, with reasoning: what a model is taught in tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from querywright.datasets import write_jsonl
from querywright.datasets.example import Example

_SCRIPTS = {
    "zoo": """
        CREATE TABLE keeper (keeper_id INTEGER PRIMARY KEY, name TEXT, wage REAL);
        CREATE TABLE animal (animal_id INTEGER PRIMARY KEY, name TEXT, kind TEXT, weight REAL,
                             keeper_id INTEGER REFERENCES keeper (keeper_id));
        CREATE TABLE ticket (ticket_id INTEGER PRIMARY KEY, price REAL, sold_on TEXT);
        INSERT INTO keeper VALUES (1, 'Ann', 30), (2, 'Bo', 40), (3, 'Cy', 50);
        INSERT INTO animal VALUES (1, 'Rex', 'lion', 190, 1), (2, 'Mia', 'lynx', 25, 1), (3, 'Tom', 'bear', 300, 2);
        INSERT INTO ticket VALUES (1, 9.5, '2024-01-02'), (2, 12.0, '2024-01-03');
    """,
    "band": """
        CREATE TABLE singer (singer_id INTEGER PRIMARY KEY, name TEXT, age INTEGER);
        CREATE TABLE song (song_id INTEGER PRIMARY KEY, title TEXT, seconds INTEGER,
                           singer_id INTEGER REFERENCES singer (singer_id));
        INSERT INTO singer VALUES (1, 'Joe', 31), (2, 'Eva', 44), (3, 'Kim', 28);
        INSERT INTO song VALUES (1, 'Sea', 200, 1), (2, 'Sky', 180, 2), (3, 'Sun', 240, 2);
    """,
}
_ASKED = {
    "zoo": [
        ("Which animals weigh more than {}?", "SELECT name FROM animal WHERE weight > {}"),
        ("How many animals weigh less than {}0?", "SELECT COUNT(*) AS n FROM animal WHERE weight < {}0"),
        ("Which keepers earn more than {}?", "SELECT name FROM keeper WHERE wage > {} ORDER BY name"),
    ],
    "band": [
        ("Which singers are older than {}?", "SELECT name FROM singer WHERE age > {}"),
        ("How many songs are longer than {}?", "SELECT COUNT(*) AS n FROM song WHERE seconds > {}"),
        ("Whose songs are longer than {}?", "SELECT s.name FROM singer AS s JOIN song AS g "
         "ON g.singer_id = s.singer_id WHERE g.seconds > {}"),
    ],
}  # fmt: skip


def make_school(folder: Path) -> Path:
    """`zoo.sqlite` and `band.sqlite` in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, script in _SCRIPTS.items():
        with closing(sqlite3.connect(folder / f"{name}.sqlite")) as connection:
            connection.executescript(script)
    return folder


def lessons(count: int) -> list[Example]:
    """So many examples of each database."""
    return [example for db_id in _SCRIPTS for example in _of(db_id, count)]


def _of(db_id: str, count: int) -> Iterator[Example]:
    for number in range(count):
        question, sql = (text.format(20 + number) for text in _ASKED[db_id][number % 3])
        thought = f"1. Look it up.\n\n```sql\n{sql}\n```"
        yield Example(db_id, question, sql, id=f"{db_id}-{number}", cot_reasoning=thought)


def write_lessons(path: Path, count: int) -> Path:
    """The same as a file."""
    write_jsonl(path, lessons(count))
    return path
