"""What is SQLite's own: its loose schemas, its write-ahead log, locks, and the bounds on one row's work."""

import os
import shutil
import sqlite3
import threading
import time
from contextlib import closing

import pytest

from querywright.databases.connectors.sqlite import SQLiteConnector
from querywright.databases.connectors.sqlite_bounds import VALUE_BYTES, formats_plainly, value_bytes
from querywright.databases.connectors.sqlite_schema import kind_of
from querywright.databases.results import Limits
from querywright.databases.schema import ForeignKey
from querywright.errors import DatabaseUnavailable, QueryFailed, QueryTimeout

LIMITS = Limits()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "base.sqlite"


@pytest.fixture
def load(path):
    """Run a script on the file and open it."""
    opened = []

    def load(script):
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)
        opened.append(SQLiteConnector(path))
        return opened[-1]

    yield load
    for connector in opened:
        connector.close()


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("INTEGER", "integer"), ("int", "integer"), ("BIGINT UNSIGNED", "integer"), ("int(11)", "integer"),
        ("tinyint(1)", "integer"), ("year", "integer"), ("REAL", "real"), ("double precision", "real"),
        ("FLOAT(8)", "real"), ("NUMERIC(10,2)", "decimal"), ("decimal", "decimal"), ("NUMBER(5)", "decimal"),
        ("TEXT", "text"), ("varchar(20)", "text"), ("CHAR", "text"), ("NVARCHAR(40)", "text"), ("", "text"),
        ("STRING", "text"), ("BOOLEAN", "boolean"), ("bool", "boolean"), ("bit", "boolean"), ("DATE", "date"),
        ("DATETIME", "datetime"), ("timestamp", "datetime"), ("TIMESTAMP WITH TIME ZONE", "datetime"),
        ("TIME", "time"), ("BLOB", "blob"), ("JSON", "json"), ("POINT", "other"), ("whatever", "other"),
    ],
)  # fmt: skip
def test_a_declared_type_has_a_kind(declared, kind):
    assert kind_of(declared) == kind


class TestSchema:
    def test_internal_and_shadow_tables_are_hidden(self, load):
        schema = load(
            "CREATE TABLE a (x INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO a VALUES (1);"
            "CREATE TABLE sqlitex (x); CREATE VIRTUAL TABLE docs USING fts5(title, body); ANALYZE;"
        ).introspect()
        assert [t.name for t in schema] == ["a", "sqlitex", "docs"]
        assert [c.name for c in schema.table("docs").columns] == ["title", "body"]

    def test_a_view_that_no_longer_compiles_is_left_out(self, load):
        schema = load(
            "CREATE TABLE a (x); CREATE TABLE gone (x); CREATE VIEW good AS SELECT x FROM a;"
            "CREATE VIEW broken AS SELECT x FROM gone; CREATE VIEW bad AS SELECT missing FROM a; DROP TABLE gone;"
        ).introspect()
        assert [t.name for t in schema] == ["a", "good"]

    def test_a_virtual_table_whose_module_is_missing_is_left_out(self, load):
        schema = load(
            "CREATE TABLE a (x); PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES "
            "('table', 'odd', 'odd', 0, 'CREATE VIRTUAL TABLE odd USING no_such_module(a, b)');"
        ).introspect()
        assert [t.name for t in schema] == ["a"]

    def test_foreign_keys_that_lead_nowhere_are_dropped(self, load):
        schema = load(
            "CREATE TABLE a (k INTEGER PRIMARY KEY, x); CREATE VIEW v AS SELECT k FROM a;"
            "CREATE TABLE c (p REFERENCES nowhere (k), q REFERENCES a (missing), r REFERENCES v, s REFERENCES A (K));"
        ).introspect()
        assert schema.table("c").foreign_keys == (ForeignKey(("s",), "a", ("k",)),)

    def test_a_key_without_columns_to_a_table_without_a_primary_key_is_dropped(self, load):
        schema = load("CREATE TABLE a (x); CREATE TABLE c (p REFERENCES a);").introspect()
        assert schema.table("c").foreign_keys == ()

    def test_partial_and_expression_indexes_identify_nothing(self, load):
        table = load(
            "CREATE TABLE a (x, y); CREATE UNIQUE INDEX part ON a (x) WHERE y > 0;"
            "CREATE UNIQUE INDEX expr ON a (lower(x));"
        ).introspect()
        assert table.table("a").unique_keys == ()
        assert [i.name for i in table.table("a").indexes] == ["part"]

    def test_without_rowid(self, load):
        table = load(
            "CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO w VALUES ('a', 1);"
        ).introspect()
        assert (table.table("w").primary_key, table.table("w").row_count) == (("k",), 1)

    def test_an_empty_file_is_an_empty_database(self, path):
        path.touch()
        with closing(SQLiteConnector(path)) as connector:
            assert connector.introspect().tables == ()
            assert connector.execute("SELECT 1", LIMITS).rows == [(1,)]


