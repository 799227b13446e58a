"""Querywright: the whole text-to-SQL loop on your own databases.

import querywright as qw

catalog = qw.Catalog.open("databases/")
run = qw.synthesize(catalog, count=1000, output="runs/mine", seed=0)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from querywright import sql as sql
    from querywright.answering import Answer as Answer
    from querywright.answering.ask import ask as ask
    from querywright.answering.predict import predict as predict
    from querywright.databases import Catalog as Catalog
    from querywright.databases import Database as Database
    from querywright.databases import Limits as Limits
    from querywright.databases import Result as Result
    from querywright.databases import Schema as Schema
    from querywright.databases import compare as compare
    from querywright.datasets import Example as Example
    from querywright.datasets import export as export
    from querywright.datasets import read_dataset as read_dataset
    from querywright.errors import DatabaseError as DatabaseError
    from querywright.errors import DatabaseOutage as DatabaseOutage
    from querywright.errors import DatabaseUnavailable as DatabaseUnavailable
    from querywright.errors import DatasetError as DatasetError
    from querywright.errors import ModelError as ModelError
    from querywright.errors import ModelFailed as ModelFailed
    from querywright.errors import ModelOutage as ModelOutage
    from querywright.errors import ModelUnavailable as ModelUnavailable
    from querywright.errors import PasswordNeeded as PasswordNeeded
    from querywright.errors import QueryError as QueryError
    from querywright.errors import QueryFailed as QueryFailed
    from querywright.errors import QueryRejected as QueryRejected
    from querywright.errors import QueryTimeout as QueryTimeout
    from querywright.errors import QuerywrightError as QuerywrightError
    from querywright.errors import RunError as RunError
    from querywright.errors import SettingsError as SettingsError
    from querywright.evaluation import Evaluation as Evaluation
    from querywright.evaluation import Summary as Summary
    from querywright.evaluation import read_predictions as read_predictions
    from querywright.evaluation.evaluate import evaluate as evaluate
    from querywright.models import Budget as Budget
    from querywright.models import Roles as Roles
    from querywright.runs import Run as Run
    from querywright.runs.report import write_report as write_report
    from querywright.synthesis import Making as Making
    from querywright.synthesis import PromptSettings as PromptSettings
    from querywright.synthesis import Scale as Scale
    from querywright.synthesis.refine import refine as refine
    from querywright.synthesis.synthesize import synthesize as synthesize

_ROOMS = {
    "": ("sql",),
    ".answering": ("Answer", "ask", "predict"),
    ".databases": ("Catalog", "Database", "Limits", "Result", "Schema", "compare"),
    ".datasets": ("Example", "export", "read_dataset"),
    ".errors": (
        "DatabaseError", "DatabaseOutage", "DatabaseUnavailable", "DatasetError", "ModelError", "ModelFailed",
        "ModelOutage", "ModelUnavailable", "PasswordNeeded", "QueryError", "QueryFailed", "QueryRejected",
        "QueryTimeout", "QuerywrightError", "RunError", "SettingsError",
    ),
    ".evaluation": ("Evaluation", "Summary", "evaluate", "read_predictions"),
    ".models": ("Budget", "Roles"),
    ".runs": ("Run",),
    ".runs.report": ("write_report",),
    ".synthesis": ("Making", "PromptSettings", "Scale", "refine", "synthesize"),
}  # fmt: skip
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}
__all__ = sorted(_ROOM_OF)


def __getattr__(name: str) -> Any:
    """What is asked for, from its room, which is entered now: a command starts without what it does not use."""
    room = _ROOM_OF.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}{room}"), name) if room else import_module(f"{__name__}.{name}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
