import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, field

import pytest
from bookshop import SCRIPT, write_bookshop

from querywright import Database
from querywright.training.rewards import Scorer


@pytest.fixture(scope="session")
def shops(tmp_path_factory):
    """The bookshop on SQLite as `bookshop`, and the same rows on DuckDB as `duckshop`."""
    duckdb = pytest.importorskip("duckdb")
    folder = write_bookshop(tmp_path_factory.mktemp("rewards"))
    (folder / "duckshop").mkdir()
    with duckdb.connect(str(folder / "duckshop" / "duckshop.duckdb")) as connection:
        connection.execute(SCRIPT)
    return folder


@pytest.fixture(scope="session")
def scorer(shops):
    with Scorer(shops) as opened:
        yield opened


@pytest.fixture
def numbers(tmp_path):
    """A thousand numbers, enough for a runaway."""
    with closing(sqlite3.connect(tmp_path / "numbers.sqlite")) as connection:
        connection.execute("CREATE TABLE t (x INTEGER)")
        connection.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(1000)])
        connection.commit()
    return tmp_path


@dataclass
class Watched:
    """What was executed. While `gate` is closed nothing is."""

    texts: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def watched(monkeypatch):
    """Every text that any database is given from now on."""
    seen, execute = Watched(), Database.execute
    seen.gate.set()

    def noted(self, sql, *limits):
        seen.texts.append(sql)
        assert seen.gate.wait(30)
        return execute(self, sql, *limits)

    monkeypatch.setattr(Database, "execute", noted)
    return seen
