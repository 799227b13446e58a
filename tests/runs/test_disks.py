"""Disks that are full, read-only or not there: one line that says so, nothing lost."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from toy_recipe import ToyRecipe, inputs

from querywright.errors import RunError
from querywright.runs import run

HERE = Path(__file__).parent
Uninterrupted = Callable[[int], tuple[bytes, bytes]]


def own_mounts() -> bool:
    """Whether this system lets us mount a small disk of our own to fill."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-Urm", "mount", "-t", "tmpfs", "x", "/mnt"], capture_output=True).returncode == 0


needs_mounts = pytest.mark.skipif(not own_mounts(), reason="needs unshare and tmpfs, to make a disk that is full")


def on_small_disk(folder: Path, script: str) -> str:
    """Run shell lines beside a one-megabyte disk at `folder`; `DRIVE n` runs the toy recipe there for n examples."""
    folder.mkdir(exist_ok=True)
    prelude = f"""
        mount -t tmpfs -o size=1m disk {folder} || exit 9
        DRIVE() {{ {sys.executable} {HERE / "driver.py"} {folder}/run $1 ${{2:-1}} 0; echo "exit $?"; }}
    """
    command = ["unshare", "-Urm", "sh", "-c", prelude + script]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


@needs_mounts
@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_is_one_line_and_the_run_goes_on_when_there_is_room(
    tmp_path: Path, uninterrupted: Uninterrupted, workers: int
) -> None:
    said = on_small_disk(
        tmp_path / "disk",
        f"""
        DRIVE 2500 {workers}
        DRIVE 2500 {workers}
        mount -o remount,size=64m {tmp_path}/disk
        DRIVE 2500 {workers}
        cp {tmp_path}/disk/run/*.jsonl {tmp_path}
        """,
    )
    lines = said.splitlines()
    assert len(lines) == 5, said
    assert f"the disk that holds {tmp_path}/disk/run is full" in lines[0]
    assert lines[1] == "exit 1"
    assert "is full" in lines[2]
    assert lines[4] == "exit 0"
    assert ((tmp_path / "dataset.jsonl").read_bytes(), (tmp_path / "rejects.jsonl").read_bytes()) == uninterrupted(2500)


@needs_mounts
def test_a_read_only_folder_is_one_line(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    said = on_small_disk(disk, f"DRIVE 20 >/dev/null; mount -o remount,ro {disk}; DRIVE 20; rm -rf x; DRIVE 30")
    lines = said.splitlines()
    assert len(lines) == 4, said
    assert f"{disk}/run cannot be written (Read-only file system): choose an output folder" in lines[0]


def test_a_limit_on_file_size_is_one_line(tmp_path: Path) -> None:
    """Also where no disk can be mounted: the operating system refuses to let a file grow."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    command = [sys.executable, str(HERE / "driver.py"), str(tmp_path), "2500", "1", "0"]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=limit, timeout=60)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    assert f"cannot write to {tmp_path}" in done.stdout


def test_a_file_where_the_folder_should_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(RunError, match="is not a folder: choose another"):
            run(folder, ToyRecipe(), lambda: inputs(5), count=None)
