"""Which of the matches of a keyword are worth showing."""

import numpy as np
import pytest

from querywright.retrieval import Match, best_per_column


def match(value, column="name", table="t"):
    return Match(value, table, column, 0.5)


MATCHES = [match("Ann Lee"), match("Anne Lee"), match("Ann Lowe"), match("Annelie", "nick"), match("xyz", "nick")]


def test_each_column_keeps_what_is_nearly_as_near_as_its_best():
    assert [(m.value, m.column) for m in best_per_column(MATCHES, "ann lee")] == [
        ("Ann Lee", "name"), ("Annelie", "nick"),
    ]  # fmt: skip


def test_what_is_far_by_letters_goes_even_where_it_is_the_best_of_its_column():
    assert best_per_column([match("xyz", "nick")], "ann lee") == []


@pytest.mark.parametrize(
    ("settings", "values"),
    [
        ({"of_best": 0.8}, ["Ann Lee", "Anne Lee", "Annelie"]),
        ({"of_best": 0.0, "edit": 0.0}, ["Ann Lee", "Anne Lee", "Ann Lowe", "Annelie", "xyz"]),
        ({"edit": 0.95}, ["Ann Lee"]),
        ({"top": 2, "of_best": 0.5}, ["Ann Lee", "Anne Lee"]),
        ({"top": 0}, []),
    ],
)
def test_every_number_can_be_set(settings, values):
    assert [m.value for m in best_per_column(MATCHES, "ann lee", **settings)] == values


def test_case_accents_and_order_do_not_count_as_distance():
    assert len(best_per_column([match("Müller, Zoë")], "zoe muller", edit=0.9)) == 1


def test_an_embedding_model_has_its_say():
    asked = []

    def embed(texts):
        asked.append(list(texts))
        return np.array([[1, 0], [0.59, 0.8], [0.61, 0.79]], np.float32)

    found = best_per_column([match("Anne Lee", "one"), match("Ann Lee", "two"), match("qqq")], "ann lee", embed)
    assert [m.column for m in found] == ["two"]
    assert asked == [["ann lee", "Anne Lee", "Ann Lee"]]


def test_a_model_is_not_asked_about_nothing():
    assert best_per_column([match("qqq")], "ann lee", lambda texts: pytest.fail("asked")) == []


def test_the_embedded_model_can_be_asked():
    from querywright.models.hashed import HashedEmbedding

    assert [m.value for m in best_per_column(MATCHES, "Ann Lee", HashedEmbedding().vectors)] == ["Ann Lee"]
