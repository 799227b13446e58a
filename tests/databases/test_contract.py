"""What every connector does, on the real engine. A gap is a `lacks` mark beside the test that shows it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from querywright.databases.results import Limits
from querywright.databases.schema import ForeignKey
from querywright.errors import QueryError, QueryFailed, QueryTimeout

LIMITS = Limits()
SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, born DATE, rating REAL);
CREATE UNIQUE INDEX one_name ON customers (name);
CREATE TABLE orders (region INTEGER, number INTEGER, customer_id INTEGER REFERENCES customers (id),
  placed TIMESTAMP, total DECIMAL(10, 2), PRIMARY KEY (region, number));
CREATE TABLE items (id INTEGER PRIMARY KEY, region INTEGER, number INTEGER, quantity INTEGER DEFAULT 1,
  FOREIGN KEY (region, number) REFERENCES orders (region, number));
CREATE INDEX by_quantity ON items (quantity);
CREATE VIEW names AS SELECT id, name FROM customers;
INSERT INTO customers VALUES (1, 'Ada', '1990-01-02', 4.5), (2, 'Bo', NULL, NULL);
INSERT INTO orders VALUES (1, 1, 1, '2024-05-06 07:08:09', 9.99), (1, 2, 2, NULL, NULL);
INSERT INTO items VALUES (1, 1, 1, 3), (2, 1, 2, 5), (3, 1, 2, 7);
"""
MANY = {"many": [(n,) for n in range(3000)]}
MANY_DDL = "CREATE TABLE many (n INTEGER);"
ENDLESS = "SELECT count(*) FROM many a, many b, many c, many d WHERE a.n * 3 + b.n * 5 + c.n <> d.n"
NAMES = ["order", "a b", 'quo"te', "apos'trophe", "ünïcode", "日本", "CamelCase", "semi;colon", "per%cent", "back`tick",
         "[brackets]", "1st", "-- no comment", "select", "dot.ted"]  # fmt: skip


def quoted(name):
    """A name as scripts quote it; every engine reads them so while it loads one."""
    return '"' + name.replace('"', '""') + '"'


