"""What can go wrong between us and a server, on real ones: each is one clear line, and nothing is lost."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager

import pytest
from throwaway_servers import MariaDBServer, Missing, PostgresServer

from querywright.databases import Catalog, Limits
from querywright.databases.addresses import Address
from querywright.databases.connectors import asking
from querywright.errors import (
    DatabaseOutage,
    DatabaseUnavailable,
    PasswordNeeded,
    QueryFailed,
    QueryTimeout,
)

KINDS = {"postgresql": PostgresServer, "mariadb": MariaDBServer}
SMALL = {"postgresql": "max_connections=8", "mariadb": "--max-connections=4"}
WAIT = {"postgresql": "SELECT pg_sleep(30)", "mariadb": "SELECT SLEEP(30)"}
TEN = Limits(seconds=10)


@contextmanager
def admin(server, database=""):
    """A superuser's cursor, outside of us."""
    if server.scheme == "postgresql":
        import psycopg

        with psycopg.connect(server.url(database or "postgres"), autocommit=True) as connection:
            yield connection.cursor()
    else:
        import pymysql

        connection = pymysql.connect(
            host="127.0.0.1", port=server.port, user="root", autocommit=True, database=database or None
        )
        with closing(connection), connection.cursor() as cursor:
            yield cursor


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    try:
        KINDS[request.param]._binaries(object.__new__(KINDS[request.param]))
    except Missing:
        request.getfixturevalue({"postgresql": "postgres_server", "mariadb": "mariadb_server"}[request.param])
    return request.param


@pytest.fixture(scope="module")
def server(kind):
    """A server with a database `shop`, and a user `reader` who needs a password, `s3cret-word`, and may read it."""
    with KINDS[kind]() as server:
        with admin(server) as cursor:
            cursor.execute("CREATE DATABASE shop")
        with admin(server, "shop") as cursor:
            cursor.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, name VARCHAR(20))")
            cursor.execute("INSERT INTO things VALUES (1, 'one'), (2, 'two'), (3, 'three')")
            if kind == "postgresql":
                cursor.execute("CREATE ROLE reader LOGIN PASSWORD 's3cret-word'")
                hba = server._folder / "data" / "pg_hba.conf"
                hba.write_text("host all reader 127.0.0.1/32 scram-sha-256\n" + hba.read_text())
                cursor.execute("SELECT pg_reload_conf()")
            else:
                cursor.execute("CREATE USER reader@'%' IDENTIFIED BY 's3cret-word'")
            cursor.execute("GRANT SELECT ON things TO reader")
        yield server


@pytest.fixture
def own(server):
    """The server, running; a test may stop it."""
    server.start()
    return server


@pytest.fixture(scope="module")
def small(kind):
    """A server with few connections to give, and a database `shop`."""
    with KINDS[kind](SMALL[kind]) as server:
        with admin(server) as cursor:
            cursor.execute("CREATE DATABASE shop")
        yield server


def test_the_databases_of_a_server_are_a_catalog(own):
    with Catalog.open(own.url()) as catalog:
        assert "shop" in catalog
        assert not {"template1", "mysql", "information_schema", "sys", "performance_schema"} & set(catalog)
        assert catalog["shop"].execute("SELECT count(*) FROM things").rows == [(3,)]
        assert str(catalog.place("shop")) == own.url("shop")


@pytest.mark.parametrize("database", ["shop", ""])
def test_a_server_that_is_down_is_an_outage(own, database):
    own.stop()
    with pytest.raises(DatabaseOutage, match=rf"the server at 127\.0\.0\.1:{own.port} does not answer") as caught:
        Catalog.open(own.url(database))
    assert "\n" not in str(caught.value)


def test_an_unknown_database_is_named(own):
    with pytest.raises(DatabaseUnavailable, match="nowhere") as caught:
        Catalog.open(own.url("nowhere"))
    assert not isinstance(caught.value, DatabaseOutage)


