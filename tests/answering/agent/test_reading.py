"""A model's answer is read whatever stands around the operator, and nothing is read out of what holds none."""

from __future__ import annotations

import pytest

from querywright.answering.agent.reading import LONGEST, read


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("FROM singer", "FROM singer"),
        ("  FROM singer ;\n", "FROM singer"),
        ("```sql\nFROM singer\n```", "FROM singer"),
        ("|> FROM singer", "FROM singer"),
        ("from singer", "from singer"),
        ("The head is:\n\nFROM singer\n\nIt reads all singers.", "FROM singer"),
        ("The head is `FROM singer`.", "FROM singer"),
        ("<think>SELECT it?</think>FROM singer", "FROM singer"),
        (f"<think>{'hm ' * LONGEST}</think>FROM singer", "FROM singer"),
        ("FROM singer\n|> WHERE age > 3", "FROM singer\n|> WHERE age > 3"),
        ("WITH a AS (FROM b) FROM a", "WITH a AS (FROM b) FROM a"),
    ],
)
def test_a_head_is_found(answer: str, text: str) -> None:
    said = read(answer, begun=False)
    assert (said.text, said.ends) == (text, False)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("|> WHERE age > 3", "|> WHERE age > 3"),
        ("WHERE age > 3", "|> WHERE age > 3"),
        ("LEFT JOIN song ON TRUE", "|> LEFT JOIN song ON TRUE"),
        ("WHERE age > 3\n|> LIMIT 1", "|> WHERE age > 3\n|> LIMIT 1"),
        ("```\n|> WHERE age > 3\n```", "|> WHERE age > 3"),
        ("```sql\n|> WHERE age > 3", "|> WHERE age > 3"),
        ("So far:\n```\nFROM singer\n```\nNext:\n```\n|> LIMIT 1\n```", "|> LIMIT 1"),
        ("As the next step:\n|> WHERE age > 3\n\nThat keeps the old ones.", "|> WHERE age > 3"),
        ("Next: `|> WHERE age > 3`, I think.", "|> WHERE age > 3"),
        ("|> SELECT `a b`", "|> SELECT `a b`"),
        ("|> WHERE a = 1\n\n|> LIMIT 1\n\nDone.", "|> WHERE a = 1\n|> LIMIT 1"),
        ("FROM singer\n|> LIMIT 1", "FROM singer\n|> LIMIT 1"),
        ("|> WHERE id IN (\n  FROM song\n  |> SELECT id\n)", "|> WHERE id IN (\n  FROM song\n  |> SELECT id\n)"),
    ],
)  # fmt: skip
def test_operators_are_found(answer: str, text: str) -> None:
    said = read(answer, begun=True)
    assert (said.text, said.ends) == (text, False)


@pytest.mark.parametrize(
    "answer", ["<END>", " <END>\n", "`<END>`", "```\n<END>\n```", "It is complete.\n<END>", "<END>."]
)
def test_the_end_is_heard(answer: str) -> None:
    assert read(answer, begun=True).ends
    assert read(answer, begun=True).text == ""


@pytest.mark.parametrize(
    "answer", ["|> LIMIT 3\n<END>", "|> LIMIT 3 <END>", "```\n|> LIMIT 3\n<END>\n```", "|> LIMIT 3;\n\n<END>"]
)
def test_an_operator_may_come_with_the_end(answer: str) -> None:
    said = read(answer, begun=True)
    assert (said.text, said.ends) == ("|> LIMIT 3", True)


@pytest.mark.parametrize("answer", ["", "I do not know.", "```\n```", '{"sql": 3}', "Where should I begin?"])
def test_what_holds_no_operator_says_nothing(answer: str) -> None:
    for begun in (False, True):
        said = read(answer, begun)
        assert (said.text, said.ends) == ("", False)


def test_the_word_for_the_end_inside_a_text_is_no_end() -> None:
    assert not read("|> WHERE name = 'an <END> of it'", begun=True).ends
