"""How fast the chat client keeps a slow server busy, and what one request costs our own processor.

    python benchmarks/model_client.py [--calls 2000] [--concurrency 100] [--latency 0.2]

The server is `tests/support/model_server.py` in a process of its own. `slow_server` is requests against a server that
takes `--latency` for each: `share_of_ideal` is against concurrency / latency. `no_latency` is processor time of this
process for each request: `loop` asks in the event loop, `threads` through `Models` from 32 threads that wait, both with
the cache written; `structured` parses and validates an object as well; `sdk` takes the way over the `openai` SDK;
`again` asks for what is in the cache.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from querywright.models import Ledger, Message, ModelSettings, Request
from querywright.models.cache import ResponseCache
from querywright.models.endpoint import ChatEndpoint
from querywright.models.opened import Models
from querywright.models.structured import chat_for
from querywright.models.wires import SdkWire

SERVER = Path(__file__).parents[1] / "tests" / "support" / "model_server.py"
THREADS = 32
PROMPT = "CREATE TABLE orders (id INTEGER PRIMARY KEY, placed DATE, total REAL);\n" * 30
WAITING = 20


class Verdict(BaseModel):
    good: bool
    reason: str


@contextmanager
def server(latency: float) -> Iterator[int]:
    command = [sys.executable, str(SERVER), "--latency", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def stats(port: int) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/stats") as answer:
        return json.load(answer)


def settings_of(port: int, concurrency: int) -> ModelSettings:
    return ModelSettings("bench", "test", "test", base_url=f"http://127.0.0.1:{port}/v1", concurrency=concurrency)


def request(name: str, number: int) -> Request:
    return Request((Message("system", "You judge SQL."), Message("user", f"{PROMPT}{name} {number}")), step=name)


async def in_loop(
    settings: ModelSettings, cache: Path | None, sdk: bool, calls: int, ask: Callable[..., Coroutine[Any, Any, Any]]
) -> tuple[float, float]:
    """Seconds by the clock and of this process."""
    opened = None if cache is None else ResponseCache(cache)
    wire = SdkWire(settings, None) if sdk else None
    model = ChatEndpoint(settings, "default", Ledger(), opened, wire=wire)
    await asyncio.gather(*(ask(model, -1 - number) for number in range(settings.concurrency)))
    numbers = iter(range(calls))

    async def work() -> None:
        for number in numbers:
            await ask(model, number)

    began, spent = time.perf_counter(), time.process_time()
    # A few more than may be in flight, so that a place that is free is taken at once.
    await asyncio.gather(*(work() for _ in range(settings.concurrency + WAITING)))
    if opened is not None:
        opened.close()
    taken = time.perf_counter() - began, time.process_time() - spent
    await model.close()
    return taken


def in_threads(settings: ModelSettings, cache: Path, calls: int, threads: int = THREADS) -> tuple[float, float]:
    """Seconds by the clock and of this process."""
    with Models(settings, cache=cache) as models, ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda number: models.ask("default", request("threads", -1 - number)), range(threads)))
        began, spent = time.perf_counter(), time.process_time()
        list(pool.map(lambda number: models.ask("default", request("threads", number)), range(calls)))
        return time.perf_counter() - began, time.process_time() - spent


async def plain(model: ChatEndpoint, number: int) -> None:
    await model.chat(request("plain", number))


async def structured(model: ChatEndpoint, number: int) -> None:
    await chat_for(model, request("structured", number), Verdict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--concurrency", type=int, default=100)
    parser.add_argument("--latency", type=float, default=0.2)
    asked = parser.parse_args()
    calls = asked.calls
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        with server(asked.latency) as port:
            settings = settings_of(port, asked.concurrency)
            wall, spent = asyncio.run(in_loop(settings, Path(folder) / "slow", False, calls, plain))
            by_threads = in_threads(settings, Path(folder) / "waiting", calls, asked.concurrency + WAITING)[0]
            ideal = asked.concurrency / asked.latency
            found["slow_server"] = {
                "calls_per_second": round(calls / wall),
                "share_of_ideal": round(calls / wall / ideal, 3),
                "cpu_ms_per_request": round(1000 * spent / calls, 3),
                "share_of_ideal_from_threads": round(calls / by_threads / ideal, 3),
                "most_at_once": stats(port)["most_at_once"],
                "connections": stats(port)["connections"],
            }
        with server(0) as port:
            settings = settings_of(port, asked.concurrency)
            spent_by: dict[str, float] = {}
            for name, cache, sdk, ask in (
                ("loop_without_cache", None, False, plain),
                ("loop", Path(folder) / "loop", False, plain),
                ("again", Path(folder) / "loop", False, plain),
                ("structured", Path(folder) / "structured", False, structured),
                ("sdk", Path(folder) / "sdk", True, plain),
            ):
                spent_by[name] = asyncio.run(in_loop(settings, cache, sdk, calls, ask))[1]
            spent_by["threads"] = in_threads(settings, Path(folder) / "threads", calls)[1]
            found["no_latency"] = {f"{name}_ms": round(1000 * each / calls, 3) for name, each in spent_by.items()}
            counted = stats(port)
            found["server_cpu_ms_per_request"] = round(1000 * counted["cpu_seconds"] / counted["calls"], 3)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
