"""What is read of a PostgreSQL schema, on a real server, and beside what SQLAlchemy's inspector reads of it."""

import psycopg
import pytest
from contract_engines import PostgreSQL

from querywright.databases import Catalog
from querywright.databases.addresses import Address
from querywright.databases.schema import ForeignKey, Index


@pytest.fixture
def shop(postgres_server, tmp_path):
    """`shop(script)` runs a script in a database of its own, as superuser; `shop.schema(...)` reads it as anybody."""
    shop = Shop(postgres_server, tmp_path / "shop")
    yield shop
    shop.close()


class Shop:
    def __init__(self, server, place):
        self._engine, self._place = PostgreSQL(server), place
        self.url = self._engine.load(place)
        self.name = Address.parse(self.url).database
        self.roles = []

    def __call__(self, script):
        self._engine.load(self._place, script)
        return self

    def schema(self, user="postgres", options=""):
        with Catalog.open(self.url.replace("postgres@", f"{user}@") + options) as catalog:
            return catalog[self.name].schema

    def role(self, name):
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN")
        self.roles.append(name)

    def close(self):
        with psycopg.connect(self.url, autocommit=True) as connection:
            for name in self.roles:
                connection.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")
        self._engine.drop()


def names(schema):
    return [t.full_name for t in schema]


def kinds(table):
    return {c.name: (c.type, c.kind) for c in table.columns}


