"""Every benchmark database can be read, and what is said of it holds together."""

from __future__ import annotations

from pathlib import Path

import pytest

from querywright.databases import Catalog
from querywright.synthesis.lexicon import Lexicon, Role

pytestmark = pytest.mark.shared


@pytest.mark.parametrize("benchmark", ["spider", "defog"])
def test_every_database_is_read(shared_data: Path, benchmark: str) -> None:
    folder = shared_data / benchmark / "database"
    if not folder.is_dir():
        pytest.skip(f"no {benchmark} databases here")
    with Catalog.open(folder) as catalog:
        for db_id in catalog:
            _check(Lexicon.read(catalog[db_id]))


def _check(lexicon: Lexicon) -> None:
    for table in lexicon.schema:
        entity = lexicon.entity(table.name)
        assert entity.singular.strip()
        assert entity.plural.strip()
        assert all(table.column(c) for c in entity.label)
        for facts in lexicon.columns(table.name):
            assert facts.phrase.strip()
            assert "_" not in facts.phrase
            assert len(facts.values) <= 200
            assert sum(n for _, n in facts.top) <= (facts.rows or 0)
            assert (facts.flag is not None) == (facts.role is Role.FLAG)
        for reference in lexicon.references(table.name):
            assert all(table.column(c) for c in reference.columns)
            assert lexicon.schema.table(reference.referred_table)


def test_known_words_of_spider(shared_data: Path) -> None:
    with Catalog.open(shared_data / "spider" / "database") as catalog:
        lexicon = Lexicon.read(catalog["college_2"])
    assert lexicon.entity("takes").relation == "take"
    assert lexicon.entity("instructor").person
    assert lexicon.facts("student", "tot_cred").phrase == "total credits"
    assert {r.phrase for r in lexicon.references("prereq")} == {"prerequisite course", "course"}
