"""An index on disk: renewed table by table, whole or not at all, and read by many."""

import errno
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from querywright.databases import Catalog, Database, Limits
from querywright.databases.connectors.sqlite import SQLiteConnector
from querywright.errors import RetrievalError
from querywright.retrieval import ValueIndex
from querywright.retrieval.values import building, fingerprints
from querywright.retrieval.values.reading import Skipped, read_values
from querywright.retrieval.values.storage import LOCK, MANIFEST

TABLES = "CREATE TABLE a (v TEXT, w TEXT); CREATE TABLE b (v TEXT); CREATE TABLE c (n INTEGER PRIMARY KEY, v TEXT);"


def build(path, folder, progress=None):
    with Database(SQLiteConnector(path), "base") as database:
        return ValueIndex.build(database, folder, progress=progress)


def content(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != LOCK
    }


class Reads:
    """Which tables were read while it was in place of `read_values`."""

    def __init__(self, monkeypatch):
        self.tables = []
        monkeypatch.setattr(building, "read_values", self)

    def __call__(self, database, table, skipped):
        self.tables.append(table.full_name)
        return read_values(database, table, skipped)


def test_only_tables_that_changed_are_read_again(sqlite_file, tmp_path, monkeypatch):
    script = "INSERT INTO a VALUES ('x', 'y'); INSERT INTO b VALUES ('z'); INSERT INTO c VALUES (1, 'w');"
    path = sqlite_file(TABLES + script)
    reads = Reads(monkeypatch)
    build(path, tmp_path / "index")
    assert reads.tables == ["a", "b", "c"]
    build(path, tmp_path / "index")
    sqlite_file("CREATE TABLE d (v TEXT); UPDATE b SET v = 'y'; UPDATE c SET v = 'w';")
    build(path, tmp_path / "index")
    assert reads.tables == ["a", "b", "c", "b", "d"]
    sqlite_file("DROP TABLE a")
    with build(path, tmp_path / "index") as index:
        assert [(m.table, m.value) for m in index.search("y")] == [("b", "y")]
    assert reads.tables == ["a", "b", "c", "b", "d"]


def test_a_table_without_row_ids_is_read_again_and_nothing_else_changes(sqlite_file, tmp_path, monkeypatch):
    path = sqlite_file(
        "CREATE TABLE a (v TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO a VALUES ('x');" + TABLES.partition(";")[2]
    )
    build(path, tmp_path / "index").close()
    before, reads = content(tmp_path / "index"), Reads(monkeypatch)
    sqlite_file("CREATE INDEX i ON b (v)")
    build(path, tmp_path / "index").close()
    assert reads.tables == ["a"]
    assert set(before) == set(content(tmp_path / "index"))


@pytest.mark.parametrize("page", [1, 3, 7])
def test_a_table_of_many_pages_has_a_digest_that_any_row_changes(sqlite_file, tmp_path, monkeypatch, page):
    monkeypatch.setattr(fingerprints, "_PAGE", Limits(rows=page))
    path = sqlite_file("CREATE TABLE t (v TEXT)", [(f"v{n}",) for n in range(7)])
    seen = set()
    for n in range(1, 8):
        sqlite_file(f"UPDATE t SET v = 'other' WHERE rowid = {n}")
        with Database(SQLiteConnector(path), "base") as database:
            table = database.schema.table("t")
            seen.add(fingerprints.table_fingerprint(database, table, table.columns))
    assert len(seen - {None}) == 7


CHANGES = st.lists(
    st.tuples(st.sampled_from("abc"), st.lists(st.text("abé ÑZ1-", min_size=1, max_size=8), max_size=5)), max_size=4
)


@given(CHANGES)
@settings(max_examples=15, deadline=None)
def test_an_index_renewed_step_by_step_is_the_same_as_a_fresh_one(tmp_path_factory, changes):
    folder = tmp_path_factory.mktemp("steps")
    connection = sqlite3.connect(folder / "base.sqlite")
    connection.executescript(TABLES)
    for table, values in changes:
        connection.execute(f"DELETE FROM {table} WHERE v < 'b'")
        connection.executemany(f"INSERT INTO {table} (v) VALUES (?)", [(value,) for value in values])
        connection.commit()
        build(folder / "base.sqlite", folder / "index").close()
    connection.close()
    build(folder / "base.sqlite", folder / "index").close()
    build(folder / "base.sqlite", folder / "fresh").close()
    assert content(folder / "index") == content(folder / "fresh")


