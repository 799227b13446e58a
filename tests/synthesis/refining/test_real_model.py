"""A real model behind a real server: its text is noise, so every record ends as a reject with a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from seed_shop import GOODS

from querywright.models import Roles
from querywright.synthesis import Making, refine

Rows = Callable[..., Path]
OF_NOISE = {"model: not the JSON asked for", "model: answer cut off", "model: empty answer"}


@pytest.mark.weights
def test_what_a_folder_of_weights_says_is_held_against_the_same_promises(
    shops: Path, tmp_path: Path, seeds: Rows, tiny_model: Path
) -> None:
    """Seeds with questions fail when they are judged, one without when it is asked for, and nothing crashes."""
    short = {"provider": "folder", "model": str(tiny_model), "extra-body": {"max_tokens": 16}}
    roles = Roles.named("tiny", cache=tmp_path / "answers.sqlite", tables={"tiny": short})
    rows = [{"db_id": "001", "question": question, "SQL": sql} for question, sql in GOODS[:2]]
    path = seeds([*rows, {"db_id": "001", "SQL": GOODS[2][1]}])
    run = refine(path, shops, tmp_path / "run", roles=roles, augment=1, making=Making(generations=2))
    assert run.status == "finished"
    assert run.counts.inputs == 3
    assert run.counts.inputs + run.counts.added == run.counts.rejected
    assert run.internal_errors == {}
    rejects = list(run.rejects())
    assert {row.step for row in rejects} == {"correspond seed", "augment", "ask"}
    assert {row.reason for row in rejects} <= OF_NOISE
    assert run.usage.total().calls >= 4
