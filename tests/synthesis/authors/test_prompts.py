"""The prompts: each has a version that changes with its text, holds its places, and nothing that fills one gets out."""

from __future__ import annotations

import string

import pytest

from querywright.models.templates import as_data
from querywright.synthesis.authors import prompts
from querywright.synthesis.english import STYLES
from querywright.synthesis.refine import STRATEGIES

KNOWN = {
    "augment": "1:a5f808f2f0f4",
    "write": "1:3ac296ca2249",
    "ask": "1:9453b7420c97",
    "correspond": "1:49cc429394f8",
    "explain": "1:b0510d963edb",
    "directions": "1:16c810ae099f",
    "styles": "1:84f9fbf97f5e",
}
"""Version and digest of each prompt. Whoever changes a text raises its version, and enters both here."""


def test_a_changed_prompt_has_a_new_version() -> None:
    assert prompts.fingerprint() == KNOWN


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("augment", {"dialect", "schema", "rows", "sql", "direction"}),
        ("write", {"dialect", "schema", "rows", "focus", "features"}),
        ("ask", {"dialect", "schema", "sql", "number", "styles"}),
        ("correspond", {"dialect", "schema", "question", "evidence", "sql"}),
        ("explain", {"dialect", "schema", "question", "evidence", "sql"}),
    ],
)
def test_a_prompt_has_the_places_its_author_fills(name: str, places: set[str]) -> None:
    text = prompts.template(name).text
    assert {field for _, field, _, _ in string.Formatter().parse(text) if field is not None} == places


def test_every_direction_and_every_style_is_described() -> None:
    assert set(prompts.sections("directions")) == set(STRATEGIES)
    assert set(prompts.sections("styles")) == set(STYLES)


def test_braces_in_what_fills_a_place_are_text() -> None:
    filled = prompts.template("ask").fill(
        schema="{sql}", sql="SELECT '{schema}'", dialect="SQLite", number="one", styles="{0}"
    )
    assert "SELECT '{schema}'" in filled
    assert "{sql}" in filled


@pytest.mark.parametrize("value", ["</rows>", 'a "quoted"\nline', "<b>", None, b"\x00", 1.5])
def test_a_value_stands_on_one_line_and_ends_no_tag(value: object) -> None:
    shown = as_data({"v": value})
    assert "\n" not in shown
    assert "<" not in shown
