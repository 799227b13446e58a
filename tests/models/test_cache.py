"""The cache of answers: shared, whole after any end, and never in anybody's way."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from clients import asked, question, settings_for
from hypothesis import given, settings
from hypothesis import strategies as st
from model_server import ModelServer

from querywright.models import Ledger, cache
from querywright.models.cache import Kept, ResponseCache, default_cache

KEEPER = Path(__file__).parent / "answer_keeper.py"
ANSWER = Kept("an answer\x00 – ünï\n", "", 3, 4)


def keeper(file: Path, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(KEEPER), str(file), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_what_was_put_is_there_at_once_and_after_it_is_closed(tmp_path: Path) -> None:
    with ResponseCache(tmp_path / "deep" / "a.sqlite") as first:
        first.put(b"q", {0: ANSWER, 2: Kept("", "refusal")})
        assert first.get(b"q", 3) == {0: ANSWER, 2: Kept("", "refusal")}
        assert first.get(b"q", 1) == {0: ANSWER}
        assert first.get(b"other", 3) == {}
    with ResponseCache(tmp_path / "deep" / "a.sqlite") as second:
        assert second.get(b"q", 3) == {0: ANSWER, 2: Kept("", "refusal")}
        assert not first.note + second.note


def test_the_answer_that_was_kept_first_stays(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    for text in ("first", "second"):
        with ResponseCache(file) as opened:
            opened.put(b"q", {0: Kept(text)})
    with ResponseCache(file) as opened:
        assert opened.get(b"q", 1)[0].text == "first"


def test_two_processes_and_many_threads_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    processes = [keeper(file, 0, 2000), keeper(file, 1000, 3000)]
    with ResponseCache(file) as mine:

        def work(first: int) -> None:
            for number in range(first, first + 500):
                mine.put(number.to_bytes(16), {0: Kept(f"answer {number}", "", 1, 2)})
                assert mine.get(number.to_bytes(16), 1)

        threads = [threading.Thread(target=work, args=(3000 + 250 * number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for process in processes:
            process.communicate()
            assert process.returncode == 0
    with ResponseCache(file) as opened:
        assert all(opened.get(number.to_bytes(16), 1)[0].text == f"answer {number}" for number in range(4250))


def test_a_killed_process_leaves_a_whole_file_with_all_but_its_last_moment(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    with keeper(file, 0, 100_000) as process:
        assert process.stdout is not None
        lines = [int(process.stdout.readline()) for _ in range(10)]
        process.send_signal(signal.SIGKILL)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with ResponseCache(file) as opened:
        # Half a second went by since its first words.
        assert all(opened.get(number.to_bytes(16), 1) for number in range(lines[0] + 1))
        assert opened.get(lines[2].to_bytes(16), 1)


def test_an_open_cache_is_read_by_others(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    with keeper(file, 1, 50, "forever") as process:
        assert process.stdout is not None
        process.stdout.readline()
        until = time.monotonic() + 30
        with ResponseCache(file) as mine:
            while not (found := mine.get((49).to_bytes(16), 1)) and time.monotonic() < until:
                time.sleep(0.01)
        assert process.poll() is None
        process.kill()
    assert found[0].text == "answer 49"


def damage(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)


def folder(file: Path) -> None:
    file.mkdir()


def no_parent(file: Path) -> None:
    file.parent.rmdir()
    file.parent.write_text("a file")


def other_table(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE answers (something TEXT)")


@pytest.mark.parametrize("spoil", [damage, folder, no_parent, other_table])
def test_a_file_that_cannot_be_used_is_gone_on_without_and_told_once(
    tmp_path: Path, server: ModelServer, spoil: Callable[[Path], None]
) -> None:
    file = tmp_path / "cache" / "a.sqlite"
    file.parent.mkdir()
    spoil(file)
    told: list[str] = []
    with ResponseCache(file, told.append) as opened:
        for _ in range(2):
            assert asked(settings_for(server), question(), cache=opened)
            opened.put(b"q", {0: ANSWER})
            opened.get(b"q", 1)
    assert server.tally.calls == 2
    assert told == [opened.note]
    assert opened.note.startswith(f"answers are not cached: {file} cannot be used (")


def test_a_file_that_is_damaged_while_it_is_open_is_gone_on_without(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    with ResponseCache(file) as opened:
        opened.put(b"q", dict.fromkeys(range(500), ANSWER))
    told: list[str] = []
    with ResponseCache(file, told.append) as opened:
        file.write_bytes(b"\xff" * file.stat().st_size)
        assert opened.get(b"q", 500) == {}
    assert len(told) == 1


def test_a_file_that_another_program_holds_is_gone_on_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "OPEN_SECONDS", 0.05)
    monkeypatch.setattr(cache, "LOCK_SECONDS", 0.05)
    file = tmp_path / "a.sqlite"
    told: list[str] = []
    with ResponseCache(file, told.append) as opened, closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        opened.put(b"q", {0: ANSWER})
        opened.close()
        other.execute("ROLLBACK")
    assert told == [f"answers are not cached: {file} cannot be used (database is locked)"]


def own_mounts() -> bool:
    """Whether this system lets us mount a small disk of our own to fill."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-Urm", "mount", "-t", "tmpfs", "x", "/mnt"], capture_output=True).returncode == 0


