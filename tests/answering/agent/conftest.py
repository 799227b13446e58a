from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from answering_table import database, roles
from model_server import ModelServer
from pipe_speaker import Speaker

from querywright.answering.agent import Settings, Walked, walk
from querywright.answering.agent.telling import found_text
from querywright.answering.desk import Desk
from querywright.answering.known import Known
from querywright.answering.showing import whole
from querywright.answering.tasks import task_of
from querywright.databases import Database

USUAL = Settings()
QUESTION = "Which singers live in Rome?"


@pytest.fixture
def things(tmp_path: Path) -> Iterator[Database]:
    """Singers and songs; Ada and Cy live in Rome."""
    with database(tmp_path) as opened:
        yield opened


Walking = Callable[..., Walked]


@pytest.fixture
def walking(things: Database) -> Iterator[Walking]:
    """A walk with a model that answers over HTTP."""
    with ExitStack() as opened:

        def made(
            model: Speaker, settings: Settings = USUAL, known: dict[str, Any] | None = None, **desk: Any
        ) -> Walked:
            server = opened.enter_context(ModelServer({"": model}))
            at = Desk(desk.pop("database", things), opened.enter_context(roles(server).open()), **desk)
            asked = Known(
                **{"key": "q", "question": QUESTION, "evidence": "", "columns": whole(at.schema), **(known or {})}
            )
            task, _ = task_of(asked, at, settings.shown, found_text(asked, settings))
            return walk(asked, at, task, settings, 0, 0.0)

        yield made
