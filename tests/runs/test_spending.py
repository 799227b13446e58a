"""What a run asks of models: counted once however it goes, held against a budget, many inputs at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from run_folders import files
from toy_recipe import ToyRecipe, inputs

from querywright.errors import RunError
from querywright.models.budget import Budget
from querywright.runs import Run, Silence, run
from querywright.runs.settling import Tally

ASKING = ToyRecipe(asks=True)


@pytest.mark.parametrize(("workers", "width"), [(1, 1), (1, 8), (2, 5)])
def test_the_bytes_do_not_depend_on_how_many_inputs_are_worked_on_at_a_time(
    tmp_path: Path, uninterrupted: Callable[[int], tuple[bytes, bytes]], workers: int, width: int
) -> None:
    run(tmp_path, ToyRecipe(), partial(inputs, None), count=300, workers=workers, width=width)
    assert files(tmp_path) == uninterrupted(300)


@pytest.mark.parametrize(("workers", "width"), [(1, 1), (2, 5)])
def test_every_call_is_counted_once(tmp_path: Path, workers: int, width: int) -> None:
    made = run(tmp_path, ASKING, partial(inputs, 120), count=None, workers=workers, width=width)
    (entry,) = made.usage
    assert (entry.step, entry.role, entry.model) == ("ask", "default", "toy-model")
    assert (entry.calls, entry.tokens, entry.cost) == (120, 12_000, pytest.approx(1.2))
    assert "models: 120 calls, 12.00k tokens, $1.2000" in made.summary()


def test_an_answer_that_cannot_be_used_is_a_reject_with_its_text(tmp_path: Path) -> None:
    made = run(tmp_path, ASKING, partial(inputs, 14), count=None)
    found = [(r.step, r.reason, r.detail) for r in made.rejects() if r.step == "ask"]
    assert found == [("ask", "model: empty answer", "to 0"), ("ask", "model: empty answer", "to 7")]


@pytest.mark.parametrize(("workers", "width"), [(1, 1), (2, 4)])
def test_a_spent_budget_stops_a_run_that_a_larger_one_goes_on_with(tmp_path: Path, workers: int, width: int) -> None:
    begin = partial(run, tmp_path, ASKING, partial(inputs, 200), count=None, workers=workers, width=width)
    with pytest.raises(RunError, match=r"the budget is spent, \$0\.5\d of \$0\.50 \(\d+ calls, .*--resume"):
        begin(budget=Budget(usd=0.5))
    stopped = Run.open(tmp_path)
    assert stopped.status == "failed"
    assert stopped.usage.total().calls == 50
    assert stopped.counts.inputs >= 50
    finished = begin(budget=Budget(tokens=10**9), resume=True)
    assert finished.usage.total().calls == 200
    whole = run(tmp_path / "whole", ASKING, partial(inputs, 200), count=None)
    assert files(tmp_path) == files(whole.folder)


def test_a_budget_that_earlier_stretches_spent_begins_nothing(tmp_path: Path) -> None:
    begin = partial(run, tmp_path, ASKING, partial(inputs, 200), count=None, resume=True)
    for _ in range(2):
        with pytest.raises(RunError, match="is spent"):
            begin(budget=Budget(tokens=1_000))
        assert Run.open(tmp_path).usage.total().calls == 10


class LettingUp(Silence):
    """Brings the model back once somebody was told that it is waited for."""

    def __init__(self, down: Path) -> None:
        self.down, self.told = down, list[str]()

    def wait(self, outage: str) -> None:
        self.told.append(outage)
        self.down.unlink()


def test_a_model_that_cannot_be_reached_is_waited_for(tmp_path: Path) -> None:
    down = tmp_path / "down"
    down.touch()
    progress = LettingUp(down)
    recipe = ToyRecipe(asks=True, model_down=str(down))
    made = run(tmp_path / "run", recipe, partial(inputs, 30), count=None, width=3, progress=progress)
    assert progress.told == ["toy-model: cannot be reached"]
    assert (made.status, made.counts.inputs) == ("finished", 30)


class Spent(Silence):
    """Remembers what it was told of spending."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def update(self, tally: Tally) -> None: ...

    def spend(self, total: object) -> None:
        self.calls.append(total.calls)  # type: ignore[attr-defined]


def test_progress_is_told_what_is_spent(tmp_path: Path) -> None:
    progress = Spent()
    run(tmp_path, ASKING, partial(inputs, 40), count=None, progress=progress)
    assert progress.calls == sorted(progress.calls)
    assert progress.calls[-1] == 40


def test_a_budget_holds_however_many_inputs_may_be_worked_on_at_a_time(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is spent"):
        run(tmp_path, ASKING, partial(inputs, 500), count=None, width=100, budget=Budget(tokens=2_000))
    assert Run.open(tmp_path).usage.total().calls == 20


def test_a_budget_that_just_suffices_ends_in_a_finished_run(tmp_path: Path) -> None:
    made = run(tmp_path, ASKING, partial(inputs, 20), count=None, width=4, budget=Budget(tokens=2_000))
    assert made.status == "finished"
