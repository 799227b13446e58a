"""Lessons in files, and what became of the examples in words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from querywright.datasets.jsonl import replacing
from querywright.datasets.seeds import sayable
from querywright.training.lessons.lesson import Lesson
from querywright.training.lessons.making import Tally


def write_lessons(path: Path, lessons: Iterable[Lesson]) -> int:
    """Write a line a lesson, whole or not at all; how many there are. Raises DatasetError: it cannot be written."""
    count = 0
    with replacing(path) as file:
        for lesson in lessons:
            file.write(orjson.dumps(sayable(lesson.to_dict()), option=orjson.OPT_APPEND_NEWLINE))
            count += 1
    return count


def told(tally: Tally) -> str:
    """What became of the examples, for a person."""
    said = f"{tally.lessons:,} lessons of {tally.taught:,} examples"
    if tally.shortened:
        said += f", {tally.shortened:,} with less of their schema so that they fit"
    if not tally.left_out:
        return said
    reasons = (f"{count:,} {reason} ({tally.first[reason]})" for reason, count in tally.left_out.most_common())
    return f"{said}; left out {tally.left_out.total():,}: {'; '.join(reasons)}"


def tally_record(tally: Tally) -> dict[str, Any]:
    """The same for a record."""
    return {
        "examples": tally.examples,
        "taught": tally.taught,
        "lessons": tally.lessons,
        "shortened": tally.shortened,
        "left_out": dict(tally.left_out.most_common()),
    }