def test_a_killed_connection_is_replaced_unseen(own):
    with Catalog.open(own.url("shop")) as catalog:
        shop = catalog["shop"]
        for _ in range(3):
            assert shop.execute("SELECT count(*) FROM things").rows == [(3,)]
            kill_everybody(own)
            assert shop.execute("SELECT count(*) FROM things").rows == [(3,)]
            kill_everybody(own)
            assert "things" in shop.explain("SELECT * FROM things")


def kill_everybody(server):
    with admin(server) as cursor:
        if server.scheme == "postgresql":
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        else:
            cursor.execute(
                "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user = 'root'"
            )
            for (number,) in cursor.fetchall():
                cursor.execute(f"KILL {number}")
    time.sleep(0.1)


def test_a_restarted_server_is_found_again(own):
    with Catalog.open(own.url("shop")) as catalog:
        shop = catalog["shop"]
        assert shop.execute("SELECT count(*) FROM things").rows == [(3,)]
        own.stop()
        with pytest.raises(DatabaseOutage, match="does not answer"):
            shop.execute("SELECT count(*) FROM things", Limits(seconds=0.5))
        own.start()
        assert shop.execute("SELECT count(*) FROM things", TEN).rows == [(3,)]


def test_a_short_restart_is_not_even_seen(own, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 30.0)
    with Catalog.open(own.url("shop")) as catalog:
        shop = catalog["shop"]
        shop.execute("SELECT 1")
        own.stop()
        late = threading.Timer(0.5, own.start)
        late.start()
        assert shop.execute("SELECT count(*) FROM things", Limits(seconds=30)).rows == [(3,)]
        late.join()


def test_a_query_that_ends_its_connection_each_time_is_its_own_fault(own, kind):
    """The server is well: it is told apart from an outage."""
    with Catalog.open(own.url("shop")) as catalog, ThreadPoolExecutor(1) as pool:
        connector = catalog["shop"]._connector
        connector.execute("SELECT 1", TEN)
        asked = pool.submit(connector.execute, WAIT[kind], TEN)
        until = time.monotonic() + 9
        while not asked.done() and time.monotonic() < until:
            kill_everybody(own)
        with pytest.raises(QueryFailed, match="ended the connection twice"):
            asked.result()
        assert connector.execute("SELECT count(*) FROM things", TEN).rows == [(3,)]


def test_a_stopped_server_leaves_no_connection_behind(own):
    with Catalog.open(own.url("shop")) as catalog:
        catalog["shop"].execute("SELECT 1")
    with admin(own) as cursor:
        deadline = time.monotonic() + 5
        while sessions(cursor, own) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert sessions(cursor, own) == 0


def sessions(cursor, server):
    if server.scheme == "postgresql":
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'querywright'")
    else:
        cursor.execute("SELECT count(*) - 1 FROM information_schema.processlist WHERE user = 'root'")
    return cursor.fetchall()[0][0]


def test_a_full_server_is_waited_for_with_what_we_have(small):
    """Eight threads share the few connections that the server has to give."""
    with Catalog.open(small.url("shop")) as catalog:
        answers = list(catalog["shop"].execute_many(["SELECT 1 AS x"] * 200, TEN, workers=8))
    assert [answer.rows for answer in answers] == [[(1,)]] * 200


def test_a_server_without_any_connection_to_spare_is_an_outage(small):
    with ExitStack() as held, pytest.raises(DatabaseOutage, match="has no connection to spare"):
        open_many(small.url("shop"), held)


def open_many(url, held):
    for _ in range(12):
        held.enter_context(Catalog.open(url))


