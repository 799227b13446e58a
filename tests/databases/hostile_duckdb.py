"""Statements that attack a DuckDB database, and the child process that runs them.

Run as a script: `python hostile_duckdb.py FILE SECONDS database|connector`, prints one JSON object. `{folder}` in a
statement is the file's folder, which is writable.
"""

import hashlib
import json
import re
import sys
import time
from pathlib import Path

from querywright.databases.connectors.duckdb import DuckDBConnector
from querywright.databases.database import Database
from querywright.databases.results import Limits
from querywright.errors import QueryError

WRITES = [
    "CREATE TABLE evil(a INT)",
    "CREATE TEMP TABLE evil AS SELECT 1",
    "CREATE OR REPLACE VIEW v AS SELECT 1",
    "CREATE MACRO evil(x) AS x + 1",
    "CREATE SECRET evil (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "INSERT INTO t VALUES (1, 'x', 1.0)",
    "INSERT INTO t VALUES (1, 'x', 1.0) RETURNING *",
    "UPDATE t SET r = 0",
    "DELETE FROM t",
    "TRUNCATE t",
    "DROP TABLE t",
    "ALTER TABLE t ADD COLUMN evil INT",
    "MERGE INTO t USING t AS o ON t.id = o.id WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone",
    "VACUUM",
    "CHECKPOINT",
    "FORCE CHECKPOINT",
    "BEGIN TRANSACTION",
    "PREPARE p AS SELECT 1",
    "SELECT * FROM force_checkpoint('hostile')",
    "SELECT nextval('evil')",
]
REACHES_OUT = [
    "ATTACH '{folder}/other.duckdb'",
    "ATTACH ':memory:' AS m",
    "DETACH hostile",
    "USE memory",
    "INSTALL httpfs",
    "LOAD httpfs",
    "COPY t TO '{folder}/out.csv'",
    "COPY (SELECT 1) TO '{folder}/out.parquet' (FORMAT parquet)",
    "COPY t FROM '/etc/passwd'",
    "EXPORT DATABASE '{folder}/export'",
    "IMPORT DATABASE '{folder}/export'",
    "PRAGMA database_list",
    "SET memory_limit = '100GB'",
    "SET enable_external_access = true",
    "RESET memory_limit",
    "CALL enable_logging(storage = 'file', storage_path = '{folder}/log')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv_auto('/etc/passwd', header = false)",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM parquet_metadata('/etc/passwd')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM '/etc/passwd'",
    "FROM '{folder}/in.csv'",
    "SELECT * FROM 'https://example.org/data.parquet'",
    "SELECT * FROM read_csv('https://example.org/data.csv')",
    "SELECT getenv('HOME')",
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
    "SELECT * FROM query_table(['/etc/passwd'])",
    "SELECT write_log('evil')",
]
SMUGGLED = [
    "SELECT 1; DROP TABLE t",
    "SELECT 1; -- DROP\nDELETE FROM t",
    "/* SELECT */ DROP TABLE t",
    "-- SELECT 1\nDROP TABLE t",
    "SELECT 1 /* ; */; DROP TABLE t --",
    "EXPLAIN ANALYZE DELETE FROM t",
    "EXPLAIN ANALYZE SELECT count(*) FROM range(100000000000)",
    "",
    "   -- nothing",
]
ENDLESS = [
    "SELECT count(*) FROM range(100000000000)",
    "SELECT sum(i) FROM generate_series(1, 100000000000) g(i)",
    "SELECT count(*) FROM t a, t b, t c",
    "SELECT max(a.s || b.s || c.s) FROM t a, t b, t c",
    "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT count(*) FROM r",
    "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT 1 FROM r) SELECT * FROM r LIMIT 1 OFFSET 1000000000",
    "SELECT count(*) FROM repeat_row(1, num_rows = 100000000000)",
    "SELECT sum(a.id * b.id) FROM t a JOIN t b ON a.id <> b.id",
    "SELECT (SELECT count(*) FROM t b WHERE b.r > a.r AND b.s <> a.s) FROM t a ORDER BY 1 DESC LIMIT 1",
    "SELECT pg_sleep(60)",
    "SELECT sleep_ms(60000)",
]
GREEDY = [
    "SELECT length(repeat('x', 2000000000))",
    "SELECT repeat(s, 1000000) FROM t",
    "SELECT length(main.repeat('x', 2000000000))",
    "SELECT length(\"repeat\"('x', 2000000000))",
    "SELECT length('x'.repeat(2000000000))",
    "SELECT length(lpad('x', 2000000000, 'y'))",
    "SELECT length(rpad('x', 2000000000, 'y'))",
    "SELECT length(printf('%2000000000d', 1))",
    "SELECT length(format('{{:2000000000d}}', 1))",
    "SELECT length(format('{{:{{}}}}', 1, 2000000000))",
    "SELECT len(range(2000000000))",
    "SELECT len(generate_series(1, 2000000000))",
    "SELECT count(*) FROM (SELECT unnest(range(2000000000)))",
    "SELECT count(*) FROM (SELECT unnest(generate_series(DATE '0001-01-01', DATE '9999-01-01', INTERVAL 1 SECOND)))",
    "SELECT len([x + 1 for x in range(2000000000)])",
    "SELECT len(list_resize([1], 2000000000))",
    "SELECT bitstring('1', 2000000000)",
    "SELECT length(replace(repeat('x', 9000), 'x', repeat('y', 9000)))",
    "SELECT length(regexp_replace(repeat('x', 9000), 'x', repeat('y', 9000), 'g'))",
    "SELECT length(array_to_string(range(9000), repeat('y', 9000)))",
    "SELECT len(list_transform(range(9000), lambda x: repeat('abc', 9000)))",
    "SELECT list_reduce(list_transform(range(40), lambda x: 'x'), lambda a, b: a || a)",
    "SELECT string_agg(a.s || b.s, ',') FROM t a, t b",
    "SELECT list(a.s || b.s) FROM t a, t b",
    "SELECT list(a.id) OVER (ORDER BY a.id) FROM t a",
    "SELECT string_agg(a.s, ',') OVER (ORDER BY a.id) FROM t a",
    "SELECT histogram(a.s || b.s) FROM t a, t b",
    "SELECT count(DISTINCT a.s || b.s) FROM t a, t b",
    "SELECT a.s || b.s, count(*) FROM t a, t b GROUP BY 1",
    "SELECT * FROM t a, t b ORDER BY a.s || b.s",
    "SELECT median(a.id + b.id) FROM t a, t b",
    "WITH RECURSIVE r(x) AS (SELECT 'x' UNION ALL SELECT x || x FROM r) SELECT max(length(x)) FROM r",
    "SELECT length(x) FROM (SELECT x || x || x || x AS x FROM (SELECT x || x || x || x AS x FROM "
    "(SELECT x || x || x || x AS x FROM (SELECT x || x || x || x AS x FROM (SELECT x || x || x || x AS x FROM "
    "(SELECT x || x || x || x AS x FROM (SELECT x || x || x || x AS x FROM (SELECT repeat('x', 99) AS x))))))))",
    "SELECT levenshtein(x, x) FROM (SELECT string_agg(s, '') AS x FROM t)",
    "PIVOT t ON id USING count(*)",
]
EVERYTHING = [*WRITES, *REACHES_OUT, *SMUGGLED, *ENDLESS, *GREEDY]


def attack(door, sql, seconds):
    started = time.monotonic()
    try:
        outcome = f"{len(door.execute(sql, Limits(seconds=seconds, rows=100)).rows)} rows"
    except QueryError as error:
        outcome = type(error).__name__
    took = time.monotonic() - started
    alive = door.execute("SELECT count(*) FROM t", Limits(seconds=60)).rows == [(100_000,)]
    return {"sql": sql, "outcome": outcome, "seconds": took, "alive": alive}


def peak_mb():
    """The most memory this process held. Not `ru_maxrss`, which starts at what the parent held before exec."""
    if not Path("/proc/self/status").exists():
        return 0.0
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


def main(path, seconds, way):
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    connector = DuckDBConnector(path)
    door = Database(connector, "hostile") if way == "database" else connector
    outcomes = [attack(door, sql.format(folder=path.parent), seconds) for sql in EVERYTHING]
    door.close()
    report = {
        "outcomes": outcomes,
        "peak_mb": peak_mb(),
        "unchanged": before == hashlib.sha256(path.read_bytes()).hexdigest(),
        "files": sorted(p.name for p in path.parent.iterdir()),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
