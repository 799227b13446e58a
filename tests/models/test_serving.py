"""A folder of weights is served by a program beside us, which ends with us, and says so when it ends before."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from querywright.errors import ModelOutage, ModelUnavailable
from querywright.models import Ledger, Message, ModelSettings, Request
from querywright.models.endpoint import ChatEndpoint
from querywright.models.naming import resolve
from querywright.models.serving import SLOW_TIMEOUT, serve

STAND_IN = '''#!{python}
"""Takes the words of `vllm serve`, and answers HTTP as it does."""
import http.server, json, os, subprocess, sys, time
words = dict(zip(sys.argv[3::2], sys.argv[4::2]))
{first}
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        known = {{"data": [{{"id": words["--served-model-name"]}}]}}
        body = json.dumps({{**known, "pids": [os.getpid(), child.pid], "words": sys.argv[1:]}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if self.path == "/v1/die":
            print("CUDA error:\\n  no memory left", file=sys.stderr, flush=True)
            os._exit(3)
    do_POST = do_GET
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer((words["--host"], int(words["--port"])), Handler).serve_forever()
'''

Program = Callable[..., None]


@pytest.fixture
def weights(tmp_path: Path) -> ModelSettings:
    """The settings of a folder that looks like weights."""
    folder = tmp_path / "coder"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return resolve(str(folder), {})


@pytest.fixture
def vllm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """`vllm(first)`: a program of that name on the PATH, which runs the line `first` and then answers."""

    def install(first: str = "") -> None:
        path = tmp_path / "bin" / "vllm"
        path.parent.mkdir()
        path.write_text(STAND_IN.format(python=sys.executable, first=first))
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")

    return install


def ask(base_url: str, path: str, body: Any = None) -> tuple[int, Any]:
    """The status and the JSON of an answer."""
    address = urlsplit(base_url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    try:
        given = None if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json"}
        connection.request("GET" if body is None else "POST", f"{address.path}{path}", given, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def gone(pids: list[int]) -> bool:
    """Whether all these processes end, soon."""
    until = time.monotonic() + 20
    while any(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_a_server_runs_as_long_as_the_block_and_its_children_end_with_it(weights: ModelSettings, vllm: Program) -> None:
    vllm()
    said: list[str] = []
    with serve(weights, said.append) as settings:
        assert settings.base_url is not None
        _, answer = ask(settings.base_url, "/models")
        assert answer["words"][:4] == ["serve", weights.model, "--served-model-name", settings.model]
        assert all(psutil.pid_exists(pid) for pid in answer["pids"])
    assert gone(answer["pids"])
    assert said[0] == f"starting vllm serve for {weights.name}"
    assert said[-1].startswith("vllm serve is ready after ")


def test_the_settings_keep_what_was_said_and_name_the_weights(weights: ModelSettings, vllm: Program) -> None:
    vllm()
    table = {"mine": {"provider": "folder", "model": weights.model, "temperature": 0.5, "concurrency": 7}}
    with serve(resolve("mine", table)) as settings:
        assert (settings.name, settings.provider, settings.temperature) == ("mine", "folder", 0.5)
        assert settings.concurrency == 7
        assert settings.model.startswith("coder-")
        assert settings.fingerprint()["model"] == settings.model


def test_a_server_that_dies_is_answered_for_with_what_it_said(weights: ModelSettings, vllm: Program) -> None:
    vllm()
    with serve(weights) as settings:
        assert settings.base_url is not None
        ask(settings.base_url, "/die")
        status, answer = answered(settings.base_url)
        assert status == 404
        message = answer["error"]["message"]
        assert message == "its server, vllm serve, ended with exit code 3; it said: CUDA error: | no memory left"
        assert ask(settings.base_url, "/chat/completions", {"messages": []}) == (404, answer)


def test_whoever_asks_a_dead_server_hears_that_the_model_is_unavailable(weights: ModelSettings, vllm: Program) -> None:
    async def chat(settings: ModelSettings) -> list[str]:
        model = ChatEndpoint(settings, "default", Ledger())
        try:
            return await model.chat(Request((Message("user", "hello"),)))
        finally:
            await model.close()

    vllm()
    with serve(weights) as settings:
        assert settings.base_url is not None
        ask(settings.base_url, "/die")
        answered(settings.base_url)
        with pytest.raises(ModelUnavailable, match="ended with exit code 3; it said: CUDA error") as error:
            asyncio.run(chat(settings))
    assert not isinstance(error.value, ModelOutage)


def test_a_server_that_is_killed_is_answered_for_too(weights: ModelSettings, vllm: Program) -> None:
    vllm()
    with serve(weights) as settings:
        assert settings.base_url is not None
        server, child = ask(settings.base_url, "/models")[1]["pids"]
        os.kill(server, signal.SIGKILL)
        _, answer = answered(settings.base_url)
        assert "was killed by signal 9 (out of memory?)" in answer["error"]["message"]
        assert gone([child])


def answered(base_url: str) -> tuple[int, Any]:
    """The first answer that is none of the server's own, which comes soon."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            status, answer = ask(base_url, "/models")
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            continue
        if status != 200:
            return status, answer
    raise AssertionError("nobody answers for the server")


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("sys.exit('ValueError: no such architecture')", "ended with exit code 1; it said: ValueError: no such arch"),
        ("os.kill(os.getpid(), 9)", "was killed by signal 9 (out of memory?)"),
        ("print('loading'); sys.stdout.flush(); time.sleep(60)", "did not answer within 3 s; it said: loading"),
        ("words['--served-model-name'] = 'another'", "did not answer within 3 s"),
    ],
)
def test_a_server_that_does_not_start_is_one_line(weights: ModelSettings, vllm: Program, first: str, said: str) -> None:
    vllm(first)
    with pytest.raises(ModelUnavailable) as error, serve(weights, seconds=3):
        pass
    assert said in str(error.value)
    assert str(error.value).startswith(f"{weights.name}: its server, vllm serve")
    assert "\n" not in str(error.value)