def test_a_deadline_inside_a_lock_wait_names_the_lock(own, kind):
    with Catalog.open(own.url("shop")) as catalog, admin(own, "shop") as cursor:
        catalog["shop"].execute("SELECT 1")
        if kind == "postgresql":
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE things IN ACCESS EXCLUSIVE MODE")
        else:
            cursor.execute("LOCK TABLES things WRITE")
        began = time.monotonic()
        with pytest.raises(QueryTimeout, match="another session holds a lock"):
            catalog["shop"].execute("SELECT * FROM things", Limits(seconds=2))
        assert time.monotonic() - began < 3
        cursor.execute("ROLLBACK" if kind == "postgresql" else "UNLOCK TABLES")
        assert len(catalog["shop"].execute("SELECT * FROM things").rows) == 3


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("PGPASSWORD", "MYSQL_PWD", "PGPASSFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


class TestPasswords:
    def test_none_at_all_is_asked_for(self, own, home):
        with pytest.raises(PasswordNeeded, match="wants a password for reader: put it into ~/"):
            Catalog.open(own.url("shop", "reader"))

    def test_a_wrong_one_is_not_accepted_and_not_shown(self, own, home):
        with pytest.raises(DatabaseUnavailable, match="does not accept the password of reader") as caught:
            Catalog.open(own.url("shop", "reader", "wr0ng"))
        assert not isinstance(caught.value, DatabaseOutage)
        assert "wr0ng" not in f"{caught.value!r}"

    def test_in_the_address(self, own, home):
        with Catalog.open(own.url("shop", "reader", "s3cret-word")) as catalog:
            assert catalog["shop"].execute("SELECT count(*) FROM things").rows == [(3,)]
            shown = f"{catalog!r} {catalog.location} {catalog.location!r} {catalog.place('shop')} {catalog['shop']!r}"
            assert "s3cret" not in shown + catalog["shop"].fingerprint()

    def test_in_the_environment(self, own, home, kind, monkeypatch):
        monkeypatch.setenv({"postgresql": "PGPASSWORD", "mariadb": "MYSQL_PWD"}[kind], "s3cret-word")
        with Catalog.open(own.url("shop", "reader")) as catalog:
            assert len(catalog["shop"].schema.tables) == 1

    def test_in_the_clients_own_file(self, own, home, kind):
        if kind == "postgresql":
            (home / ".pgpass").write_text("*:*:*:reader:s3cret-word\n")
            (home / ".pgpass").chmod(0o600)
        else:
            (home / ".my.cnf").write_text("[client]\nuser = reader\npassword = s3cret-word\n")
        with Catalog.open(own.url("shop", "reader")) as catalog:
            assert len(catalog["shop"].schema.tables) == 1

    def test_the_same_digest_with_and_without(self, own, home):
        with (
            Catalog.open(own.url("shop", "reader", "s3cret-word")) as one,
            Catalog.open(own.url("shop")) as two,
        ):
            assert one["shop"].fingerprint() == two["shop"].fingerprint()


def test_what_the_user_may_not_read_is_left_out_and_named(own, kind):
    with admin(own, "shop") as cursor:
        cursor.execute("CREATE TABLE secrets (id INTEGER)")
        cursor.execute("GRANT INSERT ON secrets TO reader")  # MariaDB does not even show a table without any privilege
    with Catalog.open(own.url("shop", "reader", "s3cret-word")) as catalog:
        schema = catalog["shop"].schema
        assert [table.name for table in schema] == ["things"]
        assert schema.unreadable == ("secrets",)
    with admin(own, "shop") as cursor:
        cursor.execute("DROP TABLE secrets")


def test_a_worker_process_opens_an_address_with_its_password(own, home):
    import pickle

    with Catalog.open(own.url("shop", "reader", "s3cret-word")) as catalog:
        assert isinstance(catalog.location, Address)
        with Catalog.open(pickle.loads(pickle.dumps(catalog.location))) as again:
            assert again["shop"].execute("SELECT count(*) FROM things").rows == [(3,)]


def test_a_forked_child_has_connections_of_its_own(own):
    import os

    with Catalog.open(own.url("shop")) as catalog:
        shop = catalog["shop"]
        shop.execute("SELECT 1")
        child = os.fork()
        if child == 0:
            os._exit(0 if shop.execute("SELECT count(*) FROM things").rows == [(3,)] else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert shop.execute("SELECT count(*) FROM things").rows == [(3,)]
