"""What is measured by what two queries say, not by what they return."""

from __future__ import annotations

from typing import Any

from querywright.evaluation.linking import linked, linking
from querywright.evaluation.predictions.prediction import Prediction
from querywright.evaluation.scoring.desk import Desk


def linked_names(said: Prediction, gold: str, desk: Desk) -> dict[str, Any]:
    """Linking of a prediction and of the stages that led to it; nothing where gold's names cannot be told."""
    wanted = desk.references(gold)
    if wanted is None:
        return {}
    named = desk.references(said.SQL) if said.SQL is not None else None
    stages = {name: linked(wanted, tables, columns) for name, (tables, columns) in said.stages.items()}
    return {"linking": linking(wanted, named) if named else linked(wanted, (), ()), "stages": stages}
