"""The program in a process that has loaded its modules already: each call is a fork of it, with a life of its own.

What a person's command does at its start is tested where it is started as a person does; hundreds of other calls need
not wait half a second each for the same imports.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from typing import Any, Self

SERVE = "import warm_program; warm_program.serve(); from querywright.cli import main; main()"
LONGEST = 1 << 20
"""Bytes of a call: its words and its environment."""


class WarmProgram:
    """Calls the program. A context manager; one call at a time, the others wait.

    Two processes take turns: what depends on the order of a set shows in two calls as it does when a person makes them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened = ExitStack()
        self._turns = cycle([self._opened.enter_context(_Warm()) for _ in range(2)])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def run(
        self, words: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """What a call said and its exit code, as `subprocess.run` tells it. Raises TimeoutExpired."""
        with self._lock:
            return next(self._turns).run(words, cwd, env, timeout)


class _Warm:
    """One process that is forked."""

    def __init__(self) -> None:
        self._mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            paths = os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])])
            self._process = subprocess.Popen(
                [sys.executable, "-c", SERVE, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": paths},
                stdin=subprocess.DEVNULL,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._mine.close()
        self._process.wait()

    def run(
        self, words: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        call = json.dumps({"words": list(words), "cwd": str(cwd), "env": dict(env)}).encode()
        until = time.monotonic() + timeout
        ears = [_Ear(), _Ear()]
        self._mine.settimeout(timeout)
        try:
            socket.send_fds(self._mine, [call], [ear.mouth for ear in ears])
            for ear in ears:
                ear.start()
            pid = int(self._mine.recv(64))
            try:
                code = int(self._mine.recv(64))
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                self._mine.recv(64)
                raise
            said = [ear.heard(until - time.monotonic()) for ear in ears]
        except TimeoutError:
            raise subprocess.TimeoutExpired(list(words), timeout) from None
        except BaseException:
            self._mine.close()  # an answer that nobody took would be taken for that of the next call
            raise
        return subprocess.CompletedProcess(list(words), code, *said)


class _Ear(threading.Thread):
    """Hears what a process, and whoever it leaves behind, writes to one stream."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._open, self.mouth = os.pipe()
        self._said = b""

    def start(self) -> None:
        os.close(self.mouth)
        super().start()

    def run(self) -> None:
        with os.fdopen(self._open, "rb") as stream:
            self._said = stream.read()

    def heard(self, seconds: float) -> str:
        """All of it. Raises TimeoutError while somebody holds the stream."""
        self.join(max(0.0, seconds))
        if self.is_alive():
            raise TimeoutError
        return self._said.decode()


def serve() -> None:
    """Fork for each call, and return in the fork with everything as the call wants it; ends with the caller."""
    import pydantic  # noqa: F401
    import rich.console  # noqa: F401

    import querywright
    import querywright.cli.app
    import querywright.pipes

    for name in querywright.__all__:
        getattr(querywright, name)
    with socket.socket(fileno=int(sys.argv[1])) as caller:
        while True:
            call, streams, _, _ = socket.recv_fds(caller, LONGEST, 2)
            if not call:
                os._exit(0)
            pid = os.fork()
            if pid == 0:
                caller.detach()
                os.close(int(sys.argv[1]))
                return _become(json.loads(call), streams)
            for stream in streams:
                os.close(stream)
            caller.send(str(pid).encode())
            _, status = os.waitpid(pid, 0)
            caller.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(call: Mapping[str, Any], streams: Sequence[int]) -> None:
    for number, stream in zip((1, 2), streams, strict=True):
        os.dup2(stream, number)
        os.close(stream)
    sys.path.remove(str(Path(__file__).parent))
    os.chdir(call["cwd"])
    os.environ.clear()
    os.environ.update(call["env"])
    sys.argv = ["-c", *call["words"]]
