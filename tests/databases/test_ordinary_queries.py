"""The guard of a server's dialect lets ordinary analytical SQL pass: each query runs on the real server."""

import ordinary_queries
import pytest
from contract_engines import MariaDB, PostgreSQL

from querywright.databases.database import Database
from querywright.databases.results import Limits


def _opened(engine, place, setup):
    database = Database(engine.connect(engine.load(place, setup)), "ordinary")
    yield database
    database.close()
    engine.drop()


@pytest.fixture(scope="module")
def postgres(postgres_server, tmp_path_factory):
    yield from _opened(
        PostgreSQL(postgres_server), tmp_path_factory.mktemp("ordinary"), ordinary_queries.POSTGRES_SETUP
    )


@pytest.fixture(scope="module")
def mariadb(mariadb_server, tmp_path_factory):
    yield from _opened(MariaDB(mariadb_server), tmp_path_factory.mktemp("ordinary"), ordinary_queries.MARIADB_SETUP)


@pytest.mark.parametrize("sql", ordinary_queries.POSTGRES)
def test_postgres_answers(postgres, sql):
    postgres.execute(sql, Limits(seconds=30))
    postgres.explain(sql, Limits(seconds=30))


@pytest.mark.parametrize("sql", ordinary_queries.MARIADB)
def test_mariadb_answers(mariadb, sql):
    mariadb.execute(sql, Limits(seconds=30))
    mariadb.explain(sql, Limits(seconds=30))
