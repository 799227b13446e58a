from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright import Example
from querywright.errors import SettingsError
from querywright.evaluation.predictions.gold import read_gold
from querywright.evaluation.subset import subset


def rows(*groups: tuple[str, str, int]):
    examples = [
        Example(db_id, f"{db_id} {label} {n}", "SELECT 1", id=f"{db_id}/{label}/{n}", extra={"difficulty": label})
        for db_id, label, size in groups
        for n in range(size)
    ]
    return read_gold(examples)[0]


SIZES = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["simple", "hard"]), st.integers(1, 40)), max_size=6)


@given(
    SIZES.filter(lambda groups: len({g[:2] for g in groups}) == len(groups) > 0), st.floats(0.01, 1), st.integers(0, 5)
)
def test_each_database_gives_its_share_and_each_difficulty_its_part(groups, share, seed):
    drawn = Counter(tuple(key.split("/")[:2]) for key in subset(rows(*groups), share, seed))
    for db_id in {group[0] for group in groups}:
        sizes = {label: size for name, label, size in groups if name == db_id}
        wanted = max(1, round(share * sum(sizes.values())))
        assert sum(drawn[db_id, label] for label in sizes) == wanted
        for label, size in sizes.items():
            assert abs(drawn[db_id, label] - wanted * size / sum(sizes.values())) < 1


def test_a_seed_draws_the_same_rows_whatever_stands_around_them():
    alone = rows(("a", "simple", 30), ("a", "hard", 12))
    among = rows(("b", "simple", 17), ("a", "hard", 12), ("a", "simple", 30))
    assert subset(alone, 0.1, 3) == {key for key in subset(among, 0.1, 3) if key.startswith("a/")}
    assert subset(alone, 0.1, 3) != subset(alone, 0.1, 4)


@pytest.mark.parametrize("share", [0, -0.1, 1.5])
def test_what_is_no_share_is_refused(share):
    with pytest.raises(SettingsError, match="share"):
        subset(rows(("a", "simple", 3)), share)
