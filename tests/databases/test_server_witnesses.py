"""A copy that a query brings along answers as the table does, and what it would not stand for is said."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
import shop
from contract_engines import SERVERS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from querywright.databases.compare import compare, is_ordered
from querywright.databases.database import Database
from querywright.databases.literals import qualified
from querywright.databases.results import Limits
from querywright.databases.schema import Column, Table
from querywright.databases.values import close
from querywright.databases.witnesses import distinguish, witnesses
from querywright.databases.witnesses.asking import Asking
from querywright.databases.witnesses.fitting import fitting
from querywright.databases.witnesses.substitution import template
from querywright.errors import QueryFailed, WitnessesUnavailable
from querywright.sql.parsing import parse

LIMITS = Limits()
DIALECTS = {"postgresql": "postgres", "mariadb": "mysql"}
BY_PLACE_IN_A_LIST = ("SELECT state FROM `order` ORDER BY state, id",)
"""What a copy of an ENUM answers differently; `distinguish` leaves such pairs out, and says so."""


@pytest.fixture(scope="module", params=SERVERS)
def database(request, tmp_path_factory):
    kind, server = SERVERS[request.param]
    engine, dialect = kind(request.getfixturevalue(server)), DIALECTS[request.param]
    place = engine.load(tmp_path_factory.mktemp("shop") / "shop", shop.SCHEMA[dialect] + shop.inserts(dialect))
    with Database(engine.connect(place), "shop") as database:
        yield database
    engine.drop()


@pytest.fixture(scope="module")
def whole(database):
    """All rows of each table."""
    return {
        t.full_name: database.execute(f"SELECT * FROM {qualified(t, database.dialect)}").rows for t in database.schema
    }


def test_a_whole_copy_answers_every_query_as_the_database_does(database, whole):
    dialect = database.dialect
    for sql in shop.queries(dialect):
        asking = Asking(database, [sql])
        asking.prove({t.full_name: whole[t.full_name] for t in asking.tables})
        real, copied = database.execute(sql), asking.execute(sql, whole, LIMITS)
        if sql not in BY_PLACE_IN_A_LIST:
            rows = [
                tuple(int.from_bytes(v) if isinstance(v, bytes) and len(v) == 1 else v for v in r) for r in real.rows
            ]
            real.rows[:] = rows  # the bits of MySQL
            assert compare(real, copied, ordered=is_ordered(sql, dialect)), sql


def test_queries_that_mean_the_same_are_never_told_apart(database):
    pairs = shop.same(database.dialect)
    assert len(pairs) >= 50
    # A server makes a witness in a tenth of a second: each pair has one seed here, and all of them in `test_witnesses`.
    told = {pair: distinguish(database, *pair, count=9, seed=number % 3) for number, pair in enumerate(pairs)}
    assert [(pair, verdict.reason) for pair, verdict in told.items() if not verdict] == []
    assert [(pair, verdict.unavailable) for pair, verdict in told.items() if verdict.unavailable] == []
    assert [pair for pair, verdict in told.items() if verdict.checked < 6] == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("SELECT COUNT(*) FROM product", "SELECT COUNT(price) + COUNT(weight) - COUNT(weight) FROM item, product"),
        ("SELECT id FROM product WHERE price > 7.01", "SELECT id FROM product WHERE price >= 7.01"),
        ("SELECT name FROM customer WHERE city = 'Oslo'", "SELECT name FROM customer WHERE city LIKE 'Oslo%'"),
        ("SELECT SUM(quantity) FROM item", "SELECT SUM(DISTINCT quantity) FROM item"),
        ("SELECT title FROM product", "SELECT title FROM product WHERE stock IS NOT NULL"),
        ("SELECT born FROM customer", "SELECT DISTINCT born FROM customer"),
        (
            "SELECT title FROM product p LEFT JOIN item i ON i.product_id = p.id",
            "SELECT title FROM product p JOIN item i ON i.product_id = p.id",
        ),
    ],
)
def test_queries_that_differ_are_told_apart(database, first, second):
    verdicts = [distinguish(database, first, second, count=10, seed=seed) for seed in range(2)]
    assert not any(verdicts)
    assert not any(verdict.unavailable for verdict in verdicts)


NOT_AVAILABLE = [
    ("postgres", "SELECT ctid FROM customer", 'a query cannot be asked of a copy: column "ctid" does not exist'),
    ("postgres", "SELECT id FROM customer TABLESAMPLE BERNOULLI (100)", "a query cannot be asked of a copy"),
    ("postgres", "SELECT customers_of('Oslo')", "it calls customers_of, a function of the database"),
    (
        "postgres",
        "SELECT COUNT(*) FROM pg_catalog.pg_class",
        "it reads pg_catalog.pg_class, which is not in the schema",
    ),
    ("postgres", "SELECT id FROM crm.guest", "it reads crm.guest, which is not in the schema"),
    ("postgres", "SELECT id FROM crm.customer", "it reads crm.customer, which is not in the schema"),
    ("mysql", "SELECT customers_of('Oslo')", "it calls customers_of, a function of the database"),
    ("mysql", "SELECT COUNT(*) FROM information_schema.TABLES", "which is not in the schema"),
    ("mysql", "SELECT digits FROM padded", "padded.digits (int(5) unsigned zerofill) does not come back from a copy"),
    ("mysql", "SELECT id FROM hidden", "hidden has columns that are hidden or may not be read"),
    ("mysql", "SELECT id FROM customer PARTITION (p0)", "a query cannot be asked of a copy"),
]
MORE = {
    "postgres": "CREATE TABLE crm.guest (id INTEGER); CREATE TABLE crm.customer (id INTEGER);",
    "mysql": """CREATE TABLE padded (digits INTEGER(5) UNSIGNED ZEROFILL); INSERT INTO padded VALUES (42);
      CREATE TABLE hidden (id INTEGER, secret INTEGER INVISIBLE DEFAULT 1); INSERT INTO hidden (id) VALUES (1);""",
}


@pytest.fixture(scope="module")
def wider(request, tmp_path_factory):
    """The shop with what cannot be copied, by dialect; two tables were made after the schema was read."""
    made = {}
    for name, (kind, server) in SERVERS.items():
        engine, dialect = kind(request.getfixturevalue(server)), DIALECTS[name]
        place = tmp_path_factory.mktemp("wider") / "wider"
        address = engine.load(place, shop.SCHEMA[dialect] + shop.inserts(dialect))
        database = Database(engine.connect(address), "wider")
        if dialect == "postgres":
            assert database.schema
        engine.load(place, MORE[dialect])
        made[dialect] = SimpleNamespace(engine=engine, database=database)
    yield {dialect: each.database for dialect, each in made.items()}
    for each in made.values():
        each.database.close()
        each.engine.drop()


@pytest.mark.parametrize(("dialect", "sql", "reason"), NOT_AVAILABLE)
def test_what_a_copy_does_not_stand_for_is_said(wider, dialect, sql, reason):
    database = wider[dialect]
    try:
        database.execute(sql)
    except QueryFailed:
        assert "PARTITION" in sql
        sql = "SELECT id FROM customer WHERE 1 = 1"
        with pytest.raises(WitnessesUnavailable, match="cannot be asked"):
            Asking(database, [sql, "SELECT id FROM customer PARTITION (p0)"]).prove({"customer": []})
        return
    verdict = distinguish(database, sql, sql)
    assert verdict
    assert reason in verdict.unavailable
    assert verdict.checked == 1
    with pytest.raises(WitnessesUnavailable) as raised:
        witnesses(database, [sql])
    assert raised.value.message == verdict.unavailable


def test_without_witnesses_the_database_itself_is_still_asked(wider):
    verdict = distinguish(wider["postgres"], "SELECT ctid FROM customer", "SELECT ctid FROM customer WHERE vip")
    assert not verdict
    assert verdict.unavailable == ""


def test_pairs_that_go_by_the_place_in_a_list_of_mysql_are_left_out(wider):
    database = wider["mysql"]
    by_place = "SELECT id FROM `order` ORDER BY state, id"
    assert distinguish(database, by_place, "SELECT o.id FROM `order` o ORDER BY o.state, id").unavailable == ""
    spelled = "SELECT id FROM `order` ORDER BY FIELD(state, 'open', 'sent', 'paid'), id"
    verdict = distinguish(database, by_place, spelled)
    assert verdict
    assert "which may go by the places in an ENUM or SET" in verdict.unavailable
    for other in ("SELECT id FROM `order` WHERE state + 0 > 1", "SELECT id FROM `order` WHERE state > 1"):
        verdict = distinguish(database, "SELECT id FROM `order` WHERE state IN ('sent', 'paid')", other)
        assert "ENUM or SET" in verdict.unavailable


def test_a_copy_answers_other_queries_about_its_tables(database):
    [copy] = witnesses(database, ["SELECT name FROM customer"], count=1)
    with copy:
        assert copy.execute("SELECT COUNT(*) FROM customer", LIMITS).rows == [(len(copy.rows["customer"]),)]
        with pytest.raises(WitnessesUnavailable, match="it reads product, of which there is no copy"):
            copy.execute("SELECT * FROM product", LIMITS)


def test_no_table_is_read_for_a_copy(wider):
    database, sent = wider["postgres"], []

    def execute(sql, limits=LIMITS):
        sent.append(sql)
        return database.execute(sql, limits)

    sql = "WITH customer AS (SELECT * FROM customer) SELECT * FROM customer c JOIN item i ON i.order_id = c.id"
    asking = Asking(SimpleNamespace(dialect="postgres", schema=database.schema, execute=execute), [sql])
    asking.execute(sql, {"customer": [], "item": []}, LIMITS)
    assert "Scan on json_to_recordset" in database.explain(sent[-1])
    assert "Scan on customer" in database.explain(sql)
    assert "Scan on customer" not in database.explain(sent[-1])
    assert "Scan on item" not in database.explain(sent[-1])


TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1),
            st.none() | TEXTS,
            st.none() | st.decimals(-(10**9), 10**9, places=4),
            st.none() | st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False),
            st.none() | st.dates(),
            st.none() | st.datetimes(),
            st.none() | st.binary(max_size=20),
        ),
        max_size=6,
    )
)
def test_every_value_comes_back_from_a_copy(values, rows):
    found = values.execute("SELECT * FROM value_", {"value_": rows}, LIMITS).rows
    assert len(found) == len(rows)
    assert all(close(list(a), list(b)) for a, b in zip(rows, found, strict=True))


@pytest.fixture(scope="module", params=SERVERS)
def values(request, tmp_path_factory):
    """A table with one column of each kind, to be asked about."""
    kind, server = SERVERS[request.param]
    engine = kind(request.getfixturevalue(server))
    moment = "TIMESTAMP" if request.param == "postgresql" else "DATETIME(6)"
    place = engine.load(
        tmp_path_factory.mktemp("value") / "value",
        f"""CREATE TABLE value_ (a BIGINT, b {"TEXT" if request.param == "postgresql" else "LONGTEXT"}, c DECIMAL(20,4),
          d {engine.double}, e DATE, f {moment}, g {engine.blob});""",
    )
    with Database(engine.connect(place), "value") as database:
        yield Asking(database, ["SELECT * FROM value_"])
    engine.drop()


# ── the parts, without a server ──────────────────────────────────────────────────────────────────────────────────────

ARTIST = Table("artist", (Column("id", "integer", "integer"), Column("name", "text", "text")), ("id",))
ALBUM = Table("Album", (Column("id", "integer", "integer"), Column("name", "text", "text")), ("id",), namespace="shop")
MEANT = {"artist": ARTIST, "Album": ALBUM, "album": ALBUM, "ARTIST": ARTIST, "a": ARTIST}


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("postgres", "SELECT * FROM artist", "WITH c1 AS (A) SELECT * FROM c1 AS artist"),
        ("postgres", "SELECT a.id FROM artist a -- é", "WITH c1 AS (A) SELECT a.id FROM c1 a -- é"),
        (
            "postgres",
            'SELECT "é", shop."Album".id FROM shop."Album"',
            'WITH c2 AS (B) SELECT "é", "Album".id FROM c2 AS "Album"',
        ),
        (
            "postgres",
            "WITH x AS (SELECT * FROM artist) SELECT * FROM x",
            "WITH c1 AS (A),  x AS (SELECT * FROM c1 AS artist) SELECT * FROM x",
        ),
        (
            "postgres",
            "WITH artist AS (SELECT * FROM artist) SELECT * FROM artist",
            "WITH c1 AS (A),  artist AS (SELECT * FROM c1 AS artist) SELECT * FROM artist",
        ),
        (
            "postgres",
            'WITH "Artist" AS (SELECT 1) SELECT * FROM artist',
            'WITH c1 AS (A),  "Artist" AS (SELECT 1) SELECT * FROM c1 AS artist',
        ),
        (
            "postgres",
            "SELECT * FROM artist UNION SELECT * FROM (WITH artist AS (SELECT 1) SELECT * FROM artist) x",
            "WITH c1 AS (A) SELECT * FROM c1 AS artist"
            " UNION SELECT * FROM (WITH artist AS (SELECT 1) SELECT * FROM artist) x",
        ),
        (
            "mysql",
            "with recursive artist as (select 1 union all select id from artist) select * from artist, shop.album",
            "with recursive c2 AS (B),  artist as (select 1 union all select id from artist)"
            " select * from artist, c2 AS album",
        ),
        (
            "mysql",
            "SELECT name, COUNT(*) FROM artist GROUP BY id",
            "WITH c1 AS (A) SELECT name, COUNT(*) FROM c1 AS artist GROUP BY id, artist.name",
        ),
        (
            "postgres",
            'SELECT "R".name FROM artist "R" JOIN shop.album b USING (id) GROUP BY "R".id, b.id',
            'WITH c1 AS (A), c2 AS (B) SELECT "R".name FROM c1 "R" JOIN c2 b USING (id)'
            ' GROUP BY "R".id, "R".name, b.id',
        ),
        (
            "postgres",
            "SELECT name FROM artist GROUP BY ROLLUP (id, name)",
            "WITH c1 AS (A) SELECT name FROM c1 AS artist GROUP BY ROLLUP (id, name)",
        ),
        ("postgres", "SELECT 1", "SELECT 1"),
    ],
)
def test_only_the_names_of_tables_change_in_a_query(dialect, sql, expected):
    names = {"artist": "c1", "shop.Album": "c2"}
    found = template(sql, parse(sql, dialect), dialect, lambda node: MEANT[node.name], names)
    assert found.over({"artist": "A", "shop.Album": "B"}, names) == expected


FITS = [
    ("integer", "integer", 2**31 - 1, True),
    ("integer", "integer", 2**31, False),
    ("tinyint(3) unsigned", "integer", 255, True),
    ("tinyint(3) unsigned", "integer", -1, False),
    ("year(4)", "integer", 1900, False),
    ("amount", "integer", 5, False),
    ("character varying(3)", "text", "abc", True),
    ("character varying(3)", "text", "abcd", False),
    ("varchar(3)", "text", "abcd", False),
    ("text", "text", "x" * 999, True),
    ("text[]", "other", ["x"], False),
    ("mood", "text", "glad", False),
    ("uuid", "text", "00000000-0000-0000-0000-000000000001", True),
    ("uuid", "text", "00000000~1", False),
    ("real", "real", 1.5, True),
    ("degree", "real", 1.5, False),
]


@pytest.mark.parametrize(("type_", "kind", "value", "expected"), FITS)
def test_a_row_is_kept_if_its_columns_can_hold_it(type_, kind, value, expected):
    table = Table("t", (Column("x", type_, kind),))
    assert fitting([(value,), (None,)], table, []) == ([(value,)] if expected else []) + [(None,)]
    assert fitting([(value,)], table, [(value,)]) == [(value,)]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**8), max_value=10**8))
def test_a_decimal_is_rounded_as_its_column_does(value):
    table = Table("t", (Column("x", "numeric(6,2)", "decimal"),))
    for (kept,) in fitting([(value,)], table, []):
        assert kept == round(kept, 2)
        assert abs(kept - value) <= Decimal("0.005")
        assert abs(kept) < 10_000
