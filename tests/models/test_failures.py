"""What goes wrong at a server: its kind decides whether we ask again, and the error says what to do."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from clients import KEY, asked, question, settings_for
from model_server import ModelServer

from querywright.errors import ModelFailed, ModelOutage, ModelUnavailable
from querywright.models import Ledger, ModelSettings
from querywright.models.failures import asked_to_wait, of_status
from querywright.models.wires import SdkWire

WIRES = [pytest.param(None, id="direct"), pytest.param(SdkWire, id="sdk")]
IN_PASSING = {
    "429": "too many requests",
    "429-after": "too many requests",
    "500": "server error",
    "503-html": "server error",
    "reset": "connection broken off",
    "hang": "no answer in time",
    "trickle": "no answer in time",
    "truncated": "answer broken off",
    "half-json": "answer is no chat completion",
}
FOR_GOOD = {"filter": "content filter", "filter-400": "content filter", "refusal": "refusal", "cut": "answer cut off"}


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("fault", IN_PASSING)
def test_what_passes_is_asked_again(server: ModelServer, fault: str, wire: Any) -> None:
    server.behaviour.script[:] = [fault, fault]
    settings = settings_for(server, timeout=0.3)
    ((answer,),) = asked(settings, question(), wire=wire)
    assert answer.endswith(" to: How many orders are there?")
    assert server.tally.calls == 3


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(("fault", "reason"), IN_PASSING.items())
def test_what_does_not_pass_is_given_up_after_the_retries(
    server: ModelServer, fault: str, reason: str, wire: Any
) -> None:
    server.behaviour.faults = {fault: 1.0}
    ledger = Ledger()
    with pytest.raises(ModelFailed) as caught:
        asked(settings_for(server, timeout=0.2, retries=2), question(), wire=wire, ledger=ledger)
    assert caught.value.reason == reason
    assert str(caught.value).startswith(f"toy: {reason}: ")
    assert str(caught.value).endswith("(asked 3 times)")
    assert "\n" not in str(caught.value)
    assert server.tally.calls == ledger.total().calls == 3


@pytest.mark.parametrize(("fault", "reason"), FOR_GOOD.items())
def test_what_a_model_will_not_answer_is_not_asked_again(server: ModelServer, fault: str, reason: str) -> None:
    server.behaviour.script[:] = [fault]
    with pytest.raises(ModelFailed) as caught:
        asked(settings_for(server), question())
    assert caught.value.reason == reason
    assert server.tally.calls == 1


def test_a_cut_answer_is_shown_with_its_length(server: ModelServer) -> None:
    server.behaviour.script[:] = ["cut"]
    with pytest.raises(ModelFailed, match="answer cut off: at 4 tokens: Answer 0 to: How ma"):
        asked(settings_for(server), question())


def test_an_empty_answer_is_an_accident_once(server: ModelServer) -> None:
    server.behaviour.script[:] = ["empty"]
    assert asked(settings_for(server), question()) == [["Answer 1 to: How many orders are there?"]]
    server.behaviour.script[:] = ["empty", "empty"]
    with pytest.raises(ModelFailed, match="toy: empty answer"):
        asked(settings_for(server), question())
    assert server.tally.calls == 4


@pytest.mark.parametrize("wire", WIRES)
def test_a_huge_answer_is_refused(server: ModelServer, wire: Any) -> None:
    server.behaviour.script[:] = ["huge"]
    with pytest.raises(ModelFailed, match="answer too large: more than 4,194,304 bytes"):
        asked(settings_for(server), question(), wire=wire)
    assert server.tally.calls == 1


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    ("behaviour", "variable", "message"),
    [
        ({"key": "another"}, "TOY_KEY", "does not accept the key in TOY_KEY: put a valid one there"),
        ({"key": "another"}, None, "wants a key: name the variable that holds it, as key_variable of the model"),
        ({"models": ("other",)}, None, "knows no model m, or is no such address (404 The model 'm' does not exist)"),
    ],
)
def test_what_no_request_can_change_says_what_to_do(
    server: ModelServer, behaviour: dict[str, Any], variable: str | None, message: str, wire: Any
) -> None:
    for name, value in behaviour.items():
        setattr(server.behaviour, name, value)
    with pytest.raises(ModelUnavailable) as caught:
        asked(settings_for(server, key_variable=variable), question(), key=KEY if variable else None, wire=wire)
    assert not isinstance(caught.value, ModelOutage)
    assert message in str(caught.value)
    assert KEY not in str(caught.value)
    assert server.tally.calls == 1


@pytest.mark.parametrize("wire", WIRES)
def test_a_server_that_is_not_there_is_an_outage(wire: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        settings = ModelSettings(
            "toy", "test", "m", base_url=f"http://127.0.0.1:{taken.getsockname()[1]}/v1", retries=2
        )
        ledger = Ledger()
        said = r"cannot be reached \(.*\): start it, or check base_url" if wire else r"reached \(Connection refused\)"
        with pytest.raises(ModelOutage, match=said):
            asked(settings, question(), wire=wire, ledger=ledger)
    assert ledger.total().calls == 0


def test_a_server_that_asks_for_a_very_long_pause_is_out_for_now(server: ModelServer) -> None:
    server.behaviour.script[:], server.behaviour.retry_after = ["429-after"], "3600"
    with pytest.raises(ModelOutage, match="asks for a pause of 3600 seconds"):
        asked(settings_for(server), question())


def test_a_key_that_the_server_repeats_is_not_passed_on(server: ModelServer) -> None:
    server.behaviour.models = ("other",)
    with pytest.raises(ModelUnavailable) as caught:
        asked(settings_for(server, model=f"m-{KEY}"), question(), key=KEY)
    assert KEY not in str(caught.value).partition("(404")[2]


NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 90),
        ({"retry-after": format_datetime(NOW - timedelta(seconds=90), usegmt=True)}, 0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "x", "retry-after": "9"}, 9),
    ],
)
def test_a_wait_is_a_number_a_date_or_milliseconds(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_to_wait(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (429, b'{"error": {"message": "out", "code": "insufficient_quota"}}', "no credit"),
        (402, b"", "no credit"),
        (403, b'{"error": "no"}', "not allowed"),
        (400, b'{"error": {"message": "m", "code": "content_filter"}}', "content filter"),
        (400, b'{"error": {"innererror": {"code": "ResponsibleAIPolicyViolation"}}}', "content filter"),
        (400, b'[{"error": {"code": 400, "message": "bad"}}]', "request refused"),
        (422, b'{"detail": [{"msg": "bad"}]}', "request refused"),
        (413, b"<html>", "request refused"),
        (408, b"", "server error"),
        (529, b'"overloaded"', "server error"),
    ],
)
def test_a_status_and_its_body_say_what_it_is(status: int, body: bytes, reason: str) -> None:
    assert of_status(status, {}, body).kind.reason == reason
