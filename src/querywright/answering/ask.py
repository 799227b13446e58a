"""`ask`: a question in, a checked query and its rows out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from querywright.answering.answer import Answer, answer_of
from querywright.answering.desk import LIMITS, PROMPT_TOKENS, Descriptions, Desk, Examples, Values
from querywright.answering.known import Choice, Known, Shot
from querywright.answering.preset import Preset
from querywright.answering.showing import whole
from querywright.answering.trace import Record, answered
from querywright.databases import Database, Limits
from querywright.datasets.jsonl import clean
from querywright.errors import SettingsError
from querywright.models import Roles
from querywright.models.usage import Ledger

if TYPE_CHECKING:
    from pathlib import Path

    from querywright.answering.selection.judge import Judges
    from querywright.models.opened import Models

LONGEST = 10_000
"""Letters of a question; a longer one is no question."""


def ask(
    question: str,
    database: Database,
    *,
    model: str | Roles | Models | None = None,
    preset: str | Preset = "fast",
    evidence: str = "",
    context: Sequence[Shot] = (),
    values: Values | None = None,
    descriptions: Descriptions | None = None,
    examples: Examples | None = None,
    judge: Path | str | None = None,
    judges: Judges | None = None,
    seed: int = 0,
    limits: Limits = LIMITS,
    prompt_tokens: int = PROMPT_TOKENS,
    dry_run: bool = False,
    tell: Callable[[Record], None] | None = None,
) -> Answer:
    """Answer a question about a database.

    Args:
        question: in any language that the model reads.
        database: where the answer is; it is only read.
        model: a name as on the command line, roles, or open models. With these `preset.asked_as_taught(…)` is the
            caller's: what a taught model's record says is not known here.
        preset: `fast`, `chess`, `chase`, `pipe-agent`, `taught`, the path of a TOML file, or a preset.
        evidence: what the person adds: what words mean, how something is computed.
        context: earlier turns, which the question may go on from.
        values: the database's value index.
        descriptions: its description index.
        examples: examples to learn from.
        judge: a folder of weights that `train selector` wrote: they decide a tournament between the candidates.
        judges: those that are open already, where several questions are asked.
        seed: decides chance.
        limits: of each execution.
        prompt_tokens: what a prompt may hold.
        dry_run: execute no query, so that candidates are written and the first one is the answer, without rows.
        tell: hears each stage when it is done.

    Returns:
        The answer. A question that got none has a `problem`; nothing is raised for it.

    Raises:
        SettingsError: the question is empty or too long, or a setting is wrong.
        ModelUnavailable: no model is named, or it cannot be asked; the judge is no judge.
        DatabaseUnavailable: the database is gone.
    """
    question = checked(question)
    chosen = (preset if isinstance(preset, Preset) else Preset.load(preset)).judged_by(judge)
    roles = Roles.named(model) if isinstance(model, str) else model
    if isinstance(roles, Roles):
        chosen = chosen.asked_as_taught(roles.default)
    began = time.perf_counter()
    with ExitStack() as stack:
        models = stack.enter_context(stack.enter_context(roles.served()).open()) if isinstance(roles, Roles) else roles
        desk = Desk(
            database,
            models,
            values=values,
            descriptions=descriptions,
            examples=examples,
            judges=judges,
            seed=seed,
            limits=limits,
            prompt_tokens=prompt_tokens,
            dry=dry_run,
        )
        known = known_at_first(question, question, evidence, desk, context)
        spent = Ledger() if models is None else models.ledger
        before = spent.total()
        known, trace = answered(known, desk, chosen.until_generation() if dry_run else chosen, tell)
        known = _first(known) if dry_run else known
        return answer_of(known, trace, desk, time.perf_counter() - began, spent.total().less(before))


def checked(question: str) -> str:
    """The question as text that can be sent, without blanks around it. Raises SettingsError where it is none."""
    question = clean(question).strip()
    if not question:
        raise SettingsError("the question is empty")
    if len(question) > LONGEST:
        raise SettingsError(f"the question has {len(question):,} letters: {LONGEST:,} are read at most")
    return question


def known_at_first(key: str, question: str, evidence: str, desk: Desk, context: Sequence[Shot] = ()) -> Known:
    """What is known of a question before any stage: itself, and the whole schema. Raises DatabaseUnavailable."""
    return Known(key, question, clean(evidence).strip(), whole(desk.schema), tuple(context))


def _first(known: Known) -> Known:
    """Of candidates of which none was executed, the first is taken."""
    if known.problem or not known.candidates:
        return known
    number = len(known.candidates)
    only = "the only candidate" if number == 1 else f"the first of {number} candidates"
    return replace(known, choice=Choice(0, "dry run", f"{only}; none was executed, so nothing checks it", 0.0))