class TestSchema:
    def test_tables_and_views_with_their_columns(self, make):
        schema = make(SHOP).introspect()
        assert {t.name: t.is_view for t in schema} == {
            "customers": False, "orders": False, "items": False, "names": True,
        }  # fmt: skip
        assert [c.name for c in schema.table("customers").columns] == ["id", "name", "born", "rating"]
        assert [c.name for c in schema.table("names").columns] == ["id", "name"]

    def test_kinds_come_from_declared_types(self, make):
        schema = make(SHOP).introspect()
        assert [c.kind for c in schema.table("customers").columns] == ["integer", "text", "date", "real"]
        assert [c.kind for c in schema.table("orders").columns][3:] == ["datetime", "decimal"]

    def test_nullability(self, make):
        columns = make(SHOP).introspect().table("customers").columns
        assert [c.nullable for c in columns] == [False, False, True, True]

    def test_primary_keys_keep_their_order(self, make):
        schema = make(SHOP + "CREATE TABLE t (a INTEGER, b INTEGER, PRIMARY KEY (b, a));").introspect()
        assert schema.table("customers").primary_key == ("id",)
        assert schema.table("orders").primary_key == ("region", "number")
        assert schema.table("t").primary_key == ("b", "a")
        assert schema.table("names").primary_key == ()

    def test_foreign_keys_simple_and_composite(self, make):
        schema = make(SHOP).introspect()
        assert schema.table("orders").foreign_keys == (ForeignKey(("customer_id",), "customers", ("id",)),)
        assert schema.table("items").foreign_keys == (ForeignKey(("region", "number"), "orders", ("region", "number")),)

    @pytest.mark.lacks("mariadb", "a key has to name the columns it refers to")
    def test_a_foreign_key_without_columns_refers_to_the_primary_key(self, make):
        schema = make("CREATE TABLE p (k INTEGER PRIMARY KEY); CREATE TABLE c (p INTEGER REFERENCES p);").introspect()
        assert schema.table("c").foreign_keys == (ForeignKey(("p",), "p", ("k",)),)

    def test_a_table_may_refer_to_itself(self, make):
        schema = make("CREATE TABLE staff (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES staff (id));").introspect()
        assert schema.table("staff").foreign_keys == (ForeignKey(("boss",), "staff", ("id",)),)

    def test_indexes_and_unique_keys(self, make):
        schema = make(SHOP).introspect()
        assert [(i.name, i.columns, i.unique) for i in schema.table("items").indexes] == [
            ("by_quantity", ("quantity",), False)
        ]
        assert set(schema.table("customers").unique_keys) == {("id",), ("name",)}

    def test_a_unique_constraint_is_a_unique_key(self, make):
        table = make("CREATE TABLE t (a INTEGER, b INTEGER, UNIQUE (a, b));").introspect().table("t")
        assert table.unique_keys == (("a", "b"),)

    def test_generated_columns_are_marked(self, engine, make):
        script = "CREATE TABLE t (a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) " + engine.stored + ");"
        columns = make(script).introspect().table("t").columns
        assert [(c.name, c.generated) for c in columns] == [("a", False), ("b", True)]

    @pytest.mark.lacks("sqlite", "it keeps no comments")
    def test_comments(self, engine, make):
        table = make(SHOP + engine.comments).introspect().table("customers")
        assert (table.description, table.column("born").description) == ("who buys", "day of birth")

    def test_every_name_comes_back_as_it_was_given(self, engine, make):
        script = "".join(f"CREATE TABLE {quoted(n)} ({quoted(n)} INTEGER, {quoted(n + '2')} INTEGER);" for n in NAMES)
        connector = make(script)
        schema = connector.introspect()
        assert {t.name for t in schema} == set(NAMES)
        for name in NAMES:
            assert [c.name for c in schema.table(name).columns] == [name, name + "2"]
            result = connector.execute(f"SELECT {engine.quoted(name)} FROM {engine.quoted(name)}", LIMITS)
            assert result.columns == (name,)

    def test_keys_over_such_names(self, make):
        parts = [
            f"CREATE TABLE {quoted(n)} ({quoted(n)} INTEGER PRIMARY KEY);"
            f"CREATE TABLE {quoted(n + '2')} ({quoted('x ' + n)} INTEGER REFERENCES {quoted(n)} ({quoted(n)}));"
            for n in NAMES
        ]
        schema = make("".join(parts)).introspect()
        for name in NAMES:
            assert schema.table(name).primary_key == (name,)
            assert schema.table(name + "2").foreign_keys == (ForeignKey(("x " + name,), name, (name,)),)

    def test_names_are_found_blind_to_case(self, make):
        schema = make(SHOP).introspect()
        assert schema.table("CUSTOMERS").column("NAME").name == "name"

    def test_rows_are_counted(self, make):
        schema = make(SHOP + "CREATE TABLE empty (x INTEGER);").introspect()
        assert {t.name: t.row_count for t in schema if not t.is_view} == {
            "customers": 2, "orders": 2, "items": 3, "empty": 0,
        }  # fmt: skip

    def test_an_empty_database_has_no_tables(self, make):
        assert make().introspect().tables == ()

    def test_a_thousand_tables(self, make):
        script = "".join(
            f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, name VARCHAR(9), up INTEGER REFERENCES t{max(n - 1, 0)} (id));"
            for n in range(1000)
        )
        schema = make(script).introspect()
        assert len(schema.tables) == 1000
        assert schema.table("t999").foreign_keys == (ForeignKey(("up",), "t998", ("id",)),)

    def test_it_is_the_same_every_time(self, make):
        connector = make(SHOP)
        assert connector.introspect() == connector.introspect()


