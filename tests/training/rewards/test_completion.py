"""Taking the query out of what a model said."""

import pytest

from querywright.training.rewards import query_in

SQL = "SELECT 1"


@pytest.mark.parametrize(
    ("said", "query"),
    [
        (SQL, SQL),
        (f"  {SQL} ;\n", SQL),
        (f"SQL: {SQL}", SQL),
        (f"```sql\n{SQL}\n```", SQL),
        (f"```sql\r\n{SQL}\r\n```", SQL),
        (f"```SQL\n{SQL};\n```", SQL),
        (f"```\n{SQL}\n```", SQL),
        (f"```{SQL}```", SQL),
        (f"```sql {SQL}```", SQL),
        (f"Thoughts.\n```sql\nSELECT 2\n```\nNo:\n```sql\n{SQL}\n```\nDone.", SQL),
        (f"```sql\n{SQL}\n```\nwhich prints\n```\n1\n```", SQL),  # a labelled block before one without a label
        (f"```python\nrun()\n```\nso\n```sql\n{SQL}\n```", SQL),
        (f"```text\nSELECT 2\n```\nthen\n```\n{SQL}\n```", SQL),
        (f"<think>```sql\nSELECT 2\n```</think>{SQL}", SQL),
        (f"<think>It is ```SELECT 2```, no.</think>\n```sql\n{SQL}\n```", SQL),
        ([{"role": "assistant", "content": f"```sql\n{SQL}\n```"}], SQL),
        ([{"role": "assistant", "content": "SELECT 2"}, {"role": "assistant", "content": SQL}], SQL),
        ([{"role": "assistant", "content": SQL}, {"role": "tool", "content": "SELECT 2"}], SQL),
        ([{"content": SQL}], SQL),
        ([{"role": "assistant", "content": None}], ""),
        ([], ""),
        ("", ""),
        ("```sql\n```", ""),
    ],
)
def test_the_query_of_a_completion(said, query):
    assert query_in(said) == query


def test_of_two_forms_the_one_that_is_asked_for():
    both = "```pipesql\nFROM t |> SELECT a\n```\n\n```sql\nSELECT a FROM t\n```"
    assert query_in(both, "pipe") == "FROM t |> SELECT a"
    assert query_in(both, "sql") == "SELECT a FROM t"
    assert query_in("```sql\nFROM t |> SELECT a\n```", "pipe") == "FROM t |> SELECT a"


@pytest.mark.parametrize(
    "said", ["The answer is SELECT 1.", "```sql\nSELECT name FROM singer WHERE", "<think>SELECT 1"]
)
def test_prose_and_what_was_cut_off_stay_as_they_are(said):
    assert query_in(said) == said
