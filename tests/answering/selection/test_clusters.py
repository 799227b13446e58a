from __future__ import annotations

import pytest
from answering_table import database

from querywright.answering.desk import Desk
from querywright.answering.known import Candidate
from querywright.answering.selection.clusters import clusters_of
from querywright.databases import Limits


@pytest.fixture
def things(tmp_path):
    with database(tmp_path) as opened:
        yield opened


def test_a_result_that_was_cut_is_equal_to_none_but_its_own_text(things) -> None:
    desk = Desk(things, None, limits=Limits(rows=2))
    texts = ["SELECT value FROM digit", "SELECT value FROM digit WHERE id < 9", "SELECT value FROM digit"]
    candidates = tuple(Candidate(sql, "x", n, outcome=desk.execute(sql)) for n, sql in enumerate(texts))
    assert [cluster.members for cluster in clusters_of(candidates, desk)] == [(0, 2), (1,)]


def test_rows_go_before_none_and_more_voices_before_fewer(things) -> None:
    desk = Desk(things, None)
    texts = ["SELECT 1 WHERE 0", "SELECT 2 WHERE 0", "SELECT 3", "SELECT 4", "SELECT 2+2", "SELECT nothing"]
    candidates = tuple(Candidate(sql, "x", n, outcome=desk.execute(sql)) for n, sql in enumerate(texts))
    assert [cluster.members for cluster in clusters_of(candidates, desk)] == [(3, 4), (2,), (0, 1)]
