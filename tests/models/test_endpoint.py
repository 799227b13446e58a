"""The chat endpoint: samples, equal requests, and servers that take only a part of the protocol."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from clients import asked, question, settings_for, with_model
from hypothesis import given
from hypothesis import strategies as st
from model_server import ModelServer, Refusing

from querywright.errors import ModelFailed
from querywright.models import Ledger, Message, Price, Request
from querywright.models.cache import ResponseCache
from querywright.models.endpoint import ChatEndpoint
from querywright.models.replies import read

SCHEMA = {"title": "Verdict", "type": "object", "properties": {"good": {"type": "boolean"}}, "required": ["good"]}


def test_many_samples_are_one_request(server: ModelServer) -> None:
    ((*answers,),) = asked(settings_for(server), question(samples=10))
    assert answers == [f"Answer {number} to: How many orders are there?" for number in range(10)]
    assert server.tally.calls == 1


def test_a_server_that_ignores_n_is_asked_one_by_one_and_remembered(server: ModelServer) -> None:
    server.behaviour.one_sample = True

    async def twice(model: ChatEndpoint) -> list[list[str]]:
        return [await model.chat(question(text, samples=5)) for text in ("a", "b")]

    answers = with_model(settings_for(server), twice)
    assert [sorted(each) for each in answers] == [
        [f"Answer {number} to: a" for number in range(5)],
        [f"Answer {number} to: b" for number in range(5, 10)],
    ]
    assert server.tally.calls == 10


@pytest.mark.parametrize("one_sample", [False, True])
def test_ten_samples_where_five_are_cached_are_five_more(server: ModelServer, tmp_path: Path, one_sample: bool) -> None:
    server.behaviour.one_sample = one_sample
    ledger = Ledger()
    with ResponseCache(tmp_path / "a.sqlite") as cache:
        (five,) = asked(settings_for(server), question(samples=5), cache=cache)
        (ten,) = asked(settings_for(server), question(samples=10), cache=cache, ledger=ledger)
    assert ten[:5] == five
    assert len(set(ten)) == 10
    assert server.tally.samples == 10
    assert ledger.total().cached == 1


@pytest.mark.parametrize("cached", [True, False])
def test_equal_requests_in_flight_are_one_call(server: ModelServer, tmp_path: Path, cached: bool) -> None:
    server.behaviour.latency = 0.1
    ledger = Ledger()
    with ResponseCache(tmp_path / "a.sqlite") as cache:
        answers = asked(
            settings_for(server), *[question(step=f"step {number % 2}") for number in range(8)],
            cache=cache if cached else None, ledger=ledger,
        )  # fmt: skip
    assert server.tally.calls == 1
    assert len({tuple(answer) for answer in answers}) == 1
    assert (ledger.total().calls, ledger.total().cached) == (1, 7)


@pytest.mark.parametrize("one_sample", [False, True])
def test_requests_in_flight_that_want_more_and_fewer_samples_share_what_they_can(
    server: ModelServer, one_sample: bool
) -> None:
    server.behaviour.one_sample = one_sample
    few, many, some = asked(settings_for(server), *(question(samples=samples) for samples in (2, 7, 3)))
    assert (many[:2], many[:3], len(set(many))) == (few, some, 7)
    assert server.tally.samples == 7


def test_without_a_cache_a_question_is_asked_anew(server: ModelServer) -> None:
    async def twice(model: ChatEndpoint) -> list[list[str]]:
        return [await model.chat(question()), await model.chat(question())]

    first, second = with_model(settings_for(server), twice)
    assert first != second


def test_what_decides_the_answer_decides_what_is_cached(server: ModelServer, tmp_path: Path) -> None:
    variants = [
        question(), question("?"), question(temperature=0.5), question(max_tokens=5), question(schema=SCHEMA),
        Request((Message("system", "How many orders are there?"),)),
    ]  # fmt: skip
    with ResponseCache(tmp_path / "a.sqlite") as cache:
        for settings in (
            settings_for(server), settings_for(server, model="m2"), settings_for(server, temperature=0.1),
            settings_for(server, provider="p"), settings_for(server, extra_body={"seed": 1}),
        ):  # fmt: skip
            asked(settings, *variants, cache=cache)
        made = server.tally.calls
        assert made == 29  # temperature 0.5 is the same one, whatever the settings say
        asked(settings_for(server, name="other", concurrency=2, timeout=9), *variants, cache=cache)
        asked(settings_for(server), question(step="other", temperature=0.5), cache=cache)
    assert server.tally.calls == made


def test_of_several_samples_a_bad_one_is_drawn_again(server: ModelServer) -> None:
    server.behaviour.one_sample = True
    server.behaviour.script[:] = ["ok", "refusal", "cut"]
    (answers,) = asked(settings_for(server), question(samples=3))
    assert len(answers) == 3
    assert server.tally.calls == 5


def test_an_answer_that_is_cut_off_may_be_wanted_as_far_as_it_goes(server: ModelServer, tmp_path: Path) -> None:
    server.behaviour.script[:] = ["cut", "refusal"]
    with ResponseCache(tmp_path / "a.sqlite") as cache:
        [[partial]] = asked(settings_for(server), question("one", partial=True), cache=cache)
        assert partial == "Answer 0"
        with pytest.raises(ModelFailed, match="cut off"):
            asked(settings_for(server), question("one"), cache=cache)
        with pytest.raises(ModelFailed, match="refusal"):
            asked(settings_for(server), question("two", partial=True), cache=cache)


def test_what_came_before_a_failure_is_kept(server: ModelServer, tmp_path: Path) -> None:
    server.behaviour.one_sample = True
    server.behaviour.script[:] = ["ok", "ok", "500"]
    with ResponseCache(tmp_path / "a.sqlite") as cache:
        with pytest.raises(ModelFailed, match="server error"):
            asked(settings_for(server, retries=0), question(samples=4), cache=cache)
        made = server.tally.calls
        asked(settings_for(server, retries=0), question(samples=4), cache=cache)
    assert (made, server.tally.calls) == (4, 5)


def test_a_refusal_is_an_answer_that_is_not_asked_for_again(server: ModelServer, tmp_path: Path) -> None:
    server.behaviour.faults = {"refusal": 1.0}
    with ResponseCache(tmp_path / "a.sqlite") as cache:
        for _ in range(2):
            with pytest.raises(ModelFailed, match="refusal: I can't help with that"):
                asked(settings_for(server), question(), cache=cache)
    assert server.tally.calls == 1


@pytest.mark.parametrize(("formats", "calls"), [(("json_schema", "json_object"), 2), (("json_object",), 3), ((), 4)])
def test_a_server_without_schemas_is_asked_in_words_and_remembered(
    server: ModelServer, formats: tuple[str, ...], calls: int
) -> None:
    server.behaviour.formats = formats

    async def twice(model: ChatEndpoint) -> list[list[str]]:
        return [await model.chat(question(text, schema=SCHEMA)) for text in ("a", "b")]

    assert with_model(settings_for(server), twice) == [['{"good": true}'], ['{"good": true}']]
    assert server.tally.calls == calls


@pytest.mark.parametrize(
    ("field", "complaint", "more"),
    [
        ("max_tokens", "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", {}),
        ("temperature", "Unsupported value: 'temperature' does not support 0.7 with this model.", {}),
        ("n", "Only one completion choice is allowed, but you requested n > 1", {"samples": 3}),
    ],
)
def test_a_field_that_a_server_refuses_is_left_out_from_then_on(
    server: ModelServer, field: str, complaint: str, more: Mapping[str, Any]
) -> None:
    server.behaviour.refuses = Refusing(field, complaint)

    async def twice(model: ChatEndpoint) -> list[list[str]]:
        return [await model.chat(question(text, max_tokens=9, temperature=0.7, **more)) for text in ("a", "b")]

    assert with_model(settings_for(server), twice)
    assert server.tally.did["400"] == 1


def test_a_request_that_is_wrong_in_itself_is_refused_once(server: ModelServer) -> None:
    server.behaviour.refuses = Refusing("messages", "This model's maximum context length is 8192 tokens")
    with pytest.raises(ModelFailed, match="request refused: 400 This model's maximum context length"):
        asked(settings_for(server), question(schema=SCHEMA, samples=2, temperature=1.0, max_tokens=5))
    assert server.tally.calls == 1


def test_a_prompt_that_is_no_unicode_is_one_failed_request(server: ModelServer) -> None:
    with pytest.raises(ModelFailed, match="request refused: it cannot be written as JSON"):
        asked(settings_for(server), question("half a pair: \ud800"))
    assert server.tally.calls == 0


def test_a_server_that_takes_ten_at_once_is_found_out_and_every_request_is_answered(server: ModelServer) -> None:
    server.behaviour.most, server.behaviour.latency = 10, 0.01
    ledger = Ledger()
    answers = asked(settings_for(server, retries=20), *map(question, map(str, range(300))), ledger=ledger)
    assert len(answers) == 300
    assert 0 < server.tally.did["429"] < 300
    assert ledger.total().calls == server.tally.calls == 300 + server.tally.did["429"]


def test_the_ledger_has_tokens_and_cost_by_step(server: ModelServer) -> None:
    ledger = Ledger()
    settings = settings_for(server, price=Price(1.0, 10.0))
    asked(settings, question("a" * 40, step="ask"), question("b" * 80, step="judge"), ledger=ledger)
    by_step = {usage.step: usage for usage in ledger}
    assert by_step["ask"].input_tokens == 10
    assert by_step["ask"].output_tokens == 13
    assert by_step["ask"].cost == pytest.approx((10 + 130) / 1e6)
    assert {(usage.role, usage.model, usage.calls) for usage in ledger} == {("default", "toy", 1)}


def test_tokens_that_are_not_counted_are_guessed_and_an_unknown_price_is_no_cost(server: ModelServer) -> None:
    server.behaviour.usage = False
    ledger = Ledger()
    asked(settings_for(server), question("a" * 40), ledger=ledger)
    total = ledger.total()
    assert (total.input_tokens, total.output_tokens, total.cost) == (14, 14, None)


names = st.sampled_from(["choices", "message", "content", "usage", "finish_reason", "prompt_tokens", "refusal", "text"])
leaves = st.sampled_from([None, True, -3, 7, 1.5, "", " ", "words", "length", "content_filter"])
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner), max_leaves=9)


@given(st.dictionaries(st.sampled_from(["choices", "usage", "model"]), anything))
def test_a_body_of_any_shape_is_read_as_answers_or_an_empty_one(body: dict[str, Any]) -> None:
    reply = read(json.loads(json.dumps(body)), (Message("user", "q"),))
    assert reply.answers
    assert sum(answer.input_tokens for answer in reply.answers) == reply.input_tokens
    assert all(answer.text.strip() or answer.trouble for answer in reply.answers)
