from querywright import answering as answering
from querywright import databases as databases
from querywright import datasets as datasets
from querywright import errors as errors
from querywright import evaluation as evaluation
from querywright import models as models
from querywright import pipes as pipes
from querywright import retrieval as retrieval
from querywright import runs as runs
from querywright import sql as sql
from querywright import synthesis as synthesis
from querywright import training as training
from querywright.answering import Answer, ask, predict
from querywright.databases import Catalog, Database, Limits, Result, Schema, compare
from querywright.datasets import Example, export, read_dataset
from querywright.errors import (
    DatabaseError,
    DatabaseOutage,
    DatabaseUnavailable,
    DatasetError,
    ModelError,
    ModelFailed,
    ModelOutage,
    ModelUnavailable,
    PasswordNeeded,
    QueryError,
    QueryFailed,
    QueryRejected,
    QueryTimeout,
    QuerywrightError,
    RunError,
    SettingsError,
)
from querywright.evaluation import Evaluation, Summary, evaluate, read_predictions
from querywright.models import Budget, Roles
from querywright.runs import Run
from querywright.runs.report import write_report
from querywright.synthesis import Making, PromptSettings, Scale, refine, synthesize

__all__ = [
    "Answer",
    "Budget",
    "Catalog",
    "Database",
    "DatabaseError",
    "DatabaseOutage",
    "DatabaseUnavailable",
    "DatasetError",
    "Evaluation",
    "Example",
    "Limits",
    "Making",
    "ModelError",
    "ModelFailed",
    "ModelOutage",
    "ModelUnavailable",
    "PasswordNeeded",
    "PromptSettings",
    "QueryError",
    "QueryFailed",
    "QueryRejected",
    "QueryTimeout",
    "QuerywrightError",
    "Result",
    "Roles",
    "Run",
    "RunError",
    "Scale",
    "Schema",
    "SettingsError",
    "Summary",
    "ask",
    "compare",
    "evaluate",
    "export",
    "predict",
    "read_dataset",
    "read_predictions",
    "refine",
    "sql",
    "synthesize",
    "write_report",
]
