"""Queries and the questions they become, side by side in `questions.sql`, each also executed."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest

from querywright.databases import Database, Limits
from querywright.sql import parse
from querywright.synthesis.english import STYLES, CannotSay, Unfitting, ask
from querywright.synthesis.lexicon import Lexicon

GOLDEN = Path(__file__).with_name("questions.sql")


def pairs() -> list[tuple[str, str, str, str]]:
    """(style, question, evidence, SQL) of every entry."""
    found = []
    for entry in GOLDEN.read_text(encoding="utf-8").strip().split("\n\n"):
        head, *rest = entry.splitlines()
        style, question = head.removeprefix("-- [").split("] ", 1)
        notes = [line.removeprefix("--   ") for line in rest if line.startswith("--   ")]
        sql = " ".join(line for line in rest if not line.startswith("--"))
        found.append((style, question, " ".join(notes), sql.rstrip(";")))
    return found


@pytest.mark.parametrize(("style", "question", "evidence", "sql"), pairs(), ids=lambda v: str(v)[:60])
def test_a_query_becomes_its_question(
    style: str, question: str, evidence: str, sql: str, shop: Database, lexicon: Lexicon
) -> None:
    assert shop.execute(sql, Limits()).rows
    asked = ask(parse(sql, "sqlite"), lexicon, style, random.Random(0))
    assert (asked.text, asked.evidence) == (question, evidence)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_has_its_own_voice(style: str, lexicon: Lexicon) -> None:
    said = {}
    for _, _, _, sql in pairs():
        with contextlib.suppress(Unfitting):
            said[sql] = ask(parse(sql, "sqlite"), lexicon, style, random.Random(1)).text
    plain = {sql: ask(parse(sql, "sqlite"), lexicon, "interrogative", random.Random(1)).text for sql in said}
    assert len(said) == len(pairs()) or style in ("vague", "metaphorical")
    assert said
    assert all(text[0].isupper() and "  " not in text for text in said.values())
    assert style == "interrogative" or sum(said[s] == plain[s] for s in said) <= len(said) // 8


def test_a_style_with_nothing_to_do_says_so_and_another_takes_its_place(lexicon: Lexicon) -> None:
    tree = parse("SELECT COUNT(*) FROM orders", "sqlite")
    with pytest.raises(Unfitting):
        ask(tree, lexicon, "metaphorical", random.Random(0))
    styles = {ask(tree, lexicon, None, random.Random(seed)).style for seed in range(60)}
    assert styles == set(STYLES) - {"vague", "metaphorical"}


def test_the_same_seed_gives_the_same_words(lexicon: Lexicon) -> None:
    tree = parse("SELECT name FROM products WHERE price > 80 AND category = 'Toys'", "sqlite")
    assert ask(tree, lexicon, "vague", random.Random(5)) == ask(tree, lexicon, "vague", random.Random(5))


def test_what_vague_words_leave_out_stands_in_the_evidence(lexicon: Lexicon) -> None:
    tree = parse("SELECT name FROM products WHERE price > 80", "sqlite")
    for style in ("vague", "metaphorical"):
        asked = ask(tree, lexicon, style, random.Random(2))
        assert "80" not in asked.text
        assert "80" in asked.evidence


def test_a_threshold_most_rows_pass_is_not_called_high(lexicon: Lexicon) -> None:
    with pytest.raises(Unfitting):
        ask(parse("SELECT name FROM products WHERE price > 10", "sqlite"), lexicon, "vague", random.Random(0))


def test_a_construct_without_words_is_named(lexicon: Lexicon) -> None:
    with pytest.raises(CannotSay, match="soundex"):
        ask(parse("SELECT SOUNDEX(name) FROM products", "sqlite"), lexicon, "formal", random.Random(0))
