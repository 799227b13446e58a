"""What is read of a MariaDB schema, on a real server, and beside what SQLAlchemy's inspector reads of it."""

import pytest
from contract_engines import MariaDB

from querywright.databases import Catalog
from querywright.databases.addresses import Address
from querywright.databases.schema import ForeignKey, Index


@pytest.fixture
def shop(mariadb_server, tmp_path):
    """`shop(script)` runs a script in a database of its own, as superuser; `shop.schema(...)` reads it as anybody."""
    shop = Shop(mariadb_server, tmp_path / "shop")
    yield shop
    shop.close()


class Shop:
    def __init__(self, server, place):
        self._engine, self._place = MariaDB(server), place
        self.url = self._engine.load(place)
        self.name = Address.parse(self.url).database
        self._more = []

    def __call__(self, script):
        self._engine.load(self._place, script)
        return self

    def run(self, *statements):
        with self._engine.open() as connection, connection.cursor() as cursor:
            cursor.execute(f"USE {self.name}")
            for statement in statements:
                cursor.execute(statement)

    def schema(self, user="root", name=None):
        url = self.url.replace("root@", f"{user}@")
        with Catalog.open(url.replace(self.name, name) if name else url) as catalog:
            return catalog[name or self.name].schema

    def role(self, name):
        self.run(f"CREATE USER {name}@'%'")
        self._more.append(f"DROP USER {name}@'%'")

    def database(self, name):
        self.run(f"CREATE DATABASE `{name}`")
        self._more.append(f"DROP DATABASE `{name}`")

    def close(self):
        self.run("SET foreign_key_checks = 0", *self._more)
        self._engine.drop()


def names(schema):
    return [t.full_name for t in schema]


def kinds(table):
    return {c.name: (c.type, c.kind) for c in table.columns}


class TestTables:
    def test_views_come_last_and_one_that_is_broken_is_named(self, shop):
        shop("""CREATE TABLE t (id INTEGER, x TEXT) COMMENT 'things'; CREATE TABLE gone (id INTEGER);
            CREATE VIEW v AS SELECT id * 2 AS twice FROM t; CREATE VIEW broken AS SELECT id FROM gone;
            DROP TABLE gone""")
        schema = shop.schema()
        assert [(t.name, t.is_view, t.description, t.row_count) for t in schema] == [
            ("t", False, "things", 0), ("v", True, None, None),
        ]  # fmt: skip
        assert schema.unreadable == ("broken",)

    def test_a_partitioned_table_is_one_table(self, shop):
        shop("""CREATE TABLE logs (day DATE, kind INTEGER, PRIMARY KEY (day, kind))
            PARTITION BY HASH (kind) PARTITIONS 4;
            INSERT INTO logs SELECT '2020-01-01' + INTERVAL seq DAY, seq % 4 FROM seq_1_to_300""")
        (logs,) = shop.schema().tables
        assert (logs.name, logs.row_count, logs.estimated) == ("logs", 300, True)
        assert logs.primary_key == ("day", "kind")

    def test_temporary_tables_and_sequences_are_left_out(self, shop):
        shop(
            """CREATE SEQUENCE s; CREATE TABLE t (id INTEGER DEFAULT (NEXT VALUE FOR s));
            CREATE TEMPORARY TABLE mine (id INTEGER)"""
        )
        assert names(shop.schema()) == ["t"]

    def test_a_versioned_table_shows_what_is_in_force(self, shop):
        shop("""CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER) WITH SYSTEM VERSIONING; INSERT INTO t VALUES (1, 1);
            UPDATE t SET x = 2;
            CREATE TABLE told (id INTEGER PRIMARY KEY, since TIMESTAMP(6) GENERATED ALWAYS AS ROW START,
              until TIMESTAMP(6) GENERATED ALWAYS AS ROW END,
              PERIOD FOR SYSTEM_TIME (since, until)) WITH SYSTEM VERSIONING""")
        t, told = shop.schema().tables
        assert ([c.name for c in t.columns], t.primary_key) == (["id", "x"], ("id",))
        assert [(c.name, c.generated) for c in told.columns] == [("id", False), ("since", True), ("until", True)]

    def test_names_that_differ_by_case_are_different(self, shop):
        shop("""CREATE TABLE users (id INTEGER PRIMARY KEY); CREATE TABLE "Users" ("No" INTEGER PRIMARY KEY);
            CREATE TABLE notes (a INTEGER REFERENCES users (id), b INTEGER REFERENCES "Users" ("No"))""")
        schema = shop.schema()
        assert set(names(schema)) == {"users", "Users", "notes"}
        assert [schema.table(name).columns[0].name for name in ("users", "Users", "USERS")] == ["id", "No", "id"]
        assert schema.table("notes").foreign_keys == (
            ForeignKey(("a",), "users", ("id",)), ForeignKey(("b",), "Users", ("No",)),
        )  # fmt: skip

    def test_so_are_databases(self, shop):
        shop.database("QW_twin")
        shop.database("qw_TWIN")
        shop.run(
            "CREATE TABLE QW_twin.a (id INTEGER PRIMARY KEY)", "CREATE TABLE qw_TWIN.a (no INTEGER UNIQUE, b INTEGER)"
        )
        assert [c.name for c in shop.schema(name="QW_twin").table("a").columns] == ["id"]
        assert [c.name for c in shop.schema(name="qw_TWIN").table("a").columns] == ["no", "b"]
        assert shop.schema(name="qw_TWIN").table("a").unique_keys == (("no",),)

    def test_names_of_any_language(self, shop):
        shop('CREATE TABLE "größe 日本" ("Länge" INTEGER COMMENT \'wie lang\')')
        table = shop.schema().table("größe 日本")
        assert [(c.name, c.description) for c in table.columns] == [("Länge", "wie lang")]

    def test_one_table_that_cannot_be_read_does_not_keep_the_others_from_their_fingerprint(self, shop):
        shop("CREATE TABLE t (id INTEGER); CREATE TABLE parts_ (id INTEGER) ENGINE=MyISAM")
        shop.run("CREATE TABLE merged (no INTEGER) ENGINE=MERGE UNION=(parts_)")  # its parts look otherwise
        with Catalog.open(shop.url) as catalog:
            before = catalog[shop.name].fingerprint()
            assert catalog[shop.name].fingerprint() == before
            shop.run("INSERT INTO t VALUES (1)")
            assert catalog[shop.name].fingerprint() != before