@pytest.mark.skipif(not own_mounts(), reason="needs unshare and tmpfs, to make disks that are full or read-only")
@pytest.mark.parametrize(("options", "reason"), [("size=64k", "full"), ("ro", "unable to open database file")])
def test_a_disk_that_is_full_or_read_only_is_gone_on_without(tmp_path: Path, options: str, reason: str) -> None:
    script = f"""
import sys
from pathlib import Path
from querywright.models.cache import Kept, ResponseCache
with ResponseCache(Path("{tmp_path}/a.sqlite"), print) as cache:
    for number in range(100):
        cache.put(number.to_bytes(16), {{0: Kept("long " * 1000)}})
    cache.get(b"q", 1)
"""
    command = f"mount -t tmpfs -o {options} disk {tmp_path} && exec {sys.executable} -c '{script}'"
    done = subprocess.run(["unshare", "-Urm", "sh", "-c", command], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    assert reason in done.stdout


def test_what_cannot_be_stored_stops_nobody(tmp_path: Path) -> None:
    told: list[str] = []
    with ResponseCache(tmp_path / "a.sqlite", told.append) as opened:
        opened.put(b"q", {0: Kept("half a pair: \ud800")})
    assert len(told) == 1


def test_it_lies_where_the_system_wants_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert default_cache() == tmp_path / "caches" / "querywright" / "answers.sqlite"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_cache() == tmp_path / ".cache" / "querywright" / "answers.sqlite"


requests = st.builds(
    question,
    st.sampled_from(["a", "b"]),
    samples=st.integers(1, 4),
    temperature=st.sampled_from([None, 0.5]),
    max_tokens=st.sampled_from([None, 9]),
    step=st.sampled_from(["ask", "judge"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(requests, max_size=8), st.booleans())
def test_a_repeated_run_makes_no_call_and_has_the_same_answers(run: list, one_sample: bool) -> None:
    with TemporaryDirectory() as folder, ModelServer(one_sample=one_sample) as server:
        file = Path(folder) / "a.sqlite"
        with ResponseCache(file) as opened:
            first = asked(settings_for(server), *run, cache=opened)
        made, ledger = server.tally.calls, Ledger()
        with ResponseCache(file) as opened:
            assert asked(settings_for(server), *run, cache=opened, ledger=ledger) == first
        assert server.tally.calls == made
        total = ledger.total()
        assert (total.calls, total.tokens, total.cached) == (0, 0, len(run))
        assert not run or total.saved_tokens > 0
