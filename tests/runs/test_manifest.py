"""What `run.json` says, and how two fingerprints are told apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from querywright.errors import RunError
from querywright.runs.manifest import Counts, Manifest, differences
from querywright.runs.settling import Settler


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ({}, {}, []),
        ({"seed": 1, "where": {"a": [1, 2]}}, {"where": {"a": (1, 2)}, "seed": 1}, []),
        ({"seed": 1}, {"seed": 2}, ["seed was 1, now 2"]),
        ({"seed": 1}, {"seed": None}, ["seed was 1, now null"]),
        ({"seed": 1}, {"seed": True}, ["seed was 1, now true"]),
        ({"a": {"b": {"c": "x", "d": 1}}}, {"a": {"b": {"c": "y", "d": 1}}}, ['a.b.c was "x", now "y"']),
        ({"db": {"x": "1"}}, {"db": {"x": "1", "y": "2"}}, ['db.y was not there, now "2"']),
        ({"db": {"x": "1", "y": "2"}}, {"db": {"x": "1"}}, ['db.y was "2", now is not there']),
        ({"db": {}}, {"db": {"x": "1"}}, ["db was {}, now is not there", 'db.x was not there, now "1"']),
        ({"p": "a" * 90}, {"p": "b"}, ['p was "' + "a" * 56 + '…, now "b"']),
    ],
)
def test_differences_are_named_key_by_key(before: dict[str, Any], now: dict[str, Any], said: list[str]) -> None:
    assert differences(before, now) == said


def test_a_manifest_reads_back_as_it_was_written(tmp_path: Path) -> None:
    settler = Settler(None, None)
    settler.settle(1, b"x" * 16, orjson.dumps([["grade", "too hard"]]))
    manifest = Manifest.begin({"count": 5, "patience": None, "workers": 2}, {"seed": 1}).ended(
        "failed", "no luck", ["choose", "grade"], settler.tally, 1.5
    )
    manifest.save(tmp_path)
    assert Manifest.load(tmp_path) == manifest
    assert manifest.counts == Counts(inputs=1, fruitful=1, fruitless=0, added=1, kept=1, rejected=1)
    assert manifest.funnel == {"grade": {"too hard": 1}}


def test_the_funnel_has_the_order_of_the_chain_and_reasons_by_frequency() -> None:
    settler = Settler(None, None)
    settler.settle(0, b"x" * 32, orjson.dumps([["b", "few"], ["a", "one"], ["b", "many"], ["b", "many"]]))
    settler.settle(0, b"x" * 16, orjson.dumps([]))
    funnel = Manifest.begin({}, {}).ended("finished", "", ["a", "b"], settler.tally, 0.0).funnel
    assert [(step, list(reasons.items())) for step, reasons in funnel.items()] == [
        ("a", [("one", 1)]),
        ("b", [("many", 2), ("few", 1)]),
        ("unique", [("seen before", 2)]),
    ]


def test_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"format": 99}')
    with pytest.raises(RunError, match=r"made by another version of Querywright \(format 99, ours is 1\)"):
        Manifest.load(tmp_path)


def test_a_fingerprint_must_be_json() -> None:
    with pytest.raises(RunError, match="fingerprint cannot be written as JSON"):
        Manifest.begin({}, {"thing": object()})