class TestColumns:
    def test_types(self, shop):
        shop("""CREATE TABLE t (a TINYINT(1), b BIGINT UNSIGNED, c BIT(3), d YEAR, e ENUM('x', 'y'), f SET('x', 'y'),
            g JSON, h UUID, i INET6, j DECIMAL(10, 2), k FLOAT, l DOUBLE UNSIGNED, m DATETIME(3), n TIMESTAMP NULL,
              o TIME,
            p DATE, q VARBINARY(9), r MEDIUMBLOB, s LONGTEXT, u CHAR(3), v POINT, w BOOLEAN, x MEDIUMINT ZEROFILL,
            y LONGTEXT CHECK (JSON_VALID(y)), z LONGTEXT CHECK (JSON_VALID(z) AND z <> '1'))""")
        assert kinds(shop.schema().table("t")) == {
            "a": ("tinyint(1)", "integer"), "b": ("bigint(20) unsigned", "integer"), "c": ("bit(3)", "blob"),
            "d": ("year(4)", "integer"), "e": ("enum('x','y')", "text"), "f": ("set('x','y')", "text"),
            "g": ("json", "json"), "h": ("uuid", "text"), "i": ("inet6", "text"), "j": ("decimal(10,2)", "decimal"),
            "k": ("float", "real"), "l": ("double unsigned", "real"), "m": ("datetime(3)", "datetime"),
            "n": ("timestamp", "datetime"), "o": ("time", "time"), "p": ("date", "date"), "q": ("varbinary(9)", "blob"),
            "r": ("mediumblob", "blob"), "s": ("longtext", "text"), "u": ("char(3)", "text"), "v": ("point", "other"),
            "w": ("tinyint(1)", "integer"), "x": ("mediumint(8) unsigned zerofill", "integer"), "y": ("json", "json"),
            "z": ("longtext", "text"),
        }  # fmt: skip

    def test_their_values_are_plain(self, shop):
        shop("""CREATE TABLE t (a TINYINT(1), b BIGINT UNSIGNED, d YEAR, e ENUM('x', 'y'), f SET('x', 'y'), g JSON,
          h UUID, i INET6);
            INSERT INTO t VALUES (1, 18446744073709551615, 1999, 'y', 'x,y', '{"k": 1}',
              '123e4567-e89b-12d3-a456-426655440000', '::1')""")
        with Catalog.open(shop.url) as catalog:
            database = catalog[shop.name]
            assert database.execute("SELECT * FROM t").rows == [
                (1, 2**64 - 1, 1999, "y", "x,y", '{"k": 1}', "123e4567-e89b-12d3-a456-426655440000", "::1")
            ]
            assert [database.values("t", c.name) for c in database.schema.table("t").columns][2:4] == [[1999], ["y"]]

    def test_generated_and_invisible_columns(self, shop):
        shop("""CREATE TABLE t (a INTEGER NOT NULL, v INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL,
            s INTEGER GENERATED ALWAYS AS (a * 3) STORED, i INTEGER INVISIBLE DEFAULT 5,
            n TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)""")
        assert [(c.name, c.generated, c.nullable) for c in shop.schema().table("t").columns] == [
            ("a", False, False), ("v", True, True), ("s", True, True), ("i", False, True), ("n", False, True),
        ]  # fmt: skip

    def test_a_default_that_is_computed_makes_no_generated_column(self, monkeypatch):
        from querywright.databases.connectors import mysql_catalogue

        row = ("t", "n", "timestamp", "timestamp", "YES", "", "DEFAULT_GENERATED on update CURRENT_TIMESTAMP", "select")

        class MySQL:
            get_server_info = staticmethod(lambda: "8.4.0")

        monkeypatch.setattr(mysql_catalogue, "_ask", lambda *_: [row])
        assert not mysql_catalogue._columns(MySQL(), "x")["t"]["n"].generated


