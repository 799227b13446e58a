"""An evaluation on each of the four engines: the same verdicts, the same ends, and the rows untouched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from contract_engines import FILES, SERVERS

from querywright import Catalog, Example
from querywright.databases import Limits
from querywright.evaluation import Evaluation, evaluate

SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, born DATE, credit DECIMAL(10, 2));
CREATE TABLE numbers (n INTEGER);
INSERT INTO customers VALUES (1, 'Ada', '1990-01-02', 9.50), (2, 'Bo', NULL, 0.25), (3, 'Cy', '1985-03-04', NULL),
  (4, 'Bo', '1990-01-02', 9.50);
"""
NUMBERS = {"numbers": [(n,) for n in range(2000)]}
ENDLESS = "SELECT COUNT(*) FROM numbers a, numbers b, numbers c, numbers d WHERE a.n * 3 + b.n * 5 + c.n <> d.n"

GOLD = {
    "count": "SELECT COUNT(*) FROM customers",
    "names": "SELECT name FROM customers",
    "born": "SELECT name, born FROM customers ORDER BY id",
    "credit": "SELECT SUM(credit) FROM customers",
    "kinds": "SELECT DISTINCT name FROM customers",
}
ALL, NONE = {"strict", "bird", "spider"}, set[str]()

PREDICTIONS = [
    ("count", "SELECT COUNT(id) FROM customers WHERE id > 0;", "ran", ALL),
    ("count", "SELECT 4", "ran", ALL),
    ("count", "SELECT 4.0", "ran", ALL),
    ("count", "SELECT '4'", "ran", NONE),
    ("count", "SELECT COUNT(*) FROM customers WHERE id > 1", "ran", NONE),
    ("names", "SELECT name FROM customers ORDER BY id DESC", "ran", ALL),
    ("names", "SELECT DISTINCT name FROM customers", "ran", {"bird", "spider"}),
    ("names", "SELECT name FROM customers UNION ALL SELECT name FROM customers", "ran", {"bird"}),
    ("born", "SELECT name, born FROM customers ORDER BY id DESC", "ran", {"bird"}),
    ("born", "SELECT born, name FROM customers ORDER BY id", "ran", {"spider"}),
    ("credit", "SELECT SUM(credit) + 0.00 FROM customers", "ran", ALL),
    ("credit", "SELECT SUM(credit) + 1 FROM customers", "ran", NONE),
    ("kinds", "SELECT name FROM customers", "ran", {"bird", "spider"}),
    ("kinds", "SELECT absent FROM customers", "failed", NONE),
    ("kinds", "SELECT name FRM customers WHERE (", "syntax", NONE),
    ("count", "", "no text", NONE),
    ("count", "DELETE FROM customers", "refused", NONE),
    ("count", "DROP TABLE customers", "refused", NONE),
    ("count", "INSERT INTO customers (id, name) VALUES (9, 'Eve') RETURNING 4", "refused", NONE),
    ("count", "SELECT COUNT(*) FROM customers; DELETE FROM customers", "refused", NONE),
    ("count", "UPDATE customers SET credit = 0", "refused", NONE),
    ("count", ENDLESS, "timeout", NONE),
]


@pytest.fixture(params=(*FILES, *SERVERS))
def engine(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Each engine in turn."""
    if request.param in FILES:
        yield FILES[request.param]()
        return
    kind, server = SERVERS[request.param]
    made = kind(request.getfixturevalue(server))
    yield made
    made.drop()


@pytest.fixture
def catalog(engine: Any, tmp_path: Path) -> Iterator[Catalog]:
    place = engine.load(tmp_path / "shop", SHOP, NUMBERS)
    with Catalog.open(place) as catalog:
        yield catalog


def evaluated(catalog: Catalog, rows: list[tuple[str, str]], **settings: Any) -> Evaluation:
    """Pairs of gold and predicted queries, each a row of its own called by its number."""
    (db_id,) = catalog
    gold = [Example(db_id, SQL=sql, id=str(n)) for n, (sql, _) in enumerate(rows)]
    said = {str(n): sql for n, (_, sql) in enumerate(rows)}
    return evaluate(said, gold, catalog, metrics=["rules"], limits=Limits(1.0, 500_000, 64_000_000), **settings)


def contents(catalog: Catalog) -> list[Any]:
    (database,) = catalog.values()
    return [database.execute(f"SELECT * FROM {table} ORDER BY 1").rows for table in ("customers", "numbers")]


def test_verdicts_and_endings_are_those_of_every_engine_and_no_row_is_touched(catalog: Catalog) -> None:
    before = contents(catalog)
    found = evaluated(catalog, [(GOLD[key], sql) for key, sql, _, _ in PREDICTIONS])
    assert contents(catalog) == before
    assert found.excluded() == ()
    assert found.changed == ()
    scores = {int(row.facts.key): row.scores["predictions"] for row in found.rows()}
    told = [
        (sql, scores[n].ending, {rule for rule, right in scores[n].verdicts.items() if right})
        for n, (_, sql, _, _) in enumerate(PREDICTIONS)
    ]
    assert told == [(sql, ending, rules) for _, sql, ending, rules in PREDICTIONS]


def test_gold_against_itself_is_right_and_what_fails_is_excluded(catalog: Catalog) -> None:
    rows = [(sql, sql) for sql in GOLD.values()]
    found = evaluated(
        catalog, [*rows, ("SELECT absent FROM customers", "SELECT 1"), ("DELETE FROM customers", "SELECT 1")]
    )
    assert [each.key for each in found.excluded()] == ["5", "6"]
    assert {each.reason for each in found.excluded()} == {"the gold query fails"}
    (system,) = found.summary().systems
    assert {rule: (share.count, share.of) for rule, share in system.rules.items()} == dict.fromkeys(ALL, (5, 5))
    assert (system.ex_of_all.count, system.ex_of_all.of) == (5, 7)


def test_processes_give_what_one_gives(catalog: Catalog, tmp_path: Path) -> None:
    rows = [(GOLD[key], sql) for key, sql, ending, _ in PREDICTIONS if ending != "timeout"]
    for workers in (1, 2):
        evaluated(catalog, rows, output=tmp_path / str(workers), workers=workers)
    assert (tmp_path / "1" / "results.jsonl").read_bytes() == (tmp_path / "2" / "results.jsonl").read_bytes()
