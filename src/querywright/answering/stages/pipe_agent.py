"""The pipe agent: candidates are written operator by operator, with a look at the query before each next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from querywright.answering.agent import Settings, Walked, walk
from querywright.answering.agent.steps import BACK, REFUSED
from querywright.answering.agent.telling import found_text
from querywright.answering.desk import Desk
from querywright.answering.executing import executed
from querywright.answering.known import Candidate, Known
from querywright.answering.stages.contract import Stage
from querywright.answering.strategies.sampling import temperature
from querywright.answering.tasks import task_of

NAME = "pipe-agent"
STEPS = "pipe_steps"
"""Under which name the steps of all walks stand in `Known.extra`."""
LONGEST = 300
"""Letters of a query in a note."""


def pipe_agent(known: Known, desk: Desk, settings: Settings) -> Known:
    """Write candidates with the pipe agent, all at the same time, behind those that are there; and execute them.

    Raises ModelUnavailable, DatabaseUnavailable: the model or the database is gone.
    """
    task, left_out = task_of(known, desk, settings.shown, found_text(known, settings))
    desk.account.left_out += left_out
    walks = desk.each(
        lambda sample: walk(known, desk, task, settings, sample, temperature(sample, settings)),
        range(settings.candidates),
    )
    written = [candidate for sample, walked in enumerate(walks) if (candidate := _candidate(walked, sample))]
    candidates = (*known.candidates, *desk.each(lambda each: executed(each, desk, NAME), written))
    problem = "" if candidates else f"no candidate was written ({_reasons(walks)})"
    extra = {**known.extra, STEPS: tuple(step for walked in walks for step in walked.steps)}
    notes = tuple(_note(walked) for walked in walks)
    return replace(known, candidates=candidates, problem=problem, notes=notes, extra=extra)


def _candidate(walked: Walked, sample: int) -> Candidate | None:
    """The compiled query, with the pipe query as the thought behind it."""
    found = walked.beginning
    return Candidate(found.compiled, NAME, sample, "\n".join(found.lines)) if found else None


def _reasons(walks: Sequence[Walked]) -> str:
    return "; ".join(dict.fromkeys(walked.stopped for walked in walks if walked.stopped))


def _note(walked: Walked) -> str:
    """How a walk went, in words."""
    found = walked.beginning
    query = _clipped(" ".join(found.lines)) if found else "no query"
    answers = max((step.answer for step in walked.steps), default=0)
    counts = (
        (answers, "answer"),
        (sum(step.became == REFUSED for step in walked.steps), "mistake"),
        (sum(step.became == BACK for step in walked.steps), "dead end"),
    )
    said = [f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in counts if number or noun == "answer"]
    ended = f"; stopped: {walked.stopped}; the best beginning is taken" if walked.stopped and found else ""
    return f"{query} ({', '.join(said)}{ended})"


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


PIPE_AGENT = Stage(NAME, Settings, pipe_agent, ("candidates", "extra"))
