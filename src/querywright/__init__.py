"""Querywright: the whole text-to-SQL loop on your own databases.

import querywright as qw

catalog = qw.Catalog.open("databases/")
run = qw.synthesize(catalog, count=1000, output="runs/mine", seed=0)
"""

from importlib import import_module
from typing import Any

_NAMES = {
    "answering": ("Answer", "ask", "predict"),
    "databases": ("Catalog", "Database", "Limits", "Result", "Schema", "compare"),
    "datasets": ("Example", "export", "read_dataset"),
    "errors": (
        "DatabaseError", "DatabaseOutage", "DatabaseUnavailable", "DatasetError", "ModelError", "ModelFailed",
        "ModelOutage", "ModelUnavailable", "PasswordNeeded", "QueryError", "QueryFailed", "QueryRejected",
        "QueryTimeout", "QuerywrightError", "RunError", "SettingsError",
    ),
    "evaluation": ("Evaluation", "Summary", "evaluate", "read_predictions"),
    "models": ("Budget", "Roles"),
    "runs": ("Run",),
    "runs.report": ("write_report",),
    "synthesis": ("Making", "PromptSettings", "Scale", "refine", "synthesize"),
}  # fmt: skip
"""By room what is here by its own name, too; `__init__.pyi` tells type checkers the same."""
_ROOM_OF = {name: room for room, names in _NAMES.items() for name in names}
_ROOMS = {*_NAMES, "pipes", "retrieval", "sql", "training"} - {"runs.report"}
__all__ = sorted({*_ROOM_OF, "sql"})


def __getattr__(name: str) -> Any:
    """What is asked for, from its room, which is entered now: a command starts without what it does not use."""
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    found = globals()[name] = getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_ROOMS})
