"""What is DuckDB's own: its types, its schemas, its locks, and how its values are kept small."""

import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest

from querywright.databases.connectors.duckdb import DuckDBConnector
from querywright.databases.connectors.duckdb_catalogue import kind_of
from querywright.databases.connectors.duckdb_growth import refusal
from querywright.databases.results import Limits
from querywright.databases.schema import ForeignKey, Index
from querywright.errors import DatabaseUnavailable, QueryRejected, QueryTimeout


@pytest.fixture
def file(tmp_path):
    def file(script, name="it.duckdb"):
        with duckdb.connect(tmp_path / name) as connection:
            connection.execute(script)
        return tmp_path / name

    return file


@pytest.fixture
def opened(file):
    connectors = []

    def opened(script="CREATE TABLE t (a INTEGER)"):
        connectors.append(DuckDBConnector(file(script)))
        return connectors[-1]

    yield opened
    for connector in connectors:
        connector.close()


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("170141183460469231731687303715884105727::HUGEINT", 2**127 - 1),
        ("1.10::DECIMAL(5, 2)", Decimal("1.10")),
        ("UUID '00000000-0000-0000-0000-00000000000a'", "00000000-0000-0000-0000-00000000000a"),
        ("[UUID '00000000-0000-0000-0000-00000000000a', NULL]", ["00000000-0000-0000-0000-00000000000a", None]),
        ("{'a': 1, 'b': [1, NULL]}", {"a": 1, "b": [1, None]}),
        ("MAP {'k': DATE '2024-02-29'}", {"k": date(2024, 2, 29)}),
        ("[1, 2]::INTEGER[2]", [1, 2]),
        ("INTERVAL 36 HOUR", timedelta(hours=36)),
        ("'\\xAA\\x00'::BLOB", b"\xaa\x00"),
        ("'x' || chr(0) || 'y'", "x\0y"),
        ("'b'::ENUM('a', 'b')", "b"),
        ("'{\"a\": 1}'::JSON", '{"a": 1}'),
        ("DATE '20000-01-01'", "20000-01-01"),
        ("TIMESTAMPTZ '2024-02-29 12:00:00+02'", datetime(2024, 2, 29, 10, tzinfo=UTC)),
        ("TIMESTAMPTZ '2024-02-29 12:00:00'", datetime(2024, 2, 29, 12, tzinfo=UTC)),
        ("true", True),
    ],
)
def test_values_are_plain_python(opened, expression, value):
    [(found,)] = opened().execute(f"SELECT {expression}", Limits()).rows
    assert found == value
    assert type(found) is type(value)


def test_the_schema_says_what_the_catalogue_knows(opened):
    connector = opened(
        """
        CREATE SCHEMA staff;
        CREATE TABLE firm (id INTEGER PRIMARY KEY, "trade name" VARCHAR UNIQUE, founded DATE NOT NULL);
        CREATE TABLE staff.person (no INTEGER, firm_id INTEGER, tags VARCHAR[], doubled INTEGER AS (no * 2));
        CREATE TABLE branch (firm_id INTEGER REFERENCES firm (id), no INTEGER, PRIMARY KEY (firm_id, no));
        CREATE UNIQUE INDEX by_date ON firm (founded, "trade name");
        CREATE INDEX by_sum ON branch ((firm_id + no));
        CREATE VIEW named AS SELECT "trade name" FROM firm;
        COMMENT ON TABLE firm IS 'a company';
        COMMENT ON COLUMN firm.founded IS 'first day';
        INSERT INTO firm VALUES (1, 'A', '2000-01-01'), (2, 'B', '2001-01-01');
        """
    )
    schema = connector.introspect()
    firm, branch, person = schema.table("firm"), schema.table("branch"), schema.table("person")
    assert (firm.namespace, person.namespace) == (None, "staff")
    assert (firm.description, firm.column("founded").description) == ("a company", "first day")
    assert (firm.primary_key, branch.primary_key) == (("id",), ("firm_id", "no"))
    assert (firm.column("founded").nullable, firm.column("trade name").nullable) == (False, True)
    assert branch.foreign_keys == (ForeignKey(("firm_id",), "firm", ("id",)),)
    assert Index("by_date", ("founded", "trade name"), unique=True) in firm.indexes
    assert ("trade name",) in firm.unique_keys
    assert branch.indexes == ()
    assert person.column("doubled").generated
    assert (person.column("tags").kind, firm.column("founded").kind) == ("other", "date")
    assert schema.table("named").is_view
    assert (firm.row_count, firm.estimated) == (2, True)


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("INTEGER", "integer"),
        ("UHUGEINT", "integer"),
        ("DOUBLE", "real"),
        ("DECIMAL(18,3)", "decimal"),
        ("VARCHAR", "text"),
        ("ENUM('a', 'b')", "text"),
        ("UUID", "text"),
        ("BOOLEAN", "boolean"),
        ("DATE", "date"),
        ("TIME", "time"),
        ("TIME WITH TIME ZONE", "time"),
        ("TIMESTAMP_NS", "datetime"),
        ("BLOB", "blob"),
        ("JSON", "json"),
        ("DATE[]", "other"),
        ("STRUCT(a INTEGER)", "other"),
        ("MAP(VARCHAR, INTEGER)", "other"),
        ("INTERVAL", "other"),
    ],
)
def test_types_have_kinds(type_, kind):
    assert kind_of(type_) == kind


