"""A folder of weights becomes a model that can be asked: a server is started for it, watched and stopped.

The server is a program of its own, `vllm serve` or `transformers serve`: it is never imported here, and what it needs
cannot stand in the way of what we need.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from querywright.errors import ModelUnavailable
from querywright.models import leash
from querywright.models.settings import ModelSettings
from querywright.models.weights import name_of, require_weights

START_SECONDS = 900.0
"""How long a server may take to load its weights: tens of gigabytes from a slow disk."""
TOLD_SECONDS = 10.0
"""How often somebody is told that it is still starting."""
GUESSES = 5
"""Tokens that a draft model writes ahead."""
SLOW_TIMEOUT = 600.0
"""Seconds for one request to a server that answers one after another, perhaps on a CPU."""


@contextmanager
def serve(
    settings: ModelSettings,
    tell: Callable[[str], None] | None = None,
    seconds: float = START_SECONDS,
    *,
    port: int | None = None,
    draft: Path | None = None,
) -> Iterator[ModelSettings]:
    """A server for a folder of weights, on a port of this machine, for as long as the block runs.

    The settings it gives have the server's address and the name it knows the model by, which stands for the weights
    themselves. If the server ends before the block does, whoever asks it gets ModelUnavailable with what it last said.
    If this process is killed, the server ends too.

    Args:
        settings: of a model whose provider is `folder`.
        tell: is told in a few words how the start goes.
        seconds: how long that may take.
        port: where it listens; None: on a free one.
        draft: weights of a smaller model that guesses ahead, which only `vllm serve` can use.

    Raises:
        ModelUnavailable: there are no weights, no server is installed, or it did not start; with what it said.
    """
    weights = require_weights(settings.model)
    name = name_of(weights)
    place = Path(tempfile.mkdtemp(prefix="querywright-"))
    try:
        plan = _plan(settings.name, weights, name, port or _free_port(), place, draft)
        holder = _start(plan, place)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    try:
        _wait(settings.name, plan, place, tell or (lambda _: None), seconds)
        yield plan.settle(settings)
    finally:
        _stop(holder, place)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which program serves which model where."""

    command: list[str]
    environment: Mapping[str, str]
    model: str
    """What the server calls it."""
    port: int
    batches: bool
    """Whether it answers many requests together."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settle(self, settings: ModelSettings) -> ModelSettings:
        """The settings to ask it with."""
        found = replace(settings, model=self.model, base_url=f"{self.address}/v1", key_variable=None)
        if self.batches:
            return found
        # What waits in its queue waits in vain beyond the timeout: one in work and one that is next are enough.
        return replace(found, concurrency=min(2, found.concurrency), timeout=max(SLOW_TIMEOUT, found.timeout))


def _plan(who: str, weights: Path, name: str, port: int, place: Path, draft: Path | None) -> _Plan:
    where = ["--host", "127.0.0.1", "--port", str(port)]
    quiet = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "VLLM_NO_USAGE_STATS": "1"}
    if vllm := _program("vllm"):
        # Questions about one database begin with the same schema, which is read once.
        command = [vllm, "serve", str(weights), "--served-model-name", name, *where, "--enable-prefix-caching"]
        if draft is not None:
            guesses = {"model": str(require_weights(draft)), "num_speculative_tokens": GUESSES}
            command += ["--speculative-config", json.dumps(guesses)]
        return _Plan(command, quiet, name, port, batches=True)
    if draft is not None:
        raise ModelUnavailable("a draft model is used by vllm serve only, which is not installed: leave it out", who)
    if transformers := _program("transformers"):
        # It knows models by their place in the Hub's cache, and lists no others: the folder gets such a place.
        model = f"local/{name}"
        cached = place / "hub" / f"models--local--{name}"
        revision = name.rpartition("-")[2].ljust(40, "0")
        (cached / "snapshots").mkdir(parents=True)
        (cached / "refs").mkdir()
        (cached / "refs" / "main").write_text(revision)
        (cached / "snapshots" / revision).symlink_to(weights, target_is_directory=True)
        cache = {"HF_HUB_CACHE": str(place / "hub")}
        return _Plan([transformers, "serve", model, *where], {**quiet, **cache}, model, port, batches=False)
    raise ModelUnavailable(
        "a folder of weights needs a server, and none is installed: pip install vllm (with a GPU), or "
        "pip install 'transformers[serving]' torch; an environment of its own will do, if its programs are on the PATH",
        who,
    )


def _program(name: str) -> str | None:
    """A program that is installed beside this Python or on the PATH."""
    return shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _start(plan: _Plan, place: Path) -> subprocess.Popen[bytes]:
    """The leash with the server on it: in a process group of its own, as Ctrl-C in a terminal is for us."""
    return subprocess.Popen(
        [sys.executable, "-I", leash.__file__, str(place), str(plan.port), *plan.command],
        stdin=subprocess.PIPE,
        env={**os.environ, **plan.environment},
        process_group=0,
    )


def _wait(who: str, plan: _Plan, place: Path, tell: Callable[[str], None], seconds: float) -> None:
    """Until it answers, and for this model: the port might be somebody else's."""
    began, told = time.monotonic(), 0.0
    program = f"{Path(plan.command[0]).name} serve"
    tell(f"starting {program} for {who}")
    while not _ready(plan):
        if (place / "ended").exists():
            raise ModelUnavailable((place / "ended").read_text(), who)
        passed = time.monotonic() - began
        if passed > seconds:
            said = leash.tail(place)
            raise ModelUnavailable(
                f"its server, {program}, did not answer within {seconds:.0f} s"
                + (f"; it said: {said}" if said else ""),
                who,
            )
        if passed - told > TOLD_SECONDS:
            told = passed
            tell(f"{program} is loading the weights ({passed:.0f} s)")
        time.sleep(0.1)
    tell(f"{program} is ready after {time.monotonic() - began:.0f} s")


def still_answers(settings: ModelSettings) -> None:
    """Look whether a server that `serve` gave is there. Raises ModelUnavailable with what it last said."""
    try:
        _get(f"{(settings.base_url or '').removesuffix('/v1')}/health")
    except urllib.error.HTTPError as error:
        raise ModelUnavailable(" ".join(error.read().decode(errors="replace").split())[:600], settings.name) from error
    except OSError as error:
        raise ModelUnavailable(f"its server does not answer any more ({error})", settings.name) from error


def _ready(plan: _Plan) -> bool:
    try:
        _get(f"{plan.address}/health")
        listed = json.loads(_get(f"{plan.address}/v1/models"))["data"]
        return any(model["id"] == plan.model for model in listed)
    except (OSError, ValueError, LookupError, TypeError):  # not yet, or somebody else
        return False


def _get(address: str) -> bytes:
    # No proxy stands between us and our own machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=5) as answer:
        body: bytes = answer.read()
        return body


def _stop(holder: subprocess.Popen[bytes], place: Path) -> None:
    """Let go of the leash; it ends the server and deletes the folder."""
    assert holder.stdin is not None
    holder.stdin.close()
    try:
        holder.wait(3 * leash.FAREWELL_SECONDS)
    except subprocess.TimeoutExpired:
        holder.kill()
        holder.wait()
    shutil.rmtree(place, ignore_errors=True)
