"""A recipe whose steps do every kind of thing; imported by spawned workers, so it lives in a module of its own."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from querywright.datasets.example import Example
from querywright.errors import DatabaseOutage, DatabaseUnavailable, ModelFailed, ModelOutage, SettingsError
from querywright.models import Ledger, Usage
from querywright.runs import Input, Reject, Step


def inputs(total: int | None, seed: int = 0) -> Iterator[Input]:
    """`total` inputs (None: without end); the question holds the number."""
    n = 0
    while total is None or n < total:
        yield Input(f"toy#{n}", Example(db_id="toy", question=str(n), extra={"seed": seed}))
        n += 1


@dataclass
class Choose:
    """Drops a third with a reason, splits a fifth in two, and now and then yields nothing."""

    name: str = "choose"

    def __call__(self, example: Example) -> Iterable[Example]:
        rng = random.Random(f"{example.extra['seed']}/{example.question}")
        roll = rng.random()
        if roll < 0.3:
            raise Reject("too plain", f"rolled {roll:.3f}")
        if roll < 0.35:
            return
        sql = f"SELECT {rng.randrange(10**6 if roll < 0.8 else 20)}"
        yield example.having(SQL=sql)
        if roll < 0.55:
            yield example.having(SQL=sql + " + 1")


@dataclass
class Grade:
    """Drops some of what is left, so that one input can end as both."""

    name: str = "grade"

    def __call__(self, example: Example) -> Iterable[Example]:
        if example.SQL.endswith("7 + 1"):
            raise Reject("seven")
        return [example.having(evidence="graded")]


@dataclass
class Misbehave:
    """Does what it is told at the inputs it is told."""

    at: dict[str, str]
    slow: float = 0.0
    name: str = "misbehave"

    def __call__(self, example: Example) -> Iterable[Example]:
        what = self.at.get(example.question)
        time.sleep(self.slow)
        if what == "bug":
            raise KeyError(f"no such thing in {object()}")
        if what == "gone":
            raise DatabaseUnavailable("the file is gone", "toy")
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "slow":
            time.sleep(0.3)
        if what == "surrogate":
            return [example.having(question_type="\udcff")]
        if what == "unwritable":
            return [example.having(extra={**example.extra, "thing": object()})]
        return [example]


@dataclass
class Consult:
    """Asks a server that is down while the file `down` exists."""

    down: str
    name: str = "consult"

    def __call__(self, example: Example) -> Iterable[Example]:
        answering(self.down)
        return [example]


def answering(down: str) -> None:
    """Raise what a database on a server raises that does not answer."""
    if down and Path(down).exists():
        raise DatabaseOutage("the server does not answer", "toy")


@dataclass
class Ask:
    """Asks a model that costs a cent a call, is down while the file `down` exists and says nothing to every seventh."""

    ledger: Ledger
    down: str
    name: str = "ask"

    def __call__(self, example: Example) -> Iterable[Example]:
        if self.down and Path(self.down).exists():
            raise ModelOutage("cannot be reached", "toy-model")
        self.ledger.add(Usage(self.name, "default", "toy-model", calls=1, input_tokens=90, output_tokens=10, cost=0.01))
        if int(example.question) % 7 == 0:
            raise ModelFailed("empty answer", f"to {example.question}", "toy-model")
        return [example]


@dataclass
class ToyChain:
    steps: Sequence[Step]
    ledger: Ledger

    def usage(self) -> Sequence[Usage]:
        return self.ledger.drain()

    def close(self) -> None:
        return


@dataclass(frozen=True)
class ToyRecipe:
    seed: int = 0
    at: tuple[tuple[str, str], ...] = ()
    slow: float = 0.0
    refuses: str = ""
    down: str = ""
    """While this file exists, the server does not answer, neither a step nor whoever opens the recipe."""
    asks: bool = False
    """Whether a model is asked."""
    model_down: str = ""
    """While this file exists, the model does not answer."""
    seat: str = ""
    """Who opens the recipe makes this file; where it exists already, the server has no connection free."""

    def open(self) -> ToyChain:
        if self.refuses == "gone":
            raise DatabaseUnavailable("the file is gone", "toy")
        if self.refuses == "settings":
            raise SettingsError("no such profile: spyder; the nearest is spider")
        if self.refuses == "bug":
            raise ZeroDivisionError("oops")
        if self.refuses == "exit":
            os._exit(3)
        answering(self.down)
        if self.seat:
            try:
                Path(self.seat).touch(exist_ok=False)
            except FileExistsError:
                raise DatabaseOutage("the server has no connection free", "toy") from None
        ledger = Ledger()
        asks: list[Step] = [Ask(ledger, self.model_down)] if self.asks else []
        return ToyChain([Misbehave(dict(self.at), self.slow), *asks, Choose(), Consult(self.down), Grade()], ledger)

    def fingerprint(self) -> dict[str, Any]:
        return {"recipe": "toy", "seed": self.seed, "databases": {"toy": "abc"}}

    def unique_key(self, example: Example) -> str | None:
        return example.SQL
