"""Ways to be rewarded without answering, and what they get: each that is named in the docstring of `parts`."""

import hashlib

import pytest

from querywright import Limits
from querywright.training.rewards import Parts, RewardTask, Scorer, Weights

COUNT = "SELECT COUNT(*) FROM book"  # 6
NORWAY = "SELECT name FROM author WHERE country = 'Norway'"  # Ada, Dov
TOTALS = "SELECT T1.name, COUNT(*) FROM author AS T1 JOIN book AS T2 ON T1.id = T2.author_id GROUP BY T1.id"
RUNAWAY = "WITH RECURSIVE n(i) AS (SELECT x FROM t UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"


def scored(scorer, gold, said, db_id="bookshop"):
    return scorer.score_all([RewardTask(db_id, gold)], [said])[0]


@pytest.mark.parametrize(
    "said",
    [
        "SELECT name FROM author WHERE 1 = 0",
        "SELECT name FROM author LIMIT 0",
        "SELECT name FROM author WHERE country = 'norway'",
        "SELECT NULL FROM author WHERE country = 'Norway' AND name IS NULL",
        "SELECT MAX(name) FROM author WHERE country = 'nowhere'",
        "SELECT COUNT(*) FROM author WHERE country = 'nowhere'",
        "SELECT SUM(born), COUNT(*), TOTAL(born) FROM author WHERE name = 'nobody'",
        "SELECT country FROM author WHERE country IS NULL",
    ],
)
def test_an_empty_result_is_not_worth_executing(scorer, said):
    found = scored(scorer, NORWAY, said)
    assert (found.executes, found.rows, found.structure) == (0, 0, 0)
    assert found.total() <= 0.1
    assert found.total() < scored(scorer, NORWAY, "SELECT born FROM author").total()


@pytest.mark.parametrize(
    "said",
    [
        "SELECT 6",
        "SELECT 'x'",
        "VALUES (6)",
        "SELECT 6 FROM book",
        "SELECT 6 AS n FROM book LIMIT 1",
        "SELECT MAX(6) FROM book",
        "SELECT 2 * 3 FROM book LIMIT 1",
        "SELECT n FROM (SELECT 6 AS n FROM book) LIMIT 1",
        "SELECT * FROM (SELECT 6 AS n FROM book LIMIT 1)",
        "WITH c AS (SELECT 6 AS n) SELECT n FROM c",
        "WITH c AS (SELECT 6 AS n) SELECT n FROM c, book LIMIT 1",
        "SELECT (SELECT 6 FROM book WHERE id > 0 LIMIT 1)",
        "SELECT (SELECT 6) FROM book LIMIT 1",
        "SELECT COUNT(*) FROM (VALUES (1), (2), (3), (4), (5), (6))",
        "SELECT 6 UNION SELECT COUNT(*) FROM book",
        "SELECT COUNT(*) FROM book UNION SELECT 6",
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 6) SELECT MAX(n) FROM c",
        'SELECT "6" FROM book LIMIT 1',
    ],
)
def test_a_constant_is_worth_nothing_though_it_is_the_answer(scorer, said):
    assert scored(scorer, COUNT, said) == Parts(ending="constant")


@pytest.mark.parametrize(
    "said",
    [
        "SELECT COUNT(1) FROM book",
        "SELECT SUM(1) FROM book",
        "SELECT COUNT(*) FROM (SELECT 1 FROM book)",
        "SELECT COUNT(*) FROM (SELECT * FROM book)",
        "SELECT n FROM (SELECT COUNT(*) AS n FROM book)",
        "WITH c AS (SELECT id FROM book) SELECT COUNT(*) FROM c",
        "SELECT (SELECT COUNT(*) FROM book)",
        "SELECT MAX(id) FROM book",
        "SELECT rowid FROM book ORDER BY rowid DESC LIMIT 1",
    ],
)
def test_what_only_looks_like_a_constant_is_right(scorer, said):
    found = scored(scorer, COUNT, said)
    assert (found.executes, found.rows, found.ending) == (1, 1, "right")


def test_a_question_of_yes_or_no_is_no_constant(scorer):
    gold = "SELECT EXISTS (SELECT 1 FROM author WHERE country = 'Norway')"
    assert scorer.check([RewardTask("bookshop", gold)]).kept
    assert scored(scorer, gold, gold).total() == 1
    assert scored(scorer, gold, "SELECT 1").total() == 0


@pytest.mark.parametrize("said", ["SELECT * FROM author", "SELECT * FROM author WHERE country = 'Norway'"])
def test_a_star_finds_no_row_though_it_has_every_value(scorer, said):
    found = scored(scorer, NORWAY, said)
    assert found.rows == 0
    assert found.structure < 1
    assert found.total() <= 0.5


def test_everything_there_is_costs_by_what_is_too_much(scorer):
    few, all_, product = (
        scored(scorer, NORWAY, said).rows
        for said in (
            "SELECT name FROM author WHERE born < 1980",
            "SELECT name FROM author",
            "SELECT name FROM author, book",
        )
    )
    assert 1 > few > all_ > product > 0
    assert product < 0.2


