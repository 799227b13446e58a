"""A small shop, seeds that ask it, and a model server that answers the authors' prompts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from author_answers import ANSWERS
from model_server import ModelServer
from seed_shop import GOODS, make_shop

from querywright.models import ModelSettings, Roles
from querywright.models.settings import Price


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one database, `001`."""
    return make_shop(tmp_path_factory.mktemp("shops"))


@pytest.fixture
def seeds(tmp_path: Path) -> Callable[..., Path]:
    """`seeds()` writes the six good ones; `seeds(rows)` those; gives the file."""

    def write(rows: list[Any] | None = None, name: str = "seeds.jsonl") -> Path:
        made = [{"db_id": "001", "question": q, "SQL": s} for q, s in GOODS] if rows is None else rows
        lines = [row if isinstance(row, bytes) else orjson.dumps(row) for row in made]
        path = tmp_path / name
        path.write_bytes(b"\n".join(lines) + b"\n")
        return path

    return write


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(ANSWERS) as running:
        yield running


@pytest.fixture
def asked_of(server: ModelServer, tmp_path: Path) -> Callable[..., Roles]:
    """The roles of a run that asks the server, with a cache of the test's own."""

    def roles(**settings: Any) -> Roles:
        plain: Mapping[str, Any] = {"retries": 8, "concurrency": 16, "price": Price(1.0, 2.0), "timeout": 20.0}
        model = ModelSettings("test", "compatible", "test", base_url=server.url, **{**plain, **settings})
        return Roles(model, cache=tmp_path / "answers.sqlite")

    return roles