class TestTables:
    def test_every_schema_is_read_and_the_default_one_goes_without_saying(self, shop):
        shop("""CREATE SCHEMA sales; CREATE SCHEMA "Old.Stuff";
            CREATE TABLE users (id int); CREATE TABLE sales.users (id int); CREATE TABLE sales.orders (id int);
            CREATE TABLE "Old.Stuff"."The Users" ("Id" int)""")
        assert names(shop.schema()) == ["users", "sales.users", "sales.orders", '"Old.Stuff".The Users']

    def test_the_search_path_of_the_address_says_which_is_the_default_one(self, shop):
        shop("CREATE SCHEMA sales; CREATE TABLE users (id int); CREATE TABLE sales.users (no int, id int)")
        schema = shop.schema(options="?options=-csearch_path%3Dsales")
        assert names(schema) == ["public.users", "users"]
        assert [c.name for c in schema.table("users").columns] == ["no", "id"]
        with Catalog.open(shop.url + "?options=-csearch_path%3Dsales") as catalog:
            assert catalog[shop.name].execute("SELECT * FROM users").columns == ("no", "id")

    def test_with_several_schemas_in_the_search_path_the_first_one_hides_the_others(self, shop):
        shop("""CREATE SCHEMA sales; CREATE TABLE users (id int); CREATE TABLE extra (id int);
            CREATE TABLE sales.users (id int)""")
        schema = shop.schema(options="?options=-csearch_path%3Dsales,public")
        assert names(schema) == ["public.users", "extra", "users"]

    def test_views_and_materialised_views(self, shop):
        shop("""CREATE TABLE t (id int, x text); CREATE VIEW v AS SELECT id * 2 AS twice FROM t;
            CREATE MATERIALIZED VIEW m AS SELECT x FROM t; CREATE INDEX by_x ON m (x);
            COMMENT ON VIEW v IS 'twice as much'; COMMENT ON MATERIALIZED VIEW m IS 'kept';
            COMMENT ON COLUMN v.twice IS 'two times'""")
        t, v, m = shop.schema().tables
        assert [(x.name, x.is_view, x.description) for x in (t, v, m)] == [
            ("t", False, None), ("v", True, "twice as much"), ("m", True, "kept"),
        ]  # fmt: skip
        assert v.columns[0].description == "two times"
        assert m.indexes == (Index("by_x", ("x",)),)

    def test_a_partitioned_table_is_one_table_with_the_rows_of_all_parts(self, shop):
        shop("""CREATE TABLE ancestor (id int PRIMARY KEY);
            CREATE TABLE logs (day date, kind int, n int REFERENCES ancestor, PRIMARY KEY (day, kind))
              PARTITION BY RANGE (day);
            CREATE TABLE logs_old PARTITION OF logs FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
            CREATE TABLE logs_new PARTITION OF logs FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')
              PARTITION BY LIST (kind);
            CREATE TABLE logs_new_1 PARTITION OF logs_new FOR VALUES IN (1);
            CREATE INDEX by_n ON logs (n);
            CREATE TABLE notes (day date, kind int, FOREIGN KEY (day, kind) REFERENCES logs);
            INSERT INTO logs SELECT DATE '2020-01-01' + n, 2 FROM generate_series(1, 300) n;
            INSERT INTO logs SELECT DATE '2021-01-01' + n, 1 FROM generate_series(1, 200) n""")
        schema = shop.schema()
        assert names(schema) == ["ancestor", "logs", "notes"]
        logs = schema.table("logs")
        assert (logs.row_count, logs.estimated, logs.primary_key) == (500, True, ("day", "kind"))
        assert logs.foreign_keys == (ForeignKey(("n",), "ancestor", ("id",)),)
        assert logs.indexes == (Index("by_n", ("n",)),)
        assert schema.table("notes").foreign_keys == (ForeignKey(("day", "kind"), "logs", ("day", "kind")),)

    def test_heirs_are_tables_and_their_rows_are_their_parents_too(self, shop):
        shop("""CREATE TABLE cities (name text); CREATE TABLE capitals (land text) INHERITS (cities);
            INSERT INTO cities VALUES ('a'), ('b'); INSERT INTO capitals VALUES ('c', 'd')""")
        cities, capitals = shop.schema().tables
        assert (cities.row_count, capitals.row_count) == (3, 1)
        assert [c.name for c in capitals.columns] == ["name", "land"]

    def test_temporary_tables_sequences_and_what_extensions_bring_are_left_out(self, shop):
        shop("""CREATE EXTENSION pg_stat_statements; CREATE SEQUENCE s; CREATE TYPE pair AS (a int, b int);
            CREATE TABLE t (id serial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, both_ pair)""")
        with psycopg.connect(shop.url) as other:
            other.execute("CREATE TEMPORARY TABLE mine (id int)")
            schema = shop.schema()
        assert names(schema) == ["t"]
        assert kinds(schema.table("t")) == {
            "id": ("integer", "integer"), "n": ("integer", "integer"), "both_": ("pair", "other"),
        }  # fmt: skip

    def test_foreign_tables_are_tables_whose_rows_nobody_counts(self, shop):
        shop("""CREATE EXTENSION postgres_fdw;
            CREATE SERVER gone FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1');
            CREATE USER MAPPING FOR postgres SERVER gone;
            CREATE FOREIGN TABLE far (id int) SERVER gone; CREATE TABLE near (id int)""")
        far, _ = shop.schema().tables
        assert (far.name, far.is_view, far.row_count) == ("far", False, None)
        with Catalog.open(shop.url) as catalog:
            assert catalog[shop.name].fingerprint()
            assert catalog[shop.name].values("far", "id") == []

    def test_row_counts_are_estimates_and_none_where_nobody_looked(self, shop):
        shop(
            """CREATE TABLE t (id int); CREATE TABLE p (id int) PARTITION BY LIST (id);
            CREATE TABLE q PARTITION OF p DEFAULT"""
        )
        assert [(t.row_count, t.estimated) for t in shop.schema()] == [(0, True), (0, True)]
        with psycopg.connect(shop.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE fresh (id int); TRUNCATE q")
        assert {t.name: t.row_count for t in shop.schema()} == {"t": 0, "p": None, "fresh": None}


class TestColumns:
    def test_types(self, shop):
        shop("""CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%'); CREATE DOMAIN work_email AS email NOT NULL;
            CREATE TABLE t (i smallint, b bigint, r real, d double precision, n numeric(10, 2), t text, v varchar(9),
              c char(3), bo boolean, da date, ts timestamp(3), tz timestamptz, ti time, j json, jb jsonb, by bytea,
              u uuid, em email, we work_email, ip inet, iv interval, ia int[], ta text[][], r4 int4range, x xml,
              bi bit(3), mo money, name name)""")
        table = shop.schema().table("t")
        assert kinds(table) == {
            "i": ("smallint", "integer"), "b": ("bigint", "integer"), "r": ("real", "real"),
            "d": ("double precision", "real"), "n": ("numeric(10,2)", "decimal"), "t": ("text", "text"),
            "v": ("character varying(9)", "text"), "c": ("character(3)", "text"), "bo": ("boolean", "boolean"),
            "da": ("date", "date"), "ts": ("timestamp(3) without time zone", "datetime"),
            "tz": ("timestamp with time zone", "datetime"), "ti": ("time without time zone", "time"),
            "j": ("json", "json"), "jb": ("jsonb", "json"), "by": ("bytea", "blob"), "u": ("uuid", "text"),
            "em": ("email", "text"), "we": ("work_email", "text"), "ip": ("inet", "other"), "iv": ("interval", "other"),
            "ia": ("integer[]", "other"), "ta": ("text[]", "other"), "r4": ("int4range", "other"),
            "x": ("xml", "other"),
            "bi": ("bit(3)", "other"), "mo": ("money", "other"), "name": ("name", "text"),
        }  # fmt: skip
        assert [c.name for c in table.columns if not c.nullable] == ["we"]

    def test_the_labels_of_an_enum_are_told_in_their_order(self, shop):
        shop("""CREATE TYPE mood AS ENUM ('sad', 'ok, fine', 'happy'); ALTER TYPE mood ADD VALUE 'so so' BEFORE 'happy';
            CREATE DOMAIN my_mood AS mood; CREATE TABLE t (a mood, b my_mood, c mood[])""")
        a, b, c = shop.schema().table("t").columns
        assert (a.type, a.kind, a.value_description) == ("mood", "text", "one of sad, ok, fine, so so, happy")
        assert (b.type, b.kind, b.value_description) == ("my_mood", "text", a.value_description)
        assert (c.type, c.kind) == ("mood[]", "other")

    def test_generated_columns_are_marked_and_dropped_ones_are_gone(self, shop):
        shop("""CREATE TABLE t (gone int, a int, b int GENERATED ALWAYS AS (a * 2) STORED,
          i int GENERATED BY DEFAULT AS IDENTITY);
            ALTER TABLE t DROP COLUMN gone""")
        assert [(c.name, c.generated, c.nullable) for c in shop.schema().table("t").columns] == [
            ("a", False, True), ("b", True, True), ("i", False, False),
        ]  # fmt: skip

    def test_names_that_differ_by_case_are_different(self, shop):
        shop("""CREATE TABLE "Users" ("Id" int, id text); CREATE TABLE users (id int PRIMARY KEY);
            CREATE TABLE notes (a int REFERENCES users)""")
        schema = shop.schema()
        assert names(schema) == ["Users", "users", "notes"]
        assert [schema.table(name).name for name in ("Users", "users", "USERS")] == ["Users", "users", "users"]
        assert [schema.table("Users").column(name).type for name in ("Id", "id", "ID")] == ["integer", "text", "text"]
        assert schema.table("notes").foreign_keys == (ForeignKey(("a",), "users", ("id",)),)


class TestKeysAndIndexes:
    def test_indexes(self, shop):
        shop("""CREATE TABLE t (a int, b int, c text, d int, e int4range, UNIQUE (c) DEFERRABLE,
              EXCLUDE USING gist (e WITH &&));
            CREATE INDEX plain ON t (a DESC, b); CREATE UNIQUE INDEX covering ON t (a) INCLUDE (b);
            CREATE UNIQUE INDEX partial ON t (b) WHERE a > 0; CREATE INDEX expression ON t (lower(c), a);
            CREATE UNIQUE INDEX spelled ON t (lower(c)); CREATE INDEX hashed ON t USING hash (d)""")
        table = shop.schema().table("t")
        assert table.indexes == (
            Index("t_c_key", ("c",), True), Index("t_e_excl", ("e",)), Index("plain", ("a", "b")),
            Index("covering", ("a",), True), Index("partial", ("b",)), Index("hashed", ("d",)),
        )  # fmt: skip
        assert table.unique_keys == (("c",), ("a",))

    def test_an_index_that_could_not_be_built_says_nothing(self, shop):
        shop("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)")
        with psycopg.connect(shop.url, autocommit=True) as connection, pytest.raises(psycopg.Error):
            connection.execute("CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a)")
        assert shop.schema().table("t").indexes == ()

    def test_keys_across_schemas_name_the_table_in_full(self, shop):
        shop("""CREATE SCHEMA sales; CREATE TABLE users (id int PRIMARY KEY);
            CREATE TABLE sales.users (id int PRIMARY KEY, friend int REFERENCES users, boss int REFERENCES sales.users);
            CREATE TABLE notes (a int REFERENCES sales.users)""")
        schema = shop.schema()
        assert schema.table("sales.users").foreign_keys == (
            ForeignKey(("friend",), "users", ("id",)), ForeignKey(("boss",), "sales.users", ("id",)),
        )  # fmt: skip
        assert schema.table("notes").foreign_keys == (ForeignKey(("a",), "sales.users", ("id",)),)
        assert "REFERENCES sales.users (id)" in _ddl(shop)

    def test_composite_keys_keep_their_order(self, shop):
        shop("""CREATE TABLE p (a int, b int, c int, PRIMARY KEY (c, a), UNIQUE (b, a));
            CREATE TABLE q (x int, y int, FOREIGN KEY (y, x) REFERENCES p (b, a))""")
        assert shop.schema().table("p").primary_key == ("c", "a")
        assert shop.schema().table("q").foreign_keys == (ForeignKey(("y", "x"), "p", ("b", "a")),)


def _ddl(shop):
    with Catalog.open(shop.url) as catalog:
        return catalog[shop.name].ddl()


class TestPrivileges:
    SCRIPT = """CREATE SCHEMA closed; CREATE SCHEMA opened;
        CREATE TABLE seen (id int PRIMARY KEY, x text);
        CREATE TABLE hidden (id int PRIMARY KEY);
        CREATE TABLE partly (id int PRIMARY KEY, secret text, shown text, up int REFERENCES hidden,
          down int REFERENCES seen);
        CREATE UNIQUE INDEX by_secret ON partly (secret, shown); CREATE INDEX by_shown ON partly (shown);
        CREATE VIEW window_ AS SELECT id FROM hidden;
        CREATE TABLE closed.inside (id int); CREATE TABLE opened.hidden (id int); CREATE TABLE opened.shown (id int);"""

    @pytest.fixture
    def closed(self, shop):
        shop(self.SCRIPT)
        shop.role("qw_guest")
        return shop("""GRANT SELECT ON seen, window_, closed.inside, opened.shown TO qw_guest;
            GRANT SELECT (id, shown, down, up) ON partly TO qw_guest; GRANT INSERT ON hidden TO qw_guest;
            GRANT USAGE ON SCHEMA opened TO qw_guest""")

    def test_what_may_not_be_read_is_left_out_and_named(self, closed):
        schema = closed.schema("qw_guest")
        assert names(schema) == ["seen", "partly", "opened.shown", "window_"]
        assert schema.unreadable == ("hidden", "closed.inside", "opened.hidden")
        assert closed.schema().unreadable == ()

    def test_so_are_columns_and_the_keys_over_them(self, closed):
        table = closed.schema("qw_guest").table("partly")
        assert [c.name for c in table.columns] == ["id", "shown", "up", "down"]
        assert table.foreign_keys == (ForeignKey(("down",), "seen", ("id",)),)
        assert table.indexes == (Index("by_shown", ("shown",)),)

    def test_what_is_left_can_be_asked(self, closed):
        url = closed.url.replace("postgres@", "qw_guest@")
        with Catalog.open(url) as catalog:
            database = catalog[closed.name]
            assert database.fingerprint()
            for table in database.schema:
                assert database.sample_inserts(table.full_name) == ""


RICH = """
    CREATE SCHEMA sales;
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE DOMAIN email AS text NOT NULL;
    CREATE TABLE people (id serial PRIMARY KEY, name varchar(40) NOT NULL, "E Mail" email, mood mood, tags text[],
      data jsonb, born date, boss int REFERENCES people, full_name text GENERATED ALWAYS AS (name || '!') STORED,
        UNIQUE (name, born));
    COMMENT ON TABLE people IS 'who''s who'; COMMENT ON COLUMN people.born IS 'day of birth';
    CREATE TABLE sales.orders (region int, number int, buyer int NOT NULL REFERENCES people, total numeric(12, 2),
      PRIMARY KEY (region, number));
    CREATE TABLE sales.items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, region int, number int, price real,
      FOREIGN KEY (region, number) REFERENCES sales.orders);
    CREATE UNIQUE INDEX by_price ON sales.items (price, id) INCLUDE (region);
    CREATE INDEX by_word ON people (lower(name));
    CREATE UNIQUE INDEX some_born ON people (born) WHERE boss IS NULL; CREATE INDEX by_boss ON people (boss, born DESC);
    CREATE TABLE logs (day date NOT NULL, n int) PARTITION BY RANGE (day);
    CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
    CREATE VIEW grown_up AS SELECT id, name FROM people WHERE born < '2000-01-01';
    CREATE MATERIALIZED VIEW totals AS SELECT buyer, sum(total) AS total FROM sales.orders GROUP BY buyer;
    COMMENT ON VIEW grown_up IS 'no children';
    CREATE TABLE "Odd ""Name" ("select" int UNIQUE, "ünï" int);
"""


class TestBesideSQLAlchemy:
    """Where the two differ: it shows partitions as tables, and indexes on expressions."""

    @pytest.fixture
    def both(self, shop):
        from sqlalchemy import create_engine, inspect

        shop(RICH)
        engine = create_engine(shop.url.replace("postgresql:", "postgresql+psycopg:"))
        yield shop.schema(), inspect(engine)
        engine.dispose()

    def test_tables_and_comments(self, both):
        from sqlalchemy.engine.reflection import ObjectKind

        ours, theirs = both
        named = {(None if s == "public" else s, t) for s in ("public", "sales") for t in theirs.get_table_names(s)}
        views = {(None, v) for v in theirs.get_view_names() + theirs.get_materialized_view_names()}
        assert {(t.namespace, t.name) for t in ours if not t.is_view} == named - {(None, "logs_1")}
        assert {(t.namespace, t.name) for t in ours if t.is_view} == views
        comments = theirs.get_multi_table_comment(kind=ObjectKind.ANY)
        assert {(t.namespace, t.name): t.description for t in ours if t.namespace is None} == {
            key: found["text"] for key, found in comments.items() if key[1] != "logs_1"
        }

    def test_columns(self, both):
        ours, theirs = both
        for table in ours:
            said = theirs.get_columns(table.name, table.namespace)
            assert [(c.name, c.nullable, c.description, c.generated) for c in table.columns] == [
                (c["name"], c["nullable"], c["comment"], "computed" in c) for c in said
            ]

    def test_keys(self, both):
        ours, theirs = both
        for table in ours:
            assert (
                list(table.primary_key) == theirs.get_pk_constraint(table.name, table.namespace)["constrained_columns"]
            )
            said = theirs.get_foreign_keys(table.name, table.namespace)
            assert {(k.columns, k.referred_table, k.referred_columns) for k in table.foreign_keys} == {
                (tuple(k["constrained_columns"]), _in_full(k), tuple(k["referred_columns"])) for k in said
            }

    def test_indexes_and_unique_constraints(self, both):
        ours, theirs = both
        for table in ours:
            said = theirs.get_indexes(table.name, table.namespace)
            plain = [i for i in said if None not in i["column_names"]]
            assert {(i.name, i.columns) for i in table.indexes} == {
                (i["name"], tuple(i["column_names"])) for i in plain
            }
            whole = [i for i in plain if i["unique"] and "postgresql_where" not in i.get("dialect_options", {})]
            unique = {tuple(i["column_names"]) for i in whole}
            unique |= {tuple(c["column_names"]) for c in theirs.get_unique_constraints(table.name, table.namespace)}
            assert {i.columns for i in table.indexes if i.unique} == unique


def _in_full(key):
    return f"{key['referred_schema']}.{key['referred_table']}" if key["referred_schema"] else key["referred_table"]
