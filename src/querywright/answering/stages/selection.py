"""Selection: one of the candidates is taken, by a rule that is named."""

from __future__ import annotations

from dataclasses import dataclass, replace

from querywright.answering.desk import Desk
from querywright.answering.known import Choice, Known
from querywright.answering.selection import selector_of
from querywright.answering.selection.clusters import clusters_of
from querywright.answering.stages.contract import Stage
from querywright.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """How a candidate is taken."""

    by: str = "majority"
    """A selector's name, or `module:function` of one that is not ours."""
    rounds: int = 2
    """How often a pair is compared in a tournament: 2 is once in each order."""
    judge: str = ""
    """A folder of weights that judge in a tournament, in the place of the chat model."""

    def __post_init__(self) -> None:
        """Raises SettingsError where there is a judge and nothing for it to judge."""
        if self.judge and self.by == "majority":
            raise SettingsError("a judge decides tournaments, and a majority needs none: say by = 'tournament'")


def select(known: Known, desk: Desk, settings: Settings) -> Known:
    """Take one candidate. Where all that ran agree there is nothing to decide, and nobody is asked.

    Raises:
        SettingsError: there is no such selector.
    """
    selector = selector_of(settings.by)
    if known.problem or not known.candidates:
        return known
    clusters = clusters_of(known.candidates, desk)
    if not clusters:
        return replace(known, problem=f"no candidate ran ({known.candidates[0].attempts[-1].error})")
    if len(clusters) == 1:
        members, number = clusters[0].members, len(known.candidates)
        why = "there is only one" if number == 1 else f"all {len(members)} candidates that ran agree"
        return replace(known, choice=Choice(members[0], "agreement", why, len(members) / number))
    return replace(known, choice=selector(known, desk, clusters, settings))


SELECT = Stage("select", Settings, select, ("choice",))
