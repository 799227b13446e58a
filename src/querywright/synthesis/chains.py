"""The chain of one worker: its desks, its models, its author, and the steps from a query to a finished record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from querywright.datasets.example import Example
from querywright.models.roles import Roles
from querywright.models.turns import Turns
from querywright.models.usage import Usage
from querywright.runs import Step
from querywright.synthesis.authors.contract import Author
from querywright.synthesis.authors.grammar import GrammarAuthor
from querywright.synthesis.authors.model import ModelAuthor
from querywright.synthesis.desk import Desks
from querywright.synthesis.making import Making
from querywright.synthesis.piping.columns import Mode
from querywright.synthesis.piping.desk import PipeDesks
from querywright.synthesis.piping.explaining import ExplainPipe
from querywright.synthesis.piping.steps import pipe_steps
from querywright.synthesis.steps import (
    AskQuestion,
    Correspond,
    Explain,
    Finish,
    Grade,
    GradeByExecution,
    MakePrompt,
)


class DataChain:
    """The steps of one worker, and what they work with."""

    def __init__(
        self, desks: Desks, roles: Roles, making: Making, steps: Callable[[DataChain], Sequence[Step]]
    ) -> None:
        """Raises ModelUnavailable where a key is missing."""
        self.desks, self.making = desks, making
        self.steps: Sequence[Step]
        self.models = roles.open() if roles.any else None
        by_rule: Author = GrammarAuthor()
        by_model: Author = by_rule if self.models is None else ModelAuthor(self.models, roles.author, making.candidates)
        self.answered = roles.default is not None
        self.author = by_model if self.answered else by_rule
        self.explainer = by_model
        made = steps(self)
        self.steps = made if self.models is None else [_InTurn(step, self.models.turns) for step in made]

    def to_record(self, seed: int, *, judged: bool, seeds: bool = False, pipes: Mode | None = None) -> Sequence[Step]:
        """The steps from a query, with or without a question, to a finished record.

        `judged`: whether the question is held against the query, as it must be unless an author is right by its rules.
        `seeds`: whether examples that somebody else wrote are among them.
        `pipes`: whose expressions the pipe queries hold that examples get, and are explained by; None: they get none.
        """
        answers = self.models if self.answered and self.making.generations else None
        steps: list[Step] = [AskQuestion(self.desks, self.author, seed)]
        if judged:
            steps.append(Correspond(self.desks, self.author))
        if pipes is None:
            steps.append(Explain(self.desks, self.explainer, self.making.retries, seeds=seeds))
        else:
            piped = PipeDesks(lambda db_id: self.desks[db_id].database, pipes)
            steps += [*pipe_steps(piped), ExplainPipe(self.desks, piped, seeds=seeds)]
        steps += [
            MakePrompt(self.desks),
            Grade(self.desks, self.making.component),
        ]
        if answers is not None:
            steps.append(GradeByExecution(self.desks, answers, self.making.generations, self.making.execution))
        return (*steps, Finish())

    def usage(self) -> Sequence[Usage]:
        """What models were asked since the last time."""
        return self.models.ledger.drain() if self.models else ()

    def close(self) -> None:
        """Closes the databases and the models."""
        self.desks.close()
        if self.models is not None:
            self.models.close()


class _InTurn:
    """A step that is worked on when it is its thread's turn."""

    def __init__(self, step: Step, turns: Turns) -> None:
        self.name = step.name
        self._step, self._turns = step, turns

    def __call__(self, example: Example) -> Iterable[Example]:
        with self._turns.taken():
            return list(self._step(example))
