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
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

SERVE = "import warm_program; warm_program.serve(); from querywright.cli import main; main()"
LONGEST = 1 << 20
"""Bytes of a call: its words and its environment."""


class WarmProgram:
    """Calls the program. A context manager; one call at a time, the others wait."""

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
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._mine.close()
        self._process.wait()

    def run(
        self, words: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """What a call said and its exit code, as `subprocess.run` tells it. Raises TimeoutExpired."""
        call = json.dumps({"words": list(words), "cwd": str(cwd), "env": dict(env)}).encode()
        with self._lock:
            pipes = [os.pipe(), os.pipe()]
            try:
                socket.send_fds(self._mine, [call], [pipes[0][1], pipes[1][1]])
            finally:
                for _, write in pipes:
                    os.close(write)
            pid = int(self._mine.recv(64))
            said: list[bytes] = [b"", b""]

            def listen(which: int) -> None:
                with os.fdopen(pipes[which][0], "rb") as stream:
                    said[which] = stream.read()

            threads = [threading.Thread(target=listen, args=(which,)) for which in (0, 1)]
            for thread in threads:
                thread.start()
            self._mine.settimeout(timeout)
            try:
                code = int(self._mine.recv(64))
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                self._mine.settimeout(None)
                self._mine.recv(64)
                raise subprocess.TimeoutExpired(list(words), timeout) from None
            finally:
                self._mine.settimeout(None)
            for thread in threads:
                thread.join()
        return subprocess.CompletedProcess(list(words), code, said[0].decode(), said[1].decode())


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
    os.chdir(call["cwd"])
    os.environ.clear()
    os.environ.update(call["env"])
    sys.argv = ["-c", *call["words"]]
