"""The engines that the contract suite holds to one behaviour."""

from collections.abc import Mapping, Sequence

import pytest
from contract_engines import FILES, SERVERS

ENGINES = (*FILES, *SERVERS)


def pytest_configure(config):
    config.addinivalue_line("markers", "lacks(engine, reason): what an engine cannot do; the test must fail on it")


@pytest.fixture(params=ENGINES)
def engine(request):
    """Each engine in turn; a test marked `lacks` for it must fail there, or the mark has to go."""
    for mark in request.node.iter_markers("lacks"):
        if mark.args[0] == request.param:
            request.applymarker(pytest.mark.xfail(reason=mark.args[1], strict=True))
    if request.param in FILES:
        yield FILES[request.param]()
        return
    kind, server = SERVERS[request.param]
    made = kind(request.getfixturevalue(server))
    yield made
    made.drop()


@pytest.fixture
def make(engine, tmp_path):
    """Fill a fresh database and open it: `make(script, rows)` gives a connector, closed after the test."""
    opened = []

    def make(script: str = "", rows: Mapping[str, Sequence[tuple]] | None = None, name: str = "base"):
        opened.append(engine.connect(engine.load(tmp_path / name, script, rows)))
        return opened[-1]

    yield make
    for connector in opened:
        connector.close()
