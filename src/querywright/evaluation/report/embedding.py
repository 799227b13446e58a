"""The rows as data that the page's script reads: in blocks that it opens when it needs them, and an index of all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

import orjson

from querywright.evaluation.queries.linking import Linking
from querywright.evaluation.records import Row, Score, Shown
from querywright.evaluation.subset import difficulty_of
from querywright.runs.report.rows import COLUMNS, LETTERS, ROWS
from querywright.runs.report.sql_text import KEYWORDS, broken

BLOCK = 100
"""Rows that are read together when one of them is looked at."""
QUESTION, WORDS, SQL = 140, 2_000, 4_000
"""Letters kept of a question in the list, of a text in the detail, of a query."""
ROOM = 48_000_000
"""Letters of results that a page holds; when they are used up, later rows have none."""
RIGHT, RULES_DIFFER, LUCKY, FAILED, EMPTY = 1, 2, 4, 8, 16
"""What the index says of a score, added up."""

_COUNTS = tuple(field.name for field in fields(Linking))
_UNSAFE = re.compile(r"[<>&\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_BROKEN_UNITS = re.compile(r"[\ud800-\udfff]")


class Embedding:
    """Turns rows into script elements, and keeps what the list of all of them needs.

    Args:
        systems: their names, in the order of the page.
        rule: the one that decides what is right.
    """

    def __init__(self, systems: Sequence[str], rule: str) -> None:
        self._systems, self._rule = list(systems), rule
        self._rules: dict[str, int] = {rule: 0}
        self._databases: dict[str, int] = {}
        self._levels: dict[str, int] = {}
        self._failures: dict[str, int] = {}
        self._rows: list[list[Any]] = []
        self._room = ROOM

    def chunks(self, rows: Iterable[Row]) -> Iterator[str]:
        """A script element for every `BLOCK` rows."""
        block: list[dict[str, Any]] = []
        for row in rows:
            self._rows.append(self._listed(row))
            block.append(self._detail(row))
            if len(block) == BLOCK:
                yield _element(block)
                block = []
        if block:
            yield _element(block)

    def index(self) -> str:
        """What the script reads first: the names, and a short entry for every row that was embedded."""
        return _json(
            {
                "systems": self._systems,
                "rules": list(self._rules),
                "databases": list(self._databases),
                "levels": list(self._levels),
                "failures": list(self._failures),
                "keywords": sorted(KEYWORDS),
                "block": BLOCK,
                "room": [ROWS, COLUMNS, LETTERS],
                "rows": self._rows,
            }
        )

    def _listed(self, row: Row) -> list[Any]:
        scores = [row.scores.get(name) for name in self._systems]
        return [
            row.facts.key,
            _place(self._databases, row.example.db_id),
            _place(self._levels, row.facts.hardness or "not known"),
            _cut(" ".join(row.example.question.split()), QUESTION),
            [self._told(score) if score else None for score in scores],
        ]

    def _told(self, score: Score) -> list[int]:
        right = score.verdicts.get(self._rule, False)
        flags = RIGHT * right
        flags += RULES_DIFFER * (len(set(score.verdicts.values())) > 1)
        flags += LUCKY * (right and score.witnessed is False)
        flags += FAILED * (score.ending != "ran")
        flags += EMPTY * (score.result is not None and not score.result.total)
        return [flags, *(_place(self._failures, kind) for kind in (() if right else score.failures))]

    def _detail(self, row: Row) -> dict[str, Any]:
        example, facts = row.example, row.facts
        return {
            "question": _cut(example.question, WORDS),
            "evidence": _cut(example.evidence, WORDS),
            "difficulty": difficulty_of(example),
            "features": list(facts.features),
            "sql": _sql(example.SQL),
            "result": self._shown(facts.result),
            "scores": [self._score(row.scores[name], row) if name in row.scores else None for name in self._systems],
        }

    def _score(self, score: Score, row: Row) -> dict[str, Any]:
        """What there is to say of a score; what is empty or was not measured is left out."""
        for rule in score.verdicts:
            _place(self._rules, rule)
        same = score.result is not None and score.result == row.facts.result
        said = {
            "as_gold": score.SQL == row.example.SQL or None,
            "sql": None if score.SQL == row.example.SQL else _sql(score.SQL or ""),
            "ending": "" if score.ending == "ran" else score.ending,
            "error": _cut(score.error, WORDS),
            "verdicts": [score.verdicts.get(rule) for rule in self._rules],
            "reasons": {rule: _cut(reason, WORDS) for rule, reason in score.reasons.items()},
            "alternative": score.alternative or None,
            "witnessed": score.witnessed,
            "witness": _cut(score.witness, WORDS),
            "result": None if same or score.result is None else self._shown(score.result),
            "result_as_gold": same or None,
            "soft": score.soft_f1,
            "soft_by_position": score.soft_f1_by_position,
            "differs": [clause for clause, held in (score.clauses or {}).items() if held is False and clause != "all"],
            "clauses": len(score.clauses) if score.clauses else None,
            "linking": _linked(score.linking),
            "stages": {name: _linked(stage) for name, stage in score.stages.items()},
            "failures": list(score.failures),
            "ves": score.ves,
            "r_ves": score.r_ves,
            "ratio": (score.timing or {}).get("ratio"),
            "candidates": [[_cut(c.SQL, SQL), c.strategy, c.right, c.cluster, c.empty] for c in score.candidates],
            "picks": dict(score.picks),
        }
        return {name: value for name, value in said.items() if value is not None and value not in ("", [], {})}

    def _shown(self, result: Shown) -> list[Any] | None:
        """Columns, rows, how many there are, whether it was cut; None where the page has no room for it."""
        columns = [_cut(name, LETTERS) for name in result.columns[:COLUMNS]]
        rows = [[value and _cut(value, LETTERS) for value in row[:COLUMNS]] for row in result.rows[:ROWS]]
        self._room -= sum(map(len, columns)) + sum(len(value or "") for row in rows for value in row)
        return [columns, rows, result.total, result.cut] if self._room >= 0 else None


def _place(known: dict[str, int], name: str) -> int:
    return known.setdefault(name, len(known))


def _linked(found: Linking | None) -> dict[str, int] | None:
    return {count: getattr(found, count) for count in _COUNTS} if found else None


def _sql(text: str) -> str:
    """A query with a line for each clause; a very long one is cut, and says so in a comment."""
    kept = text[:SQL]
    lines = kept if "\n" in kept.strip() else broken(kept)
    return lines if len(text) <= SQL else f"{lines}\n/* … cut here; {len(text):,} letters in all */"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _element(block: list[dict[str, Any]]) -> str:
    return f'<script type="application/json" class="block">{_json(block)}</script>\n'


def _json(value: Any) -> str:
    """JSON that is safe inside a script element and holds nothing that a page cannot."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # half of a letter, which UTF-8 cannot say
        text = orjson.dumps(_whole(value)).decode()
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _BROKEN_UNITS.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_whole(name): _whole(each) for name, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list | tuple) else value
