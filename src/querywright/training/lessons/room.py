"""`Room`: one database as lessons show it, whole or in part, with what was worked out of it."""

from __future__ import annotations

from querywright.answering.tasks import one_line
from querywright.databases import Catalog, Limits
from querywright.databases.rendering import Only
from querywright.datasets.example import Example
from querywright.errors import QueryError, QueryRejected
from querywright.sql.references import References, references
from querywright.training.lessons.formats import CannotTeach
from querywright.training.lessons.settings import LessonSettings
from querywright.training.lessons.values import Told
from querywright.training.lessons.views import Views

GOLD = Limits(seconds=30.0, rows=1)
"""Of the execution that shows that an example's SQL runs."""


class Room:
    """A database, and the settings that say how it is shown."""

    def __init__(self, catalog: Catalog, db_id: str, settings: LessonSettings) -> None:
        database = self.database = catalog[db_id]
        self._told = Told(catalog, db_id, settings.values)
        self._settings = settings
        self._names = {table.full_name: [column.name for column in table.columns] for table in database.schema}
        self._whole = ""
        self._views: Views | None = None
        self._problems: dict[str, str] = {}

    def schema(self, example: Example, share: float) -> str:
        """The schema with this share of what the example's query does not read; 1: all of it, whatever the query.

        Raises CannotTeach: what the query reads cannot be told.
        """
        if share == 1:
            self._whole = self._whole or self._rendered(None)
            return self._whole
        seed = f"{self._settings.seed}\0{example.id or example.question}"
        self._views = self._views or Views(self.database.schema)
        return self._rendered(self._views.view(self._read(example.SQL), share, seed))

    def told(self, example: Example) -> Example:
        """The example as it is told: on one line, with the values that it may mean where the settings ask for some."""
        return example.having(question=one_line(example.question), evidence=self._told.with_values(example))

    def problem(self, sql: str) -> str:
        """Why a query does not run, executed once; empty where it does."""
        if sql not in self._problems:
            try:
                self.database.execute(sql, GOLD)
                self._problems[sql] = ""
            except QueryError as error:
                self._problems[sql] = error.message
        return self._problems[sql]

    def _rendered(self, only: Only | None) -> str:
        render = self.database.ddl if self._settings.style == "ddl" else self.database.compact
        return render(self._settings.examples, only)

    def _read(self, sql: str) -> References:
        try:
            return references(sql, self.database.dialect, self._names)
        except QueryRejected as error:
            raise CannotTeach(f"its SQL cannot be read: {error.message}") from error
