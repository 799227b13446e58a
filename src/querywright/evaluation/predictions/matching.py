"""Matching gold rows with predictions by key: what is missing, double, unknown or of another database is said by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from querywright.errors import DatasetError, SettingsError
from querywright.evaluation.predictions.gold import Gold
from querywright.evaluation.predictions.prediction import Prediction, Said, System

Missing = Literal["error", "wrong", "skip"]
"""What to make of a gold row that a system says nothing of: stop, count it as wrong, or leave it out."""

KINDS = ("id", "question_id", "question", "row")
"""The keys by which a prediction may find its gold row, the surest first."""
TOLD = 5
"""So many ids are named in an error."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What one system says of the gold rows, and what was wrong with its file."""

    name: str
    by_key: Mapping[str, Prediction]
    """By the key of the gold row."""
    matched_by: str
    problems: tuple[str, ...]
    """What was not used, or is wrong with what is scored, in words with the place."""


def match(gold: Sequence[Gold], system: System, missing: Missing = "error") -> Answers:
    """Find each prediction's gold row.

    Args:
        gold: every row of the gold dataset, also those that are not to be scored.
        system: the predictions.
        missing: what to make of gold rows that there is no prediction for.

    Raises:
        DatasetError: predictions are missing and that is an error, none can be matched, or a file without keys has
            another number of lines than there are gold rows; the first of them are named.
        SettingsError: there is no such way to take what is missing.
    """
    if missing not in get_args(Missing):
        raise SettingsError(f"missing predictions are taken as {' or '.join(get_args(Missing))}, not {missing!r}")
    if system.by_row and len(system.said) != len(gold):
        raise DatasetError(
            f"{system.name} has {_lines(len(system.said))} without keys for {len(gold):,} gold rows, so it cannot be "
            "told which line answers which: write predictions with ids"
        )
    kind, known = _kind_of(gold, system)
    found: dict[str, Prediction] = {}
    problems: list[str] = []
    for said in system.said:
        rows = known.get(said.keys.get(kind, ""), ())
        told = _trouble(said, rows, kind, found)
        if told:
            problems.append(f"{said.place}: {told}")
            continue
        row = next(row for row in rows if row.key not in found)
        found[row.key] = said.prediction
        if said.prediction.problem:
            what = "it counts as wrong" if said.prediction.SQL is None else "its SQL is scored without that"
            problems.append(f"{said.place}: {_shown(row.key)}: {said.prediction.problem}; {what}")
    _share(known, found)
    absent = [row.key for row in gold if row.wanted and not row.problem and row.key not in found]
    if absent and (missing == "error" or not found):
        wanted = sum(row.wanted and not row.problem for row in gold)
        raise DatasetError(_absent(system, absent, wanted, problems))
    if missing == "wrong":
        found |= {key: Prediction(None, problem="there is no prediction") for key in absent}
    if absent:
        one = len(absent) == 1
        lack = "1 gold row has no prediction and is" if one else f"{len(absent):,} gold rows have no prediction and are"
        what = "counted as wrong" if missing == "wrong" else "left out"
        problems.append(f"{system.name}: {lack} {what}: {_some(absent)}")
    return Answers(system.name, found, kind, tuple(problems))


Known = Mapping[str, Sequence[Gold]]
"""Gold rows by one kind of key."""


def _kind_of(gold: Sequence[Gold], system: System) -> tuple[str, Known]:
    """The kind of key by which most predictions find a row, and the rows by it; the surest of several."""
    best: tuple[int, str, Known] = (-1, KINDS[0], {})
    for kind in ("row",) if system.by_row else KINDS:
        known = _by_key(gold, kind)
        hits = sum(_are_one(known.get(said.keys.get(kind, ""), ())) for said in system.said)
        if hits > best[0]:
            best = (hits, kind, known)
    return best[1], best[2]


def _by_key(gold: Sequence[Gold], kind: str) -> Known:
    known: defaultdict[str, list[Gold]] = defaultdict(list)
    for row in gold:
        if kind in row.keys:
            known[row.keys[kind]].append(row)
    return known


def _are_one(rows: Sequence[Gold]) -> bool:
    """Whether the rows of one key ask and answer the same, so that a prediction may stand for any of them."""
    return len({(row.example.db_id, row.example.question, row.example.SQL) for row in rows}) == 1


def _share(known: Known, found: dict[str, Prediction]) -> None:
    """What was said once of a question is said of every gold row that repeats it."""
    for rows in known.values():
        if len(rows) > 1 and _are_one(rows):
            said = next((found[row.key] for row in rows if row.key in found), None)
            if said is not None:
                found.update((row.key, said) for row in rows if row.key not in found)


def _trouble(said: Said, rows: Sequence[Gold], kind: str, found: Mapping[str, Prediction]) -> str:
    """Why a prediction is not used; empty where it is."""
    if kind not in said.keys:
        return said.prediction.problem or f"it has no {kind}"
    key = _shown(said.keys[kind])
    if not rows:
        return f"no gold row has the {_word(kind)} {key}"
    if not _are_one(rows):
        return f"{len(rows):,} gold rows have the {_word(kind)} {key}, so it cannot be told which of them it answers"
    asked = rows[0].example.db_id
    if said.db_id and said.db_id != asked and not rows[0].problem:
        return f"it is for the database {said.db_id!r}, but gold row {rows[0].key} asks {asked!r}; not used"
    if all(row.key in found for row in rows):
        return f"a second prediction for {rows[0].key}; the first one counts"
    return ""


def _absent(system: System, absent: Sequence[str], wanted: int, problems: Sequence[str]) -> str:
    why = f" (and {problems[0]})" if problems else ""
    if len(absent) == wanted:
        return f"{system.name} has no prediction that can be matched with a gold row{why}: give both the same ids"
    return (
        f"{system.name} has no prediction for {len(absent):,} of {wanted:,} gold rows: {_some(absent)}{why}; "
        "add them, or say --missing wrong or --missing skip"
    )


def _some(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - TOLD:,} more" if len(keys) > TOLD else ""
    return ", ".join(map(_shown, keys[:TOLD])) + more


def _shown(key: str) -> str:
    flat = " ".join(key.split())
    return flat if len(flat) <= 60 else f"{flat[:59]}…"


def _word(kind: str) -> str:
    return {"row": "number", "question": "database and question"}.get(kind, kind)


def _lines(count: int) -> str:
    return f"{count:,} line" + ("" if count == 1 else "s")
