"""Statements that try to do harm on SQLite, and the child process that runs them.

Run as a script: `python hostile_sqlite.py FILE SECONDS`, prints one JSON object. Each statement goes through
`Database` (guard and engine) and through the connector alone, where the engine's own means must hold.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import time
from pathlib import Path

from querywright.databases.connectors.sqlite import SQLiteConnector
from querywright.databases.database import Database
from querywright.databases.results import Limits
from querywright.errors import QueryError

REFUSED = {
    "insert": "INSERT INTO people VALUES (9, 'x', 1)",
    "update": "UPDATE people SET name = 'x'",
    "delete": "DELETE FROM people",
    "replace": "REPLACE INTO people VALUES (1, 'x', 1)",
    "drop a table": "DROP TABLE people",
    "create a table": "CREATE TABLE evil (x)",
    "create a temporary table": "CREATE TEMP TABLE evil AS SELECT 1",
    "create a view": "CREATE VIEW evil AS SELECT 1",
    "create an index": "CREATE INDEX evil ON people (name)",
    "create a trigger": "CREATE TRIGGER evil AFTER INSERT ON people BEGIN DELETE FROM people; END",
    "create a virtual table": "CREATE VIRTUAL TABLE evil USING fts5(x)",
    "alter": "ALTER TABLE people ADD COLUMN evil",
    "attach a file": "ATTACH DATABASE '{folder}/evil.db' AS evil",
    "attach memory": "ATTACH ':memory:' AS evil",
    "detach": "DETACH DATABASE main",
    "vacuum": "VACUUM",
    "vacuum into a file": "VACUUM INTO '{folder}/evil.db'",
    "reindex": "REINDEX",
    "analyze": "ANALYZE",
    "begin": "BEGIN IMMEDIATE",
    "commit": "COMMIT",
    "rollback": "ROLLBACK",
    "savepoint": "SAVEPOINT evil",
    "pragma writes": "PRAGMA user_version = 7",
    "pragma reads": "PRAGMA table_info(people)",
    "pragma turns off the limit": "PRAGMA hard_heap_limit = 0",
    "pragma makes the schema writable": "PRAGMA writable_schema = ON",
    "pragma moves temporary files": "PRAGMA temp_store_directory = '{folder}'",
    "pragma as a table function": "SELECT * FROM pragma_table_info('people')",
    "pragma database list as a table": "SELECT file FROM pragma_database_list",
    "load an extension": "SELECT load_extension('{folder}/evil.so')",
    "load an extension in quotes": "SELECT \"load_extension\"('{folder}/evil.so', 'main')",
    "read a file": "SELECT readfile('/etc/passwd')",
    "write a file": "SELECT writefile('{folder}/evil.txt', 'x')",
    "a tokenizer pointer": "SELECT fts3_tokenizer('simple', x'4141414141414141')",
    "a writing CTE": "WITH a AS (SELECT 1) INSERT INTO people SELECT 9, 'x', 1 FROM a",
    "a deleting CTE": "WITH a AS (SELECT 1) DELETE FROM people WHERE id IN (SELECT * FROM a)",
    "delete returning": "DELETE FROM people RETURNING *",
    "two statements": "SELECT 1; DELETE FROM people",
    "two queries": "SELECT 1; SELECT 2",
    "a second statement behind a comment": "SELECT 1 /* ; */ ; DROP TABLE people -- ;",
    "a write between comments": "/* SELECT */ DELETE /* FROM a */ FROM people -- SELECT 1",
    "a write behind a comment line": "-- SELECT 1\nDELETE FROM people",
    "a comment without an end": "DELETE FROM people /* SELECT 1",
    "a string that ends early": "SELECT 'a''; DELETE FROM people; --",
    "explain a delete": "EXPLAIN DELETE FROM people",
    "explain a query": "EXPLAIN QUERY PLAN SELECT * FROM people",
    "nothing": "",
    "only a comment": "-- nothing",
    "a null byte": "SELECT 1\x00; DELETE FROM people",
    "no SQL": "please delete everything",
}
"""Never run: refused by the guard, and by the engine without it."""

_FOREVER = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
_A = "replace(hex(zeroblob(15000)), '00', 'aa')"
RUNAWAY = {
    "recurse for ever": f"{_FOREVER} SELECT count(*) FROM r",
    "recurse for ever and sort": f"{_FOREVER} SELECT n FROM r ORDER BY n DESC",
    "recurse over distinct rows": "WITH RECURSIVE r(n) AS (SELECT 1 UNION SELECT n + 1 FROM r) SELECT max(n) FROM r",
    "recurse with growing text": "WITH RECURSIVE r(t) AS (SELECT 'aaaa' UNION ALL SELECT t || t FROM r) "
    "SELECT max(length(t)) FROM r",
    "recurse over random blobs": f"{_FOREVER} SELECT group_concat(hex(randomblob(400000))) FROM r",
    "a cross join": "SELECT count(*) FROM many a, many b, many c, many d",
    "a cross join, sorted": "SELECT a.n FROM many a, many b, many c ORDER BY a.n + b.n, c.n",
    "a cross join, distinct": "SELECT count(*) FROM (SELECT DISTINCT a.n, b.n, c.n FROM many a, many b, many c)",
    "a cross join, grouped": "SELECT a.n || b.n || c.n AS k, count(*) FROM many a, many b, many c GROUP BY k",
    "a cross join, windowed": "SELECT sum(a.n) OVER (ORDER BY b.n, c.n) FROM many a, many b, many c",
    "aggregate without an end": "SELECT group_concat(a.n) FROM many a, many b, many c",
    "a JSON array without an end": "SELECT json_group_array(a.n) FROM many a, many b, many c",
    "LIKE over long text": f"SELECT count(*) FROM many a, many b WHERE {_A} || a.n LIKE '%a%a%a%a%a%a%a%b' || b.n",
    "GLOB over long text": f"SELECT count(*) FROM many a, many b WHERE {_A} || a.n GLOB '*a*a*a*a*a*a*b' || b.n",
    "search long text in long text": f"SELECT instr({_A}, replace(hex(zeroblob(7000)), '00', 'aa') || 'b')",
    "replace in long text": f"SELECT replace({_A}, replace(hex(zeroblob(7000)), '00', 'aa') || 'b', 'c')",
    "trim a long set": f"SELECT trim({_A}, replace(hex(zeroblob(7000)), '00', 'bb') || 'a')",
    "search in every row": "SELECT count(*) FROM many a, many b WHERE "
    f"instr({_A} || a.n, substr({_A}, 1, 15000) || b.n) > 0",
}
"""Would run for ever or take all memory: stopped at the deadline, or refused for its size."""

LARGE = {
    "a blob of 2 GB": "SELECT zeroblob(2000000000)",
    "the length of a blob of 2 GB": "SELECT length(zeroblob(2000000000))",
    "a blob of 2 GB, the size computed": "SELECT length(hex(zeroblob(1000000000 * 2)))",
    "random bytes": "SELECT length(randomblob(1000000000))",
    "printf with a width": "SELECT length(printf('%.*c', 1000000000, 'x'))",
    "printf with a padded number": "SELECT length(printf('%01000000000d', 1))",
    "format with a width": "SELECT length(format('%.*c', 1000000000, 'x'))",
    "hex of hex of hex": "SELECT length(hex(hex(hex(hex(randomblob(100000))))))",
    "replace that multiplies": "SELECT length(replace(hex(zeroblob(400000)), '0', hex(zeroblob(400000))))",
    "many large columns": "SELECT " + ", ".join(f"hex(randomblob({480_000 + i}))" for i in range(500)),
    "concatenation that doubles": "WITH a AS (SELECT hex(zeroblob(450000)) AS t) "
    "SELECT length(t || t || t || t) FROM a",
    "many large rows": "SELECT hex(zeroblob(450000)) FROM many a, many b",
    "many large columns, each cut down": "SELECT " + ", ".join(["length(hex(randomblob(499999)))"] * 1999),
    "many searches": "SELECT " + ", ".join(["instr(zeroblob(60000) || 'b', zeroblob(30000) || 'a')"] * 1000),
    "many matches": f"WITH a AS (SELECT {_A} AS t) SELECT " + ", ".join([f"t LIKE '%{'a' * 150}b'"] * 400) + " FROM a",
    "printf in quotes": "SELECT length(\"printf\" /* ( */ ('%.*c', 1000000000, 'x'))",
    "printf with a computed format": "SELECT length(printf(char(37, 46, 42, 99), 1000000000, 'x'))",
    "printf with a wide format": "SELECT length(printf('%.1000000000c', 'x'))",
    "nested parentheses": "SELECT " + "(" * 5000 + "1" + ")" * 5000,
    "a long chain of OR": "SELECT 1 WHERE " + " OR ".join(["1 = 2"] * 50_000),
    "a long chain of UNION": " UNION ALL ".join(["SELECT 1"] * 5000),
    "a long list": "SELECT 1 WHERE 1 IN (" + ", ".join(map(str, range(100_000))) + ")",
}
"""Asks for gigabytes: refused for its size, or answered small."""


def _attempt(ask: object, sql: str, seconds: float) -> dict[str, object]:
    started = time.monotonic()
    try:
        result = ask(sql, Limits(seconds=seconds))  # type: ignore[operator]
        outcome, text = "answered", f"{len(result.rows)} rows"
    except QueryError as error:
        outcome, text = type(error).__name__, str(error)[:300]
    return {"outcome": outcome, "text": text, "seconds": time.monotonic() - started}


def _peak_megabytes() -> float:
    """The most memory this process held. Not `ru_maxrss`, which starts at what the parent held before exec."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def main(path: Path, seconds: float) -> dict[str, object]:
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    report = {}
    with Database(SQLiteConnector(path), "target") as database:
        for group in (REFUSED, RUNAWAY, LARGE):
            for name, template in group.items():
                sql = template.replace("{folder}", str(path.parent))
                report[name] = {
                    "guarded": _attempt(database.execute, sql, seconds),
                    "alone": _attempt(database._connector.execute, sql, seconds),
                    "next": database.execute("SELECT count(*) FROM people").rows,
                    "unchanged": hashlib.sha256(path.read_bytes()).hexdigest() == before,
                    "beside": sorted(p.name for p in path.parent.iterdir()),
                    "peak_mb": _peak_megabytes(),
                }
    return report


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), float(sys.argv[2]))))
