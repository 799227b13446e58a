"""Sampled rows are the same whoever asks for them, alone or with others at the same time."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from querywright.databases import Catalog, Database
from querywright.demo import create_databases
from querywright.synthesis.grammar import samples
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.graph import Edge, Graph, Table
from querywright.synthesis.grammar.samples import Samples
from querywright.synthesis.lexicon import Lexicon

THREADS = 4
ROUNDS = 2
Steps = tuple[tuple[int, Edge], ...]


@pytest.fixture(scope="module")
def webshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("demo")
    create_databases(folder)
    with Catalog.open(folder) as catalog:
        yield catalog["webshop"]


@pytest.fixture(scope="module")
def graph(webshop: Database) -> Graph:
    return Context.read(webshop, Lexicon.read(webshop)).graph


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads that take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def paths(graph: Graph) -> list[tuple[Table, Steps]]:
    """Every table joined along one key, and along one key after another."""
    near: list[tuple[Table, Steps]] = [(t, ((0, e),)) for t in graph.tables.values() for e in t.up]
    far = [(t, ((0, e), (1, f))) for t, ((_, e),) in near for f in graph.tables[e.parent].up]
    return near + far


@pytest.mark.parametrize("kept", [samples.KEPT, 2], ids=["all kept", "forgotten again and again"])
@pytest.mark.usefixtures("impatient")
def test_threads_that_share_samples_all_see_every_joined_row(
    webshop: Database, graph: Graph, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "KEPT", kept)
    alone, asked = Samples(webshop, graph), paths(graph)
    wanted = [alone.joined(*path).rows for path in asked]
    assert any(wanted)
    for number in range(ROUNDS):
        shared = Samples(webshop, graph)
        order = list(range(len(asked))) * 2
        random.Random(number).shuffle(order)
        with ThreadPoolExecutor(THREADS) as pool:
            found = list(pool.map(lambda n, s=shared: s.joined(*asked[n]).rows, order))
        assert [f == wanted[n] for f, n in zip(found, order, strict=True)] == [True] * len(order)
        assert [shared.joined(*path).rows for path in asked] == wanted
