"""A run of the toy recipe as a program of its own, to be killed: FOLDER COUNT WORKERS SLOW; resumes what is there."""

from __future__ import annotations

import sys
from functools import partial

from toy_recipe import ToyRecipe, inputs

from querywright.errors import RunError, RunInterrupted
from querywright.runs import progress_on, run

folder, count, workers, slow = sys.argv[1:]
try:
    run(
        folder,
        ToyRecipe(slow=float(slow)),
        partial(inputs, None),
        count=int(count),
        workers=int(workers),
        resume=True,
        progress=progress_on(),
    )
except RunInterrupted as error:
    print(error)
    sys.exit(128 + error.signal)
except RunError as error:
    print(error)
    sys.exit(1)
