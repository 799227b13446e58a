"""The command line on PostgreSQL and MariaDB: from an address to a dataset, a server that goes away, and passwords."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from contract_engines import MariaDB, PostgreSQL
from throwaway_servers import MariaDBServer, PostgresServer, Server

KINDS = {"postgresql": (PostgresServer, PostgreSQL), "mariadb": (MariaDBServer, MariaDB)}
CITIES = ("Oslo", "Rome", "Lima", "Cairo", "Quito")
SHOP = """
CREATE TABLE customers (customer_id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, city VARCHAR(20) NOT NULL,
  joined DATE NOT NULL);
CREATE TABLE orders (order_id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, placed TIMESTAMP NOT NULL,
  total DECIMAL(8, 2) NOT NULL, FOREIGN KEY (customer_id) REFERENCES customers (customer_id));
"""


def rows() -> dict[str, list[tuple[object, ...]]]:
    return {
        "customers": [
            (n, f"Customer {n}", CITIES[n % 5], f"20{10 + n % 9}-0{1 + n % 9}-{10 + n % 18}") for n in range(1, 61)
        ],
        "orders": [
            (n, 1 + n * 7 % 60, f"202{n % 4}-{1 + n % 12:02}-{1 + n % 27:02} 10:00:00", n * 37 % 990 + 0.5)
            for n in range(1, 301)
        ],
    }


@pytest.fixture(scope="module", params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of this module's own, with a shop of which `reader`, whose password is s3cret-word, may read all."""
    request.getfixturevalue({"postgresql": "postgres_server", "mariadb": "mariadb_server"}[request.param])
    kind, engine = KINDS[request.param]
    with kind() as server:
        loaded = engine(server)
        server.shop = loaded.load(Path("shop"), SHOP, rows())  # type: ignore[attr-defined]
        if request.param == "postgresql":
            import psycopg

            with psycopg.connect(server.shop, autocommit=True) as connection:  # type: ignore[attr-defined]
                connection.execute("CREATE ROLE reader LOGIN PASSWORD 's3cret-word'")
                connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
                hba = server._folder / "data" / "pg_hba.conf"
                hba.write_text("host all reader 127.0.0.1/32 scram-sha-256\n" + hba.read_text())
                connection.execute("SELECT pg_reload_conf()")
        else:
            with loaded.open() as connection, connection.cursor() as cursor:
                cursor.execute("CREATE USER reader@'%' IDENTIFIED BY 's3cret-word'")
                cursor.execute("GRANT SELECT ON *.* TO reader@'%'")
        yield server


@pytest.fixture
def shop(server: Server) -> str:
    server.start()
    return server.shop  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def asked(shop: str) -> str:
    """The address of the shop for a reader who was not given the password."""
    return shop.replace("://postgres@", "://reader@").replace("://root@", "://reader@")


@pytest.fixture
def secret(asked: str) -> str:
    return asked.replace("reader@", "reader:s3cret-word@")


def test_inspect_shows_a_database(cli, shop):
    done = cli("inspect", shop, env={"COLUMNS": "160"})
    assert done.returncode == 0, done.stderr
    assert shop in done.stdout
    assert "→ customers.customer_id" in done.stdout
    assert "about 60 rows" in done.stdout
    assert "Oslo" in done.stdout


def test_inspect_without_a_database_lists_them(cli, shop):
    done = cli("inspect", shop.rpartition("/")[0] + "/", env={"COLUMNS": "160"})
    assert done.returncode == 0, done.stderr
    assert shop.rpartition("/")[2] in done.stdout


def test_synthesize_keeps_no_password_anywhere(cli, secret, tmp_path):
    done = cli("synthesize", secret, "-o", tmp_path / "run", "--count", 40, "--workers", 2)
    assert done.returncode == 0, done.stderr
    said = (done.stdout + done.stderr).encode()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "run").rglob("*") if path.is_file())
    assert b"s3cret" not in said + kept
    run = orjson.loads((tmp_path / "run" / "run.json").read_bytes())
    assert run["about"]["location"] == secret.replace(":s3cret-word", "")
    assert next(iter(run["about"]["engines"].values())).startswith(("PostgreSQL 1", "MariaDB 1"))
    records = [orjson.loads(line) for line in (tmp_path / "run" / "dataset.jsonl").read_bytes().splitlines()]
    assert len(records) == 40
    assert all("CREATE TABLE" in record["prompt"] for record in records)


