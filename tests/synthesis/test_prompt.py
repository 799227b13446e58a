"""The template of the training prompt."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from querywright.databases import Catalog
from querywright.errors import SettingsError
from querywright.synthesis.prompt import Prompter, PromptSettings


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE item (name TEXT); INSERT INTO item VALUES ('{lamp}')")
    return path


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"template": "{question}"}, "must contain {schema}"),
        ({"template": "{schema}"}, "must contain {question}"),
        ({"template": "{schema} {question} {tables}"}, "contains {tables}, which is not one of {schema}, {question}"),
        ({"template": "{schema} {question} {}"}, "contains {}, which is not one of"),
        ({"template": "{schema} {question} {schema.__class__}"}, "contains {schema.__class__}, which is not one of"),
        ({"template": "{schema} {question} {"}, "unbalanced braces"),
        ({"template": "{schema} {question} }"}, "unbalanced braces"),
        ({"style": "dll"}, "prompt style 'dll' is not known: use ddl or compact"),
        ({"examples": -1}, "prompt examples must be 0 or more, not -1"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as error:
        PromptSettings(**settings)
    assert said in str(error.value)


def test_doubled_braces_are_plain_ones_and_braces_in_values_stay(shop: Path) -> None:
    settings = PromptSettings('{{"q": "{question}"}} {schema}', style="compact", examples=1)
    with Catalog.open(shop) as catalog:
        prompt = Prompter(catalog["shop"], settings).fill("Which {items}?", "")
    assert prompt.startswith('{"q": "Which {items}?"} ')
    assert "{lamp}" in prompt


@pytest.mark.parametrize("conversion", ["{schema!r} {question}", "{schema:>5} {question}"])
def test_a_placeholder_is_a_name_and_nothing_more(conversion: str) -> None:
    with pytest.raises(SettingsError, match="only the name"):
        PromptSettings(conversion)


@pytest.mark.parametrize(("evidence", "line"), [("", ""), ("Old means above 9.", "Note: Old means above 9.\n")])
def test_evidence_has_its_line_only_where_there_is_some(shop: Path, evidence: str, line: str) -> None:
    with Catalog.open(shop) as catalog:
        prompt = Prompter(catalog["shop"], PromptSettings()).fill("How many items?", evidence)
    assert f"\n\n{line}Question: How many items?\n" in prompt
    assert "one SQLite query" in prompt
    assert "CREATE TABLE" in prompt
