"""A predicted row: the answer to a question, as `querywright evaluate` reads it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from querywright.answering.answer import Answer
from querywright.answering.known import Candidate
from querywright.answering.linking_trace import stages_of
from querywright.answering.trace import Record
from querywright.datasets.example import Example
from querywright.datasets.jsonl import clean
from querywright.datasets.seeds import sayable
from querywright.runs import Run

LEFT_TO_OTHERS = ("candidates", "columns")
"""What a stage made that is no part of its record in a row: candidates have a column, columns are in `stages`."""


def row_of(example: Example, answer: Answer, selector: str) -> Example:
    """The row of an answered question.

    Args:
        example: the question.
        answer: its answer, or what is known of why there is none.
        selector: the name under which the candidate that was taken stands in `picks`, the same in every row.
    """
    choice = answer.known.choice
    said = {
        "candidates": [_candidate(each) for each in answer.known.candidates],
        "picks": {selector or choice.by: choice.candidate} if choice and not answer.problem else {},
        "stages": stages_of(answer.trace),
        "confidence": round(answer.confidence, 4),
        "why": answer.why,
        "problem": answer.problem,
        "trace": [_record(each) for each in answer.trace],
    }
    return example.having(SQL=clean(answer.SQL), extra={**example.extra, **sayable(said)})


def unanswered_row(example: Example, problem: str) -> Example:
    """The row of a question that no stage got to work on."""
    nothing = {"candidates": [], "picks": {}, "stages": {}, "confidence": 0.0, "why": ""}
    return example.having(extra={**example.extra, **nothing, "problem": clean(problem), "trace": []})


def unanswered(run: Run) -> Counter[str]:
    """The questions of a finished prediction that have no answer, by reason. Raises RunError if none were written."""
    problems = (str(example.extra.get("problem") or "") for example in run.examples())
    return Counter(problem.partition(" (")[0] for problem in problems if problem)


def _candidate(candidate: Candidate) -> dict[str, Any]:
    last = candidate.attempts[-1] if candidate.attempts else None
    became = {} if last is None else {"error": last.error} if last.error else {"rows": last.rows}
    earlier = [attempt.SQL for attempt in candidate.attempts[:-1] if attempt.SQL != candidate.SQL]
    return {
        "SQL": candidate.SQL,
        "strategy": candidate.strategy,
        "sample": candidate.sample,
        **became,
        **({"earlier": earlier} if earlier else {}),
    }


def _record(record: Record) -> dict[str, Any]:
    """What a stage did, without what differs from one time to the next."""
    output = {name: value for name, value in record.output.items() if name not in LEFT_TO_OTHERS}
    said = {"output": output, "notes": list(record.notes), "left_out": list(record.left_out)}
    counts = {"calls": record.calls, "prompt_tokens": record.prompt_tokens, "failed": record.failed}
    return {"stage": record.stage, **counts, **{name: value for name, value in said.items() if value}}
