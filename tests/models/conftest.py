"""A server of its own for each test, and no long pauses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_server import ModelServer

from querywright.models import calling

sys.path.append(str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(calling, "LONGEST_PAUSE_SECONDS", 0.01)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running