def test_a_run_by_several_workers_has_the_same_bytes_and_exports(cli, shop, tmp_path):
    for workers in (1, 2):
        done = cli("synthesize", shop, "-o", tmp_path / f"run{workers}", "--count", 60, "--workers", workers)
        assert done.returncode == 0, done.stderr
    one, two = ((tmp_path / f"run{n}" / "dataset.jsonl").read_bytes() for n in (1, 2))
    assert one == two
    for form in ("spider", "bird", "chat", "parquet"):
        done = cli("export", tmp_path / "run1", "--format", form, "-o", tmp_path / f"out.{form}")
        assert done.returncode == 0, done.stderr
    assert "60" in cli("stats", tmp_path / "run1").stdout


def test_a_run_outlives_a_server_that_dies(cli, program, server, shop, tmp_path):
    """Killed in the middle and started again: the run waits, says so, and ends with the bytes of a quiet day."""
    count = 120
    done = cli("synthesize", shop, "-o", tmp_path / "quiet", "--count", count)
    assert done.returncode == 0, done.stderr
    command = [*program, "synthesize", shop, "-o", str(tmp_path / "run"), "--count", str(count), "--workers", "2"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + 60
        while stored(tmp_path / "run") == 0 and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        server.stop()
        time.sleep(8)  # longer than a query waits by itself
        server.start()
        said = process.communicate(timeout=120)[1]
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, said
    waiting = [line for line in said.splitlines() if "waiting" in line]
    assert len(waiting) == 1, said
    assert f"127.0.0.1:{server.port}" in waiting[0]
    assert (tmp_path / "run" / "dataset.jsonl").read_bytes() == (tmp_path / "quiet" / "dataset.jsonl").read_bytes()


def stored(run: Path) -> int:
    """Outcomes in the run's store so far."""
    import sqlite3
    from contextlib import closing, suppress

    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{run / 'store.sqlite'}?mode=ro", uri=True)) as store:
        tables = [row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return sum(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
    return 0


NOWHERE = {"HOME": "/nonexistent", "PGPASSWORD": "", "MYSQL_PWD": ""}


def test_without_a_terminal_a_missing_password_is_one_line(cli, asked):
    done = cli("inspect", asked, env=NOWHERE)
    assert done.returncode == 1
    assert "wants a password for reader: put it into" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(("password", "code"), [("s3cret-word", 0), ("wr0ng-word", 1)])
def test_at_a_terminal_the_password_is_asked_for_and_not_shown(program, asked, password, code):
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*program, "inspect", asked], stdin=follower, stdout=follower, stderr=follower, env={**os.environ, **NOWHERE},
        start_new_session=True, preexec_fn=lambda: take_terminal(follower),
    )  # fmt: skip
    os.close(follower)
    said = b""
    try:
        while b"Password of reader at 127.0.0.1" not in said:
            said += read(leader)
        os.write(leader, password.encode() + b"\n")
        while chunk := read(leader):
            said += chunk
        assert process.wait(60) == code
    finally:
        process.kill()
        process.wait()
        os.close(leader)
    assert password.encode() not in said
    assert (b"customers" in said) == (code == 0)


def take_terminal(terminal: int) -> None:
    """Make it the controlling terminal of this process, which getpass asks at."""
    import fcntl
    import termios

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def read(terminal: int) -> bytes:
    assert select.select([terminal], [], [], 60)[0], "nothing was said for a minute"
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux's way to say that nobody is at the other end any more
        return b""


@pytest.mark.parametrize("words", [("inspect",), ("synthesize", "-o", "run")])
def test_a_server_that_is_down_is_one_line(cli, server, shop, words, tmp_path):
    server.stop()
    done = cli(words[0], shop, *words[1:], cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[0].endswith("does not answer: " + done.stderr.strip().rpartition(": ")[2])
    assert len(done.stderr.strip().splitlines()) == 1
    assert f"127.0.0.1:{server.port}" in done.stderr
    assert not (tmp_path / "run").exists()