def test_without_a_server_program_it_is_said_what_to_install(
    weights: ModelSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with (
        pytest.raises(ModelUnavailable, match=r"pip install vllm .* pip install 'transformers\[serving\]'"),
        serve(weights),
    ):
        pass


def test_a_folder_without_weights_starts_nothing(tmp_path: Path, vllm: Program) -> None:
    vllm()
    with (
        pytest.raises(ModelUnavailable, match="there are no weights in this folder"),
        serve(resolve(str(tmp_path), {})),
    ):
        pass


HOLDER = """
import json, sys, time
from querywright.models.naming import resolve
from querywright.models.serving import serve
with serve(resolve(sys.argv[1], {})) as settings:
    print(json.dumps([settings.base_url, settings.model, settings.concurrency, settings.timeout]), flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_with_whoever_started_it(weights: ModelSettings, vllm: Program, how: signal.Signals) -> None:
    vllm()
    command = [sys.executable, "-c", HOLDER, weights.model]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as holder:
        assert holder.stdout is not None
        base_url, *_ = json.loads(holder.stdout.readline())
        pids = ask(base_url, "/models")[1]["pids"]
        leashes = [process.pid for process in psutil.Process(holder.pid).children()]
        holder.send_signal(how)
    assert gone([*pids, *leashes])


def test_the_server_ends_when_the_leash_is_killed(weights: ModelSettings, vllm: Program) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux ends a process with its parent")
    vllm()
    with serve(weights) as settings:
        assert settings.base_url is not None
        server = ask(settings.base_url, "/models")[1]["pids"][0]
        psutil.Process(server).parent().kill()  # type: ignore[union-attr]
        assert gone([server])


@pytest.mark.weights
def test_a_real_model_answers_over_http_and_ends_with_whoever_started_it(tiny_model: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tiny_model)]
    quiet = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=quiet, text=True) as holder:
        assert holder.stdout is not None
        base_url, model, *manners = json.loads(holder.stdout.readline())
        asked = {"messages": [{"role": "user", "content": "How many people?"}], "max_tokens": 8, "temperature": 1.0}
        status, answer = ask(base_url, "/chat/completions", {"model": model, **asked})
        pids = [process.pid for process in psutil.Process(holder.pid).children(recursive=True)]
        holder.kill()
    assert gone(pids)
    assert len(pids) >= 2
    assert manners == [2, SLOW_TIMEOUT]
    assert status == 200, answer
    assert isinstance(answer["choices"][0]["message"]["content"], str)
    assert 0 < answer["usage"]["completion_tokens"] <= 8


@pytest.mark.weights
def test_weights_that_no_server_can_load_are_one_line(tiny_model: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in tiny_model.iterdir():
        (broken / path.name).write_bytes(b"no weights" if path.suffix == ".safetensors" else path.read_bytes())
    settings = resolve(str(broken), {})
    said = r"ended with exit code 1; it said: .*[Ss]afetensor"
    with pytest.raises(ModelUnavailable, match=said) as error, serve(settings):
        pass
    assert "\n" not in str(error.value)
