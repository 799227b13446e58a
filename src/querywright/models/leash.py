"""Keeps a model server for as long as somebody holds the other end of our standard input, and no longer.

Run as a program of its own, beside the process that wants the server: `leash.py FOLDER PORT COMMAND…`. Whoever starts
it may be killed at any instant; the pipe ends with it, and the server with the pipe. When a server ends by itself, its
last words are left in FOLDER/ended, and its port is answered by us from then on, with those words: every process that
asks it, on whatever side of a run, hears why there will be no answer.
"""

from __future__ import annotations

import ctypes
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

WATCH_SECONDS = 0.2
FAREWELL_SECONDS = 5.0
"""How long a server may take to end in good order."""
GONE = 404
"""What a model that is not there any more is answered with, as the protocol has it."""
TAIL_LINES, TAIL_CHARACTERS = 5, 600
_PR_SET_PDEATHSIG = 1


def main(folder: Path, port: int, command: list[str]) -> None:
    """Start the server, watch it, end it, and delete the folder."""
    released = threading.Event()
    try:
        with (folder / "log").open("ab") as log:
            server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0, preexec_fn=_die_with_us
            )
        # Only now: a process with a second thread had better not fork.
        threading.Thread(target=_watch_holder, args=[released], daemon=True).start()
        try:
            while not released.wait(WATCH_SECONDS) and server.poll() is None:
                pass
        finally:
            _end(server)
        if not released.is_set():
            _tell(folder, port, _last_words(folder, command, server.returncode), released)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tail(folder: Path) -> str:
    """The last lines of what a server said, on one line."""
    with suppress(OSError):
        lines = [" ".join(line.split()) for line in (folder / "log").read_text(errors="replace").splitlines()]
        return " | ".join([line for line in lines if line][-TAIL_LINES:])[-TAIL_CHARACTERS:]
    return ""


def _watch_holder(released: threading.Event) -> None:
    with suppress(OSError):
        os.read(0, 1)  # nothing is ever written: it returns when the other end is closed
    released.set()


def _die_with_us() -> None:
    """In the server, before it starts: where the system can, it is killed when this process is."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end(server: subprocess.Popen[bytes]) -> None:
    """End it and whatever it started."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(server.pid, how)
        with suppress(subprocess.TimeoutExpired):
            server.wait(FAREWELL_SECONDS)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(server.pid, signal.SIGKILL)


def _last_words(folder: Path, command: list[str], code: int) -> str:
    how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
    hint = " (out of memory?)" if code == -signal.SIGKILL else ""
    said = tail(folder)
    return f"its server, {Path(command[0]).name} serve, {how}{hint}" + (f"; it said: {said}" if said else "")


def _tell(folder: Path, port: int, words: str, released: threading.Event) -> None:
    """Leave the words for who waits for the server to start, and answer whoever asks it, until nobody holds us."""
    (folder / "ended.part").write_text(words)
    (folder / "ended.part").rename(folder / "ended")
    body = json.dumps({"error": {"message": words, "type": "server_ended", "code": "server_ended"}}).encode()

    class Obituary(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(GONE)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with suppress(OSError):  # somebody else has the port by now
        answering = http.server.ThreadingHTTPServer(("127.0.0.1", port), Obituary)
        threading.Thread(target=answering.serve_forever, daemon=True).start()
    released.wait()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
