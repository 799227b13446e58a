"""Completions that are pipe queries."""

import pytest
from bookshop import GOLD

from querywright import Catalog, Example, pipes
from querywright.training.rewards import Parts, RewardTask, tasks_of

SQL = "SELECT name FROM author WHERE country = 'Norway'"
PIPE = "FROM author |> WHERE country = 'Norway' |> SELECT name"
JOINED = "SELECT T1.name, COUNT(*) AS n FROM author AS T1 JOIN book AS T2 ON T1.id = T2.author_id GROUP BY T1.name"
JOINED_PIPE = "FROM author AS a |> JOIN book AS b ON a.id = b.author_id |> AGGREGATE COUNT(*) AS n GROUP BY a.name"

CASES = [
    # completion, executes, rows, schema, structure, ending
    (PIPE, 1, 1, 1, 1, "right"),
    (f"First.\n```pipesql\n{PIPE}\n```\n```sql\n{SQL}\n```", 1, 1, 1, 1, "right"),
    ("FROM author AS a\n|> WHERE a.country = 'Norway'\n|> SELECT a.name;", 1, 1, 1, 1, "right"),
    ("FROM author |> WHERE born = 1950 OR born = 1972 |> SELECT name", 1, 1, 1, 1, "right"),
    ("FROM author |> SELECT name", 1, 4 / 7, 1, 4 / 5 * 4 / 5, "wrong"),
    ("FROM book |> WHERE note = 'new' |> SELECT title", 1, 0, 1, 0, "wrong"),
    ("FROM author |> WHERE country = 'x' |> SELECT name", 0, 0, 1, 0, "empty"),
    ("FROM author |> WHERE cuntry = 'Norway' |> SELECT name", 0, 0, 2 / 3, 0, "failed"),
    ("FROM author |> WHERE cuntry = 'Norway' |> SELECT nme", 0, 0, 1 / 3, 0, "failed"),
    ("FROM author |> SELECT name |> WHERE country = 'Norway'", 0, 0, 2 / 3, 0, "failed"),  # no longer active there
    ("FROM athor |> WHERE country = 'Norway' |> SELECT name", 0, 0, 0, 0, "failed"),
    ("FROM author |> WHERE COUNT(*) > 1 |> SELECT name", 0, 0, 1, 0, "failed"),  # its names are all there
    ("FROM author |> SELECT 'Ada'", 0, 0, 0, 0, "constant"),
    ("SELECT 'Ada' AS name |> WHERE TRUE", 0, 0, 0, 0, "constant"),
    (SQL, 0, 0, 0, 0, "unreadable"),
    (f"({SQL}) |> LIMIT 100", 0, 0, 0, 0, "unreadable"),
    (f"{PIPE}; DROP TABLE author", 0, 0, 0, 0, "unreadable"),
    ("FROM author |> FILTER country", 0, 0, 0, 0, "unreadable"),
    ("", 0, 0, 0, 0, "unreadable"),
]


@pytest.mark.parametrize("db_id", ["bookshop", "duckshop"])
@pytest.mark.parametrize(("said", "executes", "rows", "schema", "structure", "ending"), CASES)
def test_the_parts_of_pipes(scorer, db_id, said, executes, rows, schema, structure, ending):
    found = scorer.score_all([RewardTask(db_id, SQL, "pipe", PIPE)], [said])[0]
    assert found.ending == ending
    assert found.executes == executes
    assert (found.rows, found.schema, found.structure) == pytest.approx((rows, schema, structure))


def test_stages_that_say_nothing_do_not_dilute_a_bad_name(scorer):
    task = RewardTask("bookshop", SQL, "pipe", PIPE)
    padded = "FROM author" + " |> WHERE TRUE" * 30 + " |> WHERE cuntry = 'Norway' |> SELECT name"
    plain = "FROM author |> WHERE cuntry = 'Norway' |> SELECT name"
    one, other = scorer.score_all([task] * 2, [padded, plain])
    assert one.schema == other.schema


def test_structure_is_of_operators(scorer):
    task = RewardTask("bookshop", JOINED, "pipe", JOINED_PIPE)
    without_key = "FROM author AS a |> JOIN book AS b ON a.id = b.author_id |> AGGREGATE COUNT(*) AS n"
    left = JOINED_PIPE.replace("JOIN", "LEFT JOIN")
    gold, without, other = scorer.score_all([task] * 3, [JOINED_PIPE, without_key, left])
    assert gold == Parts(1, 1, 1, 1, "right")
    assert 0 < without.structure < 2 / 3 + 1e-9
    assert other.structure == pytest.approx(2 / 3)
    assert other.ending == "wrong"


@pytest.mark.parametrize("db_id", ["bookshop", "duckshop"])
def test_gold_is_worth_everything(shops, scorer, db_id):
    with Catalog.open(shops) as catalog:
        database = catalog[db_id]
        rows = [sql.replace("BY T1.id", "BY T1.id, T1.name").replace("BY T2.id", "BY T2.id, T2.title") for sql in GOLD]
        made = [
            Example(
                db_id, SQL=sql, pipe_sql=str(pipes.decompile(sql, dialect=database.dialect, schema=database.schema))
            )
            for sql in rows
        ]
    checked = scorer.check(tasks_of(made, "pipe"))
    assert {reason.partition(",")[0] for _, reason in checked.refused} == {"the gold query has no rows"}
    assert len(checked.kept) == len(GOLD) - 2
    for task, found in zip(checked.kept, scorer.score_all(checked.kept, [t.pipe for t in checked.kept]), strict=True):
        assert found == Parts(1, 1, 1, 1, "right"), task.pipe


def test_pipes_of_googlesql_are_compiled_to_the_database(scorer):
    row = Example(
        "bookshop",
        SQL="SELECT title FROM book WHERE title LIKE 'I%'",
        pipe_sql="FROM book |> WHERE STARTS_WITH(title, 'I') |> SELECT title",
        extra={"pipe_dialect": "googlesql"},
    )
    task = tasks_of([row], "pipe")[0]
    assert scorer.check([task]).kept == (task,)
    assert scorer.score_all([task], [task.pipe])[0].total() == 1
