"""One run at a time in a folder."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from querywright.errors import RunError
from querywright.runs.locking import holder, locked


def test_the_second_is_told_who_is_first(tmp_path: Path) -> None:
    with locked(tmp_path):
        assert holder(tmp_path) == str(os.getpid())
        with pytest.raises(RunError, match=rf"another run \(process {os.getpid()}\) is at work in"), locked(tmp_path):
            pytest.fail("two runs in one folder")
    assert holder(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_lock_file_left_by_a_killed_run_holds_nobody_back(tmp_path: Path) -> None:
    (tmp_path / "run.lock").write_text("4242")
    assert holder(tmp_path) is None
    with locked(tmp_path):
        assert holder(tmp_path) == str(os.getpid())


def test_of_many_at_a_time_never_two_are_in(tmp_path: Path) -> None:
    inside, most, refused = 0, 0, 0
    counting = threading.Lock()

    def enter() -> None:
        nonlocal inside, most, refused
        for _ in range(30):
            try:
                with locked(tmp_path):
                    with counting:
                        inside += 1
                        most = max(most, inside)
                    with counting:
                        inside -= 1
            except RunError:
                refused += 1

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert refused < 120
