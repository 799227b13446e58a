"""The files other tools read and write, by name.

`FORMATS` is the whole list: adding one is a module with `write` (and `read`, where the format holds enough) and
a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from querywright.datasets.example import Example
from querywright.datasets.formats import bird, chat, json_list, parquet, spider
from querywright.datasets.jsonl import read_jsonl, write_jsonl
from querywright.errors import DatasetError, SettingsError


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. `needs` names the columns an example must have to be written in it."""

    needs: tuple[str, ...]
    write: Callable[[Path, Iterable[Example]], int]
    read: Callable[[Path], Iterator[Example]] | None


FORMATS: dict[str, Format] = {
    "jsonl": Format((), write_jsonl, read_jsonl),
    "parquet": Format((), parquet.write, parquet.read),
    "spider": Format(("question", "SQL"), spider.write, spider.read),
    "bird": Format(("question", "SQL"), bird.write, bird.read),
    "chat": Format(("question", "SQL"), chat.write, None),
}


def export(examples: Iterable[Example], format: str, path: Path | str) -> int:  # noqa: A002 - the CLI's word
    """Write the examples to `path` in the named format; give their number. The file appears whole or not at all.

    Raises:
        SettingsError: there is no such format.
        DatasetError: an example lacks a column the format needs, or cannot be written.
    """
    chosen = named_format(format)
    return chosen.write(Path(path), _complete(examples, chosen.needs, format))


def read_dataset(path: Path | str, format: str | None = None) -> Iterator[Example]:  # noqa: A002
    """Examples of a dataset file. Without a format, the file's name and first row decide.

    Raises:
        SettingsError: there is no such format.
        DatasetError: the file cannot be read, a row is wrong, or the format does not hold whole examples.
    """
    path = Path(path)
    name = format or _recognise(path)
    reader = named_format(name).read
    if reader is None:
        raise DatasetError(f"the {name} format holds no db_id, so examples cannot be read back from it", path)
    return reader(path)


def _recognise(path: Path) -> str:
    match path.suffix.lower():
        case ".parquet":
            return "parquet"
        case ".json":
            return "spider" if "query" in json_list.first(path) else "bird"
        case ".jsonl" | ".ndjson":
            return "jsonl"
    raise DatasetError("name a .jsonl, .json or .parquet file, or give its format", path)


def named_format(name: str) -> Format:
    """The format of this name. Raises SettingsError, which lists the names there are."""
    if name in FORMATS:
        return FORMATS[name]
    near = get_close_matches(name, FORMATS, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise SettingsError(f"there is no format {name!r}: choose from {', '.join(FORMATS)}{hint}")


def _complete(examples: Iterable[Example], needs: tuple[str, ...], name: str) -> Iterator[Example]:
    for number, example in enumerate(examples, start=1):
        missing = [column for column in needs if not getattr(example, column).strip()]
        if missing:
            which = f"example {number} ({example.id or example.db_id})"
            raise DatasetError(f"{which} has no {' and no '.join(missing)}, which the {name} format needs")
        yield example


__all__ = ["FORMATS", "Format", "export", "named_format", "read_dataset"]
