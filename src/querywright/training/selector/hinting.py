"""Gold-hinted generation: where no candidate is right, a strategy is asked again and told the gold query.

CHASE-SQL, section 3.5: what it writes then is a right query in the model's own words, and so a harder lesson than the
gold query would be. This is the one place where gold reaches a prompt, and it is never the prompt of a lesson.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from querywright.answering.desk import Desk
from querywright.answering.known import Candidate, Known
from querywright.answering.stages.generation import Settings, generate
from querywright.answering.strategies import STRATEGIES

HINT = "The result has to be the one that this query gives: "


def hinted(known: Known, desk: Desk, gold: str, strategies: Iterable[str], samples: int) -> Iterator[Candidate]:
    """Candidates that were written with the hint and ran.

    Args:
        known: the question, without the hint.
        desk: its database, with a model.
        gold: the query that is told.
        strategies: those that were wrong, by name; of none that we have, `direct` is asked.
        samples: of each.

    Raises:
        ModelUnavailable: the model cannot be asked.
    """
    names = tuple(dict.fromkeys(name for name in strategies if name in STRATEGIES)) or ("direct",)
    evidence = f"{known.evidence}\n{HINT}{gold}".strip()
    asked = replace(known, key=f"{known.key}\0hinted", evidence=evidence, candidates=())
    yield from generate(asked, desk, Settings(strategies=names, candidates=samples)).candidates