class TestValues:
    @pytest.mark.parametrize(
        ("sql", "value"),
        [
            ("NULL", None),
            ("1", 1),
            ("9223372036854775807", 2**63 - 1),
            ("-9223372036854775807", -(2**63) + 1),
            ("''", ""),
            ("'ünï 日本 🎈'", "ünï 日本 🎈"),
            ("'it''s'", "it's"),
            ("CAST(1.5 AS {double})", 1.5),
            pytest.param(
                "CAST(1e300 AS {double}) * 1e300",
                float("inf"),
                marks=[
                    pytest.mark.lacks("postgresql", "a number too large is an error"),
                    pytest.mark.lacks("mariadb", "a number too large is an error"),
                ],
            ),
        ],
    )
    def test_a_value_comes_back_as_itself(self, engine, make, sql, value):
        found = make().execute(f"SELECT {sql.format(double=engine.double)} AS v", LIMITS).rows[0][0]
        assert (found, type(found)) == (value, type(value))

    def test_bytes(self, engine, make):
        connector = make(f"CREATE TABLE t (b {engine.blob});", {"t": [(b"\x00\xff'\\",)]})
        assert connector.execute("SELECT b FROM t", LIMITS).rows == [(b"\x00\xff'\\",)]

    @pytest.mark.lacks("sqlite", "it has no NaN: storing one stores NULL")
    @pytest.mark.lacks("mariadb", "it has no NaN")
    def test_nan(self, engine, make):
        value = make().execute(f"SELECT CAST('nan' AS {engine.double})", LIMITS).rows[0][0]
        assert value != value

    @pytest.mark.lacks("sqlite", "its dates are text or numbers")
    @pytest.mark.parametrize(
        ("sql", "value"),
        [
            ("DATE '2024-02-29'", date(2024, 2, 29)),
            ("TIMESTAMP '2024-02-29 12:34:56.789'", datetime(2024, 2, 29, 12, 34, 56, 789000)),
            ("TIME '12:34:56'", time(12, 34, 56)),
            ("CAST(12.50 AS DECIMAL(10, 2))", Decimal("12.50")),
            pytest.param("TRUE", True, marks=pytest.mark.lacks("mariadb", "its truth is the number 1")),
        ],
    )
    def test_typed_values(self, make, sql, value):
        found = make().execute(f"SELECT {sql}", LIMITS).rows[0][0]
        assert (found, type(found)) == (value, type(value))

    @pytest.mark.lacks("duckdb", "its text is always UTF-8")
    @pytest.mark.lacks("postgresql", "the text of a database in UTF-8 always is; see test_postgres for the others")
    @pytest.mark.lacks("mariadb", "its text is always in its column's encoding")
    def test_text_that_is_not_utf8_keeps_its_bytes(self, make):
        connector = make("CREATE TABLE t (x TEXT); INSERT INTO t VALUES (CAST(x'61ff62' AS TEXT)), ('fine ü');")
        for _ in range(2):
            rows = connector.execute("SELECT x FROM t ORDER BY rowid", LIMITS).rows
            assert rows == [("a\udcffb",), ("fine ü",)]
            assert rows[0][0].encode("utf-8", "surrogateescape") == b"a\xffb"

    def test_columns_of_one_name_are_all_kept(self, make):
        result = make(SHOP).execute("SELECT id, id, name AS id FROM customers ORDER BY 1", LIMITS)
        assert result.columns == ("id", "id", "id")
        assert result.rows[0] == (1, 1, "Ada")

    def test_no_rows_still_has_columns(self, make):
        result = make(SHOP).execute("SELECT id, name FROM customers WHERE id = 0", LIMITS)
        assert (result.columns, result.rows, result.truncated) == (("id", "name"), [], False)


class TestLimits:
    @pytest.mark.parametrize(
        ("cap", "rows", "truncated"), [(2999, 2999, True), (3000, 3000, False), (3001, 3000, False), (1, 1, True)]
    )
    def test_rows_are_capped_and_said_to_be(self, make, cap, rows, truncated):
        result = make(MANY_DDL, MANY).execute("SELECT n FROM many", Limits(rows=cap))
        assert (len(result.rows), result.truncated) == (rows, truncated)

    def test_bytes_are_capped(self, make, engine):
        connector = make(f"CREATE TABLE t (x {engine.text});", {"t": [("x" * 10_000,) for _ in range(1000)]})
        result = connector.execute("SELECT x FROM t", Limits(bytes=1_000_000))
        assert result.truncated
        assert 90 <= len(result.rows) <= 200

    def test_a_query_past_its_deadline_is_stopped_and_the_next_one_works(self, make):
        connector = make(MANY_DDL, MANY)
        for _ in range(3):
            with pytest.raises(QueryTimeout) as caught:
                connector.execute(ENDLESS, Limits(seconds=0.1))
            assert caught.value.query == ENDLESS
            assert connector.execute("SELECT count(*) FROM many", LIMITS).rows == [(3000,)]

    def test_one_late_query_does_not_stop_another(self, make):
        connector = make(MANY_DDL, MANY)
        with ThreadPoolExecutor(2) as pool:
            late = pool.submit(connector.execute, ENDLESS, Limits(seconds=0.3))
            for _ in range(50):
                assert connector.execute("SELECT max(n) FROM many", LIMITS).rows == [(2999,)]
            assert isinstance(late.exception(), QueryTimeout)

    def test_time_is_reported(self, make):
        assert make().execute("SELECT 1", LIMITS).seconds > 0


