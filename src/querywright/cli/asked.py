"""A database that questions are asked of: opened once with its indexes and its models, for one question or many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from querywright.cli.opening import one_database, open_catalog

if TYPE_CHECKING:
    from querywright.answering import Answer, Preset
    from querywright.answering.indexes import Opened
    from querywright.answering.known import Shot
    from querywright.answering.trace import Record
    from querywright.databases import Database
    from querywright.models.opened import Models
    from querywright.models.roles import Roles


class Asked:
    """A database with all that answers about it need."""

    def __init__(self, database: Database, models: Models, indexes: Opened, preset: Preset, seed: int) -> None:
        from querywright.answering.selection.judge import Judges

        self.database = database
        self._judges = Judges()
        self._models, self._indexes, self._preset, self._seed = models, indexes, preset, seed

    def ask(
        self,
        question: str,
        evidence: str = "",
        context: Sequence[Shot] = (),
        dry_run: bool = False,
        tell: Callable[[Record], None] | None = None,
    ) -> Answer:
        """The answer to a question. Args and errors as `querywright.answering.ask`."""
        from querywright.answering import ask

        return ask(
            question,
            self.database,
            model=self._models,
            preset=self._preset,
            evidence=evidence,
            context=context,
            values=self._indexes.values,
            descriptions=self._indexes.descriptions,
            examples=self._indexes.examples,
            judges=self._judges,
            seed=self._seed,
            dry_run=dry_run,
            tell=tell,
        )


@contextmanager
def asked(
    location: str,
    db_id: str | None,
    roles: Roles,
    preset: Preset,
    index: Path | None,
    seed: int,
    tell: Callable[[str], None],
) -> Iterator[Asked]:
    """The database at a location, ready to be asked.

    Args:
        location: a file, a folder or a server's address.
        db_id: which database of several.
        roles: the models.
        preset: how questions are answered.
        index: the folder of its indexes; None: the usual one.
        seed: decides chance.
        tell: hears what a person should know: a server that is started, an index that cannot be used.

    Raises:
        SettingsError: it must be said which database is meant; the model was taught otherwise than the preset asks.
        DatabaseUnavailable, ModelUnavailable: it, or a model, cannot be opened.
    """
    from querywright.answering.indexes import Home, Shelf, renewed

    home, preset = Home.at(index), preset.asked_as_taught(roles.default)
    with open_catalog(location) as catalog:
        database = one_database(catalog, db_id)
        with roles.served(tell) as served, served.open() as models:
            name = database.db_id
            shelf = Shelf(home, catalog, {name: renewed(home, catalog, name, models, tell)}, models)
            try:
                yield Asked(database, models, shelf.of(name), preset, seed)
            finally:
                shelf.close()
