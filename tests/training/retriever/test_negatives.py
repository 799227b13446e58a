"""What a pair is held against is never right: not its own skeleton, nor one that answers an equal question."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from querywright.training.retriever.negatives import RIGHT, SILENT, WRONG, batch_of, rows
from querywright.training.retriever.pairs import Pair

TEXTS = st.sampled_from("abcdefgh")
PAIRS = st.lists(st.builds(Pair, TEXTS, TEXTS.map(str.upper)), min_size=1, max_size=30, unique=True)


def skeletons(pairs: list[Pair], extra: list[str] = []) -> dict[str, int]:  # noqa: B006
    found: dict[str, int] = {}
    for sql in [*(pair.sql for pair in pairs), *extra]:
        found[sql] = found.get(sql, 0) + 1
    return found


@given(PAIRS, st.lists(TEXTS.map(str.upper)), st.integers(1, 12), st.integers(0, 3))
def test_a_drawn_negative_has_another_skeleton_and_answers_no_equal_question(
    pairs: list[Pair], extra: list[str], count: int, seed: int
) -> None:
    known = skeletons(pairs, extra)
    names = list(known)
    for pair, row in zip(pairs, rows(pairs, known, count, seed), strict=True):
        right = {other.sql for other in pairs if other.question == pair.question}
        drawn = [names[one] for one in row.negatives]
        assert right.isdisjoint(drawn)
        assert len(set(drawn)) == len(drawn) == min(count, len(names) - len(right))
        assert names[row.sql] == pair.sql


@given(PAIRS, st.integers(0, 5), st.integers(0, 3))
def test_in_a_batch_no_right_query_is_wrong_for_any_row(pairs: list[Pair], count: int, seed: int) -> None:
    known = skeletons(pairs)
    chosen = rows(pairs, known, count, seed)
    batch = batch_of(chosen, list(known))
    assert len(set(batch.queries)) == len(batch.queries)
    for pair, row, marks in zip(pairs, chosen, batch.marks, strict=True):
        right = {other.sql for other in pairs if other.question == pair.question}
        said = dict(zip(batch.queries, marks, strict=True))
        assert [sql for sql, mark in said.items() if mark == RIGHT] == [pair.sql]
        wrong = {sql for sql, mark in said.items() if mark == WRONG}
        assert wrong.isdisjoint(right)
        # Those drawn for it, or else all that are not right: what was drawn for others is silent.
        assert wrong == ({list(known)[one] for one in row.negatives} if count else set(said) - right)
        assert all(mark in (RIGHT, WRONG, SILENT) for mark in marks)


def test_the_seed_decides_what_is_drawn() -> None:
    pairs = [Pair(f"q{n}", f"s{n}") for n in range(40)]
    known = skeletons(pairs)
    assert rows(pairs, known, 5, 1) == rows(pairs, known, 5, 1) != rows(pairs, known, 5, 2)


def test_a_query_is_drawn_as_often_as_examples_have_it() -> None:
    pairs = [Pair(f"q{n}", f"s{n}") for n in range(300)]
    known = {**skeletons(pairs), "often": 300}
    drawn = [list(known)[one] for row in rows(pairs, known, 1, 0) for one in row.negatives]
    assert 100 < drawn.count("often") < 200


def test_many_negatives_are_found_where_nearly_every_example_has_one_skeleton() -> None:
    known = {"often": 1_000_000, **{f"s{n}": 1 for n in range(20)}}
    (row,) = rows([Pair("q", "s0")], known, 19, 0)
    assert len(row.negatives) == 19
