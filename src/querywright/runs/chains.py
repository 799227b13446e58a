"""One input through the whole chain: the unit of work."""

from __future__ import annotations

import re
import traceback

from querywright.datasets.example import Example
from querywright.errors import DatabaseUnavailable, ModelFailed, ModelUnavailable
from querywright.runs.steps import Chain, Input, Outcome, Reject, Rejected, Step

INTERNAL_ERROR = "internal error"
"""What the reason of a reject begins with when a step failed in a way nobody planned."""

YIELDED_NOTHING = "yielded nothing"

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")


def carry_through(chain: Chain, item: Input) -> Outcome:
    """Take one input through every step of the chain.

    Returns:
        The examples that reached the end and the ones dropped on the way; at least one of either.

    Raises:
        DatabaseUnavailable, ModelUnavailable: a step's database or model is gone, or for now does not answer; this
            input has no outcome.
    """
    alive: list[Example] = [item.example]
    rejected: list[Rejected] = []
    added = 0
    for step in chain.steps:
        survivors: list[Example] = []
        for example in alive:
            made = _apply(step, example)
            if isinstance(made, Rejected):
                rejected.append(made)
            else:
                survivors += made
                added += len(made) - 1
        alive = survivors
        if not alive:
            break
    return Outcome(item.key, tuple(alive), tuple(rejected), added)


def _apply(step: Step, example: Example) -> list[Example] | Rejected:
    """What one step makes of one example: at least one example, or the reject that says why there is none."""
    try:
        made = list(step(example))
    except Reject as reject:
        return Rejected(step.name, reject.reason, reject.detail, example)
    except ModelFailed as failed:
        return Rejected(step.name, f"model: {failed.reason}", failed.detail, example)
    except (DatabaseUnavailable, ModelUnavailable):
        raise
    except Exception as error:  # a bug in one step costs one example, shown loudly, not the run
        return Rejected(step.name, f"{INTERNAL_ERROR}: {type(error).__name__}", traceback_text(error), example)
    return made or Rejected(step.name, YIELDED_NOTHING, "", example)


def traceback_text(error: BaseException) -> str:
    """The traceback as text that is the same in every process."""
    return without_addresses("".join(traceback.format_exception(error)))


def without_addresses(text: str) -> str:
    """The text without memory addresses, which differ from process to process."""
    return _ADDRESS.sub("0x…", text)
