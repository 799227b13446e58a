"""A query of N operators makes N samples and the one that says to stop; together they write the query."""

from __future__ import annotations

import string

import pytest

from querywright import pipes
from querywright.pipes import trajectories
from querywright.pipes.trajectories import END, FORMATS, trajectory
from querywright.pipes.trajectories.wording import wording

QUERY = "FROM customer |> WHERE age > 3 AND name <> '|> x' |> AGGREGATE COUNT(*) AS n GROUP BY city |> ORDER BY n DESC"
SCHEMA = {"customer": {"id": "int", "name": "text", "city": "text", "age": "int"}}

KNOWN = {"step": "2:574e1a0ebb56", "whole": "1:8969a7f89f28"}
"""Version and digest of each prompt. Whoever changes a text raises its version, and enters both here."""


def test_the_answers_are_the_head_each_operator_and_the_end() -> None:
    query = pipes.parse(QUERY)
    samples = trajectory(query, "How many per city?", "customer(…)")
    assert len(samples) == len(query.operators) + 2
    assert [sample.step for sample in samples] == list(range(len(samples)))
    assert samples[-1].assistant == END
    assert "\n".join(sample.assistant for sample in samples[:-1]) == str(query)


def test_each_prompt_holds_the_query_as_far_as_it_goes_and_no_further() -> None:
    samples = trajectory(pipes.parse(QUERY), "How many per city?", "customer(…)", evidence="a city is a town")
    for step, sample in enumerate(samples):
        so_far = "\n".join(s.assistant for s in samples[:step])
        assert so_far in sample.user
        assert not any(s.assistant in sample.user for s in samples[step:])
        for text in ("How many per city?", "a city is a town", "customer(…)"):
            assert text in sample.user
        assert END in sample.system


def test_columns_are_told_from_the_schema_of_the_query_so_far() -> None:
    query = pipes.parse(QUERY)
    samples = trajectory(query, "?", "", active=query.columns(SCHEMA))
    assert "columns" not in samples[0].user.split("?")[-1]
    assert "Its columns: id INT64, name STRING, city STRING, age INT64" in samples[1].user
    assert "Its columns: city STRING, n INT64" in samples[-1].user
    assert "aliases" not in samples[-1].user


def test_columns_of_one_name_are_told_apart_by_the_aliases() -> None:
    query = pipes.parse("FROM customer AS a |> JOIN customer AS b ON a.id = b.age |> AS c |> AGGREGATE COUNT(*)")
    samples = trajectory(query, "?", "", active=query.columns(SCHEMA))
    told = [sample.user.rpartition("Its table aliases: ")[2] for sample in samples]
    assert told[2] == "a (id, name, city, age), b (id, name, city, age)"
    assert told[3].startswith("c (id, name")
    assert samples[-1].user.endswith("Its columns: (no name) INT64")


def test_one_shot_is_one_sample_of_the_whole_query() -> None:
    query = pipes.parse(QUERY)
    (sample,) = trajectory(query, "How many per city?", "customer(…)", one_shot=True)
    assert sample.assistant == str(query)
    assert "How many per city?" in sample.user
    assert END not in sample.system + sample.user + sample.assistant


def test_a_query_with_ctes_begins_with_them() -> None:
    samples = trajectory(pipes.parse("WITH a AS (FROM customer) FROM a |> LIMIT 1"), "?", "")
    assert [sample.assistant for sample in samples] == ["WITH a AS (FROM customer)\nFROM a", "|> LIMIT 1", END]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_holds_what_is_said_and_what_is_answered(name: str) -> None:
    sample = trajectory(pipes.parse(QUERY), "{question}", "{schema}")[1]
    written = str(FORMATS[name](sample))
    assert "{question}" in written
    assert "WHERE age > 3" in written


def test_chat_has_three_roles() -> None:
    row = FORMATS["chat"](trajectory(pipes.parse(QUERY), "?", "")[0])
    assert [message["role"] for message in row["messages"]] == ["system", "user", "assistant"]


def test_a_changed_prompt_has_a_new_version() -> None:
    assert trajectories.fingerprint() == KNOWN


@pytest.mark.parametrize(
    ("name", "places"),
    [("step", {"syntax", "end", "schema", "question", "query"}), ("whole", {"syntax", "schema", "question"})],
)
def test_a_prompt_has_the_places_that_are_filled(name: str, places: set[str]) -> None:
    text = wording(name).system + wording(name).user
    assert {field for _, field, _, _ in string.Formatter().parse(text) if field is not None} == places
