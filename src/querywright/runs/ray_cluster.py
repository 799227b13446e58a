"""Getting into a Ray cluster and out of it: one that a person runs, or one of our own on this machine."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from importlib import import_module
from time import monotonic
from types import ModuleType
from typing import Any

from querywright.errors import RunError

INSTALL = "Ray is not installed: pip install 'querywright[ray]'"
TOKEN = (
    "a cluster that was started with a token wants RAY_AUTH_MODE=token and RAY_AUTH_TOKEN here too, others want neither"
)
STORE_BYTES = 80 * 2**20
"""Ray's store of large objects, of which a run has none; this is about the least that Ray accepts."""
PROBE_EVERY_SECONDS = 5.0
GONE_SECONDS = 20.0
"""How long the head may be silent. Ray would end our process after a minute of it."""


def ray_at_hand() -> ModuleType:
    """Ray, imported. Raises RunError where it is not installed."""
    try:
        ray: ModuleType = import_module("ray")
        ray.init  # noqa: B018  # a folder called ray can be imported too
    except (ImportError, AttributeError) as error:
        raise RunError(INSTALL) from error
    return ray


class Cluster:
    """A cluster that we are in, from `join` to `leave`."""

    def __init__(self, ray: ModuleType, resident: _Resident | None) -> None:
        self._resident = resident
        """None: who brought this process into the cluster is not us, and we stay in it."""
        self._ray = ray
        self._head = str(ray.get_runtime_context().gcs_address)
        self._asked = self._answered = monotonic()

    @classmethod
    def join(cls, address: str, workers: int) -> Cluster:
        """Join the cluster at an address, `host:port`.

        Without an address: the one that this process is in, the one that `RAY_ADDRESS` names, or one that is started
        for the occasion with room for so many workers.

        Raises:
            RunError: it cannot be reached or started.
        """
        ray = ray_at_hand()
        if ray.is_initialized():
            return cls._joined_before(ray, address)
        address = address or os.environ.get("RAY_ADDRESS", "")
        if address:
            if "://" in address:
                raise RunError(
                    f"{address} is for Ray's client: start the run on a machine of the cluster, with HOST:PORT"
                )
            if not _answers(address):
                raise RunError(
                    f"no Ray cluster answers at {address}: start one with `ray start --head`, or see its port"
                )
        resident = _Resident(lambda: _init(ray, address, workers), ray.shutdown)
        _hear_signals_again()
        if resident.failed is not None:
            what = f"join Ray at {address}" if address else "start Ray"
            hint = f"; {TOKEN}" if address else ""
            raise RunError(f"cannot {what}: {_first_line(resident.failed)}{hint}") from resident.failed
        return cls(ray, resident)

    @classmethod
    def _joined_before(cls, ray: ModuleType, address: str) -> Cluster:
        cluster = cls(ray, None)
        if address and address != cluster._head:
            raise RunError(f"this process is in the Ray cluster at {cluster._head} already: leave it by ray.shutdown()")
        return cluster

    def cpus(self) -> float:
        """The CPUs of all nodes that are alive, busy or not."""
        return float(self._ray.cluster_resources().get("CPU", 0.0))

    def headless(self) -> bool:
        """Whether the head has not answered for a while; asks it from time to time."""
        now = monotonic()
        if now - self._asked >= PROBE_EVERY_SECONDS:
            self._asked = now
            if _answers(self._head):
                self._answered = now
        return now - self._answered > GONE_SECONDS and self._answered < self._asked

    def leave(self) -> None:
        """Out of a cluster that `join` brought us into; one of our own ends with it."""
        if self._resident is not None:
            self._resident.end()


class _Resident:
    """A thread in which Ray is begun and, some time later, ended.

    Not the main thread: there Ray would handle SIGTERM, by ending the process in the middle of whatever it does. And
    not one that ends meanwhile: Ray has its processes killed with the thread that started them.
    """

    def __init__(self, begin: Callable[[], None], end: Callable[[], None]) -> None:
        self.failed: BaseException | None = None
        self._begin, self._end = begin, end
        self._begun, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._live, name="querywright-ray", daemon=True)
        self._thread.start()
        self._begun.wait()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _live(self) -> None:
        try:
            self._begin()
        except BaseException as error:  # Ray ends a process by SystemExit where it is at a loss
            self.failed = error
        self._begun.set()
        if self.failed is None:
            self._over.wait()
        self._end()


def _init(ray: ModuleType, address: str, workers: int) -> None:
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR, "include_dashboard": False}
    if address:
        ray.init(address=address, **quiet)
    else:
        _keep_to_ourselves()
        ray.init(address="local", num_cpus=max(workers, os.cpu_count() or 1), object_store_memory=STORE_BYTES, **quiet)


def _keep_to_ourselves() -> None:
    """What the processes of our own Ray find in the environment, and we too for as long as this process lives."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Who reaches its ports can run anything as us. Without a token of ours Ray would write one into the home folder,
    # which changes how every other Ray of this person starts. It can be set once: Ray remembers it.
    if not any(name in os.environ for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")):
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)


def _hear_signals_again() -> None:
    """Ray's C++ has put a handler in the place of Python's, which prints a stack and ends the process."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            if (handler := signal.getsignal(number)) is not None:
                signal.signal(number, handler)


def _answers(address: str) -> bool:
    """Whether somebody listens there. Ray itself would try for a minute and then end our process."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), 2.0):
            return True
    except (OSError, ValueError):
        return False


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
