"""What is SQLite's own becomes GoogleSQL with the same answer: golden pairs, each run on both engines."""

from pathlib import Path

import pytest
from googlesql import Engine
from pipe_engines import loaded
from staff_tables import STAFF

from querywright.errors import NotDecompilable
from querywright.pipes.decompiling import decompile

SCHEMA = {name: dict(table.columns) for name, table in STAFF.items()}

PAIRS = [
    tuple(line.removesuffix(";") for line in pair.strip().splitlines())
    for pair in (Path(__file__).parent / "decompiled_googlesql.sql").read_text().split("\n\n")[1:]
]
STANDARD = [
    tuple(line.removesuffix(";") for line in pair.strip().splitlines())
    for pair in (Path(__file__).parent / "decompiled.sql").read_text().split("\n\n")[1:]
]


def _plain(rows: list[tuple[object, ...]]) -> list[str]:
    """Rows that can be compared: truth values are numbers, whole reals are whole."""
    return [repr([round(float(v), 9) if isinstance(v, (int, float)) else v for v in row]) for row in rows]


@pytest.mark.parametrize(("sql", "pipe"), PAIRS)
def test_a_query_becomes_googlesql(sql: str, pipe: str) -> None:
    assert str(decompile(sql, "sqlite", SCHEMA, mode="googlesql")).replace("\n", " ") == pipe


@pytest.mark.parametrize("sql", [sql for sql, _ in [*PAIRS, *STANDARD]])
def test_googlesql_gives_what_sqlite_gives(sql: str, googlesql: type[Engine]) -> None:
    query = decompile(sql, "sqlite", SCHEMA, mode="googlesql")
    assert query.dialect == "googlesql"
    with googlesql(STAFF) as engine, loaded("sqlite", STAFF) as run:
        assert sorted(_plain(engine.run(str(query)).rows)) == sorted(_plain(run(sql).rows))


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT id FROM emp WHERE SUBSTR(hire, 1, 4) = 2020", "a text compared with a number"),
        ("SELECT id FROM emp WHERE name GLOB 'A*'", "GLOB"),
        ("SELECT typeof(id) FROM emp", "TYPEOF"),
        ("SELECT unheard_of(id) FROM emp", "the function UNHEARD_OF"),
        ("SELECT id FROM emp WHERE name", "a text as a condition"),
        ("SELECT CASE WHEN id > 1 THEN 1 ELSE name END FROM emp", "results of different types"),
        ("SELECT id FROM emp UNION SELECT dname FROM dept", "different types"),
        ("SELECT strftime('%J', hire) FROM emp", "a format that GoogleSQL writes differently"),
        ("SELECT date(hire, 'weekday 1') FROM emp", "a modifier of a time"),
    ],
)
def test_what_googlesql_has_no_words_for_is_refused_by_name(sql: str, reason: str) -> None:
    with pytest.raises(NotDecompilable, match=reason):
        decompile(sql, "sqlite", SCHEMA, mode="googlesql")
