"""A worker process: it is started by `processes`, gets the recipe, then batches, until it is told to end.

It holds nothing that outlives it: it never writes to the run folder, and it ends at once when its parent is gone.
"""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from queue import SimpleQueue

from querywright.runs.labour import Labourer, Order, Stop, Task, why_not_opened


def main(handle: int) -> None:
    """Work for the parent at the other end of the inherited socket `handle`."""
    os.set_inheritable(handle, False)
    with Connection(handle) as parent:
        opened = _open(parent.recv_bytes())
        if isinstance(opened, Stop):
            parent.send(opened)
            return
        parent.send(opened.steps)
        try:
            _serve(parent, opened)
        finally:
            opened.close()


def _open(recipe: bytes) -> Labourer | Stop:
    try:
        loaded = pickle.loads(recipe)
    except Exception as error:  # anything may go wrong while a stranger's class is looked up
        return Stop(f"a worker could not load the recipe ({error}): define its class in a module that can be imported")
    try:
        return Labourer(loaded)
    except Exception as error:  # whatever a recipe raises, the parent tells the person
        return why_not_opened(error)


def _serve(parent: Connection, labourer: Labourer) -> None:
    # A thread keeps the socket drained, so that the parent can always send and never waits for us to be done.
    batches: SimpleQueue[Sequence[Task] | None] = SimpleQueue()
    halted = threading.Event()
    threading.Thread(target=_listen, args=(parent, batches, halted), daemon=True).start()
    while (batch := batches.get()) is not None:
        done = labourer.work(batch, halted.is_set)
        try:
            parent.send(done)
        except (BrokenPipeError, ConnectionResetError):
            return


def _listen(parent: Connection, batches: SimpleQueue[Sequence[Task] | None], halted: threading.Event) -> None:
    while True:
        try:
            order: Order = parent.recv()
        except (EOFError, OSError):
            # The parent closed its end, or is gone: nobody waits for what we are doing.
            halted.set()
            batches.put(None)
            return
        if order is None:
            halted.set()
        else:
            batches.put(order)