@pytest.mark.parametrize(
    ("said", "most"),
    [
        # gold's shape around other names: no structure
        ("SELECT T1.day, COUNT(*) FROM sale AS T1 JOIN sale AS T2 ON T1.id = T2.book_id GROUP BY T1.id", 0.4),
        ("SELECT T1.title, COUNT(*) FROM book AS T1 JOIN sale AS T2 ON T1.id = T2.book_id GROUP BY T1.id", 0.45),
        # other literals
        (TOTALS.replace("GROUP BY", "WHERE T2.price > 100 GROUP BY"), 0.1),
        # other columns of the right tables
        (TOTALS.replace("T1.name", "T1.born"), 0.5),
    ],
)
def test_the_shape_of_gold_is_far_from_right(scorer, said, most):
    assert scored(scorer, TOTALS, TOTALS).total() == 1
    assert scored(scorer, TOTALS, said).total() <= most


def test_the_shape_of_gold_with_another_value(scorer):
    assert scored(scorer, NORWAY, NORWAY.replace("Norway", "Chile")).total() <= 0.5


def test_every_operator_at_once_has_less_structure_than_the_right_ones(scorer):
    many = NORWAY.replace("SELECT", "SELECT DISTINCT") + " AND born > 0 GROUP BY name HAVING COUNT(*) > 0 LIMIT 9"
    assert scored(scorer, NORWAY, many).structure < 0.7


def test_good_names_around_a_bad_one_do_not_help(scorer):
    alone = scored(scorer, NORWAY, "SELECT nme FROM author WHERE country = 'Norway'")
    padded = scored(
        scorer, NORWAY, "SELECT nme, name, born, id FROM author WHERE country = 'Norway' AND id = id AND born = born"
    )
    assert alone.ending == padded.ending == "failed"
    assert padded.schema <= alone.schema


def test_a_runaway_is_worth_its_names_and_costs_its_deadline_once(numbers, watched):
    limits = Limits(seconds=0.3, rows=10_000)
    task = RewardTask("numbers", "SELECT MAX(x) FROM t")
    with Scorer(numbers, limits=limits, remembered=1) as scorer:
        copies = [f"Copy {n}:\n```sql\n{RUNAWAY}\n```" for n in range(8)]
        for found in scorer.score_all([task] * 8, copies):
            assert (found.ending, found.executes, found.rows, found.structure) == ("timeout", 0, 0, 0)
            assert found.total() <= 0.1
        assert watched.texts.count(RUNAWAY) == 1
        others = ["SELECT MIN(x) FROM t", "SELECT AVG(x) FROM t", "SELECT x FROM t"]
        scorer.score_all([task] * 3, others)  # so that no score of the runaway is remembered
        other = RewardTask("numbers", "SELECT MIN(x) + 1 FROM t")
        assert [each.ending for each in scorer.score_all([task, other], copies[:2])] == ["timeout"] * 2
        assert watched.texts.count(RUNAWAY) == 1


def test_a_runaway_that_reads_no_table_is_not_executed(numbers, watched):
    said = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
    with Scorer(numbers) as scorer:
        assert scored(scorer, "SELECT MAX(x) FROM t", said, "numbers") == Parts(ending="constant")
    assert said not in watched.texts


WRITES = [
    "DELETE FROM author",
    "INSERT INTO author VALUES (9, 'x', 'x', 1)",
    "UPDATE author SET name = 'x'",
    "DROP TABLE author",
    "CREATE TABLE x (a INTEGER)",
    "ATTACH DATABASE 'other.sqlite' AS other",
    "PRAGMA table_info(author)",
    "PRAGMA writable_schema = 1",
    "VACUUM",
    f"{NORWAY}; DROP TABLE author",
    f"{NORWAY}; {NORWAY}",
    "WITH gone AS (DELETE FROM author RETURNING name) SELECT name FROM gone",
    "SELECT load_extension('x') FROM author",
    "EXPLAIN SELECT name FROM author",
]


@pytest.mark.parametrize("db_id", ["bookshop", "duckshop"])
@pytest.mark.parametrize("said", WRITES)
def test_a_write_is_worth_nothing_and_nothing_is_written(shops, scorer, db_id, said):
    files = [path for path in shops.rglob("*") if path.is_file()]
    before = [hashlib.sha256(path.read_bytes()).digest() for path in files]
    found = scored(scorer, NORWAY, said, db_id)
    assert found == Parts(ending=found.ending)
    assert found.ending in ("refused", "unreadable")
    assert found.total(Weights(1, 1, 1, 1)) == 0
    assert [hashlib.sha256(path.read_bytes()).digest() for path in files] == before


@pytest.mark.parametrize("said", ["SELECT name FROM sqlite_master", "SELECT sql FROM sqlite_schema"])
def test_the_tables_of_the_engine_are_worth_nothing(scorer, said):
    assert scored(scorer, NORWAY, said).total() == 0


@pytest.mark.parametrize(
    "said",
    [
        "SELECT " + "(" * 5000 + "1" + ")" * 5000,
        "SELECT " + "1 + " * 20_000 + "1 FROM author",
        "SELECT name FROM author WHERE " + "NOT " * 3000 + "1",
        "SELECT name FROM author " + "JOIN book " * 40,
        "x" * 300_000,
        "```" * 20_000,
        "SELECT '\x00' FROM author",
        "SELECT '\ud800' FROM author",
    ],
)
def test_hostile_texts_end_like_all_others(scorer, said):
    assert scored(scorer, NORWAY, said).rows == 0
