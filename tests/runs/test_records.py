"""Outcomes as bytes."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.datasets.example import Example
from querywright.datasets.jsonl import parse_line
from querywright.runs import Outcome, Rejected
from querywright.runs.records import ALWAYS_NEW, DIGEST_BYTES, digest, pack

awkward = st.text(st.characters(), max_size=8)  # lone surrogates and line ends included


def test_the_same_key_has_the_same_digest_and_none_has_no_other() -> None:
    assert digest("a") == digest("a") != digest("b")
    assert len(digest("\udcff")) == DIGEST_BYTES == len(ALWAYS_NEW)
    assert digest(None) == ALWAYS_NEW != digest("")


@given(key=awkward, reason=awkward, detail=awkward, sql=st.lists(awkward, max_size=3), value=st.from_type(object))
def test_whatever_an_outcome_holds_every_example_has_its_line(
    key: str, reason: str, detail: str, sql: list[str], value: object
) -> None:
    kept = tuple(Example(db_id="d", SQL=text) for text in sql)
    rejected = (Rejected("step", reason, detail, Example(db_id="d", extra={"value": value})),)
    record = pack(0, Outcome(key, kept, rejected, added=len(sql)), [*sql])
    lines, drops = record.kept.splitlines(), orjson.loads(record.drops)
    rejects = [orjson.loads(line) for line in record.rejected.splitlines()]
    assert len(record.digests) == DIGEST_BYTES * len(lines)
    assert 1 + record.added == len(lines) + len(rejects)
    assert [[row["step"], row["reason"]] for row in rejects] == drops
    assert {row["key"] for row in rejects} == {record.key}
    assert all(parse_line(line).id for line in lines)


def test_an_example_keeps_the_id_a_step_gave_it() -> None:
    record = pack(0, Outcome("k", (Example(db_id="d", id="mine"), Example(db_id="d")), ()), [None, None])
    mine, ours = (orjson.loads(line)["id"] for line in record.kept.splitlines())
    assert mine == "mine"
    assert len(ours) == 16


@pytest.mark.parametrize("wrong", [{"SQL": "x"}, {"n": float("nan")}, {"n": {1, 2}}])
def test_a_kept_example_that_cannot_be_written_becomes_a_reject(wrong: dict[str, object]) -> None:
    record = pack(0, Outcome("k", (Example(db_id="d", extra=wrong),), ()), ["key"])
    assert record.kept == record.digests == b""
    assert orjson.loads(record.drops) == [["record", "cannot be written as JSON"]]
