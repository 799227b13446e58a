"""How records are made, whatever their queries come from: settings of the steps that a chat model has a part in."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from querywright.models.roles import Roles
from querywright.synthesis.scales import Scale


@dataclass(frozen=True, slots=True)
class Making:
    """How records are made, whatever the queries come from."""

    candidates: int = 5
    """Questions that a model makes for a query, one of which is kept."""
    retries: int = 3
    """How often a model explains again where the SQL in its reasoning is not right."""
    generations: int = 10
    """Answers that the execution difficulty is measured by; 0: it is not."""
    component: Scale | None = None
    """Of the component difficulty; None: Spider's rule."""
    execution: Scale = field(default_factory=Scale)

    def fingerprint(self, roles: Roles) -> dict[str, Any]:
        """What of it decides the output: without a model, only how the component difficulty is labelled."""
        from querywright.synthesis.authors import prompts

        component = {"component_difficulty": asdict(self.component)} if self.component else {}
        if not roles.any:
            return component
        settings = {"candidates": self.candidates, "retries": self.retries, "generations": self.generations}
        return component | {
            "models": roles.fingerprint(),
            "prompts": prompts.fingerprint(),
            "making": settings | {"execution_difficulty": asdict(self.execution)},
        }
