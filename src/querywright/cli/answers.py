"""How an answer is shown: its stages as they happen, the query, the rows, why, and what it took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Column
from rich.table import Table as Grid
from rich.text import Text

from querywright.cli.showing import on_one_line

if TYPE_CHECKING:
    from querywright.answering import Answer, Preset
    from querywright.answering.trace import Record
    from querywright.databases import Result

WIDEST = 60
"""Characters of a value that are shown."""


class StageLines:
    """Tells each stage on a console when it is done; at a terminal also which one is at work."""

    def __init__(self, console: Console, preset: Preset) -> None:
        self._console = console
        self._names = [each.stage.name for each in preset.stages]
        self._done = 0
        self._status: Any = None

    @contextmanager
    def shown(self) -> Iterator[StageLines]:
        """For one question."""
        self._done = 0
        if not self._console.is_terminal:
            yield self
            return
        with self._console.status(f"{next(iter(self._names), '')} …") as self._status:
            yield self

    def __call__(self, record: Record) -> None:
        self._done += 1
        self._console.print(Text(stage_line(record), style="dim"), soft_wrap=True)
        if self._status is not None and self._done < len(self._names):
            self._status.update(f"{self._names[self._done]} …")


def stage_line(record: Record) -> str:
    """What a stage did, in one line."""
    asked = f"{_calls(record.calls)}, about {record.prompt_tokens:,} tokens sent" if record.calls else "no call"
    failed = f", {record.failed:,} without an answer" if record.failed else ""
    remarks = "".join(f"; {on_one_line(remark)}" for remark in (*record.notes, *record.left_out))
    return f"{record.stage:<22} {record.seconds:6.2f} s  {asked}{failed}{remarks}"


def show_answer(console: Console, answer: Answer, rows: int | None, dry_run: bool = False) -> None:
    """Print an answer; of its rows `rows` at most, None: all that there are. One without an answer says why."""
    if answer.problem:
        console.print(Text(f"no answer: {_lines(answer.problem)}", style="bold"), soft_wrap=True)
    else:
        console.print(Text(_lines(answer.SQL), style="bold"), soft_wrap=True)
        if answer.result is not None:
            show_rows(console, answer.result, rows)
        elif dry_run:
            console.print("not executed: this is a dry run")
        show_why(console, answer)
    console.print(Text(spent(answer), style="dim"), soft_wrap=True)


def show_rows(console: Console, result: Result, rows: int | None) -> None:
    """Print rows, and how many of how many they are."""
    shown = result.rows if rows is None else result.rows[:rows]
    if shown:
        grid = Grid(*(Column(Text(on_one_line(name))) for name in result.columns))
        for row in shown:
            grid.add_row(*map(_cell, row))
        console.print(grid)
    console.print(_extent(result, len(shown)), soft_wrap=True)


def show_why(console: Console, answer: Answer) -> None:
    """Print why this query was taken, how sure that is, and where it is not, what else was meant perhaps."""
    single = len(answer.known.candidates) == 1
    sure = "nothing to compare it with" if single else f"confidence {answer.confidence:.0%}"
    console.print(Text(f"why: {_lines(answer.why)} ({sure})"), soft_wrap=True)
    for other in answer.others:
        found = f"{other.share:.0%} of the candidates say otherwise, {rows_said(len(other.result.rows))}"
        differs = f"\n    {_lines(other.difference)}" if other.difference else ""
        console.print(Text(f"or: {_lines(other.SQL)}\n    {found}{differs}"), soft_wrap=True)


def show_trace(console: Console, trace: Sequence[Record]) -> None:
    """Print what each stage was set to and made, from top to bottom."""
    import orjson

    from querywright.datasets.seeds import sayable

    def said(value: Any) -> str:
        return orjson.dumps(sayable(value)).decode()

    for number, record in enumerate(trace, 1):
        console.print(Text(f"{number}. {stage_line(record)}", style="bold"), soft_wrap=True)
        console.print(Text(f"   settings: {_lines(said(record.settings))}"), soft_wrap=True)
        for name, value in _parts(record.output):
            items = value if isinstance(value, list) else [value]
            console.print(Text(f"   {name}:" + ("" if items else " none")), soft_wrap=True)
            for item in items:
                console.print(Text(f"      {_lines(said(item))}"), soft_wrap=True)


def _parts(output: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What a stage made, by name; of what is a table of lists, each list."""
    for name, value in output.items():
        if isinstance(value, dict) and any(isinstance(held, list) for held in value.values()):
            yield from ((f"{name}.{part}", held) for part, held in value.items())
        else:
            yield name, value


def walk_lines(trace: Sequence[Record]) -> Iterator[str]:
    """The steps of a pipe agent, each on a line; nothing where none was at work."""
    from querywright.answering.agent import step_line
    from querywright.answering.stages.pipe_agent import NAME, STEPS

    for record in trace:
        if record.stage == NAME:
            for step in record.output.get("extra", {}).get(STEPS, ()):
                yield f"   {on_one_line(step_line(step))}"


def spent(answer: Answer) -> str:
    """What an answer took, in one line."""
    return f"{answer.usage}, {answer.seconds:.2f} s"


def _extent(result: Result, shown: int) -> str:
    number = len(result.rows)
    cut = f"; the result is longer and was cut after {rows_said(number)}" if result.truncated else ""
    if shown < number:
        return f"{shown:,} of {rows_said(number)}{cut}"
    return f"{rows_said(number) if number else 'no rows'}{cut}"


def _cell(value: Any) -> Text:
    if value is None:
        return Text("NULL", style="dim")
    if isinstance(value, bytes):
        return Text(f"{len(value):,} bytes", style="dim")
    text = on_one_line(value)
    return Text(text if len(text) <= WIDEST else text[: WIDEST - 1] + "…")


def _lines(text: str) -> str:
    return "\n".join(map(on_one_line, text.splitlines()))


def _calls(number: int) -> str:
    return f"{number:,} call" + ("" if number == 1 else "s")


def rows_said(number: int) -> str:
    """So many rows, in words."""
    return f"{number:,} row" + ("" if number == 1 else "s")
