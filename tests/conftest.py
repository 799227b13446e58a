"""Database servers for every room's tests, started when the first test asks for one.

`QUERYWRIGHT_TEST_POSTGRES` and `QUERYWRIGHT_TEST_MYSQL` name running ones instead, as addresses of a superuser.
"""

import os

import pytest
from throwaway_servers import MariaDBServer, Missing, PostgresServer, RunningServer


def _started(kind, variable):
    """A server of this kind, or the one that the environment names.

    Without the server's binary the test is skipped, but not in CI, which installs it.
    """
    if address := os.environ.get(variable):
        yield RunningServer(address)
        return
    try:
        with kind() as server:
            yield server
    except Missing as missing:
        reason = f"{missing}: install it, or name a running server in {variable}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server():
    yield from _started(PostgresServer, "QUERYWRIGHT_TEST_POSTGRES")


@pytest.fixture(scope="session")
def mariadb_server():
    yield from _started(MariaDBServer, "QUERYWRIGHT_TEST_MYSQL")