class TestWriteAheadLog:
    @pytest.fixture
    def wal(self, path):
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript("PRAGMA journal_mode = wal; CREATE TABLE t (x); INSERT INTO t VALUES (1);")
        return path

    def test_an_idle_one_is_read_without_files_beside_it(self, wal, tmp_path):
        with closing(SQLiteConnector(wal)) as connector:
            assert connector.execute("SELECT x FROM t", LIMITS).rows == [(1,)]
            assert [p.name for p in tmp_path.iterdir()] == ["base.sqlite"]

    def test_a_writer_is_followed(self, wal):
        with closing(SQLiteConnector(wal)) as connector, closing(sqlite3.connect(wal)) as writer:
            before = connector.fingerprint()
            for n in (2, 3, 4):
                connector.execute("SELECT x FROM t", LIMITS)
                writer.execute("INSERT INTO t VALUES (?)", (n,))
                writer.commit()
                assert connector.execute("SELECT max(x) FROM t", LIMITS).rows == [(n,)]
            assert connector.fingerprint() != before
            writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            assert connector.execute("SELECT count(*) FROM t", LIMITS).rows == [(4,)]

    def test_what_a_log_left_behind_still_holds_is_read(self, wal, tmp_path):
        left = tmp_path / "left.sqlite"
        with closing(sqlite3.connect(wal)) as writer:
            writer.execute("INSERT INTO t VALUES (2)")
            writer.commit()
            shutil.copy(wal, left)
            shutil.copy(f"{wal}-wal", f"{left}-wal")
        with closing(SQLiteConnector(left)) as connector:
            assert connector.execute("SELECT count(*) FROM t", LIMITS).rows == [(2,)]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_a_folder_that_cannot_be_written(self, wal, tmp_path):
        tmp_path.chmod(0o555)
        try:
            with closing(SQLiteConnector(wal)) as connector:
                assert connector.execute("SELECT x FROM t", LIMITS).rows == [(1,)]
        finally:
            tmp_path.chmod(0o755)


class TestOthersAtWork:
    def test_a_locked_file_is_waited_for_until_the_deadline(self, load, path):
        connector = load("CREATE TABLE t (x);")
        connector.execute("SELECT x FROM t", LIMITS)
        with closing(sqlite3.connect(path)) as writer:
            writer.execute("BEGIN EXCLUSIVE")
            with pytest.raises(QueryTimeout, match="locked"):
                connector.execute("SELECT x FROM t", Limits(seconds=0.2))
        assert connector.execute("SELECT x FROM t", LIMITS).rows == []

    def test_a_lock_that_goes_away_in_time_is_no_error(self, load, path):
        connector = load("CREATE TABLE t (x);")
        writer = sqlite3.connect(path, check_same_thread=False)
        writer.execute("BEGIN EXCLUSIVE")
        done = threading.Timer(0.2, writer.rollback)
        done.start()
        assert connector.execute("SELECT x FROM t", Limits(seconds=30)).rows == []
        done.join()
        writer.close()

    def test_a_file_that_was_replaced_is_read_anew(self, load, path, tmp_path):
        connector = load("CREATE TABLE t (x); INSERT INTO t VALUES ('old');")
        assert connector.execute("SELECT x FROM t", LIMITS).rows == [("old",)]
        with closing(sqlite3.connect(tmp_path / "new")) as connection:
            connection.executescript("CREATE TABLE t (x); INSERT INTO t VALUES ('new');")
        (tmp_path / "new").rename(path)
        assert connector.execute("SELECT x FROM t", LIMITS).rows == [("new",)]

    def test_an_interrupted_write_is_said_to_be_one(self, path, tmp_path):
        with closing(sqlite3.connect(path)) as writer:
            writer.executescript("CREATE TABLE t (x); PRAGMA cache_size = 1; BEGIN;")
            writer.executemany("INSERT INTO t VALUES (?)", [("x" * 1000,)] * 1000)
            left = tmp_path / "left.sqlite"
            shutil.copy(path, left)
            shutil.copy(f"{path}-journal", f"{left}-journal")
        with closing(SQLiteConnector(left)) as connector, pytest.raises(DatabaseUnavailable, match="interrupted write"):
            connector.execute("SELECT count(*) FROM t", LIMITS)