class TestExplain:
    def test_a_plan_is_text(self, make):
        assert "many" in make(MANY_DDL, MANY).explain("SELECT * FROM many", LIMITS)

    def test_it_does_not_run_the_query(self, make):
        assert make(MANY_DDL, MANY).explain(ENDLESS, Limits(seconds=2.0))

    @pytest.mark.parametrize("sql", ["SELECT nothing FROM many", "SELECT n FROM nowhere", "SELEC n"])
    def test_what_does_not_compile_fails(self, make, sql):
        with pytest.raises(QueryFailed):
            make(MANY_DDL).explain(sql, LIMITS)


class TestErrors:
    @pytest.mark.parametrize(
        ("sql", "word"),
        [("SELECT nothing FROM many", "nothing"), ("SELECT n FROM nowhere", "nowhere"), ("SELECT n FRM many", "many")],
    )
    def test_a_failure_carries_the_engines_words_and_the_query(self, make, sql, word):
        with pytest.raises(QueryFailed, match=word) as caught:
            make(MANY_DDL).execute(sql, LIMITS)
        assert caught.value.query == sql

    @pytest.mark.parametrize("sql", ["SELECT 1; SELECT 2", "SELECT '\ud800'", "SELECT \x00 1", "", "-- nothing"])
    def test_text_that_is_no_statement_is_a_query_error(self, make, sql):
        with pytest.raises(QueryError):
            make().execute(sql, LIMITS)

    @pytest.mark.parametrize(
        "sql",
        [
            "INSERT INTO customers VALUES (3, 'x', NULL, NULL)",
            "UPDATE customers SET name = 'x'",
            "DELETE FROM items",
            "DROP TABLE items",
            "CREATE TABLE evil (x INTEGER)",
            "CREATE TEMPORARY TABLE evil (x INTEGER)",
            "ALTER TABLE items ADD COLUMN evil INTEGER",
        ],
    )
    def test_nothing_can_be_written(self, make, sql):
        connector = make(SHOP)
        before = connector.fingerprint()
        with pytest.raises(QueryError):
            connector.execute(sql, LIMITS)
        assert connector.fingerprint() == before


class TestThreads:
    def test_eight_at_once(self, make):
        connector = make(MANY_DDL, MANY)
        start = threading.Barrier(8)

        def ask(k):
            start.wait()
            return [connector.execute(f"SELECT max(n) FROM many WHERE n < {k + i}", LIMITS).rows for i in range(1, 30)]

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, range(8)))
        assert answers == [[[(k + i - 1,)] for i in range(1, 30)] for k in range(8)]


class TestWhereItLies:
    def test_the_fingerprint_follows_the_content(self, engine, make, tmp_path):
        connector = make(SHOP, name="one")
        before = connector.fingerprint()
        assert connector.fingerprint() == before
        connector.close()
        engine.load(tmp_path / "one", "INSERT INTO items VALUES (9, 1, 1, 1);")
        assert connector.fingerprint() != before

    def test_the_fingerprint_ignores_the_location(self, engine, make, tmp_path):
        connector = make(SHOP)
        connector.close()
        other = engine.connect(engine.copy(tmp_path / "base", tmp_path / "elsewhere" / "other"))
        assert other.fingerprint() == connector.fingerprint()
        other.close()


class TestClosing:
    def test_twice_and_before_use(self, make):
        connector = make(SHOP)
        connector.close()
        connector.execute("SELECT 1", LIMITS)
        connector.close()
        connector.close()

    def test_a_later_query_opens_it_again(self, make):
        connector = make(SHOP)
        connector.execute("SELECT 1", LIMITS)
        connector.close()
        assert connector.execute("SELECT count(*) FROM items", LIMITS).rows == [(3,)]

    def test_the_version_names_the_engine(self, make, engine):
        assert make().version().lower().startswith(engine.name)
