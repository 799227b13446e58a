"""A model server for tests and benchmarks: real HTTP, answers made from the request, and misbehaviour to order.

    python model_server.py --port 0 [--latency 0.2] [--fault 429=0.1 --fault reset=0.05] [--answers module:NAME]

It prints the port that it listens on. `ModelServer` runs the same in a thread. It speaks chat completions, embeddings
and the list of models; `GET /stats` tells its calls, what it did with them, and its own processor time.

An answer is made by a plain function of the request (`Answer`), chosen by the title of the schema that is asked for,
whether the schema comes in `response_format` or is written in the prompt. Without one it is the schema's smallest
instance, and without a schema a sentence that quotes the end of the prompt.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import importlib
import json
import random
import sys
import threading
import time
from array import array
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple, Self

from schema_instances import smallest

Messages = Sequence[Mapping[str, str]]
Schema = Mapping[str, Any] | None
Answer = Callable[[Messages, Schema, int], str]
"""What is answered to these messages, for this schema, as the sample of this number."""

IN_BODY = ("empty", "shape", "prose", "refusal", "filter", "cut", "huge")
"""Misbehaviour of the model: the answer itself is odd."""
IN_HTTP = ("429", "429-after", "500", "503-html", "reset", "hang", "trickle", "truncated", "half-json", "filter-400")
"""Misbehaviour of the server: there is no answer."""
FAULTS = (*IN_HTTP, *IN_BODY, "nan")
HUGE = 10_000_000
DIMENSIONS = 32


class Refusing(NamedTuple):
    """A field of a request that is a 400, and the words for it; `n` only when it is more than one."""

    field: str
    complaint: str


@dataclass
class Behaviour:
    """How the server acts; may be changed while it runs."""

    faults: Mapping[str, float] = field(default_factory=dict)
    """How likely each kind is; they exclude each other."""
    seed: int = 0
    script: list[str] = field(default_factory=list)
    """Faults of the next requests, one each, before chance decides; `ok` is none."""
    latency: float = 0.0
    retry_after: str = "0.05"
    key: str | None = None
    """Asked for where there is one."""
    models: tuple[str, ...] = ()
    """Others are unknown, if any are named."""
    one_sample: bool = False
    """`n` is ignored, as some servers do."""
    formats: tuple[str, ...] = ("json_schema", "json_object")
    """Kinds of `response_format` that are understood; others are a 400."""
    refuses: Refusing | None = None
    usage: bool = True
    most: int = 0
    """More requests at once than this are a 429; 0: as many as come."""


class Tally:
    """What the server counted."""

    def __init__(self) -> None:
        self.calls = self.connections = self.at_once = self.most_at_once = self.samples = 0
        self.did: Counter[str] = Counter()

    def as_json(self) -> dict[str, Any]:
        return vars(self) | {"did": dict(self.did), "cpu_seconds": time.thread_time()}


class Desk:
    """Decides what a request gets; knows no HTTP."""

    def __init__(self, behaviour: Behaviour, answers: Mapping[str, Answer]) -> None:
        self.behaviour, self.answers = behaviour, dict(answers)
        self.tally = Tally()
        self._seen: Counter[bytes] = Counter()

    def fault(self, body: bytes) -> str:
        """What goes wrong with this request: decided by the seed, its content and how often it was seen before."""
        if self.behaviour.script:
            return self.behaviour.script.pop(0)
        if not self.behaviour.faults:
            return "ok"
        digest = hashlib.blake2b(body, digest_size=8).digest()
        self._seen[digest] += 1
        chance = random.Random(f"{self.behaviour.seed} {digest.hex()} {self._seen[digest]}").random()
        for kind, likely in self.behaviour.faults.items():
            if chance < likely:
                return kind
            chance -= likely
        return "ok"

    def refusal(self, path: str, key: str, asked: Mapping[str, Any]) -> tuple[int, str, str] | None:
        """Why a request is refused before a model sees it: status, message and code."""
        behaviour = self.behaviour
        if behaviour.key is not None and key != f"Bearer {behaviour.key}":
            return 401, "Incorrect API key provided", "invalid_api_key"
        if behaviour.models and asked.get("model") not in behaviour.models:
            return 404, f"The model {asked.get('model')!r} does not exist", "model_not_found"
        if path.endswith("/chat/completions"):
            if asked.get("stream") or asked.get("tools"):
                return 400, "stream and tools are not supported", "unsupported"
            refuses = behaviour.refuses
            if refuses is not None and asked.get(refuses.field) not in (None, 1):
                return 400, refuses.complaint, "unsupported_value"
            kind = (asked.get("response_format") or {}).get("type")
            if kind is not None and kind not in behaviour.formats:
                return 400, f"response_format of type {kind!r} is not supported", "unsupported_parameter"
        return None

    def completion(self, asked: Mapping[str, Any], fault: str) -> dict[str, Any]:
        """The body of a chat completion."""
        messages = asked["messages"]
        schema = _schema(asked)
        number = 1 if self.behaviour.one_sample else asked.get("n") or 1
        choices = []
        for index in range(number):
            sample = self.tally.samples
            self.tally.samples += 1
            choices.append(_choice(index, self._text(messages, schema, sample, fault), fault))
        body: dict[str, Any] = {"id": "c", "object": "chat.completion", "created": 0, "model": asked["model"]}
        body["choices"] = choices
        if self.behaviour.usage:
            sent = sum(len(message["content"]) for message in messages) // 4
            made = sum(len(choice["message"].get("content") or "") for choice in choices) // 4
            body["usage"] = {"prompt_tokens": sent, "completion_tokens": made, "total_tokens": sent + made}
        return body

    def _text(self, messages: Messages, schema: Schema, sample: int, fault: str) -> str:
        if fault in ("empty", "refusal", "filter"):
            return ""
        if fault == "huge":
            return "x" * HUGE
        if fault == "shape":
            return '{"quite": "another", "shape": [1, 2]}'
        text = self._answer(messages, schema, sample)
        if fault == "prose":
            return f"Sure! Here it is:\n```json\n{text}\n```\nI hope that helps."
        return text[: len(text) // 2] if fault == "cut" else text

    def _answer(self, messages: Messages, schema: Schema, sample: int) -> str:
        title = "" if schema is None else str(schema.get("title", ""))
        if title in self.answers:
            return self.answers[title](messages, schema, sample)
        if schema is not None:
            return json.dumps(smallest(schema))
        return f"Answer {sample} to: {messages[-1]['content'][-80:]}"

    def embeddings(self, asked: Mapping[str, Any], fault: str) -> dict[str, Any]:
        """The body of an answer with vectors: near each other where texts share words."""
        texts = asked["input"]
        texts = [texts] if isinstance(texts, str) else texts
        packed = asked.get("encoding_format") == "base64"
        data = []
        for index, text in enumerate(texts):
            vector = array("f", [float("nan")] * DIMENSIONS) if fault == "nan" else vector_of(text)
            value = b64encode(vector.tobytes()).decode() if packed else vector.tolist()
            data.append({"object": "embedding", "index": index, "embedding": value})
        usage = {"prompt_tokens": sum(map(len, texts)) // 4, "total_tokens": sum(map(len, texts)) // 4}
        return {"object": "list", "data": data, "model": asked["model"], "usage": usage}


def vector_of(text: str) -> array[float]:
    """A vector that depends on the words of a text, not on their order."""
    vector = array("f", [0.0] * DIMENSIONS)
    for word in text.lower().split() or [""]:
        for place, byte in enumerate(hashlib.blake2b(word.encode(), digest_size=DIMENSIONS).digest()):
            vector[place] += byte - 127.5
    return vector


def _schema(asked: Mapping[str, Any]) -> Schema:
    """The schema that the answer shall have: from `response_format`, or the one written in the prompt."""
    if (asked.get("response_format") or {}).get("type") == "json_schema":
        return asked["response_format"]["json_schema"]["schema"]
    for message in asked["messages"]:
        for line in message["content"].splitlines():
            if line.startswith("{") and '"title"' in line:
                with suppress(ValueError):
                    return json.loads(line)
    return None


def _choice(index: int, text: str, fault: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if fault == "refusal":
        message |= {"content": None, "refusal": "I can't help with that."}
    finish = {"filter": "content_filter", "cut": "length"}.get(fault, "stop")
    return {"index": index, "message": message, "finish_reason": finish}


class Wire(asyncio.Protocol):
    """One connection: HTTP/1.1 with keep-alive, as little of it as clients need."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._desk.tally.connections += 1

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            length = int(headers.get("content-length", 0))
            if len(self._buffer) < end + 4 + length:
                return
            body = self._buffer[end + 4 : end + 4 + length]
            self._buffer = self._buffer[end + 4 + length :]
            method, target, _ = first.split(" ")
            self._take(method, target.partition("?")[0], headers, body)

    def _take(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> None:
        desk, tally = self._desk, self._desk.tally
        if method == "GET":
            self._get(path)
            return
        if not path.endswith(("/chat/completions", "/embeddings")):
            self._refuse(404, f"there is no {path}")
            return
        tally.calls += 1
        asked = json.loads(body)
        key = headers.get("authorization") or f"Bearer {headers.get('api-key')}"  # the latter is Azure's way
        if (refused := desk.refusal(path, key, asked)) is not None:
            tally.did[str(refused[0])] += 1
            self._refuse(*refused)
            return
        if desk.behaviour.most and tally.at_once >= desk.behaviour.most:
            tally.did["429"] += 1
            self._misbehave("429-after")
            return
        fault = desk.fault(body)
        tally.did[fault] += 1
        tally.at_once += 1
        tally.most_at_once = max(tally.most_at_once, tally.at_once)
        if desk.behaviour.latency:
            loop = asyncio.get_running_loop()
            loop.call_later(desk.behaviour.latency, self._answer, path, asked, fault)
        else:
            self._answer(path, asked, fault)

    def _answer(self, path: str, asked: Mapping[str, Any], fault: str) -> None:
        self._desk.tally.at_once -= 1
        if self._transport.is_closing():
            return
        if fault in IN_HTTP and fault not in ("truncated", "half-json", "trickle"):
            self._misbehave(fault)
            return
        make = self._desk.completion if path.endswith("completions") else self._desk.embeddings
        payload = json.dumps(make(asked, fault)).encode()
        if fault == "half-json":
            payload = payload[: len(payload) // 2]
        if fault == "truncated":
            self._send(200, payload, cut=len(payload) // 2)
            self._transport.close()
        elif fault == "trickle":
            self._send(200, payload, cut=1)
            self._trickle(payload[1:])
        else:
            self._send(200, payload)

    def _get(self, path: str) -> None:
        if path == "/stats":
            self._send(200, json.dumps(self._desk.tally.as_json()).encode())
        elif path.endswith("/models"):
            names = self._desk.behaviour.models or ("test",)
            models = [{"id": name, "object": "model", "created": 0, "owned_by": "tests"} for name in names]
            self._send(200, json.dumps({"object": "list", "data": models}).encode())
        elif path == "/health":
            self._send(200, b"{}")
        else:
            self._refuse(404, f"there is no {path}")

    def _misbehave(self, fault: str) -> None:
        if fault == "reset":
            self._transport.abort()
        elif fault == "429":
            self._refuse(429, "Rate limit reached", "rate_limit_exceeded")
        elif fault == "429-after":
            wait = {"Retry-After": self._desk.behaviour.retry_after}
            self._refuse(429, "Rate limit reached", "rate_limit_exceeded", wait)
        elif fault == "500":
            self._refuse(500, "The server had an error", "server_error")
        elif fault == "503-html":
            self._send(503, b"<html><body>Service Unavailable</body></html>", {"Content-Type": "text/html"})
        elif fault == "filter-400":
            self._refuse(400, "The prompt was filtered by the content policy", "content_filter")
        # A request that hangs gets nothing at all.

    def _trickle(self, rest: bytes) -> None:
        if rest and not self._transport.is_closing():
            self._transport.write(rest[:1])
            asyncio.get_running_loop().call_later(0.05, self._trickle, rest[1:])

    def _refuse(self, status: int, message: str, code: str = "", headers: Mapping[str, str] | None = None) -> None:
        error = {"error": {"message": message, "type": "test", "code": code or None}}
        self._send(status, json.dumps(error).encode(), headers)

    def _send(
        self, status: int, payload: bytes, headers: Mapping[str, str] | None = None, cut: int | None = None
    ) -> None:
        """Send a response; only its first `cut` bytes, though its length is said to be the whole."""
        head = {"Content-Type": "application/json", "Content-Length": str(len(payload)), **(headers or {})}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        start = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{lines}\r\n".encode()
        self._transport.write(start + payload[:cut])


class ModelServer:
    """The server in a thread of this process. A context manager; `behaviour` may be changed at any time."""

    def __init__(self, answers: Mapping[str, Answer] | None = None, **behaviour: Any) -> None:
        self.behaviour = Behaviour(**behaviour)
        self._desk = Desk(self.behaviour, answers or {})
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop
        self._thread: threading.Thread
        self.port = 0

    @property
    def url(self) -> str:
        """What a client takes as its base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def tally(self) -> Tally:
        return self._desk.tally

    def answer(self, title: str, made: Answer) -> None:
        """From now on, answer so where this schema (none: "") is asked for."""
        self._desk.answers[title] = made

    async def _serve(self, port: int) -> None:
        wires: list[Wire] = []

        def wire() -> Wire:
            wires.append(Wire(self._desk))
            return wires[-1]

        server = await self._loop.create_server(wire, "127.0.0.1", port, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for each in wires:
            each._transport.abort()
        await server.wait_closed()
        await asyncio.sleep(0)  # for the connections to end

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(0),), daemon=True)
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()


async def serve(port: int, behaviour: Behaviour, answers: Mapping[str, Answer]) -> None:
    """Serve until the process ends."""
    desk = Desk(behaviour, answers)
    server = await asyncio.get_running_loop().create_server(lambda: Wire(desk), "127.0.0.1", port, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--fault", action="append", default=[], metavar="KIND=PROBABILITY", help=", ".join(FAULTS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--one-sample", action="store_true", help="ignore n")
    parser.add_argument("--answers", metavar="MODULE:NAME", help="a dictionary from schema title to function")
    asked = parser.parse_args()
    answers: Mapping[str, Answer] = {}
    if asked.answers:
        module, _, name = asked.answers.partition(":")
        sys.path.insert(0, "")
        answers = getattr(importlib.import_module(module), name)
    faults = {kind: float(likely) for kind, _, likely in (fault.partition("=") for fault in asked.fault)}
    behaviour = Behaviour(faults=faults, seed=asked.seed, latency=asked.latency, one_sample=asked.one_sample)
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(asked.port, behaviour, answers))


if __name__ == "__main__":
    main()
