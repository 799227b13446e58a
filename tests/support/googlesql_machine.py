"""GoogleSQL's C++ code in this process: the WebAssembly of the `zetasql` wheel, compiled once and kept on disk.

The wheel's own Python is passed by: it compiles anew at every start (up to a minute) and copies memory byte by byte.
Only its WebAssembly file and its protocol buffers are used.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import re
import tempfile
from functools import cached_property
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from wasmtime import Engine, Module

    Answer = TypeVar("Answer", bound=Message)

STACK_BYTES = 2 << 20
"""For deep queries: the compiled code's stack, as much as the engine allows."""


class Refused(Exception):
    """GoogleSQL's own error: its code (3 is an invalid query, 11 a value out of range) and what it says."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Crashed(Exception):
    """The machine itself failed, for example by a query too deep for its stack; it cannot be used any more."""


class Machine:
    """One instance of the compiled code, with memory of its own. Not for several threads at once."""

    def __init__(self) -> None:
        from wasmtime import Linker, Store, WasiConfig

        engine = _engine()
        self._store = Store(engine)
        wasi = WasiConfig()
        wasi.preopen_dir(str(files("tzdata") / "zoneinfo"), "/usr/share/zoneinfo")
        self._store.set_wasi(wasi)
        linker = Linker(engine)
        linker.define_wasi()
        self._exports = linker.instantiate(self._store, _module(engine)).exports(self._store)
        self._exports["_initialize"](self._store)
        self._memory = self._exports["memory"]
        self.broken = False

    def call(self, method: str, request: Message, answer: type[Answer]) -> Answer:
        """One call of GoogleSQL's local service.

        Raises:
            Refused: GoogleSQL refuses it.
            Crashed: the machine failed, now or earlier.
        """
        from wasmtime import Trap, WasmtimeError

        if self.broken:
            raise Crashed("this machine failed before")
        try:
            return answer.FromString(self._call(f"ZetaSqlLocalService_{method}", request.SerializeToString()))
        except (Trap, WasmtimeError) as error:
            self.broken = True
            raise Crashed(str(error)) from error

    def _call(self, method: str, sent: bytes) -> bytes:
        size_at = self._run("wasm_malloc", 4)
        sent_at = self._run("wasm_malloc", len(sent))
        ctypes.memmove(self._base + sent_at, sent, len(sent))
        got_at = self._run(method, sent_at, len(sent), size_at)
        size = int.from_bytes(self._read(size_at, 4), "little")
        self._run("wasm_free", sent_at)
        self._run("wasm_free", size_at)
        if not got_at:
            raise self._error()
        got = self._read(got_at, size)
        self._run("wasm_free", got_at)
        return got

    def _run(self, name: str, *arguments: int) -> int:
        return self._exports[name](self._store, *arguments)

    @cached_property
    def _base(self) -> int:
        """Where its memory lies: shared memory grows in place."""
        return ctypes.addressof(self._memory.data_ptr().contents)

    def _read(self, at: int, size: int) -> bytes:
        return ctypes.string_at(self._base + at, size)

    def _error(self) -> Refused:
        said = self._read(self._run("wasm_get_last_error"), self._run("wasm_get_last_error_size")).decode()
        found = re.match(r"Code: (\d+), Message: (.*)", said, re.DOTALL)
        return Refused(int(found[1]), found[2]) if found else Refused(2, said)


def _engine() -> Engine:
    """How the code is compiled. Cheaper ways save 8 of 25 seconds once, and then cost half as much again each query."""
    from wasmtime import Config, Engine

    config = Config()
    config.shared_memory = True
    config.max_wasm_stack = STACK_BYTES
    return Engine(config)


def _module(engine: Engine) -> Module:
    """The compiled module from the cache; compiled first where it is not there, while other processes wait."""
    from wasmtime import Module, WasmtimeError
    from zetasql.wasi import get_wasm_path

    path = _cache() / f"zetasql-{version('zetasql')}-wasmtime-{version('wasmtime')}-{platform.machine()}.cwasm"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists():
            try:
                return Module.deserialize_file(engine, str(path))
            except WasmtimeError:
                path.unlink()  # made by other settings, or on a processor that can do more than this one
        module = Module.from_file(engine, str(get_wasm_path()))
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(module.serialize())
        os.replace(file.name, path)
        return module


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "querywright"
