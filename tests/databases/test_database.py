"""A database lets queries through the guard only, names itself in every error, and describes itself."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from querywright.databases import Catalog, Limits, Result
from querywright.errors import DatabaseUnavailable, QueryFailed, QueryRejected, QueryTimeout

ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT);"
            "INSERT INTO customers VALUES (1, 'Ada', 'Oslo'), (2, 'Bo', 'Oslo'), (3, NULL, 'Bergen');"
            'CREATE TABLE "order lines" ("order" INTEGER REFERENCES customers (id), "a ""b""" TEXT);'
            "INSERT INTO \"order lines\" VALUES (1, 'it''s');"
        )
    with Catalog.open(path) as catalog:
        yield catalog["shop"]


class TestErrors:
    @pytest.mark.parametrize(
        ("sql", "kind"),
        [
            ("DELETE FROM customers", QueryRejected),
            ("SELECT 1; SELECT 2", QueryRejected),
            ("SELECT nothing FROM customers", QueryFailed),
            (ENDLESS, QueryTimeout),
        ],
    )
    def test_each_carries_the_database_and_the_query(self, shop, sql, kind):
        with pytest.raises(kind, match=r"^shop: ") as caught:
            shop.execute(sql, Limits(seconds=0.1))
        assert (caught.value.db_id, caught.value.query) == ("shop", sql)

    def test_a_database_that_disappears_is_named(self, shop):
        shop._connector.path.unlink()
        with pytest.raises(DatabaseUnavailable, match=r"^shop: .*shop\.sqlite"):
            shop.execute("SELECT 1")

    def test_explain_passes_the_guard_too(self, shop):
        with pytest.raises(QueryRejected):
            shop.explain("DELETE FROM customers")

    def test_a_refusal_is_remembered_and_so_is_an_acceptance(self, shop):
        for _ in range(2):
            with pytest.raises(QueryRejected, match="DROP"):
                shop.execute("DROP TABLE customers")
            assert shop.execute("SELECT count(*) FROM customers").rows == [(3,)]


class TestMany:
    QUERIES = ("SELECT 1", "SELECT nothing", "DELETE FROM customers", ENDLESS, "SELECT 2")

    @pytest.mark.parametrize("workers", [1, 3])
    def test_outcomes_come_in_order_and_none_is_missing(self, shop, workers):
        outcomes = list(shop.execute_many(self.QUERIES, Limits(seconds=0.1), workers=workers))
        assert [type(o) for o in outcomes] == [Result, QueryFailed, QueryRejected, QueryTimeout, Result]
        assert [o.rows for o in outcomes if isinstance(o, Result)] == [[(1,)], [(2,)]]

    def test_plans_come_in_order_too(self, shop):
        outcomes = list(shop.explain_many(self.QUERIES))
        assert [type(o) for o in outcomes] == [str, QueryFailed, QueryRejected, str, str]

    @pytest.mark.parametrize("workers", [1, 3])
    def test_queries_are_taken_as_they_are_needed(self, shop, workers):
        taken = []
        source = (taken.append(n) or f"SELECT {n}" for n in range(1000))
        outcomes = shop.execute_many(source, workers=workers)
        assert next(outcomes).rows == [(0,)]
        assert len(taken) <= 2 * workers + 1
        outcomes.close()

    @pytest.mark.parametrize("workers", [1, 2])
    def test_a_database_that_is_gone_ends_it(self, shop, workers):
        shop._connector.path.unlink()
        with pytest.raises(DatabaseUnavailable):
            list(shop.execute_many(["SELECT 1"], workers=workers))


class TestDescription:
    def test_the_schema_is_read_once_by_whoever_comes_first(self, shop, monkeypatch):
        reads = []
        introspect = shop._connector.introspect
        monkeypatch.setattr(shop._connector, "introspect", lambda: reads.append(1) or introspect())
        start = threading.Barrier(8)

        def read(_):
            start.wait()
            return shop.schema

        with ThreadPoolExecutor(8) as pool:
            schemas = list(pool.map(read, range(8)))
        assert len(reads) == 1
        assert all(schema is schemas[0] for schema in schemas)

    def test_values_are_different_and_never_null(self, shop):
        assert shop.values("customers", "city") == ["Oslo", "Bergen"]
        assert sorted(shop.values("Customers", "NAME")) == ["Ada", "Bo"]
        assert shop.values("order lines", 'a "b"') == ["it's"]

    def test_renderings_with_values_and_in_part(self, shop):
        assert "CREATE TABLE" in shop.ddl()
        assert "Oslo" in shop.ddl(examples=2)
        part = shop.compact(only={"customers": ["id", "city"]})
        assert "city" in part
        assert "name" not in part
        assert "order lines" not in part

    def test_examples_are_those_of_the_chosen_columns(self, shop):
        assert set(shop.examples(1, {"CUSTOMERS": ["City"]})) == {("customers", "city")}
        assert len(shop.examples(1)) == 5

    def test_sample_inserts_can_be_run(self, shop, tmp_path):
        text = shop.sample_inserts("order lines", 5)
        with closing(sqlite3.connect(":memory:")) as other:
            other.executescript('CREATE TABLE "order lines" ("order" INTEGER, "a ""b""" TEXT);' + text)
            assert other.execute('SELECT * FROM "order lines"').fetchall() == [(1, "it's")]

    @pytest.mark.parametrize("ask", [lambda d: d.values("nowhere", "x"), lambda d: d.sample_inserts("nowhere")])
    def test_an_unknown_table_is_a_value_error(self, shop, ask):
        with pytest.raises(ValueError, match="nowhere"):
            ask(shop)

    def test_it_says_what_it_is(self, shop):
        assert repr(shop) == "<Database shop (sqlite)>"
        assert shop.version().startswith("SQLite 3.")
        assert len(shop.fingerprint()) == 64
