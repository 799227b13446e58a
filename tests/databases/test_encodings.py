"""Databases in other encodings than UTF-8."""

import psycopg
import pytest
from contract_engines import MariaDB

from querywright.databases import Catalog
from querywright.databases.addresses import Address
from querywright.errors import QueryError


@pytest.fixture
def postgres(postgres_server):
    """Makes a PostgreSQL database in an encoding from a script of bytes, and opens it."""
    made, opened = [], []

    def make(encoding: str, script: bytes):
        name = f"in_{encoding.lower()}"
        with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
        made.append(name)
        with psycopg.connect(postgres_server.url(name), autocommit=True) as connection:
            connection.execute(f"SET client_encoding = '{encoding}'")
            connection.execute(script)
        opened.append(Catalog.open(postgres_server.url(name)))
        return opened[-1][name]

    yield make
    for catalog in opened:
        catalog.close()
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize(
    ("encoding", "codec", "word"), [("LATIN1", "latin-1", "Müller"), ("WIN1251", "cp1251", "Пётр")]
)
def test_text_of_an_encoding_is_text(postgres, encoding, codec, word):
    script = f"""
        CREATE TABLE "{word}" (id integer PRIMARY KEY, "{word}" text);
        COMMENT ON TABLE "{word}" IS '{word}';
        INSERT INTO "{word}" VALUES (1, '{word}')"""
    database = postgres(encoding, script.encode(codec))
    table = database.schema.table(word)
    assert (table.name, table.columns[1].name, table.description) == (word, word, word)
    assert database.execute(f'''SELECT * FROM "{word}" WHERE "{word}" = '{word}' ''').rows == [(1, word)]
    assert database.values(word, word) == [word]
    assert database.fingerprint()


def test_a_letter_that_an_encoding_lacks_fails_the_query_alone(postgres):
    database = postgres("LATIN1", b"CREATE TABLE t (x text); INSERT INTO t VALUES ('\xfc')")
    with pytest.raises(QueryError, match="LATIN1"):
        database.execute("SELECT * FROM t WHERE x = '日本'")
    assert database.execute("SELECT x FROM t").rows == [("ü",)]


BYTES = b"""
    CREATE TYPE mood AS ENUM ('gl\xfccklich', 'sad');
    CREATE TABLE t (id integer PRIMARY KEY, x text, y varchar(9), tags text[], j json, m mood);
    COMMENT ON TABLE t IS 'f\xfcr alle';
    COMMENT ON COLUMN t.x IS 'gr\xfc\xdfe';
    INSERT INTO t VALUES (1, 'a\xffb', 'fine \xc3\xbc', '{"a\xffb",c}', '{"k": "\xff"}', 'gl\xfccklich');
    INSERT INTO t VALUES (2, '\xe6\x97\xa5', NULL, '{}', '1', NULL);
    CREATE TABLE "gr\xf6\xdfe" ("l\xe4nge" integer);
    INSERT INTO "gr\xf6\xdfe" VALUES (5)"""


def test_bytes_without_an_encoding_come_back_as_surrogate_escapes(postgres):
    database = postgres("SQL_ASCII", BYTES)
    first, second = database.execute("SELECT * FROM t ORDER BY id").rows
    assert first == (1, "a\udcffb", "fine ü", ["a\udcffb", "c"], '{"k": "\udcff"}', "gl\udcfccklich")
    assert first[1].encode("utf-8", "surrogateescape") == b"a\xffb"
    assert second == (2, "日", None, [], "1", None)
    assert database.execute("SELECT 1 AS n, NULL AS x, 1.5 AS y, DATE '2024-01-02' AS d").rows


def test_so_do_names_comments_and_labels(postgres):
    database = postgres("SQL_ASCII", BYTES)
    table, odd = database.schema.tables
    assert (table.name, table.description, table.column("x").description) == ("t", "f\udcfcr alle", "gr\udcfc\udcdfe")
    assert table.column("m").value_description == "one of gl\udcfccklich, sad"
    assert (odd.name, odd.columns[0].name) == ("gr\udcf6\udcdfe", "l\udce4nge")
    assert database.fingerprint() == database.fingerprint()


def test_and_a_query_may_hold_them(postgres):
    database = postgres("SQL_ASCII", BYTES)
    assert database.execute("SELECT id FROM t WHERE x = 'a\udcffb'").rows == [(1,)]
    assert database.execute('SELECT "l\udce4nge" FROM "gr\udcf6\udcdfe"').rows == [(5,)]
    with pytest.raises(QueryError, match="no Unicode text"):
        database.execute("SELECT id FROM t WHERE x = '\ud800'")
    assert database.values("t", "y") == ["fine ü"]


@pytest.mark.parametrize(
    ("charset", "word"), [("latin1", "Müller"), ("cp1251", "Пётр"), ("ucs2", "日本"), ("sjis", "日本")]
)
def test_mariadb_text_of_an_encoding_is_text(mariadb_server, tmp_path, charset, word):
    engine = MariaDB(mariadb_server)
    script = f"""CREATE TABLE t (id INTEGER PRIMARY KEY, "{word}" VARCHAR(40) COMMENT '{word}') CHARACTER SET {charset};
        INSERT INTO t VALUES (1, '{word}');"""
    url = engine.load(tmp_path / charset, script)
    name = Address.parse(url).database
    with Catalog.open(url) as catalog:
        database = catalog[name]
        column = database.schema.table("t").columns[1]
        assert (column.name, column.description) == (word, word)
        assert database.execute(f"SELECT * FROM t WHERE `{word}` = '{word}'").rows == [(1, word)]
        assert database.values("t", word) == [word]
        assert database.fingerprint()
    engine.drop()
