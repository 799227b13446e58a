"""Text to tree and back, and what happens to text that is none, or a trap."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from querywright.errors import QueryRejected, SettingsError
from querywright.sql.parsing import DIALECTS, MAX_LENGTH, MAX_NESTING, exp, parse, query_of, render


@pytest.mark.parametrize(
    ("sql", "rendered"),
    [
        ("select a from t", "SELECT a FROM t"),
        ("  select a from t ;", "SELECT a FROM t"),
        ("select a from t;;", "SELECT a FROM t"),
        ("select a from t; -- the end", "SELECT a FROM t"),
        ("select a from t; /* the end */ ;", "SELECT a FROM t"),
        ("/* first */ select a -- then\nfrom t", "SELECT a FROM t"),
        ('select "a b", [c d] from `e`', 'SELECT "a b", "c d" FROM "e"'),
        ("values (1, 'x')", "VALUES (1, 'x')"),
        ("select 'it''s; -- not /* the end */'", "SELECT 'it''s; -- not /* the end */'"),
        ('select \'größe\', "naïve" from "表"', 'SELECT \'größe\', "naïve" FROM "表"'),
    ],
)
def test_one_statement_is_read_whatever_surrounds_it(sql: str, rendered: str) -> None:
    assert render(parse(sql, "sqlite"), "sqlite") == rendered


@pytest.mark.parametrize("dialect", DIALECTS)
def test_printing_and_reading_again_gives_the_same_tree(dialect: str) -> None:
    tree = parse("WITH q AS (SELECT a, COUNT(*) AS n FROM t GROUP BY a) SELECT * FROM q WHERE n > 1 LIMIT 3", dialect)
    assert parse(render(tree, dialect), dialect) == tree
    assert parse(render(tree, dialect, pretty=True), dialect) == tree


def test_pretty_printing_takes_several_lines() -> None:
    assert render(parse("select a, b from t", "duckdb"), "duckdb", pretty=True).count("\n") > 2


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("", "no statement"),
        (" ;; ", "no statement"),
        ("-- only a comment", "no statement"),
        ("select 1; select 2", "2 statements"),
        ("select 1; drop table t", "2 statements"),
        ("select a frm t x", "line 1, column 14"),
        ("select a\nfrom t\nwhere where", "line 3"),
        ("select 1 +", "not valid SQL at line 1"),
        ("select (1", "not valid SQL at line 1"),
        ("select 'never closed", "Missing ' from 1:7"),
        ("select 1 /* never closed", "not readable"),
        ("select 1 -> ", "not readable as sqlite SQL"),
        ("select\x00 1", "NUL"),
        ("select * from t |> where a = 1", "pipe operator"),
    ],
)
def test_what_is_not_one_statement_is_refused_in_one_line(sql: str, said: str) -> None:
    with pytest.raises(QueryRejected) as caught:
        parse(sql, "sqlite")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.query == sql


def test_an_unknown_dialect_is_a_setting_to_correct() -> None:
    with pytest.raises(SettingsError, match="'oracle'; known are duckdb, mysql, postgres, sqlite"):
        parse("select 1", "oracle")


def test_a_tree_is_taken_as_it_is() -> None:
    tree = parse("select 1", "sqlite")
    assert query_of(tree, "sqlite") is tree
    assert isinstance(query_of("select 1", "sqlite"), exp.Select)


def test_a_statement_that_is_no_query_is_told_by_its_first_word() -> None:
    with pytest.raises(QueryRejected, match=r"^VACUUM is not a query"):
        query_of("/* tidy up */ vacuum", "sqlite")
    with pytest.raises(QueryRejected, match=r"^DELETE is not a query"):
        query_of(parse("delete from t", "sqlite"), "sqlite")


def test_sqlglot_says_nothing_on_the_side(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.WARNING):
        for sql in ("explain select 1", "replace into t values (1)", "vacuum"):
            render(parse(sql, "sqlite"), "sqlite")
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


BOMBS = {
    "brackets": "select " + "(" * 10_000 + "1" + ")" * 10_000,
    "open brackets": "select " + "(" * 190_000,
    "brackets in FROM": "select * from " + "(" * 10_000 + "t" + ")" * 10_000,
    "braces": "select * from " + "{" * 90_000,
    "functions": "select " + "f(" * 10_000 + "1" + ")" * 10_000,
    "subqueries": "select " + "(select " * 10_000 + "1" + ")" * 10_000,
    "brackets after END": "select " + "end " * 10_000 + "(" * 10_000,
    "brackets with END": "select * from " + "(end " * 10_000,
    "CASE": "select " + "case when 1 then " * 5_000 + "1" + " end" * 5_000,
    "NOT": "select " + "not " * 40_000 + "1",
    "minus": "select " + "- " * 90_000 + "1",
    "joins without ON": "select * from a " + "join a " * 40,
    "joins with too few ONs": "select * from a " + ("join a " * 9 + "on 1 ") * 3,
    "joins with ONs of DISTINCT": "select * from a " + "join a join (select distinct on (a) 1) " * 14,
    "FROM": "select * " + "from " * 30_000,
    "FROM after a comma": "select 1 from a where " + "a, from " * 24_000,
    "types": "select cast(1 as " + "struct<" * 20_000,
    "arrays": "select 1::" + "array<" * 20_000,
    "unions": "select 1" + " union select 1" * 10_000,
    "sums": "select 1" + " + 1" * 40_000,
    "ANDs": "select * from t where " + "a and " * 30_000 + "a",
    "length": "select '" + "x" * MAX_LENGTH + "'",
}


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb"])
def test_no_text_crashes_the_process_or_keeps_it_busy(dialect: str) -> None:
    """Each bomb is read or refused, in a process of its own: a crash of compiled code cannot be caught."""
    program = f"""
import sys
sys.path.insert(0, {str(__file__).rpartition("/")[0]!r})
from test_parsing import BOMBS
from querywright.errors import QueryRejected
from querywright.sql import guard
for name, bomb in BOMBS.items():
    try:
        guard(bomb, {dialect!r})
        print(name, "accepted", flush=True)
    except QueryRejected as error:
        print(name, "refused", error, flush=True)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr[-500:]
    assert len(lines) == len(BOMBS)
    accepted = {line.rpartition(" accepted")[0] for line in lines if line.endswith(" accepted")}
    assert accepted <= {"unions", "sums", "ANDs", "minus"}


def test_nesting_up_to_the_limit_is_read() -> None:
    depth = MAX_NESTING
    assert parse("select " + "(" * depth + "1" + ")" * depth, "sqlite")
    with pytest.raises(QueryRejected, match="nested more than 100 levels deep"):
        parse("select " + "(" * (depth + 1) + "1" + ")" * (depth + 1), "sqlite")


def test_joins_without_on_are_read_in_reasonable_number() -> None:
    assert parse("select * from a " + "join a " * 8, "sqlite")
    assert parse("select * from a " + "join a on 1 = 1 " * 50, "sqlite")
    assert parse("select * from a " + "join b using (x) " * 50, "sqlite")