def test_a_row_that_changes_no_text_leaves_the_arrays(sqlite_file, tmp_path):
    path = sqlite_file(TABLES + "INSERT INTO c VALUES (1, 'w'), (2, 'w');")
    build(path, tmp_path / "index").close()
    before = content(tmp_path / "index")
    sqlite_file("CREATE INDEX i ON c (v)")
    with Catalog.open(path) as catalog:
        assert not ValueIndex.open(tmp_path / "index").is_current(catalog["base"])
        assert ValueIndex.build(catalog["base"], tmp_path / "index").is_current(catalog["base"])
    after = content(tmp_path / "index")
    assert {n: b for n, b in before.items() if n != MANIFEST} == {n: b for n, b in after.items() if n != MANIFEST}


def test_there_are_no_pickles(sqlite_file, tmp_path):
    build(sqlite_file(TABLES + "INSERT INTO b VALUES ('Ada')"), tmp_path / "index").close()
    names = {path.name for path in (tmp_path / "index").rglob("*") if path.is_file()} - {LOCK}
    assert {name for name in names if not name.endswith(".npy")} == {MANIFEST}
    for path in (tmp_path / "index").rglob("*.npy"):
        assert path.read_bytes().startswith(b"\x93NUMPY\x01\x00")
        assert b"'|O'" not in path.read_bytes()[:128]


def test_more_values_than_the_cap_are_cut_and_that_is_noted(sqlite_file, tmp_path):
    path = sqlite_file("CREATE TABLE t (v TEXT, w TEXT)", [(f"v{n}", "same") for n in range(100)])
    with Database(SQLiteConnector(path), "base") as database:
        read = list(read_values(database, database.schema.table("t"), Skipped(), most=60))
        assert [(c.column, len(c.values), c.cut) for c in read] == [("v", 60, True), ("w", 1, False)]


def test_a_column_that_takes_too_long_is_read_from_its_first_rows(sqlite_file, tmp_path):
    path = sqlite_file("CREATE TABLE t (v TEXT)", [(f"v{n}",) for n in range(5000)])

    class Slow(Database):
        def execute(self, sql, limits):
            if "DISTINCT" in sql and "some_rows" not in sql:
                sql = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT max(n) FROM n"
            return super().execute(sql, limits)

    with Slow(SQLiteConnector(path), "base") as database:
        read = list(read_values(database, database.schema.table("t"), Skipped(), seconds=0.3))
        assert [(c.column, len(c.values), c.cut) for c in read] == [("v", 5000, True)]


def test_a_cut_column_is_told_after_opening(sqlite_file, tmp_path, monkeypatch):
    monkeypatch.setattr(building, "read_values", lambda *a: read_values(*a, most=2))
    with build(sqlite_file(TABLES + "INSERT INTO b VALUES ('x'), ('y'), ('z')"), tmp_path / "index") as index:
        assert index.cut == {("b", "v")}
        assert index.columns == {("b", "v"): 2}


KILLED = """
import sys, os, signal
from pathlib import Path
from querywright.databases import Catalog
from querywright.retrieval import ValueIndex
from querywright.retrieval.values import storage
path, folder, at = sys.argv[1:]
os_replace, os_rename, fsync, count = Path.replace, Path.rename, os.fsync, 0
def dying(real):
    def call(*a, **k):
        global count
        count += 1
        if count > int(at):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*a, **k)
    return call
Path.replace, Path.rename, os.fsync = dying(os_replace), dying(os_rename), dying(fsync)
with Catalog.open(path) as catalog:
    ValueIndex.build(catalog["base"], folder)
"""


