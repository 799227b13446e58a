"""A run of the toy recipe as a program, to be killed: FOLDER COUNT WORKERS SLOW [DOWN [CLUSTER]].

It resumes what is there.
"""

from __future__ import annotations

import signal
import sys
from functools import partial

from toy_recipe import ToyRecipe, inputs

from querywright.errors import RunError, RunInterrupted
from querywright.runs import progress_on, run

# A shell without a terminal starts what it puts in the background deaf to Ctrl-C; tests may be started like that.
signal.signal(signal.SIGINT, signal.default_int_handler)

folder, count, workers, slow, *more = sys.argv[1:]
down, cluster = [*more, None, None][:2]
try:
    run(
        folder,
        ToyRecipe(slow=float(slow), down=down or ""),
        partial(inputs, None),
        count=int(count),
        workers=int(workers),
        cluster=cluster,
        resume=True,
        progress=progress_on(),
    )
except RunInterrupted as error:
    print(error)
    sys.exit(128 + error.signal)
except RunError as error:
    print(error)
    sys.exit(1)
