"""Every error Querywright raises on purpose.

    QuerywrightError
    ├── SettingsError            a setting, flag or template is wrong
    ├── DatasetError             a dataset file is wrong (knows path and line)
    ├── PipeError                a pipe query is wrong
    │   ├── PipeSyntaxError      it cannot be read (knows line, column and operator)
    │   ├── PipeNameError        it names what is not there, or what is ambiguous (knows the operator)
    │   ├── NotCompilable        it cannot be said in the SQL asked for (knows operator and reason)
    │   └── NotDecompilable      a standard query cannot be said in pipes (knows the node and the reason)
    ├── RunError                 a run folder cannot be written, resumed or read
    │   └── RunInterrupted       Ctrl-C or SIGTERM ended a run; what it made is kept
    ├── RetrievalError           an index folder cannot be built or read
    ├── TrainingError            a model cannot be trained, or its training had to stop
    ├── ModelError               a model is wrong (knows its name)
    │   ├── ModelUnavailable     no key, no such model, not allowed: stop and say so
    │   │   └── ModelOutage      its server cannot be reached: wait, and try again
    │   └── ModelFailed          one request got no answer that can be used (knows the raw text)
    └── DatabaseError            a database is wrong (knows db_id)
        ├── DatabaseUnavailable  it cannot be opened, or is gone: stop and say so
        │   ├── DatabaseOutage   its server does not answer: wait, and try again
        │   └── PasswordNeeded   its server wants a password, and none was found
        ├── WitnessesUnavailable no copy can be made that two queries could be told apart on
        └── QueryError           one query is wrong (knows the query)
            ├── QueryRejected    the guard refused it: nothing was executed
            ├── QueryTimeout     it was stopped at its deadline
            └── QueryFailed      the engine refused it or hit a resource limit

A message is one line for a person: what happened, where, what to do.
"""

from __future__ import annotations

from pathlib import Path


class QuerywrightError(Exception):
    """Root of every error raised on purpose."""


class SettingsError(QuerywrightError, ValueError):
    """A setting has a value that cannot be used."""


class PipeError(QuerywrightError, ValueError):
    """Something is wrong with a pipe query.

    Args:
        message: what is wrong, and what to do.
        operator: the operator it is wrong in, in words (`|> WHERE`, the 3rd operator); empty where there is none.
    """

    def __init__(self, message: str, operator: str = "") -> None:
        super().__init__(f"{operator}: {message}" if operator else message)
        self.message, self.operator = message, operator


class PipeSyntaxError(PipeError):
    """A pipe query cannot be read.

    Args:
        message: what was found, and what was expected.
        operator: the operator it stands in.
        line: 1-based line.
        column: 1-based column.
    """

    def __init__(self, message: str, operator: str = "", line: int = 1, column: int = 1) -> None:
        super().__init__(message, f"line {line}, column {column}" + (f", in {operator}" if operator else ""))
        self.operator, self.line, self.column = operator, line, column


class PipeNameError(PipeError):
    """A pipe query names a table or column that is not there, or one of several; the nearest names are said.

    Args:
        message: what is wrong, and what to do.
        operator: the operator it is wrong in.
        name: the name that is not there; empty where something else is wrong with it.
    """

    def __init__(self, message: str, operator: str = "", name: str = "") -> None:
        super().__init__(message, operator)
        self.name = name


class NotCompilable(PipeError):
    """A pipe query cannot be said in the SQL asked for; nothing else is put in its place."""


class NotDecompilable(PipeError):
    """A standard query cannot be said in pipes; it is never handed back as it was.

    Args:
        reason: why, short and groupable.
        node: the part of the query that cannot be said, as SQL.
    """

    def __init__(self, reason: str, node: str = "") -> None:
        super().__init__(f"{reason}: {node}" if node else reason)
        self.reason, self.node = reason, node


class RunError(QuerywrightError):
    """A run folder cannot be written, resumed or read."""


class RunInterrupted(RunError):
    """Ctrl-C or SIGTERM ended a run in good order: what was done is stored and written, and it can be resumed."""

    def __init__(self, message: str, signal: int = 2) -> None:
        super().__init__(message)
        self.signal = signal


class RetrievalError(QuerywrightError):
    """An index cannot be built in its folder, or what lies there cannot be read."""


class TrainingError(QuerywrightError):
    """A model cannot be trained from what is given, or a training had to stop; the message says what to do."""


class DatasetError(QuerywrightError, ValueError):
    """A dataset file has a row that cannot be used.

    Args:
        message: what is wrong.
        path: the file, when there is one.
        line: 1-based line number, when known.
    """

    def __init__(self, message: str, path: Path | None = None, line: int | None = None) -> None:
        where = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
        super().__init__(where + message)
        self.path, self.line = path, line


class ModelError(QuerywrightError):
    """Something is wrong with a model; `model` says which."""

    def __init__(self, message: str, model: str = "") -> None:
        super().__init__(f"{model}: {message}" if model else message)
        self.message, self.model = message, model


class ModelUnavailable(ModelError):
    """A model cannot be asked at all: no key, an unknown name, no permission. A run stops on it."""


class ModelOutage(ModelUnavailable):
    """A model's server cannot be reached, though it was asked again and again: later it may. A run waits for it."""


class ModelFailed(ModelError):
    """One request got no answer that can be used; the next one may.

    Args:
        reason: short and groupable: `content filter`, `not the JSON asked for`.
        detail: what the server said, or the raw text of the answer.
        model: the model's name.
    """

    def __init__(self, reason: str, detail: str = "", model: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason, model)
        self.reason, self.detail = reason, detail


class DatabaseError(QuerywrightError):
    """Something is wrong with a database; `db_id` says which."""

    def __init__(self, message: str, db_id: str | None = None) -> None:
        super().__init__(f"{db_id}: {message}" if db_id else message)
        self.message, self.db_id = message, db_id


class DatabaseUnavailable(DatabaseError):
    """A database cannot be opened or is gone. A run stops on it; a query's own failure never raises it."""


class DatabaseOutage(DatabaseUnavailable):
    """A server does not answer, restarts, or has no connection to spare: later it may. A run waits for it."""


class PasswordNeeded(DatabaseUnavailable):
    """The server wants a password and none was given, in the environment, or in the client's own file."""


class WitnessesUnavailable(DatabaseError):
    """No copy can be made that some queries could be told apart on; the message says why."""


class QueryError(DatabaseError):
    """One query could not be answered; `query` holds its text."""

    def __init__(self, message: str, db_id: str | None = None, query: str = "") -> None:
        super().__init__(message, db_id)
        self.query = query


class QueryRejected(QueryError):
    """The guard refused the statement; nothing was sent to the engine."""


class QueryTimeout(QueryError, TimeoutError):
    """The query was stopped at its deadline; its connection is usable again."""


class QueryFailed(QueryError):
    """The engine refused the query, or it ran into a memory or size limit."""
