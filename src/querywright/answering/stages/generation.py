"""Generation: several strategies write candidates, several samples each, over a schema shuffled for each sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from querywright.answering.desk import Desk
from querywright.answering.executing import attempt_of
from querywright.answering.known import Candidate, Known
from querywright.answering.selection.clusters import clusters_of
from querywright.answering.stages.contract import Stage
from querywright.answering.strategies import STRATEGIES
from querywright.answering.strategies.sampling import Draft, Sampler, Wanted
from querywright.databases import Result
from querywright.errors import QueryError, QueryRejected, SettingsError
from querywright.sql.parsing import tokens

SPARE = 2
"""Samples more that are asked for where none gave a query: one bad answer is no reason to give up."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How candidates are generated."""

    strategies: tuple[str, ...] = ("direct",)
    candidates: int = 1
    """Of each strategy."""
    temperature: float = 0.0
    """Of the first sample of each strategy; further ones are drawn evenly up to `hottest`."""
    hottest: float = 1.0
    shuffle: bool = True
    """Whether tables and columns change places from sample to sample; the first one shows them as they are."""
    early_exit: int = 0
    """Stop where so many first candidates agree; 0: never. What is saved is noted."""
    examples: int = 75
    """How many examples the strategy `synthetic-examples` asks for."""
    shots: int = 5
    """How many retrieved examples a strategy shows."""


def generate(known: Known, desk: Desk, settings: Settings) -> Known:
    """Write candidates with every strategy and execute them.

    First comes the first sample of every strategy, then the second one of each: what agrees early does not come from
    one strategy alone.
    """
    for name in settings.strategies:
        if name not in STRATEGIES:
            raise SettingsError(f"there is no strategy {name!r}: choose from {', '.join(STRATEGIES)}")
    strategies = {name: STRATEGIES[name] for name in settings.strategies}
    left = [Wanted(name, sample) for sample in range(settings.candidates) for name in strategies]
    sampler = Sampler(strategies, known, desk, settings)
    outcomes: dict[object, Result | QueryError] = {}
    drafts: list[Draft] = []
    candidates: list[Candidate] = []
    notes: list[str] = []
    size = settings.early_exit or len(left)
    while left:
        written = sampler.write(left[:size])
        left = left[size:]
        drafts += written
        candidates += _executed([each.candidate for each in written if each.candidate], desk, outcomes)
        missing = _missing(candidates, desk, settings.early_exit)
        if missing == 0 and left:
            saved = sampler.calls(left)
            notes.append(f"the first {settings.early_exit} candidates that ran agree: {saved} calls were saved")
            break
        size = missing or len(left)
    for spare in range(SPARE):
        if candidates:
            break
        written = sampler.write([Wanted(name, settings.candidates + spare) for name in strategies])
        drafts += written
        candidates += _executed([each.candidate for each in written if each.candidate], desk, outcomes)
    notes = [*sampler.notes(), *_failures(drafts), *notes]
    if len(outcomes) < len(candidates):
        notes.append(f"{len(candidates)} candidates are {len(outcomes)} different queries; each was executed once")
    reasons = "; ".join(dict.fromkeys(each.failure for each in drafts if each.failure))
    problem = "" if candidates else f"no candidate was written ({reasons or 'there is no strategy to write one'})"
    extra = {**known.extra, **({"made_examples": made} if (made := sampler.shots()) else {})}
    return replace(known, candidates=tuple(candidates), problem=problem, notes=tuple(notes), extra=extra)


def _executed(
    candidates: Sequence[Candidate], desk: Desk, outcomes: dict[object, Result | QueryError]
) -> list[Candidate]:
    """The candidates with what became of them; `outcomes` holds that of each different query."""
    dialect = desk.database.dialect
    keys = [_same(candidate.SQL, dialect) for candidate in candidates]
    new = {key: each.SQL for key, each in reversed(list(zip(keys, candidates, strict=True))) if key not in outcomes}
    outcomes |= zip(new, desk.each(desk.execute, list(new.values())), strict=True)
    return [
        replace(each, outcome=outcomes[key], attempts=(attempt_of(each.SQL, outcomes[key], "generate"),))
        for key, each in zip(keys, candidates, strict=True)
    ]


def _same(sql: str, dialect: str) -> object:
    """What is equal for queries that differ in nothing but blanks and comments."""
    try:
        return tuple((token.token_type, token.text) for token in tokens(sql, dialect))
    except QueryRejected:
        return sql


def _missing(candidates: Sequence[Candidate], desk: Desk, agreeing: int) -> int | None:
    """How many more have to agree before it is enough; None where they will not. A result without rows is no proof."""
    if not agreeing:
        return None
    clusters = clusters_of(tuple(candidates), desk)
    if len(clusters) > 1 or (clusters and clusters[0].empty):
        return None
    return max(0, agreeing - (len(clusters[0].members) if clusters else 0))


def _failures(drafts: Sequence[Draft]) -> list[str]:
    """What each strategy did not get, in words."""
    said = []
    for name in dict.fromkeys(each.wanted.strategy for each in drafts):
        mine = [each for each in drafts if each.wanted.strategy == name]
        reasons = [each.failure for each in mine if each.failure]
        if reasons:
            number = f"all {len(mine)}" if len(reasons) == len(mine) else f"{len(reasons)} of {len(mine)}"
            said.append(f"{name}: {number} samples failed ({'; '.join(dict.fromkeys(reasons))})")
    return said


GENERATE = Stage("generate", Settings, generate, ("candidates", "extra"))
