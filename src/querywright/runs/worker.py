"""A worker process: it is started by `processes`, gets the recipe, then batches, until it is told to end.

It holds nothing that outlives it: it never writes to the run folder, and it ends at once when its parent is gone.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue

from querywright.runs.labour import Labourer, Order, Outage, Stop, Task, open_parcel, why_not_read


def main(handle: int, width: int) -> None:
    """Work for the parent at the other end of the inherited socket `handle`, on `width` batches at a time."""
    os.set_inheritable(handle, False)
    # The parent may be done, or gone, at any moment: then nobody waits for what we have to say.
    with Connection(handle) as parent, suppress(BrokenPipeError, ConnectionResetError, EOFError):
        recipe = parent.recv_bytes()
        while isinstance(opened := open_parcel(recipe), Outage):
            parent.send(opened)
            # When to try again is the parent's to say; one that wants no more work says so and then hangs up.
            while parent.recv() is None:
                pass
        if isinstance(opened, Stop):
            parent.send(opened)
            return
        try:
            parent.send(opened.steps)
            _serve(parent, opened, width)
        finally:
            opened.close()


def _serve(parent: Connection, labourer: Labourer, width: int) -> None:
    # A thread keeps the socket drained, so that the parent can always send and never waits for us to be done.
    orders: SimpleQueue[Sequence[Task] | Stop | None] = SimpleQueue()
    halted = threading.Event()
    threading.Thread(target=_listen, args=(parent, orders, halted), daemon=True).start()
    answering = threading.Lock()

    def do(order: Sequence[Task]) -> None:
        done = labourer.work(order, halted.is_set)
        # Who hung up meanwhile is not waiting for this.
        with answering, suppress(BrokenPipeError, ConnectionResetError):
            parent.send(done)

    with ThreadPoolExecutor(width, "querywright-input") as hands:
        while (order := orders.get()) is not None:
            if isinstance(order, Stop):
                with answering:
                    parent.send(order)
                return
            if width == 1:
                do(order)
            else:
                hands.submit(do, order)


def _listen(parent: Connection, orders: SimpleQueue[Sequence[Task] | Stop | None], halted: threading.Event) -> None:
    while True:
        try:
            order: Order = parent.recv()
        except (EOFError, OSError):
            halted.set()
            orders.put(None)
            return
        except Exception as error:  # an input of a class that cannot be found here: without us, the run would wait
            orders.put(why_not_read(error))
            return
        if order is None:
            halted.set()
        else:
            orders.put(order)