class TestKeysAndIndexes:
    def test_indexes(self, shop):
        shop("""CREATE TABLE p (id INTEGER PRIMARY KEY);
            CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(90), c TEXT, up INTEGER REFERENCES p (id),
            KEY plain (a DESC, b), KEY prefix (b(10)), UNIQUE KEY short (c(20)), UNIQUE KEY both_ (b, a),
              FULLTEXT KEY words (c))""")
        table = shop.schema().table("t")
        assert sorted(table.indexes, key=lambda i: i.name) == [
            Index("both_", ("b", "a"), True), Index("plain", ("a", "b")), Index("prefix", ("b",)),
            Index("short", ("c",), True), Index("words", ("c",)),
        ]  # fmt: skip
        assert (table.primary_key, table.foreign_keys) == (("id",), (ForeignKey(("up",), "p", ("id",)),))

    def test_a_key_into_another_database_is_left_out(self, shop):
        shop.database("qw_other")
        shop.run("CREATE TABLE qw_other.p (id INTEGER PRIMARY KEY)", "CREATE TABLE p (id INTEGER PRIMARY KEY)",
                 "CREATE TABLE t (a INTEGER REFERENCES qw_other.p (id), b INTEGER REFERENCES p (id))")  # fmt: skip
        assert shop.schema().table("t").foreign_keys == (ForeignKey(("b",), "p", ("id",)),)

    def test_composite_keys_keep_their_order(self, shop):
        shop("""CREATE TABLE p (a INTEGER, b INTEGER, PRIMARY KEY (b, a), UNIQUE (a, b));
            CREATE TABLE q (x INTEGER, y INTEGER, FOREIGN KEY (y, x) REFERENCES p (b, a))""")
        assert shop.schema().table("p").primary_key == ("b", "a")
        assert shop.schema().table("q").foreign_keys == (ForeignKey(("y", "x"), "p", ("b", "a")),)


