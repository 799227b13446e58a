"""docs/servers.md as a reader follows it: make the role, then type the commands, on real servers."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from contract_engines import MariaDB, PostgreSQL

SHOP = """
CREATE TABLE customers (customer_id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, city VARCHAR(20) NOT NULL);
CREATE TABLE orders (order_id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, total DECIMAL(8, 2) NOT NULL,
  FOREIGN KEY (customer_id) REFERENCES customers (customer_id));
"""
ROWS = {
    "customers": [(n, f"Customer {n}", ("Oslo", "Rome", "Lima")[n % 3]) for n in range(1, 61)],
    "orders": [(n, 1 + n * 7 % 60, n * 37 % 990) for n in range(1, 301)],
}
FENCE = re.compile(r"^```(?P<language>bash|sql)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def page(root):
    found = FENCE.finditer((root / "docs" / "servers.md").read_text(encoding="utf-8"))
    blocks = [(block["language"], block["code"]) for block in found]
    return {language: [code for kind, code in blocks if kind == language] for language in ("bash", "sql")}


@pytest.fixture(scope="module")
def ports(page, postgres_server, mariadb_server):
    """Both servers with a database `shop` and the role that the page makes; gives their ports."""
    import psycopg

    if not hasattr(postgres_server, "port") or not hasattr(mariadb_server, "port"):
        pytest.skip("running servers of somebody else get no roles from us")
    postgres, mariadb = PostgreSQL(postgres_server), MariaDB(mariadb_server)
    try:
        with psycopg.connect(postgres.load(Path("page"), SHOP, ROWS), autocommit=True) as connection:
            connection.execute(page["sql"][0])
            name = connection.info.dbname
        mariadb.load(Path("page"), SHOP, ROWS)
        with mariadb.open() as connection, connection.cursor() as cursor:
            cursor.execute(page["sql"][1].replace("shop.*", f"{name}.*"))
        yield {"5432/shop": f"{postgres_server.port}/{name}", "3306/shop": f"{mariadb_server.port}/{name}",
               "3306/": f"{mariadb_server.port}/"}  # fmt: skip
    finally:
        with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
            postgres.drop()
            connection.execute("DROP ROLE querywright")
        with mariadb.open() as connection, connection.cursor() as cursor:
            mariadb.drop()
            cursor.execute("DROP USER querywright")


def test_every_command_of_the_page_runs(page, ports, tmp_path):
    script = "\n".join(page["bash"]).replace("localhost", "127.0.0.1").replace("--count 1000", "--count 20")
    for documented, real in ports.items():
        script = script.replace(documented, real)
    paths = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "-euc", script], env={**os.environ, "PATH": paths, "COLUMNS": "160"}, cwd=tmp_path,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("customers.customer_id") == 3
    assert "20 examples kept" in done.stderr


def test_the_role_of_the_page_can_only_read(page, ports):
    import psycopg
    import pymysql

    port, name = ports["5432/shop"].split("/")
    with psycopg.connect(f"postgresql://querywright@127.0.0.1:{port}/{name}", autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM customers").fetchone() == (60,)
        for statement in ("DELETE FROM orders", "CREATE TABLE evil (x int)", "SELECT pg_read_file('/etc/passwd')"):
            with pytest.raises(psycopg.Error):
                connection.execute(statement)
    port = int(ports["3306/"].rstrip("/"))
    connection = pymysql.connect(host="127.0.0.1", port=port, user="querywright", password="choose-one", database=name)
    with connection, connection.cursor() as cursor:
        assert cursor.execute("SELECT * FROM customers") == 60
        for statement in ("DELETE FROM orders", "CREATE TABLE evil (x int)", "SELECT 1 INTO OUTFILE '/tmp/evil'"):
            with pytest.raises(pymysql.Error):
                cursor.execute(statement)