def test_a_file_that_another_process_writes_is_unavailable(file):
    path = file("CREATE TABLE t (a INTEGER)")
    script = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.read()"
    other = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        other.stdout.readline()
        with DuckDBConnector(path) as connector, pytest.raises(DatabaseUnavailable, match="another process"):
            connector.introspect()
    finally:
        other.communicate()
    with DuckDBConnector(path) as connector:
        assert connector.introspect().table("t")


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"not a database at all " * 500, "cannot be opened as a DuckDB database"), (b"\x00" * 8 + b"DUCK", "DuckDB")],
)
def test_a_file_that_is_no_database_is_unavailable(tmp_path, content, message):
    path = tmp_path / "broken.duckdb"
    path.write_bytes(content)
    with DuckDBConnector(path) as connector, pytest.raises(DatabaseUnavailable, match=message) as caught:
        connector.execute("SELECT 1", Limits())
    assert "\n" not in str(caught.value)


def test_a_file_of_a_newer_format_is_unavailable(file):
    path = file("CREATE TABLE t (a INTEGER)")
    content = bytearray(path.read_bytes())
    content[12:20] = (9999).to_bytes(8, "little")
    path.write_bytes(content)
    with DuckDBConnector(path) as connector, pytest.raises(DatabaseUnavailable):
        connector.execute("SELECT 1", Limits())


def test_a_file_that_is_gone_is_unavailable_and_works_again_when_it_is_back(file, tmp_path):
    path = file("CREATE TABLE t (a INTEGER)")
    with DuckDBConnector(path) as connector:
        connector.execute("SELECT 1", Limits())
        path.rename(tmp_path / "moved")
        with pytest.raises(DatabaseUnavailable, match="is gone"):
            connector.execute("SELECT 1", Limits())
        (tmp_path / "moved").rename(path)
        assert connector.execute("SELECT 1", Limits()).rows == [(1,)]


def test_large_results_are_streamed_not_held(opened):
    started = time.monotonic()
    result = opened().execute("SELECT i, i * 2 FROM range(10000000000) g(i)", Limits(seconds=30, rows=500))
    assert (len(result.rows), result.truncated) == (500, True)
    assert time.monotonic() - started < 30


def test_a_deadline_in_one_thread_leaves_the_others_alone(opened):
    connector = opened()
    outcomes = {}

    def run(name, sql, seconds):
        try:
            outcomes[name] = connector.execute(sql, Limits(seconds=seconds)).rows
        except QueryTimeout:
            outcomes[name] = "stopped"

    jobs = [("endless", "SELECT count(*) FROM range(100000000000)", 0.3), ("long", "SELECT 7 FROM range(3)", 30)]
    threads = [threading.Thread(target=run, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {"endless": "stopped", "long": [(7,), (7,), (7,)]}


def test_explaining_runs_nothing_and_is_checked_as_executing_is(opened):
    connector = opened()
    assert "RANGE" in connector.explain("SELECT * FROM range(100000000000)", Limits()).upper()
    with pytest.raises(QueryRejected):
        connector.explain("SELECT repeat('x', 1000000000)", Limits())


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT first || ' ' || last, lpad(no::VARCHAR, 6, '0') FROM person",
        "SELECT string_agg(DISTINCT name, ', ' ORDER BY name) FROM t GROUP BY a",
        "SELECT replace(replace(name, ' ', '_'), '-', ' and ') FROM t",
        "SELECT upper(name) || ' (' || string_agg(x, '; ') || ')' FROM t GROUP BY name",
        "WITH names AS (SELECT a, string_agg(b, ', ') AS bs FROM t GROUP BY a) SELECT a || ': ' || bs FROM names",
        "SELECT * FROM range(1000000) r(i) JOIN generate_series(1, 100000) s(j) ON i = j",
        "SELECT unnest(generate_series(DATE '2020-01-01', DATE '2024-12-31', INTERVAL 1 MONTH)) AS month",
        "SELECT printf('%.2f %%', share), format('{:,}', n) FROM t",
        "SELECT list_transform(list(a), lambda x: x + 1) FROM t",
        "SELECT repeat('*', 5), regexp_replace(name, '[aeiou]', '#', 'g') FROM t",
        "SELECT strftime(day, '%Y-%m'), sum(x) OVER (PARTITION BY y ORDER BY day) FROM t",
        "SELECT string_split(path, '/')[1] FROM t WHERE levenshtein(a, b) < 3",
        "SELECT * FROM t WHERE " + " AND ".join(f"name <> 'x{n}'" for n in range(900)) + " AND name || '' <> ''",
    ],
)
def test_ordinary_queries_are_not_taken_for_greedy(sql):
    assert refusal(sql) is None
