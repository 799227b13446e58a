"""What completions are worth, part by part, executed on real databases."""

import pytest
from bookshop import GOLD

from querywright.training.rewards import Parts, RewardTask

NORWAY = "SELECT name FROM author WHERE country = 'Norway'"
SORTED = "SELECT title, price FROM book WHERE price > 10 ORDER BY price DESC, title"
TOTALS = "SELECT T1.name, COUNT(*) FROM author AS T1 JOIN book AS T2 ON T1.id = T2.author_id GROUP BY T1.id, T1.name"
COUNT = "SELECT COUNT(*) FROM book"

CASES = [
    # gold, completion, executes, rows, schema, structure, ending
    (NORWAY, NORWAY, 1, 1, 1, 1, "right"),
    (NORWAY, "SELECT name FROM author WHERE born IN (1950, 1972)", 1, 1, 1, 1, "right"),
    (NORWAY, "SELECT name FROM author", 1, 4 / 7, 1, 2 / 3 * 4 / 5, "wrong"),  # of 3 clauses one is missing
    (NORWAY, "SELECT name FROM author WHERE country = 'Chile'", 1, 0, 1, 1, "wrong"),
    (NORWAY, "SELECT born FROM author WHERE country = 'Norway'", 1, 0, 1, 2 / 3, "wrong"),  # one of three names
    (NORWAY, "SELECT title FROM book WHERE note = 'new'", 1, 0, 1, 0, "wrong"),
    (NORWAY, "SELECT name, born FROM author WHERE country = 'Norway'", 1, 0, 1, 6 / 7, "wrong"),
    (NORWAY, "SELECT name FROM author WHERE country = 'Nowhere'", 0, 0, 1, 0, "empty"),
    (NORWAY, "SELECT nme FROM author WHERE country = 'Norway'", 0, 0, 2 / 3, 0, "failed"),
    (NORWAY, "SELECT nme FROM author WHERE cuntry = 'Norway'", 0, 0, 1 / 3, 0, "failed"),
    (NORWAY, "SELECT name FROM athor WHERE country = 'Norway'", 0, 0, 0, 0, "failed"),
    (NORWAY, "SELECT nosuch(name) FROM author", 0, 0, 1, 0, "failed"),
    (NORWAY, "SELECT name FRM author", 0, 0, 0, 0, "unreadable"),
    (NORWAY, "They are Ada and Dov.", 0, 0, 0, 0, "unreadable"),
    (NORWAY, "", 0, 0, 0, 0, "unreadable"),
    (COUNT, "SELECT COUNT(id) FROM book", 1, 1, 1, 1, "right"),
    (COUNT, "SELECT COUNT(*) FROM author", 1, 0, 1, 0, "wrong"),
    (SORTED, SORTED.replace("DESC, title", "ASC, title"), 1, 1, 1, 1, "right"),  # both have one price
    (SORTED, SORTED.replace("price DESC, title", "price DESC, title DESC"), 1, 3 / 4, 1, 1, "wrong"),
    (TOTALS, TOTALS.replace("JOIN", "LEFT JOIN"), 1, 8 / 9, 1, None, "wrong"),
]


@pytest.mark.parametrize("db_id", ["bookshop", "duckshop"])
@pytest.mark.parametrize(("gold", "said", "executes", "rows", "schema", "structure", "ending"), CASES)
def test_the_parts_of_completions(scorer, db_id, gold, said, executes, rows, schema, structure, ending):
    found = scorer.score_all([RewardTask(db_id, gold)], [said])[0]
    assert (found.ending, found.executes) == (ending, executes)
    assert (found.rows, found.schema) == pytest.approx((rows, schema))
    if structure is not None:
        assert found.structure == pytest.approx(structure)


@pytest.mark.parametrize("db_id", ["bookshop", "duckshop"])
def test_gold_is_worth_everything(scorer, db_id):
    tasks = [RewardTask(db_id, sql) for sql in GOLD]
    if db_id == "duckshop":  # SQLite takes a bare column beside an aggregate, DuckDB does not
        tasks = [RewardTask(db_id, sql.replace("GROUP BY T1.id", "GROUP BY T1.id, T1.name")) for sql in GOLD]
        tasks = [RewardTask(db_id, task.gold.replace("BY T2.id", "BY T2.id, T2.title")) for task in tasks]
    checked = scorer.check(tasks)
    assert {reason.partition(",")[0] for _, reason in checked.refused} == {"the gold query has no rows"}
    assert len(checked.kept) == len(GOLD) - 2
    for task, found in zip(checked.kept, scorer.score_all(checked.kept, [t.gold for t in checked.kept]), strict=True):
        assert found == Parts(1, 1, 1, 1, "right"), task.gold
        assert found.total() == 1


@pytest.mark.parametrize(
    "rewrite",
    [
        "select NAME from AUTHOR where COUNTRY = 'Norway'",
        "SELECT name\nFROM author\nWHERE country = 'Norway';",
        'SELECT "name" FROM "author" WHERE "country" = \'Norway\'',
        "SELECT author.name FROM author WHERE author.country = 'Norway'",
        "SELECT a.name AS who FROM author AS a WHERE a.country = 'Norway'",
        "SELECT name FROM author WHERE 'Norway' = country",
        "SELECT name FROM author WHERE (country = 'Norway')",
        "SELECT name FROM author /* both of them */ WHERE country = 'Norway' -- there",
        "```sql\nSELECT name FROM author WHERE country = 'Norway'\n```",
        [{"role": "assistant", "content": "So:\n```\nSELECT name FROM author WHERE country = 'Norway'\n```"}],
    ],
)
@pytest.mark.parametrize("gold", [NORWAY, "SELECT name FROM author WHERE born > 1960", TOTALS])
def test_equal_rewrites_are_worth_the_same(scorer, gold, rewrite):
    task = RewardTask("bookshop", gold)
    assert scorer.score_all([task], [rewrite]) == scorer.score_all([task], [NORWAY])
