"""A law: what we ask about our own queries agrees with them, in every style."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from querywright.databases import Catalog
from querywright.demo import create_databases
from querywright.errors import QuerywrightError
from querywright.sql import parse
from querywright.synthesis.correspondence import check
from querywright.synthesis.english import STYLES, CannotSay, ask
from querywright.synthesis.grammar import Grammar, profile
from querywright.synthesis.lexicon import Lexicon

DRAWS = 20


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    folder: Path = tmp_path_factory.mktemp("correspondence")
    create_databases(folder)
    with Catalog.open(folder) as catalog:
        yield catalog


@pytest.mark.parametrize("aim", ["sqlflow", "bird"])
@pytest.mark.parametrize("db_id", ["airline", "clinic", "library", "webshop"])
def test_our_own_questions_agree_with_their_queries(db_id: str, aim: str, demo: Catalog) -> None:
    database = demo[db_id]
    lexicon = Lexicon.read(database)
    grammar = Grammar(database, lexicon, profile(aim))
    asked = 0
    for draw in range(DRAWS):
        rng = random.Random(f"{db_id}:{aim}:{draw}")
        try:
            tree = parse(grammar.write(rng, draw).sql, database.dialect)
        except QuerywrightError:
            continue
        for style in rng.sample(tuple(STYLES), 2):
            try:
                question = ask(tree, lexicon, style, rng)
            except CannotSay:
                continue
            finding = check(question.text, question.evidence, tree, lexicon)
            assert finding.agrees, (finding.reason, question.text, question.evidence, tree.sql(database.dialect))
            asked += 1
    assert asked > DRAWS