class TestBounds:
    @pytest.mark.parametrize(
        ("sql", "bound"),
        [
            ("SELECT a FROM t", VALUE_BYTES),
            ("SELECT a FROM t WHERE a LIKE '%x%'", VALUE_BYTES),
            ("SELECT a" + ", a" * 4_997, 166_666),
            ("SELECT instr(a, 'x') FROM t", 64_000),
            ("SELECT " + "instr(a, 'x') + " * 16 + "1", 16_000),
            ("SELECT " + "a LIKE 'x' OR " * 100 + "1", 20_000),
        ],
    )
    def test_values_are_shorter_where_a_row_does_more_work(self, sql, bound):
        assert value_bytes(sql) == bound

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT printf('%.2f', x) FROM t",
            "SELECT format('%,d of %5.1f%%', a, b), PRINTF ( '%s' , a)",
            "SELECT format, printf FROM t WHERE format IN ('a')",
            "SELECT printf('%02d:%02d', h, m) || printf('%c', 'x')",
        ],
    )
    def test_ordinary_formats_are_allowed(self, sql):
        assert formats_plainly(sql)

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT printf('%.*c', 1000000000, 'x')",
            "SELECT printf('%.99999c', 'x')",
            "SELECT printf(f, 1) FROM t",
            "SELECT printf('%.' || n || 'c', 'x') FROM t",
            "SELECT printf('%s') || printf(x)",
            "SELECT [printf]('%.*c', 9, 'x')",
            "SELECT `format` /* ' */ ('%.*c', 9, 'x')",
            "SELECT printf -- (\n('%.*c', 9, 'x')",
            "SELECT printf('a''%.*c', 9, 'x')",
        ],
    )
    def test_computed_and_wide_formats_are_not(self, sql):
        assert not formats_plainly(sql)

    def test_the_refusal_says_why(self, load):
        connector = load("CREATE TABLE t (n);")
        with pytest.raises(QueryFailed, match="printf"):
            connector.execute("SELECT printf(n, 1) FROM t", LIMITS)

    def test_a_view_may_format_as_it_likes(self, load):
        connector = load(
            "CREATE TABLE t (n); INSERT INTO t VALUES (7); CREATE VIEW v AS SELECT printf('%0*d', 3, n) s FROM t;"
        )
        assert connector.execute("SELECT s FROM v", LIMITS).rows == [("007",)]

    def test_a_value_beyond_the_bound_fails_and_the_others_can_be_read(self, load):
        connector = load("CREATE TABLE t (id, photo); INSERT INTO t VALUES (1, zeroblob(3000000));")
        with pytest.raises(QueryFailed, match="too big"):
            connector.execute("SELECT photo FROM t", LIMITS)
        assert connector.execute("SELECT id FROM t", LIMITS).rows == [(1,)]

    def test_a_sort_larger_than_memory_may_use_goes_to_disk(self, load, tmp_path):
        connector = load(
            "CREATE TABLE t (x); WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 2000) "
            "INSERT INTO t SELECT hex(randomblob(40000)) FROM r;"
        )
        rows = connector.execute("SELECT x FROM t ORDER BY x", Limits(seconds=60, rows=3)).rows
        assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_a_full_disk_stops_a_query_that_spills(load, monkeypatch):
    """The watchdog asks how much room there is; here there suddenly is none."""
    room = iter([10_000_000_000, 1])
    monkeypatch.setattr("querywright.databases.connectors.sqlite._free_bytes", lambda: next(room, 1))
    connector = load("CREATE TABLE t (x);")
    endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
    with pytest.raises(QueryFailed, match="fill the disk"):
        connector.execute(endless, Limits(seconds=30))


def test_a_forked_child_opens_its_own_connection(load):
    connector = load("CREATE TABLE t (x); INSERT INTO t VALUES (1);")
    connector.execute("SELECT x FROM t", LIMITS)
    child = os.fork()
    if child == 0:
        try:
            ok = connector.execute("SELECT x FROM t", LIMITS).rows == [(1,)]
            with pytest.raises(QueryTimeout):
                connector.execute(
                    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
                    Limits(seconds=0.1),
                )
        finally:
            os._exit(0 if ok else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert connector.execute("SELECT x FROM t", LIMITS).rows == [(1,)]


def test_closing_lets_running_queries_end(load):
    connector = load("CREATE TABLE t (x);")
    endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 3000000) SELECT max(n) FROM r"
    answers = []
    thread = threading.Thread(target=lambda: answers.append(connector.execute(endless, Limits(seconds=60)).rows))
    thread.start()
    time.sleep(0.05)
    connector.close()
    thread.join()
    assert answers == [[(3000000,)]]
