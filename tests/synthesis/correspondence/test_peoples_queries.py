"""A law: what we ask about queries that other people wrote agrees with them too."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from querywright.databases import Catalog
from querywright.sql import parse
from querywright.synthesis.correspondence import check
from querywright.synthesis.english import CannotSay, ask
from querywright.synthesis.lexicon import Lexicon

TAKEN = 150

pytestmark = pytest.mark.shared


@pytest.mark.parametrize("style", ["interrogative", "concise", "procedural"])
def test_what_we_ask_about_peoples_queries_agrees_with_them(style: str) -> None:
    folder = Path(__file__).parents[3].parent / "shared" / "data" / "spider"
    if not (folder / "dev.jsonl").is_file():
        pytest.skip("the shared copy of Spider is not beside this checkout")
    rows = [json.loads(line) for line in (folder / "dev.jsonl").read_text(encoding="utf-8").splitlines()]
    lexicons: dict[str, Lexicon] = {}
    asked = 0
    with Catalog.open(folder / "database") as catalog:
        for row in random.Random(0).sample(rows, TAKEN):
            database = catalog[row["db_id"]]
            if row["db_id"] not in lexicons:
                lexicons[row["db_id"]] = Lexicon.read(database)
            lexicon = lexicons[row["db_id"]]
            tree = parse(row["SQL"], database.dialect)
            try:
                question = ask(tree, lexicon, style, random.Random(row["SQL"]))
            except CannotSay:
                continue
            finding = check(question.text, question.evidence, tree, lexicon)
            assert finding.agrees, (finding.reason, question.text, question.evidence, row["SQL"])
            asked += 1
    assert asked > TAKEN * 0.95
