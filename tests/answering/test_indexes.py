"""Where indexes lie, when they are renewed, and what is done where one cannot be: with a stand-in for the indexes."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import pytest
from model_server import ModelServer
from singers import Oracle, make_singers, questions, roles_at, write_rows

import querywright as qw
from querywright.answering.indexes import Home, Shelf, index, index_examples, renewed
from querywright.datasets import Example
from querywright.errors import DatabaseUnavailable, RetrievalError, SettingsError
from querywright.models.opened import Models


class Broken(RetrievalError):
    """An index cannot be used."""


class StandIn:
    """An index: a file that says what was indexed."""

    builds = 0
    left_out: dict[str, int]

    def __init__(self, said: dict[str, Any]) -> None:
        self.said, self.left_out, self.closed = said, {}, False

    @classmethod
    def build(cls, made_of: Any, folder: Path, *_: Any) -> Self:
        if (folder / "locked").exists():
            raise Broken(f"{folder} cannot be written")
        StandIn.builds += 1
        content = made_of.fingerprint() if isinstance(made_of, qw.Database) else [each.question for each in made_of]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.json").write_text(json.dumps({"of": content}))
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path, *_: Any) -> Self:
        try:
            return cls(json.loads((folder / "index.json").read_text()))
        except (OSError, ValueError) as error:
            raise Broken(f"the index in {folder} cannot be read: build it again") from error

    def __len__(self) -> int:
        return len(self.said["of"])

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for module, name in (("", "ValueIndex"), (".descriptions", "DescriptionIndex"), (".examples", "ExampleIndex")):
        double = ModuleType(f"querywright.retrieval{module}")
        setattr(double, name, type(name, (StandIn,), {}))
        monkeypatch.setitem(sys.modules, double.__name__, double)
    embedding = ModuleType("querywright.retrieval.embedding")
    embedding.embedder = lambda models: models  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, embedding.__name__, embedding)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[qw.Catalog]:
    make_singers(tmp_path / "databases")
    make_singers(tmp_path / "databases" / "more")
    with qw.Catalog.open(tmp_path / "databases") as opened:
        yield opened


@pytest.fixture
def models() -> Iterator[Models]:
    with Models(None) as opened:
        yield opened


def change(catalog: qw.Catalog, db_id: str) -> None:
    with closing(sqlite3.connect(str(catalog.place(db_id)))) as connection:
        connection.execute("DELETE FROM singer WHERE id > 50")
        connection.commit()


def test_a_folder_of_ones_own_goes_by_names_and_the_cache_by_places(catalog: qw.Catalog, tmp_path: Path) -> None:
    own, cache = Home.at(tmp_path / "own"), Home.at(None)
    names = sorted(own.of(catalog, db_id).name for db_id in catalog)
    assert names == ["bands", "more.bands"]
    first = cache.of(catalog, "more.bands")
    assert first.parent == tmp_path / "cache" / "querywright" / "indexes"
    with qw.Catalog.open(tmp_path / "databases" / "more" / "bands.sqlite") as alone:
        assert cache.of(alone, "bands") == first  # whatever it is called
        assert own.of(alone, "bands").name == "bands"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "bands.sqlite").write_bytes(catalog.place("more.bands").read_bytes())  # type: ignore[union-attr]
    with qw.Catalog.open(tmp_path / "elsewhere") as other, qw.Catalog.open(tmp_path / "databases/more") as same:
        assert cache.of(other, "bands") != cache.of(same, "bands")


def test_odd_names_stay_within_the_folder(tmp_path: Path) -> None:
    make_singers(tmp_path / "odd").rename(tmp_path / "odd" / "a b#c.sqlite")
    with qw.Catalog.open(tmp_path / "odd") as catalog:
        (db_id,) = catalog
        folder = Home.at(tmp_path / "own").of(catalog, db_id)
    assert folder.parent == tmp_path / "own"
    assert folder.name.startswith("a_b_c-")


def test_what_is_not_there_is_not_made_by_asking(catalog: qw.Catalog, models: Models, tmp_path: Path) -> None:
    home = Home.at(None)
    assert renewed(home, catalog, "more.bands", models) == {}
    found = Shelf(home, catalog, {}, models).of("more.bands")
    assert (found.values, found.descriptions, found.examples) == (None, None, None)
    assert not home.folder.exists()


def test_what_is_there_is_renewed_and_opened_once(catalog: qw.Catalog, models: Models, tmp_path: Path) -> None:
    home = Home.at(tmp_path / "own")
    shown = index_examples(home, [Example("bands", "How many?", "SELECT 1")], tmp_path / "dev.jsonl", catalog, models)
    made = index(home, catalog, "more.bands", models, shown.folder)
    assert set(made.sizes) == {"values", "descriptions"}
    before = catalog["more.bands"].fingerprint()
    change(catalog, "more.bands")
    marks = renewed(home, catalog, "more.bands", models)
    assert set(marks) == {"values", "descriptions", "examples"}
    shelf = Shelf(home, catalog, {"more.bands": marks}, models)
    found = shelf.of("more.bands")
    assert shelf.of("more.bands") is found
    assert found.values.said["of"] not in (before, "")  # type: ignore[union-attr]
    assert found.examples.said["of"] == ["How many?"]  # type: ignore[union-attr]
    assert index(home, catalog, "more.bands", models).problems == {}  # and keeps its examples
    assert renewed(home, catalog, "more.bands", models) == marks
    shelf.close()
    assert found.values.closed  # type: ignore[union-attr]


def test_an_index_that_cannot_be_renewed_is_used_and_told(catalog: qw.Catalog, models: Models, tmp_path: Path) -> None:
    home = Home.at(tmp_path / "own")
    folder = index(home, catalog, "more.bands", models).folder
    (folder / "values" / "locked").touch()
    told: list[str] = []
    assert set(renewed(home, catalog, "more.bands", models, told.append)) == {"values", "descriptions"}
    assert told == [f"more.bands: its values may be older than the database: {folder / 'values'} cannot be written"]
    (folder / "values" / "index.json").unlink()
    with pytest.raises(Broken, match="cannot be written"):
        renewed(home, catalog, "more.bands", models)
    assert "values" in index(home, catalog, "more.bands", models).problems


def test_examples_that_are_gone_are_missed(catalog: qw.Catalog, models: Models, tmp_path: Path) -> None:
    home = Home.at(tmp_path / "own")
    shown = index_examples(home, [Example("bands", "How many?", "SELECT 1")], tmp_path / "dev.jsonl", catalog, models)
    index(home, catalog, "more.bands", models, shown.folder)
    shown.folder.rename(tmp_path / "moved")
    with pytest.raises(SettingsError, match="are gone: index them again"):
        renewed(home, catalog, "more.bands", models)
    with pytest.raises(SettingsError, match="holds no example that can be shown"):
        index_examples(home, [], tmp_path / "dev.jsonl", catalog, models)


def test_an_index_that_vanishes_stops_the_work(catalog: qw.Catalog, models: Models, tmp_path: Path) -> None:
    home = Home.at(tmp_path / "own")
    folder = index(home, catalog, "more.bands", models).folder
    shelf = Shelf(home, catalog, {"more.bands": renewed(home, catalog, "more.bands", models)}, models)
    (folder / "values" / "index.json").unlink()
    with pytest.raises(DatabaseUnavailable, match=r"more\.bands: the index in .* cannot be read"):
        shelf.of("more.bands")


def test_a_prediction_with_other_examples_is_another_one(tmp_path: Path, models: Models) -> None:
    make_singers(tmp_path / "one")
    home = Home.at(tmp_path / "own")  # with one request at a time it is done here, where the stand-in is
    dataset = write_rows(tmp_path / "dev.jsonl", questions(2))
    with ModelServer({"WrittenSQL": Oracle()}) as server, qw.Catalog.open(tmp_path / "one") as catalog:
        for number, resume in ((1, False), (2, True)):
            examples = [Example("bands", f"Which {n}?", "SELECT 1") for n in range(number)]
            shown = index_examples(home, examples, tmp_path / "shown.jsonl", catalog, models)
            index(home, catalog, "bands", models, shown.folder)
            given: dict[str, Any] = {"roles": roles_at(server, concurrency=1), "indexes": home.folder, "resume": resume}
            if not resume:
                qw.predict(dataset, catalog, tmp_path / "run", **given)
            else:
                with pytest.raises(qw.RunError, match="made differently"):
                    qw.predict(dataset, catalog, tmp_path / "run", **given)
