from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from school import lessons, make_school

import querywright as qw


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two databases."""
    return make_school(tmp_path_factory.mktemp("school"))


@pytest.fixture
def catalog(school: Path) -> Iterator[qw.Catalog]:
    with qw.Catalog.open(school) as opened:
        yield opened


@pytest.fixture(scope="session")
def beginner(training: None, school: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny model that knows nothing but the words of the lessons."""
    from tiny_model import write_tiny_model

    from querywright.training.lessons.making import LessonMaker
    from querywright.training.lessons.settings import LessonSettings

    with qw.Catalog.open(school) as opened:
        made = [
            lesson
            for name in ("sql", "pipe-steps")
            for _, each in LessonMaker(opened, LessonSettings(format=name, style="compact")).lessons(lessons(6))
            for lesson in each
        ]
    texts = [text for lesson in made for text in (lesson.system, lesson.user, lesson.answer)]
    return write_tiny_model(tmp_path_factory.mktemp("beginner") / "beginner", texts=texts)
