"""What a person sees of a run."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path

import pytest
from toy_recipe import ToyRecipe, inputs

from querywright.errors import RunError
from querywright.runs import BarProgress, PlainProgress, progress_on, run
from querywright.runs.settling import Tally


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_and_a_file_gets_plain_lines() -> None:
    assert isinstance(progress_on(Terminal()), BarProgress)
    assert isinstance(progress_on(io.StringIO()), PlainProgress)


def test_plain_progress_is_quiet_until_its_time_has_come() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream, seconds=1000)
    progress.start(100, Tally())
    progress.update(Tally(inputs=5, kept=5))
    assert stream.getvalue() == ""
    progress.finish("done")
    assert stream.getvalue() == "done\n"


def test_plain_progress_says_how_far_it_is() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream, seconds=0)
    progress.start(1000, Tally())
    progress.update(Tally(inputs=500, kept=400))
    assert stream.getvalue().startswith("400 of 1,000 kept, 0 rejected, ")


def test_a_bar_ends_also_where_a_run_never_began(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(RunError, match="damaged"):
        run(tmp_path, ToyRecipe(), partial(inputs, 5), count=None, resume=True, progress=BarProgress(Terminal()))
    (tmp_path / "run.json").unlink()
    (tmp_path / "again").mkdir()
    run(tmp_path / "again", ToyRecipe(), partial(inputs, 5), count=None)
    (tmp_path / "again" / "store.sqlite").write_bytes(b"no database" * 900)
    stream = Terminal()
    with pytest.raises(RunError, match="not a database"):
        run(
            tmp_path / "again",
            ToyRecipe(),
            partial(inputs, 5),
            count=None,
            resume=True,
            progress=BarProgress(stream),
        )
    assert "kept" not in stream.getvalue()


def test_the_bar_shows_kept_rejected_and_rate_and_leaves_the_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = Terminal()
    progress = BarProgress(stream)
    run(tmp_path, ToyRecipe(slow=0.002), partial(inputs, None), count=150, progress=progress)
    shown = stream.getvalue()
    assert "of 150 kept" in shown
    assert "rejected" in shown
    assert "/s" in shown
    assert "finished: 150 examples kept" in shown.splitlines()[-1]


def test_a_bar_has_the_outage_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = Terminal()
    progress = BarProgress(stream)
    progress.start(100, Tally())
    progress.wait("shop: the server at [::1]:5432 does not answer")
    progress.update(Tally(inputs=50, kept=40))
    progress.go_on()
    progress.finish("")
    shown = stream.getvalue()
    assert (
        "shop: the server at [::1]:5432 does not answer; waiting, the run goes on by itself when it is back\n" in shown
    )
    assert "there is an answer again; the run goes on\n" in shown
