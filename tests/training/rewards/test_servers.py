"""Rewards from databases on servers: the same parts for the same answers, and nothing is written."""

import pytest
from contract_engines import SERVERS

from querywright import Catalog
from querywright.training.rewards import RewardTask, Scorer

SCRIPT = """
CREATE TABLE author (id INTEGER PRIMARY KEY, name VARCHAR(20), country VARCHAR(20));
CREATE TABLE book (id INTEGER PRIMARY KEY, author_id INTEGER, title VARCHAR(20));
"""
ROWS = {
    "author": [(1, "Ada", "Norway"), (2, "Bo", "Chile"), (3, "Cy", "Norway")],
    "book": [(1, 1, "Rain"), (2, 3, "Snow"), (3, 2, "Sun")],
}
GOLD = "SELECT name FROM author WHERE country = 'Norway'"
PIPE = "FROM author |> WHERE country = 'Norway' |> SELECT name"


@pytest.fixture(scope="module", params=SERVERS)
def shop(request, tmp_path_factory):
    """A bookshop on a server, and what it is called there."""
    kind, server = SERVERS[request.param]
    engine = kind(request.getfixturevalue(server))
    place = engine.load(tmp_path_factory.mktemp("shop") / "rewarded", SCRIPT, ROWS)
    with Catalog.open(str(place)) as catalog:
        [db_id] = list(catalog)
        yield catalog, db_id
    engine.drop()


def test_answers_get_what_they_are_worth(shop):
    catalog, db_id = shop
    sql, pipe = RewardTask(db_id, GOLD), RewardTask(db_id, GOLD, "pipe", PIPE, catalog[db_id].dialect)
    said = [
        (sql, GOLD),
        (pipe, PIPE),
        (sql, "SELECT name FROM author"),
        (pipe, "FROM author |> SELECT nme"),
        (sql, "DELETE FROM author"),
        (sql, "no query"),
    ]
    with Scorer(catalog) as scorer:
        parts = scorer.score_all([task for task, _ in said], [text for _, text in said])
    right, piped, too_many, misnamed, *others = (each.total() for each in parts)
    assert right == piped == 1
    assert 0.5 < too_many < 1
    assert misnamed < 0.3
    assert others == [0, 0]
    assert catalog[db_id].execute("SELECT COUNT(*) FROM author").rows == [(3,)]
