"""Singular and plural of what schemas are about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.synthesis.lexicon import plural, singular

PAIRS = [
    ("customer", "customers"), ("city", "cities"), ("day", "days"), ("box", "boxes"), ("match", "matches"),
    ("address", "addresses"), ("status", "statuses"), ("bus", "buses"), ("analysis", "analyses"),
    ("person", "people"), ("child", "children"), ("salesman", "salesmen"), ("human", "humans"), ("movie", "movies"),
    ("category", "categories"), ("database", "databases"), ("house", "houses"), ("warehouse", "warehouses"),
    ("course", "courses"), ("lens", "lenses"), ("leaf", "leaves"), ("order line", "order lines"),
    ("date of birth", "dates of birth"), ("head of state", "heads of state"), ("year founded", "years founded"),
    ("section taken", "sections taken"), ("ID", "IDs"), ("ISBN", "ISBNs"),
    ("skill required to fix", "skills required to fix"), ("student in detention", "students in detention"),
    ("quiz", "quizzes"), ("hero", "heroes"), ("photo", "photos"), ("wolf", "wolves"), ("tax", "taxes"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "many"), PAIRS)
def test_one_and_many(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many) == one


@pytest.mark.parametrize("noun", ["staff", "equipment", "series", "aircraft", "sheep", "news", "species"])
def test_mass_nouns_do_not_change(noun: str) -> None:
    assert plural(noun) == noun == singular(noun)


@pytest.mark.parametrize("many", [many for _, many in PAIRS])
def test_a_plural_stays_plural(many: str) -> None:
    assert plural(many) == many


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ", min_size=1, max_size=30))
def test_number_never_changes_how_many_words_there_are(phrase: str) -> None:
    assert len(plural(phrase).split(" ")) == len(phrase.split(" ")) == len(singular(phrase).split(" "))
