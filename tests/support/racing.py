"""A small database of races, and indexes on it that give what a test wrote down."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

TABLES = """
CREATE TABLE driver (driver_id INTEGER PRIMARY KEY, surname TEXT, nationality TEXT, born TEXT);
CREATE TABLE race (race_id INTEGER PRIMARY KEY, title TEXT, place TEXT, held TEXT);
CREATE TABLE result (
    driver_id INTEGER REFERENCES driver (driver_id), race_id INTEGER REFERENCES race (race_id),
    points REAL, fastest_lap TEXT, PRIMARY KEY (driver_id, race_id)
);
CREATE TABLE sponsor (sponsor_id INTEGER PRIMARY KEY, surname TEXT, money REAL);
INSERT INTO driver VALUES (1, 'Hamilton', 'British', '1985-01-07'), (2, 'Alonso', 'Spanish', '1981-07-29');
INSERT INTO race VALUES (1, 'Belgian Grand Prix', 'Spa', '2008-09-07'),
    (2, 'Italian Grand Prix', 'Monza', '2008-09-14');
INSERT INTO result VALUES (1, 1, 10, '1:48.2'), (2, 1, 8, '1:49.0'), (2, 2, 6, '1:28.1');
INSERT INTO sponsor VALUES (1, 'Hamilton Ltd', 5.0);
"""


def build_races(folder: Path) -> Path:
    """The database as a file in the folder."""
    path = folder / "races.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(TABLES)
    return path


@dataclass(frozen=True)
class Found:
    """What an index gives; a value, or a description."""

    table: str
    column: str
    value: str = ""
    score: float = 1.0
    text: str = ""


@dataclass
class Index:
    """Gives what is written down for a keyword; one that has an error there raises it."""

    known: Mapping[str, Sequence[Found] | Exception]
    asked: list[tuple[str, int]] = field(default_factory=list)

    def search(self, keyword: str, limit: int = 10) -> Sequence[Found]:
        self.asked.append((keyword, limit))
        found = self.known.get(keyword, ())
        if isinstance(found, Exception):
            raise found
        return found
