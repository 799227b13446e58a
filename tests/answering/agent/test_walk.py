"""The loop: one operator after another, looked at before the next; errors told, dead ends left, budgets kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from answering_table import roles
from model_server import ModelServer
from pipe_speaker import Speaker
from racing import Found, Index

from querywright.answering.agent import Settings, Walked, walk
from querywright.answering.desk import Desk
from querywright.answering.known import Known, ValueHint
from querywright.answering.showing import whole
from querywright.answering.tasks import task_of
from querywright.databases import Database
from querywright.models import Message

ROME = ("FROM singer", "|> WHERE city = 'Rome'", "|> SELECT name", "<END>")


def lines(walked: Walked) -> list[str]:
    assert walked.beginning is not None
    return list(walked.beginning.lines)


def became(walked: Walked) -> list[str]:
    return [step.became for step in walked.steps]


def test_what_it_says_is_the_query(walking, things: Database) -> None:
    walked = walking(Speaker(*ROME))
    assert lines(walked) == list(ROME[:3])
    assert walked.stopped == ""
    assert sorted(things.execute(walked.beginning.compiled).rows) == [("Ada",), ("Cy",)]
    assert became(walked) == ["taken", "taken", "taken", "ended"]
    assert walked.steps[2].columns == ("name STRING",)
    assert [step.found for step in walked.steps] == ["3", "2", "2", ""]


def test_active_columns_are_told_after_every_operator(walking) -> None:
    model = Speaker("FROM singer", "|> AGGREGATE COUNT(*) AS n GROUP BY city", "|> ORDER BY n DESC", "<END>")
    walking(model)
    assert "There is no query yet." in model.prompts[0]
    assert "Its columns: id INT64, name STRING, age INT64, city STRING\n" in model.prompts[1]
    assert "Its table aliases: singer (id, name, age, city)" in model.prompts[1]
    assert all(prompt.endswith("Its columns: city STRING, n INT64") for prompt in model.prompts[2:])


def test_sample_rows_are_told_after_where_and_join_only(walking) -> None:
    model = Speaker(
        "FROM singer", "|> JOIN song ON song.singer_id = singer.id", "|> WHERE plays > 5", "|> SELECT title", "<END>"
    )
    walking(model)
    told = ["<rows>" in prompt for prompt in model.prompts]
    assert told == [False, False, True, True, False]
    assert model.prompts[3].endswith(
        'Its first rows, as data:\n<rows>\n[1, "Ada", 30, "Rome", 1, 1, "Rain", 10]\n'
        '[1, "Ada", 30, "Rome", 2, 1, "Sun", 20]\n</rows>'
    )


def test_sample_rows_may_be_asked_for_elsewhere_and_be_fewer(walking) -> None:
    model = Speaker(*ROME)
    walking(model, Settings(rows=1, rows_after=("from", "select")))
    assert [prompt.count("\n[") for prompt in model.prompts] == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("|> WHERE city = )", "line 2"),
        ("|> HAVING age > 3", "HAVING"),
        ("|> SELECT nme", "did you mean name?"),
        ("|> JOIN songs ON TRUE", "song"),
        ("|> WHERE COUNT(*) > 3", "aggregate"),
        ("|> WHERE load_extension('x') = 1", "load_extension"),
        ("|> WHERE nosuchfunction(age) = 1", "NOSUCHFUNCTION"),
        ("Let me think about it.", "No operator was found"),
    ],
)
def test_an_error_is_told_and_mended(walking, wrong: str, said: str) -> None:
    model = Speaker("FROM singer", wrong, *ROME[1:])
    walked = walking(model)
    assert lines(walked) == list(ROME[:3])
    assert [message["role"] for message in model.heard[2]] == ["system", "user", "assistant", "user"]
    assert model.heard[2][2]["content"] == wrong
    assert said in model.last_said[2]
    assert [message["role"] for message in model.heard[3]] == ["system", "user"], "what is mended is not told again"
    assert became(walked) == ["taken", "refused", "taken", "taken", "ended"]


def test_a_column_that_an_aggregate_dropped_is_out_of_scope(walking) -> None:
    model = Speaker(
        "FROM singer", "|> AGGREGATE COUNT(*) AS n GROUP BY city", "|> WHERE age > 3", "|> WHERE n > 1", "<END>"
    )
    walked = walking(model)
    assert "there is no column age" in model.last_said[3]
    assert lines(walked)[-1] == "|> WHERE n > 1"


def test_an_answer_that_ends_too_early_is_asked_again(walking) -> None:
    model = Speaker("<END>", *ROME)
    walked = walking(model)
    assert lines(walked) == list(ROME[:3])
    assert "There is no query yet" in model.last_said[1]


def test_several_operators_in_one_answer_are_looked_at_one_by_one(walking) -> None:
    model = Speaker("FROM singer\n|> WHERE city = 'Rome'\n|> SELECT nme\n|> LIMIT 1", "|> SELECT name\n<END>")
    walked = walking(model)
    assert lines(walked) == list(ROME[:3])
    assert became(walked) == ["taken", "taken", "refused", "taken", "ended"]
    assert [step.answer for step in walked.steps] == [1, 1, 1, 2, 2]


def test_a_mistake_behind_good_operators_costs_only_itself(walking) -> None:
    model = Speaker("FROM singer\n|> WHERE city = 'Rome'\n|> SELECT name FROM", "|> SELECT name\n<END>")
    walked = walking(model)
    assert lines(walked) == list(ROME[:3])
    assert model.heard[1][2]["content"] == "|> SELECT name FROM"


def test_the_whole_query_again_adds_what_is_new(walking) -> None:
    model = Speaker(
        "FROM singer",
        "```\nFROM singer\n|> WHERE city = 'Rome'\n```",
        "from singer |> where city = 'Rome' |> select name",
        "<END>",
    )
    assert lines(walking(model)) == list(ROME[:3])


def test_another_query_in_the_place_of_the_one_begun_is_refused(walking) -> None:
    model = Speaker("FROM singer", "FROM song\n|> SELECT title", "FROM singer", *ROME[1:])
    walked = walking(model)
    assert lines(walked) == list(ROME[:3])
    assert "has begun already" in model.last_said[2]
    assert "the query as it stands" in model.last_said[3]


def test_standard_sql_is_refused_with_the_way_to_say_it(walking) -> None:
    model = Speaker("SELECT name FROM singer WHERE city = 'Rome'", *ROME)
    assert lines(walking(model)) == list(ROME[:3])
    assert "begin with FROM" in model.last_said[1]


def test_who_insists_on_standard_sql_may_have_it_as_the_head(walking, things: Database) -> None:
    sql = "SELECT name FROM singer WHERE city = 'Rome'"
    walked = walking(Speaker(sql, sql, "|> ORDER BY name DESC", "<END>"))
    assert lines(walked) == [sql, "|> ORDER BY name DESC"]
    assert things.execute(walked.beginning.compiled).rows == [("Cy",), ("Ada",)]


def test_a_model_that_repeats_itself_is_told_and_does_not_grow_the_query(walking) -> None:
    model = Speaker("FROM singer", "|> LIMIT 2", "|> LIMIT 2")
    walked = walking(model)
    assert lines(walked) == ["FROM singer", "|> LIMIT 2"]
    assert "stands there last" in model.last_said[3]
    assert "4 answers in one place could not be used" in walked.stopped


def test_errors_that_do_not_end_end_the_walk_at_the_best_beginning(walking) -> None:
    model = Speaker("FROM singer", "|> WHERE city = 'Rome'", "|> SELECT nme")
    walked = walking(model, Settings(retries=2))
    assert lines(walked) == list(ROME[:2])
    assert len(model.heard) == 5
    assert walked.steps[-1].became == "stopped"


def test_a_model_without_any_query_has_none(walking) -> None:
    walked = walking(Speaker("I cannot."))
    assert walked.beginning is None
    assert "no operator in it" in walked.stopped


# ── going back ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_beginning_without_rows_is_left_and_another_way_taken(walking) -> None:
    model = Speaker("FROM singer", "|> WHERE city = 'Roma'", *ROME[1:])
    walked = walking(model)
    assert lines(walked) == list(ROME[:3])
    assert model.prompts[2] == model.prompts[1], "it is asked from the beginning before"
    assert model.heard[2][2]["content"] == "|> WHERE city = 'Roma'"
    assert "no rows" in model.last_said[2]
    assert became(walked) == ["taken", "no rows", "went back", "taken", "taken", "ended"]


def test_what_follows_a_beginning_without_rows_in_one_answer_is_not_taken(walking) -> None:
    model = Speaker(
        "FROM singer\n|> WHERE city = 'Roma'\n|> SELECT name\n<END>", "|> WHERE city = 'Rome'\n|> SELECT name\n<END>"
    )
    assert lines(walking(model)) == list(ROME[:3])


def test_values_like_the_one_asked_for_are_told(walking) -> None:
    index = Index({"Roma": [Found("singer", "city", "Rome", 0.8), Found("gone", "city", "Romania", 0.7)]})
    model = Speaker("FROM singer", "|> WHERE city LIKE '%Roma%'", *ROME[1:])
    walked = walking(model, values=index)
    assert 'Values like it: singer.city has "Rome".' in model.last_said[2]
    assert "gone" not in model.last_said[2]
    assert walked.steps[1].said == 'values like it: singer.city has "Rome"'


def test_values_found_before_are_told_with_the_question(walking) -> None:
    found = (ValueHint("rome", "singer", "city", "Rome", 0.9), ValueHint("rain", "song", "title", "Rain", 0.8))
    model = Speaker(*ROME)
    known = {"values": found, "evidence": "live means city", "columns": {"singer": ("id", "name", "city")}}
    walking(model, known=known)
    assert '\nEvidence: live means city; singer.city has "Rome"\n\n' in model.prompts[0]
    assert "song" not in model.prompts[0], "what was not selected is not shown"
    walking(model, replace(Settings(), tools=("check",)), known=known)
    assert "has" not in model.prompts[-1]


def test_where_another_way_leads_nowhere_too_it_goes_further_back(walking) -> None:
    model = Speaker(
        "FROM singer",
        "|> JOIN song ON song.id = singer.id + 70",
        "|> WHERE name = 'Nobody'",
        "FROM song",
        "|> SELECT title",
        "<END>",
    )
    walked = walking(model)
    assert lines(walked) == ["FROM song", "|> SELECT title"]
    assert "There is no query yet." in model.prompts[3]
    assert "Whatever came behind that gave no rows" in model.last_said[3]
    assert [step.operators for step in walked.steps if step.became == "went back"] == [0, -1]


def test_a_choice_that_was_tried_is_not_tried_again(walking, things: Database) -> None:
    model = Speaker(
        "FROM singer",
        "|> WHERE city = 'Roma'",
        "|> WHERE city = 'Roma'",
        "FROM singer AS s",
        "|> WHERE s.city = 'Rome'",
        "<END>",
    )
    walked = walking(model)
    assert lines(walked) == ["FROM singer AS s", "|> WHERE s.city = 'Rome'"]
    assert became(walked)[:5] == ["taken", "no rows", "went back", "tried before", "went back"]


def test_who_insists_is_believed(walking, things: Database) -> None:
    """How many live in Atlantis? None, and that is right."""
    model = Speaker(
        "FROM singer",
        "|> WHERE city = 'Atlantis'",
        "|> WHERE city = 'Atlantis'",
        "FROM singer",
        "|> AGGREGATE COUNT(*) AS n",
        "<END>",
    )
    walked = walking(model)
    assert walked.stopped == ""
    assert lines(walked) == ["FROM singer", "|> WHERE city = 'Atlantis'", "|> AGGREGATE COUNT(*) AS n"]
    assert things.execute(walked.beginning.compiled).rows == [(0,)]


def test_an_end_that_leaves_no_query_is_insisting_too(walking) -> None:
    model = Speaker("FROM singer", "|> WHERE age > 90", "|> WHERE age > 80", "<END>", "<END>")
    walked = walking(model)
    assert lines(walked) == ["FROM singer", "|> WHERE age > 90"]
    assert walked.stopped == ""


@pytest.mark.parametrize("backtracks", [0, 1, 2])
def test_it_goes_back_so_often_and_no_more(walking, backtracks: int) -> None:
    tries = [f"|> WHERE age > {80 + n}" for n in range(5)]
    model = Speaker("FROM singer", *tries[: backtracks + 1], "<END>")
    walked = walking(model, Settings(backtracks=backtracks, retries=0))
    assert became(walked).count("went back") <= backtracks
    assert became(walked).count("no rows") <= backtracks


def test_without_going_back_an_empty_beginning_is_gone_on_from(walking) -> None:
    model = Speaker("FROM singer", "|> WHERE city = 'Roma'", "|> SELECT name", "<END>")
    walked = walking(model, Settings(backtracks=0))
    assert lines(walked) == ["FROM singer", "|> WHERE city = 'Roma'", "|> SELECT name"]


# ── budgets ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Endless(Speaker):
    """Never says that the query is complete."""

    def __call__(self, messages, schema, sample) -> str:
        said = super().__call__(messages, schema, sample)
        return said if len(self.heard) == 1 else f"|> EXTEND {len(self.heard)} AS c{len(self.heard)}"


def test_a_model_that_never_ends_is_stopped_by_the_budget_of_steps(walking, things: Database) -> None:
    model = Endless("FROM singer")
    walked = walking(model, Settings(steps=6))
    assert len(model.heard) == 6
    assert walked.stopped == "the budget of 6 steps is used up"
    assert len(lines(walked)) == 6
    assert len(things.execute(walked.beginning.compiled).rows) == 3


def test_the_budget_of_tokens_ends_it_before_it_is_passed(walking) -> None:
    model = Endless("FROM singer")
    walked = walking(model, Settings(tokens=1_500))
    sent = sum(len(message["content"]) for messages in model.heard for message in messages) // 4
    assert walked.stopped == "the budget of 1,500 tokens is used up"
    assert 0 < sent <= 1_500
    assert walked.beginning is not None


def test_a_budget_that_pays_for_nothing_asks_nothing(walking) -> None:
    model = Speaker(*ROME)
    walked = walking(model, Settings(tokens=10))
    assert (walked.beginning, model.heard) == (None, [])


def test_where_it_stops_the_longest_beginning_with_rows_is_taken(walking) -> None:
    model = Speaker(
        "FROM singer",
        "|> WHERE age > 20",
        "|> WHERE age > 90",
        "|> WHERE age > 91",
        "|> WHERE age > 92",
        "|> SELECT name",
    )
    walked = walking(model, Settings(backtracks=2, steps=6))
    assert walked.stopped
    assert lines(walked) == ["FROM singer", "|> WHERE age > 20"]


def test_the_last_answers_that_failed_are_told_again_and_older_ones_are_not(walking) -> None:
    model = Speaker("FROM singer", *(f"|> SELECT nothing{n}" for n in range(8)), "|> SELECT name", "<END>")
    walking(model, Settings(retries=9))
    assert [len(messages) for messages in model.heard] == [2, 2, 4, 6, 8, 10, 10, 10, 10, 10, 2]


class Noting(Desk):
    """A desk that notes how warm the model is asked."""

    def reply(
        self, step: str, messages: Sequence[Message], temperature: float | None = None, longest: int | None = None
    ) -> str:
        self.warmth = [*getattr(self, "warmth", []), temperature]
        return super().reply(step, messages, temperature, longest)


def test_who_repeats_a_mistake_is_asked_warmer(things: Database) -> None:
    model = Speaker("FROM singer", "|> SELECT nme", "|> SELECT nme", "|> SELECT name", "<END>")
    with ModelServer({"": model}) as server, roles(server).open() as models:
        desk = Noting(things, models)
        known = Known("q", "?", "", whole(desk.schema))
        task, _ = task_of(known, desk, Settings().shown, "")
        walk(known, desk, task, Settings(hottest=0.8), 0, 0.0)
    assert desk.warmth == [0.0, 0.0, 0.0, 0.8, 0.0]


# ── tools left out ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_active_columns_none_are_told(walking) -> None:
    model = Speaker(*ROME)
    walking(model, Settings(tools=("sample-rows", "check")))
    assert not any("Its columns" in prompt for prompt in model.prompts)


def test_without_sample_rows_none_are_told(walking) -> None:
    model = Speaker(*ROME)
    walked = walking(model, Settings(tools=("active-columns", "check")))
    assert not any("<rows>" in prompt for prompt in model.prompts)
    assert not any(step.rows for step in walked.steps)


def test_without_the_check_an_error_ends_the_walk(walking) -> None:
    model = Speaker("FROM singer", "|> SELECT nme", "|> SELECT name", "<END>")
    walked = walking(model, Settings(tools=("active-columns",)))
    assert lines(walked) == ["FROM singer"]
    assert len(model.heard) == 2


def test_in_a_dry_run_nothing_is_executed_and_columns_are_told(walking) -> None:
    model = Speaker("FROM singer", "|> WHERE city = 'Roma'", "|> SELECT name", "<END>")
    walked = walking(model, dry=True)
    assert lines(walked)[1] == "|> WHERE city = 'Roma'"
    assert "Its columns: id INT64" in model.prompts[1]
    assert not any(step.found for step in walked.steps)
