"""The read-only guard, as a table: what it lets through, and what it refuses and why."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from querywright.errors import QueryRejected, SettingsError
from querywright.sql import denied
from querywright.sql.guard import _FORBIDDEN, check, guard
from querywright.sql.parsing import DIALECTS, parse

ACCEPTED = [
    ("sqlite", "select 1"),
    ("sqlite", "SELECT a FROM t WHERE b = 'x' ORDER BY c DESC LIMIT 3;"),
    ("sqlite", "(select 1)"),
    ("sqlite", "values (1), (2)"),
    ("sqlite", "select a from t union all select b from u except select 1"),
    ("sqlite", "with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) select * from r"),
    ("sqlite", "select 1 /* a comment */ -- another; drop table t"),
    ("sqlite", "select '/* no comment */', 'a -- b', 'delete from t; attach'"),
    ("sqlite", 'select replace(a, \'x\', \'y\'), "into", "update" from "delete"'),
    ("sqlite", "select a from t where a glob 'x*' and b not like '%drop table%'"),
    ("sqlite", "select `a b`, [c d] from t"),
    ("sqlite", "select sum(x) filter (where y > 1) over (partition by z) from t"),
    ("sqlite", "select value from json_each('[1, 2]')"),
    ("sqlite", "select strftime('%Y', d), date(d, '+1 day') from t"),
    ("sqlite", "select json_extract(a, '$.b'), a ->> '$.c' from t"),
    ("sqlite", "select sleep(1)"),
    ("sqlite", "select zeroblob(10), randomblob(16)"),
    ("sqlite", "select name from sqlite_master"),
    ("sqlite", "select 1 where exists (select 1) and a not in (select 2)"),
    ("sqlite", "select set, attach, pragma from t"),
    ("sqlite", "select lag(a, 1, 0) over w, nth_value(a, 2) over w from t window w as (partition by b order by c)"),
    ("sqlite", "select a from t where (a, b) = (1, 2) and a like 'x\\_%' escape '\\' limit 5, 10"),
    ("sqlite", "select rowid, a is not b, x'ab', a collate nocase from t indexed by i order by 1 nulls last"),
    ("sqlite", "select 'first', \"x\" as 'my name' from t cross join u left outer join v on 1 natural join w"),
    ("duckdb", "from t"),
    ("duckdb", "from t select a where b > 1"),
    ("duckdb", "select * exclude (a) from t"),
    ("duckdb", "select max(a), b from t group by all order by all"),
    ("duckdb", "select * from range(10)"),
    ("duckdb", "select * from generate_series(1, 10) as g(n)"),
    ("duckdb", "select * from unnest([1, 2])"),
    ("duckdb", "select unnest([1, 2])"),
    ("duckdb", "select list_transform([1], x -> x + 1), [x for x in [1, 2]]"),
    ("duckdb", "select a from t where a glob 'x*'"),
    ("duckdb", "select * from t asof join u using (a)"),
    ("duckdb", "select * from t pivot (sum(a) for b in ('x', 'y'))"),
    ("duckdb", "select a, row_number() over (partition by b order by c) n from t qualify n = 1"),
    ("duckdb", "select date_trunc('month', d), struct_pack(a := 1) from t"),
    ("duckdb", 'select * from "my.table"'),
    ("duckdb", "select * from main.json"),
    ("duckdb", "select * from information_schema.tables"),
    ("duckdb", "select * from t tablesample 10%"),
    ("duckdb", "select repeat('a', 3), query from t"),
    ("duckdb", "select quantile_cont(a, 0.5), arg_max(a, b), list(a order by b), a[1], {'x': 1}.x from t"),
    ("duckdb", "select distinct on (a) a, b // 2, c ^@ 'x' from t order by a limit 10%"),
    ("duckdb", "select time_bucket(interval '1 week', d), d + interval 3 day, date '2020-01-01' from t"),
    ("duckdb", "select a, count() from t group by grouping sets ((a), ())"),
    ("duckdb", "select * from (unpivot t on a, b into name n value v)"),
    ("postgres", "table t"),
    ("postgres", "(select 1) union (select 2)"),
    ("postgres", "select * from (values (1, 2)) v(a, b)"),
    ("postgres", "select * from t, lateral (select t.a) x"),
    ("postgres", "select * from generate_series(1, 2)"),
    ("postgres", "select a is not distinct from b, a::text, e'a\\'b' from t"),
    ("postgres", "select percentile_cont(0.5) within group (order by a) from t"),
    ("postgres", "select current_date, now(), extract(year from d) from t"),
    ("postgres", "select * from my_function(1)"),
    ("postgres", "select l.lo_quantity, x.http_status, (r).currency, (f(a)).size from l, x, r"),
    ("postgres", "select pg_typeof(a), pg_catalog.pg_size_pretty(1) from m join pg_class c on m.pg_rating = c.relname"),
    ("mysql", "select * from information_schema.tables join sys on sys.a = processlist.b"),
    ("mysql", "select `a b` from `t` limit 1 offset 2"),
    ("mysql", "select group_concat(distinct a order by b separator ', ') from t"),
    ("mysql", "select 1 /* a comment */ # another"),
    ("mysql", "select date_format(d, '%Y-%m') from t"),
]

REFUSED = [
    # not a query
    ("sqlite", "insert into t values (1)", "INSERT is not a query"),
    ("sqlite", "insert or ignore into t values (1)", "INSERT is not a query"),
    ("sqlite", "replace into t values (1)", "REPLACE is not a query"),
    ("sqlite", "update t set a = 1", "UPDATE is not a query"),
    ("sqlite", "delete from t", "DELETE is not a query"),
    ("sqlite", "with x as (select 1) delete from t", "DELETE is not a query"),
    ("sqlite", "create temp table x as select 1", "CREATE is not a query"),
    ("sqlite", "alter table t rename to u", "ALTER is not a query"),
    ("sqlite", "drop view v", "DROP is not a query"),
    ("sqlite", "attach 'x' as y", "ATTACH is not a query"),
    ("sqlite", "attach database 'x' as y", "ATTACH is not a query"),
    ("sqlite", "detach y", "DETACH is not a query"),
    ("sqlite", "pragma writable_schema = 1", "PRAGMA is not a query"),
    ("sqlite", "pragma table_info(t)", "PRAGMA is not a query"),
    ("sqlite", "vacuum", "VACUUM is not a query"),
    ("sqlite", "vacuum into 'x'", "VACUUM is not a query"),
    ("sqlite", "reindex", "REINDEX is not a query"),
    ("sqlite", "analyze", "ANALYZE is not a query"),
    ("sqlite", "begin", "BEGIN is not a query"),
    ("sqlite", "commit", "COMMIT is not a query"),
    ("sqlite", "savepoint x", "SAVEPOINT is not a query"),
    ("sqlite", "release x", "RELEASE is not a query"),
    ("sqlite", "explain select 1", "EXPLAIN is not a query"),
    ("sqlite", "explain query plan select 1", "EXPLAIN is not a query"),
    ("sqlite", "hello", "HELLO is not a query"),
    ("sqlite", "se lect", "SE is not a query"),
    ("duckdb", "copy t to 'x'", "COPY is not a query"),
    ("duckdb", "copy (select 1) to 'x.csv'", "COPY is not a query"),
    ("duckdb", "export database 'x'", "not valid SQL"),
    ("duckdb", "import database 'x'", "not valid SQL"),
    ("duckdb", "install httpfs", "INSTALL is not a query"),
    ("duckdb", "load httpfs", "LOAD is not a query"),
    ("duckdb", "set memory_limit = '1TB'", "SET is not a query"),
    ("duckdb", "reset memory_limit", "RESET is not a query"),
    ("duckdb", "call pragma_version()", "CALL is not a query"),
    ("duckdb", "checkpoint", "CHECKPOINT is not a query"),
    ("duckdb", "force checkpoint", "FORCE is not a query"),
    ("duckdb", "use x", "USE is not a query"),
    ("duckdb", "describe t", "DESCRIBE is not a query"),
    ("duckdb", "summarize t", "SUMMARIZE is not a query"),
    ("duckdb", "show tables", "SHOW is not a query"),
    ("duckdb", "pivot t on a using sum(b)", "PIVOT is not a query"),
    ("duckdb", "create secret s (type s3)", "CREATE is not a query"),
    ("postgres", "truncate t", "TRUNCATE is not a query"),
    ("postgres", "merge into t using u on a = b when matched then delete", "MERGE is not a query"),
    ("postgres", "refresh materialized view v", "REFRESH is not a query"),
    ("postgres", "grant all on t to u", "GRANT is not a query"),
    ("postgres", "revoke all on t from u", "REVOKE is not a query"),
    ("postgres", "comment on table t is 'x'", "COMMENT is not a query"),
    ("postgres", "explain analyze delete from t", "EXPLAIN is not a query"),
    ("postgres", "do $$ begin end $$", "DO is not a query"),
    ("postgres", "execute x", "EXECUTE is not a query"),
    ("postgres", "declare c cursor for select 1", "DECLARE is not a query"),
    ("postgres", "fetch c", "FETCH is not a query"),
    ("postgres", "listen x", "LISTEN is not a query"),
    ("postgres", "discard all", "DISCARD is not a query"),
    ("postgres", "cluster t", "CLUSTER is not a query"),
    ("postgres", "reset all", "RESET is not a query"),
    ("postgres", "copy t from program 'id'", "COPY is not a query"),
    ("mysql", "handler t open", "not valid SQL"),
    ("mysql", "do sleep(1)", "not valid SQL"),
    ("mysql", "kill 1", "KILL is not a query"),
    ("mysql", "lock tables t read", "LOCK TABLES is not a query"),
    ("mysql", "load data infile 'x' into table t", "not valid SQL"),
    ("mysql", "prepare x from 'select 1'", "PREPARE is not a query"),
    ("mysql", "set @x = 1", "SET is not a query"),
    # something else inside a query
    ("postgres", "with x as (delete from t returning *) select * from x", "DELETE is not allowed"),
    ("postgres", "with x as (insert into t values (1) returning 1) select 1", "INSERT is not allowed"),
    ("postgres", "with x as (update t set a = 1 returning *) select * from x", "UPDATE is not allowed"),
    ("postgres", "select * into x from t", "INTO is not allowed"),
    ("postgres", "select * into temp x from t", "INTO is not allowed"),
    ("postgres", "select * from t for update", "FOR UPDATE or FOR SHARE is not allowed"),
    ("postgres", "select * from (select * from t for no key update) x", "FOR UPDATE or FOR SHARE is not allowed"),
    ("mysql", "select * from t for share", "FOR UPDATE or FOR SHARE is not allowed"),
    ("mysql", "select * from t lock in share mode", "FOR UPDATE or FOR SHARE is not allowed"),
    ("mysql", "select 1 into @x", "INTO is not allowed"),
    ("mysql", "select 1 into outfile 'x'", "not valid SQL"),
    ("mysql", "select 1 into dumpfile 'x'", "not valid SQL"),
    ("duckdb", "from (describe t)", "DESCRIBE is not allowed"),
    ("duckdb", "select * from (summarize t)", "SUMMARIZE is not allowed"),
    # a second statement, and comments
    ("sqlite", "select 1; delete from t", "2 statements"),
    ("sqlite", "select 1 /* ; */; drop table t --", "2 statements"),
    ("postgres", "select 1 /* a /* b */ */", "a comment inside a comment"),
    ("sqlite", "select 1 /* a /* b */", "a comment inside a comment"),
    ("mysql", "select 1 /*! , sleep(1) */", "an executable comment"),
    ("mysql", "select 1 /*!50000 , sleep(1) */", "an executable comment"),
    ("mysql", "select 1 /*M! , sleep(1) */", "an executable comment"),
    ("mysql", "/*! delete from t */ select 1", "an executable comment"),
    ("mysql", "select /*+ SET_VAR(x = 1) */ 1", "an optimizer hint"),
    # what has no value or keeps state
    ("sqlite", "select ?", "a parameter"),
    ("sqlite", "select a from t where b = :b", "a parameter"),
    ("postgres", "select $1", "a parameter"),
    ("duckdb", "select a from t where b = $b", "a parameter"),
    ("mysql", "select @x := 1", "a user variable"),
    ("mysql", "select @x", "a user variable"),
    ("mysql", "select @@version", "a system variable"),
    # functions
    ("sqlite", "select load_extension('x')", "the function load_extension"),
    ("sqlite", "select LOAD_EXTENSION('x')", "the function load_extension"),
    ("sqlite", "select \"load_extension\"('x')", "the function load_extension"),
    ("sqlite", "select a from t order by writefile('x', a)", "the function writefile"),
    ("sqlite", "select 1 where readfile('/etc/passwd') is not null", "the function readfile"),
    ("sqlite", "select fts3_tokenizer('simple')", "the function fts3_tokenizer"),
    ("sqlite", "select edit(a, 'vi') from t", "the function edit"),
    ("sqlite", "select zeroblob(1000000000)", "larger than 1,000,000 bytes"),
    ("sqlite", "select randomblob(1e9)", "larger than 1,000,000 bytes"),
    ("sqlite", "select * from pragma_table_info('t')", "the table function pragma_table_info"),
    ("sqlite", "select * from pragma_database_list", "the table pragma_database_list"),
    ("sqlite", "select * from fsdir('/')", "the table function fsdir"),
    ("sqlite", "select * from sqlite_dbpage", "the table sqlite_dbpage"),
    ("duckdb", "select * from read_csv('x')", "the table function read_csv"),
    ("duckdb", "select * from read_csv_auto('x')", "the table function read_csv"),
    ("duckdb", "select * from READ_PARQUET(['x'])", "the table function read_parquet"),
    ("duckdb", "select * from main.read_text('x')", "the table function read_text"),
    ("duckdb", "select main.read_text('x')", "the function read_text"),
    ("duckdb", "select 'x'.read_text()", "the function read_text"),
    ("duckdb", "select \"read_text\"('x')", "the function read_text"),
    ("duckdb", "select * from t, lateral read_text(t.a)", "the table function read_text"),
    ("duckdb", "select * from glob('*')", "the table function glob"),
    ("duckdb", "select * from query('delete from t')", "the table function query"),
    ("duckdb", "select * from query_table('t')", "the table function query_table"),
    ("duckdb", "select * from parquet_metadata('x')", "the table function parquet_metadata"),
    ("duckdb", "select * from parquet_scan('x')", "the table function parquet_scan"),
    ("duckdb", "select * from sniff_csv('x')", "the table function sniff_csv"),
    ("duckdb", "select * from sqlite_scan('x', 't')", "the table function sqlite_scan"),
    ("duckdb", "select * from duckdb_settings()", "the table function duckdb_settings"),
    ("duckdb", "select * from duckdb_secrets()", "the table function duckdb_secrets"),
    ("duckdb", "select * from pragma_version()", "the table function pragma_version"),
    ("duckdb", "select * from a_function_of_next_year('x')", "the table function a_function_of_next_year"),
    ("duckdb", "select getenv('HOME')", "the function getenv"),
    ("duckdb", "select current_setting('home_directory')", "the function current_setting"),
    ("duckdb", "select nextval('s')", "the function nextval"),
    ("duckdb", "from 'x.csv'", "names a file"),
    ("duckdb", 'select * from "x.parquet"', "names a file"),
    ("duckdb", "select * from x.csv", "names a file"),
    ("duckdb", "select * from t join 's3://bucket/y' y using (a)", "names a file"),
    ("duckdb", "select * from '/etc/passwd'", "names a file"),
    ("duckdb", "select * from 'data*'", "names a file"),
    ("duckdb", "select * from 'x.csv?a=1'", "names a file"),
    ("duckdb", "with q as (from 'x.csv') select 1", "names a file"),
    ("duckdb", "select * from (pivot 'x.csv' on a)", "names a file"),
    ("duckdb", "select * from t semi join 'y.json' using (a)", "names a file"),
    ("duckdb", "select * from (table 'x.csv')", "TABLE inside a query"),
    ("duckdb", "select list_transform(['x'], f -> read_text(f))", "the function read_text"),
    ("duckdb", 'select U&"\\0072ead_text"(1)', "Unicode escapes"),
    ("postgres", 'select U&"\\0070g_sleep"(10)', "Unicode escapes"),
    ("postgres", "select * from rows from (pg_ls_dir('/'))", "the function pg_ls_dir"),
    ("postgres", "select (pg_stat_file('x')).*", "the function pg_stat_file"),
    ("mysql", "select `sleep`(10)", "the function sleep"),
    ("sqlite", "select 1 in pragma_database_list", "the table pragma_database_list"),
    ("sqlite", "select * from t, pragma_table_info(t.a)", "the table function pragma_table_info"),
    ("postgres", "select pg_sleep(10)", "the function pg_sleep"),
    ("postgres", "select pg_catalog.pg_sleep_for('1 hour')", "the function pg_sleep_for"),
    ("postgres", "select pg_read_file('/etc/passwd')", "the function pg_read_file"),
    ("postgres", "select * from pg_ls_dir('/')", "the function pg_ls_dir"),
    ("postgres", "select lo_import('/etc/passwd')", "the function lo_import"),
    ("postgres", "select * from dblink('x', 'y') as t(a int)", "the function dblink"),
    ("postgres", "select setval('s', 1)", "the function setval"),
    ("postgres", "select nextval('s')", "the function nextval"),
    ("postgres", "select set_config('a.b', 'c', false)", "the function set_config"),
    ("postgres", "select pg_terminate_backend(1)", "the function pg_terminate_backend"),
    ("postgres", "select pg_advisory_lock(1)", "the function pg_advisory_lock"),
    ("postgres", "select query_to_xml('delete from t', true, true, '')", "the function query_to_xml"),
    ("postgres", "select * from ts_stat('select a from t')", "the function ts_stat"),
    ("postgres", "select * from pg_shadow", "the table pg_shadow"),
    ("postgres", "select * from pg_settings", "the table pg_settings"),
    ("postgres", "select * from information_schema.user_mapping_options", "the table user_mapping_options"),
    ("postgres", "select pg_a_function_of_next_year()", "the function pg_a_function_of_next_year"),
    ("postgres", "select x.pg_read_file from lower('y') x", "the function pg_read_file"),
    ("postgres", "select X.\"pg_read_file\" from lower('y') x", "the function pg_read_file"),
    ("postgres", "select (f(a)).pg_sleep from t", "the function pg_sleep"),
    ("postgres", "select (a[1]).b.lo_import from t", "the function lo_import"),
    ("postgres", "select (x.pg_stat_file).* from t x", "the function pg_stat_file"),
    ("postgres", "select 1 from t x order by x.nextval", "the function nextval"),
    ("mysql", "select * from mysql.user", "the table user"),
    ("mysql", "select * from `Performance_Schema`.threads", "the table threads"),
    ("mysql", "select * from information_schema.innodb_cmp_reset", "the table innodb_cmp_reset"),
    ("mysql", "select sys.ps_thread_id(1)", "the function sys.ps_thread_id"),
    ("mysql", "select load_file('/etc/passwd')", "the function load_file"),
    ("mysql", "select benchmark(1000000000, md5('x'))", "the function benchmark"),
    ("mysql", "select sleep(10)", "the function sleep"),
    ("mysql", "select get_lock('x', 10)", "the function get_lock"),
    ("mysql", "select a from t where a = (select sys_exec('id'))", "the function sys_exec"),
]


@pytest.mark.parametrize(("dialect", "sql"), ACCEPTED)
def test_a_query_passes(dialect: str, sql: str) -> None:
    guard(sql, dialect)
    guard(parse(sql, dialect), dialect)


@pytest.mark.parametrize(("dialect", "sql", "reason"), REFUSED)
def test_anything_else_is_refused_with_its_reason(dialect: str, sql: str, reason: str) -> None:
    with pytest.raises(QueryRejected) as caught:
        guard(sql, dialect)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.query == sql


def _denied_calls() -> list[tuple[str, str]]:
    listed = [(dialect, name) for dialect in DIALECTS for name in sorted(denied.CALLS[dialect])]
    listed += [(dialect, f"{start}x") for dialect in DIALECTS for start in denied.PREFIXES[dialect]]
    return listed + [(dialect, f"x{end}") for dialect, ends in denied.SUFFIXES.items() for end in ends]


@pytest.mark.parametrize(("dialect", "name"), _denied_calls())
def test_every_denied_function_is_refused_however_it_is_called(dialect: str, name: str) -> None:
    """SQLGlot turns some calls into nodes of their own, by name and number of arguments: none may slip through."""
    for arguments in ("", "'x'", "'x', 1", "1, 2, 3"):
        for query in (f"select {name}({arguments})", f"select * from {name.upper()}({arguments})"):
            with pytest.raises(QueryRejected):
                guard(query, dialect)


def test_the_tables_of_denied_names_cover_every_dialect() -> None:
    assert set(denied.CALLS) == set(denied.PREFIXES) == set(denied.TABLES) == set(DIALECTS)
    assert set(denied.TABLE_FUNCTIONS) == {"sqlite", "duckdb"}
    assert all(name == name.lower() for names in denied.CALLS.values() for name in names)


def test_every_forbidden_node_is_one_that_sqlglot_has() -> None:
    assert [name for name in _FORBIDDEN if not hasattr(exp, name)] == []


def test_check_gives_the_tree_of_what_it_passes() -> None:
    assert check("select 1", "sqlite") == parse("select 1", "sqlite")


def test_an_unknown_dialect_is_a_setting_to_correct() -> None:
    with pytest.raises(SettingsError, match="unknown dialect 'tsql'"):
        guard("select 1", "tsql")
    with pytest.raises(SettingsError, match="unknown dialect 'tsql'"):
        guard(parse("select 1", "sqlite"), "tsql")


FRAGMENTS = (
    "select", "a", "from t", "where", "a = 1", "and", "or", "1", "'x'", "(", ")", ",", ";", "--", "/*", "*/", "\n",
    "union", "with x as (", "delete from t", "insert into t values (9, 'z')", "update t set a = 7", "drop table t",
    "create table u (a)", "returning a", "replace into t values (1, 2)", "pragma user_version = 3", "vacuum",
    "attach ':memory:' as m", "values (1)", "*", "in", "not", "exists", "group by a", "order by a", "limit 1", "\"",
    "`", "[", "]", "'", "begin", "commit", "explain", "as x", "select * from t", "case when a then 1 end", "count(*)",
    "alter table t add column c", "into", "analyze", "reindex",
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=9).map(" ".join))
def test_what_passes_leaves_a_writable_sqlite_unchanged(sql: str) -> None:
    try:
        guard(sql, "sqlite")
    except QueryRejected:
        return
    _assert_unchanged_by(sql)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["select {} from t", "with x as ({}) select * from x", "select * from ({})", "{} union select 1"]),
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=5).map(" ".join),
)
def test_what_passes_inside_a_query_leaves_it_unchanged(frame: str, inner: str) -> None:
    sql = frame.format(inner)
    try:
        guard(sql, "sqlite")
    except QueryRejected:
        return
    _assert_unchanged_by(sql)


@pytest.mark.parametrize("sql", [sql for dialect, sql in ACCEPTED if dialect == "sqlite"])
def test_what_the_table_accepts_leaves_it_unchanged_too(sql: str) -> None:
    _assert_unchanged_by(sql)


def _assert_unchanged_by(sql: str) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.executescript("create table t (a, b); insert into t values (1, 'x'), (2, 'y');")
        before = _contents(connection)
        with contextlib.suppress(sqlite3.Error, sqlite3.Warning):
            connection.execute(sql).fetchall()
        assert _contents(connection) == before
        assert not connection.in_transaction
    finally:
        connection.close()


def _contents(connection: sqlite3.Connection) -> list[Any]:
    read = ("pragma user_version", "pragma database_list", "select * from sqlite_master")
    return [*(connection.execute(sql).fetchall() for sql in read), list(connection.iterdump())]
