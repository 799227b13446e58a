from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer
from racing import build_races

import querywright as qw
from querywright.answering.desk import Desk
from querywright.answering.known import Known
from querywright.answering.showing import whole
from querywright.models import ModelSettings, Roles


@pytest.fixture
def races(tmp_path: Path) -> Iterator[Any]:
    with qw.Catalog.open(build_races(tmp_path)) as catalog:
        yield catalog["races"]


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def desk_of(model: ModelServer) -> Iterator[Callable[..., Desk]]:
    """A desk for a database, with the test model."""
    with ExitStack() as opened:

        def made(database: Any, **settings: Any) -> Desk:
            roles = Roles(ModelSettings("compatible", "compatible", "test", base_url=model.url))
            return Desk(database, opened.enter_context(roles.open()), **settings)

        yield made


@pytest.fixture
def known_of() -> Callable[..., Known]:
    """What is known of a question before any stage."""

    def made(desk: Desk, question: str = "Who was fastest?", **found: Any) -> Known:
        return Known(**{"key": "q", "question": question, "evidence": "", "columns": whole(desk.schema), **found})

    return made
