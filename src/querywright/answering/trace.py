"""The trace: for each stage what it got, what it made of it, what it asked and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from querywright.answering.desk import Account, Desk
from querywright.answering.known import Known
from querywright.answering.preset import Configured, Preset
from querywright.databases import Result
from querywright.errors import QueryError


@dataclass(frozen=True, slots=True)
class Record:
    """What one stage did."""

    stage: str
    settings: dict[str, Any]
    output: dict[str, Any]
    """The fields of `Known` that it changed, as they were afterwards."""
    notes: tuple[str, ...]
    left_out: tuple[str, ...]
    """What did not fit into its prompts."""
    calls: int
    prompt_tokens: int
    """About so many were sent, four letters each."""
    failed: int
    """Calls without an answer that could be used."""
    seconds: float


def answered(
    known: Known, desk: Desk, preset: Preset, tell: Callable[[Record], None] | None = None
) -> tuple[Known, tuple[Record, ...]]:
    """Carry a question through every stage of a preset; `tell` hears each when it is done.

    Raises:
        ModelUnavailable, DatabaseUnavailable: a model or the database is gone.
    """
    records: list[Record] = []
    for configured in preset.stages:
        if known.problem:
            break
        known, record = _worked(known, desk, configured)
        records.append(record)
        if tell is not None:
            tell(record)
    return known, tuple(records)


def _worked(known: Known, desk: Desk, configured: Configured) -> tuple[Known, Record]:
    desk.account = Account()
    began = time.perf_counter()
    after = configured.stage.work(replace(known, notes=()), desk, configured.settings)
    account = desk.account
    record = Record(
        configured.stage.name,
        asdict(configured.settings),
        {name: shown(getattr(after, name)) for name in configured.stage.tells},
        after.notes,
        tuple(dict.fromkeys(account.left_out)),
        account.calls,
        account.prompt_tokens,
        account.failed,
        time.perf_counter() - began,
    )
    return after, record


def shown(value: Any) -> Any:
    """A value of `Known` as JSON has it; results as their size, errors as their words."""
    if isinstance(value, Result):
        return {"columns": list(value.columns), "rows": len(value.rows), "truncated": value.truncated}
    if isinstance(value, QueryError):
        return {"error": value.message}
    if isinstance(value, dict):
        return {str(key): shown(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [shown(each) for each in value]
    if hasattr(value, "__dataclass_fields__"):
        return {each.name: shown(getattr(value, each.name)) for each in fields(value)}
    return value