@pytest.mark.parametrize("at", [0, 2, 5, 6, 7])
def test_a_build_killed_anywhere_leaves_the_old_index_or_none(sqlite_file, tmp_path, at):
    """Before each of the moments at which a file or a name reaches the disk."""
    path = sqlite_file(TABLES + "INSERT INTO b VALUES ('Ada')")
    command = [sys.executable, "-c", KILLED, str(path), str(tmp_path / "index"), str(at)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    with pytest.raises(RetrievalError, match="there is no value index"):
        ValueIndex.open(tmp_path / "index")
    build(path, tmp_path / "index").close()
    sqlite_file("INSERT INTO b VALUES ('Bo')")
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    with ValueIndex.open(tmp_path / "index") as index:
        assert [m.value for m in index.search("ada")] == ["Ada"]
    with build(path, tmp_path / "index") as index:
        assert len(index) == 2
    assert len([name for name in os.listdir(tmp_path / "index") if name.startswith((".", "data-"))]) == 1


READER = """
import sys
from querywright.retrieval import ValueIndex
with ValueIndex.open(sys.argv[1]) as index:
    for _ in range(200):
        assert index.search("value 17")[0].value == "value 17"
print(len(index))
"""


def test_processes_read_it_while_it_is_renewed(sqlite_file, tmp_path):
    path = sqlite_file("CREATE TABLE t (v TEXT)", [(f"value {n}",) for n in range(500)])
    build(path, tmp_path / "index").close()
    command = [sys.executable, "-c", READER, str(tmp_path / "index")]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    with ValueIndex.open(tmp_path / "index") as opened:
        n = 500
        while n < 503 or any(reader.poll() is None for reader in readers):
            sqlite_file("", [(f"value {n}",)])
            build(path, tmp_path / "index").close()
            n += 1
            time.sleep(0.01)
        assert opened.search("value 499")[0].value == "value 499"
        assert opened.search("value 500")[0].value != "value 500"
    for reader in readers:
        said, _ = reader.communicate()
        assert reader.returncode == 0
        assert 500 <= int(said) <= n


def test_a_second_build_waits_for_the_first(sqlite_file, tmp_path):
    path = sqlite_file("CREATE TABLE t (v TEXT)", [(f"value {n}",) for n in range(500)])
    script = KILLED.replace("int(at)", "10**9")
    command = [sys.executable, "-c", script, str(path), str(tmp_path / "index"), "0"]
    builders = [subprocess.Popen(command) for _ in range(3)]
    assert [builder.wait() for builder in builders] == [0, 0, 0]
    with ValueIndex.open(tmp_path / "index") as index:
        assert len(index) == 500


def test_a_folder_that_holds_something_else_is_refused(sqlite_file, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(RetrievalError, match=r"mine holds something else \(thesis.txt\): choose an empty folder"):
        build(sqlite_file(TABLES), tmp_path / "mine")
    with pytest.raises(RetrievalError, match=r"there is no value index in .*mine: build one"):
        ValueIndex.open(tmp_path / "mine")
    assert os.listdir(tmp_path / "mine") == ["thesis.txt"]


def test_a_place_that_cannot_be_written_is_named(sqlite_file, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RetrievalError, match="cannot be written: "):
        build(sqlite_file(TABLES), tmp_path / "file" / "index")


def test_a_full_disk_is_one_clear_line_and_leaves_the_old_index(sqlite_file, tmp_path, monkeypatch):
    path = sqlite_file(TABLES + "INSERT INTO b VALUES ('Ada')")
    build(path, tmp_path / "index").close()
    sqlite_file("INSERT INTO b VALUES ('Bo')")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(RetrievalError, match=r"the value index in .* cannot be written: No space left on device"):
            build(path, tmp_path / "index")
    with ValueIndex.open(tmp_path / "index") as index:
        assert [m.value for m in index.search("ada bo")] == ["Ada"]


def _cut_short(folder):
    array = next(folder.rglob("numbers.npy"))
    array.write_bytes(array.read_bytes()[:-4])


def _other_length(folder):
    import numpy as np

    np.save(next(folder.rglob("offsets.npy")), np.arange(3))


def _set(**changes):
    def damage(folder):
        said = json.loads((folder / MANIFEST).read_text())
        (folder / MANIFEST).write_text(json.dumps(said | changes))

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        _cut_short,
        _other_length,
        _set(format=99),
        _set(tables=[]),
        _set(tables=[{"name": "t"}]),
        _set(data="data-../../etc"),
        _set(data="data-0000"),
        lambda folder: (folder / MANIFEST).write_text("{"),
        lambda folder: (folder / MANIFEST).write_bytes(b"\xff\xfe\0"),
        lambda folder: (folder / MANIFEST).write_text("[1]"),
        lambda folder: next(folder.rglob("text.npy")).write_bytes(b""),
        lambda folder: next(folder.rglob("sizes.npy")).unlink(),
    ],
)
def test_a_damaged_index_is_one_clear_line_and_can_be_built_again(sqlite_file, tmp_path, damage):
    path = sqlite_file(TABLES + "INSERT INTO b VALUES ('Ada'), ('Bo')")
    build(path, tmp_path / "index").close()
    whole = content(tmp_path / "index")
    damage(tmp_path / "index")
    with pytest.raises(RetrievalError, match=r"the value index in .* cannot be read \(.*\): build it again") as raised:
        ValueIndex.open(tmp_path / "index")
    assert "\n" not in str(raised.value)
    build(path, tmp_path / "index").close()
    assert content(tmp_path / "index") == whole


def test_an_index_of_another_database_is_replaced(sqlite_file, tmp_path):
    build(sqlite_file(TABLES + "INSERT INTO b VALUES ('Ada')"), tmp_path / "index").close()
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.executescript("CREATE TABLE x (v TEXT); INSERT INTO x VALUES ('Bo');")
    connection.close()
    with build(other, tmp_path / "index") as index:
        assert [m.value for m in index.search("ada bo")] == ["Bo"]


def test_progress_is_told_table_by_table(sqlite_file, tmp_path):
    told = []
    build(sqlite_file(TABLES), tmp_path / "index", lambda *said: told.append(said)).close()
    assert told == [("a", 0, 3), ("b", 1, 3), ("c", 2, 3)]
