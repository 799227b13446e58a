"""Objects out of answers: JSON as models write it is read, what is not is repaired once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest
from clients import question, settings_for, with_model
from hypothesis import given
from hypothesis import strategies as st
from model_server import ModelServer
from pydantic import BaseModel

from querywright.errors import ModelFailed
from querywright.models import Request
from querywright.models.parsing import LONGEST, values
from querywright.models.structured import NOT_THE_JSON, chat_for, schema_of


class Verdict(BaseModel):
    good: bool
    reason: str = ""


class Columns(BaseModel):
    columns: list[str]
    note: str = "none"


class Nested(BaseModel):
    verdicts: list[Verdict]
    best: Verdict | None = None


class Scripted:
    """A model that says these things, in this order."""

    name = "scripted"

    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)
        self.heard: list[Request] = []

    async def chat(self, request: Request) -> list[str]:
        self.heard.append(request)
        return [self._texts.pop(0) for _ in range(request.samples)]


def told(model: Scripted, shape: type[BaseModel], samples: int = 1) -> Sequence[BaseModel]:
    return asyncio.run(chat_for(model, question(samples=samples), shape))


GOOD = Verdict(good=True, reason="it's so")


@pytest.mark.parametrize(
    "text",
    [
        '{"good": true, "reason": "it\'s so"}',
        ' \n{"good": true, "reason": "it\'s so", }\n',
        '```json\n{"good": true, "reason": "it\'s so"}\n```',
        'Sure:\n```\n{"good": true, "reason": "it\'s so"}\n```\nDoes {this} help?',
        'My answer is {"good": true, "reason": "it\'s so"}, I think.',
        "{'good': True, 'reason': \"it's so\"}",
        "{'good': true, 'reason': 'it\\'s so',}",
        '[{"good": true, "reason": "it\'s so"}]',
        '<think>{"good": false} or not?</think>{"good": true, "reason": "it\'s so"}',
        '\ufeff{"good": "yes", "reason": "it\'s so"}',
        '{"good": true, "reason": "it\'s so", "more": [1, 2]}',
        'First {"bad": 1}, then {"good": true, "reason": "it\'s so"}',
    ],
)
def test_an_object_is_found_in_what_a_model_writes(text: str) -> None:
    model = Scripted(text)
    assert told(model, Verdict) == [GOOD]
    assert len(model.heard) == 1


@pytest.mark.parametrize(
    ("text", "shape", "expected"),
    [
        ('["a", "b"]', Columns, Columns(columns=["a", "b"])),
        ('Columns: ["a", "b",]', Columns, Columns(columns=["a", "b"])),
        ('[{"good": true}]', Nested, Nested(verdicts=[Verdict(good=True)])),
        ('{"columns": ["two\nlines"]}', Columns, Columns(columns=["two\nlines"])),
        ('{"columns": ["a, ]", "true"]}', Columns, Columns(columns=["a, ]", "true"])),
        ('{"columns": ["SELECT \\"x\\" FROM {t}"]}', Columns, Columns(columns=['SELECT "x" FROM {t}'])),
    ],
)
def test_a_list_is_the_one_list_of_its_shape(text: str, shape: type[BaseModel], expected: BaseModel) -> None:
    assert told(Scripted(text), shape) == [expected]


def test_an_answer_that_cannot_be_read_is_shown_to_its_model_with_what_is_wrong() -> None:
    model = Scripted('{"good": "perhaps"}', '{"good": false}')
    assert told(model, Verdict) == [Verdict(good=False)]
    *before, answer, wanted = model.heard[1].messages
    assert tuple(before) == model.heard[0].messages
    assert (answer.role, answer.content) == ("assistant", '{"good": "perhaps"}')
    assert "good: Input should be a valid boolean" in wanted.content
    assert json.dumps(schema_of(Verdict), separators=(",", ":")) in wanted.content
    assert model.heard[1].samples == 1


def test_only_the_broken_of_several_samples_are_repaired() -> None:
    model = Scripted('{"good": true}', "no idea", '{"good": false}', '{"good": true, "reason": "mended"}')
    found = told(model, Verdict, samples=3)
    assert found == [Verdict(good=True), Verdict(good=True, reason="mended"), Verdict(good=False)]
    assert len(model.heard) == 2


def test_an_answer_that_its_repair_does_not_mend_fails_with_the_text() -> None:
    model = Scripted("no idea", "still none")
    with pytest.raises(ModelFailed) as caught:
        told(model, Verdict)
    assert (caught.value.reason, caught.value.detail, caught.value.model) == (NOT_THE_JSON, "still none", "scripted")
    assert len(model.heard) == 2


@pytest.mark.parametrize(("fault", "calls"), [("prose", 1), ("shape", 2)])
def test_a_server_that_adds_prose_or_misses_the_shape_gives_an_object_still(
    server: ModelServer, fault: str, calls: int
) -> None:
    server.behaviour.script[:] = [fault]
    assert with_model(settings_for(server), lambda model: chat_for(model, question(), Verdict)) == [
        Verdict(good=True, reason="a")
    ]
    assert server.tally.calls == calls


def test_a_server_answers_by_the_title_of_the_shape_however_it_is_asked_for_it() -> None:
    def judge(messages: object, schema: object, sample: int) -> str:
        return json.dumps({"good": False, "reason": f"sample {sample}"})

    for formats in (("json_schema",), ("json_object",), ()):
        with ModelServer(answers={"Verdict": judge}, formats=formats) as server:
            found = with_model(settings_for(server), lambda model: chat_for(model, question(samples=2), Verdict))
            assert found == [Verdict(good=False, reason=f"sample {number}") for number in range(2)]


def test_a_schema_is_closed_at_every_level() -> None:
    schema = schema_of(Nested)
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["verdicts", "best"]
    assert schema["$defs"]["Verdict"]["required"] == ["good", "reason"]
    assert "default" not in schema["properties"]["best"]


@given(st.text(alphabet="{}[]\"',:\\ \nabTrue10null`", max_size=200))
def test_no_text_is_too_odd_to_look_through(text: str) -> None:
    for value in values(text):
        assert isinstance(value, dict | list)


@pytest.mark.parametrize("text", ["{" * 100_000, "[" * LONGEST, '{"a":' * 50_000, '"' * LONGEST, "```" * 50_000])
def test_a_deep_or_long_text_is_looked_through_and_let_go(text: str) -> None:
    assert list(values(text)) == []


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x, max_size=3)))
def test_what_python_writes_is_read_as_what_json_writes(value: object) -> None:
    assert next(values(repr({"v": value}))) == next(values(json.dumps({"v": value}))) == {"v": value}