class TestPrivileges:
    @pytest.fixture
    def closed(self, shop):
        shop("""CREATE TABLE seen (id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE hidden (id INTEGER PRIMARY KEY);
            CREATE TABLE fillable (id INTEGER);
            CREATE TABLE partly (id INTEGER PRIMARY KEY, secret INTEGER, shown INTEGER,
              up INTEGER REFERENCES hidden (id),
              down INTEGER REFERENCES seen (id), KEY by_secret (secret, shown), KEY by_shown (shown));
            CREATE VIEW window_ AS SELECT id FROM hidden""")
        shop.role("qw_guest")
        shop.run("GRANT SELECT ON seen TO qw_guest@'%'", "GRANT SELECT ON window_ TO qw_guest@'%'",
                 "GRANT SELECT (id, shown, down, up) ON partly TO qw_guest@'%'",
                 "GRANT INSERT ON fillable TO qw_guest@'%'")  # fmt: skip
        return shop

    def test_what_may_not_be_read_is_left_out_and_what_the_server_shows_of_it_is_named(self, closed):
        schema = closed.schema("qw_guest")
        assert sorted(names(schema)) == ["partly", "seen", "window_"]
        assert schema.unreadable == ("fillable",)
        assert closed.schema().unreadable == ()

    def test_so_are_columns_and_the_keys_over_them(self, closed):
        table = closed.schema("qw_guest").table("partly")
        assert [c.name for c in table.columns] == ["id", "shown", "up", "down"]
        assert table.foreign_keys == ()  # the server tells none of a table of which one may read columns only
        assert Index("by_shown", ("shown",)) in table.indexes
        assert "by_secret" not in {i.name for i in table.indexes}

    def test_a_key_to_what_may_not_be_read_is_left_out(self, closed):
        closed.run("GRANT SELECT ON partly TO qw_guest@'%'")
        assert closed.schema("qw_guest").table("partly").foreign_keys == (ForeignKey(("down",), "seen", ("id",)),)

    def test_what_is_left_can_be_asked(self, closed):
        with Catalog.open(closed.url.replace("root@", "qw_guest@")) as catalog:
            database = catalog[closed.name]
            assert database.fingerprint()
            for table in database.schema:
                assert database.sample_inserts(table.full_name) == ""


RICH = """
    CREATE TABLE people (id INTEGER AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, mood ENUM('sad', 'happy'),
      data JSON, born DATE COMMENT 'day of birth', boss INTEGER REFERENCES people (id), score DOUBLE UNSIGNED,
      shout VARCHAR(50) GENERATED ALWAYS AS (CONCAT(name, '!')) VIRTUAL,
      UNIQUE KEY once (name, born)) COMMENT 'who''s who';
    CREATE TABLE orders (region INTEGER, number INTEGER, buyer INTEGER NOT NULL REFERENCES people (id),
      total DECIMAL(12, 2),
      PRIMARY KEY (region, number), KEY by_total (total));
    CREATE TABLE items (id BIGINT PRIMARY KEY, region INTEGER, number INTEGER, price FLOAT,
      UNIQUE KEY by_price (price, id),
      CONSTRAINT whole FOREIGN KEY (region, number) REFERENCES orders (region, number));
    CREATE TABLE logs (day DATE NOT NULL, n INTEGER) PARTITION BY HASH (TO_DAYS(day)) PARTITIONS 3;
    CREATE VIEW grown_up AS SELECT id, name FROM people WHERE born < '2000-01-01';
    CREATE TABLE "Odd `Name" ("select" INTEGER UNIQUE, "ünï" INTEGER);"""


class TestBesideSQLAlchemy:
    """Where the two differ: it shows the indexes that foreign keys bring, and takes a view's columns for nullable."""

    @pytest.fixture
    def both(self, shop):
        from sqlalchemy import create_engine, inspect

        shop(RICH)
        engine = create_engine(shop.url.replace("mysql:", "mysql+pymysql:"))
        yield shop.schema(), inspect(engine)
        engine.dispose()

    def test_tables_and_comments(self, both):
        ours, theirs = both
        assert sorted(t.name for t in ours if not t.is_view) == sorted(theirs.get_table_names())
        assert [t.name for t in ours if t.is_view] == theirs.get_view_names()
        for table in ours:
            if not table.is_view:
                assert table.description == theirs.get_table_comment(table.name)["text"]

    def test_columns(self, both):
        ours, theirs = both
        for table in ours:
            said = theirs.get_columns(table.name)
            assert [(c.name, c.nullable or table.is_view, c.description, c.generated) for c in table.columns] == [
                (c["name"], c["nullable"], c["comment"], "computed" in c) for c in said
            ]

    def test_keys(self, both):
        ours, theirs = both
        for table in ours:
            assert list(table.primary_key) == theirs.get_pk_constraint(table.name)["constrained_columns"]
            assert {(k.columns, k.referred_table, k.referred_columns) for k in table.foreign_keys} == {
                (tuple(k["constrained_columns"]), k["referred_table"], tuple(k["referred_columns"]))
                for k in theirs.get_foreign_keys(table.name)
            }

    def test_indexes(self, both):
        ours, theirs = both
        for table in ours:
            brought = {k.columns for k in table.foreign_keys}
            said = {(i["name"], tuple(i["column_names"]), i["unique"]) for i in theirs.get_indexes(table.name)}
            assert {(i.name, i.columns, i.unique) for i in table.indexes} == {
                i for i in said if i[2] or i[1] not in brought
            }
