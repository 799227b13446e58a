"""`querywright chat`: questions one after the other, each of which may go on from those before it."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from querywright.cli.asking import (
    AnsweringModel,
    Asked,
    Comparing,
    DbId,
    IndexFolder,
    Judge,
    NoCache,
    PresetOption,
    Samples,
    Without,
    answering_roles,
    preset_of,
)
from querywright.cli.showing import on_one_line
from querywright.errors import DatabaseOutage, ModelOutage, SettingsError

if TYPE_CHECKING:
    from querywright.answering import Answer
    from querywright.answering.known import Shot
    from querywright.cli.answers import StageLines
    from querywright.cli.asked import Asked as Opened

TURNS = 5
"""Earlier turns that a question may go on from."""
SHOWN = 20
"""Rows that are shown without being asked for."""
HELP = """\
a question        is answered; it may go on from those before it
/sql              the query of the last answer
/why              why this one, what else was meant perhaps, and what each stage did
/rows [N]         all of its rows, or the first N
/export FILE.csv  its rows into a file
/help             this
/quit             the end"""


def chat(
    database: Asked,
    db_id: DbId = None,
    preset: PresetOption = "fast",
    without: Without = "",
    candidates: Samples = None,
    judge: Judge = None,
    model: AnsweringModel = None,
    embedding_model: Comparing = None,
    index: IndexFolder = None,
    no_cache: NoCache = False,
    seed: Annotated[int, typer.Option(help="Decides chance.")] = 0,
) -> None:
    """Ask a database one question after the other; /help lists what else can be said."""
    from querywright.cli.answers import StageLines
    from querywright.cli.asked import asked

    chosen = preset_of(preset, without, candidates, judge)
    roles = answering_roles(model, embedding_model, no_cache)
    lines = StageLines(Console(stderr=True, highlight=False, markup=False), chosen)
    with asked(database, db_id, roles, chosen, index, seed, lambda words: print(words, file=sys.stderr)) as opened:
        conversation = _Conversation(opened, lines, Console(highlight=False, markup=False))
        for line in _said(opened.database.db_id):
            if not conversation.hear(line):
                return


class _Conversation:
    """What was asked and answered so far."""

    def __init__(self, opened: Opened, lines: StageLines, console: Console) -> None:
        self._opened, self._lines, self._console = opened, lines, console
        self._context: list[Shot] = []
        self._last: Answer | None = None
        """Of the last question, which may have a problem; None where it was not answered at all."""
        self._commands: dict[str, Callable[[Answer, str], None]] = {
            "sql": self._sql,
            "why": self._why,
            "rows": self._rows,
            "export": self._export,
        }

    def hear(self, line: str) -> bool:
        """Answer a question or do what is said; whether the conversation goes on."""
        if not line.startswith("/"):
            if line:
                self._answer(line)
            return True
        name, _, rest = line[1:].partition(" ")
        if name in ("quit", "exit"):
            return False
        if name == "help":
            self._say(HELP)
        elif name not in self._commands:
            self._say(f"there is no /{name}: /help lists what can be said")
        elif self._last is None:
            self._say("there is no answer to speak of: ask something")
        elif self._last.problem and name != "why":
            self._say(f"the last question has no answer: {self._last.problem}")
        else:
            self._commands[name](self._last, rest.strip())
        return True

    def _answer(self, question: str) -> None:
        from querywright.answering.known import Shot
        from querywright.cli.answers import show_answer

        try:
            with self._lines.shown():
                answer = self._opened.ask(question, context=tuple(self._context), tell=self._lines)
        except (SettingsError, ModelOutage, DatabaseOutage) as error:
            self._say(str(error))
            self._last = None
            return
        except KeyboardInterrupt:
            if not sys.stdin.isatty():
                raise
            self._say("given up")
            self._last = None
            return
        show_answer(self._console, answer, SHOWN)
        self._last = answer
        if not answer.problem:
            self._context = [*self._context, Shot(question, answer.SQL, origin="conversation")][-TURNS:]

    def _sql(self, answer: Answer, rest: str) -> None:
        self._say(answer.SQL)

    def _why(self, answer: Answer, rest: str) -> None:
        from querywright.cli.answers import show_why, spent, stage_line, walk_lines

        if answer.problem:
            self._say(f"no answer: {answer.problem}")
        else:
            show_why(self._console, answer)
        self._say("\n".join([*map(stage_line, answer.trace), *walk_lines(answer.trace), spent(answer)]))

    def _rows(self, answer: Answer, rest: str) -> None:
        from querywright.cli.answers import show_rows

        if rest and not rest.isdecimal():
            self._say(f"/rows takes how many, not {rest!r}")
        elif answer.result is not None:
            show_rows(self._console, answer.result, int(rest) if rest else None)

    def _export(self, answer: Answer, rest: str) -> None:
        from querywright.cli.answers import rows_said

        if not rest or answer.result is None:
            self._say("/export wants a file: /export answer.csv")
            return
        path = Path(rest).expanduser()
        try:
            with path.open("x", encoding="utf-8", errors="backslashreplace", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(answer.result.columns)
                writer.writerows(answer.result.rows)
        except FileExistsError:
            self._say(f"{path} is there already: name another file")
        except OSError as error:
            self._say(f"{path} cannot be written: {error.strerror or error}")
        else:
            cut = "; the result is longer and was cut there" if answer.result.truncated else ""
            self._say(f"{rows_said(len(answer.result.rows))} in {path}{cut}")

    def _say(self, text: str) -> None:
        self._console.print(Text(text), soft_wrap=True)


def _said(name: str) -> Iterator[str]:
    """What a person says, line by line, until there is no more; from a pipe, each is shown, so that one can follow."""
    at_terminal = sys.stdin.isatty()
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="backslashreplace")  # a line that is no text is a question like another
    if at_terminal:
        import readline  # noqa: F401 - gives `input` its arrows and its memory

        print(f"Ask about {name}; /help lists what else can be said.")
    while True:
        try:
            line = input(f"{name}> " if at_terminal else "").strip()
        except EOFError:
            if at_terminal:
                print()
            return
        if not at_terminal:
            print(on_one_line(f"{name}> {line}"), flush=True)
        yield line
