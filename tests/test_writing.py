"""What is written whole or not at all: files are replaced, links stay, and pipes are written into."""

from __future__ import annotations

import os
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from querywright.datasets import Example, export, read_dataset
from querywright.demo import create_databases
from querywright.errors import DatasetError, QuerywrightError
from querywright.writing import replacing

EXAMPLES = [Example("library", question=f"How many are {n}?", SQL=f"SELECT {n}") for n in range(3)]


def write(path: Path, content: bytes = b"new") -> None:
    with replacing(path) as file:
        file.write(content)


def heard(pipe: Path, write_into: Path, format_: str | None = None) -> bytes:
    """What a reader of the pipe gets while something is written to `write_into`."""
    with ThreadPoolExecutor() as pool:
        reader = pool.submit(pipe.read_bytes)
        if format_:
            export(EXAMPLES, format_, write_into)
        else:
            write(write_into)
        return reader.result(timeout=10)


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def test_a_file_that_fails_halfway_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def half() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_half_of_a_killed_process_is_written_over_where_nobody_else_writes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    (tmp_path / ".file.part").write_bytes(b"a longer half")
    with replacing(path, alone=True) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path, there: bool) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link, second = tmp_path / "elsewhere" / "file", tmp_path / "link", tmp_path / "second"
    if there:
        target.write_bytes(b"old")
    link.symlink_to(target)
    second.symlink_to("link")
    write(second)
    assert second.is_symlink()
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert list(target.parent.iterdir()) == [target]


def test_a_pipe_is_written_into_also_through_a_link(tmp_path: Path, pipe: Path) -> None:
    (tmp_path / "link").symlink_to(pipe)
    for path in (pipe, tmp_path / "link"):
        assert heard(pipe, path) == b"new"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "pipe"]


@pytest.mark.parametrize("format_", ["jsonl", "parquet", "spider", "bird", "chat"])
def test_every_format_goes_through_a_pipe_as_into_a_file(tmp_path: Path, pipe: Path, format_: str) -> None:
    export(EXAMPLES, format_, tmp_path / "file")
    assert heard(pipe, pipe, format_) == (tmp_path / "file").read_bytes()
    if format_ == "parquet":
        assert [e.SQL for e in read_dataset(tmp_path / "file", "parquet")] == [e.SQL for e in EXAMPLES]


def test_a_socket_or_a_folder_is_refused_and_stays(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's address must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        with pytest.raises(DatasetError, match="cannot be written"):
            export(EXAMPLES, "jsonl", "socket")
        assert stat.S_ISSOCK(Path("socket").stat().st_mode)
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    for path in (folder, tmp_path / "link"):
        with pytest.raises(DatasetError, match="Is a directory"):
            export(EXAMPLES, "jsonl", path)
    assert (tmp_path / "link").is_symlink()


def test_a_demo_database_follows_a_link_and_refuses_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "clinic").mkdir()
    (tmp_path / "library" / "library.sqlite").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "clinic" / "clinic.sqlite")
    with pytest.raises(QuerywrightError, match=r"clinic\.sqlite is no regular file"):
        create_databases(tmp_path)
    assert (tmp_path / "library" / "library.sqlite").is_symlink()
    assert (tmp_path / "real").read_bytes().startswith(b"SQLite format 3")
    assert stat.S_ISFIFO((tmp_path / "clinic" / "clinic.sqlite").stat().st_mode)
